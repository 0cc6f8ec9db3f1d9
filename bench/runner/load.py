"""Runs temporal-bench against a server and measures the server meanwhile."""

import json
import os
import subprocess
import threading
import time

LOAD_SECONDS_MAX = 1800


class Snapshot:
    """What a server and its database have cost until now."""

    def __init__(self, server):
        self.time = time.monotonic()
        self.cpu = server.cpu_seconds()
        self.memory_mb = server.memory_mb()
        self.counters = server.database.counters() if server.database else {}


class Load:
    """The result of one run: `result` (temporal-bench's JSON), `phases` (a Snapshot at the begin of
    each) and `progress` (calls made, workflows ended, CPU seconds of the server). With `until` the
    run is broken off when that phase begins, and there is no result."""

    def __init__(self, programs, server, scenario, *flags, until=None):
        self.server = server
        self.until = until
        self.phases = {}
        self.progress = []
        server.reset_peak()
        command = [os.path.join(programs, "temporal-bench"), "--address", server.address, "--scenario",
                   scenario, "--json", *(str(flag) for flag in flags)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as child:
            limit = threading.Timer(LOAD_SECONDS_MAX, child.kill)
            limit.start()
            try:
                rest = self._follow(child)
                output = child.stdout.read()
            finally:
                limit.cancel()
        if until in self.phases:
            return
        if not output:
            raise SystemExit(f"bench/run: {' '.join(command)} failed: {''.join(rest)}")
        self.result = json.loads(output)
        self.peak_mb = server.memory_mb("VmHWM")
        if self.result["lost"] or self.result["doubled"] or self.result["problems"]:
            raise SystemExit(f"bench/run: {' '.join(command)}: {output}")

    def _follow(self, child):
        """Returns the lines that are not for us."""
        rest = []
        for line in child.stderr:
            if not self._noted(line):
                rest.append(line)
            if self.until in self.phases:
                child.kill()
        return rest

    def _noted(self, line):
        words = line.split()
        if words[:1] == ["phase"]:
            self.phases[words[1]] = Snapshot(self.server)
            return True
        if words[:1] == ["progress"]:
            cpu = self.server.cpu_seconds()
            own = sum(seconds for role, seconds in cpu.items() if role != "postgres")
            self.progress.append((int(words[1]), int(words[2]), own))
            return True
        return False

    @property
    def supported(self):
        return self.result["supported"]

    def cpu_between(self, first, last):
        """CPU seconds by role."""
        before, after = self.phases[first].cpu, self.phases[last].cpu
        return {role: after[role] - before[role] for role in after}

    def measured(self, first="measuring", last="checking"):
        """One row of numbers, costs for each 1,000 workflows."""
        count = self.result["completed"] / 1000
        row = {"per second": self.result["per_second"], "p50 ms": self.result["p50_ms"],
               "p99 ms": self.result["p99_ms"], "peak MB": self.peak_mb}
        for role, seconds in self.cpu_between(first, last).items():
            row[f"{role} CPU s"] = seconds / count
        before, after = self.phases[first].counters, self.phases[last].counters
        for name in ["commits", "statements", "fsyncs"]:
            if name in after:
                row[name] = (after[name] - before[name]) / count
        if "wal_bytes" in after:
            row["WAL MB"] = (after["wal_bytes"] - before["wal_bytes"]) / count / 1e6
            row["connections"] = after["connections"]
        return row
