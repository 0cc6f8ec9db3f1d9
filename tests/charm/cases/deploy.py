"""From nothing to active."""
from tests.charm.sim import checks, deployments, stage
from tests.charm.sim.cases import case, check


@case("a deployment with PostgreSQL and the admin charm becomes active")
def becomes_active():
    with stage.world() as world:
        deployments.whole(world)
        world.settle()
        checks.all_active(world)
        checks.standing(world)
        server = world.model.apps["temporal-k8s"]
        check(server.version == "9.9.9", f"version {server.version}")
        check(server.units[0].ports >= {"7233/tcp", "7236/tcp", "9090/tcp"}, str(server.units[0].ports))
        return f"{world.hooks_run} hooks"
