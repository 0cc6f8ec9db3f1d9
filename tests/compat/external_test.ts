/** Signals and cancel requests from one workflow to another that is not its child. */
import assert from 'node:assert/strict';
import { cancelExternal, completeWorkflow, signalExternal } from './harness/commands';
import { failureOf } from './harness/errors';
import { event, expectHistory, expectTail, only } from './harness/history';
import { payloads } from './harness/payloads';
import { startRaw } from './harness/raw';
import { scenario, suite } from './harness/suite';
import { cancelOther, collect, finish, signalOther, waitForever } from './workflows';

const firstTask = [
  'WorkflowExecutionStarted',
  'WorkflowTaskScheduled',
  'WorkflowTaskStarted',
  'WorkflowTaskCompleted',
];
const task = ['WorkflowTaskScheduled', 'WorkflowTaskStarted', 'WorkflowTaskCompleted'];
const notFound = 'EXTERNAL_WORKFLOW_EXECUTION_FAILED_CAUSE_EXTERNAL_WORKFLOW_EXECUTION_NOT_FOUND';

suite('external workflows', { worker: {} }, (temporal) => {
  const options = () => ({ taskQueue: temporal.taskQueue, workflowId: temporal.workflowId() });

  scenario('a workflow signals another, and both histories tell', async () => {
    const target = await temporal.client.workflow.start(collect, { ...options(), args: [] });
    await temporal.historyWith(target, 'WorkflowTaskCompleted');
    const args: [string, string] = [target.workflowId, 'hello'];
    const sender = await temporal.client.workflow.start(signalOther, { ...options(), args });
    assert.equal(await sender.result(), 'delivered');
    await target.signal(finish);
    assert.deepEqual(await target.result(), ['hello']);

    expectHistory('events §1.6', await temporal.history(sender), [
      ...firstTask,
      event('SignalExternalWorkflowExecutionInitiated', {
        namespace: 'default',
        workflowExecution: { workflowId: target.workflowId, runId: '' },
        signalName: 'add',
        input: ['hello'],
        childWorkflowOnly: false,
        workflowTaskCompletedEventId: 4,
      }),
      event('ExternalWorkflowExecutionSignaled', {
        initiatedEventId: 5,
        namespace: 'default',
        workflowExecution: { workflowId: target.workflowId, runId: '' },
      }),
      ...task,
      'WorkflowExecutionCompleted',
    ]);
    expectTail('events §1.6', await temporal.history(target), 5, [
      event('WorkflowExecutionSignaled', {
        signalName: 'add',
        input: ['hello'],
        identity: 'history-service',
        externalWorkflowExecution: {
          workflowId: sender.workflowId,
          runId: sender.firstExecutionRunId,
        },
      }),
      ...task,
      'WorkflowExecutionSignaled',
      ...task,
      'WorkflowExecutionCompleted',
    ]);
  });

  scenario('a signal to nobody fails in the sender', async () => {
    const args: [string, string] = [temporal.workflowId(), 'hello'];
    const sender = await temporal.client.workflow.start(signalOther, { ...options(), args });
    assert.match(await sender.result(), /not found/i);
    expectHistory('events §1.6', await temporal.history(sender), [
      ...firstTask,
      'SignalExternalWorkflowExecutionInitiated',
      event('SignalExternalWorkflowExecutionFailed', {
        cause: `SIGNAL_${notFound}`,
        initiatedEventId: 5,
        workflowTaskCompletedEventId: 0,
        workflowExecution: { workflowId: args[0], runId: '' },
      }),
      ...task,
      'WorkflowExecutionCompleted',
    ]);
  });

  scenario('a workflow asks another to cancel', async () => {
    const target = await temporal.client.workflow.start(waitForever, options());
    await temporal.historyWith(target, 'TimerStarted');
    const args: [string] = [target.workflowId];
    const sender = await temporal.client.workflow.start(cancelOther, { ...options(), args });
    assert.equal(await sender.result(), 'delivered');
    await failureOf(target.result());

    expectHistory('events §1.6', await temporal.history(sender), [
      ...firstTask,
      event('RequestCancelExternalWorkflowExecutionInitiated', {
        namespace: 'default',
        workflowExecution: { workflowId: target.workflowId, runId: '' },
        childWorkflowOnly: false,
        workflowTaskCompletedEventId: 4,
      }),
      event('ExternalWorkflowExecutionCancelRequested', {
        initiatedEventId: 5,
        workflowExecution: { workflowId: target.workflowId, runId: '' },
      }),
      ...task,
      'WorkflowExecutionCompleted',
    ]);
    const request = only(
      await temporal.history(target),
      'WorkflowExecutionCancelRequested'
    ).attributes;
    assert.equal(request.externalInitiatedEventId, 5);
    assert.equal(request.externalWorkflowExecution.workflowId, sender.workflowId);
    only(await temporal.history(target), 'WorkflowExecutionCanceled');
  });

  scenario('a request to cancel nobody fails in the sender', async () => {
    const args: [string] = [temporal.workflowId()];
    const sender = await temporal.client.workflow.start(cancelOther, { ...options(), args });
    assert.match(await sender.result(), /not found/i);
    const failed = only(
      await temporal.history(sender),
      'RequestCancelExternalWorkflowExecutionFailed'
    ).attributes;
    assert.equal(failed.cause, `CANCEL_${notFound}`);
  });

  scenario('a closed workflow can be asked to cancel, but not signalled', async () => {
    const target = await startRaw(temporal);
    await target.worker.step(completeWorkflow());
    const run = await startRaw(temporal);
    const { workflowId } = target.execution;
    await run.worker.step(
      cancelExternal(workflowId, { reason: 'enough' }),
      signalExternal(workflowId, { input: payloads(1) })
    );
    await run.historyWith('ExternalWorkflowExecutionCancelRequested');
    const failed = only(
      await run.historyWith('SignalExternalWorkflowExecutionFailed'),
      'SignalExternalWorkflowExecutionFailed'
    ).attributes;
    assert.equal(failed.cause, `SIGNAL_${notFound}`);
    assert.equal((await target.history()).length, 5);
  });

  scenario('a workflow does not find itself', async () => {
    const run = await startRaw(temporal);
    await run.worker.step(signalExternal(run.execution.workflowId));
    await run.worker.step(cancelExternal(run.execution.workflowId));
    await run.historyWith('SignalExternalWorkflowExecutionFailed');
    await run.historyWith('RequestCancelExternalWorkflowExecutionFailed');
  });

  scenario('a signal meant for a child finds no stranger', async () => {
    const target = await startRaw(temporal);
    const run = await startRaw(temporal);
    await run.worker.step(
      signalExternal(target.execution.workflowId, { childWorkflowOnly: true })
    );
    await run.historyWith('SignalExternalWorkflowExecutionFailed');
    assert.equal((await target.history()).length, 2);
  });
});
