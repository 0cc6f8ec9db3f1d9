"""Scaling, draining, pods that come and go, and the neighbours."""
import json
import os
import re

from tests.charm.sim import checks, deployments, stage, uniter
from tests.charm.sim.cases import case, check


def server_container(unit):
    return unit.containers["temporal"]


def server_of(unit):
    return server_container(unit).services["temporal"]


def pool_of(unit):
    """How many connections the unit may open to the main database."""
    with open(unit.containers["temporal"].path("/etc/temporal/config/charm.yaml"), encoding="utf-8") as file:
        return int(re.search("maxConns: ([0-9]+)", file.read())[1])


@case("a drained unit stays down until restart, and says so")
def drain():
    with stage.world() as world:
        deployments.whole(world)
        world.settle()
        unit = world.model.apps["temporal-k8s"].units[0]
        check(world.run_action(unit, "drain")["status"] == "completed", "drain")
        check(server_of(unit).current == "inactive", "still runs")
        world.settle()
        check(unit.status[0] == "blocked" and "restart" in unit.status[1], str(unit.status))
        checks.standing(world)
        check(world.run_action(unit, "restart")["status"] == "completed", "restart")
        world.settle()
        checks.all_active(world)


@case("restart starts a running server anew, and fails with the reason where it cannot")
def restart():
    with stage.world() as world:
        deployments.whole(world)
        world.settle()
        unit = world.model.apps["temporal-k8s"].units[0]
        pid = server_of(unit).process.pid
        check(world.run_action(unit, "restart")["status"] == "completed", "restart")
        check(server_of(unit).process.pid != pid, "the same process")
        shown = world.run_action(unit, "show-plan")["results"]
        check(shown["missing"] == "nothing" and "numHistoryShards: 4" in shown["configuration"], str(shown))
        world.configure("temporal-k8s", log_level="loud")
        pid = server_of(unit).process.pid
        outcome = world.run_action(unit, "restart")
        check(outcome["status"] == "failed" and outcome["message"].startswith("restart not done: config: invalid log "
                                                                              "level"), str(outcome))
        check(server_of(unit).process.pid == pid, "restarted with a wrong option")
        world.configure("temporal-k8s", log_level=None)
        world.unrelate(world.model.relations_of("temporal-k8s", "db")[0])
        world.settle()
        outcome = world.run_action(unit, "restart")
        check(outcome["status"] == "failed" and "juju integrate" in outcome["message"], str(outcome))


@case("a restart that worked is no failure, whatever else the unit lacks")
def restart_of_blocked():
    with stage.world() as world:
        deployments.whole(world)
        deployments.with_neighbour(world, "nginx-route")
        deployments.with_neighbour(world, "ingress")
        world.settle()
        unit = world.model.apps["temporal-k8s"].units[0]
        pid = server_of(unit).process.pid
        outcome = world.run_action(unit, "restart")
        check(outcome["status"] == "completed" and outcome["results"]["result"].startswith("runs, but: Only one"),
              str(outcome))
        check(server_of(unit).process.pid != pid, "the same process")
        with open(os.path.join(world.databases, "server-fails"), "w", encoding="utf-8") as file:
            file.write("no room for the log")
        outcome = world.run_action(unit, "restart")
        check(outcome["status"] == "failed" and outcome["message"].startswith("started, but it does not serve: "),
              str(outcome))


@case("drain says so when the server has not stopped, and the next hook tries again")
def drain_of_stubborn():
    with stage.world() as world:
        deployments.whole(world)
        world.settle()
        unit = world.model.apps["temporal-k8s"].units[0]
        container = unit.containers["temporal"]
        stop, container.stop = container.stop, lambda name: None
        outcome = world.run_action(unit, "drain")
        check(outcome["status"] == "failed" and "has not stopped yet" in outcome["message"], str(outcome))
        container.stop = stop
        world.run_hook(unit, uniter.Hook("update-status"))
        check(server_of(unit).current == "inactive" and "drained" in unit.status[1], str(unit.status))
        checks.standing(world)


