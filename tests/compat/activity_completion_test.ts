/** Activities that somebody else completes, by task token or by id. */
import assert from 'node:assert/strict';
import { ActivityNotFoundError } from '@temporalio/client';
import { scheduleActivity } from './harness/commands';
import { expectRpcError } from './harness/errors';
import { eventually } from './harness/eventually';
import { event, expectTail } from './harness/history';
import { startRaw } from './harness/raw';
import { payloads } from './harness/payloads';
import { scenario, suite } from './harness/suite';
import { runActivity } from './workflows';

suite('asynchronous activity completion', { worker: {} }, (temporal) => {
  scenario('the SDK completes an activity by its id after its code has returned', async () => {
    const activityId = 'elsewhere';
    const handle = await temporal.client.workflow.start(runActivity, {
      taskQueue: temporal.taskQueue,
      workflowId: temporal.workflowId(),
      args: [
        'completedElsewhere',
        { activityId, startToCloseTimeout: '60s', heartbeatTimeout: '60s' },
      ],
    });
    const id = { workflowId: handle.workflowId, activityId };
    const heartbeat = () =>
      temporal.client.activity.heartbeat(id, 'on my way').then(
        () => true,
        () => false
      );
    await eventually('the activity is started', heartbeat, (accepted) => accepted);
    await temporal.client.activity.complete(id, 'from elsewhere');

    assert.equal(await handle.result(), 'from elsewhere');
    expectTail('events §2.3', (await temporal.history(handle)).slice(0, 7), 5, [
      event('ActivityTaskScheduled', { activityId }),
      event('ActivityTaskStarted', { identity: 'compat-worker', attempt: 1 }),
      event('ActivityTaskCompleted', { result: ['from elsewhere'], identity: 'compat-client' }),
    ]);
    await assert.rejects(temporal.client.activity.complete(id, 'twice'), ActivityNotFoundError);
  });

  scenario('a task token works in any hands', async () => {
    const run = await startRaw(temporal);
    await run.worker.step(scheduleActivity('a'));
    const { taskToken } = await run.worker.pollActivityTask();
    await temporal.client.activity.fail(taskToken, new Error('did not work out'));

    const { pendingActivities } = await run.describe();
    assert.equal(pendingActivities[0].attempt, 2);
    assert.equal(pendingActivities[0].lastFailure.message, 'did not work out');
  });

  scenario('an activity that nobody started can be completed by id, but not failed', async () => {
    const run = await startRaw(temporal);
    await run.worker.step(scheduleActivity('a'));
    const { namespace } = temporal;
    const { workflowId, runId } = run.execution;
    const id = { namespace, workflowId, runId, activityId: 'a', identity: 'somebody' };

    const notFound = { code: 'NOT_FOUND', detail: { type: 'NotFoundFailure' } };
    await expectRpcError(temporal.rpc.recordActivityTaskHeartbeatById(id), notFound);
    await expectRpcError(temporal.rpc.respondActivityTaskCanceledById(id), notFound);
    const failure = { message: 'no', applicationFailureInfo: {} };
    await expectRpcError(temporal.rpc.respondActivityTaskFailedById({ ...id, failure }), notFound);
    await temporal.rpc.respondActivityTaskCompletedById({ ...id, result: payloads('done') });

    expectTail('events §1.5', await run.history(), 5, [
      'ActivityTaskScheduled',
      event('ActivityTaskStarted', {
        scheduledEventId: 5,
        identity: 'somebody',
        requestId: '',
        attempt: 1,
      }),
      event('ActivityTaskCompleted', { scheduledEventId: 5, startedEventId: 6, result: ['done'] }),
      'WorkflowTaskScheduled',
    ]);
  });

  scenario('an unknown activity id is not found, and named', async () => {
    const run = await startRaw(temporal);
    const { namespace } = temporal;
    const { workflowId } = run.execution;
    const call = temporal.rpc.respondActivityTaskCompletedById({
      namespace,
      workflowId,
      activityId: 'ghost',
    });
    await expectRpcError(call, {
      code: 'NOT_FOUND',
      message:
        'cannot find pending activity with ActivityID ghost, ' +
        'check workflow execution history for more details',
    });
  });
});
