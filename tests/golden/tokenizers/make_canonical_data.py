"""Writes the canonical data of Unicode that .NET does not offer without ICU, and golden strings in normalization form C.

usage: make_canonical_data.py CanonicalData.txt normalization.json     (CPython; the Unicode version is that of its unicodedata)
"""
import json, random, sys, unicodedata as u

everything = [chr(c) for c in range(0x110000) if not 0xD800 <= c < 0xE000]
lines = [f'# Canonical decompositions, composition exclusions (!) and combining classes of Unicode {u.unidata_version}.',
         '# Made by tests/golden/tokenizers/make_canonical_data.py. Hangul syllables are arithmetic and not listed.']
for c in everything:
    d = u.decomposition(c)
    if d and not d.startswith('<'):
        excluded = u.normalize('NFC', c) != c
        lines.append(('!' if excluded else '') + f'{ord(c):04X} {d}')
classes = {}
for c in everything:
    if u.combining(c):
        runs = classes.setdefault(u.combining(c), [])
        if runs and runs[-1][1] == ord(c) - 1: runs[-1][1] = ord(c)
        else: runs.append([ord(c), ord(c)])
for k in sorted(classes):
    lines.append(f'@{k} ' + ' '.join(f'{a:04X}-{b:04X}' for a, b in classes[k]))
open(sys.argv[1], 'w', newline='\n').write('\n'.join(lines) + '\n')

# Random strings of characters that normalization touches, and of plain ones.
touched = [c for c in everything if u.combining(c) or u.normalize('NFD', c) != c or u.normalize('NFC', 'e' + c) != 'e' + c]
touched = [c for c in touched if not '\uAC00' <= c <= '\uD7A3'] + list('\uAC00\uAC01\uD7A3') + [chr(c) for c in range(0x1100, 0x1200)]
r, rows = random.Random(7), []
touched_or_plain = touched + list('aeiouAEIOU ') * 40 + ['\u0301', '\u0327', '\u1161', '\u11A8', '\u1100', '\uAC00', '\u0338'] * 60
for _ in range(1500):
    s = ''.join(r.choice(touched_or_plain) for _ in range(r.randrange(1, 9)))
    rows.append([s, u.normalize('NFC', s)])
json.dump(rows, open(sys.argv[2], 'w', newline='\n'), ensure_ascii=True, separators=(',', ':'))
