"""A Pebble that runs real processes over the daemon's own API, on a unix socket. It stands in for the daemon where time
has to pass at once, and on machines without it; tests/charm/pebble holds both to what the charms rely on. What the
charms do not use (log forwarding, dependencies of services) it does not have. Paths of files begin in the container's
root folder; `spawn_prefix` puts processes where they belong (a network namespace, a mount namespace). Checks run, and
services that have ended start again, when the simulation says so; `in_real_time`, when the plan does."""
import json
import os
import shlex
import shutil
import signal
import subprocess
import threading

from . import pebble_plan
from .pebble_changes import Changes
from .pebble_checks import Checks
from .pebble_http import ApiError, Server

OKAY_DELAY = 1.0  # a service that ends sooner has failed to start
STARTED_LIMIT = 30.0  # a slow machine may take that long until the line that is waited for
BACKOFF = 0.5  # seconds, and twice as long after each failure
CONNECT_LIMIT = 5.0  # seconds that the websockets of a command may take
CHECKS_PAUSE = 0.05  # how exact the periods of checks are, in real time


class Service:
    def __init__(self):
        self.process = None
        self.current = "inactive"
        self.running_as = None  # the entry of the plan it was started with
        self.stopping = False
        self.backoff = BACKOFF
        self.log = ""
        self.settled = threading.Event()  # it has ended, or said that it has started well


