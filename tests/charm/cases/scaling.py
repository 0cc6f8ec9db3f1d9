"""The document about one application per role, followed to the letter with real processes: every command as it is
written there, through a small `juju` that takes the same words. What it prints is compared with what is promised."""
import json
import os
import random
import re
import shlex
import subprocess
import tempfile
import threading
import time

from tests.charm.sim import checks, stage
from tests.charm.sim.cases import case, check
from tests.charm.sim.cluster import Cluster, RealPostgreSql, demand, run

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
PATIENCE = 90  # seconds until what has to come by itself must have come

DEPLOY = """
juju deploy temporal-k8s --config services="frontend"
juju deploy temporal-k8s-matching --config services="matching"
juju deploy temporal-k8s-history --config services="history"
juju deploy temporal-k8s-worker --config services="worker"
juju deploy postgresql-k8s --channel 14/stable --trust
juju relate temporal-k8s:db postgresql-k8s:database
juju relate temporal-k8s:visibility postgresql-k8s:database
juju deploy temporal-admin-k8s
juju relate temporal-k8s:admin temporal-admin-k8s:admin
"""
RELATE = "".join(f"""
juju relate temporal-k8s-{role}:db postgresql-k8s:database
juju relate temporal-k8s-{role}:visibility postgresql-k8s:database
juju relate temporal-k8s-{role}:admin temporal-admin-k8s:admin
""" for role in ("history", "matching", "worker"))
SCALE = """
juju scale-application temporal-k8s -n {0}
juju scale-application temporal-k8s-history -n {0}
juju scale-application temporal-k8s-matching -n {0}
juju scale-application temporal-k8s-worker -n {0}
"""
DESCRIBE = 'juju run temporal-admin-k8s/0 tctl args="adm cl d"'

PORTS = {"frontend": 7233, "history": 7234, "matching": 7235, "worker": 7239}
APPS = {"frontend": "temporal-k8s", "history": "temporal-k8s-history", "matching": "temporal-k8s-matching",
        "worker": "temporal-k8s-worker"}
SUPPORTED = {"temporal-cli": "<2.0.0", "temporal-go": "<2.0.0", "temporal-java": "<2.0.0", "temporal-php": "<2.0.0",
             "temporal-server": "<2.0.0", "temporal-typescript": "<2.0.0", "temporal-ui": "<3.0.0"}


class Juju:
    """The words of the document, on a cluster. temporal-k8s-ROLE is the charm temporal-k8s under that name."""

    def __init__(self, cluster, postgresql):
        self.cluster = cluster
        self.postgresql = postgresql

    def __call__(self, line):
        words = shlex.split(line)[1:]
        return getattr(self, "do_" + words[0].replace("-", "_"))(words[1:])

    def do_deploy(self, words):
        if words[0] == "postgresql-k8s":
            self.postgresql(words[0])
            return ""
        config = dict(word.split("=", 1) for word in words if "=" in word)
        charm = "temporal-admin-k8s" if words[0] == "temporal-admin-k8s" else "temporal-k8s"
        self.cluster.deploy(charm, words[0], config)
        return ""

    def do_relate(self, words):
        self.cluster.relate(*words)
        return ""

    def do_scale_application(self, words):
        self.cluster.scale(words[0], int(words[words.index("-n") + 1]))
        return ""

    def do_status(self, _words):
        """One picture of what --watch shows."""
        lines = []
        for app in self.cluster.model.apps.values():
            for unit in app.units:
                state, message = ("active", "Primary") if app.script else unit.status
                mark = "*" if app.leader is unit else ""
                lines.append(f"{unit.name + mark:26} {state:9} idle   {unit.address:15} {message}".rstrip())
        return "\n".join(sorted(lines))

    def do_run(self, words):
        unit = next(unit for unit in self.cluster.model.units() if unit.name == words[0])
        parameters = dict(word.split("=", 1) for word in words[2:])
        outcome = self.cluster.run_action(unit, words[1], **parameters)
        check(outcome["status"] == "completed", f"{words}: {outcome}")
        lines = [f"{key}: {value}" if "\n" not in value else
                 f"{key}: |\n" + "".join(f"  {line}\n" for line in value.rstrip("\n").split("\n")).rstrip("\n")
                 for key, value in sorted(outcome["results"].items())]
        return "\n".join(lines)


def settle(cluster, condition):
    """Lets things happen, on the real clock, until the condition holds."""
    deadline = time.monotonic() + PATIENCE
    while True:
        if not cluster.step():
            if condition():
                return
            if time.monotonic() > deadline:
                states = {unit.name: unit.status for unit in cluster.model.units()}
                raise AssertionError(f"not there after {PATIENCE} s: {states}\n{cluster.logs()}")
            time.sleep(0.1)


def all_active(cluster):
    return all(unit.status[0] == "active" for unit in cluster.model.units() if not unit.app.script)


