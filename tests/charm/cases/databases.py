"""A real PostgreSQL that changes under real servers: another authority for its certificate, another password, another
place, another schema. None of it restarts a server that works."""
import json
import os
import re
import subprocess
import tempfile
import urllib.request

from tests.charm.sim import checks, promql, real
from tests.charm.sim.cases import case, check
from tests.charm.sim.cluster import NETWORK


def be_active(cluster, what):
    cluster.settle_until(what, cluster.all_active)


def make_namespace(cluster):
    admin = cluster.model.apps["temporal-admin-k8s"].units[0]
    outcome = cluster.run_action(admin, "tctl", args="--namespace default namespace register --retention 3")
    check(outcome["status"] == "completed", str(outcome))


def process_of(unit):
    service = unit.containers["temporal"].services["temporal"]
    return service.process.pid if service.current == "active" else service.current


def sessions(postgresql, what):
    return postgresql.sql("postgres", f"SELECT {what} FROM pg_stat_activity LEFT JOIN pg_stat_ssl USING (pid) "
                                      "WHERE usename LIKE 'relation_id_%'")


def end_sessions(postgresql):
    check(int(sessions(postgresql, "count(pg_terminate_backend(pid))")) > 0, "nobody was connected")


def shown_metrics(units):
    """What the servers show to Prometheus, by name: the sum over all labels."""
    shown = {}
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    for unit in units:
        with opener.open(f"http://{unit.address}:9090/metrics", timeout=10) as reply:
            for name, value in re.findall(r"^(\w+)(?:\{.*\})? (\S+)$", reply.read().decode(), re.MULTILINE):
                shown[name] = shown.get(name, 0) + float(value)
    return shown


@case("a real database with TLS is verified; a wrong authority is a status, a new one restarts nobody", alone=True)
def tls():
    with real.cluster() as (cluster, deploy_postgresql):
        postgresql = deploy_postgresql()
        right = postgresql.authority = postgresql.serve_certificate_of("first")
        unit = real.deploy(cluster)
        be_active(cluster, "a deployment with TLS is active")
        check(sessions(postgresql, "bool_and(ssl)") == "t", "a session without TLS")
        make_namespace(cluster)
        server = process_of(unit)
        _wrong_authority(cluster, postgresql, unit, right)
        check(process_of(unit) == server, "the server was restarted")
        postgresql.authority = postgresql.serve_certificate_of("second")
        be_active(cluster, "the second authority is taken up")
        end_sessions(postgresql)
        workflows = real.Workflows(cluster, unit)
        workflows.stop_after_batch()
        outcome = workflows.end()
        be_active(cluster, "active with the second authority")
        check(sessions(postgresql, "bool_and(ssl)") == "t", "a session without TLS")
        check(process_of(unit) == server, "the server was restarted")
        checks.standing(cluster)
        return outcome


def _wrong_authority(cluster, postgresql, unit, right):
    """A unit that starts now cannot trust its database, and says so; the one that runs is left alone."""
    postgresql.authority = postgresql.make_authority("wrong")
    postgresql.step()  # before a unit can start with the right one
    cluster.scale("temporal-k8s", 2)
    late = cluster.model.apps["temporal-k8s"].units[1]

    def tells():
        state, text = late.status
        named = text.startswith("db relation") and "certificate" in text and "authority that signed it" in text
        return state == "waiting" and named or late.status

    cluster.settle_until("a wrong authority is told", tells)
    check(unit.status[0] == "active", str(unit.status))
    postgresql.authority = right
    be_active(cluster, "the right authority is taken up")


@case("a real database fails over to another address and its passwords rotate while workflows run: none is lost, no "
      "server restarts", alone=True)
