"""The unit agent: runs a charm's dispatch for one hook or action, and answers its hook tools on a unix socket."""
import contextlib
import os
import select
import socket
import struct
import subprocess
import sys
import time
import traceback

from .tools import HookTools

HOOK_LIMIT = 120  # seconds; a hook of ours takes milliseconds
DATAGRAM_BYTES_MAX = 200 << 10
HEADER = struct.Struct("=I")
REPLY = struct.Struct("=III")
MUTANT = {key: value for key, value in os.environ.items() if key == "TEMPORAL_MUTANT"}


def _what_waits(pid):
    """The hook with its children, and what the threads here do for it."""
    processes = subprocess.run(["ps", "--pid", str(pid), "--ppid", str(pid), "-o", "pid,stat,wchan:30,args"],
                               capture_output=True, text=True, check=False).stdout
    threads = [f"{frame.f_code.co_filename}:{frame.f_lineno} {frame.f_code.co_name}"
               for bottom in sys._current_frames().values() for frame, _ in traceback.walk_stack(bottom)
               if "charm/sim" in frame.f_code.co_filename]
    return "\n".join([processes, *threads])


class Agent:
    """One socket for all units of a model. At most one hook runs at a time, as the simulation decides."""

    def __init__(self, folder, tools_folder):
        self.tools_folder = tools_folder
        self.path = os.path.join(folder, "agent.sock")
        self.tools = None  # of the running hook
        self.kill_after = None  # tool calls; then the hook is killed
        self.process = None
        self.context = ""
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(self.path)

    def close(self):
        self.socket.close()

    def _attend(self):
        """Answers the tools of the running hook until it has closed its outputs. Returns both, and whether in time. By
        the one thread that waits for the hook: a thread more would double the cost of a call."""
        texts = {self.process.stdout.fileno(): b"", self.process.stderr.fileno(): b""}
        tools = self.socket.fileno()
        deadline = time.monotonic() + HOOK_LIMIT
        poll = select.poll()
        for source in (tools, *texts):
            poll.register(source, select.POLLIN)
        still_open = len(texts)
        while still_open:
            ready = poll.poll(max(0, deadline - time.monotonic()) * 1000)
            if not ready:
                return texts.values(), False
            for source, _ in ready:
                if source == tools:
                    self._answer()
                elif data := os.read(source, 65536):
                    texts[source] += data
                else:
                    poll.unregister(source)
                    still_open -= 1
        return texts.values(), True

    def _answer(self):
        """The wire of tests/charm/hook_tool/main.cpp."""
        request, peer = self.socket.recvfrom(DATAGRAM_BYTES_MAX)
        count, = HEADER.unpack_from(request)
        context, *argv, standard_input = request[HEADER.size:].decode().split("\0", count + 1)
        if context != self.context or self.tools is None:
            output, errors, code = "", "ERROR context is gone\n", 1
        elif self.kill_after is not None and len(self.tools.calls) >= self.kill_after:
            self.process.kill()
            output, errors, code = "", "ERROR the hook was killed\n", 1
        else:
            output, errors, code = self.tools.run(argv, standard_input)
        output, errors = output.encode(), errors.encode()
        # A tool may have been killed with its hook.
        with contextlib.suppress(ConnectionRefusedError):
            self.socket.sendto(REPLY.pack(code, len(output), len(errors)) + output + errors, peer)
        os.unlink(peer)

    def environment(self, unit, path, variables, containers_folder):
        model = self.tools.model
        return {
            "JUJU_DISPATCH_PATH": path,
            "JUJU_HOOK_NAME": path.partition("/")[2] if path.startswith("hooks/") else "",
            "JUJU_CHARM_DIR": unit.app.charm.folder,
            "CHARM_DIR": unit.app.charm.folder,
            "JUJU_CONTEXT_ID": self.context,
            "JUJU_AGENT_SOCKET_ADDRESS": self.path,
            "JUJU_AGENT_SOCKET_NETWORK": "unix",
            "JUJU_UNIT_NAME": unit.name,
            "JUJU_MODEL_NAME": model.name,
            "JUJU_MODEL_UUID": model.uuid,
            "JUJU_VERSION": "3.6.8",
            "PATH": self.tools_folder + ":/usr/bin:/bin",
            "LANG": "C.UTF-8",
            # Where the sockets are, which Juju mounts under /charm/containers.
            "CHARM_CONTAINERS_DIR": containers_folder,
            **MUTANT,
            **variables,
        }

    def dispatch(self, unit, path, environment, containers_folder, action=None, kill_after=None, prefix=()):
        """Runs one hook or action; the result tells what it wrote and whether it was flushed."""
        self.tools = tools = HookTools(self.model, unit, environment, action)
        self.context = f"{unit.name}-{path}-{len(self.model.trace)}"
        self.kill_after = kill_after
        variables = self.environment(unit, path, environment["variables"], containers_folder)
        self.process = subprocess.Popen(
            [*prefix, os.path.join(unit.app.charm.folder, "dispatch")],
            env=variables, cwd=unit.app.charm.folder, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, close_fds=False, bufsize=0,
        )
        with self.process:
            texts, in_time = self._attend()
            hanging = "" if in_time else _what_waits(self.process.pid)
            if not in_time:
                self.process.kill()
        output, errors = (text.decode(errors="replace") for text in texts)
        if not in_time:
            errors += f"\nthe hook did not end within {HOOK_LIMIT} s\n{hanging}"
        code = self.process.returncode
        self.context = ""
        if code == 0:
            tools.flush()
        else:
            tools.roll_back()
        for text in (output, errors):
            if text:
                self.model.trace.append(("output", unit.name, text))
        self.model.trace.append(("ran", unit.name, path, code, tools.writes))
        return code, tools, output, errors

    model = None
