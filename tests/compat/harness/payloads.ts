import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import { msNumberToTs } from '@temporalio/common/lib/time';
import { api } from './api';

export function payload(value: unknown): Payload {
  return defaultPayloadConverter.toPayload(value);
}

export function payloads(...values: unknown[]): api.common.v1.IPayloads {
  return { payloads: values.map(payload) };
}

/** A map of named payloads, the shape of memo fields, headers and search attributes. */
export function payloadMap(values: Record<string, unknown>): Record<string, Payload> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, payload(value)]));
}

/** A protobuf Duration. */
export const duration = msNumberToTs;
