#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What tests/bench/tracing has measured, as a table and as JSON.

    tracing.py FOLDER MEMORY RESULT

FOLDER is what its guest left, MEMORY a list of maps, RESULT a file for all figures.  Exit status
1 if a target was missed.
"""
import json
import statistics
import sys


def read_programs(folder):
    """Return: for each round, runs and nanoseconds of each program until then."""
    rounds = {}
    with open(f'{folder}/programs') as file:
        for line in file:
            number, name, runs, ns = line.split()
            runs_ns = rounds.setdefault(int(number), {}).setdefault(name, [0, 0])
            runs_ns[0] += int(runs)
            runs_ns[1] += int(ns)
    return rounds


def cost(rounds, name):
    """Nanoseconds per run, the median over the rounds; bpftrace has two programs of a name."""
    per_round = []
    for number in range(1, max(rounds) + 1):
        now = rounds[number][name]
        before = rounds.get(number - 1, {}).get(name, [0, 0])
        if now[0] > before[0]:
            per_round.append((now[1] - before[1]) / (now[0] - before[0]))
    return statistics.median(per_round)


def read_pairs(folder):
    """Return: for each workload, its seconds without and with everything attached."""
    pairs = {}
    with open(f'{folder}/pairs') as file:
        for line in file:
            workload, nothing, everything = line.split()
            pairs.setdefault(workload, []).append((float(nothing), float(everything)))
    return pairs


def longer(pairs, workload):
    """Name, and median of how much longer it takes."""
    ratios = [everything / nothing for nothing, everything in pairs[workload]]
    return (f'workload "{workload}", everything attached: longer by ({len(ratios)} pairs, '
            f'{min(ratios) - 1:+.1%} to {max(ratios) - 1:+.1%})', statistics.median(ratios) - 1)


def print_rows(rows):
    """Return: how many are over their target."""
    missed = 0
    print(f'{"":78} {"measured":>9} {"at most":>8}')
    for name, value, target, form in rows:
        over = target is not None and value > target
        missed += over
        at_most = '' if target is None else form.format(target)
        print(f'{name:78} {form.format(value):>9} {at_most:>8}{"  MISSED" if over else ""}')
    print()
    return missed


def main():
    folder, memory_file, result_file = sys.argv[1:]
    rounds, pairs = read_programs(folder), read_pairs(folder)
    # a store runs the program at the unmapping of its page, too
    ours = {'store': cost(rounds, 'zs_store') + cost(rounds, 'zsf_unmap'),
            'load': cost(rounds, 'zs_load')}
    theirs = {'store': 2 * cost(rounds, 'zswap_store'), 'load': 2 * cost(rounds, 'zswap_load')}
    with open(f'{folder}/mean.out') as file:
        mean = json.load(file)['histograms']['store_duration']['mean']
    with open(memory_file) as file:
        memory = json.load(file)
    missed = print_rows([
        (f'{event}: ours / bpftrace\'s, per event ({ours[event]:.0f} ns / {theirs[event]:.0f} ns)',
         ours[event] / theirs[event], 1 / 6, '{:.3f}') for event in ours
    ] + [
        (f'{event}: ours / a mean store ({ours[event]:.0f} ns / {mean:.0f} ns)',
         ours[event] / mean, 0.03, '{:.3f}') for event in ours
    ] + [
        (*longer(pairs, workload), {'demo': 0.02}.get(workload), '{:+.1%}') for workload in pairs
    ] + [
        (f'memory of all maps, {memory["cpus"]} processors, MiB', memory['bytes'] / 2**20, 8,
         '{:.2f}'),
    ])
    print('per run of a program, ns: ' + ', '.join(
        f'{name} {cost(rounds, name):.0f}' for name in sorted(rounds[max(rounds)])
        if name.startswith('zs') and rounds[max(rounds)][name][0] > 100
        and not name.startswith('zswap_')))
    with open(result_file, 'w') as file:
        json.dump({
            'schema': 'zswapscope-bench-tracing/1', 'ours_ns': ours, 'bpftrace_ns': theirs,
            'store_mean_ns': mean, 'pairs_s': pairs,
            'longer': {workload: longer(pairs, workload)[1] for workload in pairs},
            'memory': memory, 'targets_missed': missed,
        }, file, indent=1)
    sys.exit(missed > 0)


main()
