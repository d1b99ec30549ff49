# SPDX-License-Identifier: GPL-2.0-or-later
"""In the guest: no zswap, the kernel's own and ours, one after the other, and the
workloads that they are given.

    for nth, variant in part.rounds(variants.ALL, 3):
        with variant.on('lzo', max_pool_percent=50):
            ...
"""
import array
import contextlib
import os
import re
import signal
import subprocess
import time

from part import CONTENTS, QUICK, TOP, Failed

SWAP = '/dev/vda'
BUILTIN = '/sys/module/zswap/parameters'
OURS = '/sys/module/zswap_zbud/parameters'
LIVEPATCH = '/sys/kernel/livepatch/frontswap'
DEBUGFS = '/sys/kernel/debug'
CGROUPS = '/sys/fs/cgroup'


def read(path):
    with open(path) as file:
        return file.read().strip()


def write(path, value):
    try:
        with open(path, 'w') as file:
            file.write(f'{value}\n')
    except OSError as error:
        raise Failed(f'{path} does not take {value}: {error.strerror}') from error


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise Failed(f'{" ".join(command)}: {done.stderr.strip()}')


def wait_until(what, condition, seconds=600):
    """Where no event tells."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise Failed(f'{what}: it did not come to that in {seconds} s')
        time.sleep(0.02)


def empty_swap():
    """Nothing is left in a pool or on the device."""
    run('swapoff', SWAP)
    run('swapon', SWAP)


class Variant:
    """No zswap at all, and what the others begin with."""
    name = 'none'
    debugfs = None
    write_back = None           # the function that writes one page to the device

    @contextlib.contextmanager
    def on(self, compressor, max_pool_percent):
        self.start(compressor, max_pool_percent)
        try:
            yield
        finally:
            self.stop()

    def start(self, compressor, max_pool_percent):
        empty_swap()

    def stop(self):
        """Swap is left to who comes next: it takes a slow device minutes to empty it."""

    def counter(self, name):
        """Of its debugfs; 0 where there is none of that name."""
        try:
            return int(read(f'{self.debugfs}/{name}'))
        except OSError:
            return 0

    def stored(self):
        return self.counter('stored_pages')

    def pool_pages(self):
        return self.counter('pool_total_size') // 4096


class Builtin(Variant):
    """The kernel's own, with one of its allocators."""
    debugfs = f'{DEBUGFS}/zswap'
    write_back = 'zswap_writeback_entry'

    def __init__(self, zpool):
        self.name = f'built-in {zpool}'
        self.zpool = zpool

    def start(self, compressor, max_pool_percent):
        super().start(compressor, max_pool_percent)
        wanted = {'zpool': self.zpool, 'compressor': compressor,
                  'max_pool_percent': str(max_pool_percent), 'enabled': 'Y'}
        for name, value in wanted.items():
            write(f'{BUILTIN}/{name}', value)
        # of what it does not know, it takes its default
        for name, value in wanted.items():
            if read(f'{BUILTIN}/{name}') != value:
                raise Failed(f'the built-in zswap does not take {name}={value}')

    def stop(self):
        write(f'{BUILTIN}/enabled', 'N')
        empty_swap()
        if self.stored():
            raise Failed(f'{self.name}: pages are left after swapoff')


class Ours(Variant):
    """Our modules, with these parameters."""
    write_back = 'zswap_write_back'
    modules = f'{TOP}/build/modules'

    def __init__(self, name, **parameters):
        self.name = name
        self.parameters = parameters

    @property
    def debugfs(self):
        """The built-in zswap keeps its folder from when it was first enabled."""
        other = f'{DEBUGFS}/zswap_zbud'
        return other if os.path.exists(other) else f'{DEBUGFS}/zswap'

    def start(self, compressor, max_pool_percent):
        super().start(compressor, max_pool_percent)
        parameters = {'compressor': compressor, 'max_pool_percent': max_pool_percent,
                      **self.parameters}
        run('insmod', f'{self.modules}/frontswap.ko')
        run('insmod', f'{self.modules}/zswap_zbud.ko',
            *(f'{name}={value}' for name, value in parameters.items()))
        if not patched():
            raise Failed('livepatch did not get done')

    def stop(self):
        empty_swap()
        run('rmmod', 'zswap_zbud')
        unhook()


def patched():
    """Whether every task is in the hooks."""
    return read(f'{LIVEPATCH}/transition') == '0'


def unhook():
    write(f'{LIVEPATCH}/enabled', '0')
    wait_until('the hooks let go', lambda: not os.path.exists(LIVEPATCH))
    run('rmmod', 'frontswap')


NONE = Variant()
BUILTINS = [Builtin('zbud'), Builtin('zsmalloc')]
# A row of each table for each of them, in the quick form for the first.
OURS_ALL = [
    Ours('zswapscope'),
    Ours('zswapscope, zbud (2,0)', buddies=2, frame_order=0),
][:1 if QUICK else None]
ZSWAPS = BUILTINS + OURS_ALL
ALL = [NONE] + ZSWAPS


