"""The admin charm: its actions, its schemas, and the protocol of earlier charms."""
import os
import re

from tests.charm.sim import checks, deployments, stage
from tests.charm.sim.cases import case, check
from tests.charm.sim.scripts import OldAdmin, OldServer


def admin_unit(world):
    return world.model.apps["temporal-admin-k8s"].units[0]


def touch(world, name):
    with open(os.path.join(world.databases, name), "w", encoding="utf-8") as file:
        file.write("")


@case("tctl and cli take words as a shell does, and reach the frontend of the deployment")
def command_words():
    with stage.world() as world:
        deployments.whole(world)
        world.settle()
        unit = admin_unit(world)
        outcome = world.run_action(unit, "tctl", args="adm cl d")
        check(outcome["results"] == {"result": "command succeeded", "output":
                                     "called: [tctl] [--address] [temporal-k8s:7236] [adm] [cl] [d]\n"}, str(outcome))
        outcome = world.run_action(unit, "cli", args=r"""workflow list --query 'A = "b c"' "d \"e" f\ g ''""",
                                   format="json")
        check(outcome["results"]["output"] == "called: [temporal] [workflow] [list] "
              "[--query] [A = \"b c\"] [d \"e] [f g] [] [--output] [json] [--address] [temporal-k8s:7236]\n", str(outcome))
        outcome = world.run_action(unit, "namespace-create", name="orders")
        check("[--namespace] [orders] [--retention] [72h]" in outcome["results"]["output"], str(outcome))
        outcome = world.run_action(unit, "search-attribute-add", name="Customer", type="Keyword")
        check("[--name] [Customer] [--type] [Keyword]" in outcome["results"]["output"], str(outcome))
        check(world.run_action(unit, "cluster-health")["status"] == "completed", "cluster-health")


@case("an action that fails says why: quoting, missing words, the tool's own error and exit code, no container")
def action_failures():
    with stage.world() as world:
        deployments.whole(world)
        world.settle()
        unit = admin_unit(world)
        outcome = world.run_action(unit, "tctl", args="namespace 'orders")
        check(outcome["status"] == "failed" and "not closed" in outcome["message"], str(outcome))
        outcome = world.run_action(unit, "tctl", args="")
        check(outcome["status"] == "failed" and "args is missing" in outcome["message"], str(outcome))
        outcome = world.run_action(unit, "namespace-create")
        check(outcome["status"] == "failed" and "name is missing" in outcome["message"], str(outcome))
        outcome = world.run_action(unit, "search-attribute-add", name="Customer")
        check(outcome["status"] == "failed" and "type is missing" in outcome["message"], str(outcome))
        outcome = world.run_action(unit, "cli", args="fail")
        check(outcome["message"] == "command failed: exit 7: Error: told to fail", str(outcome))
        check(outcome["results"]["exit-code"] == "7", str(outcome))
        for args, text in (("long", None), ("long fail", "message")):
            outcome = world.run_action(unit, "cli", args=args)
            shown = outcome[text] if text else outcome["results"]["output"]
            check(outcome["status"] == ("failed" if text else "completed"), f"{args}: {shown[:300]}")
            last = shown.rpartition("\n")[2]
            check(100_000 < len(shown.encode()) < 110_000 and re.fullmatch("… cut, 300[0-9]+ bytes in all", last), last)
        outcome = world.run_action(unit, "cli", args="x", timeout=100000)
        check("timeout" in outcome["message"], str(outcome))
        for container in unit.containers.values():
            container.close()
        outcome = world.run_action(unit, "cli", args="x")
        check("cannot connect to container" in outcome["message"], str(outcome))


@case("a failed migration is told to the servers, and setup-schema mends it")
def failed_migration():
    with stage.world() as world:
        deployments.whole(world)
        touch(world, "schema-fails")
        world.settle()
        unit = admin_unit(world)
        check(unit.status[0] == "blocked" and "disk full" in unit.status[1], str(unit.status))
        server = world.model.apps["temporal-k8s"].units[0]
        check(server.status[0] == "blocked" and "temporal-admin-k8s" in server.status[1], str(server.status))
        outcome = world.run_action(unit, "pre-upgrade-check")
        check(outcome["results"]["schema-ready-for-target"] == "false", str(outcome))
        check(outcome["results"]["current-schema-version"] == "db none, visibility none", str(outcome))
        os.remove(os.path.join(world.databases, "schema-fails"))
        check(world.run_action(unit, "setup-schema")["status"] == "completed", "setup-schema")
        world.settle()
        checks.all_active(world)
        outcome = world.run_action(unit, "pre-upgrade-check")
        check(outcome["results"]["schema-ready-for-target"] == "true", str(outcome))
        for name in ("current-schema-version", "target-schema-version"):
            check(outcome["results"][name] == "db 2, visibility 2", str(outcome))
        checks.standing(world)


