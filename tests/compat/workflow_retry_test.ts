/** Retry policies of workflows: one workflow, several attempts. */
import assert from 'node:assert/strict';
import { ApplicationFailure, WorkflowFailedError } from '@temporalio/client';
import { completeWorkflow, failWorkflow } from './harness/commands';
import { failureOf } from './harness/errors';
import { event, expectHistory, expectTail, only } from './harness/history';
import { unset, uuid } from './harness/match';
import { duration, payloadMap, payloads } from './harness/payloads';
import { RawRun, startRaw } from './harness/raw';
import { scenario, suite } from './harness/suite';
import { attemptUntil, parentOfAttempts } from './workflows';

suite('workflow retry', { worker: {} }, (temporal) => {
  scenario('the client waits for the attempt that succeeds', async () => {
    const handle = await temporal.client.workflow.start(attemptUntil, {
      taskQueue: temporal.taskQueue,
      workflowId: temporal.workflowId(),
      args: [3],
      retry: { initialInterval: 1000, backoffCoefficient: 1, maximumAttempts: 5 },
    });
    assert.equal(await handle.result(), 3);
    const { workflowExecutionInfo } = await temporal.describe({ workflowId: handle.workflowId });
    assert.equal(workflowExecutionInfo!.firstRunId, handle.firstExecutionRunId);
  });

  scenario('the last attempt is what the client is told of', async () => {
    const handle = await temporal.client.workflow.start(attemptUntil, {
      taskQueue: temporal.taskQueue,
      workflowId: temporal.workflowId(),
      args: [9],
      retry: { initialInterval: 1000, maximumAttempts: 2 },
    });
    const error = await failureOf(handle.result());
    assert.ok(error instanceof WorkflowFailedError);
    assert.ok(error.cause instanceof ApplicationFailure);
    assert.equal(error.cause.message, 'attempt 2 of 9');
    const last = await temporal.history({ workflowId: handle.workflowId });
    const failed = only(last, 'WorkflowExecutionFailed').attributes;
    assert.equal(failed.retryState, 'RETRY_STATE_MAXIMUM_ATTEMPTS_REACHED');
    assert.equal(failed.newExecutionRunId, '');
  });

  scenario('the next attempt begins with what the first was given', async () => {
    const run = await startRaw(temporal, {
      input: payloads('in'),
      header: { fields: payloadMap({ trace: 'abc' }) },
      memo: { fields: payloadMap({ note: 'kept' }) },
      userMetadata: { summary: payloads('summary').payloads![0] },
      links: [{ workflowEvent: { namespace: 'default', workflowId: 'linked', runId: 'r' } }],
      workflowExecutionTimeout: duration(60_000),
      retryPolicy: { initialInterval: duration(1000), maximumAttempts: 3 },
    });
    await run.worker.step(failWorkflow('no'));

    const events = await run.history();
    expectHistory('events §2.3', events, [
      event('WorkflowExecutionStarted', {
        attempt: 1,
        initiator: 'CONTINUE_AS_NEW_INITIATOR_UNSPECIFIED',
        retryPolicy: {
          initialInterval: 1000,
          backoffCoefficient: 2,
          maximumInterval: 100_000,
          maximumAttempts: 3,
        },
      }),
      'WorkflowTaskScheduled',
      'WorkflowTaskStarted',
      'WorkflowTaskCompleted',
      event('WorkflowExecutionFailed', {
        failure: { message: 'no' },
        retryState: 'RETRY_STATE_IN_PROGRESS',
        workflowTaskCompletedEventId: 4,
        newExecutionRunId: uuid,
      }),
    ]);
    const runId = events[4].attributes.newExecutionRunId;
    const execution = { workflowId: run.execution.workflowId, runId };
    const next = new RawRun(temporal, execution, run.taskQueue);
    await next.worker.step(completeWorkflow('done'));
    const nextEvents = await next.history();
    expectHistory('events §1.3', nextEvents, [
      event('WorkflowExecutionStarted', {
        attempt: 2,
        initiator: 'CONTINUE_AS_NEW_INITIATOR_RETRY',
        continuedExecutionRunId: run.execution.runId,
        firstExecutionRunId: run.execution.runId,
        originalExecutionRunId: runId,
        firstWorkflowTaskBackoff: 1000,
        continuedFailure: { message: 'no' },
        lastCompletionResult: unset,
        input: ['in'],
        header: { fields: { trace: 'abc' } },
        memo: { fields: { note: 'kept' } },
        identity: '',
        workflowExecutionTimeout: 60_000,
        workflowExecutionExpirationTime: events[0].attributes.workflowExecutionExpirationTime,
      }),
      event('WorkflowTaskScheduled', { attempt: 1 }),
      'WorkflowTaskStarted',
      'WorkflowTaskCompleted',
      event('WorkflowExecutionCompleted', { newExecutionRunId: '' }),
    ]);
    assert.ok(unset(nextEvents[0].userMetadata), 'user metadata stays with the first run');
    assert.ok(nextEvents[1].time - nextEvents[0].time >= 999, 'the attempt waits for its interval');
  });

  scenario('a type that the policy lists is not tried again', async () => {
    const run = await startRaw(temporal, {
      retryPolicy: { initialInterval: duration(1000), nonRetryableErrorTypes: ['Broken'] },
    });
    await run.worker.step(failWorkflow('no'));
    expectTail('events §3.8', await run.history(), 5, [
      event('WorkflowExecutionFailed', {
        retryState: 'RETRY_STATE_NON_RETRYABLE_FAILURE',
        newExecutionRunId: '',
      }),
    ]);
  });

  scenario('a run that timed out is tried again', async () => {
    const run = await startRaw(temporal, {
      workflowRunTimeout: duration(1000),
      retryPolicy: { initialInterval: duration(1000), maximumAttempts: 2 },
    });
    const events = await run.historyWith('WorkflowExecutionTimedOut');
    expectTail('events §2.3', events, 2, [
      'WorkflowTaskScheduled',
      event('WorkflowExecutionTimedOut', {
        retryState: 'RETRY_STATE_IN_PROGRESS',
        newExecutionRunId: uuid,
      }),
    ]);
    const runId = events[2].attributes.newExecutionRunId;
    const next = await temporal.historyWith(
      { workflowId: run.execution.workflowId, runId },
      'WorkflowExecutionTimedOut'
    );
    expectHistory('events §1.3', next, [
      event('WorkflowExecutionStarted', {
        attempt: 2,
        continuedFailure: {
          message: 'workflow timeout',
          timeoutFailureInfo: { timeoutType: 'TIMEOUT_TYPE_START_TO_CLOSE' },
        },
      }),
      'WorkflowTaskScheduled',
      event('WorkflowExecutionTimedOut', {
        retryState: 'RETRY_STATE_MAXIMUM_ATTEMPTS_REACHED',
        newExecutionRunId: '',
      }),
    ]);
  });

  scenario('a child is tried again before its parent hears of it', async () => {
    const handle = await temporal.client.workflow.start(parentOfAttempts, {
      taskQueue: temporal.taskQueue,
      workflowId: temporal.workflowId(),
      args: [2],
    });
    assert.equal(await handle.result(), 2);
    const events = await temporal.history(handle);
    const started = only(events, 'ChildWorkflowExecutionStarted').attributes;
    const completed = only(events, 'ChildWorkflowExecutionCompleted').attributes;
    assert.notEqual(
      completed.workflowExecution.runId,
      started.workflowExecution.runId,
      'the close event names the last run of the chain'
    );
    const initiated = only(events, 'StartChildWorkflowExecutionInitiated').attributes;
    assert.equal(initiated.retryPolicy.maximumAttempts, 3);
  });
});
