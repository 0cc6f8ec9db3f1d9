"""What the Python worker runs."""

import asyncio
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ApplicationError


@activity.defn
async def greet(name: str) -> str:
    return f"Hello, {name}!"


@activity.defn
async def fail_times(times: int) -> int:
    attempt = activity.info().attempt
    if attempt <= times:
        raise ApplicationError(f"attempt {attempt} failed")
    return attempt


@workflow.defn
class Hello:
    @workflow.run
    async def run(self, name: str) -> str:
        return await workflow.execute_activity(
            greet, name, start_to_close_timeout=timedelta(seconds=10)
        )


@workflow.defn
class LocalHello:
    @workflow.run
    async def run(self, name: str) -> str:
        return await workflow.execute_local_activity(
            greet, name, start_to_close_timeout=timedelta(seconds=10)
        )


@workflow.defn
class Retries:
    @workflow.run
    async def run(self, times: int) -> int:
        return await workflow.execute_activity(
            fail_times,
            times,
            start_to_close_timeout=timedelta(seconds=10),
            retry_policy=RetryPolicy(initial_interval=timedelta(milliseconds=50)),
        )


@workflow.defn
class Collector:
    def __init__(self) -> None:
        self.values: list[str] = []
        self.finished = False

    @workflow.run
    async def run(self) -> list[str]:
        await workflow.wait_condition(lambda: self.finished)
        return self.values

    @workflow.signal
    def add(self, value: str) -> None:
        self.values.append(value)

    @workflow.signal
    def finish(self) -> None:
        self.finished = True

    @workflow.query
    def collected(self) -> list[str]:
        return self.values


@workflow.defn
class CountDown:
    @workflow.run
    async def run(self, left: int) -> str:
        await asyncio.sleep(0.05)
        if left > 1:
            workflow.continue_as_new(left - 1)
        return "done"


@workflow.defn
class Parent:
    @workflow.run
    async def run(self, name: str) -> str:
        return await workflow.execute_child_workflow(Hello.run, name)


@workflow.defn
class Waits:
    @workflow.run
    async def run(self) -> str:
        try:
            await asyncio.sleep(3600)
        except asyncio.CancelledError:
            return "cleaned up"
        return "not cancelled"


@workflow.defn
class Attempts:
    @workflow.run
    async def run(self, turn: int) -> int:
        attempt = workflow.info().attempt
        if attempt < turn:
            raise ApplicationError(f"attempt {attempt} of {turn}")
        return attempt


@workflow.defn
class CountRuns:
    @workflow.run
    async def run(self) -> int:
        last = workflow.get_last_completion_result(int)
        return (last or 0) + 1


WORKFLOWS = [
    Hello,
    LocalHello,
    Retries,
    Collector,
    CountDown,
    Parent,
    Waits,
    Attempts,
    CountRuns,
]
ACTIVITIES = [greet, fail_times]
