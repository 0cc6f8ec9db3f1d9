import assert from 'node:assert/strict';
import { isGrpcServiceError } from '@temporalio/client';
import { google } from '@temporalio/proto';
import { api } from './api';
import { expectMatch } from './match';
import { plain } from './plain';

const codeNames = [
  'OK',
  'CANCELLED',
  'UNKNOWN',
  'INVALID_ARGUMENT',
  'DEADLINE_EXCEEDED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION',
  'ABORTED',
  'OUT_OF_RANGE',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
  'UNAUTHENTICATED',
];

/**
 * What a failed call told its caller. `detail` is decoded from the grpc-status-details-bin trailer.
 */
export interface RpcError {
  code: string;
  message: string;
  detail?: { type: string; value: any };
}

/** Why a call failed; it must not succeed. */
export function failureOf(call: Promise<unknown>): Promise<any> {
  return call.then(
    (answer) => assert.fail(`the call succeeded: ${JSON.stringify(answer)}`),
    (reason) => reason
  );
}

/** The call must fail like this. The first detail is the one that SDKs read. */
export async function expectRpcError(
  call: Promise<unknown>,
  expected: Record<string, any>
): Promise<RpcError> {
  const error = await rpcErrorOf(call);
  expectMatch(error, expected);
  return error;
}

export async function rpcErrorOf(call: Promise<unknown>): Promise<RpcError> {
  const error = await failureOf(call);
  const status = isGrpcServiceError(error) ? error : error.cause;
  assert.ok(isGrpcServiceError(status), `not an error of the server: ${error?.stack ?? error}`);
  const code = codeNames[status.code];
  const trailer = status.metadata.get('grpc-status-details-bin')[0];
  if (trailer === undefined) return { code, message: status.details };

  const sent = google.rpc.Status.decode(trailer as Buffer);
  assert.equal(sent.code, status.code, 'the code in the details');
  assert.equal(sent.message, status.details, 'the message in the details');
  return { code, message: status.details, detail: decodeDetail(sent.details[0]) };
}

function decodeDetail(any: google.protobuf.IAny | undefined): RpcError['detail'] {
  if (any === undefined) return undefined;
  const type = any.type_url!.replace('type.googleapis.com/temporal.api.errordetails.v1.', '');
  const messages = api.errordetails.v1 as unknown as Record<string, any>;
  assert.ok(type in messages, `unknown error detail ${any.type_url}`);
  return { type, value: plain(messages[type], messages[type].decode(any.value)) };
}
