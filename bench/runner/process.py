"""CPU time and memory of processes, from /proc."""

import os

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
# Positions in /proc/PID/stat, counted from the field after the program's name.
PARENT, USER, SYSTEM, WAITED_USER, WAITED_SYSTEM = 1, 11, 12, 13, 14


def stat_of(pid):
    """The fields after the name, or None when the process has gone."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
            return file.read().rsplit(")", 1)[1].split()
    except (FileNotFoundError, ProcessLookupError):
        return None


def children_of(pid):
    children = []
    for name in os.listdir("/proc"):
        if not name.isdigit():
            continue
        fields = stat_of(name)
        if fields and int(fields[PARENT]) == pid:
            children.append(int(name))
    return children


def cpu_seconds(pid, with_children=False):
    """With children: those that run, and those that have ended and were waited for."""
    fields = stat_of(pid)
    if not fields:
        return 0.0
    ticks = int(fields[USER]) + int(fields[SYSTEM])
    if with_children:
        ticks += int(fields[WAITED_USER]) + int(fields[WAITED_SYSTEM])
        for child in children_of(pid):
            child_fields = stat_of(child)
            if child_fields:
                ticks += int(child_fields[USER]) + int(child_fields[SYSTEM])
    return ticks / TICKS_PER_SECOND


def memory_mb(pid, line="VmRSS"):
    """VmRSS: resident now; VmHWM: the most since the last reset_peak()."""
    try:
        with open(f"/proc/{pid}/status", encoding="utf-8") as file:
            for text in file:
                if text.startswith(line + ":"):
                    return int(text.split()[1]) / 1024
    except (FileNotFoundError, ProcessLookupError):
        pass
    return 0.0


def reset_peak(pid):
    """Lets VmHWM begin again; without the right to do so it stays the most since the start."""
    try:
        with open(f"/proc/{pid}/clear_refs", "w", encoding="utf-8") as file:
            file.write("5")
    except OSError:
        pass
