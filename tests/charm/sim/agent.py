"""The unit agent: runs a charm's dispatch for one hook or action, and answers its hook tools on a unix socket."""
import contextlib
import os
import selectors
import socket
import struct
import subprocess
import time

from .tools import HookTools

HOOK_LIMIT = 120  # seconds; a hook of ours takes milliseconds


class Agent:
    """One socket for all units of a model. At most one hook runs at a time, as the simulation decides."""

    def __init__(self, folder, tools_folder):
        self.tools_folder = tools_folder
        self.path = os.path.join(folder, "agent.sock")
        self.tools = None  # of the running hook
        self.kill_after = None  # tool calls; then the hook is killed
        self.process = None
        self.context = ""
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(self.path)
        self.listener.listen(64)

    def close(self):
        self.listener.close()

    def _attend(self):
        """Answers the tools of the running hook until it has closed its outputs. Returns both, and whether in time. By
        the one thread that waits for the hook: a thread more would double the cost of a call."""
        texts = {self.process.stdout: b"", self.process.stderr: b""}
        deadline = time.monotonic() + HOOK_LIMIT
        with selectors.DefaultSelector() as selector:
            for source in (self.listener, *texts):
                selector.register(source, selectors.EVENT_READ)
            while len(selector.get_map()) > 1:
                ready = selector.select(max(0, deadline - time.monotonic()))
                if not ready:
                    return texts.values(), False
                for key, _ in ready:
                    if key.fileobj is self.listener:
                        self._accept()
                    elif data := os.read(key.fd, 65536):
                        texts[key.fileobj] += data
                    else:
                        selector.unregister(key.fileobj)
        return texts.values(), True

    def _accept(self):
        peer, _ = self.listener.accept()
        # A tool may be killed with its hook.
        with peer, contextlib.suppress(OSError, struct.error, ValueError):
            self._answer(peer)

    def _answer(self, peer):
        """The wire of tests/charm/hook_tool/main.cpp."""
        count, size = struct.unpack("=II", peer.recv(8, socket.MSG_WAITALL))
        context, *argv, standard_input = peer.recv(size, socket.MSG_WAITALL).decode().split("\0", count + 1)
        if context != self.context or self.tools is None:
            reply = ("", "ERROR context is gone\n", 1)
        elif self.kill_after is not None and self.tools.calls >= self.kill_after:
            self.process.kill()
            return
        else:
            reply = self.tools.run(argv, standard_input)
        output, errors, code = reply[0].encode(), reply[1].encode(), reply[2]
        peer.sendall(struct.pack("=III", code, len(output), len(errors)) + output + errors)

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
            **{key: value for key, value in os.environ.items() if key == "TEMPORAL_MUTANT"},
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
            if not in_time:
                self.process.kill()
        output, errors = (text.decode(errors="replace") for text in texts)
        if not in_time:
            errors += f"\nthe hook did not end within {HOOK_LIMIT} s"
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
