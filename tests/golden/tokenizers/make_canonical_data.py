"""Writes the canonical data of Unicode that .NET does not offer without ICU, and golden strings in normalization form C.

usage: make_canonical_data.py CanonicalData.txt normalization.json     (CPython with Unicode 13 or newer in its unicodedata)

Properties of characters never change once they are assigned, but the library whose ids count, Hugging Face's `tokenizers` 0.23, normalizes by
Unicode 9.0 to this day. Characters that got their properties later are therefore left out; the reference tests compare every code point.
"""
import json, random, sys, unicodedata as u

newer = set()
for part in """07FD 0898-089F 08CA-08D3 09FE 0C3C 0D3B-0D3C 0EBA 1715 1ABF-1ACE 1DF6-1DFA A82C 10D24-10D27 10EAB-10EAC 10EFD-10EFF 10F46-10F50
               10F82-10F85 11070 1133B 1145E 11839-1183A 11938 1193D-1193E 11943 119E0 11A34 11A47 11A99 11D42 11D44-11D45 11D97 11F41-11F42
               16FF0-16FF1 1E08F 1E130-1E136 1E2AE 1E2EC-1E2EF 1E4EC-1E4EF""".split():
    first, _, last = part.partition('-')
    newer |= set(range(int(first, 16), int(last or first, 16) + 1))
everything = [chr(c) for c in range(0x110000) if not 0xD800 <= c < 0xE000 and c not in newer]
lines = [f'# Canonical decompositions, composition exclusions (!) and combining classes of Unicode 9.0.',
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
