/** The sequences of events that the reference spells out (events.md §2.3 and §7), one run each. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import {
  cancelTimer,
  cancelWorkflow,
  completeWorkflow,
  continueAsNew,
  failWorkflow,
  modifyMemo,
  recordMarker,
  requestCancelActivity,
  scheduleActivity,
  startChild,
  startTimer,
} from './harness/commands';
import { event, expectHistory } from './harness/history';
import { between } from './harness/match';
import { duration, payloadMap, payloads } from './harness/payloads';
import { RawRun, startRaw } from './harness/raw';
import { scenario, suite } from './harness/suite';

const hour = 3_600_000;
const started = ['WorkflowExecutionStarted', 'WorkflowTaskScheduled', 'WorkflowTaskStarted'];
const firstTask = [...started, 'WorkflowTaskCompleted'];
const task = ['WorkflowTaskScheduled', 'WorkflowTaskStarted', 'WorkflowTaskCompleted'];

suite('sequences of starts and ends', {}, (temporal) => {
  scenario('a start delay keeps the first task back', async () => {
    const run = await startRaw(temporal, { workflowStartDelay: duration(1500) });
    const delayed = event('WorkflowExecutionStarted', {
      firstWorkflowTaskBackoff: 1500,
      initiator: 'CONTINUE_AS_NEW_INITIATOR_UNSPECIFIED',
    });
    expectHistory('events §2.3', await run.history(), [delayed]);
    await run.worker.step(completeWorkflow());

    const events = await run.history();
    expectHistory('events §2.3', events, [
      delayed,
      ...task,
      event('WorkflowExecutionCompleted', { workflowTaskCompletedEventId: 4 }),
    ]);
    assert.ok(events[1].time - events[0].time >= 1500, 'the task was scheduled early');
  });

  scenario('a cancel request ends a start delay', async () => {
    const run = await startRaw(temporal, { workflowStartDelay: duration(hour) });
    await run.cancel({ reason: 'early' });
    expectHistory('events §2.3', await run.history(), [
      'WorkflowExecutionStarted',
      event('WorkflowExecutionCancelRequested', { cause: 'early' }),
      event('WorkflowTaskScheduled', { attempt: 1 }),
    ]);
  });

  scenario('a workflow that fails without a retry policy says so', async () => {
    const run = await startRaw(temporal);
    await run.worker.step(failWorkflow('broken'));
    expectHistory('events §1.2', await run.history(), [
      ...firstTask,
      event('WorkflowExecutionFailed', {
        failure: { message: 'broken', applicationFailureInfo: { type: 'Broken' } },
        retryState: 'RETRY_STATE_RETRY_POLICY_NOT_SET',
        workflowTaskCompletedEventId: 4,
        newExecutionRunId: '',
      }),
    ]);
  });

  scenario('a workflow may cancel itself although nobody asked', async () => {
    const run = await startRaw(temporal);
    await run.worker.step(cancelWorkflow('bored'));
    expectHistory('events §1.2', await run.history(), [
      ...firstTask,
      event('WorkflowExecutionCanceled', { details: ['bored'], workflowTaskCompletedEventId: 4 }),
    ]);
  });

  scenario('a workflow without anything to do stays open', async () => {
    const run = await startRaw(temporal);
    await run.worker.step();
    expectHistory('events §2.3', await run.history(), firstTask);
    const { status } = (await run.describe()).workflowExecutionInfo;
    assert.equal(status, 'WORKFLOW_EXECUTION_STATUS_RUNNING');
  });

  scenario('what continues as new at once begins a second after', async () => {
    const run = await startRaw(temporal, { workflowStartDelay: duration(0) });
    await run.worker.step(continueAsNew());
    const events = await run.history();
    expectHistory('events §3.8', events, [
      ...firstTask,
      event('WorkflowExecutionContinuedAsNew', { backoffStartInterval: between(0, 1000) }),
    ]);
    const { newExecutionRunId } = events[4].attributes;
    const { workflowId } = run.execution;
    const next = new RawRun(temporal, { workflowId, runId: newExecutionRunId }, run.taskQueue);
    expectHistory('events §2.3', (await next.historyWith('WorkflowTaskScheduled')).slice(0, 2), [
      event('WorkflowExecutionStarted', {
        continuedExecutionRunId: run.execution.runId,
        firstWorkflowTaskBackoff: events[4].attributes.backoffStartInterval,
      }),
      'WorkflowTaskScheduled',
    ]);
  });

  scenario('a parent that continues as new ends its child by policy', async () => {
    const run = await startRaw(temporal);
    const childId = temporal.workflowId();
    const taskQueue = { name: `queue-${randomUUID()}` };
    await run.worker.step(startChild(childId, { taskQueue }));
    const child = { workflowId: childId };
    await run.historyWith('ChildWorkflowExecutionStarted');
    await temporal.historyWith(child, 'WorkflowTaskScheduled');
    await run.worker.step(continueAsNew());
    const childEvents = await temporal.historyWith(child, 'WorkflowExecutionTerminated');
    expectHistory('events §3.6', childEvents, [
      event('WorkflowExecutionStarted', {
        parentWorkflowExecution: run.execution,
        parentInitiatedEventId: 5,
      }),
      'WorkflowTaskScheduled',
      event('WorkflowExecutionTerminated', {
        reason: 'by parent close policy',
        identity: 'history-service',
      }),
    ]);
  });
});

suite('sequences of commands', {}, (temporal) => {
  scenario('events of commands stand in the order of the commands', async () => {
    const run = await startRaw(temporal);
    await run.worker.step(
      recordMarker('m', { details: { n: payloads(1) } }),
      startTimer('t', hour),
      modifyMemo({ note: 'kept' }),
      scheduleActivity('a'),
      completeWorkflow('done')
    );
    const wtc = { workflowTaskCompletedEventId: 4 };
    expectHistory('events §2.6', await run.history(), [
      ...firstTask,
      event('MarkerRecorded', { markerName: 'm', details: { n: [1] }, ...wtc }),
      event('TimerStarted', { timerId: 't', startToFireTimeout: hour, ...wtc }),
      event('WorkflowPropertiesModified', { upsertedMemo: { fields: { note: 'kept' } }, ...wtc }),
      event('ActivityTaskScheduled', { activityId: 'a', ...wtc }),
      event('WorkflowExecutionCompleted', { result: ['done'], ...wtc }),
    ]);
  });

  scenario('an activity that is scheduled has what is in force', async () => {
    const run = await startRaw(temporal, { workflowRunTimeout: duration(60_000) });
    await run.worker.step(
      scheduleActivity('a', {
        header: { fields: payloadMap({ trace: 'abc' }) },
        input: payloads('in'),
        startToCloseTimeout: duration(20_000),
        heartbeatTimeout: duration(30_000),
      })
    );
    expectHistory('events §1.5', await run.history(), [
      ...firstTask,
      event('ActivityTaskScheduled', {
        activityId: 'a',
        activityType: { name: 'activity' },
        taskQueue: { name: run.taskQueue, kind: 'TASK_QUEUE_KIND_NORMAL' },
        header: { fields: { trace: 'abc' } },
        input: ['in'],
        scheduleToCloseTimeout: 60_000,
        scheduleToStartTimeout: 60_000,
        startToCloseTimeout: 20_000,
        heartbeatTimeout: 20_000,
        retryPolicy: {
          initialInterval: 1000,
          backoffCoefficient: 2,
          maximumInterval: 100_000,
          maximumAttempts: 0,
        },
        workflowTaskCompletedEventId: 4,
      }),
    ]);
  });

  scenario('a timer that is cancelled before it fires', async () => {
    const run = await startRaw(temporal);
    await run.worker.step(startTimer('t', hour));
    await run.signal('stop it');
    await run.worker.step(cancelTimer('t'), completeWorkflow());
    expectHistory('events §1.6', await run.history(), [
      ...firstTask,
      event('TimerStarted', { timerId: 't' }),
      'WorkflowExecutionSignaled',
      ...task,
      event('TimerCanceled', {
        timerId: 't',
        startedEventId: 5,
        workflowTaskCompletedEventId: 9,
        identity: 'raw-worker',
      }),
      'WorkflowExecutionCompleted',
    ]);
  });

  scenario('a timer id may be used again once its timer is over', async () => {
    const run = await startRaw(temporal);
    await run.worker.step(startTimer('t', 100));
    await run.worker.step(startTimer('t', 100));
    await run.worker.step(completeWorkflow());
    expectHistory('events §2.3', await run.history(), [
      ...firstTask,
      event('TimerStarted', { timerId: 't', startToFireTimeout: 100 }),
      event('TimerFired', { timerId: 't', startedEventId: 5 }),
      ...task,
      'TimerStarted',
      event('TimerFired', { timerId: 't', startedEventId: 10 }),
      ...task,
      'WorkflowExecutionCompleted',
    ]);
  });

  scenario('an activity that is taken and told to stop says so itself', async () => {
    const run = await startRaw(temporal);
    await run.worker.step(scheduleActivity('a'));
    const activity = await run.worker.as('mechanic').pollActivityTask();
    await run.signal('stop it');
    await run.worker.step(requestCancelActivity(5));
    await run.worker.as('mechanic').cancelActivity(activity, 'half done');
    expectHistory('events §1.5', await run.history(), [
      ...firstTask,
      'ActivityTaskScheduled',
      'WorkflowExecutionSignaled',
      ...task,
      event('ActivityTaskCancelRequested', { scheduledEventId: 5 }),
      event('ActivityTaskStarted', { scheduledEventId: 5, attempt: 1, identity: 'mechanic' }),
      event('ActivityTaskCanceled', {
        details: ['half done'],
        scheduledEventId: 5,
        startedEventId: 11,
        latestCancelRequestedEventId: 10,
        identity: 'mechanic',
      }),
      'WorkflowTaskScheduled',
    ]);
  });

  scenario('two activities close in the order in which they end', async () => {
    const run = await startRaw(temporal);
    await run.worker.step(scheduleActivity('a'), scheduleActivity('b'));
    const one = await run.worker.pollActivityTask();
    const other = await run.worker.pollActivityTask();
    await run.worker.completeActivity(other, 'first');
    await run.worker.completeActivity(one, 'second');
    const [idOfOne, idOfOther] = [one, other].map(({ activityId }) => (activityId === 'a' ? 5 : 6));
    expectHistory('events §2.3', await run.history(), [
      ...firstTask,
      'ActivityTaskScheduled',
      'ActivityTaskScheduled',
      event('ActivityTaskStarted', { scheduledEventId: idOfOther }),
      event('ActivityTaskCompleted', { scheduledEventId: idOfOther, result: ['first'] }),
      'WorkflowTaskScheduled',
      event('ActivityTaskStarted', { scheduledEventId: idOfOne }),
      event('ActivityTaskCompleted', { scheduledEventId: idOfOne, startedEventId: 10 }),
    ]);
  });
});

suite('sequences of workflow tasks', {}, (temporal) => {
  scenario('the identity of a transient task is that of who completes it', async () => {
    const run = await startRaw(temporal);
    await run.worker.fail(await run.worker.pollWorkflowTask());
    const again = await run.worker.as('second').pollWorkflowTask();
    await run.worker.as('third').complete(again, [completeWorkflow()]);
    expectHistory('events §2.4', await run.history(), [
      ...started,
      event('WorkflowTaskFailed', { scheduledEventId: 2, startedEventId: 3 }),
      event('WorkflowTaskScheduled', { attempt: 2 }),
      event('WorkflowTaskStarted', { scheduledEventId: 5, identity: 'third' }),
      event('WorkflowTaskCompleted', { scheduledEventId: 5, startedEventId: 6 }),
      'WorkflowExecutionCompleted',
    ]);
  });

  scenario('a task that fails over a signal is followed by a normal one', async () => {
    const run = await startRaw(temporal);
    const first = await run.worker.pollWorkflowTask();
    await run.signal('meanwhile');
    await run.worker.fail(first);
    await run.worker.step(completeWorkflow());
    expectHistory('events §2.2', await run.history(), [
      ...started,
      'WorkflowTaskFailed',
      event('WorkflowExecutionSignaled', { signalName: 'meanwhile' }),
      event('WorkflowTaskScheduled', { attempt: 1 }),
      'WorkflowTaskStarted',
      'WorkflowTaskCompleted',
      'WorkflowExecutionCompleted',
    ]);
  });

  scenario('signals during a task are one task more, with the next answer', async () => {
    const run = await startRaw(temporal);
    const first = await run.worker.pollWorkflowTask();
    await run.signal('one');
    await run.signal('two');
    const { workflowTask } = await run.worker.complete(first, [startTimer('t', hour)], {
      returnNewWorkflowTask: true,
    });
    await run.worker.complete(workflowTask as any, [completeWorkflow()]);
    expectHistory('events §2.6', await run.history(), [
      ...firstTask,
      'TimerStarted',
      event('WorkflowExecutionSignaled', { signalName: 'one' }),
      event('WorkflowExecutionSignaled', { signalName: 'two' }),
      'WorkflowTaskScheduled',
      event('WorkflowTaskStarted', {
        identity: 'raw-worker',
        requestId: 'request-from-RespondWorkflowTaskCompleted',
      }),
      'WorkflowTaskCompleted',
      'WorkflowExecutionCompleted',
    ]);
  });

  scenario('a forced task after a completion without news', async () => {
    const run = await startRaw(temporal);
    await run.worker.complete(await run.worker.pollWorkflowTask(), [startTimer('t', hour)], {
      forceCreateNewWorkflowTask: true,
    });
    await run.worker.step(completeWorkflow());
    expectHistory('events §2.6', await run.history(), [
      ...firstTask,
      'TimerStarted',
      ...task,
      'WorkflowExecutionCompleted',
    ]);
  });

  scenario('a cancel request waits for the task that runs', async () => {
    const run = await startRaw(temporal);
    const first = await run.worker.pollWorkflowTask();
    await run.cancel({ reason: 'enough' });
    assert.equal((await run.history()).length, 3);
    await run.worker.complete(first, [startTimer('t', hour)]);
    await run.worker.step(cancelWorkflow());
    expectHistory('events §2.2', await run.history(), [
      ...firstTask,
      'TimerStarted',
      event('WorkflowExecutionCancelRequested', { cause: 'enough' }),
      ...task,
      event('WorkflowExecutionCanceled', { workflowTaskCompletedEventId: 9 }),
    ]);
  });
});
