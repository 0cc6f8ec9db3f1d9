"""What operators and neighbours get wrong: a status or a failed action that names the fix, never a failed hook, and a
healthy server is left alone."""
import json
import os

from tests.charm.sim import checks, deployments, stage
from tests.charm.sim.cases import case, check

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
                                  "secret-user": "secret:d00000000000000000000"})
        world.settle()
        check(unit.status[0] == "blocked" and "secret" in unit.status[1], str(unit.status))
        database.write(relation, {"secret-user": "", "username": "u", "password": "p", "endpoints": "10.0.0.1:sql"})
        world.settle()
        check(unit.status[0] == "blocked" and "HOST:PORT" in unit.status[1], str(unit.status))
        database.write(relation, {"endpoints": "10.0.0.1:3306", "uris": "mysql://u@10.0.0.1:3306/x"})
        world.settle()
        check(unit.status[0] == "blocked" and "mysql" in unit.status[1], str(unit.status))


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
