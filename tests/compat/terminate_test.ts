/** Termination closes a workflow at once, whatever its worker is doing. */
import assert from 'node:assert/strict';
import { TerminatedFailure, WorkflowFailedError } from '@temporalio/client';
import { completeWorkflow, startTimer } from './harness/commands';
import { expectRpcError, failureOf } from './harness/errors';
import { event, expectHistory, expectTail } from './harness/history';
import { payloads } from './harness/payloads';
import { startRaw } from './harness/raw';
import { scenario, suite } from './harness/suite';

suite('termination', {}, (temporal) => {
  const terminated = event('WorkflowExecutionTerminated', {
    reason: 'enough',
    identity: 'raw-client',
  });

  scenario('a workflow with a scheduled task just ends', async () => {
    const run = await startRaw(temporal);
    await run.terminate('enough', { details: payloads('because', 1) });

    expectHistory('events §2.3', await run.history(), [
      'WorkflowExecutionStarted',
      'WorkflowTaskScheduled',
      event('WorkflowExecutionTerminated', {
        reason: 'enough',
        details: ['because', 1],
        identity: 'raw-client',
      }),
    ]);
  });

  scenario('an idle workflow ends, and its timer with it', async () => {
    const run = await startRaw(temporal);
    await run.worker.step(startTimer('t', 3_600_000));
    await run.terminate('enough');

    expectTail('events §2.3', await run.history(), 5, ['TimerStarted', terminated]);
  });

  scenario('a started task fails first, then what it kept waiting is written', async () => {
    const run = await startRaw(temporal);
    const task = await run.worker.pollWorkflowTask();
    await run.signal('buffered');
    await run.terminate('enough');

    expectHistory('events §2.3', await run.history(), [
      'WorkflowExecutionStarted',
      'WorkflowTaskScheduled',
      'WorkflowTaskStarted',
      event('WorkflowTaskFailed', {
        scheduledEventId: 2,
        startedEventId: 3,
        cause: 'WORKFLOW_TASK_FAILED_CAUSE_FORCE_CLOSE_COMMAND',
        failure: null,
        identity: 'history-service',
      }),
      event('WorkflowExecutionSignaled', { signalName: 'buffered' }),
      terminated,
    ]);
    await expectRpcError(run.worker.complete(task, [completeWorkflow()]), {
      code: 'NOT_FOUND',
      message: 'Workflow task not found.',
      detail: { type: 'NotFoundFailure' },
    });
    await expectRpcError(run.worker.fail(task), {
      code: 'NOT_FOUND',
      message: 'workflow execution already completed',
    });
  });

  scenario('a started later attempt leaves no event', async () => {
    const run = await startRaw(temporal);
    await run.worker.fail(await run.worker.pollWorkflowTask());
    await run.worker.pollWorkflowTask();
    await run.terminate('enough');

    expectTail('events §2.3', await run.history(), 3, [
      'WorkflowTaskStarted',
      'WorkflowTaskFailed',
      terminated,
    ]);
  });

  scenario('the waiting client learns the reason', async () => {
    const run = await startRaw(temporal);
    const handle = temporal.client.workflow.getHandle(run.execution.workflowId);
    const result = failureOf(handle.result());
    await handle.terminate('out of budget');

    const error = await result;
    assert.ok(error instanceof WorkflowFailedError && error.cause instanceof TerminatedFailure);
    assert.equal(error.message, 'out of budget');
  });

  scenario('closed and unknown workflows, and foreign chains, are not found', async () => {
    const run = await startRaw(temporal);
    const other = '00000000-0000-4000-8000-000000000000';
    const notFound = { code: 'NOT_FOUND', detail: { type: 'NotFoundFailure' } };
    await expectRpcError(run.terminate('enough', { firstExecutionRunId: other }), notFound);
    await run.terminate('enough', { firstExecutionRunId: run.execution.runId });

    await expectRpcError(run.terminate('again'), notFound);
    const unknown = { workflowId: temporal.workflowId() };
    await expectRpcError(run.terminate('lost', { workflowExecution: unknown }), notFound);
  });
});