@case("scaling to three and back shares the connections anew and restarts nobody")
def scale():
    with stage.world() as world:
        deployments.whole(world)
        world.settle()
        app = world.model.apps["temporal-k8s"]
        first = app.units[0]
        pid = server_of(first).process.pid
        world.scale("temporal-k8s", 3)
        world.settle()
        checks.all_active(world)
        check(server_of(first).process.pid == pid, "restarted")
        check(pool_of(first) == 4, "the budget of 20 is not shared by three")
        world.scale("temporal-k8s", 1)
        world.settle()
        check(server_of(first).process.pid == pid, "restarted")
        checks.all_active(world)
        checks.standing(world)


@case("six units share the connections without an option, and a pool that is cut is told once")
def six_units():
    with stage.world() as world:
        deployments.whole(world, units=6, config={"persistence-max-conns": 50})
        world.settle()
        checks.all_active(world)
        unit = world.model.apps["temporal-k8s"].units[0]
        check(pool_of(unit) == 3, "24 connections are not shared by six")
        note = "persistence-max-conns of 50 is cut to 3"
        check(note in world.run_action(unit, "show-plan")["results"]["notes"], "show-plan")
        checks.standing(world)
        told = [entry for entry in world.model.trace if entry[:2] == ("log", unit.name) and note in entry[2]]
        check(told and len(told) == len(set(told)), str(told))
        world.configure("temporal-k8s", database_connection_budget=0)
        world.settle()
        check(pool_of(unit) == 50, "the option does not hold without a budget")
        check(world.run_action(unit, "show-plan")["results"]["notes"] == "none", "show-plan")
        checks.standing(world)


@case("a unit counts the others from their joined hook to their departed hook: one that came and went untold is none")
def units_are_counted_by_hooks():
    with stage.world() as world:
        deployments.whole(world, units=2)
        world.settle()
        first = world.model.apps["temporal-k8s"].units[0]
        check(pool_of(first) == 6, "the budget of 20 is not shared by two")
        world.scale("temporal-k8s", 3)
        third = world.model.apps["temporal-k8s"].units[2]
        world.run_hook(third, uniter.candidates(world.model, third)[0])
        check(uniter.told(third).installed, "the third unit is not in the peer relation")
        world.demand_quiet(first, "update-status")
        world.scale("temporal-k8s", 2)
        world.settle()
        checks.standing(world)
        world.scale("temporal-k8s", 3)
        world.settle()
        check(pool_of(first) == 4, "the joined unit is not counted")
        world.scale("temporal-k8s", 2)
        world.demand_quiet(first, "update-status")
        world.settle()
        check(pool_of(first) == 6, "the departed unit is still counted")
        checks.standing(world)


@case("a unit that goes is told to depart from every unit it knows, then that its relations are broken")
def last_hooks():
    with stage.world() as world:
        deployments.whole(world, units=2)
        world.settle()
        second = world.model.apps["temporal-k8s"].units[1]
        before = len(world.model.trace)
        world.scale("temporal-k8s", 1)
        ran = [entry[2].removeprefix("hooks/") for entry in world.model.trace[before:]
               if entry[:2] == ("ran", second.name)]
        check(ran == ["peer-relation-departed", *(f"{endpoint}-relation-{kind}" for endpoint in
                                                  ("db", "visibility", "admin") for kind in ("departed", "broken")),
                      "stop", "remove"], str(ran))
        world.settle()
        checks.all_active(world)
        checks.standing(world)


@case("a new address of the pod reaches the configuration, the check and the neighbours")
def churn():
    with stage.world() as world:
        deployments.whole(world)
        deployments.with_neighbour(world, "metrics-endpoint")
        deployments.with_neighbour(world, "temporal-host-info")
        world.settle()
        unit = world.model.apps["temporal-k8s"].units[0]
        for gently in (True, False):
            world.churn(unit, gently)
            world.settle()
            checks.all_active(world)
            bag = world.model.relations_of("temporal-k8s", "metrics-endpoint")[0].unit_bags[unit.name]
            check(bag["prometheus_scrape_unit_address"] == unit.address, str(bag))
            host = world.model.relations_of("temporal-k8s", "temporal-host-info")[0].app_bags["temporal-k8s"]
            check(host == {"host": "temporal-k8s.temporal.svc.cluster.local", "port": "7233"}, str(host))
        checks.standing(world)


