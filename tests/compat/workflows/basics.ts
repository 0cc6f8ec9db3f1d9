import {
  ApplicationFailure,
  condition,
  continueAsNew,
  executeChild,
  proxyActivities,
  setHandler,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';
import type * as activities from '../activities';
import { add } from './signals';

const { greeting } = proxyActivities<typeof activities>({ startToCloseTimeout: '10s' });

export async function greet(name: string): Promise<string> {
  return await greeting(name);
}

export async function nap(forMs: number): Promise<string> {
  await sleep(forMs);
  return 'rested';
}

export async function failWith(message: string, type: string): Promise<never> {
  throw ApplicationFailure.nonRetryable(message, type, 'detail', { answer: 42 });
}

/** Fails until it is its attempt's turn, and returns its number. */
export async function attemptUntil(turn: number): Promise<number> {
  const { attempt } = workflowInfo();
  if (attempt < turn) throw ApplicationFailure.create({ message: `attempt ${attempt} of ${turn}` });
  return attempt;
}

/** A child that needs so many attempts. */
export async function parentOfAttempts(turn: number): Promise<number> {
  return await executeChild(attemptUntil, {
    args: [turn],
    retry: { initialInterval: 1000, maximumAttempts: 3 },
  });
}

/** Counts the runs of its schedule; the `last` one fails. */
export async function countRuns(last: number): Promise<number> {
  const run = ((workflowInfo().lastResult as number | undefined) ?? 0) + 1;
  if (run === last) throw ApplicationFailure.create({ message: `run ${run}` });
  return run;
}

/** Runs once per number, each time as a new run. */
export async function countDown(from: number, runIds: string[] = []): Promise<string[]> {
  const seen = [...runIds, workflowInfo().runId];
  if (from > 1) await continueAsNew<typeof countDown>(from - 1, seen);
  return seen;
}

/**
 * A bug that is gone when the task is tried again: three events is what the first task of a run
 * sees.
 */
export async function failFirstTask(): Promise<string> {
  if (workflowInfo().historyLength === 3) throw new TypeError('a bug in the workflow');
  return 'recovered';
}

/** An activity, a timer and a signal, all of which must come before it completes. */
export async function everything(name: string): Promise<string> {
  let received: string | undefined;
  setHandler(add, (value) => void (received = value));
  const [said] = await Promise.all([
    greeting(name),
    sleep(200),
    condition(() => received !== undefined),
  ]);
  return `${said} ${received}`;
}
