/** What arrives while a workflow task is started waits, and is written behind its completion. */
import assert from 'node:assert/strict';
import {
  cancelTimer,
  completeWorkflow,
  recordMarker,
  scheduleActivity,
  startTimer,
} from './harness/commands';
import { expectRpcError } from './harness/errors';
import { eventually } from './harness/eventually';
import { event, expectHistory, expectTail, types } from './harness/history';
import { type RawRun, startRaw } from './harness/raw';
import { scenario, suite } from './harness/suite';

suite('event buffering', {}, (temporal) => {
  scenario('buffered signals follow the commands, in order of arrival', async () => {
    const run = await startRaw(temporal);
    const task = await run.worker.pollWorkflowTask();
    for (const name of ['a', 'b', 'c']) await run.signal(name);
    assert.equal((await run.history()).length, 3, 'nothing may be written behind a started task');
    await run.worker.complete(task, [startTimer('t', 3_600_000), recordMarker('m', {})]);

    expectHistory('events §2.2', await run.history(), [
      'WorkflowExecutionStarted',
      'WorkflowTaskScheduled',
      'WorkflowTaskStarted',
      'WorkflowTaskCompleted',
      event('TimerStarted', { timerId: 't', workflowTaskCompletedEventId: 4 }),
      event('MarkerRecorded', { markerName: 'm', workflowTaskCompletedEventId: 4 }),
      event('WorkflowExecutionSignaled', { signalName: 'a' }),
      event('WorkflowExecutionSignaled', { signalName: 'b' }),
      event('WorkflowExecutionSignaled', { signalName: 'c' }),
      event('WorkflowTaskScheduled', { attempt: 1 }),
    ]);
  });

  scenario('activity results go behind the starts and signals that came later', async () => {
    const run = await startRaw(temporal);
    const first = await run.worker.pollWorkflowTask();
    const schedule = [scheduleActivity('a'), scheduleActivity('b')];
    await run.worker.complete(first, schedule, { forceCreateNewWorkflowTask: true });
    const second = await run.worker.pollWorkflowTask();
    const a = await run.worker.pollActivityTask();
    const b = await run.worker.pollActivityTask();
    assert.deepEqual([a.activityId, b.activityId].sort(), ['a', 'b']);
    const [firstDone, lastDone] = a.activityId === 'a' ? [a, b] : [b, a];
    await run.worker.completeActivity(firstDone, 'result a');
    await run.signal('between');
    await run.worker.completeActivity(lastDone, 'result b');
    await run.worker.complete(second);

    expectHistory('events §2.2', await run.history(), [
      'WorkflowExecutionStarted',
      'WorkflowTaskScheduled',
      'WorkflowTaskStarted',
      'WorkflowTaskCompleted',
      event('ActivityTaskScheduled', { activityId: 'a' }),
      event('ActivityTaskScheduled', { activityId: 'b' }),
      'WorkflowTaskScheduled',
      'WorkflowTaskStarted',
      'WorkflowTaskCompleted',
      event('ActivityTaskStarted', { scheduledEventId: 5 }),
      event('WorkflowExecutionSignaled', { signalName: 'between' }),
      event('ActivityTaskStarted', { scheduledEventId: 6 }),
      event('ActivityTaskCompleted', {
        scheduledEventId: 5,
        startedEventId: 10,
        result: ['result a'],
      }),
      event('ActivityTaskCompleted', {
        scheduledEventId: 6,
        startedEventId: 12,
        result: ['result b'],
      }),
      'WorkflowTaskScheduled',
    ]);
  });

  scenario('a workflow cannot complete over a signal it has not seen', async () => {
    const run = await startRaw(temporal);
    await failToComplete(run);
    expectHistory('events §2.6', await run.history(), [
      'WorkflowExecutionStarted',
      'WorkflowTaskScheduled',
      'WorkflowTaskStarted',
      event('WorkflowTaskFailed', {
        scheduledEventId: 2,
        startedEventId: 3,
        cause: 'WORKFLOW_TASK_FAILED_CAUSE_UNHANDLED_COMMAND',
        identity: 'raw-worker',
      }),
      event('WorkflowExecutionSignaled', { signalName: 'unseen' }),
      event('WorkflowTaskScheduled', { attempt: 1 }),
    ]);

    await run.worker.step(completeWorkflow('seen'));
    expectTail('events §2.6', await run.history(), 7, [
      event('WorkflowTaskStarted', { scheduledEventId: 6 }),
      event('WorkflowTaskCompleted', { scheduledEventId: 6, startedEventId: 7 }),
      event('WorkflowExecutionCompleted', { result: ['seen'] }),
    ]);
  });

  scenario('on a later attempt the refused completion leaves no event of its own', async () => {
    const run = await startRaw(temporal);
    await run.worker.fail(await run.worker.pollWorkflowTask());
    await failToComplete(run);

    expectHistory('events §2.6', await run.history(), [
      'WorkflowExecutionStarted',
      'WorkflowTaskScheduled',
      'WorkflowTaskStarted',
      'WorkflowTaskFailed',
      event('WorkflowExecutionSignaled', { signalName: 'unseen' }),
      event('WorkflowTaskScheduled', { attempt: 1 }),
    ]);
  });

  scenario('after a refused completion the next started task keeps signals out', async () => {
    const run = await startRaw(temporal);
    await failToComplete(run);
    const task = await run.worker.pollWorkflowTask();

    await expectRpcError(run.signal('too late'), {
      code: 'RESOURCE_EXHAUSTED',
      message: 'workflow operation can not be applied because workflow is closing',
      detail: {
        type: 'ResourceExhaustedFailure',
        value: { cause: 'RESOURCE_EXHAUSTED_CAUSE_BUSY_WORKFLOW' },
      },
    });
    await run.worker.complete(task, [completeWorkflow()]);
    const seen = types(await run.history()).filter((type) => type === 'WorkflowExecutionSignaled');
    assert.equal(seen.length, 1);
  });

  scenario('cancelling a timer whose firing is buffered erases the firing', async () => {
    const run = await startRaw(temporal);
    const first = await run.worker.pollWorkflowTask();
    // Long enough for the second task to be started before it fires.
    await run.worker.complete(first, [startTimer('t', 3000)], { forceCreateNewWorkflowTask: true });
    const second = await run.worker.pollWorkflowTask();
    const before = await run.stateTransitions();
    await eventually(
      'the timer fires',
      () => run.stateTransitions(),
      (count) => count > before
    );
    await run.worker.complete(second, [cancelTimer('t'), completeWorkflow()]);

    expectHistory('events §1.6', await run.history(), [
      'WorkflowExecutionStarted',
      'WorkflowTaskScheduled',
      'WorkflowTaskStarted',
      'WorkflowTaskCompleted',
      event('TimerStarted', { timerId: 't', startToFireTimeout: 3000 }),
      'WorkflowTaskScheduled',
      'WorkflowTaskStarted',
      event('WorkflowTaskCompleted', { scheduledEventId: 6, startedEventId: 7 }),
      event('TimerCanceled', { timerId: 't', startedEventId: 5, identity: 'raw-worker' }),
      event('WorkflowExecutionCompleted', { workflowTaskCompletedEventId: 8 }),
    ]);
  });

  /** Takes the next task, and completes the workflow behind the back of a signal. */
  async function failToComplete(run: RawRun): Promise<void> {
    const task = await run.worker.pollWorkflowTask();
    await run.signal('unseen');
    await expectRpcError(run.worker.complete(task, [completeWorkflow()]), {
      code: 'INVALID_ARGUMENT',
    });
  }
});
