import assert from 'node:assert/strict';
import { api, type ActivityTask, type Command, type WorkflowTask } from './api';
import { duration, payloads } from './payloads';
import type { Temporal } from './suite';

import FailedCause = api.enums.v1.WorkflowTaskFailedCause;
import Kind = api.enums.v1.TaskQueueKind;
import service = api.workflowservice.v1;

const pollTimeoutMs = 20_000;
/**
 * The server ends a poll a second before the deadline of its caller, and refuses deadlines below
 * two seconds.
 */
const emptyPollTimeoutMs = 2_500;

/** A worker that is played by hand: it polls once, and answers once. */
export class RawWorker {
  constructor(
    private readonly temporal: Temporal,
    private readonly taskQueue: string,
    private readonly identity = 'raw-worker'
  ) {}

  /** The same task queue as seen by another worker. */
  as(identity: string): RawWorker {
    return new RawWorker(this.temporal, this.taskQueue, identity);
  }

  async pollWorkflowTask(sticky?: string): Promise<WorkflowTask> {
    const task = await this.askForWorkflowTask(sticky, pollTimeoutMs);
    assert.ok(task.taskToken.length > 0, `no workflow task within ${pollTimeoutMs} ms`);
    return task;
  }

  /** Polls the sticky queue in vain; from then on the server knows it as served. */
  async showUpAt(sticky: string): Promise<void> {
    const task = await this.askForWorkflowTask(sticky, emptyPollTimeoutMs);
    assert.equal(task.taskToken.length, 0, 'an empty poll is a success without a task');
  }

  complete(
    task: WorkflowTask,
    commands: Command[] = [],
    overrides: service.IRespondWorkflowTaskCompletedRequest = {}
  ): Promise<service.RespondWorkflowTaskCompletedResponse> {
    return this.temporal.rpc.respondWorkflowTaskCompleted({
      ...this.answer(task),
      commands,
      ...overrides,
    });
  }

  /** Takes the next task and completes it with these commands. */
  async step(...commands: Command[]): Promise<WorkflowTask> {
    const task = await this.pollWorkflowTask();
    await this.complete(task, commands);
    return task;
  }

  /** As `complete`, and from now on the run's tasks come to the sticky queue first. */
  completeSticky(
    task: WorkflowTask,
    commands: Command[],
    sticky: string,
    scheduleToStartMs: number
  ): Promise<unknown> {
    const workerTaskQueue = {
      name: sticky,
      kind: Kind.TASK_QUEUE_KIND_STICKY,
      normalName: this.taskQueue,
    };
    const scheduleToStartTimeout = duration(scheduleToStartMs);
    return this.complete(task, commands, {
      stickyAttributes: { workerTaskQueue, scheduleToStartTimeout },
    });
  }

  fail(
    task: WorkflowTask,
    overrides: service.IRespondWorkflowTaskFailedRequest = {}
  ): Promise<unknown> {
    return this.temporal.rpc.respondWorkflowTaskFailed({
      ...this.answer(task),
      cause: FailedCause.WORKFLOW_TASK_FAILED_CAUSE_WORKFLOW_WORKER_UNHANDLED_FAILURE,
      failure: { message: 'a bug in the workflow' },
      ...overrides,
    });
  }

  answerQuery(
    task: WorkflowTask,
    overrides: service.IRespondQueryTaskCompletedRequest
  ): Promise<unknown> {
    const { namespace, taskToken } = this.answer(task);
    return this.temporal.rpc.respondQueryTaskCompleted({ namespace, taskToken, ...overrides });
  }

  async pollActivityTask(): Promise<ActivityTask> {
    const request = { ...this.common(), taskQueue: { name: this.taskQueue } };
    const task = await this.poll(pollTimeoutMs, () =>
      this.temporal.rpc.pollActivityTaskQueue(request)
    );
    assert.ok(
      task.taskToken.length > 0,
      `no activity task on ${this.taskQueue} within ${pollTimeoutMs} ms`
    );
    return task;
  }

  completeActivity(task: ActivityTask, ...result: unknown[]): Promise<unknown> {
    return this.temporal.rpc.respondActivityTaskCompleted({
      ...this.answer(task),
      result: payloads(...result),
    });
  }

  failActivity(
    task: ActivityTask,
    message: string,
    info: api.failure.v1.IApplicationFailureInfo = {}
  ): Promise<unknown> {
    return this.temporal.rpc.respondActivityTaskFailed({
      ...this.answer(task),
      failure: { message, applicationFailureInfo: info },
    });
  }

  cancelActivity(task: ActivityTask, ...details: unknown[]): Promise<unknown> {
    return this.temporal.rpc.respondActivityTaskCanceled({
      ...this.answer(task),
      details: payloads(...details),
    });
  }

  heartbeat(
    task: ActivityTask,
    ...details: unknown[]
  ): Promise<service.IRecordActivityTaskHeartbeatResponse> {
    return this.temporal.rpc.recordActivityTaskHeartbeat({
      ...this.answer(task),
      details: payloads(...details),
    });
  }

  private askForWorkflowTask(
    sticky: string | undefined,
    timeoutMs: number
  ): Promise<service.PollWorkflowTaskQueueResponse> {
    const taskQueue =
      sticky === undefined
        ? { name: this.taskQueue, kind: Kind.TASK_QUEUE_KIND_NORMAL }
        : { name: sticky, kind: Kind.TASK_QUEUE_KIND_STICKY, normalName: this.taskQueue };
    const request = { ...this.common(), taskQueue };
    return this.poll(timeoutMs, () => this.temporal.rpc.pollWorkflowTaskQueue(request));
  }

  private poll<T>(timeoutMs: number, call: () => Promise<T>): Promise<T> {
    return this.temporal.connection.withDeadline(Date.now() + timeoutMs, call);
  }

  private common(): { namespace: string; identity: string } {
    return { namespace: this.temporal.namespace, identity: this.identity };
  }

  private answer(task: { taskToken?: Uint8Array | null }): {
    namespace: string;
    identity: string;
    taskToken: Uint8Array;
  } {
    return { ...this.common(), taskToken: task.taskToken! };
  }
}
