/** Timeouts of whole workflows. */
import assert from 'node:assert/strict';
import { TimeoutFailure, WorkflowFailedError } from '@temporalio/client';
import { startTimer } from './harness/commands';
import { failureOf } from './harness/errors';
import { event, expectHistory, expectTail } from './harness/history';
import { duration } from './harness/payloads';
import { startRaw } from './harness/raw';
import { scenario, suite } from './harness/suite';
import { waitForever } from './workflows';

suite('workflow timeouts', { worker: {} }, (temporal) => {
  const second = duration(1000);

  scenario('a run that nobody takes up times out', async () => {
    const run = await startRaw(temporal, { workflowRunTimeout: second });

    const events = await run.historyWith('WorkflowExecutionTimedOut');
    expectHistory('events §1.2', events, [
      event('WorkflowExecutionStarted', { workflowRunTimeout: 1000 }),
      'WorkflowTaskScheduled',
      event('WorkflowExecutionTimedOut', {
        retryState: 'RETRY_STATE_RETRY_POLICY_NOT_SET',
        newExecutionRunId: '',
      }),
    ]);
    assert.ok(events[2].time - events[0].time >= 1000, 'it timed out early');
  });

  scenario('an execution timeout ends the chain', async () => {
    const run = await startRaw(temporal, { workflowExecutionTimeout: second });
    await run.worker.step(startTimer('t', 3_600_000));

    expectTail('events §2.3', await run.historyWith('WorkflowExecutionTimedOut'), 5, [
      'TimerStarted',
      event('WorkflowExecutionTimedOut', {
        retryState: 'RETRY_STATE_TIMEOUT',
        newExecutionRunId: '',
      }),
    ]);
  });

  scenario('a started task fails first, then what it kept waiting is written', async () => {
    const run = await startRaw(temporal, { workflowRunTimeout: duration(2000) });
    await run.worker.pollWorkflowTask();
    await run.signal('buffered');

    expectTail('events §2.3', await run.historyWith('WorkflowExecutionTimedOut'), 3, [
      'WorkflowTaskStarted',
      event('WorkflowTaskFailed', {
        scheduledEventId: 2,
        startedEventId: 3,
        cause: 'WORKFLOW_TASK_FAILED_CAUSE_FORCE_CLOSE_COMMAND',
        identity: 'history-service',
      }),
      event('WorkflowExecutionSignaled', { signalName: 'buffered' }),
      'WorkflowExecutionTimedOut',
    ]);
  });

  scenario('the waiting client is told of the timeout', async () => {
    const handle = await temporal.client.workflow.start(waitForever, {
      taskQueue: temporal.taskQueue,
      workflowId: temporal.workflowId(),
      workflowRunTimeout: 1000,
    });

    const error = await failureOf(handle.result());
    assert.ok(error instanceof WorkflowFailedError && error.cause instanceof TimeoutFailure);
    assert.equal((await handle.describe()).status.name, 'TIMED_OUT');
  });
});
