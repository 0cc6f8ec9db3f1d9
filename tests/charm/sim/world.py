"""A deployment under simulation: the model, its agents, its pods and the charms at the other ends."""
import errno
import json
import os
import shutil
import socket
import tempfile

from . import uniter, yaml_subset
from .agent import Agent
from .model import App, Charm, Model, ToolError, Unit
from .pebble import Pebble
from .scripts import Script
from .tools import NAMES

NETS = 250
HOOKS_MAX = 400  # in one settling; more means that two sides answer each other for ever


class Failed(Exception):
    """Something that must not be."""


def load_charm(folder):
    def read(name):
        path = os.path.join(folder, name)
        if not os.path.exists(path):
            return {}
        with open(path, encoding="utf-8") as file:
            return yaml_subset.load(file.read())

    metadata = read("metadata.yaml")
    return Charm(metadata["name"], metadata, read("config.yaml"), read("actions.yaml"), folder)


class Addresses:
    """A part of 127.0.0.0/8 that no other world of this machine uses: it is whose socket has its name."""

    def __init__(self):
        self.claim = socket.socket(socket.AF_UNIX)
        self.count = 0
        for offset in range(NETS):
            self.net = 1 + (os.getpid() + offset) % NETS
            try:
                self.claim.bind(f"\0charm-sim-127.{self.net}")
                return
            except OSError as failure:
                if failure.errno != errno.EADDRINUSE:
                    raise
        raise Failed(f"{NETS} worlds use all addresses")

    def next(self):
        self.count += 1
        return f"127.{self.net}.{1 + self.count // 250}.{self.count % 250 + 1}"

    def close(self):
        self.claim.close()


