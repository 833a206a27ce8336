"""Writes rooms and hands for more sizes, splits and seeds than the golden files beside this hold, in their form.

usage: make_reference.py reference_rooms.json reference_hands.json     (CPython 3.11 and numpy 1.24 made what lies beside this)

check_seeds.py beside this compares any other seeds, benchmarks/tasks_reference.py times these functions.

Written from a description of the paper's public generators, with the real generators of random numbers; it first checks itself
against sokoban_rooms.json and points_hands.json. Positions are tuples and searches are plain, so it shares no idea with the C# code.
"""
import json, os, random, sys
from fractions import Fraction
from itertools import chain, permutations, product, zip_longest
import numpy as np

sys.setrecursionlimit(10000)
HERE = os.path.dirname(os.path.abspath(__file__))
BRUSHES = [((0, -1), (0, 0), (0, 1)), ((-1, 0), (0, 0), (1, 0)), ((0, -1), (0, 0), (1, 0)),
           ((0, -1), (0, 0), (1, -1), (1, 0)), ((0, 0), (0, 1), (1, 0))]
WALK = [(1, 0), (0, 1), (-1, 0), (0, -1)]
MOVES = [(-1, 0), (1, 0), (0, -1), (0, 1)]


def carve(rows, columns):
    direction = random.choice(WALK)
    row, column = random.randint(1, rows - 1), random.randint(1, columns - 1)
    floor = set()
    for _ in range(int(1.7 * (rows + columns))):
        if random.random() < 0.35:
            direction = random.choice(WALK)
        row = min(max(row + direction[0], 1), rows - 2)
        column = min(max(column + direction[1], 1), columns - 2)
        floor |= {(row + r, column + c) for r, c in random.choice(BRUSHES)}
    return {(r, c) for r, c in floor if 0 < r < rows - 1 and 0 < c < columns - 1}


def drag(floor, targets, player, depth):
    seen, best = set(), [-1, None, 0]

    def distance(boxes):
        return sum(abs(b[0] - t[0]) + abs(b[1] - t[1]) for b, t in zip(boxes, targets))

    def visit(boxes, pulled, player, swaps, last, left):
        left -= 1
        state = (frozenset(boxes), pulled, player)
        if left <= 0 or len(seen) >= 300000 or state in seen:
            return
        seen.add(state)
        score = 0 if any(t in boxes or t == player for t in targets) else swaps * distance(boxes)
        if score > best[0]:
            best[:] = [score, (boxes, player), distance(boxes)]
        for r, c in MOVES:
            ahead, behind = (player[0] + r, player[1] + c), (player[0] - r, player[1] - c)
            if ahead not in floor or ahead in boxes:
                continue
            if behind in boxes:
                i = boxes.index(behind)
                visit(boxes[:i] + (player,) + boxes[i + 1:], pulled - {behind} | {player}, ahead, swaps + (i != last), i, left)
            else:
                visit(boxes, pulled, ahead, swaps, last, left)

    visit(tuple(targets), frozenset(), player, 0, -1, depth)
    return best[1], best[2]


def walk_off(floor, boxes, player, displacement):
    if random.random() < (0.8 if displacement == 1 else 0.5):
        trodden = {player}
        for step in range(3):
            if step and random.random() >= 0.5:
                break
            free = [(player[0] + r, player[1] + c) for r, c in MOVES]
            free = [cell for cell in free if cell in floor and cell not in boxes and cell not in trodden]
            if not free:
                break
            player = random.choice(free)
            trodden.add(player)
    return player


def room(rows, columns, boxes, depth, seed):
    random.seed(seed)
    np.random.seed(seed)
    entry = dict(rows=rows, cols=columns, boxes=boxes, search_depth=depth, seed=seed)
    for _ in range(4):
        floor = carve(rows, columns)
        cells = sorted(floor)
        if len(cells) <= boxes + 1:
            break
        player = cells.pop(np.random.randint(len(cells)))
        targets = [cells.pop(np.random.randint(len(cells))) for _ in range(boxes)]
        (at, player), displacement = drag(floor, targets, player, depth)
        if displacement:
            player = walk_off(floor, at, player, displacement)
            still = lambda cell: '0' if cell not in floor else '2' if cell in targets else '1'
            shown = lambda cell: '5' if cell == player else '4' if cell in at else still(cell)
            draw = lambda digit: [''.join(digit((r, c)) for c in range(columns)) for r in range(rows)]
            return {**entry, 'fixed': draw(still), 'state': draw(shown)}
    return {**entry, 'room': None}


