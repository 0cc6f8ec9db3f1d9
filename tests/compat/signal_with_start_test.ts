/** Signal-with-start: one call that signals the workflow and starts it if need be. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { completeWorkflow } from './harness/commands';
import { expectRpcError } from './harness/errors';
import { event, expectHistory, expectTail } from './harness/history';
import { duration, payloadMap, payloads } from './harness/payloads';
import { RawRun, startRaw, startRequest } from './harness/raw';
import { scenario, suite, type Temporal } from './harness/suite';
import { add, collect, finish } from './workflows';

function request(temporal: Temporal, overrides: object = {}) {
  return {
    ...startRequest(temporal),
    signalName: 'paid',
    signalInput: payloads(17),
    ...overrides,
  };
}

suite('signal-with-start', { worker: {} }, (temporal) => {
  scenario('the client starts a workflow with its first signal, then signals it', async () => {
    const options = {
      taskQueue: temporal.taskQueue,
      workflowId: temporal.workflowId(),
      signal: add,
    };
    const first = await temporal.client.workflow.signalWithStart(collect, {
      ...options,
      signalArgs: ['one'],
    });
    const second = await temporal.client.workflow.signalWithStart(collect, {
      ...options,
      signalArgs: ['two'],
    });
    assert.equal(second.signaledRunId, first.signaledRunId);
    await second.signal(finish);
    assert.deepEqual(await second.result(), ['one', 'two']);
  });

  scenario('the signal lies between the start and the first workflow task', async () => {
    const start = request(temporal, { header: { fields: payloadMap({ trace: 'abc' }) } });
    const answer = await temporal.rpc.signalWithStartWorkflowExecution(start);
    const { runId, started } = answer;
    assert.equal(started, true);
    const link = answer.signalLink?.workflowEvent;
    assert.deepEqual([link?.runId, link?.requestIdRef?.requestId], [runId, start.requestId]);
    const run = new RawRun(
      temporal,
      { workflowId: start.workflowId!, runId },
      start.taskQueue!.name!
    );
    const signaled = event('WorkflowExecutionSignaled', {
      signalName: 'paid',
      input: [17],
      identity: 'raw-client',
      requestId: start.requestId,
      header: { fields: { trace: 'abc' } },
    });
    expectHistory('events §2.3', await run.history(), [
      event('WorkflowExecutionStarted', { header: { fields: { trace: 'abc' } } }),
      signaled,
      event('WorkflowTaskScheduled', { attempt: 1 }),
    ]);

    // The repeat of a call whose answer was lost.
    const again = await temporal.rpc.signalWithStartWorkflowExecution(start);
    assert.deepEqual([again.runId, again.started], [runId, false]);
    assert.equal((await run.history()).length, 3);
    await run.worker.step(completeWorkflow());

    // A closed run does not know the request any more.
    const anew = await temporal.rpc.signalWithStartWorkflowExecution(start);
    assert.notEqual(anew.runId, runId);
    assert.equal(anew.started, true);
    await expectRpcError(
      temporal.rpc.startWorkflowExecution({ ...startRequest(temporal), workflowId: start.workflowId }),
      {
        code: 'ALREADY_EXISTS',
        detail: {
          type: 'WorkflowExecutionAlreadyStartedFailure',
          value: { runId: anew.runId, startRequestId: start.requestId },
        },
      }
    );
  });

  scenario('it ends a start delay, which a plain signal does not', async () => {
    const run = await startRaw(temporal, { workflowStartDelay: duration(3_600_000) });
    await run.signal('early');
    expectHistory('events §2.3', await run.history(), [
      'WorkflowExecutionStarted',
      'WorkflowExecutionSignaled',
    ]);
    const { workflowId } = run.execution;
    await temporal.rpc.signalWithStartWorkflowExecution(request(temporal, { workflowId }));
    expectTail('events §2.3', await run.history(), 2, [
      event('WorkflowExecutionSignaled', { signalName: 'early' }),
      event('WorkflowExecutionSignaled', { signalName: 'paid' }),
      'WorkflowTaskScheduled',
    ]);
  });

  scenario('conflict policies: TERMINATE_EXISTING starts anew, FAIL is no choice', async () => {
    const run = await startRaw(temporal);
    const { workflowId } = run.execution;
    const terminating = request(temporal, { workflowId, workflowIdConflictPolicy: 3 });
    const { runId, started } = await temporal.rpc.signalWithStartWorkflowExecution(terminating);
    assert.equal(started, true);
    expectTail('events §2.3', await run.history(), 3, [
      event('WorkflowExecutionTerminated', {
        reason: 'TerminateIfRunning WorkflowIdReusePolicy',
        identity: 'history-service',
      }),
    ]);
    expectHistory('events §2.3', await temporal.history({ workflowId, runId }), [
      'WorkflowExecutionStarted',
      'WorkflowExecutionSignaled',
      'WorkflowTaskScheduled',
    ]);
    await expectRpcError(
      temporal.rpc.signalWithStartWorkflowExecution(
        request(temporal, { workflowId, requestId: randomUUID(), workflowIdConflictPolicy: 1 })
      ),
      { code: 'INVALID_ARGUMENT', message: /WORKFLOW_ID_CONFLICT_POLICY_FAIL/ }
    );
  });
});