class World:
    def __init__(self, rng, charms, stage, hook_tool):
        """`charms`: folders of unpacked charms; `stage` plays the workloads and `hook_tool` the tools, each under many
        names."""
        self.rng = rng
        # In memory where there is such a folder: a disk would write down files that live for a second.
        memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
        self.folder = tempfile.mkdtemp(prefix="charm-sim-", dir=memory)
        self.databases = os.path.join(self.folder, "databases")
        self.tools_folder = os.path.join(self.folder, "tools")
        self.programs = os.path.join(self.folder, "programs")
        for folder, program, names in (
                (self.tools_folder, hook_tool, NAMES),
                (self.programs, stage, ("temporal-server", "temporal-sql-tool", "temporal", "tctl"))):
            os.mkdir(folder)
            for name in names:
                os.symlink(program, os.path.join(folder, name))
        os.mkdir(self.databases)
        self.model = Model()
        self.agent = Agent(self.folder, self.tools_folder)
        self.agent.model = self.model
        self.charms = {os.path.basename(path): load_charm(path) for path in charms}
        self.addresses = Addresses()
        self.hooks_run = 0
        self.kill_chance = 0.0
        self.repeat_chance = 0.0
        self.actions_failed = []

    def close(self):
        for unit in self.model.units():
            for container in unit.containers.values():
                container.close()
        self.agent.close()
        self.addresses.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    # --- what an operator does

    def deploy(self, charm_name, name=None, config=None, units=1):
        app = App(name or charm_name, self.charms[charm_name])
        app.config = dict(config or {})
        self.model.apps[app.name] = app
        if "peer" in app.charm.endpoints:
            relation = self.model.relate(f"{app.name}:peer", f"{app.name}:peer")
            relation.app_bags.setdefault(app.name, {})
        self.scale(app.name, units)
        return app

    def deploy_script(self, kind, name, endpoints, *arguments):
        metadata = {"provides": {endpoint: {} for endpoint in endpoints}}
        app = App(name, Charm(name, metadata, {}, {}))
        self.model.apps[name] = app
        app.units.append(Unit(app, 0, "127.0.0.1"))
        app.leader = app.units[0]
        app.script = kind(self.model, app, *arguments)
        return app.script

    def new_address(self):
        return self.addresses.next()

    def scale(self, name, count):
        app = self.model.apps[name]
        while len(app.units) < count:
            unit = Unit(app, app.next_number, self.new_address())
            app.next_number += 1
            app.units.append(unit)
            if app.leader is None:
                app.leader = unit
        while len(app.units) > count:
            self.remove_unit(app.units[-1])

    def start_containers(self, unit):
        for name in unit.app.charm.containers:
            folder = os.path.join(self.containers_folder(unit), name)
            unit.containers[name] = Pebble(
                os.path.join(self.folder, "roots", unit.name.replace("/", "-"), name + unit.address),
                os.path.join(folder, "pebble.socket"),
                {"FAKE_DATABASES": self.databases}, self.programs, started_line=b"listening\n")

    def containers_folder(self, unit):
        return os.path.join(self.folder, "c", unit.name.replace("/", "-"))

    def remove_unit(self, unit):
        for relation in self.model.relations_of(unit.app.name):
            for hook in uniter.goodbyes(unit, relation):
                self.run_hook(unit, hook)
        self.run_hook(unit, uniter.Hook("stop"))
        self.run_hook(unit, uniter.Hook("remove"))
        unit.gone = True
        for container in unit.containers.values():
            container.close()
        unit.containers = {}
        unit.app.units.remove(unit)
        for relation in self.model.relations:
            relation.unit_bags.pop(unit.name, None)
            relation.unit_versions.pop(unit.name, None)
        if unit.app.leader is unit:
            self.elect(unit.app, unit.app.units[0] if unit.app.units else None)

    def remove_application(self, name):
        """With its relations, and the secrets that it owns."""
        for relation in self.model.relations_of(name):
            relation.dying = True
        self.scale(name, 0)
        del self.model.apps[name]
        self.model.secrets = {key: secret for key, secret in self.model.secrets.items() if secret.owner != name}

    def elect(self, app, unit):
        app.leader = unit
        for other in app.units:
            uniter.told(other).leader = False

    def churn(self, unit, gently):
        """The pod is replaced: new address, new containers with empty plans and files."""
        if gently:
            self.run_hook(unit, uniter.Hook("stop"))
        for container in unit.containers.values():
            container.close()
        unit.containers = {}
        unit.address = self.new_address()
        uniter.queue_refresh(unit, "harshly")

    def configure(self, name, **values):
        app = self.model.apps[name]
        for key, value in values.items():
            key = key.replace("_", "-")
            app.config.pop(key, None) if value is None else app.config.update({key: value})
        app.config_changes += 1

    def relate(self, first, second, number=None):
        return self.model.relate(first, second, number)

    def unrelate(self, relation):
        relation.dying = True

    def wait_until_gone(self, relation):
        """Juju takes no new relation of two endpoints before the old one is gone."""
        for _ in range(HOOKS_MAX):
            self.step()
            self.bury()
            if relation not in self.model.relations:
                return
        raise Failed(f"{relation.ends} is not gone within {HOOKS_MAX} events")

    # --- running

    def run_hook(self, unit, hook, kill_after=None):
        environment = {"variables": hook.variables, "number": hook.relation.number if hook.relation else None}
        self.hooks_run += 1
        code, tools, _, errors = self.agent.dispatch(
            unit, "hooks/" + hook.name, environment, self.containers_folder(unit), kill_after=kill_after,
            prefix=self.dispatch_prefix(unit))
        if code == 0:
            hook.done()
            unit.error = ""
        else:
            unit.error = f"hook failed: {hook.name}"
            if kill_after is None:
                raise Failed(f"{unit.name}: {hook} ended with {code}: {errors}")
        return code, tools

    def run_action(self, unit, name, /, **parameters):
        """The outcome as `juju run` shows it."""
        declared = unit.app.charm.actions.get(name)
        if declared is None:
            raise ToolError(f"ERROR action \"{name}\" not defined on unit \"{unit.name}\"")
        known = (declared or {}).get("params") or {}
        for key in parameters:
            if key not in known:
                raise ToolError(f"ERROR parameter \"{key}\" is not declared by action \"{name}\"")
        values = {key: entry["default"] for key, entry in known.items() if entry.get("default") is not None}
        action = {"parameters": {**values, **parameters}, "results": {}, "failure": None}
        environment = {"variables": {"JUJU_ACTION_NAME": name, "JUJU_ACTION_UUID": "1"}, "number": None}
        code, _, _, errors = self.agent.dispatch(
            unit, "actions/" + name, environment, self.containers_folder(unit), action,
            prefix=self.dispatch_prefix(unit))
        status = "completed" if code == 0 and action["failure"] is None else "failed"
        outcome = {"status": status, "message": action["failure"] or errors, "results": action["results"],
                   "return-code": code}
        self.model.trace.append(("outcome", unit.name, name, outcome))
        return outcome

    def dispatch_prefix(self, _unit):
        """What puts the charm's program into the pod."""
        return ()

    def container_writes(self, unit):
        return [write for container in unit.containers.values() for write in container.writes]

    def step(self):
        """One event somewhere, chosen by the seed. False when there is none."""
        choices = []
        for app in self.model.apps.values():
            if app.script:
                choices.append((None, app.script))
                continue
            for unit in app.units:
                if not unit.containers and uniter.told(unit).installed:
                    choices.append((unit, None))
                choices += [(unit, hook) for hook in uniter.candidates(self.model, unit)]
        self.rng.shuffle(choices)
        for unit, what in choices:
            if isinstance(what, Script):
                if what.step():
                    return True
            elif what is None:
                self.start_containers(unit)
                return True
            else:
                self.run_chosen(unit, what)
                return True
        self.bury()
        return False

    def run_chosen(self, unit, hook):
        if self.rng.random() < self.kill_chance:
            if self.run_hook(unit, hook, kill_after=self.rng.randrange(1, 40))[0] == 0:
                return
            # Killed: what it wrote is dropped, and the hook comes again.
        self.run_hook(unit, hook)
        # A revision can be removed but once.
        if hook.name != "secret-remove" and self.rng.random() < self.repeat_chance:
            self.demand_quiet(unit, hook.name, hook)

    def bury(self):
        """Relations that everybody has left are gone, and the grants through them too."""
        gone = {relation.number for relation in self.model.relations
                if relation.dying and not any(uniter.knows(unit, relation) for unit in self.model.units())}
        self.model.relations = [relation for relation in self.model.relations if relation.number not in gone]
        for secret in self.model.secrets.values():
            secret.grants = {grant for grant in secret.grants if grant[0] not in gone}

    def settle(self):
        """Until nobody has anything to do, time passing included."""
        for _ in range(HOOKS_MAX):
            if self.step():
                continue
            changed = [container.tick() for unit in self.model.units() for container in unit.containers.values()]
            if not any(changed):
                return
        raise Failed(f"does not settle within {HOOKS_MAX} events")

    def demand_quiet(self, unit, name, hook=None):
        """A repeated hook must write nothing."""
        before = len(self.container_writes(unit))
        again = uniter.Hook(name, hook.relation if hook else None, hook.variables if hook else {})
        _, tools = self.run_hook(unit, again)
        written = tools.writes + self.container_writes(unit)[before:]
        if unit.status[0] != "active":
            # A server that does not come up is started anew by every hook.
            written = [write for write in written if write[0] != "services"]
        if written:
            raise Failed(f"{unit.name}: a second {name} writes {json.dumps(written)[:600]}")
        return tools
