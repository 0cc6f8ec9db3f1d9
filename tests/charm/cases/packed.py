"""The packed files themselves."""
import json
import os
import shutil
import subprocess
import tempfile
import time

from tests.charm.sim import deployments, promql, stage, yaml_subset
from tests.charm.sim.cases import Skip, case, check

SIZE_MAX = 8 << 20


def folder(name):
    return next(path for path in stage.charms if os.path.basename(path) == name)


def read(name, file_name):
    with open(os.path.join(folder(name), file_name), encoding="utf-8") as file:
        return file.read()


@case("each charm is complete, and its program static, executable and within its size")
def complete():
    sizes = []
    for name in ("temporal-k8s", "temporal-admin-k8s"):
        for file_name in ("metadata.yaml", "config.yaml", "actions.yaml", "manifest.yaml"):
            check(read(name, file_name), file_name)
        program = os.path.join(folder(name), "dispatch")
        check(os.access(program, os.X_OK), f"{program} is not executable")
        size = os.path.getsize(program)
        check(size <= SIZE_MAX, f"{size} bytes")
        headers = subprocess.run(["readelf", "--program-headers", program], capture_output=True, text=True, check=True)
        check("INTERP" not in headers.stdout, "not static")
        sizes.append(f"{name} {size / 1e6:.1f} MB")
    return ", ".join(sizes)


@case("every option, relation, action, container and resource of the earlier charms that has a function here is there")
def names():
    metadata = yaml_subset.load(read("temporal-k8s", "metadata.yaml"))
    check(set(metadata["peers"]) | set(metadata["requires"]) | set(metadata["provides"]) >= {
        "peer", "db", "visibility", "admin", "ui", "ingress", "nginx-route", "logging", "metrics-endpoint",
        "grafana-dashboard", "temporal-host-info"}, str(metadata))
    check(list(metadata["containers"]) == ["temporal"], str(metadata["containers"]))
    check(list(metadata["resources"]) == ["temporal-server-image"], str(metadata["resources"]))
    options = yaml_subset.load(read("temporal-k8s", "config.yaml"))["options"]
    check(set(options) >= {
        "services", "num-history-shards", "log-level", "external-hostname", "tls-secret-name", "auth-enabled",
        "auth-google-client-id", "auth-admin-groups", "auth-open-access-namespaces", "persistence-max-conns",
        "persistence-max-idle-conns", "persistence-max-conn-time", "visibility-max-conns",
        "visibility-max-idle-conns", "visibility-max-conn-time", "global-rps-limit", "namespace-rps-limit",
        "long-poll-interval", "db-tls-enabled", "frontend-cert-common-name", "frontend-cert-sans-dns"}, str(options))
    check("default" not in options["num-history-shards"], "a default would hide that it was never set")
    admin = yaml_subset.load(read("temporal-admin-k8s", "metadata.yaml"))
    check(admin["provides"]["admin"] == {"interface": "temporal", "limit": 4}, str(admin["provides"]))
    check(list(admin["containers"]) == ["temporal-admin"], str(admin["containers"]))
    check(set(yaml_subset.load(read("temporal-admin-k8s", "actions.yaml"))) >= {"tctl", "cli", "setup-schema",
                                                                                 "pre-upgrade-check"}, "actions")


@case("every metric that a dashboard or an alert rule asks for is one of the server's")
def metrics_exist():
    used = promql.used()
    check(len(used) > 12, str(used))
    unknown = {name: sorted(files) for name, files in used.items() if name not in promql.documented()}
    check(not unknown, f"not in docs/metrics.md: {unknown}")
    check(promql.metrics_of("sum by (le, a) (rate(x_bucket{b=\"c\"}[5m])) > 0.05 * on (d) y{} and z offset 5m") ==
          {"x_bucket", "y", "z"}, "the parser")
    rules = json.loads(read("temporal-k8s", "alert_rules.json"))["groups"][0]["rules"]
    check({rule["alert"] for rule in rules} >= {"TemporalServerDown", "TemporalDatabaseDown", "TemporalDatabaseErrors",
                                                "TemporalTasksLag"}, str(rules))
    for rule in rules:
        selectors = len(promql.SELECTOR.findall(rule["expr"]))
        check(rule["expr"].count("%%juju_topology%%") == selectors, f"{rule['alert']} looks at other applications")
    return f"{len(used)} metrics"


@case("promtool accepts the alert rules")
def alert_rules():
    if shutil.which("promtool") is None:
        raise Skip("no promtool (Debian's package prometheus)")
    rules = read("temporal-k8s", "alert_rules.json").replace("%%juju_topology%%", 'juju_model=\\"m\\"')
    check(json.loads(rules)["groups"], "no groups")
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        file.write(rules)
        file.flush()
        result = subprocess.run(["promtool", "check", "rules", file.name], capture_output=True, text=True, check=False)
    check(result.returncode == 0, result.stderr)


# What a hook costs is the processes that it starts: Juju answers one tool at a time, each in some milliseconds. Time
# itself depends on the machine, and is only told.
TOOLS_MAX = {"temporal-k8s": 34, "temporal-admin-k8s": 11}


@case("a hook with nothing to do: how long it takes, and how many hook tools it calls")
def hook_time():
    told = []
    with stage.world() as world:
        deployments.whole(world)
        world.settle()
        for name, most in TOOLS_MAX.items():
            times, tools = [], []
            for _ in range(5):
                started = time.perf_counter()
                tools = [" ".join(argv) for argv in world.demand_quiet(world.model.apps[name].units[0], "update-status")
                         .calls]
                times.append((time.perf_counter() - started) * 1000)
            check(len(tools) <= most, f"{name} calls {len(tools)} tools, not {most}: {tools}")
            check(len(set(tools)) == len(tools), f"{name} asks the same twice: {sorted(tools)}")
            told.append(f"{name} {min(times):.0f} ms with {len(tools)} tools")
    return ", ".join(told)
