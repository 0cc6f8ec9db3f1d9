"""What the cases with real processes share: a cluster with PostgreSQL in it, and workflows that run meanwhile."""
import contextlib
import os
import random
import shlex
import subprocess
import tempfile
import threading

from . import stage
from .cases import check
from .cluster import PATIENCE, ROOT, Cluster, demand, run
from .real_postgresql import RealPostgreSql


@contextlib.contextmanager
def cluster():
    """A cluster, and a function that deploys PostgreSQL in it under a name."""
    programs = os.path.dirname(stage.program)
    demand(programs)
    with Cluster(random.Random(1), stage.charms, stage.program, stage.hook_tool, programs,
                 os.path.join(ROOT, "schema")) as made:
        folder = tempfile.mkdtemp(prefix="charm-postgresql-")
        os.chmod(folder, 0o755)
        scripts = []

        def postgresql(name="postgresql-k8s"):
            scripts.append(made.deploy_script(RealPostgreSql, name, ["database"], os.path.join(folder, "server")))
            return scripts[-1]

        try:
            yield made, postgresql
        finally:
            for script in scripts:
                script.stop()
            run("rm", "-rf", folder)


def deploy(cluster):
    """Both charms, related to PostgreSQL, not settled yet. Returns the unit of the server."""
    cluster.deploy("temporal-admin-k8s")
    return deploy_server(cluster, "temporal-k8s")


def deploy_server(cluster, name):
    cluster.deploy("temporal-k8s", name)
    for endpoint in ("db", "visibility"):
        cluster.relate(f"{name}:{endpoint}", "postgresql-k8s:database")
    cluster.relate(f"{name}:admin", "temporal-admin-k8s:admin")
    return cluster.model.apps[name].units[0]


class Workflows:
    """The load driver beside the scale steps, again and again: it starts workflows, works for them, and fails when
    one is lost."""

    BATCH = 40

    def __init__(self, cluster, unit, *shape, prefix="batch"):
        self.cluster = cluster
        driver = os.path.join(os.path.dirname(stage.program), "driver")
        self.argv = [*cluster.dispatch_prefix(unit), driver, "run", "--workflows", str(self.BATCH), *shape, "--address",
                     f"{unit.address}:7233", "--prefix"]
        self.prefix = prefix
        self.stopping = threading.Event()
        self.done = 0
        self.failure = ""
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self):
        while not self.stopping.is_set() and not self.failure:
            argv = [*self.argv, f"{self.prefix}{self.done}"]
            try:
                # The driver has limits of its own, which say more.
                result = subprocess.run(argv, capture_output=True, text=True, timeout=4 * PATIENCE, check=False)
            except subprocess.TimeoutExpired as late:
                self.failure = f"{shlex.join(argv)}: did not end within {4 * PATIENCE} s\n{late.stdout}\n{late.stderr}"
                return
            if result.returncode != 0:
                self.failure = (f"{shlex.join(argv)}: exit {result.returncode}\n{result.stdout[-3000:]}\n"
                                f"{result.stderr[-3000:]}")
            self.done += 1

    def wait_for_batches(self, count):
        """Lets things happen until so many more have ended."""
        wanted = self.done + count
        self.cluster.settle_until(f"{count} more batches of workflows",
                                  lambda: bool(self.failure) or self.done >= wanted or f"{self.done} batches")

    def stop_after_batch(self):
        self.wait_for_batches(1)
        self.stopping.set()

    def end(self):
        self.stopping.set()
        self.thread.join()
        check(not self.failure, f"batch {self.done} of workflows failed: {self.failure}")
        return f"{self.done * self.BATCH} workflows meanwhile, none lost"
