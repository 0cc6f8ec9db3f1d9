/** Eager dispatch: tasks that come with an answer instead of with a poll. */
import assert from 'node:assert/strict';
import { completeWorkflow, scheduleActivity } from './harness/commands';
import { event, expectHistory, expectTail, only } from './harness/history';
import { duration, payloads } from './harness/payloads';
import { eventsOf, RawRun, startRequest } from './harness/raw';
import { scenario, suite } from './harness/suite';
import { runActivity } from './workflows';

suite('eager dispatch', { worker: {} }, (temporal) => {
  scenario('an eager start brings the first workflow task along', async () => {
    const start = startRequest(temporal, { requestEagerExecution: true });
    const response = await temporal.rpc.startWorkflowExecution(start);
    const execution = { workflowId: start.workflowId!, runId: response.runId };
    const run = new RawRun(temporal, execution, start.taskQueue!.name!);
    const task = response.eagerWorkflowTask!;
    const expected = [
      event('WorkflowExecutionStarted', { eagerExecutionAccepted: true }),
      'WorkflowTaskScheduled',
      event('WorkflowTaskStarted', {
        scheduledEventId: 2,
        identity: 'raw-client',
        requestId: start.requestId,
        historySizeBytes: 0,
      }),
    ];
    expectHistory('events §2.3', eventsOf(task as any), expected);
    await run.worker.complete(task as any, [completeWorkflow('done')]);
    expectHistory('events §2.3', await run.history(), [
      ...expected,
      event('WorkflowTaskCompleted', { scheduledEventId: 2, startedEventId: 3 }),
      'WorkflowExecutionCompleted',
    ]);
  });

  scenario('a delayed start is not eager', async () => {
    const start = startRequest(temporal, {
      requestEagerExecution: true,
      workflowStartDelay: duration(1000),
    });
    const response = await temporal.rpc.startWorkflowExecution(start);
    assert.equal(response.eagerWorkflowTask ?? null, null);
    const execution = { workflowId: start.workflowId!, runId: response.runId };
    const run = new RawRun(temporal, execution, start.taskQueue!.name!);
    await run.worker.step(completeWorkflow());
    assert.equal((await run.history())[0].attributes.eagerExecutionAccepted, false);
  });

  scenario('an eager activity comes with the completion that schedules it', async () => {
    const start = startRequest(temporal);
    const { runId } = await temporal.rpc.startWorkflowExecution(start);
    const run = new RawRun(
      temporal,
      { workflowId: start.workflowId!, runId },
      start.taskQueue!.name!
    );
    const task = await run.worker.pollWorkflowTask();
    const { activityTasks } = await run.worker.complete(task, [
      scheduleActivity('a', { requestEagerExecution: true, input: payloads('in') }),
    ]);
    assert.equal(activityTasks.length, 1);
    assert.equal(activityTasks[0].activityId, 'a');
    await run.worker.completeActivity(activityTasks[0] as any, 'out');
    await run.worker.step(completeWorkflow());
    expectTail('events §2.6', await run.history(), 5, [
      event('ActivityTaskScheduled', { activityId: 'a', input: ['in'] }),
      event('ActivityTaskStarted', { scheduledEventId: 5, identity: 'raw-worker', attempt: 1 }),
      event('ActivityTaskCompleted', { result: ['out'], scheduledEventId: 5, startedEventId: 6 }),
      'WorkflowTaskScheduled',
      'WorkflowTaskStarted',
      'WorkflowTaskCompleted',
      'WorkflowExecutionCompleted',
    ]);
  });

  scenario('the SDK runs its activities eagerly, and they are as any others', async () => {
    const handle = await temporal.client.workflow.start(runActivity, {
      taskQueue: temporal.taskQueue,
      workflowId: temporal.workflowId(),
      args: ['failTimes', { startToCloseTimeout: '10s', retry: { initialInterval: 100 } }, 1],
    });
    assert.equal(await handle.result(), 2, 'the second attempt, which matching dispatched');
    const events = await temporal.history(handle);
    assert.equal(only(events, 'ActivityTaskStarted').attributes.attempt, 2);
    assert.equal(only(events, 'ActivityTaskStarted').attributes.identity, 'compat-worker');
  });
});