@case("a unit without an address waits for one, tells nobody a wrong one, and starts when it is there")
def no_address():
    with stage.world() as world:
        deployments.whole(world)
        unit = world.model.apps["temporal-k8s"].units[0]
        address, unit.address = unit.address, ""
        relations = [world.relate(f"temporal-k8s:{endpoint}", f"other-{endpoint}:{endpoint}")
                     for endpoint in ("metrics-endpoint", "ingress")
                     if world.deploy_script(deployments.Quiet, f"other-{endpoint}", [endpoint])]
        world.settle()
        check(unit.status == ("waiting", "network: no address yet; Juju gives one"), str(unit.status))
        check("temporal" not in server_container(unit).services, "a server was started")
        check(not any(relation.unit_bags.get(unit.name) for relation in relations), "an address was told")
        checks.standing(world)
        unit.address = address
        world.settle()
        checks.all_active(world)
        check(all(address in str(relation.unit_bags[unit.name]) for relation in relations), "the address is not told")
        checks.standing(world)


@case("the neighbours are told what their interfaces want to know")
def neighbours():
    with stage.world() as world:
        deployments.whole(world, config={"external-hostname": "temporal.example.com"})
        for endpoint in ("ui", "nginx-route", "metrics-endpoint", "grafana-dashboard", "temporal-host-info", "logging"):
            deployments.with_neighbour(world, endpoint)
        world.settle()
        checks.all_active(world)

        def bag(endpoint):
            return world.model.relations_of("temporal-k8s", endpoint)[0].app_bags["temporal-k8s"]

        check(bag("ui") == {"server_status": "ready"}, str(bag("ui")))
        check(world.model.apps["temporal-ui-k8s"].units[0].status == ("active", ""), "the UI is not ready")
        check(bag("temporal-host-info")["host"] == "temporal.example.com", str(bag("temporal-host-info")))
        check(bag("nginx-route")["service-hostname"] == "temporal.example.com", str(bag("nginx-route")))
        check(json.loads(bag("metrics-endpoint")["scrape_jobs"])[0]["static_configs"] == [{"targets": ["*:9090"]}],
              str(bag("metrics-endpoint")))
        rules = json.loads(bag("metrics-endpoint")["alert_rules"])["groups"][0]["rules"]
        check('up{juju_model="temporal", juju_application="temporal-k8s"}' in rules[0]["expr"], rules[0]["expr"])
        templates = json.loads(bag("grafana-dashboard")["dashboards"])["templates"]
        check(set(templates) == {"file:frontend", "file:history", "file:matching", "file:worker"}, str(set(templates)))
        plan = world.model.apps["temporal-k8s"].units[0].containers["temporal"].plan
        check(plan["log-targets"]["loki-loki-k8s-0"]["location"].startswith("http://loki"), str(plan["log-targets"]))
        world.unrelate(world.model.relations_of("temporal-k8s", "logging")[0])
        world.settle()
        check(plan["log-targets"]["loki-loki-k8s-0"]["services"] == ["-all"], str(plan["log-targets"]))
        checks.standing(world)


@case("what a killed hook wrote is dropped, and the hook comes again")
def killed_hooks():
    with stage.world(seed=7) as world:
        deployments.whole(world, units=2)
        world.kill_chance = 0.4
        world.settle()
        checks.all_active(world)
        checks.standing(world)


@case("a unit that does not lead asks nothing about relations in which only the leader has a say")
def followers_ask_less():
    with stage.world() as world:
        deployments.whole(world, units=2)
        for endpoint in ("ui", "metrics-endpoint", "temporal-host-info", "grafana-dashboard"):
            deployments.with_neighbour(world, endpoint)
        world.settle()
        asked = {}
        for unit in world.model.apps["temporal-k8s"].units:
            calls = world.demand_quiet(unit, "update-status").calls
            asked[unit.app.leader is unit] = {argv[-1] for argv in calls if argv[0] == "relation-ids"}
        check(asked[True] - asked[False] == {"ui", "temporal-host-info", "grafana-dashboard"}, str(asked))
        checks.all_active(world)
        checks.standing(world)
