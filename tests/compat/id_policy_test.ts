/** One workflow id, several starts: request ids, conflict and reuse policies. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { api } from './harness/api';
import { completeWorkflow, failWorkflow } from './harness/commands';
import { expectRpcError } from './harness/errors';
import { event, expectHistory } from './harness/history';
import { uuid } from './harness/match';
import { RawRun, startRaw, startRequest } from './harness/raw';
import { scenario, suite } from './harness/suite';

import Conflict = api.enums.v1.WorkflowIdConflictPolicy;
import Reuse = api.enums.v1.WorkflowIdReusePolicy;

suite('workflow id policies', {}, (temporal) => {
  const startAgain = (
    run: RawRun,
    overrides: api.workflowservice.v1.IStartWorkflowExecutionRequest
  ) =>
    temporal.rpc.startWorkflowExecution(
      startRequest(temporal, {
        workflowId: run.execution.workflowId,
        taskQueue: { name: run.taskQueue },
        ...overrides,
      })
    );

  const alreadyStarted = (requestId: string, run: RawRun) => ({
    code: 'ALREADY_EXISTS',
    detail: {
      type: 'WorkflowExecutionAlreadyStartedFailure',
      value: {
        startRequestId: requestId,
        runId: run.execution.runId,
        firstExecutionRunId: run.execution.runId,
      },
    },
  });

  scenario('a repeated request id gets the run it started, whatever else it asks for', async () => {
    const requestId = randomUUID();
    const run = await startRaw(temporal, { requestId });
    const repeat = () =>
      startAgain(run, {
        requestId,
        workflowIdConflictPolicy: Conflict.WORKFLOW_ID_CONFLICT_POLICY_TERMINATE_EXISTING,
      });

    const whileOpen = await repeat();
    assert.deepEqual([whileOpen.runId, whileOpen.started], [run.execution.runId, true]);
    assert.equal((await run.history()).length, 2);

    await run.terminate('close it');
    const whenClosed = await repeat();
    assert.deepEqual([whenClosed.runId, whenClosed.started], [run.execution.runId, true]);
  });

  scenario('a second start of an open workflow fails and names the run', async () => {
    const requestId = randomUUID();
    const run = await startRaw(temporal, { requestId });

    await expectRpcError(startAgain(run, {}), alreadyStarted(requestId, run));
    const throughSdk = temporal.client.workflow.start('raw', {
      workflowId: run.execution.workflowId,
      taskQueue: run.taskQueue,
    });
    await assert.rejects(throughSdk, WorkflowExecutionAlreadyStartedError);
  });

  scenario('USE_EXISTING returns the open run and leaves it alone', async () => {
    const run = await startRaw(temporal);

    const response = await startAgain(run, {
      workflowIdConflictPolicy: Conflict.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING,
    });

    assert.deepEqual([response.runId, response.started], [run.execution.runId, false]);
    expectHistory('server §2.1', await run.history(), [
      'WorkflowExecutionStarted',
      'WorkflowTaskScheduled',
    ]);
  });

  const terminating = {
    TERMINATE_EXISTING: {
      workflowIdConflictPolicy: Conflict.WORKFLOW_ID_CONFLICT_POLICY_TERMINATE_EXISTING,
    },
    TERMINATE_IF_RUNNING: {
      workflowIdReusePolicy: Reuse.WORKFLOW_ID_REUSE_POLICY_TERMINATE_IF_RUNNING,
    },
  };
  for (const [policy, overrides] of Object.entries(terminating)) {
    scenario(`${policy} closes the open run and starts another`, async () => {
      const run = await startRaw(temporal);

      const { runId, started } = await startAgain(run, overrides);

      assert.equal(started, true);
      assert.notEqual(runId, run.execution.runId);
      expectHistory('events §2.3', await run.history(), [
        'WorkflowExecutionStarted',
        'WorkflowTaskScheduled',
        event('WorkflowExecutionTerminated', {
          reason: 'TerminateIfRunning WorkflowIdReusePolicy',
          details: [`terminated by new runID: ${runId}`],
          identity: 'history-service',
        }),
      ]);
      const { workflowId } = run.execution;
      expectHistory('events §2.3', await temporal.history({ workflowId, runId }), [
        event('WorkflowExecutionStarted', {
          firstExecutionRunId: runId,
          continuedExecutionRunId: '',
        }),
        'WorkflowTaskScheduled',
      ]);
    });
  }

  scenario('after a failure every policy but REJECT_DUPLICATE starts a new run', async () => {
    const requestId = randomUUID();
    const run = await startRaw(temporal, { requestId });
    await run.worker.step(failWorkflow('broken'));

    const rejected = startAgain(run, {
      workflowIdReusePolicy: Reuse.WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE,
    });
    await expectRpcError(rejected, alreadyStarted(requestId, run));
    const { runId, started } = await startAgain(run, {
      workflowIdReusePolicy: Reuse.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE_FAILED_ONLY,
    });
    assert.ok(started && uuid(runId) && runId !== run.execution.runId);
  });

  scenario('after a success only ALLOW_DUPLICATE starts a new run', async () => {
    const requestId = randomUUID();
    const run = await startRaw(temporal, { requestId });
    await run.worker.step(completeWorkflow());

    for (const workflowIdReusePolicy of [
      Reuse.WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE,
      Reuse.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE_FAILED_ONLY,
    ]) {
      await expectRpcError(
        startAgain(run, { workflowIdReusePolicy }),
        alreadyStarted(requestId, run)
      );
    }
    const { runId } = await startAgain(run, {});
    assert.notEqual(runId, run.execution.runId);
  });
});
