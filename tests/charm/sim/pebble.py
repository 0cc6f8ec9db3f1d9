"""A Pebble that runs real processes over the daemon's own API, on a unix socket. It stands in for the real one, a
Go module that cannot be had everywhere; what it does not have (log forwarding, dependencies of services) the
charm does not use. Paths of files begin in the container's root folder; `spawn_prefix` puts processes where they
belong (a network namespace, a mount namespace). Checks run when the simulation says so, or every period."""
import json
import os
import re
import shlex
import signal
import subprocess
import threading
import time
import urllib.request

from .pebble_http import ApiError, Server

OKAY_DELAY = 1.0  # a service that ends sooner has failed to start
STARTED_LIMIT = 30.0  # a slow machine may take that long until the line that is waited for


class Service:
    def __init__(self):
        self.process = None
        self.current = "inactive"
        self.running_as = None  # the entry of the plan it was started with
        self.stopping = False
        self.log = ""
        self.settled = threading.Event()  # it has ended, or said that it has started well


class Check:
    def __init__(self):
        self.failures = 0
        self.status = "up"


class Pebble:
    def __init__(self, root, socket_path, environment, programs, started_line=None, spawn_prefix=()):
        self.root = root
        self.environment = environment  # of the container's processes
        self.programs = programs  # folder
        self.started_line = started_line  # of a service that has started well: waiting on would show nothing else
        self.spawn_prefix = list(spawn_prefix)
        self.plan = {"services": {}, "checks": {}, "log-targets": {}}
        self.services = {}
        self.checks = {}
        self.changes = {}
        self.tasks = {}
        self.check_events = []  # (name, "failed" or "recovered") that Juju has not been told
        self.notices = []
        self.writes = []  # calls that changed something
        self.next_id = 1
        self.boot_id = os.urandom(8).hex()
        self.lock = threading.RLock()
        self.gone = False
        self.timer = None
        os.makedirs(root, exist_ok=True)
        os.makedirs(os.path.dirname(socket_path), exist_ok=True)
        self.server = Server(socket_path, self)

    # --- life

    def close(self):
        """The pod goes: processes end, the socket closes."""
        if self.gone:
            return
        self.gone = True
        self.server.close()
        for name in list(self.services):
            self.stop(name, signal.SIGKILL)

    def run_checks_every(self, seconds):
        def loop():
            while not self.gone:
                time.sleep(seconds)  # the period of a real daemon, for tests on the real clock
                if not self.gone:
                    self.tick()

        threading.Thread(target=loop, daemon=True).start()

    # --- processes

    def path(self, path):
        return os.path.join(self.root, path.lstrip("/"))

    def popen(self, argv, entry=None, **options):
        environment = dict(self.environment)
        environment["CONTAINER_ROOT"] = self.root
        environment["PATH"] = self.programs + ":/usr/bin:/bin"
        environment.update({key: str(value) for key, value in ((entry or {}).get("environment") or {}).items()})
        argv = list(argv)
        # Without a mount namespace of its own a program finds its files by CONTAINER_ROOT, a script as an argument.
        if not self.spawn_prefix:
            argv = [self.path(word) if word.startswith("/etc/temporal/") and word.endswith(".sh") else word
                    for word in argv]
        return subprocess.Popen([*self.spawn_prefix, *argv], env=environment, cwd=self.root,
                                start_new_session=True, **options)

    def start(self, name):
        entry = self.plan["services"][name]
        service = self.services.setdefault(name, Service())
        if service.current == "active":
            return
        service.stopping = False
        service.log = ""
        service.settled = threading.Event()
        service.process = self.popen(shlex.split(entry["command"]), entry, stdin=subprocess.DEVNULL,
                                     stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        service.running_as = json.dumps(entry, sort_keys=True)
        service.current = "active"
        threading.Thread(target=self._collect, args=(name, service, service.process, service.settled),
                         daemon=True).start()
        service.settled.wait(OKAY_DELAY if self.started_line is None else STARTED_LIMIT)
        if service.process.poll() is None:
            return
        service.current = "inactive"
        raise ApiError(500, f"cannot start service: exited quickly with code {service.process.returncode}")

    def _collect(self, name, service, process, settled):
        for line in iter(process.stdout.readline, b""):
            service.log = (service.log + line.decode(errors="replace"))[-20000:]
            if line == self.started_line:
                settled.set()
        process.wait()
        settled.set()
        with self.lock:
            if service.process is process and service.current == "active":
                service.current = "inactive" if service.stopping else "backoff"
                # A server that ends is started again after a pause, as the daemon's backoff does.
                if not service.stopping and not self.gone:
                    threading.Timer(0.5, self._restart, args=(name, service, process)).start()

    def _restart(self, name, service, process):
        with self.lock:
            if self.gone or service.process is not process or service.current != "backoff":
                return
            try:
                self.start(name)
            except ApiError:
                service.current = "error"

    def stop(self, name, number=signal.SIGTERM):
        service = self.services.get(name)
        if service is None or service.process is None or service.process.poll() is not None:
            if service is not None:
                service.current = "inactive"
            return
        service.stopping = True
        try:
            os.killpg(service.process.pid, number)
        except ProcessLookupError:
            pass
        try:
            service.process.wait(25)
        except subprocess.TimeoutExpired:
            os.killpg(service.process.pid, signal.SIGKILL)
            service.process.wait()
        service.current = "inactive"

    def replan(self):
        for name, entry in self.plan["services"].items():
            service = self.services.setdefault(name, Service())
            text = json.dumps(entry, sort_keys=True)
            if service.current == "active" and service.running_as != text:
                self.stop(name)
                self.start(name)
            elif service.current != "active" and entry.get("startup") == "enabled":
                self.start(name)

    # --- checks

    def tick(self):
        """Every enabled check runs once, as after one period."""
        changed = False
        for name, entry in list(self.plan["checks"].items()):
            if entry.get("startup") == "disabled":
                continue
            check = self.checks.setdefault(name, Check())
            good = self._passes(entry)
            check.failures = 0 if good else check.failures + 1
            status = "down" if check.failures >= int(entry.get("threshold", 3)) else "up"
            if good:
                status = "up"
            if status != check.status:
                check.status = status
                self.check_events.append((name, "failed" if status == "down" else "recovered"))
                changed = True
        return changed

    def _passes(self, entry):
        if "http" in entry:
            try:
                with urllib.request.urlopen(entry["http"]["url"], timeout=3) as reply:
                    return 200 <= reply.status < 300
            except OSError:
                return False
        process = self.popen(shlex.split(entry["exec"]["command"]), stdin=subprocess.DEVNULL,
                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            return process.wait(9) == 0
        except subprocess.TimeoutExpired:
            process.kill()
            return False

    # --- the API: each returns the result; pebble_http.py makes the envelope

    def system_info(self):
        return {"version": "stand-in", "boot-id": self.boot_id}

    def add_layer(self, request):
        layer = json.loads(request["layer"])  # JSON is YAML; our charm writes nothing else
        for section, entries in layer.items():
            if section not in self.plan:
                raise ApiError(400, f"cannot parse layer: field {section} not found")
            for name, entry in entries.items():
                if entry.get("override") not in ("merge", "replace"):
                    raise ApiError(400, f"layer must define \"override\" for {section} \"{name}\"")
                merged = dict(self.plan[section].get(name, {})) if entry["override"] == "merge" else {}
                merged.update(entry)
                if section == "checks" and merged != self.plan[section].get(name):
                    self.checks.pop(name, None)
                self.plan[section][name] = merged
        self.writes.append(("layer", request["layer"]))
        return True

    def service_list(self):
        return [{"name": name, "startup": entry.get("startup", "disabled"),
                 "current": self.services[name].current if name in self.services else "inactive"}
                for name, entry in sorted(self.plan["services"].items())]

    def check_list(self):
        result = []
        for name, entry in sorted(self.plan["checks"].items()):
            disabled = entry.get("startup") == "disabled"
            status = "inactive" if disabled else self.checks.get(name, Check()).status
            result.append({"name": name, "level": entry.get("level", ""), "status": status})
        return result

    def _change(self, kind, failure="", data=None, log=()):
        change_id = str(self.next_id)
        self.next_id += 1
        task = {"id": change_id, "kind": kind, "summary": kind, "status": "Error" if failure else "Done",
                "log": list(log), "data": data or {}}
        self.changes[change_id] = {"id": change_id, "kind": kind, "summary": kind, "ready": True,
                                   "status": task["status"], "tasks": [task], **({"err": failure} if failure else {})}
        return change_id

    def services_action(self, request):
        action, names = request["action"], request.get("services", [])
        failure, log = "", []
        before = {name: service.process for name, service in self.services.items()}
        with self.lock:
            try:
                if action == "replan":
                    self.replan()
                for name in names:
                    if action in ("stop", "restart"):
                        self.stop(name)
                    if action in ("start", "restart"):
                        self.start(name)
            except ApiError as error:
                failure = f"cannot perform the following tasks:\n- Start service ({error})"
                log = [service.log.strip()[-400:] for service in self.services.values() if service.log]
        if {name: service.process for name, service in self.services.items()} != before or action != "replan":
            self.writes.append(("services", action))
        return self._change(action, failure, log=log)

    def list_files(self, path):
        folder = self.path(path)
        if not os.path.isdir(folder):
            raise ApiError(404, f"stat {path}: no such file or directory")
        return [{"path": os.path.join(path, name), "name": name,
                 "type": "directory" if os.path.isdir(os.path.join(folder, name)) else "file"}
                for name in sorted(os.listdir(folder))]

    def read_file(self, path):
        with open(self.path(path), "rb") as file:
            return file.read()

    def write_file(self, entry, content):
        target = self.path(entry["path"])
        if not re.fullmatch(r"[0-7]{3}", entry.get("permissions", "644")):
            raise ApiError(400, "permissions must be a 3-digit octal string")
        if entry.get("make-dirs"):
            os.makedirs(os.path.dirname(target), exist_ok=True)
        with open(target + ".new", "wb") as file:
            file.write(content)
        os.chmod(target + ".new", int(entry.get("permissions", "644"), 8))
        os.replace(target + ".new", target)
        self.writes.append(("file", entry["path"]))

    def remove_file(self, path):
        os.remove(self.path(path))
        self.writes.append(("remove", path))

    def exec_start(self, request):
        try:
            process = self.popen(request["command"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                 stderr=subprocess.PIPE)
        except FileNotFoundError:
            raise ApiError(400, f"cannot find executable \"{request['command'][0]}\"") from None
        if self.spawn_prefix and not self._is_program(request["command"][0]):
            process.kill()
            raise ApiError(400, f"cannot find executable \"{request['command'][0]}\"")
        task = {"process": process, "argv": request["command"], "sockets": {}, "ready": threading.Event(),
                "timeout": _seconds(request.get("timeout", "0s"))}
        change_id = str(self.next_id)
        self.next_id += 1
        self.tasks[change_id] = task
        task["thread"] = threading.Thread(target=self._exec, args=(change_id, task), daemon=True)
        task["thread"].start()
        return change_id, {"task-id": change_id, "environment": {}, "working-dir": "/"}

    def _is_program(self, name):
        return any(os.access(os.path.join(folder, name), os.X_OK) for folder in (self.programs, "/usr/bin", "/bin"))

    def _exec(self, change_id, task):
        process = task["process"]
        task["ready"].wait(5)  # for the websockets
        threads = []
        for name, stream in (("stdio", process.stdout), ("stderr", process.stderr)):
            if name in task["sockets"]:
                threads.append(threading.Thread(target=task["sockets"][name].pump, args=(stream,), daemon=True))
        if "stdio" in task["sockets"]:
            threading.Thread(target=task["sockets"]["stdio"].feed, args=(process.stdin,), daemon=True).start()
        for thread in threads:
            thread.start()
        failure, code = "", 0
        try:
            code = process.wait(task["timeout"] or None)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            failure, code = "timed out after " + str(task["timeout"]) + "s", -1
        for thread in threads:
            thread.join(10)
        self.changes[change_id] = {
            "id": change_id, "kind": "exec", "ready": True, "status": "Error" if failure else "Done",
            **({"err": failure} if failure else {}),
            "tasks": [{"id": change_id, "status": "Error" if failure else "Done", "data": {"exit-code": code}}],
        }

    def wait_change(self, change_id, seconds):
        task = self.tasks.get(change_id)
        if task is not None:
            task["thread"].join(seconds)
        if change_id not in self.changes:
            raise ApiError(504 if task is not None else 404, "timed out waiting for change")
        return self.changes[change_id]

    def add_notice(self, request):
        self.notices.append(request["key"])
        return {"id": str(len(self.notices))}


def _seconds(text):
    match = re.fullmatch(r"(\d+)(ms|s|m)?", text)
    return int(match[1]) * {"ms": 0.001, "s": 1, "m": 60, None: 1}[match[2]]
