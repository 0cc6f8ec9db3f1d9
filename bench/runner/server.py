"""Servers under test: our own, started here in one of its forms, or any other one by its address."""

import os
import random
import signal
import socket
import subprocess
import time

from . import process

ROLES = ["frontend", "history", "matching", "worker"]
READY_SECONDS_MAX = 60
STOP_SECONDS_MAX = 20
# A worker for each of thousands of queues waits with two polls: more than a namespace may have (1,200).
POLLS_KEY, POLLS_MAX = "frontend.namespaceCount", 100_000


class Server:
    """`processes`: pid by role. `database`: a Postgres whose cost is counted too, or None."""

    def __init__(self, name, address, processes, database=None):
        self.name = name
        self.address = address
        self.processes = processes
        self.database = database

    def cpu_seconds(self):
        """By role, and "postgres"."""
        cpu = {role: process.cpu_seconds(pid, role == "postgres") for role, pid in self.processes.items()}
        if self.database:
            cpu["postgres"] = self.database.cpu_seconds()
        return cpu

    def memory_mb(self, line="VmRSS"):
        return sum(process.memory_mb(pid, line) for pid in self.processes.values())

    def reset_peak(self):
        for pid in self.processes.values():
            process.reset_peak(pid)

    def stop(self):
        pass


def parse_server(text):
    """NAME@HOST:PORT,ROLE=PID,...: a server that runs already."""
    name, _, rest = text.partition("@")
    address, *pairs = rest.split(",")
    if not name or ":" not in address or not pairs or not all("=" in pair for pair in pairs):
        raise SystemExit(f"bench/run: --server {text}: not NAME@HOST:PORT,ROLE=PID,...")
    return Server(name, address, {pair.split("=")[0]: int(pair.split("=")[1]) for pair in pairs})


def free_port():
    """Below the ports that the kernel gives to clients."""
    for _ in range(1000):
        port = random.randrange(15000, 30000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue
    raise SystemExit("bench/run: no free port between 15000 and 30000")


def configuration(database, port, shards, ports, dynamic):
    services = "".join(f"  {service}:\n    rpc: {{grpcPort: {ports[service][0]}, "
                       f"membershipPort: {ports[service][1]}, bindOnLocalHost: true}}\n" for service in ports)
    return f"""log: {{stdout: true, level: warn}}
persistence:
  defaultStore: default
  visibilityStore: default
  numHistoryShards: {shards}
  datastores:
    default:
      sql: {{pluginName: postgres12, databaseName: {database}, connectAddr: "127.0.0.1:{port}",
            user: temporal, password: temporal}}
global:
  membership: {{maxJoinDuration: 30s, broadcastAddress: 127.0.0.1}}
services:
{services}clusterMetadata:
  enableGlobalNamespace: false
  failoverVersionIncrement: 10
  masterClusterName: active
  currentClusterName: active
  clusterInformation:
    active: {{enabled: true, initialFailoverVersion: 1, rpcName: frontend,
             rpcAddress: "127.0.0.1:{ports["frontend"][0]}"}}
publicClient: {{hostPort: "127.0.0.1:{ports["frontend"][0]}"}}
dynamicConfigClient: {{filepath: {dynamic}}}
"""


class OwnServer(Server):
    """`form`: sqlite (in a file), one (process, on PostgreSQL) or four (processes)."""

    def __init__(self, form, programs, folder, database=None, shards=4, name=None):
        super().__init__(name or form, "", {}, database)
        self.folder = folder
        self.programs = programs
        self.children = []
        commands = self._embedded() if form == "sqlite" else self._on_postgres(form, shards)
        for role, command in commands.items():
            self._start(role, command)
        self._wait_until_ready()

    def _embedded(self):
        port = free_port()
        self.address = f"127.0.0.1:{port}"
        file = os.path.join(self.folder, f"{self.name}-{port}.db")
        return {"server": ["temporal", "server", "start-dev", "--headless", "--ip", "127.0.0.1",
                           "--port", str(port), "--db-filename", file,
                           "--dynamic-config-value", f"{POLLS_KEY}={POLLS_MAX}"]}

    def _on_postgres(self, form, shards):
        ports = {service: (free_port(), free_port()) for service in [*ROLES, "internal-frontend"]}
        self.address = f"127.0.0.1:{ports['frontend'][0]}"
        database = f"bench_{self.name}_{ports['frontend'][0]}".replace("-", "_")
        self.database.make_schema(database)
        file = os.path.join(self.folder, database + ".yaml")
        dynamic = os.path.join(self.folder, database + "-dynamic.yaml")
        with open(dynamic, "w", encoding="utf-8") as values:
            values.write(f"{POLLS_KEY}:\n  - value: {POLLS_MAX}\n")
        with open(file, "w", encoding="utf-8") as config:
            config.write(configuration(database, self.database.port, shards, ports, dynamic))
        start = ["temporal-server", "--config-file", file, "start"]
        if form == "one":
            return {"server": start}
        return {role: [*start, "--service", role] for role in ROLES}

    def _start(self, role, command):
        log = open(os.path.join(self.folder, f"{self.name}-{role}.log"), "a", encoding="utf-8")
        child = subprocess.Popen([os.path.join(self.programs, command[0]), *command[1:]],
                                 stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self.children.append(child)
        self.processes[role] = child.pid

    def tool(self, *arguments):
        return subprocess.run([os.path.join(self.programs, "temporal"), *arguments, "--address", self.address],
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False).returncode == 0

    def _wait_until_ready(self):
        end = time.monotonic() + READY_SECONDS_MAX
        while not self.tool("operator", "cluster", "health"):
            if time.monotonic() > end or any(child.poll() is not None for child in self.children):
                self.stop()
                raise SystemExit(f"bench/run: the server {self.name} does not start; its log is in {self.folder}")
            time.sleep(0.05)
        while not (self.tool("operator", "namespace", "describe", "default")
                   or self.tool("operator", "namespace", "create", "default")):
            if time.monotonic() > end:
                self.stop()
                raise SystemExit(f"bench/run: the server {self.name} makes no namespace")
            time.sleep(0.2)

    def stop(self):
        for child in self.children:
            child.send_signal(signal.SIGTERM)
        for child in self.children:
            try:
                child.wait(STOP_SECONDS_MAX)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
        self.children = []
