"""Random histories: the same things happen to a deployment in another legal order, with hooks that are killed and
repeated; what comes out must be the same."""
import difflib
import multiprocessing
import os

from tests.charm.sim import checks, deployments, stage
from tests.charm.sim.cases import case, check

RELATIONS = [("temporal-k8s:db", "postgresql-k8s:database"), ("temporal-k8s:ui", "temporal-ui-k8s:ui")]
THAT_GO = [("temporal-k8s:admin", "temporal-admin-k8s:admin"), ("temporal-k8s:visibility", "postgresql-k8s:database")]
# In every tenth history of the first hundred, and in all behind them, more happens.
MORE_RELATIONS = [("temporal-k8s:metrics-endpoint", "prometheus-k8s:metrics-endpoint"),
                  ("temporal-k8s:temporal-host-info", "temporal-worker-k8s:temporal-host-info")]
MORE_THAT_GO = [("temporal-k8s:ingress", "traefik-k8s:ingress"), ("temporal-k8s:logging", "loki-k8s:logging")]
FIRST_RELATION = 100  # numbers that do not depend on the order
FIRST_RETURN = 200  # of those that come back
FAILURES_MAX = 10  # that are shown


def is_wide(seed):
    return seed % 10 == 0 or seed > 100


def deploy(world):
    postgresql = deployments.with_postgresql(world)
    for endpoint in ("ui", "metrics-endpoint", "logging", "temporal-host-info", "ingress"):
        deployments.deploy_neighbour(world, endpoint)
    world.deploy("temporal-k8s", units=2)
    world.deploy("temporal-admin-k8s")
    return postgresql


def in_order(*parts):
    """As many operations, which come in this order wherever they come: each time the next part."""
    left = list(parts)
    return [lambda: left.pop(0)()] * len(parts)


def comes_and_goes(world, ends, number):
    """A relation is made, removed, and made again."""
    made = []

    def go():
        world.unrelate(made[0])

    def come_back():
        world.wait_until_gone(made[0])
        world.relate(*ends, number=FIRST_RETURN + number)

    return in_order(lambda: made.append(world.relate(*ends, number=FIRST_RELATION + number)), go, come_back)


def operations(world, postgresql, wide):
    """What happens, each once."""
    server = world.model.apps["temporal-k8s"]
    relations = RELATIONS + (MORE_RELATIONS if wide else [])
    going = THAT_GO + (MORE_THAT_GO if wide else [])

    def relate(number, ends):
        return lambda: world.relate(*ends, number=FIRST_RELATION + number)

    def started_units(app):
        return [unit for unit in app.units if unit.containers]

    def churn():
        unit = server.units[world.rng.randrange(2)]
        if unit.containers:
            world.churn(unit, gently=world.rng.random() < 0.5)

    def refresh():
        """Of both charms: every pod is replaced."""
        for app in (world.model.apps["temporal-admin-k8s"], server):
            for unit in started_units(app):
                world.churn(unit, gently=True)

    def restart():
        """Also where it fails: there may be nothing to start yet."""
        for unit in started_units(server)[:1]:
            world.run_action(unit, "restart")
            world.run_action(unit, "show-plan")

    todo = [relate(number, ends) for number, ends in enumerate(relations)]
    for number, ends in enumerate(going):
        todo += comes_and_goes(world, ends, len(relations) + number)
    if wide:
        todo += in_order(*(lambda count=count: world.scale("temporal-k8s", count) for count in (3, 2)))
        todo.append(refresh)
    return [*todo, churn, restart, postgresql.rotate,
            lambda: postgresql.fail_over("10.152.183.9"),
            lambda: world.elect(server, world.rng.choice(server.units)),
            lambda: world.configure("temporal-k8s", global_rps_limit=3000, log_level="debug"),
            lambda: world.configure("temporal-k8s", services="frontend,history,matching")]


def play(seed, wide, plain=False):
    """One history; the plain one has everything in order, and nothing goes wrong."""
    with stage.world(seed) as world:
        todo = operations(world, deploy(world), wide)
        if not plain:
            world.kill_chance, world.repeat_chance = 0.05, 0.1
            world.rng.shuffle(todo)
        for operation in todo:
            if not plain:
                for _ in range(world.rng.choice((0, 1, 3, 10, 30))):
                    world.step()
            operation()
        world.settle()
        checks.all_active(world)
        checks.standing(world)
        return checks.snapshot(world), world.hooks_run


def keep_to_one_processor(started):
    """A history is one thing after another, in many processes: to change the processor with each costs a fifth, and to
    let one that wakes up interrupt the other a tenth."""
    os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))
    processors = sorted(os.sched_getaffinity(0))
    with started:
        os.sched_setaffinity(0, {processors[started.value % len(processors)]})
        started.value += 1


def attempt(seed):
    try:
        return seed, play(seed, is_wide(seed)), ""
    except Exception as failure:  # told by seed, so that it can be played again
        return seed, None, f"{type(failure).__name__}: {failure}"


def difference(seed, outcome, plain):
    lines = difflib.unified_diff(plain.split("\n"), outcome.split("\n"), "plain", f"seed {seed}", lineterm="", n=2)
    return f"seed {seed} ends elsewhere:\n" + "\n".join(list(lines)[:60])


@case("random histories: any legal order of events ends in the same deployment", alone=True)
def same_end():
    seeds = range(stage.first_seed, stage.first_seed + stage.seed_count)
    expected = {wide: play(0, wide, plain=True)[0] for wide in {is_wide(seed) for seed in seeds}}
    hooks, failures = 0, []
    with multiprocessing.Pool(stage.jobs, keep_to_one_processor, [multiprocessing.Value("i")]) as pool:
        for seed, outcome, failure in pool.imap_unordered(attempt, seeds, chunksize=1):
            if failure:
                failures.append(f"seed {seed}: {failure}")
                continue
            hooks += outcome[1]
            if outcome[0] != expected[is_wide(seed)]:
                failures.append(difference(seed, outcome[0], expected[is_wide(seed)]))
            if len(failures) == FAILURES_MAX:
                break
    check(not failures, "\n".join(failures))
    return f"{len(seeds)} seeds, {hooks} hooks"
