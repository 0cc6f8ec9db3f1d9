import { defaultPayloadConverter, type Payload } from '@temporalio/common';

/** The two functions of a generated message class that `plain` needs. */
interface MessageType<T> {
  create(properties?: any): T;
  toObject(message: T, options?: object): Record<string, any>;
}

type Plain = any;

/**
 * A message as a plain object that is pleasant to compare and to print. Every field is present;
 * enumerations are their names; 64-bit integers are numbers; a Timestamp or a Duration is its
 * number of milliseconds; a payload is its decoded value, and a list of payloads an array of
 * values.
 */
export function plain<T>(type: MessageType<T>, message: object): Plain {
  return simplify(
    type.toObject(type.create(message), {
      defaults: true,
      enums: String,
      longs: Number,
      oneofs: true,
    })
  );
}

function simplify(value: any): Plain {
  if (value === null || typeof value !== 'object' || value instanceof Uint8Array) return value;
  if (Array.isArray(value)) return value.map(simplify);
  const keys = Object.keys(value);
  if (keys.length === 2 && 'seconds' in value && 'nanos' in value)
    return value.seconds * 1000 + value.nanos / 1e6;
  if (keys.length === 1 && 'payloads' in value) return value.payloads.map(decodePayload);
  if ('metadata' in value && 'data' in value) return decodePayload(value);
  return Object.fromEntries(keys.map((key) => [key, simplify(value[key])]));
}

/** A payload in an encoding that the SDK does not know stays as it is. */
function decodePayload(payload: Payload): Plain {
  try {
    return defaultPayloadConverter.fromPayload(payload);
  } catch {
    return payload;
  }
}
