import { condition, patched, proxyLocalActivities, setHandler } from '@temporalio/workflow';
import type * as activities from '../activities';
import { finish } from './signals';

const { greeting } = proxyLocalActivities<typeof activities>({ startToCloseTimeout: '10s' });

/** Takes the patched way, and after a signal must find itself on the same way. */
export async function usePatch(): Promise<string[]> {
  let finished = false;
  setHandler(finish, () => void (finished = true));
  const before = patched('new-way') ? 'new' : 'old';
  await condition(() => finished);
  const after = patched('new-way') ? 'new' : 'old';
  return [before, after];
}

const { slowly } = proxyLocalActivities<typeof activities>({ startToCloseTimeout: '20s' });

/** Runs an activity inside the workflow task for longer than the task may take. */
export async function greetSlowlyHere(forMs: number): Promise<string> {
  return await slowly(forMs);
}

/** Runs an activity inside the workflow task; its result lives in a marker. */
export async function greetLocally(name: string): Promise<string> {
  let finished = false;
  setHandler(finish, () => void (finished = true));
  const result = await greeting(name);
  await condition(() => finished);
  return result;
}
