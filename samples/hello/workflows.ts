/**
 * A workflow is a function whose progress survives crashes of its worker and of the server: every
 * step it takes is an event in a history, and the function is replayed from that history where it
 * has to go on. Hence it must be deterministic, and does everything else in activities.
 */
import {
  condition,
  defineQuery,
  defineSignal,
  proxyActivities,
  setHandler,
  sleep,
} from '@temporalio/workflow';
import type * as activities from './activities';

const { composeGreeting } = proxyActivities<typeof activities>({
  startToCloseTimeout: '10 seconds',
});

/** Signals bring something into a running workflow ... */
export const introduce = defineSignal<[name: string]>('introduce');
/** ... and queries look into it. */
export const progress = defineQuery<string>('progress');

export async function hello(): Promise<string> {
  let name: string | undefined;
  let step = 'waiting to be told a name';
  setHandler(introduce, (value) => void (name = value));
  setHandler(progress, () => step);

  await condition(() => name !== undefined);
  step = 'composing a greeting';
  const greeting = await composeGreeting(name!);

  step = 'taking a pause';
  await sleep('2 seconds'); // kept by the server: it could as well be 30 days
  step = 'done';
  return greeting;
}
