"""What the run was started with, for the cases."""
import os
import random

from .world import World

charms = []  # folders of the unpacked charms
program = ""  # plays the programs around a charm (tests/charm/stage/main.cpp)
hook_tool = ""  # the hook tools (tests/charm/hook_tool/main.cpp)
pebble = ""  # the daemon; empty: the cases with real processes run under the stand-in
first_seed = 1
seed_count = 100
jobs = int(os.environ.get("JOBS") or os.cpu_count() or 1)


def world(seed=1):
    return World(random.Random(seed), charms, program, hook_tool)
