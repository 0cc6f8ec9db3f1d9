/** Activities of the workflows in this folder. */
import {
  activityInfo,
  CancelledFailure,
  CompleteAsyncError,
  Context,
  heartbeat,
  sleep,
} from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';

export async function greeting(name: string): Promise<string> {
  return `Hello, ${name}!`;
}

export async function slowly(forMs: number): Promise<string> {
  await sleep(forMs);
  return 'slow';
}

/** Fails on the first `times` attempts, then returns the number of the attempt that succeeded. */
export async function failTimes(
  times: number,
  options: { type?: string; nextRetryDelay?: number } = {}
): Promise<number> {
  const { attempt } = activityInfo();
  if (attempt > times) return attempt;
  throw ApplicationFailure.create({
    message: `attempt ${attempt} failed`,
    details: [attempt],
    ...options,
  });
}

export async function failForGood(): Promise<void> {
  throw ApplicationFailure.nonRetryable('no use to retry', 'Fatal', 'first detail', 2);
}

/** Heartbeats until it is cancelled, and reports how it learned of it. */
export async function heartbeatUntilCancelled(): Promise<void> {
  try {
    for (;;) {
      heartbeat('alive');
      await sleep(100);
    }
  } catch (error) {
    if (error instanceof CancelledFailure) heartbeat('cleaned up');
    throw error;
  }
}

/** Leaves its completion to somebody else. */
export async function completedElsewhere(): Promise<string> {
  throw new CompleteAsyncError();
}

/** Stops answering: only a timeout ends an attempt, and shutdown of the worker. */
export async function hang(): Promise<void> {
  await Context.current().cancelled;
}