def load_compressors(*names):
    """Those that are modules, so that none is loaded while something is measured."""
    for name in names:
        run('modprobe', '-a', name)


def vmstat():
    return {name: int(value) for name, value in
            (line.split() for line in read('/proc/vmstat').splitlines())}


def disk():
    """Requests that the swap disk has served, those of them that write, and pages."""
    words = [int(word) for word in read(f'/sys/block/{os.path.basename(SWAP)}/stat').split()]
    return {'requests': words[0] + words[4], 'writes': words[4],
            'read': words[2] // 8, 'written': words[6] // 8}


def since(before, now):
    return {name: now[name] - before[name] for name in before}


def slabs():
    """Bytes of page frames that each of the kernel's caches has."""
    caches = {}
    for line in read('/proc/slabinfo').splitlines()[2:]:
        words = line.split()
        pages = int(words[5]) * int(words[words.index('slabdata') + 2])
        caches[words[0]] = pages * 4096
    return caches


class Cgroup:
    def __init__(self, name):
        self.path = f'{CGROUPS}/{name}'
        os.makedirs(self.path, exist_ok=True)
        self.limit('max')

    def limit(self, memory_max):
        write(f'{self.path}/memory.max', memory_max)

    def current(self):
        return int(read(f'{self.path}/memory.current'))

    def swapped(self):
        """Pages, wherever they are."""
        return int(read(f'{self.path}/memory.swap.current')) // 4096

    def stat(self, name):
        return int(re.search(rf'^{name} (\d+)$', read(f'{self.path}/memory.stat'), re.M).group(1))

    def join(self):
        with open(f'{self.path}/cgroup.procs', 'w') as file:
            file.write(str(os.getpid()))

    @contextlib.contextmanager
    def frozen(self):
        write(f'{self.path}/cgroup.freeze', 1)
        wait_until('the cgroup stands still',
                   lambda: 'frozen 1' in read(f'{self.path}/cgroup.events'))
        try:
            yield
        finally:
            write(f'{self.path}/cgroup.freeze', 0)

    def swap_all_out(self, left=64):
        """Until that many of its anonymous pages are left in memory, or no more go."""
        before = None
        while (now := self.stat('anon') // 4096) > left and now != before:
            before = now
            with contextlib.suppress(Failed):       # it did not find all that was asked for
                write(f'{self.path}/memory.reclaim', f'{now * 4}K')


class Workload:
    """A zs-workload, in a cgroup; ended well only if every page was as it had been left."""

    def __init__(self, cgroup, *options):
        self.process = subprocess.Popen(
            ['zs-workload', '--source', CONTENTS, *map(str, options)], text=True,
            stdout=subprocess.PIPE, stdin=subprocess.DEVNULL,
            preexec_fn=cgroup.join if cgroup else None)

    def wait_holding(self):
        """It has filled its memory, or is done with touching it."""
        for line in self.process.stdout:
            if line.startswith('holding'):
                return
        raise Failed(f'zs-workload ended, with status {self.process.wait()}')

    def go_on(self):
        self.process.send_signal(signal.SIGUSR1)

    def end(self):
        said = self.process.stdout.read().strip()
        status = self.process.wait()
        if status:
            raise Failed(f'zs-workload: status {status}: {said}')

    def kill(self):
        """It goes, with pages that nobody has read."""
        self.process.kill()
        self.process.wait()


def swapped_out(cgroup, size_mb, *options):
    """A process, all of its memory swapped out."""
    workload = Workload(cgroup, '--size', size_mb, '--hold', *options)
    workload.wait_holding()
    with cgroup.frozen():
        cgroup.swap_all_out()
    return workload


class Clock:
    """zs_clock.ko, on these functions: nanoseconds of their calls.

    @called: those that have their probes where the kernel calls them, as hooks have
    """
    FOLDER = f'{DEBUGFS}/zs_clock'

    def __init__(self, *functions, called=()):
        self.parameters = {'functions': functions, 'called': called}
        self.functions = [*functions, *called]

    def __enter__(self):
        run('insmod', f'{TOP}/build/modules/zs_clock.ko',
            *(f'{name}={",".join(values)}' for name, values in self.parameters.items() if values))
        self.seen = dict.fromkeys(self.functions, 0)
        return self

    def __exit__(self, *_):
        run('rmmod', 'zs_clock')

    def calls(self, function):
        """Those since the last time: what they took, and whether they returned an odd number."""
        calls, missed = (int(read(f'{self.FOLDER}/{name}')) for name in (f'{function}.calls', 'missed'))
        with open(f'{self.FOLDER}/{function}', 'rb') as file:
            samples = array.array('I', file.read())
        if missed or calls > len(samples):
            raise Failed(f'{function}: {calls} calls, of which some were not timed')
        since, self.seen[function] = self.seen[function], calls
        return [(sample & ~1, bool(sample & 1)) for sample in samples[since:calls]]

    def detour(self, count=20000):
        """Nanoseconds to invalidate a page that nobody has."""
        path = '/sys/module/zs_clock/parameters/detours'
        write(path, count)
        return int(read(path)) / count
