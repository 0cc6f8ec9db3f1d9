"""Runs the scenarios against a server of its own, and prints a tally as every part of `make test` does."""

import asyncio
import os
import socket
import subprocess
import sys
import traceback
import uuid
from datetime import timedelta

from temporalio.client import Client, WorkflowExecutionStatus, WorkflowFailureError
from temporalio.common import RetryPolicy
from temporalio.worker import Replayer, Worker
from workflows import (
    ACTIVITIES,
    WORKFLOWS,
    Attempts,
    Collector,
    CountDown,
    CountRuns,
    Hello,
    LocalHello,
    Parent,
    Retries,
    Waits,
)

QUEUE = "python"
SCENARIO_TIMEOUT_S = 60


def options() -> dict:
    return {"id": f"workflow-{uuid.uuid4()}", "task_queue": QUEUE}


async def event_types(client: Client, workflow_id: str, run_id: str | None = None) -> list[str]:
    history = await client.get_workflow_handle(workflow_id, run_id=run_id).fetch_history()
    return [event.WhichOneof("attributes").removesuffix("_event_attributes") for event in history.events]


async def an_activity_answers(client: Client) -> None:
    given = options()
    assert await client.execute_workflow(Hello.run, "Ada", **given) == "Hello, Ada!"
    assert await event_types(client, given["id"]) == [
        "workflow_execution_started",
        "workflow_task_scheduled",
        "workflow_task_started",
        "workflow_task_completed",
        "activity_task_scheduled",
        "activity_task_started",
        "activity_task_completed",
        "workflow_task_scheduled",
        "workflow_task_started",
        "workflow_task_completed",
        "workflow_execution_completed",
    ]


async def a_local_activity_leaves_a_marker(client: Client) -> None:
    given = options()
    assert await client.execute_workflow(LocalHello.run, "Ada", **given) == "Hello, Ada!"
    assert "marker_recorded" in await event_types(client, given["id"])


async def a_failing_activity_is_tried_again(client: Client) -> None:
    assert await client.execute_workflow(Retries.run, 2, **options()) == 3


async def signals_change_what_queries_see(client: Client) -> None:
    handle = await client.start_workflow(Collector.run, **options())
    await handle.signal(Collector.add, "one")
    await handle.signal(Collector.add, "two")
    assert await handle.query(Collector.collected) == ["one", "two"]
    await handle.signal(Collector.finish)
    assert await handle.result() == ["one", "two"]


async def a_start_may_bring_a_signal(client: Client) -> None:
    given = options()
    signal = {"start_signal": "add"}
    first = await client.start_workflow(Collector.run, **given, **signal, start_signal_args=["one"])
    await client.start_workflow(Collector.run, **given, **signal, start_signal_args=["two"])
    await first.signal(Collector.finish)
    assert await first.result() == ["one", "two"]
    assert (await event_types(client, given["id"]))[:3] == [
        "workflow_execution_started",
        "workflow_execution_signaled",
        "workflow_task_scheduled",
    ]


async def a_chain_of_runs_ends_with_its_last(client: Client) -> None:
    assert await client.execute_workflow(CountDown.run, 3, **options()) == "done"


async def a_child_answers_its_parent(client: Client) -> None:
    given = options()
    assert await client.execute_workflow(Parent.run, "Ada", **given) == "Hello, Ada!"
    assert "child_workflow_execution_completed" in await event_types(client, given["id"])


async def a_cancelled_workflow_may_clean_up(client: Client) -> None:
    handle = await client.start_workflow(Waits.run, **options())
    await handle.cancel()
    assert await handle.result() == "cleaned up"


async def a_failed_workflow_is_tried_again(client: Client) -> None:
    policy = RetryPolicy(initial_interval=timedelta(seconds=1), maximum_attempts=2)
    assert await client.execute_workflow(Attempts.run, 2, retry_policy=policy, **options()) == 2
    try:
        await client.execute_workflow(Attempts.run, 9, retry_policy=policy, **options())
    except WorkflowFailureError as error:
        assert str(error.cause) == "attempt 2 of 9", error.cause
    else:
        raise AssertionError("the third attempt ran")


async def a_schedule_runs_until_it_is_terminated(client: Client) -> None:
    given = options()
    handle = await client.start_workflow(CountRuns.run, cron_schedule="@every 1s", **given)
    run_id = handle.first_execution_run_id
    for number in (1, 2):
        closed = client.get_workflow_handle(given["id"], run_id=run_id)
        while (await closed.describe()).status == WorkflowExecutionStatus.RUNNING:
            await asyncio.sleep(0.1)
        history = await closed.fetch_history()
        completed = history.events[-1].workflow_execution_completed_event_attributes
        assert completed.result.payloads[0].data == str(number).encode()
        run_id = completed.new_execution_run_id
    await client.get_workflow_handle(given["id"]).terminate()


SCENARIOS = [
    an_activity_answers,
    a_local_activity_leaves_a_marker,
    a_failing_activity_is_tried_again,
    signals_change_what_queries_see,
    a_start_may_bring_a_signal,
    a_chain_of_runs_ends_with_its_last,
    a_child_answers_its_parent,
    a_cancelled_workflow_may_clean_up,
    a_failed_workflow_is_tried_again,
    a_schedule_runs_until_it_is_terminated,
]


async def run_one(client: Client, scenario) -> bool:
    name = scenario.__name__.replace("_", " ")
    try:
        await asyncio.wait_for(scenario(client), SCENARIO_TIMEOUT_S)
    except BaseException:
        print(f"FAILED  {name}\n{traceback.format_exc()}")
        return False
    print(f"ok      {name}")
    return True


async def replay_everything(client: Client) -> None:
    """Every finished history must replay in the SDK."""
    finished = client.list_workflows(f"TaskQueue = '{QUEUE}' AND ExecutionStatus != 'Running'")
    await Replayer(workflows=WORKFLOWS).replay_workflows(finished.map_histories())


async def run_all(address: str, expected: int) -> int:
    client = await connect(address)
    assert len(SCENARIOS) == expected, f"{len(SCENARIOS)} scenarios, run says {expected}"
    async with Worker(client, task_queue=QUEUE, workflows=WORKFLOWS, activities=ACTIVITIES):
        results = await asyncio.gather(*(run_one(client, scenario) for scenario in SCENARIOS))
    failed = results.count(False)
    try:
        await replay_everything(client)
    except BaseException:
        print(f"FAILED  finished histories do not replay\n{traceback.format_exc()}")
        failed += 1
    print(f"{results.count(True)} passed, {failed} failed, 0 skipped")
    return 1 if failed else 0


async def connect(address: str) -> Client:
    for _ in range(100):
        try:
            return await Client.connect(address)
        except RuntimeError:
            await asyncio.sleep(0.1)
    raise RuntimeError(f"no server answers at {address}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def main() -> int:
    port = free_port()
    flags = f"server start-dev --headless --ip 127.0.0.1 --port {port} --log-level error"
    server = subprocess.Popen([os.environ["TEMPORAL_BIN"], *flags.split()])
    try:
        return asyncio.run(run_all(f"127.0.0.1:{port}", int(sys.argv[1])))
    finally:
        server.terminate()
        server.wait(20)


if __name__ == "__main__":
    sys.exit(main())
