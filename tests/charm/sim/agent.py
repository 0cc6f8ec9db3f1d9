"""The unit agent: runs a charm's dispatch for one hook or action, and answers its hook tools on a unix socket."""
import os
import socket
import struct
import subprocess
import threading

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
        self.server = threading.Thread(target=self._serve, daemon=True)
        self.server.start()

    def close(self):
        # A close alone leaves the thread in accept(), on a number that the next socket of this process gets.
        self.listener.shutdown(socket.SHUT_RDWR)
        self.server.join()
        self.listener.close()

    def _serve(self):
        while True:
            try:
                peer, _ = self.listener.accept()
            except OSError:
                return
            with peer:
                try:
                    self._answer(peer)
                except (OSError, struct.error, IndexError):
                    pass  # the tool was killed with its hook

    @staticmethod
    def _receive(peer):
        size = struct.unpack("=I", peer.recv(4, socket.MSG_WAITALL))[0]
        return peer.recv(size, socket.MSG_WAITALL).decode() if size else ""

    def _answer(self, peer):
        context = self._receive(peer)
        argv = [self._receive(peer) for _ in range(int(self._receive(peer)))]
        standard_input = self._receive(peer)
        if context != self.context or self.tools is None:
            reply = ("", "ERROR context is gone\n", 1)
        elif self.kill_after is not None and self.tools.calls >= self.kill_after:
            self.process.kill()
            return
        else:
            reply = self.tools.run(argv, standard_input)
        output, error, code = reply
        for text in (str(code), output, error):
            data = text.encode()
            peer.sendall(struct.pack("=I", len(data)) + data)

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
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        try:
            output, errors = self.process.communicate(timeout=HOOK_LIMIT)
        except subprocess.TimeoutExpired:
            self.process.kill()
            output, errors = self.process.communicate()
            errors += "\nthe hook took too long"
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
