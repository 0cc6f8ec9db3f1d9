/** Sticky queues: a worker that keeps a workflow in its cache gets only what is new. */
import assert from 'node:assert/strict';
import { completeWorkflow, startTimer } from './harness/commands';
import { eventually } from './harness/eventually';
import { event, expectLawful, expectTail, types } from './harness/history';
import { eventsOf, type RawRun, startRaw } from './harness/raw';
import { scenario, suite } from './harness/suite';
import { add, collect, collected, finish } from './workflows';

suite('sticky queues', {}, (temporal) => {
  const hour = 3_600_000;

  /** Starts a run whose tasks now come to a sticky queue, which is returned with it. */
  async function startCached(scheduleToStartMs: number): Promise<{ run: RawRun; sticky: string }> {
    const run = await startRaw(temporal);
    const sticky = `sticky-${run.taskQueue}`;
    const task = await run.worker.pollWorkflowTask();
    await run.worker.completeSticky(task, [startTimer('t', hour)], sticky, scheduleToStartMs);
    return { run, sticky };
  }

  scenario('the next task comes to the sticky queue with the new events only', async () => {
    const { run, sticky } = await startCached(10_000);
    await run.worker.showUpAt(sticky);
    await run.signal('news');

    const task = await run.worker.pollWorkflowTask(sticky);
    assert.equal(Number(task.previousStartedEventId), 3);
    assert.deepEqual(
      eventsOf(task).map((event) => event.id),
      [4, 5, 6, 7, 8]
    );
    await run.worker.complete(task, [completeWorkflow()]);
    expectTail('server §2.5', await run.history(), 6, [
      'WorkflowExecutionSignaled',
      event('WorkflowTaskScheduled', {
        taskQueue: { name: sticky, kind: 'TASK_QUEUE_KIND_STICKY', normalName: run.taskQueue },
        attempt: 1,
      }),
      'WorkflowTaskStarted',
      'WorkflowTaskCompleted',
      'WorkflowExecutionCompleted',
    ]);
  });

  scenario('a task that the sticky worker does not take moves to the normal queue', async () => {
    const { run, sticky } = await startCached(1000);
    await run.worker.showUpAt(sticky);
    await run.signal('the worker is gone');

    const task = await run.worker.pollWorkflowTask();
    assert.equal(task.attempt, 1);
    assert.equal(eventsOf(task)[0].id, 1, 'the whole history');
    await run.worker.complete(task, [completeWorkflow()]);
    expectTail('events §2.3', await run.history(), 6, [
      event('WorkflowExecutionSignaled', { signalName: 'the worker is gone' }),
      event('WorkflowTaskScheduled', {
        taskQueue: { kind: 'TASK_QUEUE_KIND_STICKY' },
        startToCloseTimeout: 10_000,
      }),
      event('WorkflowTaskTimedOut', {
        scheduledEventId: 7,
        startedEventId: 0,
        timeoutType: 'TIMEOUT_TYPE_SCHEDULE_TO_START',
      }),
      event('WorkflowTaskScheduled', {
        taskQueue: { name: run.taskQueue, kind: 'TASK_QUEUE_KIND_NORMAL' },
        attempt: 1,
      }),
      'WorkflowTaskStarted',
      'WorkflowTaskCompleted',
      'WorkflowExecutionCompleted',
    ]);
  });

  scenario(
    'a failure on the sticky queue starts over on the normal one, as attempt 1',
    async () => {
      const { run, sticky } = await startCached(10_000);
      await run.worker.showUpAt(sticky);
      await run.signal('news');
      await run.worker.fail(await run.worker.pollWorkflowTask(sticky));

      const task = await run.worker.pollWorkflowTask();
      assert.equal(task.attempt, 1);
      await run.worker.complete(task, [completeWorkflow()]);
      expectTail('events §2.3', await run.history(), 7, [
        event('WorkflowTaskScheduled', { taskQueue: { kind: 'TASK_QUEUE_KIND_STICKY' } }),
        'WorkflowTaskStarted',
        event('WorkflowTaskFailed', { scheduledEventId: 7, startedEventId: 8 }),
        event('WorkflowTaskScheduled', {
          attempt: 1,
          taskQueue: { kind: 'TASK_QUEUE_KIND_NORMAL' },
        }),
        'WorkflowTaskStarted',
        'WorkflowTaskCompleted',
        'WorkflowExecutionCompleted',
      ]);
    }
  );

  scenario('a sticky queue that nobody ever polled does not hold a task up', async () => {
    const { run } = await startCached(60_000);
    await run.signal('news');

    const task = await run.worker.pollWorkflowTask();
    await run.worker.complete(task, [completeWorkflow()]);
    const events = await run.history();
    assert.ok(!types(events).includes('WorkflowTaskTimedOut'));
    assert.equal(events[6].attributes.taskQueue.kind, 'TASK_QUEUE_KIND_STICKY');
  });

  scenario('a worker without a cache replays every task from the beginning', async () => {
    await temporal.startWorker({ maxCachedWorkflows: 0 });
    const handle = await startCollecting();
    for (const value of ['a', 'b', 'c']) {
      await handle.signal(add, value);
      await eventually(
        value,
        () => handle.query(collected),
        (values) => values.includes(value)
      );
    }
    await handle.signal(finish);

    assert.deepEqual(await handle.result(), ['a', 'b', 'c']);
    const events = await temporal.history(handle);
    expectLawful(events);
    const queues = events.filter((event) => event.type === 'WorkflowTaskScheduled');
    assert.ok(
      queues.every((event) => event.attributes.taskQueue.kind === 'TASK_QUEUE_KIND_NORMAL')
    );
  });

  scenario('another worker takes over when the first one is gone', async () => {
    const taskQueue = `${temporal.taskQueue}-restart`;
    const stopFirst = await temporal.startWorker({ taskQueue });
    const handle = await startCollecting(taskQueue);
    await handle.signal(add, 'first');
    await eventually(
      'the first signal',
      () => handle.query(collected),
      (values) => values.length === 1
    );
    await stopFirst();

    await handle.signal(add, 'between');
    await temporal.startWorker({ taskQueue });
    await handle.signal(finish);
    assert.deepEqual(await handle.result(), ['first', 'between']);
    expectLawful(await temporal.history(handle));
  });

  const startCollecting = (taskQueue = temporal.taskQueue) =>
    temporal.client.workflow.start(collect, { taskQueue, workflowId: temporal.workflowId() });
});
