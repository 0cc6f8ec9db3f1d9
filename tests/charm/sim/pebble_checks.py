"""The checks of the Pebble stand-in. Those that run are a thing of their own beside the plan: one that a layer switches
off runs on until it is stopped, as in the daemon."""
import shlex
import subprocess
import time
import urllib.request

from .pebble_http import ApiError
from .pebble_plan import seconds_of


class Check:
    """One that runs, as the plan said when it was started."""

    def __init__(self, entry, change):
        self.entry = entry
        self.failures = 0
        self.change = change  # its id: a perform-check, or a recover-check while it is down
        self.due = time.monotonic() + self.period()

    def period(self):
        return seconds_of(self.entry.get("period", "10s"))

    def is_down(self):
        return self.failures >= int(self.entry["threshold"])


def _is_on(entry):
    return entry.get("startup") != "disabled"


class Checks:
    """`changes` keeps what Juju learns of them: changes and their notices."""

    def __init__(self, popen, changes):
        self.popen = popen
        self.changes = changes
        self.running = {}
        self.events = []  # (name, "failed" or "recovered") that Juju has not been told

    def _start(self, name, entry):
        self.running[name] = Check(entry, self.changes.begin("perform-check", {"check-name": name}))

    @staticmethod
    def _demand_known(action, names, plan):
        unknown = sorted(set(names) - set(plan))
        if unknown:
            raise ApiError(400, f"cannot {action} checks: cannot find checks in plan: " + ", ".join(unknown))

    def start(self, names, plan):
        self._demand_known("start", names, plan)
        started = [name for name in names if name not in self.running]
        for name in started:
            self._start(name, plan[name])
        return started

    def stop(self, names, plan):
        self._demand_known("stop", names, plan)
        stopped = [name for name in names if name in self.running]
        for name in stopped:
            self.changes.end(self.running.pop(name).change, "Hold")
        return stopped

    def follow(self, plan):
        """The plan has changed."""
        for name, entry in plan.items():
            check = self.running.get(name)
            if check is None and _is_on(entry):
                self._start(name, entry)
            elif check and check.entry != entry and not (_is_on(check.entry) and not _is_on(entry)):
                self.changes.end(check.change, "Hold")
                self._start(name, entry)

    def list(self, plan):
        result = []
        for name, entry in sorted(plan.items()):
            check = self.running.get(name)
            status = "inactive" if check is None else "down" if check.is_down() else "up"
            change = {} if check is None else {"change-id": check.change}
            result.append({"name": name, "level": entry.get("level", ""), "status": status, **change})
        return result

    def run_due(self):
        """For a clock that is real: what the plan's periods ask for."""
        now = time.monotonic()
        for name, check in list(self.running.items()):
            if check.due <= now:
                check.due = max(now, check.due + check.period())
                self._run(name, check)

    def run_all(self):
        """Once, as after one period. Whether any went down or came up."""
        return any([self._run(name, check) for name, check in list(self.running.items())])

    def _run(self, name, check):
        was_down = check.is_down()
        check.failures = 0 if self._passes(check.entry) else check.failures + 1
        if check.is_down() == was_down or self.running.get(name) is not check:
            return False
        self.events.append((name, "recovered" if was_down else "failed"))
        self.changes.end(check.change, "Done" if was_down else "Error")
        check.change = self.changes.begin("perform-check" if was_down else "recover-check", {"check-name": name})
        return True

    def _passes(self, entry):
        limit = seconds_of(entry.get("timeout", "3s"))
        if "http" in entry:
            try:
                with urllib.request.urlopen(entry["http"]["url"], timeout=limit) as reply:
                    return 200 <= reply.status < 300
            except OSError:
                return False
        process = self.popen(shlex.split(entry["exec"]["command"]), stdin=subprocess.DEVNULL,
                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            return process.wait(limit) == 0
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            return False
