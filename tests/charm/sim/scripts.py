"""The charms at the other ends, as scripts: each looks at its relations and writes what the real charm would."""
import json
import os


class Script:
    """Plays all units of an application. step() returns True when it changed something."""

    def __init__(self, model, app):
        self.model = model
        self.app = app

    def relations(self, endpoint):
        return [r for r in self.model.relations_of(self.app.name, endpoint) if not r.dying]

    def write(self, relation, values):
        before = dict(relation.app_bags[self.app.name])
        relation.write(self.app.name, True, values)
        return relation.app_bags[self.app.name] != before

    def write_unit(self, relation, values):
        unit = self.app.units[0].name
        before = dict(relation.unit_bags.get(unit, {}))
        relation.write(unit, False, values)
        return relation.unit_bags.get(unit) != before

    def secret(self, label, content, relation):
        """The id of the secret with this label, with this content, granted to the relation's other side."""
        other = relation.other(self.app.name)
        for secret in self.model.secrets.values():
            if secret.owner == self.app.name and secret.label == label:
                if secret.revisions[-1] != content:
                    secret.revisions.append(content)
                secret.grants.add((relation.number, other))
                return "secret:" + secret.id
        secret = self.model.add_secret(self.app.name, label, content)
        secret.grants.add((relation.number, other))
        return "secret:" + secret.id

    def step(self):
        return False


class PostgreSql(Script):
    """postgresql-k8s: a user and a secret for each relation; failover, rotation, TLS."""

    def __init__(self, model, app, folder):
        super().__init__(model, app)
        self.folder = folder
        self.host = "10.152.183.171"
        self.protocol = "v0"  # v1, plain (no secrets), router (pgbouncer)
        self.tls = False
        self.router_ready = True
        self.rotations = 0

    def database_path(self, name, host=None):
        return os.path.join(self.folder, f"{host or self.host}_5432_{name}")

    def _request(self, relation):
        bag = relation.app_bags[relation.other(self.app.name)]
        if "requests" in bag:
            request = json.loads(bag["requests"])[0]
            return request["resource"], request
        return bag.get("database"), None

    def _create(self, name, user, password):
        """The database, and the user with this password; the schema stays as it is."""
        path = self.database_path(name)
        lines = ["0"]
        if os.path.exists(path):
            with open(path, encoding="utf-8") as file:
                lines = file.read().split("\n")
        login = f"{user} {password}"
        if login in lines:
            return
        lines = [lines[0]] + [line for line in lines[1:] if line and not line.startswith(user + " ")]
        with open(path, "w", encoding="utf-8") as file:
            file.write("\n".join([*lines, login]) + "\n")

    def step(self):
        changed = False
        for relation in self.relations("database"):
            name, request = self._request(relation)
            if not name:
                if self.protocol == "v1":
                    changed |= self.write(relation, {"version": "v1"})
                continue
            user = f"relation_{relation.number}"
            password = f"pw-{relation.number}-{self.rotations}-Zq7"
            self.model.secret_texts.add(password)
            before = self._state(relation)
            self._create(name, user, password)
            self._answer(relation, name, request, user, password)
            changed |= before != self._state(relation)
        return changed

    def _state(self, relation):
        secrets = [(s.id, s.latest()) for s in self.model.secrets.values() if s.owner == self.app.name]
        return dict(relation.app_bags[self.app.name]), json.dumps(relation.unit_bags), secrets

    def _answer(self, relation, name, request, user, password):
        login = {"username": user, "password": password,
                 "uris": f"postgresql://{user}:{password}@{self.host}:5432/{name}"}
        tls = {"tls": "True" if self.tls else "False"}
        if self.tls:
            tls["tls-ca"] = "-----BEGIN CERTIFICATE-----\nZm9v\n-----END CERTIFICATE-----"
        answer = {"database": name, "endpoints": f"{self.host}:5432", "version": "14.7"}
        if self.protocol == "plain":
            answer.update(login)
            answer.update(tls)
        else:
            answer["secret-user"] = self.secret(f"user.{relation.number}", login, relation)
            answer["secret-tls"] = self.secret(f"tls.{relation.number}", tls, relation)
        if self.protocol == "router":
            answer["subordinated"] = "true"
            if self.router_ready:
                self.write_unit(relation, {"state": "ready"})
        if self.protocol == "v1" and request is not None:
            answer = {"version": "v1", "requests": json.dumps([{
                "request-id": request["request-id"], "salt": request["salt"], "resource": name,
                **{key: value for key, value in answer.items() if key != "database"}}])}
        self.write(relation, answer)

    def rotate(self):
        self.rotations += 1

    def fail_over(self, host):
        """The primary moves: the same databases under another address."""
        for file in os.listdir(self.folder):
            if file.startswith(self.host + "_"):
                os.rename(os.path.join(self.folder, file),
                          os.path.join(self.folder, file.replace(self.host, host, 1)))
        self.host = host


