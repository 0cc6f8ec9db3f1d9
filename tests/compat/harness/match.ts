import assert from 'node:assert/strict';
import { inspect, isDeepStrictEqual } from 'node:util';

/**
 * Lists what differs between a value and what is expected of it. Of an object only the expected
 * fields are compared, and each must exist, so a misspelled field is found; of an array every item
 * counts. A function is a predicate on the value in its place, a regular expression a pattern for
 * it.
 */
export function differences(actual: any, expected: any, path = ''): string[] {
  if (typeof expected === 'function')
    return expected(actual) ? [] : [`${path}: not ${expected.name}: ${show(actual)}`];
  if (expected instanceof RegExp) {
    return typeof actual === 'string' && expected.test(actual)
      ? []
      : [`${path}: ${show(actual)} is unlike ${expected}`];
  }
  if (Array.isArray(expected) && Array.isArray(actual) && expected.length === actual.length) {
    return expected.flatMap((item, index) => differences(actual[index], item, `${path}[${index}]`));
  }
  if (isPlainObject(expected) && isPlainObject(actual)) {
    return Object.entries(expected).flatMap(([key, value]) =>
      key in actual
        ? differences(actual[key], value, path === '' ? key : `${path}.${key}`)
        : [`${path}: no field ${key}`]
    );
  }
  return isDeepStrictEqual(actual, expected)
    ? []
    : [`${path}: ${show(actual)} instead of ${show(expected)}`];
}

export function expectMatch(actual: any, expected: any): void {
  const found = differences(actual, expected);
  assert.ok(found.length === 0, `${found.join('\n')}\nin ${show(actual)}`);
}

/** Matches what a message leaves out: an absent message, a zero, an empty string, list or map. */
export function unset(value: any): boolean {
  if (value === null || value === undefined || value === 0 || value === '' || value === false)
    return true;
  return typeof value === 'object' && Object.values(value).every(unset);
}

export function present(value: any): boolean {
  return !unset(value);
}

export function uuid(value: any): boolean {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/.test(value);
}

/** Matches a number in the closed range. */
export function between(low: number, high: number): (value: any) => boolean {
  const inRange = (value: any): boolean =>
    typeof value === 'number' && low <= value && value <= high;
  Object.defineProperty(inRange, 'name', { value: `between ${low} and ${high}` });
  return inRange;
}

export function show(value: any): string {
  return inspect(value, { depth: 8, breakLength: 120 });
}

function isPlainObject(value: any): boolean {
  return (
    value !== null &&
    typeof value === 'object' &&
    [Object.prototype, null].includes(Object.getPrototypeOf(value))
  );
}
