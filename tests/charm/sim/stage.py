"""What the run was started with, for the cases."""
import os
import random

from .world import World

charms = []  # folders of the unpacked charms
program = ""  # plays the programs around a charm (tests/charm/stage/main.cpp)
hook_tool = ""  # the hook tools (tests/charm/hook_tool/main.cpp)
first_seed = 1
seed_count = 100
net = 1  # of the addresses of units, 127.NET.x.y
jobs = int(os.environ.get("JOBS") or os.cpu_count() or 1)


def world(seed=1, net_of_its_own=None):
    return World(random.Random(seed), charms, program, hook_tool, net if net_of_its_own is None else net_of_its_own)
