/** Cancellation of workflows, activities and timers. */
import assert from 'node:assert/strict';
import { CancelledFailure, WorkflowFailedError, WorkflowNotFoundError } from '@temporalio/client';
import { api } from './harness/api';
import {
  cancelWorkflow,
  completeWorkflow,
  requestCancelActivity,
  scheduleActivity,
  startTimer,
} from './harness/commands';
import { expectRpcError, failureOf } from './harness/errors';
import { eventually } from './harness/eventually';
import { event, expectHistory, expectTail, types } from './harness/history';
import { startRaw } from './harness/raw';
import { scenario, suite } from './harness/suite';
import { cancelActivityFirst, cleanUpOnCancel, waitForever } from './workflows';

import State = api.enums.v1.PendingActivityState;

suite('cancellation', { worker: {} }, (temporal) => {
  const options = () => ({ taskQueue: temporal.taskQueue, workflowId: temporal.workflowId() });

  scenario('a cancelled workflow cancels its timer and ends cancelled', async () => {
    const handle = await temporal.client.workflow.start(waitForever, options());
    await temporal.historyWith(handle, 'TimerStarted');
    await handle.cancel();

    const error = await failureOf(handle.result());
    assert.ok(error instanceof WorkflowFailedError && error.cause instanceof CancelledFailure);
    expectHistory('events §1.2', await temporal.history(handle), [
      'WorkflowExecutionStarted',
      'WorkflowTaskScheduled',
      'WorkflowTaskStarted',
      'WorkflowTaskCompleted',
      'TimerStarted',
      event('WorkflowExecutionCancelRequested', {
        cause: '',
        identity: 'compat-client',
        externalWorkflowExecution: null,
      }),
      'WorkflowTaskScheduled',
      'WorkflowTaskStarted',
      'WorkflowTaskCompleted',
      event('TimerCanceled', { startedEventId: 5, workflowTaskCompletedEventId: 9 }),
      event('WorkflowExecutionCanceled', { workflowTaskCompletedEventId: 9 }),
    ]);
  });

  scenario('a workflow may clean up after the request and complete', async () => {
    const handle = await temporal.client.workflow.start(cleanUpOnCancel, options());
    await temporal.historyWith(handle, 'TimerStarted');
    await handle.cancel();

    assert.equal(await handle.result(), 'cleaned up');
  });

  scenario('a running activity learns of its cancellation from a heartbeat', async () => {
    const handle = await temporal.client.workflow.start(cancelActivityFirst, options());
    await eventually(
      'the activity runs',
      () => temporal.describe(handle),
      ({ pendingActivities }) =>
        pendingActivities[0]?.state === State.PENDING_ACTIVITY_STATE_STARTED
    );
    await handle.cancel();

    const error = await failureOf(handle.result());
    assert.ok(error instanceof WorkflowFailedError && error.cause instanceof CancelledFailure);
    expectHistory('events §1.5', await temporal.history(handle), [
      'WorkflowExecutionStarted',
      'WorkflowTaskScheduled',
      'WorkflowTaskStarted',
      'WorkflowTaskCompleted',
      'ActivityTaskScheduled',
      'WorkflowExecutionCancelRequested',
      'WorkflowTaskScheduled',
      'WorkflowTaskStarted',
      'WorkflowTaskCompleted',
      event('ActivityTaskCancelRequested', {
        scheduledEventId: 5,
        workflowTaskCompletedEventId: 9,
      }),
      event('ActivityTaskStarted', { scheduledEventId: 5, attempt: 1 }),
      event('ActivityTaskCanceled', {
        scheduledEventId: 5,
        startedEventId: 11,
        latestCancelRequestedEventId: 10,
        identity: 'compat-worker',
      }),
      'WorkflowTaskScheduled',
      'WorkflowTaskStarted',
      'WorkflowTaskCompleted',
      'WorkflowExecutionCanceled',
    ]);
  });

  scenario('the heartbeat of a cancelled activity says so, and its failure is final', async () => {
    const run = await startRaw(temporal);
    await run.worker.step(scheduleActivity('a'));
    const activity = await run.worker.pollActivityTask();
    assert.equal((await run.worker.heartbeat(activity)).cancelRequested, false);
    await expectRpcError(run.worker.cancelActivity(activity), { code: 'INVALID_ARGUMENT' });
    await run.signal('cancel it');
    await run.worker.step(requestCancelActivity(5));

    assert.equal((await run.worker.heartbeat(activity)).cancelRequested, true);
    await run.worker.failActivity(activity, 'could not stop');
    expectTail('events §1.5', await run.history(), 10, [
      event('ActivityTaskCancelRequested', { scheduledEventId: 5 }),
      event('ActivityTaskStarted', { scheduledEventId: 5 }),
      event('ActivityTaskFailed', {
        failure: { message: 'could not stop' },
        retryState: 'RETRY_STATE_CANCEL_REQUESTED',
      }),
      'WorkflowTaskScheduled',
    ]);
  });

  scenario('an activity that nobody took is cancelled behind all commands', async () => {
    const run = await startRaw(temporal);
    await run.worker.step(scheduleActivity('a'));
    await run.signal('cancel it');
    await run.worker.step(requestCancelActivity(5), startTimer('t', 3_600_000));

    expectHistory('events §2.3', await run.history(), [
      'WorkflowExecutionStarted',
      'WorkflowTaskScheduled',
      'WorkflowTaskStarted',
      'WorkflowTaskCompleted',
      'ActivityTaskScheduled',
      'WorkflowExecutionSignaled',
      'WorkflowTaskScheduled',
      'WorkflowTaskStarted',
      'WorkflowTaskCompleted',
      event('ActivityTaskCancelRequested', {
        scheduledEventId: 5,
        workflowTaskCompletedEventId: 9,
      }),
      event('TimerStarted', { timerId: 't' }),
      event('ActivityTaskCanceled', {
        details: ['ACTIVITY_ID_NOT_STARTED'],
        scheduledEventId: 5,
        startedEventId: 0,
        latestCancelRequestedEventId: 10,
        identity: 'raw-worker',
      }),
      'WorkflowTaskScheduled',
    ]);
  });

  scenario('its cancellation is lost when the workflow closes with it', async () => {
    const run = await startRaw(temporal);
    await run.worker.step(scheduleActivity('a'));
    await run.signal('cancel it');
    await run.worker.step(requestCancelActivity(5), completeWorkflow());

    assert.deepEqual(types(await run.history()).slice(8), [
      'WorkflowTaskCompleted',
      'ActivityTaskCancelRequested',
      'WorkflowExecutionCompleted',
    ]);
  });

  scenario(
    'a second request writes nothing, and a closed workflow takes it in silence',
    async () => {
      const run = await startRaw(temporal);
      await run.cancel({ reason: 'enough' });
      await run.cancel({ reason: 'really' });
      await run.worker.step(cancelWorkflow('stopped'));
      await run.cancel();

      expectHistory('events §1.2', await run.history(), [
        'WorkflowExecutionStarted',
        'WorkflowTaskScheduled',
        event('WorkflowExecutionCancelRequested', { cause: 'enough', identity: 'raw-client' }),
        'WorkflowTaskStarted',
        'WorkflowTaskCompleted',
        event('WorkflowExecutionCanceled', {
          details: ['stopped'],
          workflowTaskCompletedEventId: 5,
        }),
      ]);
    }
  );

  scenario('unknown workflows and foreign chains are not found', async () => {
    const unknown = temporal.client.workflow.getHandle(temporal.workflowId());
    await assert.rejects(unknown.cancel(), WorkflowNotFoundError);

    const run = await startRaw(temporal);
    const other = '00000000-0000-4000-8000-000000000000';
    await expectRpcError(run.cancel({ firstExecutionRunId: other }), { code: 'NOT_FOUND' });
    assert.equal((await run.history()).length, 2);
  });
});
