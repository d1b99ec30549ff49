#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What tests/bench/recording measures, and how it says so.

    recording.py measure FIGURES CGROUP COMMAND...    in the guest
    recording.py report FIGURES RESULT                on the host
"""
import glob, json, os, re, signal, statistics, struct, subprocess, sys, tempfile, time

QUICK = bool(os.environ.get('QUICK'))
ROUNDS = 1 if QUICK else 7
BUFFER_KIB = 8192           # of each processor
STORM = '/sys/module/zs_storm/parameters'
TRACING = '/sys/kernel/tracing'
TARGET = 0.5


class Failed(Exception):
    pass


def read(path):
    with open(path) as file:
        return file.read()


def wait_until(what, condition, seconds=120):
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise Failed(f'{what}: it did not come to that')
        time.sleep(0.02)


class Recorder:
    """A recorder, from its start to its end.  What it has in its file is for count()."""

    def __init__(self, folder):
        self.path = f'{folder}/{self.name}'
        self.said = open(f'{folder}/{self.name}.said', 'w+')
        self.process = subprocess.Popen(self.command(), stdout=self.said, stderr=self.said,
                                        stdin=subprocess.DEVNULL, cwd=folder,
                                        pass_fds=self.descriptors())
        try:
            self.wait_ready()
        except Failed:
            self.said.seek(0)
            sys.stderr.write(self.said.read())
            raise

    def descriptors(self):
        return ()

    def text(self):
        self.said.flush()
        return read(self.said.name)

    def stop(self):
        """Returns the CPU seconds that it takes for that."""
        before = self.cpu()
        self.process.send_signal(signal.SIGINT)
        _, status, usage = os.wait4(self.process.pid, 0)
        self.process.returncode = status
        return usage.ru_utime + usage.ru_stime - before

    def cpu(self):
        """CPU seconds that it took so far, with those of its children."""
        children, ns = {}, 0
        for path in glob.glob('/proc/[0-9]*/stat'):
            try:
                stat = read(path)
            except OSError:
                continue
            parent = int(stat.rpartition(')')[2].split()[1])
            children.setdefault(parent, []).append(int(path.split('/')[2]))
        todo = [self.process.pid]
        while todo:
            pid = todo.pop()
            todo += children.get(pid, [])
            for path in glob.glob(f'/proc/{pid}/task/*/schedstat'):
                try:
                    ns += int(read(path).split()[0])
                except OSError:
                    pass
        return ns / 1e9

    def output(self, *command):
        done = subprocess.run(command, capture_output=True, text=True, cwd='/')
        if done.returncode:
            raise Failed(f'{" ".join(command)}: {done.stderr}')
        return done.stdout + done.stderr

    def clean(self):
        self.said.close()
        for path in (self.path, self.said.name):
            if os.path.exists(path):
                os.unlink(path)


class Ours(Recorder):
    name = 'zswap-trace'

    def command(self):
        cpus = os.sysconf('SC_NPROCESSORS_CONF')
        return ['zswap-trace', 'record', '-o', self.path, '-b', f'{BUFFER_KIB * cpus}K']

    def wait_ready(self):
        wait_until(self.name, lambda: 'recording' in self.text())

    def count(self):
        """Events and how many were lost, from the file as its layout is documented."""
        with open(self.path, 'rb') as file:
            data = file.read()
        at, events, lost = 32, 0, 0
        while at < len(data):
            magic, _, kind, size = struct.unpack_from('=4I', data, at)
            assert magic == 0x6b6c425a
            if kind == 1:
                block = data[at + 32:at + 32 + size]
                kinds = block[36::72]
                events += len(kinds) - kinds.count(13)
                if 13 in kinds:
                    lost += sum(struct.unpack_from('=I', block, 72 * i + 44)[0]
                                for i, kind in enumerate(kinds) if kind == 13)
            at += 32 + (size + 7) // 8 * 8
        return events, lost


class Perf(Recorder):
    name = 'perf'

    def command(self):
        return ['perf', 'record', '-q', '-a', '-m', f'{BUFFER_KIB}K', '-e', 'zswap:*',
                '-o', self.path, '--control', f'fd:{self.control[0]},{self.acks[1]}']

    def descriptors(self):
        return self.control[0], self.acks[1]

    def __init__(self, folder):
        self.control, self.acks = os.pipe(), os.pipe()
        super().__init__(folder)

    def wait_ready(self):
        # it answers when its events are on, and it reads them
        os.write(self.control[1], b'ping\n')
        if b'ack' not in os.read(self.acks[0], 16):
            raise Failed('perf does not answer')

    def count(self):
        text = self.output('perf', 'report', '--stats', '-i', self.path)
        samples = re.search(r'SAMPLE events: +(\d+)', text)
        if re.search(r'LOST(_SAMPLES)? events: +[1-9]', text):
            dump = self.output('sh', '-c', f'perf report -D -i {self.path} | grep PERF_RECORD_LOST')
            lost = sum(int(n) for n in re.findall(r'lost[: ]+(\d+)', dump)) or 1
        else:
            lost = 0
        return int(samples.group(1)) if samples else 0, lost

    def clean(self):
        for descriptor in self.control + self.acks:
            os.close(descriptor)
        super().clean()


class TraceCmd(Recorder):
    name = 'trace-cmd'

    def command(self):
        return ['trace-cmd', 'record', '-q', '-b', str(BUFFER_KIB), '-e', 'zswap',
                '-o', self.path]

    def wait_ready(self):
        wait_until(self.name, lambda:
                   read(f'{TRACING}/events/zswap/enable').strip() == '1' and
                   read(f'{TRACING}/tracing_on').strip() == '1')

    def count(self):
        text = self.output('trace-cmd', 'report', '--stat', '-i', self.path)
        total = {key: sum(int(n) for n in re.findall(rf'^{key}: (\d+)', text, re.M))
                 for key in ('read events', 'entries', 'overrun', 'dropped events')}
        return (total['read events'] + total['entries'],
                total['overrun'] + total['dropped events'])


RECORDERS = (Ours, Perf, TraceCmd)


def fire(count, burst, pause_us):
    """Returns the CPU seconds that it took, and how many passed."""
    began, cpu = time.monotonic(), time.thread_time()
    with open(f'{STORM}/fire', 'w') as file:
        file.write(f'{count} {burst} {pause_us}')
    return time.thread_time() - cpu, time.monotonic() - began


def session(kind, folder, action):
    """What the action returned, with the recorder, its CPU seconds at its end, and what
    was recorded."""
    recorder = kind(folder)
    try:
        done = action(recorder)
        end = recorder.stop()
        return done, end, recorder.count()
    finally:
        if recorder.process.returncode is None:
            recorder.process.kill()
            recorder.process.wait()
        recorder.clean()


def taken(recorder, action):
    """What the action returned, and the CPU seconds that the recorder took because of it.

    Who records has something to do from time to time, too, when there is no event: as much
    as afterwards, when it has got over its start.
    """
    began, cpu = time.monotonic(), recorder.cpu()
    done = action()
    # whoever looks now and then has looked
    time.sleep(0.5)
    seconds, took = time.monotonic() - began, recorder.cpu() - cpu
    began, cpu = time.monotonic(), recorder.cpu()
    time.sleep(2)
    idle = (recorder.cpu() - cpu) / (time.monotonic() - began)
    return done, took - idle * seconds


COST_EVENTS, COST_BURST, COST_PAUSE = 200000 if QUICK else 400000, 2000, 10000


def fire_some():
    return fire(COST_EVENTS, COST_BURST, COST_PAUSE)[0]


def cost_of(kind, folder, nobody):
    """Nanoseconds of CPU time per event: of whoever has the event, and of the recorder."""
    _, idle_end, _ = session(kind, folder, lambda recorder: time.sleep(2))
    def settled(recorder):
        time.sleep(2)
        return taken(recorder, fire_some)
    (bursts, cpu), end, (events, lost) = session(kind, folder, settled)
    if events != COST_EVENTS or lost:
        raise Failed(f'{kind.name} recorded {events} of {COST_EVENTS} events, {lost} lost')
    return {'event_ns': (bursts - nobody) / COST_EVENTS * 1e9,
            'recorder_ns': cpu / COST_EVENTS * 1e9,
            'end_ns': (end - idle_end) / COST_EVENTS * 1e9}


def costs(folder):
    # the first end of each reads programs and files that later ones find in memory
    for kind in RECORDERS:
        session(kind, folder, lambda _: fire_some())
    rounds = []
    for nth in range(ROUNDS):
        figures = {}
        nobody = (fire_some() + fire_some()) / 2
        for kind in RECORDERS[nth % 3:] + RECORDERS[:nth % 3]:
            figures[kind.name] = cost_of(kind, folder, nobody)
        figures['nobody_ns'] = nobody / COST_EVENTS * 1e9
        rounds.append(figures)
        print(f'bench: round {nth + 1}: {json.dumps(figures)}', file=sys.stderr)
    return rounds


MOST_SECONDS = 1 if QUICK else 3
MOST_BURSTS = 200           # a second


def try_rate(kind, folder, rate):
    """Returns the rate that it came to, or 0 if events were lost.  @rate: 0: as fast as it goes"""
    if rate:
        burst = max(2, int(rate / MOST_BURSTS) // 2 * 2)
        count = burst * MOST_BURSTS * MOST_SECONDS
        # the pause is what the events of a burst leave of its time
        each = fire(20000, 1000, 0)[0] / 20000
        pause = max(1, int(1e6 / MOST_BURSTS - burst * each * 1e6))
    else:
        count, burst, pause = 1000000 * MOST_SECONDS, 10000, 0
    (_, seconds), _, (events, lost) = session(kind, folder, lambda _: fire(count, burst, pause))
    return count / seconds if events == count and not lost else 0


def most(kind, folder):
    """Events per second without a loss: as fast as it goes, or what is found by halving."""
    print(f'bench: how many events a second {kind.name} records ...', file=sys.stderr)
    best = try_rate(kind, folder, 0)
    if best:
        return best
    low, high = 0, 2e6
    for _ in range(3 if QUICK else 7):
        rate = (low + high) / 2
        came_to = try_rate(kind, folder, rate)
        if came_to:
            low, best = rate, max(best, came_to)
        else:
            high = rate
    return best


def workload(folder, cgroup, command):
    """Of a workload: what share of a CPU the recorder takes, with all that it does now and
    then whether there is an event or not."""
    def join():
        with open(f'{cgroup}/cgroup.procs', 'w') as file:
            file.write(str(os.getpid()))
    def action(recorder):
        began, cpu = time.monotonic(), recorder.cpu()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, preexec_fn=join)
        return time.monotonic() - began, recorder.cpu() - cpu
    figures = {}
    for kind in RECORDERS:
        (seconds, cpu), end, (events, lost) = session(kind, folder, action)
        figures[kind.name] = {'events': events, 'lost': lost, 'seconds': seconds,
                              'recorder_percent': 100 * (cpu + end) / seconds}
    return figures


def measure(path, cgroup, *command):
    with tempfile.TemporaryDirectory(dir='/dev/shm') as folder:
        figures = {
            'costs': costs(folder),
            'workload': workload(folder, cgroup, command),
            'most': {kind.name: most(kind, folder) for kind in RECORDERS},
        }
    with open(path, 'w') as file:
        json.dump(figures, file, indent=1)


def whole(figure):
    return figure['event_ns'] + figure['recorder_ns'] + figure['end_ns']


def report(path, result):
    figures = json.loads(read(path))
    rounds, ours = figures['costs'], Ours.name
    print(f'{"":12} {"of the event":>13} {"recorder":>9} {"its end":>9} {"together":>9}'
          f'{"events/s, none lost":>21} {"workload: events":>17} {"lost":>5} {"of a CPU":>8}')
    for kind in RECORDERS:
        of = [each[kind.name] for each in rounds]
        of_workload = figures['workload'][kind.name]
        print(f'{kind.name:12} {statistics.median(f["event_ns"] for f in of):10.0f} ns'
              f' {statistics.median(f["recorder_ns"] for f in of):6.0f} ns'
              f' {statistics.median(f["end_ns"] for f in of):6.0f} ns'
              f' {statistics.median(map(whole, of)):6.0f} ns'
              f' {figures["most"][kind.name]:20,.0f}'
              f' {of_workload["events"]:17,} {of_workload["lost"]:5}'
              f' {of_workload["recorder_percent"]:6.1f} %')
    print()
    missed, ratios = 0, {}
    for kind in RECORDERS[1:]:
        each = [whole(one[ours]) / whole(one[kind.name]) for one in rounds]
        ratios[kind.name] = {'median': statistics.median(each), 'least': min(each),
                             'most': max(each)}
        over = statistics.median(each) > TARGET
        missed += over
        print(f'CPU time per recorded event: ours / {kind.name}\'s, median of {len(each)} rounds '
              f'({min(each):.2f} to {max(each):.2f}): {statistics.median(each):.2f}, '
              f'at most {TARGET}{"  MISSED" if over else ""}')
    with open(result, 'w') as file:
        json.dump({'schema': 'zswapscope-bench-recording/1', **figures, 'ratios': ratios,
                   'targets_missed': missed}, file, indent=1)
    return missed > 0


if __name__ == '__main__':
    try:
        sys.exit({'measure': measure, 'report': report}[sys.argv[1]](*sys.argv[2:]))
    except Failed as failure:
        sys.exit(f'bench: {failure}')