@case("a schema that is old after all its steps is told, not taken for ready")
def schema_stays_old():
    with stage.world() as world:
        deployments.whole(world)
        touch(world, "schema-stays")
        world.settle()
        unit = admin_unit(world)
        check(unit.status[0] == "blocked" and "old after all steps" in unit.status[1], str(unit.status))
        os.remove(os.path.join(world.databases, "schema-stays"))
        check(world.run_action(unit, "setup-schema")["status"] == "completed", "setup-schema")
        world.settle()
        checks.all_active(world)
        checks.standing(world)


@case("a unit of the admin charm that does not lead hears at once that the schemas are there")
def follower_hears():
    with stage.world() as world:
        deployments.whole(world)
        touch(world, "schema-fails")
        world.scale("temporal-admin-k8s", 2)
        world.settle()
        leader, follower = world.model.apps["temporal-admin-k8s"].units
        check(follower.status[0] == "waiting" and "the leader" in follower.status[1], str(follower.status))
        os.remove(os.path.join(world.databases, "schema-fails"))
        check(world.run_action(leader, "setup-schema")["status"] == "completed", "setup-schema")
        world.settle()
        checks.all_active(world)
        checks.standing(world)


@case("a dry run of setup-schema says what would be done in which database, and does nothing")
def dry_run():
    with stage.world() as world:
        deployments.whole(world)
        touch(world, "schema-fails")
        other = world.deploy_script(deployments.PostgreSql, "other-postgresql", ["database"], world.databases)
        other.host = "10.152.183.200"
        world.deploy("temporal-k8s", "billing")
        deployments.relate_databases(world, "billing", "other-postgresql")
        world.relate("billing:admin", "temporal-admin-k8s:admin")
        world.scale("temporal-admin-k8s", 2)
        world.settle()
        leader, follower = world.model.apps["temporal-admin-k8s"].units
        before = [len(world.container_writes(unit)) for unit in (leader, follower)]
        for unit in (leader, follower):
            outcome = world.run_action(unit, "setup-schema", **{"dry-run": True})
            results = outcome["results"]
            check(outcome["status"] == "completed" and
                  results["result"] == "would bring forward: db, visibility, db-2, visibility-2", str(outcome))
            check(results["schema.db"].startswith("10.152.183.171:5432/temporal-k8s_db is old"), str(results))
            check(results["schema.db-2"].startswith("10.152.183.200:5432/temporal-k8s_db is old"), str(results))
            check(results["target-schema-version"] == "db 2, visibility 2, db-2 2, visibility-2 2", str(results))
        check(before == [len(world.container_writes(unit)) for unit in (leader, follower)], "it writes")
        check(versions(world) == {"0"}, "a schema was set up")
        os.remove(os.path.join(world.databases, "schema-fails"))
        world.run_action(leader, "setup-schema")
        world.settle()
        checks.all_active(world)
        outcome = world.run_action(follower, "setup-schema", **{"dry-run": True})
        check(outcome["results"]["result"] == "nothing to do" and versions(world) == {"2"}, str(outcome))
        hide(world, other)
        outcome = world.run_action(leader, "setup-schema", **{"dry-run": True})
        check(outcome["status"] == "failed" and "db-2: 10.152.183.200:5432/temporal-k8s_db is unreachable" in
              outcome["message"], str(outcome))


def versions(world):
    found = set()
    for name in os.listdir(world.databases):
        with open(os.path.join(world.databases, name), encoding="utf-8") as file:
            found.add(file.readline().strip())
    return found - {""}


def hide(world, postgresql):
    for name in os.listdir(world.databases):
        if name.startswith(postgresql.host):
            os.remove(os.path.join(world.databases, name))


@case("the leader of the admin charm may change before it has done its work")
def leader_change():
    with stage.world() as world:
        deployments.whole(world)
        world.scale("temporal-admin-k8s", 2)
        app = world.model.apps["temporal-admin-k8s"]
        for _ in range(6):
            world.step()
        world.elect(app, app.units[1])
        world.settle()
        checks.all_active(world)
        checks.standing(world)


@case("the admin charm sets the schema up for a server charm of earlier releases")
def legacy_server():
    with stage.world() as world:
        world.deploy_script(OldServer, "temporal-k8s", ["admin"], world.databases)
        world.deploy("temporal-admin-k8s")
        relation = world.relate("temporal-k8s:admin", "temporal-admin-k8s:admin")
        world.settle()
        checks.all_active(world)
        check(relation.app_bags["temporal-admin-k8s"]["schema_status"] == "ready", str(relation.app_bags))
        for name in os.listdir(world.databases):
            with open(os.path.join(world.databases, name), encoding="utf-8") as file:
                check(file.read().startswith("2\n"), f"{name} was not set up")
        checks.standing(world)


