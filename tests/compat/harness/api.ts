import { temporal } from '@temporalio/proto';

/** The public API: `api.workflowservice.v1`, `api.enums.v1` and so on, as in the proto packages. */
export import api = temporal.api;

import service = temporal.api.workflowservice.v1;

export type StartRequest = service.IStartWorkflowExecutionRequest;
export type WorkflowTask = service.IPollWorkflowTaskQueueResponse;
export type ActivityTask = service.PollActivityTaskQueueResponse;
export type Command = temporal.api.command.v1.ICommand;
export interface Execution {
  workflowId: string;
  runId?: string;
}
