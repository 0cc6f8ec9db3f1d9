"""What Pebble does by itself: it starts again what has ended, and lets checks run on. The stand-in does it when time
passes (tests/charm/pebble holds it to what the daemon does)."""
import os

from tests.charm.sim import checks, deployments, stage, uniter
from tests.charm.sim.cases import case, check


def container_of(unit):
    return unit.containers["temporal"]


class Failing:
    """Servers end at once while it is there."""

    def __init__(self, world):
        self.world = world
        self.path = os.path.join(world.databases, "server-fails")

    def begin(self):
        """The unit that is returned gets a new pod, whose server has failed when all is quiet."""
        with open(self.path, "w", encoding="utf-8") as file:
            file.write("no room for the log")
        unit = self.world.model.apps["temporal-k8s"].units[0]
        self.world.churn(unit, gently=True)
        self.world.settle()
        check(container_of(unit).services["temporal"].current == "backoff", "Pebble does not try again")
        return unit

    def end(self):
        os.remove(self.path)
        self.world.settle()


@case("a server that ends at once is started again by Pebble, and the status follows without a hand")
def comes_back():
    with stage.world() as world:
        deployments.whole(world)
        world.settle()
        failing = Failing(world)
        unit = failing.begin()
        check("ends at once" in unit.status[1], str(unit.status))
        check("exited quickly with code 1, will restart); no room for the log" in unit.status[1], str(unit.status))
        check("\n" not in unit.status[1], repr(unit.status))
        failing.end()
        checks.all_active(world)
        checks.standing(world)


@case("a server that Pebble would start again is stopped where none may run")
def stopped_in_a_pause():
    for stop in (lambda world, unit: world.run_action(unit, "drain"),
                 lambda world, unit: world.unrelate(world.model.relations_of("temporal-k8s", "db")[0])):
        with stage.world() as world:
            deployments.whole(world)
            world.settle()
            failing = Failing(world)
            unit = failing.begin()
            stop(world, unit)
            world.settle()
            failing.end()
            check(container_of(unit).services["temporal"].current == "inactive", "it was started again")
            check(unit.status[0] == "blocked", str(unit.status))
            checks.standing(world)


@case("the watch over a schema ends once it is ready, in Pebble as well")
def watch_ends():
    with stage.world() as world:
        deployments.with_postgresql(world)
        world.deploy("temporal-k8s")
        deployments.relate_databases(world)
        world.settle()
        unit = world.model.apps["temporal-k8s"].units[0]
        container = container_of(unit)
        check("schema-gate" in container.checks.running, "nobody watches")
        gate = container.checks.running["schema-gate"]
        before = len(world.container_writes(unit))
        missing = world.run_action(unit, "show-plan")["results"]["missing"].strip().split("\n")
        check(missing[0] == unit.status[1] and len(missing) == 2 and "schema of visibility" in missing[1], str(missing))
        check(len(world.container_writes(unit)) == before, "show-plan writes")
        world.deploy("temporal-admin-k8s")
        world.relate("temporal-k8s:admin", "temporal-admin-k8s:admin")
        world.settle()
        checks.all_active(world)
        check("schema-gate" not in container.checks.running, "it still runs")
        check(container.plan["checks"]["schema-gate"]["startup"] == "disabled", "the next start would begin it anew")
        checks.standing(world)
        # What Pebble 1.32 shows of a check whose result came as it was stopped; another stop would be its end.
        container.checks.running["schema-gate"] = gate
        checks.standing(world)


@case("a check that is on and does not run is started again")
def check_is_started():
    with stage.world() as world:
        deployments.whole(world)
        world.settle()
        container = container_of(world.model.apps["temporal-k8s"].units[0])
        name = next(iter(container.checks.running))
        unit = world.model.apps["temporal-k8s"].units[0]
        container.checks.stop([name], container.plan["checks"])
        world.run_hook(unit, uniter.Hook("update-status"))
        check(name in container.checks.running, "it stands still")
        checks.standing(world)
