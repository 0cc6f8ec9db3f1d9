/** Listing and counting workflows. Visibility may lag behind, so every expectation is awaited. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { WorkflowExecutionInfo } from '@temporalio/client';
import type { Execution } from './harness/api';
import { cancelWorkflow, completeWorkflow, failWorkflow } from './harness/commands';
import { expectRpcError } from './harness/errors';
import { eventually } from './harness/eventually';
import { startRaw } from './harness/raw';
import { scenario, suite } from './harness/suite';

suite('visibility', {}, (temporal) => {
  async function list(query: string, pageSize?: number): Promise<WorkflowExecutionInfo[]> {
    const found: WorkflowExecutionInfo[] = [];
    for await (const info of temporal.client.workflow.list({ query, pageSize })) found.push(info);
    return found;
  }

  async function expectListed(
    query: string,
    workflowIds: string[]
  ): Promise<WorkflowExecutionInfo[]> {
    const wanted = [...workflowIds].sort().join();
    const found = await eventually(
      `${query} lists ${workflowIds.length}`,
      () => list(query),
      (infos) =>
        infos
          .map((info) => info.workflowId)
          .sort()
          .join() === wanted
    );
    const { count } = await temporal.client.workflow.count(query);
    assert.equal(count, workflowIds.length, `the count of ${query}`);
    return found;
  }

  const startTyped = (name: string) => startRaw(temporal, { workflowType: { name } });

  scenario('a workflow is found by id, run id, type and status', async () => {
    const type = `type-${randomUUID()}`;
    const run = await startTyped(type);
    const { workflowId, runId } = run.execution;

    await expectListed(`WorkflowId = '${workflowId}'`, [workflowId]);
    await expectListed(`RunId = "${runId}"`, [workflowId]);
    const [open] = await expectListed(`WorkflowType = '${type}' AND ExecutionStatus = 'Running'`, [
      workflowId,
    ]);
    assert.deepEqual(
      [open.runId, open.type, open.status.name, open.taskQueue, open.closeTime],
      [runId, type, 'RUNNING', run.taskQueue, undefined]
    );

    await run.worker.step(completeWorkflow());
    const [closed] = await expectListed(
      `\`WorkflowType\` = '${type}' and ExecutionStatus = "Completed"`,
      [workflowId]
    );
    const described = await temporal.client.workflow.getHandle(workflowId, runId).describe();
    assert.deepEqual(
      [closed.status.name, closed.historyLength, closed.closeTime, closed.startTime],
      ['COMPLETED', 5, described.closeTime, described.startTime]
    );
    await expectListed(`WorkflowType = '${type}' AND ExecutionStatus = 'Running'`, []);
  });

  scenario('every way to end is a status of its own', async () => {
    const type = `type-${randomUUID()}`;
    const runs = await Promise.all(Array.from({ length: 4 }, () => startTyped(type)));
    const [completed, failed, canceled, terminated] = runs;
    await completed.worker.step(completeWorkflow());
    await failed.worker.step(failWorkflow('broken'));
    await canceled.worker.step(cancelWorkflow());
    await terminated.terminate('enough');

    const expected = {
      Completed: completed,
      Failed: failed,
      Canceled: canceled,
      Terminated: terminated,
    };
    for (const [status, run] of Object.entries(expected)) {
      await expectListed(`WorkflowType = '${type}' AND ExecutionStatus = '${status}'`, [
        run.execution.workflowId,
      ]);
    }
    const some = `WorkflowType = '${type}' AND ExecutionStatus IN ('Failed', 'Canceled')`;
    await expectListed(some, [failed.execution.workflowId, canceled.execution.workflowId]);
  });

  scenario('start and close times bound a list', async () => {
    const type = `type-${randomUUID()}`;
    const [first, second] = [await startTyped(type), await startTyped(type)];
    await first.terminate('enough');
    const ids = [first.execution.workflowId, second.execution.workflowId];
    const [before] = await startedWithin(first.execution);
    const [, after] = await startedWithin(second.execution);

    const ofType = `WorkflowType = '${type}'`;
    await expectListed(`${ofType} AND StartTime >= '${before}'`, ids);
    await expectListed(`${ofType} AND StartTime > '${after}'`, []);
    await expectListed(`${ofType} AND StartTime BETWEEN '${before}' AND '${after}'`, ids);
    await expectListed(`${ofType} AND CloseTime IS NULL`, [ids[1]]);
    await expectListed(`${ofType} AND CloseTime IS NOT NULL`, [ids[0]]);
    await expectListed(`${ofType} AND (WorkflowId = '${ids[0]}' OR WorkflowId = '${ids[1]}')`, ids);
    await expectListed(`${ofType} AND NOT WorkflowId = '${ids[0]}'`, [ids[1]]);
  });

  scenario(
    'pages follow one another without loss, open workflows first, then the latest closed',
    async () => {
      const type = `type-${randomUUID()}`;
      const runs = [];
      for (let index = 0; index < 5; ++index) runs.push(await startTyped(type));
      for (const run of runs.slice(0, 2)) await run.terminate('enough');
      const ids = runs.map((run) => run.execution.workflowId);
      await expectListed(
        `WorkflowType = '${type}' AND ExecutionStatus = 'Terminated'`,
        ids.slice(0, 2)
      );

      await expectListed(`WorkflowType = '${type}'`, ids);
      const paged = await list(`WorkflowType = '${type}'`, 2);
      assert.deepEqual(
        paged.map((info) => info.workflowId),
        [...ids].reverse()
      );
    }
  );

  const wrong = {
    'a broken query': "WorkflowId = 'open",
    'an unknown attribute': "Nonsense = 'x'",
    'an unknown status': "ExecutionStatus = 'Sleeping'",
    'a function': "lower(WorkflowId) = 'x'",
    'an order': "WorkflowId = 'x' ORDER BY StartTime",
  };
  for (const [fault, query] of Object.entries(wrong)) {
    scenario(`${fault} is an invalid argument`, async () => {
      const { namespace } = temporal;
      const error = { code: 'INVALID_ARGUMENT', message: /./ };
      await expectRpcError(temporal.rpc.listWorkflowExecutions({ namespace, query }), error);
      await expectRpcError(temporal.rpc.countWorkflowExecutions({ namespace, query }), error);
    });
  }

  /** Two points in time, a few milliseconds apart, with the start between them. */
  async function startedWithin(execution: Execution): Promise<string[]> {
    const [started] = await temporal.history(execution);
    return [started.time - 2, started.time + 2].map((time) => new Date(time).toISOString());
  }
});
