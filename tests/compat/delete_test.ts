/** Deletion: the workflow leaves the server, and its id is free. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { completeWorkflow } from './harness/commands';
import { expectRpcError, rpcErrorOf } from './harness/errors';
import { eventually } from './harness/eventually';
import { startRaw, startRequest, type RawRun } from './harness/raw';
import { scenario, suite, type Temporal } from './harness/suite';
import { duration } from './harness/payloads';

const gone = { code: 'NOT_FOUND', detail: { type: 'NotFoundFailure' } };

function remove(run: RawRun): Promise<unknown> {
  const { namespace } = run.temporal;
  return run.temporal.rpc.deleteWorkflowExecution({ namespace, workflowExecution: run.execution });
}

async function untilGone(run: RawRun): Promise<void> {
  await eventually(
    'the run is gone',
    () => run.temporal.describe(run.execution).then(() => 'there', () => 'gone'),
    (state) => state === 'gone'
  );
}

async function countOf(temporal: Temporal, workflowId: string): Promise<number> {
  const { count } = await temporal.client.workflow.count(`WorkflowId = '${workflowId}'`);
  return count;
}

/** Lists follow a commit a moment later where they have a database of their own. */
async function untilCount(temporal: Temporal, workflowId: string, count: number): Promise<void> {
  await eventually(
    `lists hold ${count} runs of the workflow`,
    () => countOf(temporal, workflowId),
    (found) => found === count
  );
}

suite('deletion', {}, (temporal) => {
  scenario('a closed workflow leaves history, describe and lists', async () => {
    const run = await startRaw(temporal);
    await run.worker.step(completeWorkflow());
    await untilCount(temporal, run.execution.workflowId, 1);
    await remove(run);
    await untilGone(run);
    await expectRpcError(run.history(), gone);
    await expectRpcError(remove(run), gone);
    await untilCount(temporal, run.execution.workflowId, 0);
  });

  scenario('an open workflow is terminated and deleted, and its id can be used again', async () => {
    const run = await startRaw(temporal);
    const task = await run.worker.pollWorkflowTask();
    await remove(run);
    await untilGone(run);
    const late = await rpcErrorOf(run.worker.complete(task, [completeWorkflow()]));
    assert.equal(late.code, 'NOT_FOUND');
    const { runId } = await temporal.rpc.startWorkflowExecution(
      startRequest(temporal, {
        workflowId: run.execution.workflowId,
        workflowIdReusePolicy: 3,
      })
    );
    assert.notEqual(runId, run.execution.runId);
  });

  scenario('a deprecated namespace starts nothing, and can still be read', async () => {
    const namespace = `deprecated-${randomUUID()}`;
    await temporal.rpc.registerNamespace({
      namespace,
      workflowExecutionRetentionPeriod: duration(86_400_000),
    });
    await temporal.rpc.deprecateNamespace({ namespace });
    await expectRpcError(
      temporal.rpc.startWorkflowExecution(startRequest(temporal, { namespace })),
      {
        code: 'FAILED_PRECONDITION',
        detail: {
          type: 'NamespaceInvalidStateFailure',
          value: { namespace, state: 'NAMESPACE_STATE_DEPRECATED' },
        },
      }
    );
    const { executions } = await temporal.rpc.listWorkflowExecutions({ namespace });
    assert.equal(executions.length, 0);
  });
});
