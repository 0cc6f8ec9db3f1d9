/** The life of a workflow task: attempts, failures, timeouts, and what a worker may answer. */
import assert from 'node:assert/strict';
import { completeWorkflow, startTimer } from './harness/commands';
import { expectRpcError } from './harness/errors';
import { decodeEvents, event, expectHistory, expectTail, types } from './harness/history';
import { expectMatch } from './harness/match';
import { duration } from './harness/payloads';
import { eventsOf, startRaw } from './harness/raw';
import { scenario, suite } from './harness/suite';
import { failFirstTask } from './workflows';

suite('workflow tasks', { worker: {} }, (temporal) => {
  scenario('a task brings the history that ends with its own start', async () => {
    const run = await startRaw(temporal);
    const first = await run.worker.pollWorkflowTask();
    assert.deepEqual(types(eventsOf(first)), [
      'WorkflowExecutionStarted',
      'WorkflowTaskScheduled',
      'WorkflowTaskStarted',
    ]);
    assert.deepEqual([first.previousStartedEventId, first.startedEventId].map(Number), [0, 3]);
    assert.deepEqual([first.attempt, first.workflowType?.name], [1, 'raw']);
    expectMatch({ ...first.workflowExecution }, run.execution);

    await run.worker.complete(first, [startTimer('t', 3_600_000)]);
    await run.signal('more');
    const second = await run.worker.pollWorkflowTask();
    assert.deepEqual([second.previousStartedEventId, second.startedEventId].map(Number), [3, 8]);
    expectHistory(
      'server §2.4',
      eventsOf(second),
      (await run.history()).map((event) => event.type)
    );
  });

  scenario('a failed task is tried again without events until an attempt completes', async () => {
    const run = await startRaw(temporal);
    await run.worker.fail(await run.worker.pollWorkflowTask());
    await run.worker.fail(await run.worker.pollWorkflowTask());
    const third = await run.worker.as('first worker').pollWorkflowTask();
    assert.deepEqual([Number(third.startedEventId), third.attempt], [6, 3]);
    assert.deepEqual(
      eventsOf(third)
        .slice(4)
        .map(({ id, type }) => [id, type]),
      [
        [5, 'WorkflowTaskScheduled'],
        [6, 'WorkflowTaskStarted'],
      ]
    );
    assert.equal((await run.history()).length, 4);

    await run.worker.as('second worker').complete(third, [completeWorkflow()]);
    expectHistory('events §2.4', await run.history(), [
      'WorkflowExecutionStarted',
      'WorkflowTaskScheduled',
      'WorkflowTaskStarted',
      event('WorkflowTaskFailed', {
        scheduledEventId: 2,
        startedEventId: 3,
        cause: 'WORKFLOW_TASK_FAILED_CAUSE_WORKFLOW_WORKER_UNHANDLED_FAILURE',
        failure: { message: 'a bug in the workflow' },
        identity: 'raw-worker',
      }),
      event('WorkflowTaskScheduled', { attempt: 3, taskQueue: { kind: 'TASK_QUEUE_KIND_NORMAL' } }),
      event('WorkflowTaskStarted', { scheduledEventId: 5, identity: 'second worker' }),
      event('WorkflowTaskCompleted', { scheduledEventId: 5, startedEventId: 6 }),
      'WorkflowExecutionCompleted',
    ]);
  });

  scenario('a workflow that throws is retried by the SDK and recovers', async () => {
    const handle = await temporal.client.workflow.start(failFirstTask, {
      taskQueue: temporal.taskQueue,
      workflowId: temporal.workflowId(),
    });

    assert.equal(await handle.result(), 'recovered');
    expectHistory('events §2.4', await temporal.history(handle), [
      'WorkflowExecutionStarted',
      event('WorkflowTaskScheduled', { attempt: 1 }),
      'WorkflowTaskStarted',
      event('WorkflowTaskFailed', {
        cause: 'WORKFLOW_TASK_FAILED_CAUSE_WORKFLOW_WORKER_UNHANDLED_FAILURE',
        failure: { message: 'a bug in the workflow' },
      }),
      event('WorkflowTaskScheduled', { attempt: 2 }),
      'WorkflowTaskStarted',
      'WorkflowTaskCompleted',
      'WorkflowExecutionCompleted',
    ]);
  });

  scenario('a signal turns the next attempt into a normal task', async () => {
    const run = await startRaw(temporal);
    await run.worker.fail(await run.worker.pollWorkflowTask());
    await run.signal('news');
    await run.worker.step(completeWorkflow());

    expectTail('events §2.4', await run.history(), 4, [
      'WorkflowTaskFailed',
      'WorkflowExecutionSignaled',
      event('WorkflowTaskScheduled', { attempt: 1 }),
      event('WorkflowTaskStarted', { scheduledEventId: 6, identity: 'raw-worker' }),
      'WorkflowTaskCompleted',
      'WorkflowExecutionCompleted',
    ]);
  });

  scenario('a worker that does not answer loses the task to the next poll', async () => {
    const run = await startRaw(temporal, { workflowTaskTimeout: duration(1000) });
    const lost = await run.worker.pollWorkflowTask();
    const next = await run.worker.pollWorkflowTask();
    assert.equal(next.attempt, 2);
    await expectRpcError(run.worker.complete(lost, [completeWorkflow('late')]), {
      code: 'NOT_FOUND',
      message: 'Workflow task not found.',
    });
    await run.worker.complete(next, [completeWorkflow('in time')]);

    expectHistory('events §2.3', await run.history(), [
      'WorkflowExecutionStarted',
      event('WorkflowTaskScheduled', { startToCloseTimeout: 1000 }),
      'WorkflowTaskStarted',
      event('WorkflowTaskTimedOut', {
        scheduledEventId: 2,
        startedEventId: 3,
        timeoutType: 'TIMEOUT_TYPE_START_TO_CLOSE',
      }),
      event('WorkflowTaskScheduled', { attempt: 2 }),
      'WorkflowTaskStarted',
      'WorkflowTaskCompleted',
      event('WorkflowExecutionCompleted', { result: ['in time'] }),
    ]);
  });

  scenario('a completion may ask for the next task in its answer', async () => {
    const run = await startRaw(temporal);
    const task = await run.worker.pollWorkflowTask();
    const { workflowTask } = await run.worker.complete(task, [startTimer('t', 3_600_000)], {
      forceCreateNewWorkflowTask: true,
      returnNewWorkflowTask: true,
    });
    assert.ok(workflowTask);
    assert.deepEqual(
      [workflowTask.previousStartedEventId, workflowTask.startedEventId].map(Number),
      [3, 7]
    );
    assert.equal(decodeEvents(workflowTask.history).at(-1)?.type, 'WorkflowTaskStarted');
    await run.worker.complete(workflowTask, [completeWorkflow()]);

    expectHistory('events §2.6', await run.history(), [
      'WorkflowExecutionStarted',
      'WorkflowTaskScheduled',
      'WorkflowTaskStarted',
      'WorkflowTaskCompleted',
      'TimerStarted',
      'WorkflowTaskScheduled',
      event('WorkflowTaskStarted', {
        scheduledEventId: 6,
        requestId: 'request-from-RespondWorkflowTaskCompleted',
        identity: 'raw-worker',
      }),
      'WorkflowTaskCompleted',
      'WorkflowExecutionCompleted',
    ]);
  });

  scenario('the flags of the SDK are kept with the completion', async () => {
    const run = await startRaw(temporal);
    const sdkMetadata = {
      coreUsedFlags: [1, 3],
      langUsedFlags: [2],
      sdkName: 'raw',
      sdkVersion: '1.2',
    };
    await run.worker.complete(await run.worker.pollWorkflowTask(), [completeWorkflow()], {
      sdkMetadata,
    });

    const [, , , completed] = await run.history();
    expectMatch(completed.attributes, { sdkMetadata, identity: 'raw-worker' });
  });

  scenario('a token that no poll gave out is an invalid argument', async () => {
    const { namespace } = temporal;
    for (const taskToken of [Buffer.alloc(0), Buffer.from('not a token')]) {
      const call = temporal.rpc.respondWorkflowTaskCompleted({ namespace, taskToken });
      await expectRpcError(call, { code: 'INVALID_ARGUMENT' });
    }
  });
});