def failover():
    with real.cluster() as (cluster, deploy_postgresql):
        postgresql = deploy_postgresql()
        cluster.network.add_address(f"{NETWORK}.2")
        unit = real.deploy(cluster)
        be_active(cluster, "the deployment is active")
        make_namespace(cluster)
        cluster.scale("temporal-k8s", 2)
        be_active(cluster, "two units are active")
        postgresql.add_standby()
        cluster.settle_until("the standby has every commit", postgresql.is_synchronous)
        units = cluster.model.apps["temporal-k8s"].units
        servers = [process_of(each) for each in units]
        workflows = real.Workflows(cluster, unit, "--rounds", "5", "--timers", "1")
        workflows.wait_for_batches(1)
        postgresql.rotate()
        be_active(cluster, "the new passwords are taken up")
        end_sessions(postgresql)
        workflows.wait_for_batches(1)
        postgresql.fail_over(f"{NETWORK}.2")
        be_active(cluster, "the standby is taken up")
        cluster.settle_until("servers are connected to the standby",
                             lambda: int(sessions(postgresql, "count(*)")) > 0 or "nobody is connected")
        workflows.wait_for_batches(2)
        outcome = workflows.end()
        be_active(cluster, "active in the end")
        check([process_of(each) for each in units] == servers, "a server was restarted")
        shown = shown_metrics(units)
        check(shown["persistence_errors"] > 0, "nobody saw that the database was away")
        check(set(promql.used()) <= set(shown), f"dashboards or rules ask for {set(promql.used()) - set(shown)}")
        checks.standing(cluster)
        return outcome


@case("an application that means another number of shards than its real database is told the number, and runs with it",
      alone=True)
def other_shards():
    with real.cluster() as (cluster, deploy_postgresql):
        deploy_postgresql()
        real.deploy(cluster)
        cluster.configure("temporal-k8s", num_history_shards=8)
        be_active(cluster, "the first application is active")
        cluster.deploy("temporal-k8s", "temporal-history", config={"services": "history"})
        for endpoint, other in (("db", "postgresql-k8s:database"), ("visibility", "postgresql-k8s:database"),
                                ("admin", "temporal-admin-k8s:admin")):
            cluster.relate(f"temporal-history:{endpoint}", other)
        late = cluster.model.apps["temporal-history"].units[0]
        told = ("blocked", "config: num-history-shards: the database was made with 8; run juju config temporal-history "
                           "num-history-shards=8")
        cluster.settle_until("the number of the database is told", lambda: late.status == told or late.status)
        cluster.configure("temporal-history", num_history_shards=8)
        be_active(cluster, "both applications are active")
        checks.standing(cluster)


def update_schema(cluster, postgresql, app, step):
    """Makes one more step in the main database, with the login of the application, as the admin charm does at an upgrade.
    Returns what went wrong."""
    relation = cluster.model.relations_of(app, "db")[0]
    bag = relation.app_bags["postgresql-k8s"]
    login = cluster.model.secret_by_id(bag["secret-user"]).revisions[-1]
    host, port = bag["endpoints"].split(":")
    with tempfile.TemporaryDirectory() as folder:
        version = os.path.join(folder, "versioned", "v1.9")
        os.makedirs(version)
        for name, text in (("step.sql", step), ("password", login["password"]), ("manifest.json", json.dumps(
                {"CurrVersion": "1.9", "MinCompatibleVersion": "1.0", "Description": "a later one",
                 "SchemaName": "temporal", "SchemaUpdateCqlFiles": ["step.sql"]}))):
            with open(os.path.join(version, name), "w", encoding="utf-8") as file:
                file.write(text)
        result = subprocess.run(
            [os.path.join(cluster.real_programs, "temporal-sql-tool"), "--plugin", "postgres12", "--endpoint", host,
             "--port", port, "--database", bag["database"], "--user", login["username"], "--password-file",
             os.path.join(version, "password"), "update-schema", "-d", os.path.join(folder, "versioned")],
            capture_output=True, text=True, check=False)
    return result.stderr if result.returncode != 0 else ""


@case("the application that set the schema up is removed, and with it its login: the other one goes on, starts anew and "
      "brings the schema forward", alone=True)
