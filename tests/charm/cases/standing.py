"""The standing checks themselves: each finds what it is there for, wherever that is."""
from tests.charm.sim import checks, deployments, stage
from tests.charm.sim.cases import case, check
from tests.charm.sim.world import Failed

SECRET = "planted-Zq7"


def finds(what, look, *arguments):
    try:
        look(*arguments)
    except Failed as found:
        return str(found)
    raise AssertionError(f"not found: {what}")


@case("a secret is found in each relation, argument list, plan, log, status and outcome of an action, not just the last")
def secrets_are_found():
    with stage.world() as world:
        deployments.whole(world)
        for endpoint in ("ui", "metrics-endpoint", "logging"):
            deployments.with_neighbour(world, endpoint)
        world.settle()
        checks.no_secret_is_seen(world)
        world.model.secret_texts.add(SECRET)
        unit = world.model.apps["temporal-k8s"].units[0]
        container = unit.containers["temporal"]
        bags = [bags[owner] for relation in world.model.relations_of("temporal-k8s")
                for bags, owner in ((relation.app_bags, "temporal-k8s"), (relation.unit_bags, unit.name)) if owner in bags]
        tasks = [task["argv"] for each in world.model.units() for pod in each.containers.values()
                 for task in pod.tasks.values()]
        check(len(bags) > 6 and len(tasks) > 4, f"{len(bags)} bags, {len(tasks)} tasks")
        for bag in [*bags, container.plan["services"], unit.state]:
            bag["planted"] = SECRET
            finds(str(bag), checks.no_secret_is_seen, world)
            del bag["planted"]
        for argv in tasks:
            argv.append("--password=" + SECRET)
            finds(str(argv), checks.no_secret_is_seen, world)
            argv.pop()
        service = container.services["temporal"]
        log, service.log = service.log, f"connecting with {SECRET}"
        check("log of" in finds("the server's log", checks.no_secret_is_seen, world), "place")
        service.log = log
        checks.no_secret_is_seen(world)
        world.run_action(world.model.apps["temporal-admin-k8s"].units[0], "tctl", args=SECRET)
        check("trace" in finds("the outcome of an action", checks.no_secret_is_seen, world), "place")


@case("a status that names nothing to be done is found")
def empty_words_are_found():
    with stage.world() as world:
        deployments.whole(world)
        world.settle()
        unit = world.model.apps["temporal-k8s"].units[0]
        for status in (("blocked", ""), ("blocked", "something is wrong with it"), ("waiting", "please be patient"),
                       ("blocked", "postgresql-k8s is not well"), ("active", "but not quite"), ("maintenance", "busy")):
            unit.status = status
            finds(str(status), checks.every_unit_is_settled, world)
        for status in (("blocked", "config: invalid log level"), ("blocked", "db relation: remove it"), ("active", ""),
                       ("blocked", "run juju refresh temporal-k8s"), ("waiting", "waiting for postgresql-k8s")):
            unit.status = status
            checks.every_unit_is_settled(world)
