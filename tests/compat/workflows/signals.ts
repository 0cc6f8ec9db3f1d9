import { condition, defineQuery, defineSignal, setHandler } from '@temporalio/workflow';

export const add = defineSignal<[value: string]>('add');
export const finish = defineSignal('finish');
export const collected = defineQuery<string[]>('collected');
export const nth = defineQuery<string, [index: number]>('nth');
export const broken = defineQuery<never>('broken');

/** Collects what `add` brings until `finish`, and answers queries about it then and later. */
export async function collect(...initial: string[]): Promise<string[]> {
  const values = [...initial];
  let finished = false;
  setHandler(add, (value) => void values.push(value));
  setHandler(finish, () => void (finished = true));
  setHandler(collected, () => values);
  setHandler(nth, (index) => values[index]);
  setHandler(broken, () => {
    throw new RangeError('this handler always fails');
  });
  await condition(() => finished);
  return values;
}

/** Waits for `add` for so long; the race is won by the signal or by the timer. */
export async function waitForSignal(forMs: number): Promise<string> {
  let received: string | undefined;
  setHandler(add, (value) => void (received = value));
  const inTime = await condition(() => received !== undefined, forMs);
  return inTime ? `received ${received}` : 'timed out';
}
