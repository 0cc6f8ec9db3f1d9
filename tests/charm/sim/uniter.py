"""Which hook may run next on a unit, by Juju's rules: what comes before what, and where it gives no order. The
order among those that may is drawn from a seed."""


class Told:
    """What a unit has been told so far."""

    def __init__(self):
        self.installed = False
        self.started = False
        self.first_config = False
        self.leader = False
        self.config_seen = None
        self.boot_ids = {}
        self.relations = {}  # number -> RelationTold
        self.queue = []  # hooks that have to run in this order: refresh, pod churn
        self.secrets = {}  # id -> revision that secret-changed was sent for


class RelationTold:
    def __init__(self):
        self.created = False
        self.units = {}  # joined remote units -> version seen
        self.app_version = 0


class Hook:
    def __init__(self, name, relation=None, variables=None, done=lambda: None):
        self.name = name
        self.relation = relation
        self.variables = variables or {}
        self.done = done  # once it has ended with 0

    def __repr__(self):
        return self.name + (f"[{self.relation.number}]" if self.relation else "")


def told(unit):
    if not unit.told:
        unit.told = {"told": Told()}
    return unit.told["told"]


def _set(target, name, value):
    return lambda: setattr(target, name, value)


def _config_mark(unit):
    return (unit.app.config_changes, unit.address)


def relation_hook(unit, relation, kind, remote_unit="", done=lambda: None, departing=""):
    app = unit.app.name
    endpoint = relation.ends[app]
    other = relation.other(app)
    variables = {
        "JUJU_RELATION": endpoint,
        "JUJU_RELATION_ID": relation.id_for(app),
        "JUJU_REMOTE_APP": other,
        "JUJU_REMOTE_UNIT": remote_unit,
    }
    if departing:
        variables["JUJU_DEPARTING_UNIT"] = departing
    return Hook(f"{endpoint}-relation-{kind}", relation, variables, done)


def _created(model, unit, state):
    hooks = []
    for relation in model.relations_of(unit.app.name):
        known = state.relations.setdefault(relation.number, RelationTold())
        if not known.created and not relation.dying:
            hooks.append(relation_hook(unit, relation, "created", done=_set(known, "created", True)))
    return hooks


def first_boot(model, unit, state):
    """The fixed part of a unit's life; empty when it is over."""
    if not state.installed:
        return [Hook("install", done=_set(state, "installed", True))]
    created = _created(model, unit, state)
    if created:
        return created
    if not state.started:
        if unit.app.leader is unit and not state.leader:
            return [Hook("leader-elected", done=_set(state, "leader", True))]
        if not state.first_config:
            mark = _config_mark(unit)

            def configured():
                state.first_config = True
                state.config_seen = mark

            return [Hook("config-changed", done=configured)]
        return [Hook("start", done=_set(state, "started", True))]
    return []


def members(unit, relation, variables):
    """The units that relation-list names in a hook with these variables: those whose joined hook has run or runs now,
    until their departed hook begins. A unit that came or went without a hook yet changes nothing."""
    known = told(unit).relations.get(relation.number, RelationTold())
    names = set(known.units)
    remote = variables.get("JUJU_REMOTE_UNIT")
    if remote and variables["JUJU_RELATION_ID"] == relation.id_for(unit.app.name):
        if "JUJU_DEPARTING_UNIT" in variables:
            names.discard(remote)
        else:
            names.add(remote)
    return sorted(names)


def knows(unit, relation):
    """Whether the unit still has to be told that the relation is broken."""
    known = told(unit).relations.get(relation.number)
    return known is not None and known.created and not unit.gone


def goodbyes(unit, relation):
    """What a unit that goes is told of a relation: that it departs from each unit it knows there, then that the relation
    is broken; the peer relation is never."""
    known = told(unit).relations.get(relation.number, RelationTold())
    hooks = [relation_hook(unit, relation, "departed", name, departing=unit.name,
                           done=lambda name=name: known.units.pop(name, None)) for name in sorted(known.units)]
    return hooks if relation.is_peer() else [*hooks, relation_hook(unit, relation, "broken")]


def _remote_units(model, unit, relation):
    other = relation.other(unit.app.name)
    units = model.apps[other].units if other in model.apps else []
    return [remote for remote in units if remote is not unit and not remote.gone
            and (remote.app.script or told(remote).installed)]