def describe(juju):
    text = juju(DESCRIBE)
    check(text.startswith("output: |\n  {\n") and text.endswith("\n  }\nresult: command succeeded"), text)
    block = text.removeprefix("output: |\n").removesuffix("\nresult: command succeeded")
    check("\\u003c2.0.0" in block, "`<` is not written as in the document")
    return json.loads(block)


def expected(cluster, cluster_id, version):
    def members(role):
        units = cluster.model.apps[APPS[role]].units
        return sorted(f"{unit.address}:{PORTS[role]}" for unit in units)

    return {
        "supportedClients": SUPPORTED, "serverVersion": version,
        "membershipInfo": {
            "reachableMembers": sorted(f"{unit.address}:{PORTS[role] - 300}" for role in PORTS
                                       for unit in cluster.model.apps[APPS[role]].units),
            "rings": [{"role": role, "memberCount": len(members(role)), "members": members(role)} for role in PORTS]},
        "clusterId": cluster_id, "clusterName": "active", "historyShardCount": 4, "persistenceStore": "postgres",
        "visibilityStore": "postgres", "failoverVersionIncrement": "10", "initialFailoverVersion": "1"}


def normal(shown):
    """The same with lists in order, and without the one member of several that answered."""
    membership = shown["membershipInfo"]
    host = membership.pop("currentHost")["identity"]
    check(host.endswith(":7233"), host)
    membership["reachableMembers"].sort()
    for ring in membership["rings"]:
        ring["members"] = sorted(member["identity"] for member in ring["members"])
    return shown


def demand_described(cluster, juju):
    def matches():
        seen.append(normal(describe(juju)))
        return seen[-1] == expected(cluster, seen[-1]["clusterId"], seen[-1]["serverVersion"])

    seen = []
    settle(cluster, lambda: all_active(cluster) and matches())
    check(re.fullmatch(r"[0-9a-f-]{36}", seen[-1]["clusterId"]), str(seen[-1]))
    status = juju("juju status --watch 1s")
    check(all(line.split()[1:3] == ["active", "idle"] for line in status.split("\n")), status)


def follow(cluster, juju):
    for line in DEPLOY.strip().split("\n"):
        juju(line)
    frontend = cluster.model.apps["temporal-k8s"].units[0]
    settle(cluster, lambda: frontend.status[0] == "active")
    for line in RELATE.strip().split("\n"):
        if line:
            juju(line)
    demand_described(cluster, juju)
    juju('juju run temporal-admin-k8s/0 tctl args="--namespace default namespace register --retention 3"')
    workflows = Workflows(cluster, frontend)
    for count in (2, 1):
        for line in SCALE.format(count).strip().split("\n"):
            juju(line)
        demand_described(cluster, juju)
    outcome = workflows.end()
    checks.standing(cluster)
    checks.no_secret_is_seen(cluster)
    return outcome


class Workflows:
    """The load driver beside the scale steps, again and again: it starts workflows, works for them, and fails when
    one is lost."""

    BATCH = 40

    def __init__(self, cluster, unit):
        driver = os.path.join(os.path.dirname(stage.program), "driver")
        self.argv = [*cluster.dispatch_prefix(unit), driver, "run", "--workflows", str(self.BATCH), "--address",
                     f"{unit.address}:7233", "--prefix"]
        self.stopping = threading.Event()
        self.done = 0
        self.failure = ""
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self):
        while not self.stopping.is_set() and not self.failure:
            try:
                result = subprocess.run([*self.argv, f"batch{self.done}"], capture_output=True, text=True,
                                        timeout=PATIENCE, check=False)
            except subprocess.TimeoutExpired:
                self.failure = f"a batch did not end within {PATIENCE} s"
                return
            if result.returncode != 0:
                self.failure = result.stdout[-1500:] + result.stderr[-1500:]
            self.done += 1

    def end(self):
        self.stopping.set()
        self.thread.join()
        check(not self.failure, f"workflows were lost in batch {self.done}:\n{self.failure}")
        return f"{self.done * self.BATCH} workflows meanwhile, none lost"


@case("the document about scaling: every command works as written, and prints what it promises", alone=True)
def scaling():
    programs = os.path.dirname(stage.program)
    demand(programs)
    private = os.path.join(ROOT, "tests/support/postgres/private")
    with Cluster(random.Random(1), stage.charms, stage.program, programs, os.path.join(ROOT, "schema")) as cluster:
        folder = tempfile.mkdtemp(prefix="charm-postgresql-")
        os.chmod(folder, 0o755)
        made = []

        def postgresql(name):
            made.append(cluster.deploy_script(RealPostgreSql, name, ["database"], private,
                                              os.path.join(folder, "server")))

        try:
            return follow(cluster, Juju(cluster, postgresql))
        finally:
            for script in made:
                script.stop()
            run("rm", "-rf", folder)
