/** The four timeouts of an activity. */
import assert from 'node:assert/strict';
import { api } from './harness/api';
import { scheduleActivity } from './harness/commands';
import { expectRpcError } from './harness/errors';
import { event, expectTail } from './harness/history';
import { expectMatch, present, unset } from './harness/match';
import { duration, payloads } from './harness/payloads';
import { plain } from './harness/plain';
import { type RawRun, startRaw } from './harness/raw';
import { scenario, suite } from './harness/suite';

suite('activity timeouts', {}, (temporal) => {
  const second = duration(1000);
  const once = { maximumAttempts: 1 };

  async function startActivity(
    options: api.command.v1.IScheduleActivityTaskCommandAttributes
  ): Promise<RawRun> {
    const run = await startRaw(temporal);
    await run.worker.step(scheduleActivity('a', options));
    return run;
  }

  scenario('an attempt that takes too long ends with START_TO_CLOSE', async () => {
    const run = await startActivity({ startToCloseTimeout: second, retryPolicy: once });
    const activity = await run.worker.pollActivityTask();

    expectTail('events §1.5', await run.historyWith('ActivityTaskTimedOut'), 5, [
      'ActivityTaskScheduled',
      event('ActivityTaskStarted', { scheduledEventId: 5, attempt: 1, identity: 'raw-worker' }),
      event('ActivityTaskTimedOut', {
        failure: {
          message: 'activity StartToClose timeout',
          timeoutFailureInfo: {
            timeoutType: 'TIMEOUT_TYPE_START_TO_CLOSE',
            lastHeartbeatDetails: unset,
          },
          cause: null,
        },
        scheduledEventId: 5,
        startedEventId: 6,
        retryState: 'RETRY_STATE_MAXIMUM_ATTEMPTS_REACHED',
      }),
      'WorkflowTaskScheduled',
    ]);
    await expectRpcError(run.worker.completeActivity(activity, 'late'), { code: 'NOT_FOUND' });
  });

  scenario('an attempt that takes too long is retried while the policy allows', async () => {
    const retryPolicy = { initialInterval: duration(50), maximumAttempts: 2 };
    const run = await startActivity({ startToCloseTimeout: second, retryPolicy });
    await run.worker.pollActivityTask();
    const next = await run.worker.pollActivityTask();
    assert.equal(next.attempt, 2);
    await run.worker.completeActivity(next, 'in time');

    expectTail('events §2.3', await run.historyWith('ActivityTaskCompleted'), 6, [
      event('ActivityTaskStarted', {
        attempt: 2,
        lastFailure: { timeoutFailureInfo: { timeoutType: 'TIMEOUT_TYPE_START_TO_CLOSE' } },
      }),
      event('ActivityTaskCompleted', { result: ['in time'], startedEventId: 6 }),
      'WorkflowTaskScheduled',
    ]);
  });

  scenario(
    'an activity that nobody takes ends with SCHEDULE_TO_START and is not retried',
    async () => {
      const run = await startActivity({ scheduleToStartTimeout: second });

      expectTail('events §1.5', await run.historyWith('ActivityTaskTimedOut'), 5, [
        event('ActivityTaskScheduled', {
          scheduleToStartTimeout: 1000,
          startToCloseTimeout: 10_000,
        }),
        event('ActivityTaskTimedOut', {
          failure: {
            message: 'activity ScheduleToStart timeout',
            timeoutFailureInfo: { timeoutType: 'TIMEOUT_TYPE_SCHEDULE_TO_START' },
          },
          scheduledEventId: 5,
          startedEventId: 0,
          retryState: 'RETRY_STATE_TIMEOUT',
        }),
        'WorkflowTaskScheduled',
      ]);
    }
  );

  const givingUp =
    'Not enough time to schedule next retry ' +
    'before activity ScheduleToClose timeout, giving up retrying';

  scenario('an activity out of time as a whole ends with SCHEDULE_TO_CLOSE', async () => {
    const run = await startActivity({ scheduleToCloseTimeout: duration(2000) });
    await run.worker.pollActivityTask();

    expectTail('events §1.5', await run.historyWith('ActivityTaskTimedOut'), 5, [
      event('ActivityTaskScheduled', {
        scheduleToCloseTimeout: 2000,
        scheduleToStartTimeout: 2000,
        startToCloseTimeout: 2000,
      }),
      'ActivityTaskStarted',
      event('ActivityTaskTimedOut', {
        failure: {
          message: givingUp,
          timeoutFailureInfo: { timeoutType: 'TIMEOUT_TYPE_SCHEDULE_TO_CLOSE' },
        },
        startedEventId: 6,
        retryState: 'RETRY_STATE_TIMEOUT',
      }),
      'WorkflowTaskScheduled',
    ]);
  });

  scenario(
    'a timeout with no time left for the next attempt becomes SCHEDULE_TO_CLOSE',
    async () => {
      const run = await startActivity({
        scheduleToCloseTimeout: duration(30_000),
        startToCloseTimeout: second,
        retryPolicy: { initialInterval: duration(60_000) },
      });
      await run.worker.pollActivityTask();

      expectTail('events §1.5', await run.historyWith('ActivityTaskTimedOut'), 7, [
        event('ActivityTaskTimedOut', {
          failure: {
            message: givingUp,
            timeoutFailureInfo: { timeoutType: 'TIMEOUT_TYPE_SCHEDULE_TO_CLOSE' },
          },
          retryState: 'RETRY_STATE_TIMEOUT',
        }),
        'WorkflowTaskScheduled',
      ]);
    }
  );

  scenario(
    'an attempt that falls silent ends with HEARTBEAT, and the next one knows how far it came',
    async () => {
      const retryPolicy = { initialInterval: duration(50), maximumAttempts: 2 };
      const run = await startActivity({ heartbeatTimeout: second, retryPolicy });
      const first = await run.worker.pollActivityTask();
      assert.equal(first.heartbeatDetails, null);
      await run.worker.heartbeat(first, 'a quarter');
      await run.worker.heartbeat(first, 'half way');
      const next = await run.worker.pollActivityTask();
      const task = plain(api.workflowservice.v1.PollActivityTaskQueueResponse, next);
      expectMatch(task, { attempt: 2, heartbeatDetails: ['half way'] });
      await run.worker.heartbeat(next, 'nearly done');

      const heartbeat = { timeoutType: 'TIMEOUT_TYPE_HEARTBEAT' };
      expectTail('events §1.5', await run.historyWith('ActivityTaskTimedOut'), 6, [
        event('ActivityTaskStarted', {
          attempt: 2,
          lastFailure: { timeoutFailureInfo: heartbeat },
        }),
        event('ActivityTaskTimedOut', {
          failure: {
            message: 'activity Heartbeat timeout',
            timeoutFailureInfo: { ...heartbeat, lastHeartbeatDetails: ['nearly done'] },
            cause: { timeoutFailureInfo: heartbeat },
          },
          retryState: 'RETRY_STATE_MAXIMUM_ATTEMPTS_REACHED',
        }),
        'WorkflowTaskScheduled',
      ]);
    }
  );

  scenario('a task carries every timeout and time that a worker relies on', async () => {
    const run = await startActivity({
      input: payloads('input'),
      heartbeatTimeout: duration(60_000),
      startToCloseTimeout: duration(20_000),
    });
    const task = plain(
      api.workflowservice.v1.PollActivityTaskQueueResponse,
      await run.worker.pollActivityTask()
    );

    expectMatch(task, {
      workflowNamespace: temporal.namespace,
      workflowType: { name: 'raw' },
      workflowExecution: run.execution,
      activityType: { name: 'activity' },
      activityId: 'a',
      input: ['input'],
      attempt: 1,
      scheduledTime: present,
      currentAttemptScheduledTime: present,
      startedTime: present,
      scheduleToCloseTimeout: 0,
      startToCloseTimeout: 20_000,
      heartbeatTimeout: 20_000,
      retryPolicy: { initialInterval: 1000, backoffCoefficient: 2, maximumInterval: 100_000 },
    });
  });
});
