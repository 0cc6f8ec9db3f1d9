"""The server's log, on its way to Loki."""
import http.server
import json
import threading

from tests.charm.sim import checks, real, stage
from tests.charm.sim.cases import Skip, case, check
from tests.charm.sim.cluster import NETWORK
from tests.charm.sim.scripts import Loki

STARTED = '"msg":"server started"'


class Receiver(http.server.ThreadingHTTPServer):
    """Takes what is pushed to Loki's API and keeps it: (labels, line)."""

    PUSH = "/loki/api/v1/push"

    def __init__(self):
        self.received = []
        super().__init__((f"{NETWORK}.1", 0), Handler)
        self.url = f"http://{NETWORK}.1:{self.server_port}{self.PUSH}"
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def close(self):
        self.shutdown()
        self.server_close()

    def lines(self):
        return [line for _, line in self.received]


class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):  # noqa: N802, the base class's name
        push = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path == Receiver.PUSH:
            self.server.received += [(stream["stream"], entry[1]) for stream in push["streams"]
                                     for entry in stream["values"]]
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_):
        pass


@case("the server's log reaches Loki with the labels of its unit, and no longer once the relation is gone", alone=True)
def forwarding():
    if not stage.pebble:
        raise Skip("the stand-in for Pebble sends no logs")
    with real.cluster() as (cluster, deploy_postgresql):
        deploy_postgresql()
        unit = real.deploy(cluster)
        receiver = Receiver()
        try:
            cluster.deploy_script(Loki, "loki-k8s", ["logging"], receiver.url)
            logging = cluster.relate("temporal-k8s:logging", "loki-k8s:logging")
            cluster.settle_until("the server is active", cluster.all_active)
            _started_anew(cluster, unit)  # it may have said all before Loki was there
            cluster.settle_until("its log arrives",
                                 lambda: any(STARTED in line for line in receiver.lines()) or receiver.lines())
            _check_received(cluster, unit, receiver.received)
            cluster.unrelate(logging)
            cluster.settle_until("the relation is gone", lambda: logging not in cluster.model.relations)
            later = _started_anew(cluster, unit)
            _started_anew(cluster, unit)  # takes longer than Pebble keeps lines to itself
            check(not [line for line in receiver.lines() if line.strip() in later], "its log still arrives")
            check("without effect" not in unit.containers["temporal"].log(), "an option that does nothing")
            checks.standing(cluster)
        finally:
            receiver.close()
        return f"{len(receiver.received)} lines"


def _started_anew(cluster, unit):
    """What is in the log since then."""
    container = unit.containers["temporal"]
    before = len(container.log())
    check(cluster.run_action(unit, "restart")["status"] == "completed", "restart")
    cluster.settle_until("the server says that it has started", lambda: STARTED in container.log()[before:])
    return container.log()[before:]


def _check_received(cluster, unit, received):
    labels = {"juju_model": cluster.model.name, "juju_model_uuid": cluster.model.uuid, "juju_charm": "temporal-k8s",
              "juju_application": "temporal-k8s", "juju_unit": unit.name, "pebble_service": "temporal"}
    for shown, line in received:
        check(shown == labels, str(shown))
        check(line.strip() in unit.containers["temporal"].log(), f"not a line of the server: {line}")
        check(not any(secret in line for secret in cluster.model.secret_texts), "a secret is in the log")
