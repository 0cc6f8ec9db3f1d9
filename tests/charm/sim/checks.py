"""What must hold for every trace, whatever happened in it."""
import json
import os
import re

from . import uniter
from .world import Failed


def no_secret_is_seen(world):
    """Not in a bag, a plan, a status, a log, an action's outcome, nor in the arguments or environment of a process."""
    texts = world.model.secret_texts
    seen = {"trace": json.dumps(world.model.trace)}
    for relation in world.model.relations:
        for owner, bag in [*relation.app_bags.items(), *relation.unit_bags.items()]:
            app = world.model.apps.get(owner.partition("/")[0])
            if app is None or app.script:
                continue
            seen[f"bag of {owner} in relation {relation.number}"] = json.dumps(bag)
    for unit in world.model.units():
        seen[f"status of {unit.name}"] = json.dumps([unit.status, unit.state])
        for name, container in unit.containers.items():
            seen[f"plan of {unit.name} {name}"] = json.dumps(container.plan)
            for number, task in container.tasks.items():
                seen[f"arguments of task {number} in {unit.name} {name}"] = json.dumps(task["argv"])
            for service_name, service in container.services.items():
                seen[f"log of {unit.name} {service_name}"] = service.log
                if service.process and service.process.poll() is None:
                    with open(f"/proc/{service.process.pid}/environ", errors="replace", encoding="utf-8") as file:
                        seen[f"environment of {unit.name} {service_name}"] = file.read()
            _private_files(unit, container, texts)
    for place, text in seen.items():
        for secret in texts:
            if secret in text:
                raise Failed(f"a secret is in the {place}")


def _private_files(unit, container, texts):
    for folder, _, files in os.walk(container.path("/etc/temporal")):
        for name in files:
            path = os.path.join(folder, name)
            with open(path, errors="replace", encoding="utf-8") as file:
                holds = any(secret in file.read() for secret in texts)
            if holds and os.stat(path).st_mode & 0o077:
                raise Failed(f"{unit.name}: {name} holds a secret and others may read it")


def _names_one_of(message, names):
    """As a word of its own; an option's name may be written with blanks."""
    forms = {form for name in names for form in (name, name.replace("-", " "))}
    return any(re.search(rf"(?<![\w-]){re.escape(form)}(?![\w-])", message) for form in forms)


def names_fix(world, unit):
    """Blocked names what the operator can do: a command, an option, a relation, an action or a resource. Waiting names
    one of these, or who is waited for: another application, a container or Juju."""
    state, message = unit.status
    charm = unit.app.charm
    names = {*charm.options, *charm.endpoints, *charm.actions, *charm.resources}
    if state == "waiting":
        names |= {*charm.containers, *world.model.apps, "Juju"}
    return "juju " in message or _names_one_of(message, names)


def every_unit_is_settled(world):
    for unit in world.model.units():
        if unit.app.script:
            continue
        state, message = unit.status
        if state == "active" and not message:
            continue
        if state in ("blocked", "waiting") and names_fix(world, unit):
            continue
        raise Failed(f"{unit.name} settled at {state}: {message!r}")


def nothing_is_written_twice(world):
    for unit in world.model.units():
        if not unit.app.script and unit.containers:
            world.demand_quiet(unit, "update-status")


def all_active(world):
    for unit in world.model.units():
        if not unit.app.script and unit.status[0] != "active":
            raise Failed(f"{unit.name} is {unit.status}")


def standing(world):
    every_unit_is_settled(world)
    nothing_is_written_twice(world)
    no_secret_is_seen(world)


def snapshot(world):
    """The outcome, without what may differ between equal ones: addresses, ids of secrets, and entries of Pebble's
    plan that are switched off (they cannot be taken out)."""
    model = world.model
    addresses = {unit.address: f"address of {unit.name}" for unit in model.units()}
    result = {"relations": {}, "units": {}, "apps": {}}
    for relation in model.relations:
        result["relations"][relation.number] = {"app": relation.app_bags, "unit": relation.unit_bags}
    for app in model.apps.values():
        result["apps"][app.name] = app.version
    for unit in model.units():
        containers = {}
        for name, container in unit.containers.items():
            files = {}
            for folder, _, names in os.walk(container.path("/etc/temporal")):
                for file_name in names:
                    path = os.path.join(folder, file_name)
                    with open(path, encoding="utf-8") as file:
                        files[os.path.relpath(path, container.root)] = file.read()
            running = [n for n, s in container.services.items() if s.current == "active"]
            plan = {section: {key: entry for key, entry in entries.items()
                              if entry.get("startup") != "disabled" and entry.get("services") != ["-all"]}
                    for section, entries in container.plan.items()}
            containers[name] = {"plan": plan, "files": files, "running": running}
        result["units"][unit.name] = {"status": unit.status, "ports": sorted(unit.ports), "state": unit.state,
                                      "containers": containers}
    text = json.dumps(result, sort_keys=True, indent=1)
    text = re.sub(r'("CHARM_START_DIGEST": ")[0-9a-f]+', r"\1", text)
    for secret in model.secrets.values():
        text = text.replace(secret.id, f"{secret.owner}/{secret.label}")
    for address, name in sorted(addresses.items(), key=lambda item: -len(item[0])):
        text = text.replace(address, name)
    return text


def is_quiet(world):
    return not any(uniter.candidates(world.model, unit) for unit in world.model.units() if not unit.app.script)
