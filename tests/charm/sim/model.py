"""A Juju model: applications, units, relations, secrets. Only data and its rules; agent.py lets hook tools at it,
uniter.py decides which hook runs next."""
import hashlib
import re


SECRET_URI = re.compile(r"(secret:)?(//[0-9a-f-]{36}/)?([0-9a-v]{20})")


class ToolError(Exception):
    """What a hook tool reports on stderr; exit code 1 unless told otherwise."""

    def __init__(self, message, code=1):
        super().__init__(message)
        self.code = code


class Charm:
    """What a .charm file declares."""

    def __init__(self, name, metadata, config, actions, folder=None):
        self.name = name
        self.folder = folder  # of the unpacked charm; None: a script plays it
        self.options = (config or {}).get("options") or {}
        self.actions = actions or {}
        self.containers = list((metadata.get("containers") or {}))
        self.resources = list((metadata.get("resources") or {}))
        self.endpoints = {}
        for role in ("peers", "requires", "provides"):
            for endpoint, entry in (metadata.get(role) or {}).items():
                self.endpoints[endpoint] = {"role": role, **entry}


class Unit:
    def __init__(self, app, number, address):
        self.app = app
        self.number = number
        self.name = f"{app.name}/{number}"
        self.address = address
        self.status = ("unknown", "")
        self.state = {}
        self.ports = set()
        self.tracked = {}  # secret id -> revision
        self.secret_labels = {}
        self.containers = {}
        self.told = {}  # what the uniter has delivered (uniter.py)
        self.error = ""
        self.gone = False


class App:
    def __init__(self, name, charm):
        self.name = name
        self.charm = charm
        self.units = []
        self.leader = None
        self.version = ""
        self.next_number = 0
        self.config = {}
        self.config_changes = 0
        self.script = None  # plays the charm instead of a program

    def values(self):
        values = {key: option.get("default") for key, option in self.charm.options.items()}
        values.update(self.config)
        return {key: value for key, value in values.items() if value is not None}


class Relation:
    def __init__(self, number, ends):
        self.number = number
        self.ends = ends  # {app name: endpoint}; one entry: a peer relation
        self.app_bags = {name: {} for name in ends}
        self.unit_bags = {}
        self.app_versions = {name: 0 for name in ends}
        self.unit_versions = {}
        self.dying = False

    def id_for(self, app):
        return f"{self.ends[app]}:{self.number}"

    def is_peer(self):
        return len(self.ends) == 1

    def other(self, app):
        return next((name for name in self.ends if name != app), app)

    def write(self, bag_key, is_app, changes):
        bags, versions = (
            (self.app_bags, self.app_versions) if is_app else (self.unit_bags, self.unit_versions)
        )
        bag = bags.setdefault(bag_key, {})
        before = dict(bag)
        for key, value in changes.items():
            if value == "":
                bag.pop(key, None)
            else:
                bag[key] = value
        if bag != before:
            versions[bag_key] = versions.get(bag_key, 0) + 1


class Secret:
    def __init__(self, secret_id, owner, label, content):
        self.id = secret_id
        self.owner = owner
        self.label = label
        self.revisions = [content]
        self.removed = set()  # numbers of revisions
        self.grants = set()  # (relation number, app)

    def latest(self):
        return len(self.revisions)


class Model:
    def __init__(self, name="temporal"):
        self.name = name
        self.uuid = "8c2f2b3a-0000-4000-8000-000000000001"
        self.apps = {}
        self.relations = []
        self.secrets = {}
        self.next_relation = 0
        self.next_secret = 0
        self.secret_texts = set()  # none of these may be seen anywhere but in a secret
        self.trace = []

    def units(self):
        return [unit for app in self.apps.values() for unit in app.units]

    def relations_of(self, app, endpoint=None):
        return [
            relation
            for relation in self.relations
            if app in relation.ends and endpoint in (None, relation.ends[app])
        ]

    def relation_by_id(self, app, text):
        number = text.rpartition(":")[2]
        for relation in self.relations_of(app):
            if str(relation.number) == number:
                return relation
        raise ToolError(f"ERROR invalid value \"{text}\" for option -r: relation not found", 2)

    def relate(self, first, second, number=None):
        ends = {}
        for text in (first, second):
            app, _, endpoint = text.partition(":")
            if endpoint not in self.apps[app].charm.endpoints:
                raise ToolError(f"ERROR application \"{app}\" has no \"{endpoint}\" relation")
            ends[app] = endpoint
        relation = Relation(self.next_relation if number is None else number, ends)
        self.next_relation = max(self.next_relation, relation.number) + 1
        self.relations.append(relation)
        return relation

    def add_secret(self, owner, label, content):
        self.next_secret += 1
        secret_id = "d" + hashlib.sha256(str(self.next_secret).encode()).hexdigest()[:19]
        self.secrets[secret_id] = Secret(secret_id, owner, label, dict(content))
        return self.secrets[secret_id]

    def secret_by_id(self, text):
        uri = SECRET_URI.fullmatch(text)
        if uri is None:
            raise ToolError(f"ERROR secret URI \"{text}\" not valid", 2)
        secret_id = uri[3]
        if secret_id not in self.secrets:
            raise ToolError(f"ERROR secret \"{secret_id}\" not found")
        return self.secrets[secret_id]

    def may_read(self, secret, app):
        if secret.owner == app:
            return True
        alive = {relation.number for relation in self.relations}
        return any(name == app and number in alive for number, name in secret.grants)
