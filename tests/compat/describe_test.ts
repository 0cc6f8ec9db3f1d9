/** DescribeWorkflowExecution: what a run is, and what it is waiting for. */
import assert from 'node:assert/strict';
import { completeWorkflow, scheduleActivity, startTimer } from './harness/commands';
import { expectRpcError } from './harness/errors';
import { eventually } from './harness/eventually';
import { between, expectMatch, present, unset } from './harness/match';
import { duration, payload, payloadMap } from './harness/payloads';
import { startRaw } from './harness/raw';
import { scenario, suite } from './harness/suite';

suite('describe', {}, (temporal) => {
  scenario('a new run shows its options and the task it waits for', async () => {
    const run = await startRaw(temporal, {
      workflowExecutionTimeout: duration(60_000),
      workflowTaskTimeout: duration(5_000),
      memo: { fields: payloadMap({ note: 'remember' }) },
      userMetadata: { summary: payload('short') },
    });
    const [started] = await run.history();

    expectMatch(await run.describe(), {
      executionConfig: {
        taskQueue: { name: run.taskQueue },
        workflowExecutionTimeout: 60_000,
        workflowRunTimeout: 60_000,
        defaultWorkflowTaskTimeout: 5_000,
        userMetadata: { summary: 'short' },
      },
      workflowExecutionInfo: {
        execution: run.execution,
        type: { name: 'raw' },
        status: 'WORKFLOW_EXECUTION_STATUS_RUNNING',
        startTime: started.time,
        executionTime: started.time,
        closeTime: null,
        historyLength: 2,
        historySizeBytes: present,
        stateTransitionCount: 1,
        taskQueue: run.taskQueue,
        memo: { fields: { note: 'remember' } },
        parentExecution: null,
        rootExecution: run.execution,
        firstRunId: run.execution.runId,
      },
      pendingWorkflowTask: {
        state: 'PENDING_WORKFLOW_TASK_STATE_SCHEDULED',
        scheduledTime: present,
        originalScheduledTime: present,
        startedTime: null,
        attempt: 1,
      },
      pendingActivities: [],
      workflowExtendedInfo: {
        executionExpirationTime: between(started.time + 59_998, started.time + 60_002),
        runExpirationTime: between(started.time + 59_998, started.time + 60_002),
        originalStartTime: started.time,
        cancelRequested: false,
        lastResetTime: unset,
      },
    });
  });

  scenario('a started task is shown as started, a later attempt with its number', async () => {
    const run = await startRaw(temporal);
    const task = await run.worker.pollWorkflowTask();
    expectMatch((await run.describe()).pendingWorkflowTask, {
      state: 'PENDING_WORKFLOW_TASK_STATE_STARTED',
      startedTime: present,
      attempt: 1,
    });
    await run.worker.fail(task);
    const { pendingWorkflowTask, workflowExecutionInfo } = await run.describe();
    expectMatch(pendingWorkflowTask, {
      state: 'PENDING_WORKFLOW_TASK_STATE_SCHEDULED',
      attempt: 2,
    });
    assert.equal(workflowExecutionInfo.historyLength, 4, 'virtual events are not counted');
  });

  scenario('an activity is followed from scheduled over started into its retry', async () => {
    const run = await startRaw(temporal);
    const retryPolicy = { initialInterval: duration(60_000), maximumAttempts: 5 };
    const task = await run.worker.step(
      scheduleActivity('a', { retryPolicy, scheduleToCloseTimeout: duration(600_000) })
    );
    const scheduled = (await run.history())[4];
    expectMatch((await run.describe()).pendingActivities, [
      {
        activityId: 'a',
        activityType: { name: 'activity' },
        state: 'PENDING_ACTIVITY_STATE_SCHEDULED',
        attempt: 1,
        maximumAttempts: 5,
        scheduledTime: scheduled.time,
        expirationTime: between(scheduled.time + 599_998, scheduled.time + 600_002),
        lastStartedTime: null,
        lastHeartbeatTime: null,
        heartbeatDetails: unset,
        lastFailure: null,
        lastWorkerIdentity: '',
      },
    ]);

    const activity = await run.worker.pollActivityTask();
    await run.worker.heartbeat(activity, 'half way');
    expectMatch((await run.describe()).pendingActivities[0], {
      state: 'PENDING_ACTIVITY_STATE_STARTED',
      attempt: 1,
      lastStartedTime: present,
      lastHeartbeatTime: present,
      heartbeatDetails: ['half way'],
      lastWorkerIdentity: 'raw-worker',
    });

    await run.worker.failActivity(activity, 'once');
    const [retrying] = (await run.describe()).pendingActivities;
    expectMatch(retrying, {
      state: 'PENDING_ACTIVITY_STATE_SCHEDULED',
      attempt: 2,
      lastStartedTime: null,
      heartbeatDetails: ['half way'],
      lastFailure: { message: 'once' },
      lastWorkerIdentity: 'raw-worker',
      lastAttemptCompleteTime: present,
      currentRetryInterval: between(59_990, 60_010),
    });
    assert.equal(retrying.scheduledTime, retrying.nextAttemptScheduleTime);
    assert.ok(retrying.nextAttemptScheduleTime > retrying.lastAttemptCompleteTime + 59_000);
    assert.equal((await run.history()).length, 5, 'retries leave no events');
    assert.equal(task.attempt, 1);
  });

  scenario('heartbeats count as state transitions, not as history', async () => {
    const run = await startRaw(temporal);
    await run.worker.step(scheduleActivity('a'));
    const activity = await run.worker.pollActivityTask();
    const before = (await run.describe()).workflowExecutionInfo;
    for (const progress of [1, 2, 3]) await run.worker.heartbeat(activity, progress);

    expectMatch((await run.describe()).workflowExecutionInfo, {
      stateTransitionCount: before.stateTransitionCount + 3,
      historyLength: before.historyLength,
    });
  });

  scenario('a closed run has a status, a close time and nothing pending', async () => {
    const run = await startRaw(temporal);
    await run.cancel();
    await run.worker.step(startTimer('t', 3_600_000), scheduleActivity('a'));
    assert.equal((await run.describe()).workflowExtendedInfo.cancelRequested, true);
    await run.signal('finish');
    await run.worker.step(completeWorkflow());

    const events = await run.history();
    const [started, completed] = [events[0], events[events.length - 1]];
    expectMatch(await run.describe(), {
      workflowExecutionInfo: {
        status: 'WORKFLOW_EXECUTION_STATUS_COMPLETED',
        closeTime: completed.time,
        historyLength: events.length,
        executionDuration: between(
          completed.time - started.time - 1,
          completed.time - started.time + 1
        ),
      },
      pendingWorkflowTask: null,
      pendingActivities: [],
    });
  });

  scenario('the SDK sees the same, also without naming the run', async () => {
    const run = await startRaw(temporal, { memo: { fields: payloadMap({ note: 'remember' }) } });
    const handle = temporal.client.workflow.getHandle(run.execution.workflowId);

    const open = await handle.describe();
    assert.deepEqual(
      [open.runId, open.type, open.status.name, open.taskQueue, open.historyLength, open.memo],
      [run.execution.runId, 'raw', 'RUNNING', run.taskQueue, 2, { note: 'remember' }]
    );
    await run.terminate('enough');
    const closed = await eventually(
      'closed',
      () => handle.describe(),
      ({ closeTime }) => closeTime !== undefined
    );
    assert.equal(closed.status.name, 'TERMINATED');
  });

  scenario('unknown workflows and runs are not found, and a run id is a uuid', async () => {
    const workflowId = temporal.workflowId();
    const notFound = { code: 'NOT_FOUND', detail: { type: 'NotFoundFailure' } };
    await expectRpcError(temporal.describe({ workflowId }), notFound);
    const runId = '00000000-0000-4000-8000-000000000000';
    await expectRpcError(temporal.describe({ workflowId, runId }), notFound);
    await expectRpcError(temporal.describe({ workflowId, runId: 'run' }), {
      code: 'INVALID_ARGUMENT',
    });
  });
});
