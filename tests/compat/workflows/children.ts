import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  CancellationScope,
  type ChildWorkflowOptions,
  ChildWorkflowFailure,
  condition,
  executeChild,
  getExternalWorkflowHandle,
  isCancellation,
  setHandler,
  startChild,
} from '@temporalio/workflow';
import { add, collect, finish } from './signals';

/** Runs one child and returns what it returned. */
export async function runChild(type: string, options: ChildWorkflowOptions): Promise<unknown> {
  return await executeChild(type, options);
}

/** Runs one child and tells how it ended. */
export async function tellOfChild(type: string, options: ChildWorkflowOptions): Promise<string> {
  try {
    return `completed with ${await executeChild(type, options)}`;
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError)
      return `already started: ${error.workflowId}`;
    if (error instanceof ChildWorkflowFailure) return `${error.cause?.constructor.name}`;
    throw error;
  }
}

/** Starts a child and completes without it. */
export async function leaveChild(type: string, options: ChildWorkflowOptions): Promise<string> {
  let finished = false;
  setHandler(finish, () => void (finished = true));
  const child = await startChild(type, options);
  await condition(() => finished);
  return child.firstExecutionRunId;
}

/** Cancels its child and waits until that is over. */
export async function cancelChild(type: string, options: ChildWorkflowOptions): Promise<string> {
  let finished = false;
  setHandler(finish, () => void (finished = true));
  const scope = new CancellationScope();
  const child = await scope.run(() => startChild(type, options));
  await condition(() => finished);
  scope.cancel();
  try {
    await child.result();
  } catch (error) {
    if (isCancellation(error)) return 'cancelled';
    throw error;
  }
  return 'not cancelled';
}

/** Signals its child until the child completes. */
export async function feedChild(workflowId: string): Promise<string[]> {
  const child = await startChild(collect, { workflowId });
  await child.signal(add, 'from its parent');
  await child.signal(finish);
  return await child.result();
}

/** Signals another workflow, and tells how that went. */
export async function signalOther(workflowId: string, value: string): Promise<string> {
  try {
    await getExternalWorkflowHandle(workflowId).signal(add, value);
  } catch (error) {
    return (error as Error).message;
  }
  return 'delivered';
}

/** Asks another workflow to cancel, and tells how that went. */
export async function cancelOther(workflowId: string): Promise<string> {
  try {
    await getExternalWorkflowHandle(workflowId).cancel();
  } catch (error) {
    return (error as Error).message;
  }
  return 'delivered';
}
