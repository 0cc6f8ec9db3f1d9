import { setTimeout as pause } from 'node:timers/promises';
import { inspect } from 'node:util';

const pauseMs = 20;

/**
 * Asks until the answer satisfies `holds`, and returns that answer; fails with the last one at the
 * deadline.
 */
export async function eventually<T>(
  what: string,
  ask: () => Promise<T>,
  holds: (answer: T) => boolean,
  withinMs = 15_000
): Promise<T> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const answer = await ask();
    if (holds(answer)) return answer;
    if (Date.now() > deadline) {
      throw new Error(
        `${what}: not within ${withinMs} ms; the last answer was ${inspect(answer, { depth: 6 })}`
      );
    }
    await pause(pauseMs);
  }
}
