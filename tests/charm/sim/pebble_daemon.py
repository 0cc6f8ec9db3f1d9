"""The Pebble daemon itself as a container of a unit, with what the tests know of the stand-in (pebble.py). It is
started as Juju starts it, and its notices are followed as Juju's agent follows them. It is the first process of a PID
namespace, as in a pod: with it ends all that it runs."""
import http.client
import json
import os
import re
import shlex
import socket
import subprocess
import threading
import time
import urllib.parse

from . import yaml_subset

HTTP_ADDRESS = ":38813"
START_LIMIT = 30  # seconds, on the slowest machine
EVENTS = {("perform-check", "Error"): "failed", ("recover-check", "Done"): "recovered"}
# Of the log of calls; an exec changes nothing that the plan speaks of.
WRITE = re.compile(r"POST /v1/(layers|services|files|checks) \S+ 20[02]")


class Connection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost")
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(self.path)


class Process:
    """One that somebody else has started."""

    def __init__(self, pid):
        self.pid = pid

    def poll(self):
        return None if os.path.exists(f"/proc/{self.pid}") else 0


class Service:
    def __init__(self, current, process, log):
        self.current = current
        self.process = process
        self.log = log


class PebbleDaemon:
    def __init__(self, program, root, socket_path, programs, spawn_prefix):
        self.root = root
        self.socket_path = socket_path
        self.log_path = os.path.join(root, "pebble.log")
        self.tasks = {}  # what commands were run with is known to the stand-in only
        self.check_events = []  # (name, "failed" or "recovered") that Juju has not been told
        self.gone = False
        os.makedirs(os.path.dirname(socket_path), exist_ok=True)
        environment = {"PATH": programs + ":/usr/bin:/bin", "PEBBLE": os.path.join(root, "pebble"),
                       "PEBBLE_SOCKET": socket_path}
        with open(self.log_path, "wb") as log:
            self.holder = subprocess.Popen(
                [*spawn_prefix, program, "run", "--create-dirs", "--hold", "--http", HTTP_ADDRESS, "--verbose"],
                env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)
        self.boot_id = self._await_start()["boot-id"]
        threading.Thread(target=self._follow_notices, daemon=True).start()

    def _await_start(self):
        deadline = time.monotonic() + START_LIMIT
        while True:
            try:
                return self.get("/v1/system-info")
            except OSError:
                if self.holder.poll() is not None or time.monotonic() > deadline:
                    raise AssertionError(f"the Pebble daemon does not start: {self.log()}") from None
                time.sleep(0.01)

    def close(self):
        """The pod goes, and nobody is asked."""
        if self.gone:
            return
        self.gone = True
        for pid in _children(self.holder.pid):
            os.kill(pid, 9)
        self.holder.wait()
        os.remove(self.socket_path)

    # --- its API

    def get(self, target):
        connection = Connection(self.socket_path)
        try:
            connection.request("GET", target)
            envelope = json.loads(connection.getresponse().read())
        finally:
            connection.close()
        if envelope["type"] == "error":
            raise LookupError(f"{target}: {envelope['result']['message']}")
        return envelope["result"]

    def _follow_notices(self):
        after = ""
        while not self.gone:
            try:
                notices = self.get("/v1/notices?types=change-update&timeout=30s" + after)
                for notice in notices:
                    self._take(notice)
                    after = "&after=" + urllib.parse.quote(notice["last-repeated"])
            except (OSError, http.client.HTTPException):
                continue  # it has been closed, or is about to be

    def _take(self, notice):
        data = notice.get("last-data") or {}
        try:
            status = self.get("/v1/changes/" + notice["key"])["status"]
        except LookupError:
            return
        event = EVENTS.get((data.get("kind"), status))
        if event:
            self.check_events.append((data["check-name"], event))

    @property
    def plan(self):
        return yaml_subset.load(self.get("/v1/plan?format=yaml"))

    @property
    def services(self):
        commands = {name: entry["command"] for name, entry in self.plan.get("services", {}).items()}
        return {listed["name"]: Service(listed["current"], self._process(commands[listed["name"]]), self.log())
                for listed in self.get("/v1/services")}

    def _process(self, command):
        for daemon in _children(self.holder.pid):
            for pid in _children(daemon):
                if _arguments(pid) == shlex.split(command):
                    return Process(pid)
        return None

    # --- what it leaves behind

    def path(self, path):
        return os.path.join(self.root, path.lstrip("/"))

    def log(self):
        """Its own words and those of its services."""
        with open(self.log_path, errors="replace", encoding="utf-8") as file:
            return file.read()

    @property
    def writes(self):
        return [(found[1], found[0]) for found in WRITE.finditer(self.log())]


def _children(pid):
    """Of all its threads."""
    children = []
    for thread in os.listdir(f"/proc/{pid}/task"):
        with open(f"/proc/{pid}/task/{thread}/children", encoding="utf-8") as file:
            children += [int(word) for word in file.read().split()]
    return children


def _arguments(pid):
    try:
        with open(f"/proc/{pid}/cmdline", encoding="utf-8") as file:
            return file.read().split("\0")[:-1]
    except OSError:  # it has ended meanwhile
        return []
