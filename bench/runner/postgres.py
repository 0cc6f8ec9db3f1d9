"""A private PostgreSQL with the server's schema, and its counters."""

import os
import subprocess

from . import process

# Long between checkpoints: the first change of a page after one writes all of it, which says more
# about the checkpoint than about the work.
SETTINGS = ["shared_preload_libraries=pg_stat_statements", "checkpoint_timeout=1h", "max_wal_size=8GB",
            "pg_stat_statements.max=5000", "max_connections=200", "shared_buffers=256MB"]
COUNTERS = """
SELECT coalesce((SELECT sum(calls) FROM pg_stat_statements), 0),
       (SELECT sum(xact_commit) FROM pg_stat_database),
       (SELECT pg_current_wal_lsn() - '0/0'),
       (SELECT wal_sync FROM pg_stat_wal),
       (SELECT count(*) FROM pg_stat_activity WHERE usename = 'temporal')
"""
COUNTER_NAMES = ["statements", "commits", "wal_bytes", "fsyncs", "connections"]


class Postgres:
    def __init__(self, root, programs, folder):
        self.root = root
        self.programs = programs
        self.folder = os.path.join(folder, "postgres")
        answer = self._script("start", *SETTINGS)
        values = dict(line.split("=", 1) for line in answer.splitlines() if "=" in line)
        self.host, self.port, self.pid = values["host"], values["port"], int(values["pid"])
        self.ask("CREATE EXTENSION pg_stat_statements")

    def _script(self, command, *arguments):
        script = os.path.join(self.root, "tests/support/postgres/private")
        return subprocess.run([script, command, self.folder, *arguments], check=True, text=True,
                              stdout=subprocess.PIPE).stdout

    def stop(self):
        self._script("stop")

    def environment(self):
        return dict(os.environ, PGHOST=self.host, PGPORT=self.port, PGUSER="postgres",
                    PGPASSWORD="postgres", PGDATABASE="postgres")

    def ask(self, sql):
        return subprocess.run(["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", sql],
                              env=self.environment(), check=True, text=True,
                              stdout=subprocess.PIPE).stdout.strip()

    def make_schema(self, database):
        """One database with both schemas."""
        steps = [["create-database"], ["setup-schema", "-v", "0.0"]]
        for schema in ["temporal", "visibility"]:
            versions = os.path.join(self.root, f"schema/postgresql/v12/{schema}/versioned")
            steps.append(["update-schema", "-d", versions])
        for step in steps:
            subprocess.run([os.path.join(self.programs, "temporal-sql-tool"), "--plugin", "postgres12",
                            "--ep", self.host, "-p", self.port, "-u", "temporal", "--db", database, *step],
                           env=dict(os.environ, SQL_PASSWORD="temporal"), check=True,
                           stdout=subprocess.DEVNULL)

    def counters(self):
        row = self.ask(COUNTERS).split("|")
        return dict(zip(COUNTER_NAMES, (float(value) for value in row)))

    def cpu_seconds(self):
        return process.cpu_seconds(self.pid, with_children=True)
