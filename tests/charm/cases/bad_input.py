"""What operators and neighbours get wrong: a status or a failed action that names the fix, never a failed hook, and a
healthy server is left alone."""
import json
import os

from tests.charm.sim import checks, deployments, stage, uniter
from tests.charm.sim.cases import case, check
from tests.charm.sim.cluster import ROOT
from tests.charm.sim.model import ToolError

BAD_OPTIONS = {"services": "frontend,storage", "log-level": "loud", "num-history-shards": 6,
               "global-rps-limit": -1, "persistence-max-conns": 0, "visibility-max-idle-conns": 0,
               "persistence-max-conn-time": "an hour", "visibility-max-conn-time": "-1h",
               "namespace-rps-limit": "orders", "long-poll-interval": "soon", "dynamic-config": "a: [b",
               "database-connection-budget": -3, "auth-enabled": True, "frontend-cert-common-name": "x"}


@case("every wrong option value is a blocked status that names the option, and the server goes on")
def bad_options():
    with stage.world() as world:
        deployments.whole(world)
        world.settle()
        unit = world.model.apps["temporal-k8s"].units[0]
        pid = unit.containers["temporal"].services["temporal"].process.pid
        for option, value in BAD_OPTIONS.items():
            world.configure("temporal-k8s", **{option: value})
            world.settle()
            named = option in unit.status[1] or (option == "log-level" and "log level" in unit.status[1])
            check(unit.status[0] == "blocked" and named, f"{option}: {unit.status}")
            check(unit.containers["temporal"].services["temporal"].process.pid == pid, f"{option}: restarted")
            world.configure("temporal-k8s", **{option: None})
            world.settle()
            checks.all_active(world)
        checks.standing(world)


@case("each missing relation is a status that names the command")
def missing_relations():
    with stage.world() as world:
        deployments.with_postgresql(world)
        world.deploy("temporal-k8s")
        world.settle()
        unit = world.model.apps["temporal-k8s"].units[0]
        check(unit.status[0] == "blocked" and "juju integrate temporal-k8s:db" in unit.status[1], str(unit.status))
        world.relate("temporal-k8s:db", "postgresql-k8s:database")
        world.settle()
        check("juju integrate temporal-k8s:visibility" in unit.status[1], str(unit.status))
        world.relate("temporal-k8s:visibility", "postgresql-k8s:database")
        world.settle()
        check("juju integrate temporal-k8s:admin" in unit.status[1], str(unit.status))
        checks.standing(world)


@case("a half-filled database relation is waited for, a vanished secret and another kind of database are blocked")
def half_filled():
    with stage.world() as world:
        database = world.deploy_script(deployments.Quiet, "postgresql-k8s", ["database"])
        world.deploy("temporal-k8s")
        relation = world.relate("temporal-k8s:db", "postgresql-k8s:database")
        world.settle()
        unit = world.model.apps["temporal-k8s"].units[0]
        check(unit.status[0] == "waiting" and "postgresql-k8s" in unit.status[1], str(unit.status))
        database.write(relation, {"endpoints": "10.0.0.1:5432", "database": "temporal-k8s_db",
                                  "secret-user": "secret:d0000000000000000000"})
        world.settle()
        check(unit.status[0] == "blocked" and "secret" in unit.status[1], str(unit.status))
        for garbage in ("garbage", "vault:x", "--peek", "a b\n", "x" * 200_000):
            database.write(relation, {"secret-user": garbage})
            world.settle()
            check(unit.status[0] == "blocked" and "secret" in unit.status[1], str(unit.status)[:300])
        database.write(relation, {"secret-user": "", "username": "u", "password": "p", "endpoints": "10.0.0.1:sql"})
        world.settle()
        check(unit.status[0] == "blocked" and "HOST:PORT" in unit.status[1], str(unit.status))
        database.write(relation, {"endpoints": "10.0.0.1:3306", "uris": "mysql://u@10.0.0.1:3306/x"})
        world.settle()
        check(unit.status[0] == "blocked" and "mysql" in unit.status[1], str(unit.status))


@case("a server that names no secret of its databases is waited for by the admin charm")
def half_filled_admin():
    with stage.world() as world:
        server = world.deploy_script(deployments.Quiet, "temporal-k8s", ["admin"])
        world.deploy("temporal-admin-k8s")
        relation = world.relate("temporal-k8s:admin", "temporal-admin-k8s:admin")
        unit = world.model.apps["temporal-admin-k8s"].units[0]
        for named in ("garbage", "secret:", "--peek", "secret:d0000000000000000000"):
            server.write(relation, {"databases-secret": named})
            world.settle()
            check(unit.status[0] == "waiting" and "temporal-k8s" in unit.status[1], f"{named}: {unit.status}")
        checks.standing(world)


