/**
 * Workflows without the SDK: a scenario starts a run on a task queue of its own and plays the
 * worker by hand, one poll and one response at a time, so that every history is exact.
 */
import { randomUUID } from 'node:crypto';
import { api, type Execution, type StartRequest, type WorkflowTask } from './api';
import { decodeEvents, type Event } from './history';
import { payloads } from './payloads';
import { plain } from './plain';
import { RawWorker } from './raw_worker';
import type { Temporal } from './suite';

import service = api.workflowservice.v1;

/** Starts a run that only `run.worker` serves. */
export async function startRaw(temporal: Temporal, overrides: StartRequest = {}): Promise<RawRun> {
  const request = startRequest(temporal, overrides);
  const response = await temporal.rpc.startWorkflowExecution(request);
  return new RawRun(
    temporal,
    { workflowId: request.workflowId!, runId: response.runId },
    request.taskQueue!.name!
  );
}

export function startRequest(temporal: Temporal, overrides: StartRequest = {}): StartRequest {
  return {
    namespace: temporal.namespace,
    workflowId: temporal.workflowId(),
    workflowType: { name: 'raw' },
    taskQueue: { name: `queue-${randomUUID()}` },
    identity: 'raw-client',
    requestId: randomUUID(),
    ...overrides,
  };
}

export class RawRun {
  readonly worker: RawWorker;

  constructor(
    readonly temporal: Temporal,
    readonly execution: Required<Execution>,
    readonly taskQueue: string
  ) {
    this.worker = new RawWorker(temporal, taskQueue);
  }

  history(): Promise<Event[]> {
    return this.temporal.history(this.execution);
  }

  historyWith(type: string, times = 1): Promise<Event[]> {
    return this.temporal.historyWith(this.execution, type, times);
  }

  async describe(): Promise<any> {
    return plain(
      service.DescribeWorkflowExecutionResponse,
      await this.temporal.describe(this.execution)
    );
  }

  /** Its state transitions so far: they also count what leaves no event behind. */
  async stateTransitions(): Promise<number> {
    return (await this.describe()).workflowExecutionInfo.stateTransitionCount;
  }

  signal(
    signalName: string,
    overrides: service.ISignalWorkflowExecutionRequest = {}
  ): Promise<unknown> {
    return this.temporal.rpc.signalWorkflowExecution({
      ...this.target(),
      signalName,
      identity: 'raw-client',
      requestId: randomUUID(),
      ...overrides,
    });
  }

  cancel(overrides: service.IRequestCancelWorkflowExecutionRequest = {}): Promise<unknown> {
    return this.temporal.rpc.requestCancelWorkflowExecution({
      ...this.target(),
      identity: 'raw-client',
      requestId: randomUUID(),
      ...overrides,
    });
  }

  terminate(
    reason: string,
    overrides: service.ITerminateWorkflowExecutionRequest = {}
  ): Promise<unknown> {
    return this.temporal.rpc.terminateWorkflowExecution({
      ...this.target(),
      reason,
      identity: 'raw-client',
      ...overrides,
    });
  }

  query(queryType: string, ...args: unknown[]): Promise<service.IQueryWorkflowResponse> {
    return this.temporal.rpc.queryWorkflow({
      namespace: this.temporal.namespace,
      execution: this.execution,
      query: { queryType, queryArgs: payloads(...args) },
    });
  }

  private target(): { namespace: string; workflowExecution: Execution } {
    return { namespace: this.temporal.namespace, workflowExecution: this.execution };
  }
}

/** The events that a poll brought along. */
export function eventsOf(task: WorkflowTask): Event[] {
  return decodeEvents(task.history);
}
