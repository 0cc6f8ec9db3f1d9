"""Collects and runs cases: functions with a sentence for a name, in the files of tests/charm/cases."""
import importlib.util
import multiprocessing
import os
import sys
import time
import traceback

from . import stage

_CASES = []


class Case:
    def __init__(self, sentence, function, alone):
        self.sentence = sentence
        self.function = function
        self.alone = alone  # starts processes of its own, so that it cannot run beside others


def case(sentence, alone=False):
    def register(function):
        _CASES.append(Case(sentence, function, alone))
        return function

    return register


class Skip(Exception):
    """The machine lacks what the case needs; the text says what."""


def check(condition, text):
    if not condition:
        raise AssertionError(text)


def _load(folder):
    for name in sorted(os.listdir(folder)):
        if name.endswith(".py"):
            spec = importlib.util.spec_from_file_location("charm_case_" + name[:-3], os.path.join(folder, name))
            module = importlib.util.module_from_spec(spec)
            sys.modules[spec.name] = module  # so that a process of a pool finds its functions
            spec.loader.exec_module(module)


def _attempt(index):
    """Runs one case: (outcome, what to print)."""
    chosen = _CASES[index]
    started = time.monotonic()
    try:
        note = chosen.function() or ""
        outcome, text = "ok", f"{chosen.sentence}{': ' if note else ''}{note}"
    except Skip as reason:
        return "SKIPPED", f"SKIPPED: {chosen.sentence}: {reason}"
    except Exception:  # a case may fail in any way, and the others still run
        trace = traceback.format_exc().strip().replace("\n", "\n        ")
        outcome, text = "FAILED", f"{chosen.sentence}\n        {trace}"
    return outcome, f"{outcome:7} {time.monotonic() - started:6.1f} s  {text}"


def run_all(folder, wanted, but=None):
    _load(folder)
    indexes = [index for index, chosen in enumerate(_CASES)
               if (not wanted or any(text in chosen.sentence for text in wanted))
               and not (but and but in chosen.sentence)]
    together = [index for index in indexes if not _CASES[index].alone]
    counts = {"ok": 0, "FAILED": 0, "SKIPPED": 0}

    def note(outcome, text):
        counts[outcome] += 1
        print(text, flush=True)

    with multiprocessing.Pool(stage.jobs) as pool:
        for outcome, text in pool.imap(_attempt, together, chunksize=1):
            note(outcome, text)
    for index in indexes:
        if _CASES[index].alone:
            note(*_attempt(index))
    print(f"\n{counts['ok']} passed, {counts['FAILED']} failed, {counts['SKIPPED']} skipped")
    return 1 if counts["FAILED"] or not indexes else 0
