/** A database file outlives the server: what was acknowledged is there after a crash. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { completeWorkflow } from './harness/commands';
import { eventually } from './harness/eventually';
import { expectLawful, types } from './harness/history';
import { duration } from './harness/payloads';
import { RawRun, startRaw } from './harness/raw';
import { Server } from './harness/server';
import { Temporal } from './harness/suite';
import { add, collect, finish, nap } from './workflows';

describe('durability', () => {
  let folder: string;
  before(() => (folder = mkdtempSync(join(tmpdir(), 'temporal-compat-'))));
  after(() => rmSync(folder, { recursive: true }));

  /** Runs `use` against a server on the file, and ends that server as asked. */
  async function session<T>(
    file: string,
    end: 'stop' | 'kill',
    use: (temporal: Temporal) => Promise<T>
  ): Promise<T> {
    const server = await Server.start('--db-filename', join(folder, file));
    const temporal = new Temporal();
    try {
      await temporal.connect(server.address);
      const result = await use(temporal).finally(() => temporal.close());
      await server[end]();
      return result;
    } catch (error) {
      await server.kill();
      throw error;
    }
  }

  for (const end of ['stop', 'kill'] as const) {
    test(`workflows go on after a ${end}`, { timeout: 120_000 }, async () => {
      const file = `${end}.db`;
      const queue = `queue-${end}`;
      const options = (workflowId: string) => ({ taskQueue: queue, workflowId });
      await session(file, end, async (temporal) => {
        const stopWorker = await temporal.startWorker({ taskQueue: queue });
        const collecting = await temporal.client.workflow.start(collect, options('collecting'));
        await collecting.signal(add, 'before');
        const napping = await temporal.client.workflow.start(nap, {
          ...options('napping'),
          args: [3000],
        });
        await temporal.historyWith(napping, 'TimerStarted');
        await stopWorker();
        await collecting.signal(add, 'unhandled');
      });

      await session(file, 'stop', async (temporal) => {
        await temporal.startWorker({ taskQueue: queue });
        const collecting = temporal.client.workflow.getHandle<typeof collect>('collecting');
        await collecting.signal(finish);
        assert.deepEqual(await collecting.result(), ['before', 'unhandled']);
        assert.equal(await temporal.client.workflow.getHandle('napping').result(), 'rested');
        expectLawful(await temporal.history({ workflowId: 'collecting' }));
        expectLawful(await temporal.history({ workflowId: 'napping' }));
        const count = () => temporal.client.workflow.count("ExecutionStatus = 'Completed'");
        await eventually('both are listed', count, (answer) => answer.count === 2);
      });
    });
  }

  test(
    'a task that was taken before the crash is given out again after its timeout',
    { timeout: 120_000 },
    async () => {
      const file = 'taken.db';
      const { execution, taskQueue } = await session(file, 'kill', async (temporal) => {
        const run = await startRaw(temporal, { workflowTaskTimeout: duration(2000) });
        await run.worker.pollWorkflowTask();
        return run;
      });

      await session(file, 'stop', async (temporal) => {
        const run = new RawRun(temporal, execution, taskQueue);
        await run.worker.step(completeWorkflow());
        assert.deepEqual(types(await run.history()), [
          'WorkflowExecutionStarted',
          'WorkflowTaskScheduled',
          'WorkflowTaskStarted',
          'WorkflowTaskTimedOut',
          'WorkflowTaskScheduled',
          'WorkflowTaskStarted',
          'WorkflowTaskCompleted',
          'WorkflowExecutionCompleted',
        ]);
      });
    }
  );
});
