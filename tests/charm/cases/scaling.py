"""The document about one application per role, followed to the letter with real processes: every command as it is
written there, through a small `juju` that takes the same words. What it prints is compared with what is promised."""
import json
import re
import shlex

from tests.charm.sim import checks, real
from tests.charm.sim.cases import case, check

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
        check(outcome["status"] == "completed", f"juju run {shlex.join(words)}: {outcome}")
        lines = [f"{key}: {value}" if "\n" not in value else
                 f"{key}: |\n" + "".join(f"  {line}\n" for line in value.rstrip("\n").split("\n")).rstrip("\n")
                 for key, value in sorted(outcome["results"].items())]
        return "\n".join(lines)


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
        active = cluster.all_active()
        if active is not True:
            return active
        shown.append(normal(describe(juju)))
        return shown[-1] == expected(cluster, shown[-1]["clusterId"], shown[-1]["serverVersion"]) or shown[-1]

    shown = []
    cluster.settle_until(DESCRIBE, matches)
    check(re.fullmatch(r"[0-9a-f-]{36}", shown[-1]["clusterId"]), str(shown[-1]))
    status = juju("juju status --watch 1s")
    check(all(line.split()[1:3] == ["active", "idle"] for line in status.split("\n")), f"juju status:\n{status}")


def follow(cluster, juju):
    for line in DEPLOY.strip().split("\n"):
        juju(line)
    frontend = cluster.model.apps["temporal-k8s"].units[0]
    cluster.settle_until("the frontend is active", lambda: frontend.status[0] == "active" or frontend.status)
    for line in RELATE.strip().split("\n"):
        if line:
            juju(line)
    demand_described(cluster, juju)
    juju('juju run temporal-admin-k8s/0 tctl args="--namespace default namespace register --retention 3"')
    workflows = real.Workflows(cluster, frontend)
    for count in (2, 1):
        for line in SCALE.format(count).strip().split("\n"):
            juju(line)
        demand_described(cluster, juju)
    outcome = workflows.end()
    checks.standing(cluster)
    checks.no_secret_is_seen(cluster)
    return outcome


@case("the document about scaling: every command works as written, and prints what it promises", alone=True)
def scaling():
    with real.cluster() as (cluster, postgresql):
        return follow(cluster, Juju(cluster, postgresql))