def brackets(count):
    length = 2 * count - 1
    pairs = [(x, y) for x in range(0, length, 2) for y in range(x + 4, length + 2, 2) if (x, y) != (0, length + 1)]
    return [()] + pairs + [(0, 4, 6, 10)]


def solvable(values, known={}):
    key = tuple(sorted(values))
    if key not in known:
        known[key] = any(makes24(order, operators, places) for order in set(permutations(key))
                         for operators in product('+-*/', repeat=len(key) - 1) for places in brackets(len(key)))
    return known[key]


def makes24(order, operators, places):
    tokens = list(chain.from_iterable(zip_longest([f'Fraction({v})' for v in order], operators, fillvalue='')))
    for place, bracket in zip(places, '()' * len(places)):
        tokens.insert(place, bracket)
    try:
        return eval(''.join(tokens)) == 24
    except ZeroDivisionError:
        return False


SPLITS = {'id': (4, 13, True, (10, 10, 10)), 'all_5': (4, 13, True, (5, 5, 5)), 'all_7': (4, 13, True, (7, 7, 7)),
          'all_12': (4, 13, True, (12, 12, 12)), 'regular': (4, 13, True, (11, 12, 13)), 'large': (4, 19, True, (10, 10, 10)),
          'fake': (4, 13, True, (10, 10, 10)), 'fake_all_5': (4, 13, True, (10, 10, 10)), 'five': (5, 13, False, (10, 10, 10)),
          'train-low_range_5_7_9': (4, 13, False, (5, 7, 9))}


def hand(split, seed):
    count, greatest, forces, faces = SPLITS[split]
    r = random.Random(seed)
    for redraws in range(51):
        cards = [r.randint(1, greatest) for _ in range(count - forces)]
        if forces:
            cards.append(r.randint(14 if greatest >= 14 else 11, greatest))
        r.shuffle(cards)
        values = [faces[card - 11] if 11 <= card <= 13 else card for card in cards]
        r.shuffle(sorted(set(permutations(values))))
        if solvable(values):
            ranks = [{1: 'A', 11: 'J', 12: 'Q', 13: 'K'}.get(card, str(card)) for card in cards]
            return dict(split=split, seed=seed, cards=ranks, values=values, redraws=redraws)


def main():
    for golden in json.load(open(os.path.join(HERE, 'sokoban_rooms.json'))):
        made = room(golden['rows'], golden['cols'], golden['boxes'], golden['search_depth'], golden['seed'])
        assert made == {key: value for key, value in golden.items() if key != 'shortest'}, golden
    for golden in json.load(open(os.path.join(HERE, 'points_hands.json'))):
        assert hand(golden['split'], golden['seed']) == golden, golden

    sizes = [(6, 6, 1, 30, range(1000000, 1000060)), (6, 6, 1, 30, range(0, 20)), (8, 7, 2, 20, range(0, 40)), (5, 9, 3, 25, range(300, 340)),
             (10, 10, 2, 30, range(4294967290, 4294967296)), (4, 4, 1, 30, range(0, 60)), (6, 6, 4, 12, range(0, 30)), (3, 8, 1, 9, range(0, 40)), (10, 12, 3, 12, range(0, 6))]
    rooms = [room(*size[:4], seed) for size in sizes for seed in size[4]]
    hands = [hand(split, seed) for split in SPLITS for seed in ([*range(1000, 1015)] + [0, 2 ** 31, 2 ** 32 - 1] if split != 'five' else range(42, 62))]
    hands = [entry for entry in hands if not entry['split'].startswith('train')] + [hand('train-low_range_5_7_9', seed) for seed in range(42 + 7500, 42 + 7520)]
    for path, entries in zip(sys.argv[1:], (rooms, hands)):
        with open(path, 'w', newline='\n') as out:
            out.write('[\n' + ',\n'.join(json.dumps(entry, separators=(',', ':')) for entry in entries) + '\n]\n')


if __name__ == '__main__':
    main()
