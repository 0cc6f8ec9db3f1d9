"""The budget: each measure with what it must be, what it should be, and what it is."""

import os
import socket
import subprocess
import time

from . import process, table, yardstick
from .load import Load
from .server import OwnServer, free_port

SATURATION = ("--count", 3000, "--concurrency", 100)
SLOW_RATE = 10
SLOW = ("--count", 150, "--rate", SLOW_RATE)
COMMITS = 7  # what the budget grants a one-activity workflow; it makes four
SETTLE_SECONDS = 10
LONG_HISTORY = "activities-in-series:1660"  # about 10,000 events
LONG_HISTORIES = ("--count", 5, "--concurrency", 5)
IDLE_UNIT = 100_000
LISTENING_SECONDS_MAX = 30

MEASURES = [  # name, must, aim, unit, whether more is better
    ("one-activity workflows/s ÷ pgbench transactions/s", 0.06, 0.15, "", True),
    ("PostgreSQL CPU per one-activity workflow", 2, 1, "ms", False),
    ("server CPU per one-activity workflow, one process", 3, 1, "ms", False),
    ("p50 at 10 a second minus 7 × p50 of one commit", 4, 2, "ms", False),
    ("idle memory, one process, 512 shards, PostgreSQL", 60, 30, "MB", False),
    ("memory per 100,000 open idle workflows above idle", 200, 50, "MB", False),
    ("start to first completed workflow, embedded store", 0.5, 0.2, "s", False),
    ("cost per transition at 10,000 events ÷ at 100", 1.5, 1.1, "", False),
]


class Budget:
    def __init__(self, programs, folder, database, repeats, idle_count, note):
        self.programs = programs
        self.folder = folder
        self.database = database
        self.repeats = repeats
        self.idle_count = idle_count
        self.note = note
        self.values = {measure[0]: [] for measure in MEASURES}

    def measure(self):
        pgbench = yardstick.Pgbench(self.database, self.folder)
        server = OwnServer("one", self.programs, self.folder, self.database)
        try:
            for repeat in range(self.repeats):
                self._saturation(server, pgbench)
                self._pace(server, pgbench)
                self._growth(server)
                self._start()
                self.note(f"budget: repeat {repeat + 1} of {self.repeats} is done")
        finally:
            server.stop()
        self._memory()

    def _keep(self, index, value):
        name, _, _, unit, _ = MEASURES[index]
        self.values[name].append(value)
        self.note(f"budget: {name}: {table.number(value)} {unit}")

    def _saturation(self, server, pgbench):
        before = pgbench.transactions_per_second()
        load = Load(self.programs, server, "one-activity", *SATURATION)
        transactions = (before + pgbench.transactions_per_second()) / 2
        cpu = load.cpu_between("measuring", "checking")
        count = load.result["completed"]
        self._keep(0, load.result["per_second"] / transactions)
        self._keep(1, cpu["postgres"] / count * 1000)
        self._keep(2, cpu["server"] / count * 1000)

    def _pace(self, server, pgbench):
        rate = COMMITS * SLOW_RATE
        before = pgbench.commit_p50_ms(rate)
        load = Load(self.programs, server, "one-activity", *SLOW)
        commit = (before + pgbench.commit_p50_ms(rate)) / 2
        self.note(f"budget: p50 at {SLOW_RATE} a second {load.result['p50_ms']:.2f} ms, of one commit {commit:.2f} ms")
        self._keep(3, load.result["p50_ms"] - COMMITS * commit)

    def _growth(self, server):
        """The server's CPU for a call, in the last tenth of long histories and in the first one
        (events 100 to 1,000)."""
        load = Load(self.programs, server, LONG_HISTORY, *LONG_HISTORIES)
        calls = load.progress[-1][0]

        def cost(first, last):
            part = [sample for sample in load.progress if first * calls <= sample[0] <= last * calls]
            return (part[-1][2] - part[0][2]) / max(1, part[-1][0] - part[0][0])

        self._keep(7, cost(0.9, 1.0) / cost(0.01, 0.1))

    def _memory(self):
        server = OwnServer("one", self.programs, self.folder, self.database, shards=512, name="idle")
        try:
            time.sleep(SETTLE_SECONDS)
            idle = server.memory_mb()
            self._keep(4, idle)
            load = Load(self.programs, server, "idle", "--count", self.idle_count, "--concurrency", 200,
                        "--duration", SETTLE_SECONDS, until="closing")
            self._keep(5, (load.phases["closing"].memory_mb - idle) * IDLE_UNIT / self.idle_count)
        finally:
            server.stop()

    def _start(self):
        """From exec to the result of the first workflow, on a new file."""
        port = free_port()
        file = os.path.join(self.folder, f"start-{port}.db")
        with open(os.path.join(self.folder, "start.log"), "a", encoding="utf-8") as log:
            begin = time.monotonic()
            child = subprocess.Popen([os.path.join(self.programs, "temporal"), "server", "start-dev", "--headless",
                                      "--port", str(port), "--db-filename", file], stdout=log, stderr=log)
        try:
            _wait_until_listening(port)
            server = _Starting(f"127.0.0.1:{port}", child.pid)
            load = Load(self.programs, server, "one-activity", "--count", 1, "--concurrency", 1,
                        "--connections", 1)
            self._keep(6, load.phases["checking"].time - begin)
        finally:
            child.terminate()
            child.wait()

    def report(self):
        """The table as Markdown, and whether every must holds."""
        rows, holds = [], True
        for name, must, aim, unit, more in MEASURES:
            values = self.values[name]
            verdict = judge(table.median(values), must, aim, more)
            holds = holds and verdict != "MISSED"
            sign = "≥" if more else "≤"
            rows.append([name, f"{sign} {must} {unit}".strip(), f"{sign} {aim} {unit}".strip(),
                         f"{table.cell(values)} {unit}".strip(), verdict])
        return table.markdown(["measure", "must", "aim", "measured", "verdict"], rows), holds


def judge(value, must, aim, more_is_better):
    """A value that could not be measured (not a number) is missed too."""

    def within(bound):
        return value >= bound if more_is_better else value <= bound

    if within(aim):
        return "aim reached"
    return "holds" if within(must) else "MISSED"


def _wait_until_listening(port):
    end = time.monotonic() + LISTENING_SECONDS_MAX
    while time.monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.002)
    raise SystemExit("bench/run: the server of the start measure does not listen")


class _Starting:
    """A server that does not answer yet."""

    database = None

    def __init__(self, address, pid):
        self.address = address
        self.pid = pid

    def cpu_seconds(self):
        return {"server": process.cpu_seconds(self.pid)}

    def memory_mb(self, line="VmRSS"):
        return process.memory_mb(self.pid, line)

    def reset_peak(self):
        pass
