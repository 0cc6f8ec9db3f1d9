/** Workflow tasks that go on longer than their timeout: the worker keeps them alive. */
import assert from 'node:assert/strict';
import { completeWorkflow } from './harness/commands';
import { event, expectHistory, only, types } from './harness/history';
import { startRaw } from './harness/raw';
import { scenario, suite } from './harness/suite';
import { greetSlowlyHere } from './workflows';

suite('workflow task heartbeats', { worker: {} }, (temporal) => {
  scenario('a local activity that outlasts the task keeps it alive, and leaves one marker', async () => {
    const handle = await temporal.client.workflow.start(greetSlowlyHere, {
      taskQueue: temporal.taskQueue,
      workflowId: temporal.workflowId(),
      workflowTaskTimeout: '2s',
      args: [4500],
    });
    assert.equal(await handle.result(), 'slow');
    const events = await temporal.history(handle);
    const order = types(events);
    const tasks = order.filter((type) => type === 'WorkflowTaskCompleted').length;
    assert.ok(tasks >= 3, `${tasks} workflow tasks for 4.5 s at 2 s each`);
    assert.ok(!order.includes('WorkflowTaskTimedOut'), 'none of them timed out');
    assert.equal(only(events, 'MarkerRecorded').attributes.markerName, 'core_local_activity');
  });

  scenario('a heartbeat makes a new workflow task and hands it over in the same answer', async () => {
    const run = await startRaw(temporal);
    const task = await run.worker.pollWorkflowTask();
    const { workflowTask } = await run.worker.complete(task, [], {
      forceCreateNewWorkflowTask: true,
      returnNewWorkflowTask: true,
    });
    assert.ok(workflowTask!.taskToken!.length > 0);
    await run.worker.complete(workflowTask as any, [completeWorkflow()]);
    expectHistory('events §2.6', await run.history(), [
      'WorkflowExecutionStarted',
      'WorkflowTaskScheduled',
      'WorkflowTaskStarted',
      'WorkflowTaskCompleted',
      event('WorkflowTaskScheduled', { attempt: 1 }),
      event('WorkflowTaskStarted', {
        identity: 'raw-worker',
        requestId: 'request-from-RespondWorkflowTaskCompleted',
      }),
      'WorkflowTaskCompleted',
      'WorkflowExecutionCompleted',
    ]);
  });
});
