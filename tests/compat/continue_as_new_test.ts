/** Continue-as-new: one workflow, a chain of runs. */
import assert from 'node:assert/strict';
import { WorkflowContinuedAsNewError } from '@temporalio/client';
import { completeWorkflow, continueAsNew } from './harness/commands';
import { failureOf } from './harness/errors';
import { event, expectHistory, only } from './harness/history';
import { between, unset, uuid } from './harness/match';
import { duration, payloadMap, payloads } from './harness/payloads';
import { RawRun, startRaw } from './harness/raw';
import { scenario, suite } from './harness/suite';
import { countDown } from './workflows';

suite('continue-as-new', { worker: {} }, (temporal) => {
  scenario('the client follows the chain to its result', async () => {
    const options = { taskQueue: temporal.taskQueue, workflowId: temporal.workflowId() };
    const handle = await temporal.client.workflow.start(countDown, { ...options, args: [3] });

    const runIds = await handle.result();
    assert.equal(new Set(runIds).size, 3);
    assert.equal(runIds[0], handle.firstExecutionRunId);
    const first = temporal.client.workflow.getHandle(options.workflowId, runIds[0], {
      followRuns: false,
    });
    assert.equal((await first.describe()).status.name, 'CONTINUED_AS_NEW');
    const error = await failureOf(first.result());
    assert.ok(error instanceof WorkflowContinuedAsNewError);
    assert.equal(error.newExecutionRunId, runIds[1]);

    const last = await temporal.history({ workflowId: options.workflowId, runId: runIds[2] });
    const started = only(last, 'WorkflowExecutionStarted').attributes;
    assert.equal(started.firstExecutionRunId, runIds[0]);
    assert.equal(started.continuedExecutionRunId, runIds[1]);
  });

  scenario(
    'the new run takes from the command what workflows own, and inherits the rest',
    async () => {
      const run = await startRaw(temporal, {
        memo: { fields: payloadMap({ note: 'first run only' }) },
        header: { fields: payloadMap({ trace: 'first run only' }) },
        workflowExecutionTimeout: duration(60_000),
        workflowRunTimeout: duration(50_000),
        workflowTaskTimeout: duration(5_000),
      });
      await run.worker.step(continueAsNew({ input: payloads('again') }));

      const events = await run.history();
      expectHistory('events §1.2', events, [
        'WorkflowExecutionStarted',
        'WorkflowTaskScheduled',
        'WorkflowTaskStarted',
        'WorkflowTaskCompleted',
        event('WorkflowExecutionContinuedAsNew', {
          newExecutionRunId: uuid,
          workflowType: { name: 'raw' },
          taskQueue: { name: run.taskQueue },
          input: ['again'],
          workflowRunTimeout: 50_000,
          workflowTaskTimeout: 5_000,
          initiator: 'CONTINUE_AS_NEW_INITIATOR_UNSPECIFIED',
          memo: unset,
          header: unset,
          workflowTaskCompletedEventId: 4,
        }),
      ]);
      const runId = events[4].attributes.newExecutionRunId;
      const next = new RawRun(
        temporal,
        { workflowId: run.execution.workflowId, runId },
        run.taskQueue
      );
      await next.worker.step(completeWorkflow('done'));
      const nextEvents = await next.history();
      expectHistory('events §1.3', nextEvents, [
        event('WorkflowExecutionStarted', {
          workflowType: { name: 'raw' },
          workflowId: run.execution.workflowId,
          taskQueue: { name: run.taskQueue },
          input: ['again'],
          workflowExecutionTimeout: 60_000,
          workflowRunTimeout: 50_000,
          workflowTaskTimeout: 5_000,
          workflowExecutionExpirationTime: events[0].attributes.workflowExecutionExpirationTime,
          initiator: 'CONTINUE_AS_NEW_INITIATOR_WORKFLOW',
          continuedExecutionRunId: run.execution.runId,
          firstExecutionRunId: run.execution.runId,
          originalExecutionRunId: runId,
          firstWorkflowTaskBackoff: between(0, 1000),
          attempt: 1,
          memo: unset,
          header: unset,
          retryPolicy: null,
          identity: '',
        }),
        event('WorkflowTaskScheduled', { attempt: 1, startToCloseTimeout: 5_000 }),
        'WorkflowTaskStarted',
        'WorkflowTaskCompleted',
        'WorkflowExecutionCompleted',
      ]);
      const { firstWorkflowTaskBackoff } = nextEvents[0].attributes;
      const lifetime = events[4].time - events[0].time;
      assert.ok(lifetime + firstWorkflowTaskBackoff >= 990, 'runs start a second apart');
      assert.ok(
        nextEvents[1].time - nextEvents[0].time >= firstWorkflowTaskBackoff - 1,
        'the first task waits'
      );
    }
  );
});
