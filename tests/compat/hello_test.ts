/** What every newcomer writes first: an activity, a timer, a signal, a failure. */
import assert from 'node:assert/strict';
import { ApplicationFailure, WorkflowFailedError } from '@temporalio/client';
import { failureOf } from './harness/errors';
import { event, expectHistory } from './harness/history';
import { present, unset } from './harness/match';
import { scenario, suite } from './harness/suite';
import { failWith, greet, nap, waitForSignal, add } from './workflows';

suite('hello', { worker: {} }, (temporal) => {
  const options = () => ({ taskQueue: temporal.taskQueue, workflowId: temporal.workflowId() });

  scenario('an activity runs once and its result becomes the result of the workflow', async () => {
    const handle = await temporal.client.workflow.start(greet, { ...options(), args: ['Ada'] });

    assert.equal(await handle.result(), 'Hello, Ada!');
    const sticky = { kind: 'TASK_QUEUE_KIND_STICKY', normalName: temporal.taskQueue };
    expectHistory('events §2.3', await temporal.history(handle), [
      event('WorkflowExecutionStarted', {
        workflowType: { name: 'greet' },
        input: ['Ada'],
        attempt: 1,
      }),
      event('WorkflowTaskScheduled', {
        taskQueue: { name: temporal.taskQueue, kind: 'TASK_QUEUE_KIND_NORMAL', normalName: '' },
        startToCloseTimeout: 10_000,
        attempt: 1,
      }),
      event('WorkflowTaskStarted', {
        scheduledEventId: 2,
        identity: 'compat-worker',
        requestId: present,
        historySizeBytes: present,
        suggestContinueAsNew: false,
      }),
      event('WorkflowTaskCompleted', {
        scheduledEventId: 2,
        startedEventId: 3,
        identity: 'compat-worker',
      }),
      event('ActivityTaskScheduled', {
        activityType: { name: 'greeting' },
        taskQueue: { name: temporal.taskQueue, kind: 'TASK_QUEUE_KIND_NORMAL' },
        input: ['Ada'],
        startToCloseTimeout: 10_000,
        scheduleToCloseTimeout: 0,
        heartbeatTimeout: unset,
        retryPolicy: {
          initialInterval: 1000,
          backoffCoefficient: 2,
          maximumInterval: 100_000,
          maximumAttempts: 0,
        },
        workflowTaskCompletedEventId: 4,
      }),
      event('ActivityTaskStarted', {
        scheduledEventId: 5,
        identity: 'compat-worker',
        requestId: present,
        attempt: 1,
        lastFailure: null,
      }),
      event('ActivityTaskCompleted', {
        result: ['Hello, Ada!'],
        scheduledEventId: 5,
        startedEventId: 6,
        identity: 'compat-worker',
      }),
      event('WorkflowTaskScheduled', {
        taskQueue: sticky,
        startToCloseTimeout: 10_000,
        attempt: 1,
      }),
      event('WorkflowTaskStarted', { scheduledEventId: 8, identity: 'compat-worker' }),
      event('WorkflowTaskCompleted', { scheduledEventId: 8, startedEventId: 9 }),
      event('WorkflowExecutionCompleted', {
        result: ['Hello, Ada!'],
        workflowTaskCompletedEventId: 10,
        newExecutionRunId: '',
      }),
    ]);
  });

  scenario('a timer fires after its time', async () => {
    const handle = await temporal.client.workflow.start(nap, { ...options(), args: [300] });

    assert.equal(await handle.result(), 'rested');
    const events = await temporal.history(handle);
    expectHistory('events §2.3', events, [
      'WorkflowExecutionStarted',
      'WorkflowTaskScheduled',
      'WorkflowTaskStarted',
      'WorkflowTaskCompleted',
      event('TimerStarted', {
        timerId: '1',
        startToFireTimeout: 300,
        workflowTaskCompletedEventId: 4,
      }),
      event('TimerFired', { timerId: '1', startedEventId: 5 }),
      'WorkflowTaskScheduled',
      'WorkflowTaskStarted',
      'WorkflowTaskCompleted',
      event('WorkflowExecutionCompleted', { result: ['rested'], workflowTaskCompletedEventId: 9 }),
    ]);
    assert.ok(events[5].time - events[4].time >= 300, 'the timer fired early');
  });

  scenario('a signal wins the race against a timer, which is then cancelled', async () => {
    const handle = await temporal.client.workflow.start(waitForSignal, {
      ...options(),
      args: [3_600_000],
    });
    await temporal.historyWith(handle, 'TimerStarted');
    await handle.signal(add, 'hurry');

    assert.equal(await handle.result(), 'received hurry');
    expectHistory('events §1.6', await temporal.history(handle), [
      'WorkflowExecutionStarted',
      'WorkflowTaskScheduled',
      'WorkflowTaskStarted',
      'WorkflowTaskCompleted',
      event('TimerStarted', { startToFireTimeout: 3_600_000 }),
      event('WorkflowExecutionSignaled', {
        signalName: 'add',
        input: ['hurry'],
        identity: 'compat-client',
        externalWorkflowExecution: null,
      }),
      'WorkflowTaskScheduled',
      'WorkflowTaskStarted',
      'WorkflowTaskCompleted',
      event('TimerCanceled', {
        timerId: '1',
        startedEventId: 5,
        workflowTaskCompletedEventId: 9,
        identity: 'compat-worker',
      }),
      event('WorkflowExecutionCompleted', { result: ['received hurry'] }),
    ]);
  });

  scenario('a failure reaches the caller with its message, type and details', async () => {
    const handle = await temporal.client.workflow.start(failWith, {
      ...options(),
      args: ['no luck', 'Unlucky'],
    });

    const error = await failureOf(handle.result());
    assert.ok(error instanceof WorkflowFailedError);
    assert.equal(error.retryState, 'RETRY_POLICY_NOT_SET');
    assert.ok(error.cause instanceof ApplicationFailure);
    const { message, type, nonRetryable, details } = error.cause;
    assert.deepEqual(
      { message, type, nonRetryable, details },
      {
        message: 'no luck',
        type: 'Unlucky',
        nonRetryable: true,
        details: ['detail', { answer: 42 }],
      }
    );
    expectHistory('events §1.2', await temporal.history(handle), [
      'WorkflowExecutionStarted',
      'WorkflowTaskScheduled',
      'WorkflowTaskStarted',
      'WorkflowTaskCompleted',
      event('WorkflowExecutionFailed', {
        failure: {
          message: 'no luck',
          applicationFailureInfo: { type: 'Unlucky', nonRetryable: true },
        },
        retryState: 'RETRY_STATE_RETRY_POLICY_NOT_SET',
        workflowTaskCompletedEventId: 4,
        newExecutionRunId: '',
      }),
    ]);
  });
});