def objects_outlive_relation():
    with real.cluster() as (cluster, deploy_postgresql):
        postgresql = deploy_postgresql()
        real.deploy(cluster)
        be_active(cluster, "the first application is active")
        make_namespace(cluster)
        unit = real.deploy_server(cluster, "temporal-k8s-next")
        be_active(cluster, "the second application is active")
        server = process_of(unit)
        cluster.remove_application("temporal-k8s")
        be_active(cluster, "the second application is alone")
        check(postgresql.sql("postgres", "SELECT count(*) FROM pg_roles WHERE rolname LIKE 'relation_id_%'") == "2",
              "the logins of the first application are still there")
        for kind in ("db", "visibility"):
            owners = postgresql.sql(f"temporal-k8s_{kind}",
                                    "SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'")
            check(owners == "admin", f"tables of {owners}")
        workflows = real.Workflows(cluster, unit)
        workflows.stop_after_batch()
        outcome = workflows.end()
        check(process_of(unit) == server, "the server was restarted")
        cluster.churn(unit, gently=True)
        be_active(cluster, "the second application starts with what the first one has made")
        failure = update_schema(cluster, postgresql, "temporal-k8s-next", "ALTER TABLE task_queue ADD COLUMN later int")
        check(not failure, f"no later version of the schema: {failure}")
        admin = cluster.model.apps["temporal-admin-k8s"].units[0]
        for parameters in ({"dry-run": True}, {}):
            done = cluster.run_action(admin, "setup-schema", **parameters)
            check(done["status"] == "completed", str(done))
        shown = cluster.run_action(admin, "pre-upgrade-check")["results"]
        check(re.fullmatch(r"db 1\.9, visibility 1\.[0-9]+", shown["current-schema-version"]), str(shown))
        check(re.fullmatch(r"db 1\.[0-8], visibility 1\.[0-9]+", shown["target-schema-version"]), str(shown))
        be_active(cluster, "active in the end")
        checks.standing(cluster)
        return outcome


def upgrade():
    """From the release in the tree BEFORE, whose servers need an older schema, to this one. A server that is refreshed
    first waits for the admin charm; the others go on beside it."""
    with real.cluster() as (cluster, deploy_postgresql):
        programs, schema = cluster.real_programs, cluster.schema
        cluster.real_programs, cluster.schema = os.path.join(BEFORE, "build/bin"), os.path.join(BEFORE, "schema")
        postgresql = deploy_postgresql()
        old = real.deploy(cluster)
        be_active(cluster, "the release before is active")
        make_namespace(cluster)
        cluster.scale("temporal-k8s", 2)
        be_active(cluster, "two units are active")
        versions = schema_versions(postgresql)
        cluster.real_programs, cluster.schema = programs, schema  # of every pod that comes now
        early, admin = cluster.model.apps["temporal-k8s"].units[1], cluster.model.apps["temporal-admin-k8s"].units[0]
        server = process_of(old)
        workflows = real.Workflows(cluster, old, prefix="old")
        cluster.churn(early, gently=True)
        cluster.settle_until("the new release waits for its schema",
                             lambda: "waiting for temporal-admin-k8s" in early.status[1] or early.status)
        check(schema_versions(postgresql) == versions, "a server changed the schema")
        cluster.churn(admin, gently=True)
        be_active(cluster, "the schema is there and the new server starts")
        check(schema_versions(postgresql) != versions, "the schema is still the old one")
        workflows.stop_after_batch()
        meanwhile = workflows.end()
        check(process_of(old) == server, "the old server was restarted")
        workflows = real.Workflows(cluster, early, prefix="new")
        cluster.churn(old, gently=True)
        be_active(cluster, "both units are of the new release")
        workflows.stop_after_batch()
        checks.standing(cluster)
        return f"old server: {meanwhile}; new server: {workflows.end()}"


def schema_versions(postgresql):
    return postgresql.sql("temporal-k8s_db", "SELECT schema_name, curr_version FROM schema_version ORDER BY 1")


# tests/upgrade/run makes the tree.
BEFORE = os.environ.get("TREE_BEFORE")
if BEFORE:
    case("a refresh to a release with another schema: old servers go on, new ones wait for the admin charm",
         alone=True)(upgrade)