def _relation_steps(model, unit, relation, known):
    """The next hook of one relation, in Juju's order; None when there is nothing to tell."""
    app = unit.app.name
    present = {remote.name for remote in _remote_units(model, unit, relation)}
    if relation.dying:
        present = set()
    for name in sorted(known.units):
        if name not in present:
            return relation_hook(unit, relation, "departed", name, departing=name,
                                  done=lambda name=name: known.units.pop(name, None))
    if relation.dying:
        if not known.created:
            return None
        return relation_hook(unit, relation, "broken", done=_set(known, "created", False))
    other = relation.other(app)
    version = relation.app_versions.get(other, 0)
    own = relation.is_peer() and unit.app.leader is unit
    if version > known.app_version and not own:
        return relation_hook(unit, relation, "changed", done=_set(known, "app_version", version))
    for name in sorted(present):
        if name not in known.units:
            return relation_hook(unit, relation, "joined", name,
                                  done=lambda name=name: known.units.update({name: -1}))
        seen = known.units[name]
        now = relation.unit_versions.get(name, 0)
        if seen < now:
            return relation_hook(unit, relation, "changed", name,
                                  done=lambda name=name, now=now: known.units.update({name: now}))
    return None


def candidates(model, unit):
    """The hooks of which any may be the next."""
    state = told(unit)
    if unit.gone:
        return []
    boot = first_boot(model, unit, state)
    if boot:
        return boot
    if state.queue:
        return [state.queue[0]]
    hooks = []
    if unit.app.leader is unit and not state.leader:
        hooks.append(Hook("leader-elected", done=_set(state, "leader", True)))
    mark = _config_mark(unit)
    if state.config_seen != mark:
        hooks.append(Hook("config-changed", done=_set(state, "config_seen", mark)))
    for name, container in unit.containers.items():
        if state.boot_ids.get(name) != container.boot_id:
            hooks.append(Hook(f"{name}-pebble-ready", variables={"JUJU_WORKLOAD_NAME": name},
                              done=lambda name=name, boot=container.boot_id: state.boot_ids.update({name: boot})))
        elif container.check_events:
            event = container.check_events[0]
            hooks.append(Hook(f"{name}-pebble-check-{event[1]}",
                              variables={"JUJU_WORKLOAD_NAME": name, "JUJU_PEBBLE_CHECK_NAME": event[0]},
                              done=lambda container=container, event=event: _forget(container, event)))
    for secret_id, revision in unit.tracked.items():
        secret = model.secrets.get(secret_id)
        if secret and secret.latest() > max(revision, state.secrets.get(secret_id, 0)):
            hooks.append(Hook("secret-changed", variables={"JUJU_SECRET_ID": f"secret:{secret_id}",
                                                           "JUJU_SECRET_LABEL": ""},
                              done=lambda secret_id=secret_id, now=secret.latest():
                              state.secrets.update({secret_id: now})))
    hooks += _unused_revisions(model, unit)
    for relation in model.relations_of(unit.app.name):
        known = state.relations.setdefault(relation.number, RelationTold())
        step = _relation_steps(model, unit, relation, known)
        if step:
            hooks.append(step)
    return hooks


def _unused_revisions(model, unit):
    """secret-remove, for the leader of the owner: a revision that no observer tracks any more."""
    if unit.app.leader is not unit:
        return []
    hooks = []
    for secret in model.secrets.values():
        if secret.owner != unit.app.name:
            continue
        tracked = {other.tracked.get(secret.id, secret.latest()) for other in model.units()}
        for revision in range(1, min(tracked, default=secret.latest())):
            if revision not in secret.removed:
                hooks.append(Hook("secret-remove", variables={"JUJU_SECRET_ID": f"secret:{secret.id}",
                                                              "JUJU_SECRET_LABEL": secret.label,
                                                              "JUJU_SECRET_REVISION": str(revision)}))
    return hooks


def _forget(container, event):
    if event in container.check_events:
        container.check_events.remove(event)


def queue_refresh(unit, churn):
    """A new charm, or a pod that was replaced: the same hooks, and no relation hook."""
    state = told(unit)
    names = ["stop"] if churn == "gently" else []
    names += ["upgrade-charm", "config-changed", "start"]
    for name in names:
        hook = Hook(name)
        hook.done = lambda hook=hook: state.queue.remove(hook)
        state.queue.append(hook)
