/** Child workflows: how they start and end, and what becomes of them when their parent closes. */
import assert from 'node:assert/strict';
import { TerminatedFailure, WorkflowFailedError } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import { api } from './harness/api';
import {
  completeWorkflow,
  continueAsNew,
  failWorkflow,
  scheduleActivity,
  startChild,
} from './harness/commands';
import { failureOf } from './harness/errors';
import { event, expectHistory, only, types } from './harness/history';
import { unset, uuid } from './harness/match';
import { duration, payload, payloadMap, payloads } from './harness/payloads';
import { RawRun, startRaw } from './harness/raw';
import { scenario, suite, type Temporal } from './harness/suite';
import {
  cancelChild,
  feedChild,
  finish,
  leaveChild,
  runChild,
  tellOfChild,
  waitForever,
} from './workflows';

import Policy = api.enums.v1.ParentClosePolicy;

const firstTask = [
  'WorkflowExecutionStarted',
  'WorkflowTaskScheduled',
  'WorkflowTaskStarted',
  'WorkflowTaskCompleted',
];
const task = ['WorkflowTaskScheduled', 'WorkflowTaskStarted', 'WorkflowTaskCompleted'];
const childBegun = [
  'StartChildWorkflowExecutionInitiated',
  'ChildWorkflowExecutionStarted',
  ...task,
];

/** The run of a child that a raw parent has started on its own task queue. */
async function rawChild(parent: RawRun, workflowId: string): Promise<RawRun> {
  const type = 'ChildWorkflowExecutionStarted';
  const started = only(await parent.historyWith(type), type);
  const { runId } = started.attributes.workflowExecution;
  return new RawRun(parent.temporal, { workflowId, runId }, parent.taskQueue);
}

/** The history as the SDK replays it. */
async function expectReplayable(temporal: Temporal, workflowId: string): Promise<void> {
  const history = await temporal.client.workflow.getHandle(workflowId).fetchHistory();
  const workflowBundle = { codePath: process.env.COMPAT_WORKFLOW_BUNDLE! };
  await Worker.runReplayHistory({ workflowBundle }, history, workflowId);
}

