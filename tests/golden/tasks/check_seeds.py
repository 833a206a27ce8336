"""Compares `thaw gen --source paper` with make_reference.py, seed by seed, for every split and for shapes that often fail.

usage: check_seeds.py FIRST COUNT [COMMAND ...]     COMMAND runs thaw; ./thaw at the root of the repository where nothing is said

Needs numpy (Debian: python3-numpy). Seeds for which the public generator raises must be rows without a room. Hands of five cards take Python
seconds each, so only one in twenty of the seeds is taken for them. The exit code is 1 where anything differs.
"""
import json, os, subprocess, sys, tempfile
from make_reference import HERE, SPLITS, hand, room

SHAPES = [(6, 6, 1, 30), (6, 6, 2, 30), (10, 10, 1, 30), (10, 10, 2, 30),      # the paper's
          (3, 8, 1, 9), (4, 4, 1, 30), (4, 5, 2, 30), (6, 6, 4, 12), (8, 7, 2, 20), (5, 9, 3, 25), (12, 10, 3, 10)]


def rows_of(command, first, count, *flags):
    with tempfile.TemporaryDirectory() as folder:
        out = os.path.join(folder, 'rows.jsonl')
        subprocess.run([*command, 'gen', *flags, '--source', 'paper', '--seeds', f'{first}-{first + count - 1}', '--instances-only', '--out', out],
                       check=True, capture_output=True)
        return [json.loads(line) for line in open(out, encoding='utf-8')]


def compare(what, expected, rows):
    wrong = [pair for pair in zip(expected, rows) if pair[0] != pair[1]]
    none = sum(entry.get('room', 0) is None or entry.get('cards', 0) is None for entry in expected)
    print(f'{what}: {len(expected)} seeds, {none} of them without an instance, {len(wrong) + abs(len(expected) - len(rows))} differ', flush=True)
    for pair in wrong[:3]:
        print('  expected', json.dumps(pair[0]), '\n  but got ', json.dumps(pair[1]))
    return not wrong and len(expected) == len(rows)


def main():
    first, count, command = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:] or [os.path.join(HERE, '..', '..', '..', 'thaw')]
    agrees = True
    for shape in SHAPES:
        flags = [text for name, value in zip(('--rows', '--cols', '--boxes', '--search-depth'), shape) for text in (name, str(value))]
        rows = rows_of(command, first, count, '--task', 'sokoban', *flags)
        for row in rows:
            row.pop('shortest', None)
        agrees &= compare('rooms {}x{}, {} box(es), depth {}'.format(*shape), [room(*shape, seed) for seed in range(first, first + count)], rows)
    for split in SPLITS:
        if split.startswith('train'):
            continue
        seeds = count if split != 'five' else max(1, count // 20)
        rows = rows_of(command, first, seeds, '--task', 'points', '--split', split.replace('_', '-'))
        made = [hand(split, seed) or dict(split=split, seed=seed, cards=None, values=None) for seed in range(first, first + seeds)]
        for entry in made:
            entry.pop('redraws', None)
        agrees &= compare(f'hands {split}', made, [{**row, 'split': row['split'].replace('-', '_')} for row in rows])
    return 0 if agrees else 1


if __name__ == '__main__':
    sys.exit(main())
