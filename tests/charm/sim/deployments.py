"""Deployments that several cases begin with."""
from .scripts import Ingress, Loki, PostgreSql, Quiet, Ui


def with_postgresql(world):
    return world.deploy_script(PostgreSql, "postgresql-k8s", ["database"], world.databases)


def relate_databases(world, app="temporal-k8s", database="postgresql-k8s"):
    world.relate(f"{app}:db", f"{database}:database")
    world.relate(f"{app}:visibility", f"{database}:database")


def whole(world, units=1, config=None):
    """Server, admin charm and PostgreSQL, all related; not settled yet."""
    postgresql = with_postgresql(world)
    world.deploy("temporal-k8s", config=config, units=units)
    world.deploy("temporal-admin-k8s")
    relate_databases(world)
    world.relate("temporal-k8s:admin", "temporal-admin-k8s:admin")
    return postgresql


NEIGHBOURS = {"ui": ("temporal-ui-k8s", "ui", "ui"),
              "nginx-route": ("nginx", "nginx-route", "nginx-route"),
              "ingress": ("traefik-k8s", "ingress", "ingress"),
              "metrics-endpoint": ("prometheus-k8s", "metrics-endpoint", "metrics-endpoint"),
              "grafana-dashboard": ("grafana-k8s", "grafana-dashboard", "grafana-dashboard"),
              "temporal-host-info": ("temporal-worker-k8s", "temporal-host-info", "temporal-host-info"),
              "logging": ("loki-k8s", "logging", "logging")}


KINDS = {"logging": Loki, "ui": Ui, "ingress": Ingress}


def deploy_neighbour(world, endpoint):
    name, other, _ = NEIGHBOURS[endpoint]
    return world.deploy_script(KINDS.get(endpoint, Quiet), name, [other])


def with_neighbour(world, endpoint, app="temporal-k8s"):
    name, other, _ = NEIGHBOURS[endpoint]
    script = deploy_neighbour(world, endpoint)
    world.relate(f"{app}:{endpoint}", f"{name}:{other}")
    return script