@case("an unreachable database is waited for, and its return is noticed without update-status")
def unreachable():
    with stage.world() as world:
        postgresql = deployments.whole(world)
        world.settle()
        unit = world.model.apps["temporal-k8s"].units[0]
        hidden = {name: open(os.path.join(world.databases, name), encoding="utf-8").read()
                  for name in os.listdir(world.databases)}
        for name in hidden:
            os.remove(os.path.join(world.databases, name))
        step, postgresql.step = postgresql.step, lambda: False
        world.settle()
        check(unit.status[0] == "waiting" and "health check" in unit.status[1], str(unit.status))
        world.churn(unit, gently=False)
        world.settle()
        check(unit.status[0] == "waiting" and "cannot be used" in unit.status[1], str(unit.status))
        for name, text in hidden.items():
            with open(os.path.join(world.databases, name), "w", encoding="utf-8") as file:
                file.write(text)
        postgresql.step = step
        world.settle()
        checks.all_active(world)
        ran = [entry[2] for entry in world.model.trace if entry[0] == "ran"]
        check("hooks/update-status" not in ran, "update-status ran")
        checks.standing(world)


@case("a removed database stops the server and takes its password out of the container")
def database_removed():
    with stage.world() as world:
        deployments.whole(world)
        world.settle()
        unit = world.model.apps["temporal-k8s"].units[0]
        world.unrelate(world.model.relations_of("temporal-k8s", "db")[0])
        world.settle()
        check(unit.status[0] == "blocked" and "db" in unit.status[1], str(unit.status))
        container = unit.containers["temporal"]
        check(container.services["temporal"].current == "inactive", "still runs")
        check(not os.path.exists(container.path("/etc/temporal/secrets/db-password")), "the password stays")
        world.relate("temporal-k8s:db", "postgresql-k8s:database")
        world.settle()
        checks.all_active(world)
        checks.standing(world)


@case("a router is waited for until its unit says that it is ready")
def router():
    with stage.world() as world:
        postgresql = deployments.whole(world)
        postgresql.protocol, postgresql.router_ready = "router", False
        world.settle()
        unit = world.model.apps["temporal-k8s"].units[0]
        check(unit.status[0] == "waiting" and "ready" in unit.status[1], str(unit.status))
        postgresql.router_ready = True
        world.settle()
        checks.all_active(world)


@case("databases in each form of the interface are understood: v0, v1, and plain keys")
def forms():
    for protocol in ("v0", "v1", "plain"):
        with stage.world() as world:
            postgresql = deployments.whole(world)
            postgresql.protocol = protocol
            world.settle()
            checks.all_active(world)
            postgresql.rotate()
            postgresql.fail_over("10.152.183.77")
            world.settle()
            checks.all_active(world)
            checks.standing(world)


@case("two ways in are one too many, and both are named")
def two_ingresses():
    with stage.world() as world:
        deployments.whole(world)
        deployments.with_neighbour(world, "nginx-route")
        ingress = deployments.with_neighbour(world, "ingress")
        world.settle()
        unit = world.model.apps["temporal-k8s"].units[0]
        check("Only one ingress solution" in unit.status[1], str(unit.status))
        relation = world.model.relations_of("temporal-k8s", "ingress")[0]
        bag = relation.app_bags["temporal-k8s"]
        check({key: json.loads(value) for key, value in bag.items()} ==
              {"model": "temporal", "name": "temporal-k8s", "port": 7233, "scheme": "h2c"}, str(bag))
        world.unrelate(relation)
        world.settle()
        checks.all_active(world)
        check(ingress is not None, "script")


@case("an ingress is told how to reach every unit, and what it publishes changes nothing")
def ingress_answers():
    with stage.world() as world:
        deployments.whole(world, units=2)
        deployments.with_neighbour(world, "ingress")
        world.settle()
        checks.all_active(world)
        relation = world.model.relations_of("temporal-k8s", "ingress")[0]
        check("url" in relation.app_bags["traefik-k8s"]["ingress"], str(relation.app_bags))
        units = world.model.apps["temporal-k8s"].units
        told = [json.loads(relation.unit_bags[unit.name]["ip"]) for unit in units]
        check(told == [unit.address for unit in units], str(relation.unit_bags))
        checks.standing(world)


def process_of(unit):
    return unit.containers["temporal"].services["temporal"].process.pid


@case("what goes missing or wrong under a running server is a status; the server goes on, and nothing is lost")
def healthy_server_stays():
    with stage.world() as world:
        postgresql = deployments.whole(world)
        world.settle()
        unit = world.model.apps["temporal-k8s"].units[0]
        pid = process_of(unit)
        relation = world.model.relations_of("temporal-k8s", "db")[0]
        good = dict(relation.app_bags["postgresql-k8s"])
        step, postgresql.step = postgresql.step, lambda: False
        secret = world.model.secret_by_id(good["secret-user"])
        wrong = [("the secret that postgresql-k8s named is gone", {"secret-user": "secret:d0000000000000000000"}),
                 ("no database connection available", {"endpoints": ""}),
                 ("which is not HOST:PORT", {"endpoints": "10.0.0.1:sql"})]
        for text, change in wrong:
            postgresql.write(relation, change)
            world.settle()
            check(unit.status[1].startswith("db relation") and text in unit.status[1], str(unit.status))
            check(process_of(unit) == pid, f"{text}: restarted")
            postgresql.write(relation, good)
            world.settle()
            checks.all_active(world)
        secret.grants.clear()
        world.settle()
        check(world.run_action(unit, "show-plan")["results"]["missing"].startswith("db relation"), "not told")
        postgresql.step = step
        world.settle()
        check(process_of(unit) == pid, "restarted")
        checks.all_active(world)
        checks.standing(world)