class Loki(Script):
    def __init__(self, model, app, url="http://loki:3100/loki/api/v1/push"):
        super().__init__(model, app)
        self.url = url

    def step(self):
        return any([self.write_unit(r, {"endpoint": json.dumps({"url": self.url})})
                    for r in self.relations("logging")])


class Quiet(Script):
    """Reads only: nginx, Prometheus, Grafana."""


class Ui(Script):
    """temporal-ui-k8s: blocked until the server says that it is ready."""

    def step(self):
        ready = any(r.app_bags[r.other(self.app.name)].get("server_status") == "ready" for r in self.relations("ui"))
        status = ("active", "") if ready else ("blocked", "ui:temporal relation: server is not ready")
        changed, self.app.units[0].status = self.app.units[0].status != status, status
        return changed


class Ingress(Script):
    """traefik-k8s, interface ingress v2: publishes an address when application and units have told theirs."""

    def step(self):
        changed = False
        for relation in self.relations("ingress"):
            other = relation.other(self.app.name)
            request = {key: json.loads(value) for key, value in relation.app_bags[other].items()}
            units = [bag for name, bag in relation.unit_bags.items() if name.startswith(other + "/") and bag]
            if {"model", "name", "port"} <= set(request) and all({"host", "ip"} <= set(bag) for bag in units) and units:
                url = f"http://ingress.example.com/{request['model']}-{request['name']}"
                changed |= self.write(relation, {"ingress": json.dumps({"url": url})})
        return changed


class OldServer(Script):
    """The Python server charm: shows its databases to the admin charm in plain keys, as recorded from it. A newer one
    waits for its own workload version besides."""

    def __init__(self, model, app, folder, version=""):
        super().__init__(model, app)
        self.folder = folder
        self.version = version
        self.model.secret_texts.add("old-pw-Zq7")

    def step(self):
        changed = False
        for relation in self.relations("admin"):
            parts = {}
            for kind in ("db", "visibility"):
                name = f"temporal-k8s_{kind}"
                path = os.path.join(self.folder, f"10.0.0.7_5432_{name}")
                if not os.path.exists(path):
                    with open(path, "w", encoding="utf-8") as file:
                        file.write("0\nrelation-9 old-pw-Zq7\n")
                parts[kind] = {"dbname": name, "host": "10.0.0.7", "port": "5432", "user": "relation-9",
                               "password": "old-pw-Zq7", "tls": False}
            changed |= self.write(relation, {"database_connections": json.dumps(parts)})
            bag = relation.app_bags[relation.other(self.app.name)]
            ready = bag.get("schema_status") == "ready" and self.version in ("", bag.get("migrated_workload_version"))
            status = ("active", "") if ready else ("waiting", "admin:temporal relation: schema is pending migration")
            changed, self.app.units[0].status = changed or self.app.units[0].status != status, status
        return changed


class OldAdmin(Script):
    """The Python admin charm: knows database_connections and nothing else."""

    def __init__(self, model, app, folder):
        super().__init__(model, app)
        self.folder = folder

    def step(self):
        changed = False
        for relation in self.relations("admin"):
            text = relation.app_bags[relation.other(self.app.name)].get("database_connections")
            if not text:
                continue
            for part in json.loads(text).values():
                path = os.path.join(self.folder, f"{part['host']}_{part['port']}_{part['dbname']}")
                with open(path, encoding="utf-8") as file:
                    lines = file.read().split("\n")
                with open(path, "w", encoding="utf-8") as file:
                    file.write("\n".join(["2", *lines[1:]]))
            changed |= self.write(relation, {"schema_status": "ready"})
        return changed
