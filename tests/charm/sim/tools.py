"""The hook tools: arguments in, (output, error, exit code) out, with the exits and JSON shapes of Juju's own. What
a hook writes is kept apart until it ends with 0."""
import json

from . import uniter
from .model import ToolError


class Pending:
    """The transaction of one hook."""

    def __init__(self):
        self.bags = {}  # (relation number, key, is_app) -> changes
        self.ports_opened = set()
        self.ports_closed = set()
        self.state = {}
        self.secrets_added = []
        self.secrets_set = {}
        self.secrets_removed = []
        self.revisions_removed = []
        self.grants = []


def flag_value(arguments, *names):
    """Takes a flag and its value out of the arguments."""
    for index, word in enumerate(arguments):
        for name in names:
            if word == name:
                value = arguments[index + 1]
                del arguments[index : index + 2]
                return value
            if word.startswith(name + "="):
                del arguments[index]
                return word[len(name) + 1 :]
    return None


def flag(arguments, name):
    if name in arguments:
        arguments.remove(name)
        return True
    return False


class HookTools:
    """All tools of one running hook or action."""

    def __init__(self, model, unit, environment, action=None):
        self.model = model
        self.unit = unit
        self.app = unit.app
        self.environment = environment
        self.action = action  # {"parameters":..., "results":..., "failure":...}
        self.pending = Pending()
        self.writes = []  # of tools that change something
        self.calls = []  # what was called, with its arguments

    def run(self, argv, standard_input):
        self.calls.append(argv)
        words = "\0".join(argv)
        for secret in self.model.secret_texts:
            if secret in words:
                self.model.trace.append(("argument", argv))  # where checks.py finds it
        name, arguments = argv[0], list(argv[1:])
        handler = getattr(self, name.replace("-", "_"), None)
        if handler is None:
            return "", f"ERROR no such tool: {name}\n", 2
        output_format = flag_value(arguments, "--format")
        try:
            value = handler(arguments, standard_input)
        except ToolError as error:
            return "", f"{error}\n", error.code
        if name in WRITERS:
            self.writes.append(argv)
        if value is None and output_format != "json":
            return "", "", 0
        return (json.dumps(value) if output_format == "json" else str(value)) + "\n", "", 0

    # --- reads

    def config_get(self, arguments, _):
        values = self.app.values()
        return values if not arguments else values.get(arguments[0])

    def is_leader(self, _arguments, _):
        return self.app.leader is self.unit

    def relation_ids(self, arguments, _):
        endpoint = arguments[0]
        return sorted(
            relation.id_for(self.app.name)
            for relation in self.model.relations_of(self.app.name, endpoint)
            if not relation.dying or relation.number == self.environment.get("number")
        )

    def _relation(self, arguments):
        text = flag_value(arguments, "-r") or self.environment["variables"].get("JUJU_RELATION_ID")
        if not text:
            raise ToolError("ERROR no relation id specified", 2)
        return self.model.relation_by_id(self.app.name, text)

    def relation_list(self, arguments, _):
        wants_app = flag(arguments, "--app")
        relation = self._relation(arguments)
        if wants_app:
            return relation.other(self.app.name)
        return uniter.members(self.unit, relation, self.environment["variables"])

    def relation_get(self, arguments, _):
        is_app = flag(arguments, "--app")
        relation = self._relation(arguments)
        key, target = arguments[0], arguments[1]
        own = target in (self.app.name, self.unit.name)
        if is_app:
            if own and self.app.leader is not self.unit and not relation.is_peer():
                raise ToolError("ERROR permission denied")
            bag = dict(relation.app_bags.get(target, {}))
        else:
            bag = dict(relation.unit_bags.get(target, {}))
        if own:
            for name, value in self.pending.bags.get((relation.number, target, is_app), {}).items():
                bag.pop(name, None) if value == "" else bag.update({name: value})
        return bag if key == "-" else bag.get(key)

    def secret_get(self, arguments, _):
        refresh, peek = flag(arguments, "--refresh"), flag(arguments, "--peek")
        label = flag_value(arguments, "--label")
        secret = self._owned(label) if label else self.model.secret_by_id(arguments[0])
        if secret is None:
            raise ToolError(f"ERROR secret \"{label}\" not found")
        if not self.model.may_read(secret, self.app.name):
            raise ToolError("ERROR permission denied")
        if secret.id in self.pending.secrets_set:
            return self.pending.secrets_set[secret.id]
        if secret.owner == self.app.name:
            return secret.revisions[-1]
        if refresh or secret.id not in self.unit.tracked:
            self.unit.tracked[secret.id] = secret.latest()
        revision = secret.latest() if peek else self.unit.tracked[secret.id]
        return secret.revisions[revision - 1]

    def _owned(self, label):
        for secret in self.model.secrets.values():
            if secret.owner == self.app.name and secret.label == label:
                return secret
        return None

    def secret_info_get(self, arguments, _):
        label = flag_value(arguments, "--label")
        secret = self._owned(label) if label else self.model.secret_by_id(arguments[0])
        if secret is None:
            raise ToolError(f"ERROR secret \"{label}\" not found")
        access = [
            {"target": f"application-{app}", "scope": f"relation-{number}", "role": "view"}
            for number, app in sorted(secret.grants)
        ]
        return {secret.id: {"revision": secret.latest(), "label": secret.label, "owner": "application",
                            "access": access}}

    def network_get(self, arguments, _):
        if arguments[0] not in self.app.charm.endpoints:
            raise ToolError(f"ERROR no network config found for binding \"{arguments[0]}\"")
        address = self.unit.address
        if not address:  # lists that would be empty are left out
            return {}
        return {
            "bind-addresses": [
                {"mac-address": "", "interface-name": "eth0",
                 "addresses": [{"hostname": "", "value": address, "cidr": ""}]}
            ],
            "egress-subnets": [address + "/32"],
            "ingress-addresses": [address],
        }

    def opened_ports(self, _arguments, _):
        return sorted(self.unit.ports)

    def status_get(self, arguments, _):
        flag(arguments, "--include-data")
        return {"status": self.unit.status[0], "message": self.unit.status[1], "status-data": {}}

    def state_get(self, arguments, _):
        key = arguments[0] if arguments else "-"
        values = {**self.unit.state, **self.pending.state}
        return values if key == "-" else values.get(key, "")

    def action_get(self, _arguments, _):
        if self.action is None:
            raise ToolError("ERROR not running an action")
        return self.action["parameters"]

    # --- writes

    def relation_set(self, arguments, standard_input):
        is_app = flag(arguments, "--app")
        relation = self._relation(arguments)
        source = flag_value(arguments, "--file")
        changes = json.loads(standard_input) if source == "-" else {}
        changes.update(word.split("=", 1) for word in arguments)
        if is_app and self.app.leader is not self.unit:
            raise ToolError("ERROR cannot write relation settings")
        if not all(isinstance(value, str) for value in changes.values()):
            raise ToolError("ERROR expected a map of strings", 2)
        key = (relation.number, self.app.name if is_app else self.unit.name, is_app)
        self.pending.bags.setdefault(key, {}).update(changes)

    def _secret_values(self, arguments):
        content = {}
        for word in arguments:
            key, _, value = word.partition("=")
            if key.endswith("#file"):
                with open(value, encoding="utf-8") as file:
                    content[key[:-5]] = file.read()
            else:
                content[key] = value
        if not content or "" in content.values():
            raise ToolError("ERROR missing secret value or filename", 2)
        return content

    def secret_add(self, arguments, _):
        label = flag_value(arguments, "--label")
        if self.app.leader is not self.unit:
            raise ToolError("ERROR only the leader may create application secrets")
        content = self._secret_values(arguments)
        secret = self.model.add_secret(self.app.name, label, content)
        self.pending.secrets_added.append(secret.id)
        return "secret:" + secret.id

    def secret_set(self, arguments, _):
        secret = self.model.secret_by_id(arguments.pop(0))
        if secret.owner != self.app.name or self.app.leader is not self.unit:
            raise ToolError("ERROR permission denied")
        content = self._secret_values(arguments)
        if content != secret.revisions[-1]:
            self.pending.secrets_set[secret.id] = content

    def secret_remove(self, arguments, _):
        revision = flag_value(arguments, "--revision")
        secret = self.model.secret_by_id(arguments[0])
        if secret.owner != self.app.name or self.app.leader is not self.unit:
            raise ToolError("ERROR permission denied")
        if revision is None:
            self.pending.secrets_removed.append(secret.id)
        else:
            self.pending.revisions_removed.append((secret.id, int(revision)))

    def secret_grant(self, arguments, _):
        relation = self._relation(arguments)
        secret = self.model.secret_by_id(arguments[0])
        self.pending.grants.append((secret.id, relation.number, relation.other(self.app.name)))

    def open_port(self, arguments, _):
        self.pending.ports_opened.add(arguments[0])

    def close_port(self, arguments, _):
        self.pending.ports_closed.add(arguments[0])

    def status_set(self, arguments, _):
        flag(arguments, "--")
        if arguments[0] not in ("maintenance", "blocked", "waiting", "active"):
            raise ToolError(f"ERROR invalid status \"{arguments[0]}\"", 2)
        self.unit.status = (arguments[0], arguments[1] if len(arguments) > 1 else "")

    def application_version_set(self, arguments, _):
        flag(arguments, "--")
        self.app.version = arguments[0]

    def state_set(self, arguments, standard_input):
        if flag_value(arguments, "--file") == "-":
            self.pending.state.update(json.loads(standard_input))
        self.pending.state.update(word.split("=", 1) for word in arguments)

    def action_set(self, arguments, _):
        flag(arguments, "--")
        for word in arguments:
            key, _, value = word.partition("=")
            for part in key.split("."):
                if not part or not all(c.islower() or c.isdigit() or c == "-" for c in part):
                    raise ToolError(f"ERROR key \"{key}\" must start and end with lowercase alphanumeric", 2)
            if key in ("stdout", "stderr", "stdout-encoding", "stderr-encoding"):
                raise ToolError(f"ERROR cannot set reserved action key \"{key}\"", 2)
            self.action["results"][key] = value

    def action_fail(self, arguments, _):
        flag(arguments, "--")
        self.action["failure"] = arguments[0] if arguments else "action failed"

    def juju_log(self, arguments, _):
        flag_value(arguments, "-l")
        self.model.trace.append(("log", self.unit.name, " ".join(arguments)))

    # --- the end

    def roll_back(self):
        for secret_id in self.pending.secrets_added:
            self.model.secrets.pop(secret_id, None)

    def flush(self):
        pending, model = self.pending, self.model
        for (number, key, is_app), changes in pending.bags.items():
            for relation in model.relations:
                if relation.number == number:
                    relation.write(key, is_app, changes)
        self.unit.ports |= pending.ports_opened
        self.unit.ports -= pending.ports_closed
        self.unit.state.update(pending.state)
        for secret_id, content in pending.secrets_set.items():
            model.secrets[secret_id].revisions.append(content)
        for secret_id, number, app in pending.grants:
            model.secrets[secret_id].grants.add((number, app))
        for secret_id, revision in pending.revisions_removed:
            model.secrets[secret_id].removed.add(revision)
        for secret_id in pending.secrets_removed:
            model.secrets.pop(secret_id, None)


WRITERS = {"relation-set", "secret-add", "secret-set", "secret-remove", "secret-grant", "open-port", "close-port",
           "status-set", "application-version-set", "state-set"}
NAMES = sorted(WRITERS | {"config-get", "is-leader", "relation-ids", "relation-list", "relation-get", "secret-get",
                          "secret-info-get", "network-get", "opened-ports", "status-get", "state-get", "action-get",
                          "action-set", "action-fail", "juju-log"})
