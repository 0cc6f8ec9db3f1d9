"""What the same machine does with something well known, measured between the scenarios."""

import glob
import os
import re
import statistics
import subprocess

from .load import Load

SCALE = 10
CLIENTS = 16
SECONDS = 4
ECHO_CALLS = 20000


class Pgbench:
    """`pgbench -N`: a transaction of three statements (UPDATE, SELECT, INSERT)."""

    def __init__(self, database, folder):
        self.database = database
        self.folder = folder
        database.ask("CREATE DATABASE pgbench")
        self._run("-i", "-q", "-s", str(SCALE))
        database_url = dict(database.environment(), PGDATABASE="pgbench")
        subprocess.run(["psql", "-X", "-q", "-c", "CREATE TABLE one_commit (n int)"], env=database_url, check=True)
        with open(os.path.join(folder, "one_commit.sql"), "w", encoding="utf-8") as script:
            script.write("INSERT INTO one_commit VALUES (1);\n")

    def _run(self, *arguments):
        return subprocess.run(["pgbench", *arguments], env=dict(self.database.environment(), PGDATABASE="pgbench"),
                              cwd=self.folder, check=True, text=True, stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL).stdout

    def transactions_per_second(self):
        output = self._run("-N", "-n", "-c", str(CLIENTS), "-j", "2", "-T", str(SECONDS))
        return float(re.search(r"tps = ([0-9.]+)", output).group(1))

    def commit_p50_ms(self, rate):
        """One client, one statement: what one durable commit takes when `rate` of them come in a second. One that
        comes to a machine at rest costs several times what it costs behind another one."""
        self._run("-n", "-c", "1", "-T", str(SECONDS), "-R", str(rate), "-f", "one_commit.sql", "-l",
                  "--log-prefix=one_commit")
        times = []
        for name in glob.glob(os.path.join(self.folder, "one_commit.[0-9]*")):
            with open(name, encoding="utf-8") as log:
                for line in log:
                    columns = line.split()
                    times.append(int(columns[2]) - int(columns[6]))  # without what it began too late
            os.remove(name)
        return statistics.median(times) / 1000


def echo_per_second(programs, server):
    """gRPC's own health service, in the process under test: a call without any work behind it."""
    load = Load(programs, server, "echo", "--count", ECHO_CALLS, "--concurrency", 64)
    return load.result["per_second"]
