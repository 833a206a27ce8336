"""The rival of `benchmarks/run tasks`: the paper's tasks in plain Python, written as the public code writes them.

usage: tasks_reference.py JOB.json FOLDER     FOLDER holds make_reference.py (tests/golden/tasks)

Rooms and hands come from make_reference.py. The shortest plan is the public breadth-first search over numpy arrays (RAGEN, room_utils), an
episode is played by gym-sokoban's step, without a search for dead ends, which the public code does not have. Prints one JSON array of
{work, shape, count, seconds, answers}, the seconds of processor time; the answers are compared by the caller.
"""
import json, random, re, sys, time
from collections import deque

job = json.load(open(sys.argv[1], encoding='utf-8'))
sys.path.insert(0, sys.argv[2])
import numpy as np
from make_reference import brackets, makes24, room
from itertools import permutations, product

WALL, FLOOR, TARGET, BOX_ON_TARGET, BOX, PLAYER = range(6)
DELTAS = [(-1, 0), (1, 0), (0, -1), (0, 1)]
WORDS = ['Up', 'Down', 'Left', 'Right']


def grid(rows):
    return np.array([[int(digit) for digit in row] for row in rows])


def step(fixed, state, player, delta):
    """The player's next cell; the state is changed in place. The same cell where the move is blocked."""
    ahead = (player[0] + delta[0], player[1] + delta[1])
    if state[ahead] in (BOX, BOX_ON_TARGET):
        beyond = (ahead[0] + delta[0], ahead[1] + delta[1])
        if state[beyond] not in (FLOOR, TARGET):
            return player
        state[beyond] = BOX_ON_TARGET if fixed[beyond] == TARGET else BOX
    elif state[ahead] not in (FLOOR, TARGET):
        return player
    state[ahead] = PLAYER
    state[player] = fixed[player]
    return ahead


def shortest(fixed, start, max_depth=30):
    queue, seen = deque([(start, [])]), set()
    while queue:
        state, path = queue.popleft()
        if len(path) > max_depth:
            return None
        key = state.tobytes()
        if key in seen:
            continue
        seen.add(key)
        if not (state == BOX).any():
            return path
        player = tuple(np.argwhere(state == PLAYER)[0])
        for action, delta in enumerate(DELTAS):
            after = state.copy()
            if step(fixed, after, player, delta) != player:
                queue.append((after, path + [action + 1]))
    return None


def play(fixed, state, turns=30):
    player, played = tuple(np.argwhere(state == PLAYER)[0]), 0
    words = {word.lower(): delta for word, delta in zip(WORDS, DELTAS)}
    while played < turns and (state == BOX).any():
        completion = f'</think> <answer> {random.choice(WORDS)} </answer>\n'
        match = re.search(r'<answer>(.*?)</answer>', completion, re.DOTALL)
        delta = words.get(match.group(1).strip().lower()) if match else None
        if delta:
            player = step(fixed, state, player, delta)
        played += 1
    return played


def can_make(values):
    return any(makes24(order, operators, places) for order in set(permutations(values))
               for operators in product('+-*/', repeat=len(values) - 1) for places in brackets(len(values)))


def timed(work, shape, run):
    start = time.process_time()
    count, answers = run()
    seconds = time.process_time() - start
    print(f'python: {work} {shape}: {count / seconds:.6g} in a second of CPU time', file=sys.stderr, flush=True)
    return dict(work=work, shape=shape, count=count, seconds=seconds, answers=answers)


def generate(entry):
    rows, columns, boxes = entry['rows'], entry['columns'], entry['boxes']
    made = [room(rows, columns, boxes, 30, seed) for seed in range(entry['generate'])]
    return len(made), None


def solve(entry):
    plans = [shortest(grid(fixed), grid(state)) for fixed, state in zip(entry['fixed'], entry['state'])]
    return len(plans), [-1 if plan is None else len(plan) for plan in plans]


def episodes(entry):
    return sum(play(grid(fixed), grid(state)) for fixed, state in zip(entry['fixed'], entry['state']) for _ in range(entry['episodes'])), None


results = []
random.seed(1)
for entry in job['rooms']:
    for work, run in (('generate, rooms', generate), ('solve, rooms', solve), ('episodes, turns', episodes)):
        results.append(timed(work, entry['shape'], lambda: run(entry)))
for entry in job['hands']:
    def decide():
        answers = [int(can_make(values)) for values in entry['values']]
        return len(answers), answers
    results.append(timed('decide, hands', entry['shape'], decide))
print(json.dumps(results))