@case("a newer server charm of earlier generations, which waits for its workload version, is told it when asked for")
def legacy_server_with_version():
    with stage.world() as world:
        world.deploy_script(OldServer, "temporal-k8s", ["admin"], world.databases, "1.29.7")
        world.deploy("temporal-admin-k8s")
        relation = world.relate("temporal-k8s:admin", "temporal-admin-k8s:admin")
        world.settle()
        server = world.model.apps["temporal-k8s"].units[0]
        check(relation.app_bags["temporal-admin-k8s"] == {"schema_status": "ready"}, str(relation.app_bags))
        check(server.status[0] == "waiting", str(server.status))
        world.configure("temporal-admin-k8s", legacy_workload_version="1.29.7")
        world.settle()
        check(server.status == ("active", ""), str(server.status))
        world.configure("temporal-admin-k8s", legacy_workload_version=None)
        world.settle()
        check(relation.app_bags["temporal-admin-k8s"] == {"schema_status": "ready"}, str(relation.app_bags))
        checks.standing(world)


@case("the admin charm of earlier releases works when the option allows plaintext, and only then")
def legacy_admin():
    with stage.world() as world:
        deployments.with_postgresql(world)
        world.deploy("temporal-k8s")
        world.deploy_script(OldAdmin, "old-admin", ["admin"], world.databases)
        deployments.relate_databases(world)
        relation = world.relate("temporal-k8s:admin", "old-admin:admin")
        world.settle()
        unit = world.model.apps["temporal-k8s"].units[0]
        check("database_connections" not in relation.app_bags["temporal-k8s"], "a password was shown unasked")
        check(unit.status[0] == "waiting" and "old-admin" in unit.status[1], str(unit.status))
        world.configure("temporal-k8s", legacy_admin_credentials=True)
        world.settle()
        checks.all_active(world)
        world.configure("temporal-k8s", legacy_admin_credentials=False)
        world.settle()
        check("database_connections" not in relation.app_bags["temporal-k8s"], "the password stays")
        checks.all_active(world)


def shown_secrets(world):
    return [secret for secret in world.model.secrets.values() if secret.owner == "temporal-k8s"]


@case("the admin charm keeps its secret while a database says half of what it must, and loses it with the relation")
def half_filled_database():
    with stage.world() as world:
        postgresql = deployments.whole(world)
        world.settle()
        shown = shown_secrets(world)[0]
        admin = world.model.relations_of("temporal-k8s", "admin")[0]
        bag = dict(admin.app_bags["temporal-k8s"])
        database = world.model.relations_of("temporal-k8s", "db")[0]
        step, postgresql.step = postgresql.step, lambda: False
        postgresql.write(database, {"endpoints": ""})
        world.settle()
        check(shown_secrets(world) == [shown], "the secret was taken back")
        check(admin.app_bags["temporal-k8s"] == bag, str(admin.app_bags))
        check(admin_unit(world).status == ("active", ""), str(admin_unit(world).status))
        postgresql.step = step
        world.settle()
        checks.all_active(world)
        check(shown_secrets(world) == [shown] and shown.latest() == 1, "the secret was written anew")
        world.unrelate(database)
        world.settle()
        check(not shown_secrets(world) and not admin.app_bags["temporal-k8s"], str(admin.app_bags))
        checks.standing(world)


@case("a leader that is scaled away takes nothing back from the admin charm or the databases")
def leader_leaves():
    with stage.world() as world:
        deployments.whole(world, units=2)
        world.settle()
        server = world.model.apps["temporal-k8s"]
        world.elect(server, server.units[1])
        world.settle()
        shown = shown_secrets(world)[0]
        bags = [dict(relation.app_bags["temporal-k8s"]) for relation in world.model.relations_of("temporal-k8s")]
        before = len(world.model.trace)
        world.scale("temporal-k8s", 1)
        check(shown_secrets(world) == [shown], "the secret was taken back")
        written = [write for entry in world.model.trace[before:] if entry[0] == "ran" for write in entry[4]]
        check(written == [["state-set", "--file", "-"]], str(written))
        world.settle()
        checks.all_active(world)
        check(bags == [relation.app_bags["temporal-k8s"] for relation in world.model.relations_of("temporal-k8s")],
              "a relation was told something else")
        check(shown_secrets(world) == [shown], "the secret was made anew")
        checks.standing(world)


@case("a server that leaves takes its passwords out of the admin charm's container, and no other's")
def server_leaves():
    with stage.world() as world:
        postgresql = deployments.whole(world)
        postgresql.tls = True
        world.deploy("temporal-k8s", "temporal-history", config={"services": "history"})
        deployments.relate_databases(world, "temporal-history")
        leaving = world.relate("temporal-history:admin", "temporal-admin-k8s:admin")
        world.settle()
        folder = admin_unit(world).containers["temporal-admin"].path("/etc/temporal/secrets")

        def secrets_of(app):
            return [name for name in os.listdir(folder) if name.startswith(app + "-")]

        check(len(secrets_of("temporal-history")) == 4, str(os.listdir(folder)))
        world.unrelate(leaving)
        world.settle()
        check(not secrets_of("temporal-history"), str(os.listdir(folder)))
        check(len(secrets_of("temporal-k8s")) == 4, str(os.listdir(folder)))
        world.relate("temporal-history:admin", "temporal-admin-k8s:admin")
        world.settle()
        checks.all_active(world)
        checks.standing(world)
