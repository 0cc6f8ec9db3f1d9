"""The plan of the Pebble stand-in: what a layer may say, and what becomes of the plan. A refusal has the daemon's words
(tests/charm/pebble holds it to them)."""
import copy
import json
import re
import shlex

from .pebble_http import ApiError

NOUNS = {"services": "service", "checks": "check", "log-targets": "log target"}
FIELDS = {
    "services": {"override", "summary", "description", "startup", "command", "after", "before", "requires",
                 "environment", "user-id", "user", "group-id", "group", "working-dir", "on-success", "on-failure",
                 "on-check-failure", "backoff-delay", "backoff-factor", "backoff-limit", "kill-delay"},
    "checks": {"override", "level", "startup", "period", "timeout", "threshold", "http", "tcp", "exec"},
    "log-targets": {"override", "type", "location", "services", "labels"},
}
DURATIONS = ("period", "timeout", "kill-delay", "backoff-delay", "backoff-limit")
NANOSECONDS = {"ns": 1, "us": 10**3, "µs": 10**3, "ms": 10**6, "s": 10**9, "m": 60 * 10**9, "h": 3600 * 10**9}


def seconds_of(text):
    """Of a duration as Go writes it: 1h30m0s, 1.5s, 100ms."""
    parts = re.findall(r"(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)", text)
    if not parts or "".join(number + unit for number, unit in parts) != text:
        raise ApiError(400, f"cannot parse layer YAML: invalid duration \"{text}\"")
    return sum(float(number) * NANOSECONDS[unit] for number, unit in parts) / 10**9


def text_of(seconds):
    """The other way, in the one spelling that Go prints."""
    if seconds < 1:
        return f"{seconds * 1000:g}ms" if seconds else "0s"
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(int(minutes), 60)
    return (f"{hours}h" if hours else "") + (f"{minutes}m" if hours or minutes else "") + f"{seconds:g}s"


def _merge(old, new):
    """Maps are merged, lists appended, the rest replaced."""
    if isinstance(old, dict) and isinstance(new, dict):
        return {**old, **{key: _merge(old[key], value) if key in old else value for key, value in new.items()}}
    if isinstance(old, list) and isinstance(new, list):
        return old + new
    return new


def _read(text, label):
    """The layer; JSON is YAML, and our charms write nothing else."""
    try:
        layer = json.loads(text)
    except ValueError as failure:
        raise ApiError(400, f"cannot parse layer YAML: cannot parse layer \"{label}\": {failure}") from None
    for section, entries in layer.items():
        if section not in FIELDS:
            raise ApiError(400, f"cannot parse layer YAML: cannot parse layer \"{label}\": unknown section "
                                f"\"{section}\"")
        for name, entry in entries.items():
            for field in entry:
                if field not in FIELDS[section]:
                    raise ApiError(400, f"cannot parse layer YAML: cannot parse layer \"{label}\" section \"{section}\""
                                        f": yaml: unmarshal errors:\n  line 1: field {field} not found in {section}")
            for field in DURATIONS:
                if field in entry:
                    entry[field] = text_of(seconds_of(entry[field]))
            if "override" not in entry:
                raise ApiError(400, f"layer \"{label}\" must define \"override\" for {NOUNS[section]} \"{name}\"")
            if entry["override"] not in ("merge", "replace"):
                raise ApiError(400, f"layer \"{label}\" has invalid \"override\" value for {NOUNS[section]} \"{name}\"")
    return layer


def _check_service(name, entry, _plan):
    if "command" not in entry:
        raise ApiError(400, f"plan must define \"command\" for service \"{name}\"")
    try:
        shlex.split(entry["command"])
    except ValueError:
        raise ApiError(400, f"cannot parse layer YAML: plan service \"{name}\" command invalid: cannot parse service "
                            f"\"{name}\" command: EOF found when expecting closing quote") from None


def _check_check(name, entry, _plan):
    if not {"http", "tcp", "exec"} & set(entry):
        raise ApiError(400, f"plan must specify one of \"http\", \"tcp\", or \"exec\" for check \"{name}\"")
    entry.setdefault("threshold", 3)


def _check_log_target(name, entry, plan):
    for field in ("type", "location"):
        if field not in entry and entry.get("services") != []:
            raise ApiError(400, f"plan must define \"{field}\" for log target \"{name}\"")
    for service in entry.get("services", []):
        if service.lstrip("-") not in {"all", *plan["services"]}:
            raise ApiError(400, f"log target \"{name}\" specifies unknown service \"{service.lstrip('-')}\"")


CHECKED = {"services": _check_service, "checks": _check_check, "log-targets": _check_log_target}


def combined(plan, text, label):
    """The plan with the layer on top. The old one stays as it is."""
    plan = copy.deepcopy(plan)
    for section, entries in _read(text, label).items():
        for name, entry in entries.items():
            old = plan[section].get(name)
            merged = _merge(old, entry) if old and entry["override"] == "merge" else entry
            # What is merged stays what it was: the word belongs to the layer.
            plan[section][name] = {**merged, "override": old["override"]} if merged is not entry else entry
            CHECKED[section](name, plan[section][name], plan)
    return plan
