import {
  ActivityCancellationType,
  CancellationScope,
  isCancellation,
  proxyActivities,
  sleep,
} from '@temporalio/workflow';
import type * as activities from '../activities';

const { heartbeatUntilCancelled } = proxyActivities<typeof activities>({
  startToCloseTimeout: '60s',
  heartbeatTimeout: '4s',
  retry: { maximumAttempts: 1 },
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
});

export async function waitForever(): Promise<void> {
  await sleep('10 days');
}

/** Lets its activity finish the cancellation before it ends cancelled itself. */
export async function cancelActivityFirst(): Promise<void> {
  await heartbeatUntilCancelled();
}

/** Takes a request to cancel as an order to clean up, and completes. */
export async function cleanUpOnCancel(): Promise<string> {
  try {
    await sleep('10 days');
  } catch (error) {
    if (!isCancellation(error)) throw error;
    return await CancellationScope.nonCancellable(async () => {
      await sleep(1);
      return 'cleaned up';
    });
  }
  return 'not cancelled';
}