suite('child workflows', { worker: {} }, (temporal) => {
  const options = () => ({ taskQueue: temporal.taskQueue, workflowId: temporal.workflowId() });
  const start = (workflow: any, type: string, child: object) =>
    temporal.client.workflow.start(workflow as typeof runChild, {
      ...options(),
      args: [type, child],
    });

  scenario('a child completes, and its parent gets the result', async () => {
    const workflowId = temporal.workflowId();
    const parent = await start(runChild, 'collect', { workflowId, args: ['first'] });
    await temporal.historyWith(parent, 'WorkflowTaskCompleted', 2);
    const child = temporal.client.workflow.getHandle(workflowId);
    await temporal.historyWith(child, 'WorkflowTaskCompleted');
    await child.signal(finish);

    assert.deepEqual(await parent.result(), ['first']);
    const runId = parent.firstExecutionRunId;
    const childHistory = await temporal.history(child);
    const parentHistory = await temporal.history(parent);
    const childRunId = only(parentHistory, 'ChildWorkflowExecutionStarted').attributes
      .workflowExecution.runId;
    expectHistory('events §2.3', parentHistory, [
      ...firstTask,
      event('StartChildWorkflowExecutionInitiated', {
        namespace: 'default',
        namespaceId: uuid,
        workflowId,
        workflowType: { name: 'collect' },
        taskQueue: { name: temporal.taskQueue, kind: 'TASK_QUEUE_KIND_NORMAL' },
        input: ['first'],
        workflowExecutionTimeout: 0,
        workflowRunTimeout: 0,
        workflowTaskTimeout: 10_000,
        parentClosePolicy: 'PARENT_CLOSE_POLICY_TERMINATE',
        workflowIdReusePolicy: 'WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE',
        retryPolicy: null,
        workflowTaskCompletedEventId: 4,
      }),
      event('ChildWorkflowExecutionStarted', {
        namespace: 'default',
        initiatedEventId: 5,
        workflowExecution: { workflowId, runId: uuid },
        workflowType: { name: 'collect' },
      }),
      ...task,
      event('ChildWorkflowExecutionCompleted', {
        namespace: 'default',
        result: [['first']],
        initiatedEventId: 5,
        startedEventId: 6,
        workflowExecution: { workflowId, runId: childRunId },
        workflowType: { name: 'collect' },
      }),
      ...task,
      'WorkflowExecutionCompleted',
    ]);
    expectHistory('events §2.3', childHistory, [
      event('WorkflowExecutionStarted', {
        parentWorkflowNamespace: 'default',
        parentWorkflowExecution: { workflowId: parent.workflowId, runId },
        parentInitiatedEventId: 5,
        rootWorkflowExecution: { workflowId: parent.workflowId, runId },
        firstExecutionRunId: childRunId,
        originalExecutionRunId: childRunId,
        attempt: 1,
        identity: '',
        firstWorkflowTaskBackoff: 0,
      }),
      ...task,
      'WorkflowExecutionSignaled',
      ...task,
      'WorkflowExecutionCompleted',
    ]);
    await expectReplayable(temporal, parent.workflowId);
    await expectReplayable(temporal, workflowId);
  });

  scenario('a child that fails gives its failure to its parent', async () => {
    const workflowId = temporal.workflowId();
    const parent = await start(tellOfChild, 'failWith', { workflowId, args: ['no', 'Broken'] });
    assert.equal(await parent.result(), 'ApplicationFailure');
    const failed = only(await temporal.history(parent), 'ChildWorkflowExecutionFailed').attributes;
    assert.equal(failed.failure.message, 'no');
    assert.equal(failed.failure.applicationFailureInfo.type, 'Broken');
    assert.equal(failed.retryState, 'RETRY_STATE_RETRY_POLICY_NOT_SET');
    assert.equal(failed.initiatedEventId, 5);
    await expectReplayable(temporal, parent.workflowId);
  });

  scenario('a parent cancels its child and waits for the end', async () => {
    const workflowId = temporal.workflowId();
    const parent = await start(cancelChild, 'waitForever', { workflowId });
    await temporal.historyWith(parent, 'WorkflowTaskCompleted', 2);
    await temporal.historyWith({ workflowId }, 'TimerStarted');
    await temporal.client.workflow.getHandle(parent.workflowId).signal(finish);

    assert.equal(await parent.result(), 'cancelled');
    const history = await temporal.history(parent);
    assert.deepEqual(types(history).slice(0, 9), [...firstTask, ...childBegun]);
    const initiated = only(history, 'RequestCancelExternalWorkflowExecutionInitiated');
    assert.equal(initiated.attributes.workflowExecution.workflowId, workflowId);
    assert.equal(initiated.attributes.childWorkflowOnly, true);
    only(history, 'ExternalWorkflowExecutionCancelRequested');
    const canceled = only(history, 'ChildWorkflowExecutionCanceled').attributes;
    assert.equal(canceled.startedEventId, 6);
    const request = only(
      await temporal.history({ workflowId }),
      'WorkflowExecutionCancelRequested'
    ).attributes;
    assert.equal(request.identity, 'history-service');
    assert.equal(request.externalInitiatedEventId, initiated.id);
    assert.equal(request.externalWorkflowExecution.workflowId, parent.workflowId);
    await expectReplayable(temporal, parent.workflowId);
  });

  scenario('a child that somebody terminates ends its wait', async () => {
    const workflowId = temporal.workflowId();
    const parent = await start(tellOfChild, 'waitForever', { workflowId });
    await temporal.historyWith(parent, 'WorkflowTaskCompleted', 2);
    await temporal.client.workflow.getHandle(workflowId).terminate('enough');

    assert.equal(await parent.result(), 'TerminatedFailure');
    const terminated = only(await temporal.history(parent), 'ChildWorkflowExecutionTerminated');
    assert.equal(terminated.attributes.startedEventId, 6);
    await expectReplayable(temporal, parent.workflowId);
  });

  scenario('a child that runs out of time ends its wait', async () => {
    const workflowId = temporal.workflowId();
    const child = { workflowId, workflowRunTimeout: '1s', args: [60_000] };
    const parent = await start(tellOfChild, 'nap', child);
    assert.equal(await parent.result(), 'TimeoutFailure');
    const timedOut = only(await temporal.history(parent), 'ChildWorkflowExecutionTimedOut');
    assert.equal(timedOut.attributes.retryState, 'RETRY_STATE_RETRY_POLICY_NOT_SET');
    await expectReplayable(temporal, parent.workflowId);
  });

  scenario('a child whose id is taken does not start', async () => {
    const other = await temporal.client.workflow.start(waitForever, options());
    const parent = await start(tellOfChild, 'nap', { workflowId: other.workflowId, args: [1] });
    assert.equal(await parent.result(), `already started: ${other.workflowId}`);
    const history = await temporal.history(parent);
    expectHistory('events §1.6', history, [
      ...firstTask,
      'StartChildWorkflowExecutionInitiated',
      event('StartChildWorkflowExecutionFailed', {
        namespace: 'default',
        workflowId: other.workflowId,
        workflowType: { name: 'nap' },
        cause: 'START_CHILD_WORKFLOW_EXECUTION_FAILED_CAUSE_WORKFLOW_ALREADY_EXISTS',
        initiatedEventId: 5,
        workflowTaskCompletedEventId: 0,
      }),
      ...task,
      'WorkflowExecutionCompleted',
    ]);
    await other.terminate();
    await expectReplayable(temporal, parent.workflowId);
  });

  scenario('a child that continues as new reports once, at the end of its chain', async () => {
    const workflowId = temporal.workflowId();
    const parent = await start(runChild, 'countDown', { workflowId, args: [3] });
    const runIds = (await parent.result()) as string[];
    assert.equal(new Set(runIds).size, 3);
    const history = await temporal.history(parent);
    const started = only(history, 'ChildWorkflowExecutionStarted').attributes;
    assert.equal(started.workflowExecution.runId, runIds[0]);
    const completed = only(history, 'ChildWorkflowExecutionCompleted').attributes;
    assert.equal(completed.workflowExecution.runId, runIds[2]);
    const last = only(
      await temporal.history({ workflowId, runId: runIds[2] }),
      'WorkflowExecutionStarted'
    ).attributes;
    assert.equal(last.parentWorkflowExecution.workflowId, parent.workflowId);
    assert.equal(last.parentInitiatedEventId, 5);
    assert.equal(last.rootWorkflowExecution.runId, parent.firstExecutionRunId);
    await expectReplayable(temporal, parent.workflowId);
  });

  scenario('a parent signals its child', async () => {
    const workflowId = temporal.workflowId();
    const parent = await temporal.client.workflow.start(feedChild, {
      ...options(),
      args: [workflowId],
    });
    assert.deepEqual(await parent.result(), ['from its parent']);
    const signals = (await temporal.history({ workflowId })).filter(
      ({ type }) => type === 'WorkflowExecutionSignaled'
    );
    assert.deepEqual(
      signals.map(({ attributes }) => attributes.signalName),
      ['add', 'finish']
    );
    const { workflowId: by, runId } = signals[0].attributes.externalWorkflowExecution;
    assert.deepEqual([by, runId], [parent.workflowId, parent.firstExecutionRunId]);
    await expectReplayable(temporal, parent.workflowId);
  });

  const closePolicies: Record<string, (child: any) => Promise<void>> = {
    TERMINATE: async (child) => {
      const error = await failureOf(child.result());
      assert.ok(error instanceof WorkflowFailedError && error.cause instanceof TerminatedFailure);
      const terminated = only(await temporal.history(child), 'WorkflowExecutionTerminated');
      assert.equal(terminated.attributes.reason, 'by parent close policy');
      assert.equal(terminated.attributes.identity, 'history-service');
    },
    REQUEST_CANCEL: async (child) => {
      await failureOf(child.result());
      const history = await temporal.history(child);
      const request = only(history, 'WorkflowExecutionCancelRequested').attributes;
      assert.equal(request.cause, 'by parent close policy');
      only(history, 'WorkflowExecutionCanceled');
    },
    ABANDON: async (child) => {
      assert.equal((await child.describe()).status.name, 'RUNNING');
      await child.terminate();
    },
  };
  for (const [parentClosePolicy, expectChild] of Object.entries(closePolicies)) {
    scenario(`when a parent completes, its child is left to ${parentClosePolicy}`, async () => {
      const workflowId = temporal.workflowId();
      const parent = await start(leaveChild, 'waitForever', { workflowId, parentClosePolicy });
      await temporal.historyWith(parent, 'ChildWorkflowExecutionStarted');
      await temporal.historyWith({ workflowId }, 'TimerStarted');
      await temporal.client.workflow.getHandle(parent.workflowId).signal(finish);
      const childRunId = (await parent.result()) as string;
      await expectChild(temporal.client.workflow.getHandle(workflowId, childRunId));
    });
  }

  scenario('a parent that continues as new leaves its child to its policy too', async () => {
    const parent = await startRaw(temporal);
    const workflowId = temporal.workflowId();
    await parent.worker.step(startChild(workflowId, { taskQueue: { name: temporal.taskQueue } }));
    await parent.worker.step(continueAsNew());
    await temporal.historyWith({ workflowId }, 'WorkflowExecutionTerminated');
  });

  scenario('pending children are described until they end', async () => {
    const parent = await startRaw(temporal);
    const workflowId = temporal.workflowId();
    const parentClosePolicy = Policy.PARENT_CLOSE_POLICY_ABANDON;
    await parent.worker.step(startChild(workflowId, { parentClosePolicy }));
    const child = await rawChild(parent, workflowId);
    const [pending] = (await parent.describe()).pendingChildren;
    assert.deepEqual(
      [pending.workflowId, pending.runId, pending.workflowTypeName, pending.initiatedId],
      [workflowId, child.execution.runId, 'raw', 5]
    );
    assert.equal(pending.parentClosePolicy, 'PARENT_CLOSE_POLICY_ABANDON');
    await child.terminate('enough');
    await parent.historyWith('ChildWorkflowExecutionTerminated');
    assert.deepEqual((await parent.describe()).pendingChildren, []);
    const info = (await child.describe()).workflowExecutionInfo;
    assert.equal(info.parentExecution.workflowId, parent.execution.workflowId);
    assert.equal(info.rootExecution.runId, parent.execution.runId);
  });

  scenario('a child takes from its command what belongs to it', async () => {
    const parent = await startRaw(temporal, {
      memo: { fields: payloadMap({ note: 'of the parent' }) },
      priority: { priorityKey: 2 },
    });
    const workflowId = temporal.workflowId();
    const child = {
      taskQueue: { name: `${parent.taskQueue}-child` },
      input: payloads('in'),
      header: { fields: payloadMap({ trace: 1 }) },
      memo: { fields: payloadMap({ note: 'of the child' }) },
      workflowExecutionTimeout: duration(60_000),
      workflowTaskTimeout: duration(90_000),
    };
    const userMetadata = { summary: payload('why') };
    await parent.worker.step({ ...startChild(workflowId, child), userMetadata });
    const begun = only(
      await parent.historyWith('ChildWorkflowExecutionStarted'),
      'ChildWorkflowExecutionStarted'
    ).attributes;
    const history = await temporal.historyWith({ workflowId }, 'WorkflowTaskScheduled');
    expectHistory('events §1.3', history, [
      event('WorkflowExecutionStarted', {
        workflowType: { name: 'raw' },
        taskQueue: { name: `${parent.taskQueue}-child` },
        input: ['in'],
        header: { fields: { trace: 1 } },
        memo: { fields: { note: 'of the child' } },
        workflowExecutionTimeout: 60_000,
        workflowRunTimeout: 60_000,
        workflowTaskTimeout: 60_000,
        priority: { priorityKey: 2 },
        searchAttributes: unset,
        retryPolicy: null,
      }),
      'WorkflowTaskScheduled',
    ]);
    assert.equal(history[0].userMetadata.summary, 'why');
    assert.equal(begun.header.fields.trace, 1);
  });

  scenario('results of children come behind what arrived during the task', async () => {
    const parent = await startRaw(temporal);
    const quick = temporal.workflowId();
    const taken = temporal.workflowId();
    await temporal.rpc.startWorkflowExecution({
      namespace: temporal.namespace,
      workflowId: taken,
      workflowType: { name: 'raw' },
      taskQueue: { name: `${parent.taskQueue}-nobody` },
      requestId: taken,
    });
    const taskQueue = { name: `${parent.taskQueue}-child` };
    await parent.worker.step(startChild(quick, { taskQueue }), scheduleActivity('a'));
    await parent.historyWith('ChildWorkflowExecutionStarted');
    await parent.worker.step(startChild(taken, { taskQueue }));
    await parent.historyWith('StartChildWorkflowExecutionFailed');
    const held = await parent.worker.pollWorkflowTask();
    const child = new RawRun(temporal, { workflowId: quick, runId: '' }, taskQueue.name);
    await child.worker.step(failWorkflow('no'));
    await parent.worker.completeActivity(await parent.worker.pollActivityTask(), 1);
    await parent.signal('late');
    // The report of the child is under way; its end has come when nobody runs there any more.
    await temporal.historyWith({ workflowId: quick }, 'WorkflowExecutionFailed');
    await parent.worker.complete(held);
    await parent.historyWith('ChildWorkflowExecutionFailed');
    await parent.worker.step(completeWorkflow());

    const history = await parent.history();
    const failed = only(history, 'ChildWorkflowExecutionFailed').attributes;
    assert.equal(failed.failure.message, 'no');
    assert.equal(history[failed.startedEventId - 1].type, 'ChildWorkflowExecutionStarted');
    const position = (type: string): number => types(history).indexOf(type);
    assert.ok(position('WorkflowExecutionSignaled') < position('ActivityTaskCompleted'));
    assert.ok(position('StartChildWorkflowExecutionFailed') < position('ActivityTaskStarted'));
  });
});