class Pebble:
    def __init__(self, root, socket_path, environment, programs, started_line=None, spawn_prefix=(),
                 in_real_time=False):
        self.root = root
        self.environment = environment  # of the container's processes
        self.programs = programs  # folder
        self.started_line = started_line  # of a service that has started well: waiting on would show nothing else
        self.spawn_prefix = list(spawn_prefix)
        self.in_real_time = in_real_time
        self.plan = {"services": {}, "checks": {}, "log-targets": {}}
        self.services = {}
        self.changes = Changes()
        self.checks = Checks(self.popen, self.changes)
        self.check_events = self.checks.events
        self.tasks = {}
        self.writes = []  # calls that changed something
        self.boot_id = os.urandom(8).hex()
        self.lock = threading.RLock()
        self.gone = threading.Event()
        os.makedirs(root, exist_ok=True)
        os.makedirs(os.path.dirname(socket_path), exist_ok=True)
        self.server = Server(socket_path, self)
        if in_real_time:
            threading.Thread(target=self._run_checks, daemon=True).start()

    # --- life

    def close(self):
        """The pod goes: processes end, the socket closes."""
        if self.gone.is_set():
            return
        self.gone.set()
        self.server.close()
        for name in list(self.services):
            self.stop(name, signal.SIGKILL)

    def _run_checks(self):
        while not self.gone.wait(CHECKS_PAUSE):
            self.checks.run_due()

    def tick(self):
        """Time passes: services that have ended start again, then every check runs once. Whether a check changed."""
        for name, service in list(self.services.items()):
            if service.current == "backoff":
                self._start_again(name, service, service.process)
                service.settled.wait(STARTED_LIMIT)
                with self.lock:
                    if service.current == "active" and service.process.poll() is not None:
                        self._back_off(name, service)
        return self.checks.run_all()

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

    def _spawn(self, name):
        entry = self.plan["services"][name]
        service = self.services.setdefault(name, Service())
        service.stopping = False
        service.log = ""
        service.settled = threading.Event()
        service.current = "inactive"
        service.process = self.popen(shlex.split(entry["command"]), entry, stdin=subprocess.DEVNULL,
                                     stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        service.running_as = json.dumps(entry, sort_keys=True)
        service.current = "active"
        threading.Thread(target=self._collect, args=(name, service, service.process, service.settled),
                         daemon=True).start()
        return service

    def start(self, name):
        service = self.services.setdefault(name, Service())
        if service.current == "active":
            return
        service.backoff = BACKOFF
        try:
            self._spawn(name)
        except OSError as failure:
            raise ApiError(500, f"cannot start service: fork/exec {failure.filename}: {failure.strerror.lower()}") \
                from None
        service.settled.wait(OKAY_DELAY if self.started_line is None else STARTED_LIMIT)
        if service.process.poll() is None:
            return
        self._back_off(name, service)
        raise ApiError(500, f"service start attempt: exited quickly with code {exit_code(service.process)}, "
                            "will restart")

    def _collect(self, name, service, process, settled):
        for line in iter(process.stdout.readline, b""):
            service.log = (service.log + line.decode(errors="replace"))[-20000:]
            if line == self.started_line:
                settled.set()
        process.wait()
        settled.set()
        with self.lock:
            if service.process is process and service.current == "active":
                if service.stopping:
                    service.current = "inactive"
                else:
                    self._back_off(name, service)

    def _back_off(self, name, service):
        service.current = "backoff"
        if self.in_real_time and not self.gone.is_set():
            timer = threading.Timer(service.backoff, self._start_again, args=(name, service, service.process))
            timer.daemon = True
            timer.start()
            service.backoff = min(30.0, 2 * service.backoff)

    def _start_again(self, name, service, process):
        with self.lock:
            if not self.gone.is_set() and service.process is process and service.current == "backoff":
                self._spawn(name)

    def stop(self, name, number=signal.SIGTERM):
        service = self.services.get(name)
        if service is None or service.process is None or service.process.poll() is not None:
            if service is not None:
                service.current = "inactive"
            return
        service.stopping = True
        delay = pebble_plan.seconds_of(json.loads(service.running_as).get("kill-delay", "5s"))
        try:
            os.killpg(service.process.pid, number)
        except ProcessLookupError:
            pass
        try:
            service.process.wait(delay)
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

    # --- the API: each returns the result; pebble_http.py makes the envelope

    def system_info(self):
        return {"version": "stand-in", "boot-id": self.boot_id}

    def plan_text(self):
        return json.dumps({section: entries for section, entries in self.plan.items() if entries})

    def add_layer(self, request):
        plan = pebble_plan.combined(self.plan, request["layer"], request["label"])
        for section, entries in plan.items():  # the tests hold on to the plan
            self.plan[section].clear()
            self.plan[section].update(entries)
        self.checks.follow(self.plan["checks"])
        self.writes.append(("layer", request["layer"]))
        return True

    def service_list(self):
        return [{"name": name, "startup": entry.get("startup", "disabled"),
                 "current": self.services[name].current if name in self.services else "inactive"}
                for name, entry in sorted(self.plan["services"].items())]

    def check_list(self):
        return self.checks.list(self.plan["checks"])

    def checks_action(self, request):
        act = self.checks.stop if request["action"] == "stop" else self.checks.start
        changed = act(request["checks"], self.plan["checks"])
        if changed:
            self.writes.append(("checks", changed))
        return {"changed": changed}

    def notices(self):
        return list(self.changes.notices.values())

    def services_action(self, request):
        """The id of the change, which goes on by itself."""
        action, names = request["action"], request.get("services") or []
        if action not in ("replan", "start", "stop", "restart"):
            raise ApiError(400, f"invalid action \"{action}\"")
        if action != "replan" and not names:
            raise ApiError(400, f"must specify services for {action} action")
        for name in names:
            if name not in self.plan["services"]:
                raise ApiError(400, f"cannot {action} services: service \"{name}\" does not exist")
        started = names or [name for name, entry in self.plan["services"].items() if entry.get("startup") == "enabled"]
        change = self.changes.begin(action, summary=f"Start service \"{started[0]}\"" if started else action)
        threading.Thread(target=self._act, args=(change, action, names), daemon=True).start()
        return change

    def _act(self, change, action, names):
        failure = ""
        with self.lock:
            before = {name: service.process for name, service in self.services.items()}
            try:
                if action == "replan":
                    self.replan()
                for name in names:
                    if action in ("stop", "restart"):
                        self.stop(name)
                    if action in ("start", "restart"):
                        self.start(name)
            except ApiError as error:
                failure = str(error)
            if {name: service.process for name, service in self.services.items()} != before or action != "replan":
                self.writes.append(("services", action))
            output = "".join(service.log for service in self.services.values())
        self.changes.end(change, failure=failure, output=output)

    def list_files(self, path):
        if not os.path.isabs(path):
            raise ApiError(400, f"path must be absolute, got \"{path}\"")
        folder = self.path(path)
        if not os.path.exists(folder):
            raise ApiError(404, f"stat {path}: no such file or directory")
        if not os.path.isdir(folder):
            return [{"path": path, "name": os.path.basename(path), "type": "file"}]
        return [{"path": os.path.join(path, name), "name": name, "type": _type_of(os.path.join(folder, name))}
                for name in sorted(os.listdir(folder))]

    def _file(self, path):
        if not os.path.isabs(path):
            raise OSError(f"paths must be absolute, got \"{path}\"")
        return self.path(path)

    def read_file(self, path):
        target = self._file(path)
        if os.path.isdir(target):
            raise OSError(f"can only read a regular file: \"{path}\"")
        with open(target, "rb") as file:
            return file.read()

    def write_file(self, entry, content):
        target = self._file(entry["path"])
        permissions = entry.get("permissions") or "644"
        if entry.get("make-dirs"):
            os.makedirs(os.path.dirname(target), exist_ok=True)
        if len(permissions) != 3 or set(permissions) - set("01234567"):
            raise OSError(f"permissions must be a 3-digit octal string, got \"{permissions}\"")
        with open(target + ".new", "wb") as file:
            file.write(content)
        os.chmod(target + ".new", int(permissions, 8))
        os.replace(target + ".new", target)
        self.writes.append(("file", entry["path"]))

    def remove_file(self, path):
        target = self._file(path)
        if os.path.isdir(target):
            os.rmdir(target)
        else:
            os.remove(target)
        self.writes.append(("remove", path))

    def exec_start(self, request):
        program = request["command"][0]
        if shutil.which(program, path=self.programs + ":/usr/bin:/bin") is None:
            raise ApiError(400, f"cannot find executable \"{program}\"")
        process = self.popen(request["command"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        timeout = request.get("timeout") or "0s"
        change = self.changes.begin("exec", summary=f"Execute command \"{program}\"")
        task = {"process": process, "argv": request["command"], "sockets": {}, "ready": threading.Event(),
                "timeout": pebble_plan.seconds_of(timeout)}
        self.tasks[change] = task
        task["thread"] = threading.Thread(target=self._exec, args=(change, task), daemon=True)
        task["thread"].start()
        return change, {"task-id": change, "environment": {}, "working-dir": "/"}

    def _exec(self, change, task):
        process = task["process"]
        # A simulation does not know how long a busy machine takes.
        if not task["ready"].wait(CONNECT_LIMIT if self.in_real_time else None):
            del self.tasks[change]  # a websocket that comes now finds nothing
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            self.changes.end(change, failure=f"exec {change}: timeout waiting for websocket connections")
            return
        threads = []
        for name, stream in (("stdio", process.stdout), ("stderr", process.stderr)):
            threads.append(threading.Thread(target=task["sockets"][name].pump, args=(stream,), daemon=True))
        threading.Thread(target=task["sockets"]["stdio"].feed, args=(process.stdin,), daemon=True).start()
        for thread in threads:
            thread.start()
        failure = ""
        try:
            process.wait(task["timeout"] or None)
            code = exit_code(process)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            failure = f"timed out after {pebble_plan.text_of(task['timeout'])}: context deadline exceeded"
            code = -1
        for thread in threads:
            thread.join(10)
        self.changes.end(change, failure=failure, data={"exit-code": code})


def exit_code(process):
    """As the daemon has it: 128 and the number of the signal that ended it."""
    return process.returncode if process.returncode >= 0 else 128 - process.returncode


def _type_of(path):
    return "symlink" if os.path.islink(path) else "directory" if os.path.isdir(path) else "file"
