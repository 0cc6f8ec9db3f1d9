import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { Client, Connection, type WorkflowService } from '@temporalio/client';
import {
  DefaultLogger,
  type LogLevel,
  NativeConnection,
  Runtime,
  Worker,
  type WorkerOptions,
} from '@temporalio/worker';
import * as activities from '../activities';
import { api, type Execution } from './api';
import { eventually } from './eventually';
import { decodeEvents, type Event } from './history';

import service = api.workflowservice.v1;

const scenarioTimeoutMs = 60_000;
const asCommandLine = { 'client-name': 'temporal-cli', 'client-version': '1.0.0' };
const logLevel = (process.env.COMPAT_LOG_LEVEL ?? 'ERROR') as LogLevel;

export interface SuiteOptions {
  /**
   * Runs the SDK's worker on the suite's task queue, with these options on top of the usual ones.
   */
  worker?: Partial<WorkerOptions>;
  /** Runs before the worker starts and before the first scenario. */
  prepare?: (temporal: Temporal) => Promise<void>;
}

/**
 * One subject: its scenarios run at the same time, against one server and, if asked for, one
 * worker.
 */
export function suite(
  subject: string,
  options: SuiteOptions,
  define: (temporal: Temporal) => void
): void {
  describe(subject, { concurrency: true }, () => {
    const temporal = new Temporal();
    before(async () => {
      await temporal.connect(process.env.TEMPORAL_ADDRESS!);
      await options.prepare?.(temporal);
      if (options.worker !== undefined) await temporal.startWorker(options.worker);
    });
    after(async () => {
      try {
        if (options.worker !== undefined) await temporal.replayFinished();
      } finally {
        await temporal.close();
      }
    });
    define(temporal);
  });
}

export function scenario(behaviour: string, run: () => Promise<void>): void {
  test(behaviour, { timeout: scenarioTimeoutMs }, run);
}

/**
 * What a scenario holds in its hands: the SDK's client, the bare RPCs, and a task queue of its own.
 */
export class Temporal {
  readonly namespace = 'default';
  readonly taskQueue = `queue-${randomUUID()}`;
  client!: Client;
  /** The same server without the SDK's retries, so that the first answer is seen. */
  connection!: Connection;
  private address!: string;
  private clientConnection!: Connection;
  private nativeConnection?: Promise<NativeConnection>;
  private readonly stopWorkers: (() => Promise<void>)[] = [];

  async connect(address: string): Promise<void> {
    this.address = address;
    this.connection = await Connection.connect({ address, interceptors: [] });
    this.clientConnection = await Connection.connect({ address });
    this.client = new Client({
      connection: this.clientConnection,
      namespace: this.namespace,
      identity: 'compat-client',
    });
  }

  async close(): Promise<void> {
    await Promise.all(this.stopWorkers.map((stop) => stop()));
    await (await this.nativeConnection)?.close();
    await this.clientConnection.close();
    await this.connection.close();
  }

  get rpc(): WorkflowService {
    return this.connection.workflowService;
  }

  /** Starts a worker of the SDK and returns what stops it earlier than `close` does. */
  async startWorker(options: Partial<WorkerOptions> = {}): Promise<() => Promise<void>> {
    this.nativeConnection ??= connectNatively(this.address);
    const worker = await Worker.create({
      connection: await this.nativeConnection,
      namespace: this.namespace,
      taskQueue: this.taskQueue,
      identity: 'compat-worker',
      workflowBundle: { codePath: process.env.COMPAT_WORKFLOW_BUNDLE! },
      activities,
      ...options,
    });
    const running = worker.run();
    const stop = async (): Promise<void> => {
      if (worker.getState() === 'RUNNING') worker.shutdown();
      await running;
    };
    this.stopWorkers.push(stop);
    return stop;
  }

  /**
   * The whole history as it is stored, a pending attempt's virtual events left out, as the command
   * line asks for it.
   */
  async history({ workflowId, runId }: Execution): Promise<Event[]> {
    const request = { namespace: this.namespace, execution: { workflowId, runId } };
    const events: Event[] = [];
    let nextPageToken: Uint8Array | undefined;
    do {
      const page = await this.connection.withMetadata(asCommandLine, () =>
        this.rpc.getWorkflowExecutionHistory({ ...request, nextPageToken })
      );
      events.push(...decodeEvents(page.history));
      nextPageToken = page.nextPageToken;
    } while (nextPageToken.length > 0);
    return events;
  }

  /** The history as soon as it holds an event of that type (for the n-th time). */
  historyWith(execution: Execution, type: string, times = 1): Promise<Event[]> {
    const count = (events: Event[]): number => events.filter((event) => event.type === type).length;
    return eventually(
      `${times} ${type}`,
      () => this.history(execution),
      (events) => count(events) >= times
    );
  }

  describe({ workflowId, runId }: Execution): Promise<service.DescribeWorkflowExecutionResponse> {
    const execution = { workflowId, runId };
    return this.rpc.describeWorkflowExecution({ namespace: this.namespace, execution });
  }

  /**
   * Every finished history of the SDK's workflows on the suite's task queue must replay in the SDK,
   * event for event: what a worker was told while it ran and what is stored must be the same.
   */
  async replayFinished(): Promise<void> {
    const query = `TaskQueue = '${this.taskQueue}' AND ExecutionStatus != 'Running'`;
    const histories = this.client.workflow.list({ query }).intoHistories();
    const options = { workflowBundle: { codePath: process.env.COMPAT_WORKFLOW_BUNDLE! } };
    const faults: string[] = [];
    for await (const replay of Worker.runReplayHistories(options, histories)) {
      if (replay.error !== undefined) faults.push(`${replay.workflowId}: ${replay.error.message}`);
    }
    assert.ok(faults.length === 0, `finished histories do not replay:\n${faults.join('\n')}`);
  }

  workflowId(): string {
    return `workflow-${randomUUID()}`;
  }
}

let runtimeIsInstalled = false;

async function connectNatively(address: string): Promise<NativeConnection> {
  if (!runtimeIsInstalled) {
    Runtime.install({
      logger: new DefaultLogger(logLevel),
      telemetryOptions: { logging: { filter: { core: logLevel, other: 'ERROR' }, forward: {} } },
      shutdownSignals: [],
    });
    runtimeIsInstalled = true;
  }
  return await NativeConnection.connect({ address });
}