@case("a container that is not ready is a waiting status and a failed action, and both name it")
def container_not_ready():
    with stage.world() as world:
        postgresql = deployments.whole(world)
        start, world.start_containers = world.start_containers, lambda unit: None
        server = world.model.apps["temporal-k8s"].units[0]
        admin = world.model.apps["temporal-admin-k8s"].units[0]
        for name in ("install", "config-changed", "start", "update-status"):
            for unit in (server, admin):
                world.run_hook(unit, uniter.Hook(name))
            postgresql.step()
        check(server.status == ("waiting", "temporal container: not ready; Kubernetes starts it"), str(server.status))
        check(admin.status == ("waiting", "temporal-admin container: not ready; Kubernetes starts it"),
              str(admin.status))
        missing = world.run_action(server, "show-plan")["results"]["missing"]
        check("temporal container: not ready" in missing, missing)
        for action in ("restart", "drain"):
            outcome = world.run_action(server, action)
            check(outcome["status"] == "failed" and "container temporal" in outcome["message"], f"{action}: {outcome}")
        check("cannot connect to container" in world.run_action(admin, "tctl", args="adm cl d")["message"], "tctl")
        world.start_containers = start
        world.settle()
        checks.all_active(world)
        checks.standing(world)


@case("an image without our tool, or with another release's, is a blocked status that names the resource")
def wrong_image():
    with stage.world() as world:
        deployments.whole(world)
        units = [world.model.apps[name].units[0] for name in ("temporal-k8s", "temporal-admin-k8s")]
        tool = os.path.join(world.programs, "temporal-sql-tool")
        right = os.readlink(tool)
        os.remove(tool)
        world.settle()
        for text in ("cannot find executable", "flag provided but not defined: -password-file"):
            for unit, resource in zip(units, ("temporal-server-image", "temporal-admin-image")):
                check(unit.status[0] == "blocked" and unit.status[1].startswith(f"resource {resource} lacks")
                      and text in unit.status[1], str(unit.status))
            checks.standing(world)
            with open(tool, "w", encoding="utf-8") as file:
                file.write("#!/bin/sh\necho 'Incorrect Usage: flag provided but not defined: -password-file' >&2\n"
                           "echo; echo NAME:\nexit 1\n")
            os.chmod(tool, 0o755)
            for unit in units:
                world.churn(unit, gently=True)
            world.settle()
        os.remove(tool)
        os.symlink(right, tool)
        for unit in units:
            world.churn(unit, gently=True)
        world.settle()
        checks.all_active(world)
        checks.standing(world)


@case("what Pebble refuses is a blocked status in its own words, and not a container that is not ready")
def pebble_refuses():
    with stage.world() as world:
        deployments.whole(world)
        units = [world.model.apps[name].units[0] for name in ("temporal-k8s", "temporal-admin-k8s")]
        started = world.start_containers

        def start(unit):
            started(unit)
            for container in unit.containers.values():
                # A folder of ours that cannot be made.
                os.makedirs(container.path("/etc"), exist_ok=True)
                with open(container.path("/etc/temporal"), "w", encoding="utf-8"):
                    pass

        world.start_containers = start
        world.settle()
        for unit in units:
            text = unit.status[1]
            check(unit.status[0] == "blocked" and "container: Pebble refuses: /etc/temporal/" in text
                  and "not a directory" in text.lower() and f"run juju run {unit.name} " in text, str(unit.status))
        checks.standing(world)
        for unit in units:
            for container in unit.containers.values():
                os.remove(container.path("/etc/temporal"))
        outcome = world.run_action(units[1], "setup-schema")
        check(outcome["status"] == "completed", str(outcome))
        world.run_action(units[0], "restart")
        world.settle()
        checks.all_active(world)
        checks.standing(world)


@case("what the server has no part for yet is not offered: Juju refuses the relation, and the documents say so")
def not_offered():
    with stage.world() as world:
        deployments.whole(world)
        world.deploy_script(deployments.Quiet, "provider", ["certificates", "s3", "openfga", "opensearch"])
        with open(os.path.join(ROOT, "docs/charm.md"), encoding="utf-8") as file:
            documents = file.read()
        for endpoint in ("frontend-certificates", "s3-parameters", "openfga", "opensearch"):
            try:
                world.relate(f"temporal-k8s:{endpoint}", "provider:certificates")
            except ToolError as error:
                check("has no" in str(error), str(error))
            else:
                raise AssertionError(f"{endpoint} is offered")
            check(endpoint in documents.lower(), f"docs/charm.md does not name {endpoint}")
        with open(os.path.join(ROOT, "README.md"), encoding="utf-8") as file:
            readme = file.read()
        for name in ("frontend certificates", "S3 archival", "OpenFGA", "OpenSearch"):
            check(name in readme, f"README.md does not name {name}")
