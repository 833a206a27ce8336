"""Writes draws of CPython's random and of numpy's legacy RandomState, in the order in which they were made.

usage: make_random.py python.json numpy.json     (CPython 3.11 and numpy 1.24 made what lies beside this)

Each entry is a seed and its draws, all from one generator: [name, arguments..., result].
"""
import json, random, sys
import numpy as np


def python_draws(seed):
    r, script, rows = random.Random(seed), random.Random(f'script {seed}'), []
    calls = {
        'getrandbits': lambda k: r.getrandbits(k),
        'random': lambda: r.random(),
        'uniform': lambda a, b: r.uniform(a, b),
        'randrange': lambda a, b, c: r.randrange(a, b, c),
        'randint': lambda a, b: r.randint(a, b),
        'choice': lambda n: r.choice(range(n)),
        'shuffle': lambda n: shuffled(r, n),
        'sample': lambda n, k: r.sample(range(n), k),
    }
    for _ in range(120):
        name = script.choice(list(calls))
        n = script.choice([1, 2, 3, 4, 5, 7, 8, 31, 64, 100, 1000])
        arguments = {
            'getrandbits': [script.randint(1, 64)],
            'random': [],
            'uniform': [script.choice([-2.5, 0.0]), script.choice([1.0, 3.75])],
            'randrange': script.choice([[0, n, 1], [-5, n, 3], [n, -9, -2], [0, n << 32, 1]]),
            'randint': [-n, n],
            'choice': [n],
            'shuffle': [n],
            'sample': [n, script.randint(0, min(n, 40))],
        }[name]
        rows.append([name, *arguments, calls[name](*arguments)])
    return rows


def numpy_draws(seed):
    r, script, rows = np.random.RandomState(seed), random.Random(f'script {seed}'), []
    calls = {
        'random_sample': lambda: float(r.random_sample()),
        'randint': lambda a, b: int(r.randint(a, b)),
        'choice': lambda n: int(r.choice(n)),
        'choice_different': lambda n, k: [int(x) for x in r.choice(n, k, replace=False)],
        'shuffle': lambda n: [int(x) for x in shuffled(r, n)],
        'permutation': lambda n: [int(x) for x in r.permutation(n)],
    }
    for _ in range(120):
        name = script.choice(list(calls))
        n = script.choice([1, 2, 3, 4, 5, 7, 8, 31, 64, 100, 1000])
        arguments = {
            'random_sample': [],
            'randint': script.choice([[0, n], [-n, n], [0, n << 32], [-2 ** 63, 2 ** 63 - 1]]),
            'choice': [n],
            'choice_different': [n, script.randint(0, min(n, 40))],
            'shuffle': [n],
            'permutation': [n],
        }[name]
        rows.append([name, *arguments, calls[name](*arguments)])
    return rows


def shuffled(r, n):
    items = list(range(n))
    r.shuffle(items)
    return items


def write(path, seeds, draws):
    # Seeds are text, since JSON readers need not keep every digit of a number.
    entries = [{'seed': str(seed), 'draws': draws(seed)} for seed in seeds]
    with open(path, 'w', newline='\n') as out:
        json.dump(entries, out, separators=(',', ':'))
        out.write('\n')


write(sys.argv[1], [0, 1, 42, 2 ** 31, 2 ** 32 - 1, 2 ** 32, -7, 2 ** 64 + 12345, 10 ** 40], python_draws)
write(sys.argv[2], [0, 1, 42, 2 ** 31, 2 ** 32 - 1], numpy_draws)
