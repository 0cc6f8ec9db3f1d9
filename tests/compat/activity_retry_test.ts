/** Activities that fail: attempts, and who decides that it was the last. */
import assert from 'node:assert/strict';
import { ActivityFailure, ApplicationFailure, WorkflowFailedError } from '@temporalio/client';
import { completeWorkflow, scheduleActivity } from './harness/commands';
import { expectRpcError, failureOf } from './harness/errors';
import { event, expectHistory, only } from './harness/history';
import { expectMatch } from './harness/match';
import { duration } from './harness/payloads';
import { startRaw } from './harness/raw';
import { scenario, suite } from './harness/suite';
import { runActivity } from './workflows';

suite('activity retries', { worker: {} }, (temporal) => {
  const start = (...args: Parameters<typeof runActivity>) =>
    temporal.client.workflow.start(runActivity, {
      taskQueue: temporal.taskQueue,
      workflowId: temporal.workflowId(),
      args,
    });
  const quickly = { startToCloseTimeout: '10s', retry: { initialInterval: 50 } } as const;

  scenario(
    'only the attempt that succeeds is in the history, with the failure before it',
    async () => {
      const handle = await start('failTimes', quickly, 2);

      assert.equal(await handle.result(), 3);
      expectHistory('events §2.3', await temporal.history(handle), [
        'WorkflowExecutionStarted',
        'WorkflowTaskScheduled',
        'WorkflowTaskStarted',
        'WorkflowTaskCompleted',
        event('ActivityTaskScheduled', {
          retryPolicy: { initialInterval: 50, maximumInterval: 5000 },
        }),
        event('ActivityTaskStarted', {
          scheduledEventId: 5,
          attempt: 3,
          lastFailure: { message: 'attempt 2 failed', applicationFailureInfo: { details: [2] } },
        }),
        event('ActivityTaskCompleted', { result: [3], scheduledEventId: 5, startedEventId: 6 }),
        'WorkflowTaskScheduled',
        'WorkflowTaskStarted',
        'WorkflowTaskCompleted',
        'WorkflowExecutionCompleted',
      ]);
    }
  );

  const refusals = {
    MAXIMUM_ATTEMPTS_REACHED: {
      attempt: 2,
      message: 'attempt 2 failed',
      start: () =>
        start('failTimes', { ...quickly, retry: { initialInterval: 50, maximumAttempts: 2 } }, 5),
    },
    NON_RETRYABLE_FAILURE: {
      attempt: 1,
      message: 'no use to retry',
      start: () => start('failForGood', quickly),
    },
    TIMEOUT: {
      attempt: 1,
      message: 'attempt 1 failed',
      start: () =>
        start(
          'failTimes',
          { ...quickly, scheduleToCloseTimeout: '5s', retry: { initialInterval: '10s' } },
          5
        ),
    },
  };
  for (const [retryState, { attempt, message, start }] of Object.entries(refusals)) {
    scenario(`the last attempt fails with ${retryState}`, async () => {
      const handle = await start();

      const error = await failureOf(handle.result());
      assert.ok(error instanceof WorkflowFailedError && error.cause instanceof ActivityFailure);
      assert.equal(error.cause.retryState, retryState);
      assert.ok(error.cause.cause instanceof ApplicationFailure);
      assert.equal(error.cause.cause.message, message);
      const events = await temporal.history(handle);
      expectMatch(only(events, 'ActivityTaskStarted').attributes, { attempt });
      expectMatch(only(events, 'ActivityTaskFailed').attributes, {
        failure: { message },
        retryState: `RETRY_STATE_${retryState}`,
        scheduledEventId: 5,
        startedEventId: 6,
        identity: 'compat-worker',
      });
    });
  }

  scenario('a type listed in the policy is not retried', async () => {
    const retry = { initialInterval: 50, nonRetryableErrorTypes: ['Hopeless'] };
    const handle = await start('failTimes', { ...quickly, retry }, 5, { type: 'Hopeless' });

    await failureOf(handle.result());
    expectMatch(only(await temporal.history(handle), 'ActivityTaskFailed').attributes, {
      retryState: 'RETRY_STATE_NON_RETRYABLE_FAILURE',
      failure: { applicationFailureInfo: { type: 'Hopeless' } },
    });
  });

  scenario('the failure may choose the delay until the next attempt', async () => {
    const retry = { initialInterval: '1h', maximumInterval: '1h' } as const;
    const handle = await start('failTimes', { ...quickly, retry }, 1, { nextRetryDelay: 100 });

    assert.equal(await handle.result(), 2);
  });

  scenario('each attempt is a task of its own, and the old ones are stale', async () => {
    const run = await startRaw(temporal);
    const retryPolicy = { initialInterval: duration(50), maximumAttempts: 3 };
    await run.worker.step(scheduleActivity('a', { retryPolicy }));
    const first = await run.worker.pollActivityTask();
    assert.equal(first.attempt, 1);
    await run.worker.failActivity(first, 'once');
    const second = await run.worker.pollActivityTask();

    assert.equal(second.attempt, 2);
    assert.deepEqual(second.scheduledTime, first.scheduledTime);
    assert.notDeepEqual(second.currentAttemptScheduledTime, first.currentAttemptScheduledTime);
    const stale = { code: 'NOT_FOUND', detail: { type: 'NotFoundFailure' } };
    await expectRpcError(run.worker.heartbeat(first), stale);
    await expectRpcError(run.worker.completeActivity(first, 'late'), stale);
    await run.worker.completeActivity(second, 'in time');
    await expectRpcError(run.worker.completeActivity(second, 'twice'), stale);
    await run.worker.step(completeWorkflow());
    await expectRpcError(run.worker.completeActivity(second, 'after the end'), stale);
    expectMatch(only(await run.history(), 'ActivityTaskCompleted').attributes, {
      result: ['in time'],
    });
  });

  scenario('only application failures are accepted from a worker', async () => {
    const run = await startRaw(temporal);
    await run.worker.step(scheduleActivity('a'));
    const { taskToken } = await run.worker.pollActivityTask();
    const { namespace } = temporal;
    const failure = { message: 'pretended', timeoutFailureInfo: {} };
    const call = temporal.rpc.respondActivityTaskFailed({ namespace, taskToken, failure });
    await expectRpcError(call, { code: 'INVALID_ARGUMENT' });
  });
});
