"""How costs grow: one scenario at several sizes, the slope between the ends, and a plot of each."""

import math
import os

from . import svg, table
from .load import Load
from .server import OwnServer


class Measure:
    """Runs loads on one server, or each on a new one."""

    def __init__(self, programs, folder, postgres, name, note):
        self.programs, self.folder, self.postgres = programs, folder, postgres
        self.name, self.note = name, note
        self.server = None

    def load(self, scenario, *flags, fresh=False, until=None):
        if fresh:
            self.stop()
        if not self.server:
            self.server = OwnServer("one", self.programs, self.folder, self.postgres, name=f"curve-{self.name}")
        self.note(f"curve {self.name}: {scenario} {' '.join(str(flag) for flag in flags)}")
        return Load(self.programs, self.server, scenario, *flags, until=until)

    def stop(self):
        if self.server:
            self.server.stop()
        self.server = None


def _cpu_per(load, first, last, count):
    """Milliseconds of server and database for one of `count`."""
    return {role: seconds / count * 1000 for role, seconds in load.cpu_between(first, last).items()}


def _per_call(samples):
    """Milliseconds of the server for a call, between the first and the last sample."""
    return {"server": (samples[-1][2] - samples[0][2]) / max(1, samples[-1][0] - samples[0][0]) * 1000}


def history_length(measure, sizes):
    """Workflows of activities in series; each point is the part of the histories around it."""
    events = sizes[-1]
    load = measure.load(f"activities-in-series:{events // 6}", "--count", 5, "--concurrency", 5)
    calls = load.progress[-1][0]
    for length in sizes:
        low, high = min(length * 0.5, events * 0.9), length * 1.5
        part = [sample for sample in load.progress if low <= sample[0] / calls * events <= high]
        if len(part) > 1:
            yield length, _per_call(part)


def open_timers(measure, sizes):
    """Beside the timers the workflow does 100 activities: the part after the timers were started."""
    for timers in sizes:
        load = measure.load(f"open-timers:{timers}", "--count", 20, "--concurrency", 20)
        part = load.progress[len(load.progress) // 4:]
        yield timers, _per_call(part if len(part) > 1 else load.progress)


def task_queues(measure, sizes):
    for queues in sizes:
        count = max(1_000, queues)
        load = measure.load("task-queues", "--count", count, "--concurrency", 100, "--task-queues", queues)
        yield queues, _cpu_per(load, "measuring", "checking", count)


def open_workflows(measure, sizes):
    """Memory above that of the server without any, each time of a new one."""
    for count in sizes:
        load = measure.load("idle", "--count", count, "--concurrency", 200, "--duration", 3, fresh=True,
                            until="closing")
        yield count, {"MB": load.phases["closing"].memory_mb - load.phases["connecting"].memory_mb}


def backlog(measure, sizes):
    for count in sizes:
        load = measure.load("backlog", "--count", count, "--concurrency", 100)
        yield count, _cpu_per(load, "draining", "checking", count)


def connections(measure, sizes):
    for count in sizes:
        load = measure.load("one-activity", "--count", 2_000, "--concurrency", 100, "--connections", count)
        yield count, _cpu_per(load, "measuring", "checking", 2_000)


# name → title, x, y, points, sizes of the quick dose, further ones of the full dose
CURVES = {
    "history-length": ("Cost of a call by history length", "events in the history", "ms of CPU", history_length,
                       [100, 300, 1_000, 3_000, 10_000], []),
    "open-timers": ("Cost of a call by open timers", "open timers of the workflow", "ms of CPU", open_timers,
                    [1, 10, 100, 500, 2_000], []),
    "task-queues": ("Cost of a one-activity workflow by task queues", "task queues", "ms of CPU", task_queues,
                    [1, 10, 100, 1_000], [5_000]),
    "open-workflows": ("Memory of open workflows", "open workflows", "MB", open_workflows,
                       [500, 2_000, 10_000], [30_000, 100_000]),
    "backlog": ("Cost of a one-activity workflow out of a backlog", "workflows in the backlog", "ms of CPU", backlog,
                [1_000, 5_000], [30_000, 100_000]),
    "connections": ("Cost of a one-activity workflow by connections", "connections", "ms of CPU", connections,
                    [10, 100, 1_000], [5_000]),
}


def _points(measure, name, full):
    """line → points (size, value)."""
    *_, function, quick, further = CURVES[name]
    lines = {}
    try:
        for size, values in function(measure, quick + (further if full else [])):
            for line, value in values.items():
                lines.setdefault(line, []).append((size, value))
    finally:
        measure.stop()
    return lines


def slope(points):
    """The exponent: 0 is flat, 1 grows with the size."""
    (first_x, first_y), (last_x, last_y) = points[0], points[-1]
    if min(first_x, first_y, last_y) <= 0 or first_x == last_x:
        return 0.0
    return math.log(last_y / first_y) / math.log(last_x / first_x)


def draw(programs, folder, postgres, names, full, plots, note):
    """The table as Markdown; a plot of each curve in the folder `plots`."""
    os.makedirs(plots, exist_ok=True)
    rows = []
    for name in names:
        title, x_title, y_title, *_ = CURVES[name]
        lines = _points(Measure(programs, folder, postgres, name, note), name, full)
        with open(os.path.join(plots, name + ".svg"), "w", encoding="utf-8") as file:
            file.write(svg.plot(title, x_title, y_title, lines))
        for line, points in lines.items():
            text = ", ".join(f"{x:,}: {table.number(y)}" for x, y in points)
            ratio = points[-1][1] / points[0][1] if points[0][1] else float("nan")
            rows.append([f"[{title}](plots/{name}.svg)", line, text, y_title, table.number(ratio),
                         f"{slope(points):.2f}"])
    return table.markdown(["curve", "of", "size: cost", "unit", "last ÷ first", "slope"], rows)
