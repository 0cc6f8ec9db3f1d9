"""A cluster of pods on this machine: each unit a network namespace with an address of its own on one bridge, its
containers mount namespaces with an /etc of their own, the programs and PostgreSQL the real ones, and so is Pebble where
there is a daemon."""
import os
import shutil
import subprocess
import time

from . import stage
from .cases import Skip
from .pebble import Pebble
from .pebble_daemon import PebbleDaemon
from .world import World

NETWORK = "10.1.232"
BRIDGE_ADDRESS = "02:00:0a:01:e8:01"  # locally administered
PATIENCE = 240  # seconds until what has to come by itself must have come, on the slowest machine
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
PROGRAMS = ("temporal-server", "temporal", "tctl", "temporal-sql-tool")


def run(*argv, **options):
    """What the command prints. A failure names the command, and all that it said."""
    result = subprocess.run(argv, capture_output=True, text=True, check=False, **options)
    if result.returncode != 0:
        raise RuntimeError(f"{' '.join(argv)}: exit {result.returncode}\n{result.stdout.strip()}\n"
                           f"{result.stderr.strip()}")
    return result.stdout


def demand(programs_folder):
    missing = [name for name in PROGRAMS if not os.access(os.path.join(programs_folder, name), os.X_OK)]
    if missing:
        raise Skip(f"not built yet: {', '.join(missing)}")
    if os.geteuid() != 0:
        raise Skip("network namespaces need root")
    try:
        run("ip", "netns", "add", "charm-try")
        run("ip", "netns", "del", "charm-try")
    except (RuntimeError, FileNotFoundError) as failure:
        raise Skip(f"no network namespaces here ({failure})") from None


class Network:
    """One bridge, and a namespace for each unit."""

    def __init__(self):
        self.prefix = f"ch{os.getpid() % 10000}"
        self.namespaces = []
        # Without a hardware address of its own a bridge takes the lowest of its ports', and has another one when that
        # unit goes: the others then talk to nobody until they ask again.
        run("ip", "link", "add", self.prefix, "address", BRIDGE_ADDRESS, "type", "bridge")
        run("ip", "address", "add", f"{NETWORK}.1/24", "dev", self.prefix)
        run("ip", "link", "set", self.prefix, "up")

    def add_address(self, address):
        """One more of this machine, beside the gateway's."""
        run("ip", "address", "add", f"{address}/24", "dev", self.prefix)

    def add(self, number, address):
        name = f"{self.prefix}n{number}"
        run("ip", "netns", "add", name)
        self.namespaces.append(name)
        inner, outer = f"{name}i", f"{name}o"
        run("ip", "link", "add", outer, "type", "veth", "peer", "name", inner, "netns", name)
        run("ip", "link", "set", outer, "master", self.prefix, "up")
        run("ip", "-n", name, "address", "add", f"{address}/24", "dev", inner)
        run("ip", "-n", name, "link", "set", inner, "up")
        run("ip", "-n", name, "link", "set", "lo", "up")
        return name

    def close(self):
        for name in self.namespaces:
            subprocess.run(["ip", "netns", "del", name], check=False)
        subprocess.run(["ip", "link", "del", self.prefix], check=False)


class Cluster(World):
    """World with real pods. `programs` is the folder of the real programs."""

    def __init__(self, rng, charms, stage, hook_tool, programs, schema):
        super().__init__(rng, charms, stage, hook_tool)
        self.real_programs = os.path.abspath(programs)
        self.schema = schema
        self.network = Network()
        self.namespace_of = {}
        self.next_host = 10

    def close(self):
        super().close()
        self.network.close()

    def new_address(self):
        self.next_host += 1
        return f"{NETWORK}.{self.next_host}"

    def namespace(self, unit):
        if unit.address not in self.namespace_of:
            self.namespace_of[unit.address] = self.network.add(len(self.namespace_of), unit.address)
        return self.namespace_of[unit.address]

    def _etc(self, root):
        """What programs look for in /etc, and the schema where the images have it."""
        etc = os.path.join(root, "etc")
        os.makedirs(os.path.join(etc, "temporal", "config", "dynamicconfig"))
        for name in ("passwd", "group", "nsswitch.conf", "ld.so.cache", "ssl", "localtime"):
            source = os.path.join("/etc", name)
            if os.path.isdir(source):
                shutil.copytree(source, os.path.join(etc, name), symlinks=True)
            elif os.path.exists(source):
                shutil.copy(source, os.path.join(etc, name))
        shutil.copytree(self.schema, os.path.join(etc, "temporal", "schema"), symlinks=True)
        with open(os.path.join(etc, "hosts"), "w", encoding="utf-8") as file:
            file.write("127.0.0.1 localhost\n")
            for app in self.model.apps.values():
                if app.units:
                    file.write(f"{app.units[0].address} {app.name}\n")

    def start_containers(self, unit):
        namespace = self.namespace(unit)
        for name in unit.app.charm.containers:
            root = os.path.join(self.folder, "roots", f"{namespace}-{name}")
            os.makedirs(root)
            self._etc(root)
            socket_path = os.path.join(self.containers_folder(unit), name, "pebble.socket")
            unit.containers[name] = self._pebble(namespace, root, socket_path)

    def _pebble(self, namespace, root, socket_path):
        into = ["ip", "netns", "exec", namespace, "unshare", "--mount"]
        own_etc = ["--", "/bin/sh", "-c", f"mount --bind {root}/etc /etc && exec \"$@\"", "sh"]
        if not stage.pebble:
            return Pebble(root, socket_path, {}, self.real_programs, spawn_prefix=[*into, *own_etc], in_real_time=True)
        first = ["--pid", "--fork", "--kill-child", "--mount-proc"]
        return PebbleDaemon(stage.pebble, root, socket_path, self.real_programs, [*into, *first, *own_etc])

    def dispatch_prefix(self, unit):
        return ["ip", "netns", "exec", self.namespace(unit)]

    def settle_until(self, what, condition):
        """Lets things happen, on the real clock, until the condition holds. It returns True, or tells what it saw."""
        deadline = time.monotonic() + PATIENCE
        while True:
            if not self.step():
                seen = condition()
                if seen is True:
                    return
                if time.monotonic() > deadline:
                    states = {unit.name: unit.status for unit in self.model.units() if not unit.app.script}
                    raise AssertionError(f"{what}: not there after {PATIENCE} s\nseen: {seen}\nunits: {states}\n"
                                         f"{self.logs()}")
                time.sleep(0.1)

    def all_active(self):
        """For settle_until."""
        others = {unit.name: unit.status for unit in self.model.units()
                  if not unit.app.script and unit.status[0] != "active"}
        return others or True

    def logs(self):
        """The end of what every server wrote, for a failed case."""
        lines = []
        for unit in self.model.units():
            for container in unit.containers.values():
                for service in container.services.values():
                    lines.append(f"--- {unit.name} {unit.status}\n{service.log[-1500:]}")
        return "\n".join(lines)
