import { type ActivityOptions, proxyActivities } from '@temporalio/workflow';

/** Runs the named activity with the options that the test chose, and returns its result. */
export async function runActivity(
  name: string,
  options: ActivityOptions,
  ...args: unknown[]
): Promise<unknown> {
  return await proxyActivities(options)[name](...args);
}
