/** The commands of a workflow task, one function each. */
import Long from 'long';
import { api, type Command } from './api';
import { duration, payloadMap, payloads } from './payloads';

import CommandType = api.enums.v1.CommandType;

export function startTimer(timerId: string, fireAfterMs: number): Command {
  return {
    commandType: CommandType.COMMAND_TYPE_START_TIMER,
    startTimerCommandAttributes: { timerId, startToFireTimeout: duration(fireAfterMs) },
  };
}

export function cancelTimer(timerId: string): Command {
  return {
    commandType: CommandType.COMMAND_TYPE_CANCEL_TIMER,
    cancelTimerCommandAttributes: { timerId },
  };
}

/** An activity on the workflow's own task queue, 10 s from start to close unless said otherwise. */
export function scheduleActivity(
  activityId: string,
  options: api.command.v1.IScheduleActivityTaskCommandAttributes = {}
): Command {
  return {
    commandType: CommandType.COMMAND_TYPE_SCHEDULE_ACTIVITY_TASK,
    scheduleActivityTaskCommandAttributes: {
      activityId,
      activityType: { name: 'activity' },
      ...('scheduleToCloseTimeout' in options ? {} : { startToCloseTimeout: duration(10_000) }),
      ...options,
    },
  };
}

export function requestCancelActivity(scheduledEventId: number): Command {
  return {
    commandType: CommandType.COMMAND_TYPE_REQUEST_CANCEL_ACTIVITY_TASK,
    requestCancelActivityTaskCommandAttributes: {
      scheduledEventId: Long.fromNumber(scheduledEventId),
    },
  };
}

/** A child of type `raw`, on the parent's task queue unless said otherwise. */
export function startChild(
  workflowId: string,
  options: api.command.v1.IStartChildWorkflowExecutionCommandAttributes = {}
): Command {
  return {
    commandType: CommandType.COMMAND_TYPE_START_CHILD_WORKFLOW_EXECUTION,
    startChildWorkflowExecutionCommandAttributes: {
      workflowId,
      workflowType: { name: 'raw' },
      ...options,
    },
  };
}

export function signalExternal(
  workflowId: string,
  options: api.command.v1.ISignalExternalWorkflowExecutionCommandAttributes = {}
): Command {
  return {
    commandType: CommandType.COMMAND_TYPE_SIGNAL_EXTERNAL_WORKFLOW_EXECUTION,
    signalExternalWorkflowExecutionCommandAttributes: {
      execution: { workflowId },
      signalName: 'greet',
      ...options,
    },
  };
}

export function cancelExternal(
  workflowId: string,
  options: api.command.v1.IRequestCancelExternalWorkflowExecutionCommandAttributes = {}
): Command {
  return {
    commandType: CommandType.COMMAND_TYPE_REQUEST_CANCEL_EXTERNAL_WORKFLOW_EXECUTION,
    requestCancelExternalWorkflowExecutionCommandAttributes: { workflowId, ...options },
  };
}

export function completeWorkflow(...result: unknown[]): Command {
  return {
    commandType: CommandType.COMMAND_TYPE_COMPLETE_WORKFLOW_EXECUTION,
    completeWorkflowExecutionCommandAttributes: { result: payloads(...result) },
  };
}

export function failWorkflow(message: string): Command {
  return {
    commandType: CommandType.COMMAND_TYPE_FAIL_WORKFLOW_EXECUTION,
    failWorkflowExecutionCommandAttributes: {
      failure: { message, applicationFailureInfo: { type: 'Broken' } },
    },
  };
}

export function cancelWorkflow(...details: unknown[]): Command {
  return {
    commandType: CommandType.COMMAND_TYPE_CANCEL_WORKFLOW_EXECUTION,
    cancelWorkflowExecutionCommandAttributes: { details: payloads(...details) },
  };
}

export function continueAsNew(
  attributes: api.command.v1.IContinueAsNewWorkflowExecutionCommandAttributes = {}
): Command {
  return {
    commandType: CommandType.COMMAND_TYPE_CONTINUE_AS_NEW_WORKFLOW_EXECUTION,
    continueAsNewWorkflowExecutionCommandAttributes: attributes,
  };
}

export function recordMarker(
  markerName: string,
  attributes: api.command.v1.IRecordMarkerCommandAttributes
): Command {
  return {
    commandType: CommandType.COMMAND_TYPE_RECORD_MARKER,
    recordMarkerCommandAttributes: { markerName, ...attributes },
  };
}

export function upsertSearchAttributes(values: Record<string, unknown>): Command {
  return {
    commandType: CommandType.COMMAND_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES,
    upsertWorkflowSearchAttributesCommandAttributes: {
      searchAttributes: { indexedFields: payloadMap(values) },
    },
  };
}

export function modifyMemo(values: Record<string, unknown>): Command {
  return {
    commandType: CommandType.COMMAND_TYPE_MODIFY_WORKFLOW_PROPERTIES,
    modifyWorkflowPropertiesCommandAttributes: { upsertedMemo: { fields: payloadMap(values) } },
  };
}
