"""Which metrics the packed dashboards and alert rules ask for, and which there are."""
import glob
import json
import os
import re

from .cluster import ROOT

CHARM = os.path.join(ROOT, "charm")
SELECTOR = re.compile(r"\{[^}]*\}")
WORDS = {"and", "or", "unless", "bool", "offset", "inf", "nan"}
NO_METRICS = re.compile(r"\"[^\"]*\"|\{[^}]*\}|\[[^\]]*\]|\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)")
OF_PROMETHEUS = {"up"}  # it says by itself whether a target answered


def metrics_of(expression):
    """The names that stand alone: not of functions, labels, times or keywords."""
    bare = NO_METRICS.sub(" ", expression)
    names = re.findall(r"(?<![\w.$])[a-zA-Z_:][\w:]*(?!\w)(?!\s*\()", bare)
    return {name for name in names if name not in WORDS}


def _expressions(value):
    if isinstance(value, dict):
        for key, entry in value.items():
            if key == "expr":
                yield entry
            else:
                yield from _expressions(entry)
    elif isinstance(value, list):
        for entry in value:
            yield from _expressions(entry)


def used():
    """The metrics that dashboards and rules ask for, each with the files."""
    found = {}
    for path in [os.path.join(CHARM, "alert_rules.json"), *sorted(glob.glob(os.path.join(CHARM, "grafana", "*.json")))]:
        with open(path, encoding="utf-8") as file:
            for expression in _expressions(json.load(file)):
                for name in metrics_of(expression) - OF_PROMETHEUS:
                    found.setdefault(name, set()).add(os.path.basename(path))
    return found


def documented():
    """The series of docs/metrics.md, which tests/app/docs_test.cpp holds to the server. A histogram has three."""
    names = set()
    with open(os.path.join(ROOT, "docs", "metrics.md"), encoding="utf-8") as file:
        for line in file:
            row = re.match(r"\| `(\w+)` \| (\w+) \|", line)
            if row:
                is_histogram = row[2] in ("seconds", "bytes", "histogram")
                names |= {row[1] + part for part in (("_bucket", "_count", "_sum") if is_histogram else ("",))}
    return names
