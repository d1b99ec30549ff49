# SPDX-License-Identifier: GPL-2.0-or-later
"""A part of the comparison with the kernel's own zswap: its command line, its guest, its
rounds, and how its figures become ratios and tables.

A part is a program of its own, which calls main() with
    name     of its results: build/bench/NAME.json
    guests   options of tests/vm/run, by the guest's name, for each guest that it needs
    measure  called in the guest, with the guest's name: yields the figures, one dictionary
             after the other, each with the 'round' and the 'variant' that it is of
    report   called on the host with all of them: prints its table, and returns what is to
             be in the results beside the figures
    prepare  called on the host at first, if there is such
"""
import fcntl
import json
import os
import shutil
import statistics
import subprocess
import sys

TOP = os.path.realpath(f'{os.path.dirname(__file__)}/../..')
QUICK = bool(os.environ.get('QUICK'))
# Of the environment, what the guest is told.
PASSED = 'QUICK', 'WAYS', 'POOL_MB'
FOLDER = f'{TOP}/build/bench'
# Real contents for all parts, little of everything in each file, none of a single word.
CONTENTS = f'{FOLDER}/contents'
CONTENTS_MB = 400


class Failed(Exception):
    """Said in one line, and the end."""


def say(text):
    print(f'bench: {text}', file=sys.stderr, flush=True)


def make_contents():
    """Once, by whichever part comes first."""
    with open(f'{CONTENTS}.lock', 'w') as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        workload = f'{TOP}/build/bin/zs-workload'
        if os.path.exists(CONTENTS) and os.path.getmtime(CONTENTS) > os.path.getmtime(workload):
            return
        say(f'copying {CONTENTS_MB} MB of this machine\'s files ...')
        # what a run that was interrupted has left is no folder of that name
        new = f'{CONTENTS}.new'
        for folder in new, CONTENTS:
            shutil.rmtree(folder, ignore_errors=True)
        if subprocess.run([workload, '--size', str(CONTENTS_MB), '--save', new],
                          stdout=subprocess.DEVNULL).returncode:
            raise Failed('there are no contents to swap')
        os.rename(new, CONTENTS)


def in_guest(guest, measure):
    """One line of the file for each of the figures: what there is of a run that fails."""
    with open(f'{os.environ["VM_OUT"]}/figures', 'w') as file:
        for figures in measure(guest):
            file.write(json.dumps(figures) + '\n')
            file.flush()
            say(' '.join(f'{key} {short(value)}' for key, value in figures.items()
                         if not isinstance(value, (dict, list))))


def short(value):
    return f'{value:.4g}' if isinstance(value, float) else value


def boot(program, guest, options, measure):
    """Returns the guest's kernel, and its figures."""
    folder = f'{FOLDER}/{guest}'
    say(f'{guest}: booting a guest ...')
    command = [f'{TOP}/tests/vm/run', '--no-modules', '--timeout', '3600', '--out', folder,
               *options, '--', 'env', *(f'{name}={os.environ.get(name, "")}' for name in PASSED),
               program, '--in-guest', guest]
    if subprocess.run(command).returncode:
        raise Failed(f'{guest}: the guest failed')
    with open(f'{folder}/figures') as file:
        figures = [{'guest': guest, **json.loads(line)} for line in file]
    with open(f'{folder}/dmesg.log') as file:
        return file.readline().partition('Linux version ')[2].split()[0], figures


def on_host(program, name, guests, measure, report):
    make_contents()
    figures = []
    for guest, options in guests.items():
        kernel, some = boot(program, guest, options, measure)
        figures += some
    print(f'{name}: Linux {kernel}, emulated{", the quick form" if QUICK else ""}\n')
    results = report(figures)
    print()
    with open(f'{FOLDER}/{name}.json', 'w') as file:
        json.dump({'schema': f'zswapscope-bench-{name}/1', 'kernel': kernel, 'quick': QUICK,
                   'guests': guests, **results, 'figures': figures}, file, indent=1)


def main(usage, name, guests, measure, report, prepare=None):
    program = os.path.realpath(sys.argv[0])
    arguments = sys.argv[1:]
    try:
        if len(arguments) == 2 and arguments[0] == '--in-guest':
            in_guest(arguments[1], measure)
        elif arguments in (['-h'], ['--help']):
            print(usage.strip())
        elif arguments:
            print(f'bench: unknown argument: {arguments[0]} (see --help)', file=sys.stderr)
            sys.exit(2)
        else:
            os.makedirs(FOLDER, exist_ok=True)
            if prepare:
                prepare()
            on_host(program, name, guests, measure, report)
    except Failed as failure:
        sys.exit(f'bench: {failure}')


def rounds(variants, number):
    """Each of the variants once a round, in another order each time."""
    for nth in range(number):
        for variant in variants[nth % len(variants):] + variants[:nth % len(variants)]:
            yield nth, variant


class Spread:
    """A median, with the least and the most of what it is of."""

    def __init__(self, values):
        self.values = sorted(values)
        self.median = statistics.median(self.values) if self.values else None

    def text(self, form):
        if not self.values:
            return '-'
        text = form.format(self.median)
        if len(self.values) > 1:
            text += f' ({form.format(self.values[0])}-{form.format(self.values[-1])})'
        return text

    def json(self):
        if not self.values:
            return None
        return {'median': self.median, 'least': self.values[0], 'most': self.values[-1],
                'of': len(self.values)}


def column(figures, name):
    """What the figures have by that name; those that do not have it are left out."""
    return [each[name] for each in figures if each.get(name) is not None]


def ratios(figures, variant, against, name):
    """A variant's figure by another's of the same round."""
    of_round = {each['round']: each[name] for each in figures
                if each['variant'] == against and each.get(name)}
    return Spread([each[name] / of_round[each['round']] for each in figures
                   if each['variant'] == variant and each.get(name) is not None and
                   each['round'] in of_round])


def in_order(figures, name):
    """The different values, as they came first."""
    return list(dict.fromkeys(each[name] for each in figures))


class Summary:
    """A table with a row for what some figures have in common, and the same for the results.

    @columns: by the name of a figure: its title, and how it is written
    """

    def __init__(self, **columns):
        self.columns = columns
        self.rows = []
        self.results = []

    def add(self, label, of, figures, **others):
        """@of: a dictionary that tells the row from others; @others: spreads of what is no
        figure, by the names of their columns"""
        spreads = {name: others.get(name) or Spread(column(figures, name))
                   for name in self.columns}
        self.rows.append([label, *(spread.text(self.columns[name][1])
                                   for name, spread in spreads.items())])
        self.results.append({**of, **{name: spread.json() for name, spread in spreads.items()}})

    def print(self):
        """Returns it for the results."""
        rows = [['', *(title for title, _ in self.columns.values())], *self.rows]
        widths = [max(map(len, cells)) for cells in zip(*rows)]
        for label, *cells in rows:
            print('  '.join([label.ljust(widths[0]),
                             *(cell.rjust(width) for cell, width in zip(cells, widths[1:]))]))
        return {'results': self.results}


def of_variants(figures):
    """Those of each variant, in the order of the first round."""
    names = in_order(sorted(figures, key=lambda each: each['round']), 'variant')
    return {name: [each for each in figures if each['variant'] == name] for name in names}
