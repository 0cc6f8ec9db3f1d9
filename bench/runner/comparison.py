"""The main table: scenarios on one or more servers, interleaved with yardsticks, repeated."""

from . import table, yardstick
from .load import Load

# The scenario, workflows, workflows at once: some seconds each on two cores.
SCENARIOS = [("one-activity", 2000, 100), ("activities-in-series", 300, 50), ("activities-in-parallel", 100, 20),
             ("children", 100, 20), ("timers", 100, 50), ("task-queues", 1000, 100), ("signals", 300, 50),
             ("updates", 300, 50), ("idle", 2000, 100), ("backlog", 2000, 100), ("continue-as-new", 300, 50),
             ("payload", 600, 50)]
# Where the workflow is not done when the measured phase ends.
LAST_PHASE = {"idle": "open"}


def _measure(programs, server, scenario, count, concurrency):
    load = Load(programs, server, scenario, "--count", count, "--concurrency", concurrency)
    if not load.supported:
        return None
    row = load.measured(last=LAST_PHASE.get(scenario, "checking"))
    own = [seconds for name, seconds in row.items() if name.endswith("CPU s") and not name.startswith("postgres")]
    row["CPU s in all"] = sum(own)
    return row


def compare(programs, servers, scenarios, repeats, pgbench, note):
    """The table as Markdown."""
    measured, transactions = {}, []
    echoes = {server.name: [] for server in servers}
    for repeat in range(repeats):
        if pgbench:
            transactions.append(pgbench.transactions_per_second())
        for server in servers:
            echoes[server.name].append(yardstick.echo_per_second(programs, server))
        for scenario, count, concurrency in scenarios:
            for server in servers:
                note(f"repeat {repeat + 1} of {repeats}: {scenario} on {server.name}")
                row = _measure(programs, server, scenario, count, concurrency)
                rows = measured.setdefault((server.name, scenario), [] if row else None)
                if rows is not None and row:
                    rows.append(row)
    lines = [["gRPC health calls/s, " + name, table.cell(values)] for name, values in echoes.items()]
    if transactions:
        lines.insert(0, ["pgbench -N, transactions/s", table.cell(transactions)])
    return (f"Medians of {repeats} repeats, with lowest and highest; costs are for 1,000 workflows.\n\n"
            + table.markdown(["yardstick", "value"], lines) + "\n" + table.measures(measured))
