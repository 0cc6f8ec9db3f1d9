/**
 * Input that is meant to hurt: each is refused with its code and text, writes nothing, and leaves
 * the server as large as it was.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { completeWorkflow, scheduleActivity } from './harness/commands';
import { expectRpcError } from './harness/errors';
import { payload, payloads } from './harness/payloads';
import { type RawRun, startRaw, startRequest } from './harness/raw';
import { Server } from './harness/server';
import { scenario, suite, Temporal } from './harness/suite';
import { callRaw, wireField } from './harness/wire';

const mebi = 1 << 20;
const large = 'x'.repeat(2.5 * mebi);
const invalidUtf8 = Buffer.from([0xc3, 0x28]);
const invalid = 'INVALID_ARGUMENT';

interface Attack {
  send: () => Promise<unknown>;
  message: RegExp;
}

function raw(temporal: Temporal, method: string, ...fields: Buffer[]): Promise<Buffer> {
  const path = `/temporal.api.workflowservice.v1.WorkflowService/${method}`;
  return callRaw(temporal.connection, path, Buffer.concat(fields));
}

/** A failure of that many causes in one another. */
function nestedFailure(depth: number): Buffer {
  const causeField = 4;
  let failure = wireField(1, 'the innermost');
  for (let level = 1; level < depth; level++) failure = wireField(causeField, failure);
  return failure;
}

/** What is refused at once, whatever the state of a workflow. */
function attacks(temporal: Temporal, run: RawRun, taskToken: Buffer): Record<string, Attack> {
  const start = (overrides: object) => (): Promise<unknown> =>
    temporal.rpc.startWorkflowExecution(startRequest(temporal, { ...target, ...overrides }));
  const target = { workflowId: run.execution.workflowId, taskQueue: { name: run.taskQueue } };
  const failActivity = (failure: Buffer) => (): Promise<unknown> =>
    raw(
      temporal,
      'RespondActivityTaskFailed',
      wireField(1, taskToken),
      wireField(2, failure),
      wireField(4, temporal.namespace)
    );
  const namespace = wireField(1, temporal.namespace);
  return {
    'an input above the limit of a blob': {
      send: start({ input: payloads(large) }),
      message: /^Blob data size exceeds limit\. StartWorkflowExecution\.Input has \d+ bytes/,
    },
    'a memo above its limit': {
      send: start({ memo: { fields: { note: payload(large) } } }),
      message: /^Memo size exceeds limit\./,
    },
    'a signal above the limit of a blob': {
      send: () => run.signal('s', { input: payloads(large) }),
      message: /^Blob data size exceeds limit\. SignalWorkflowExecution\.Input has \d+ bytes/,
    },
    'a message above the limit of the wire': {
      send: start({ input: payloads('x'.repeat(5 * mebi)) }),
      message: /^grpc: received message larger than max/,
    },
    'a schedule that never fires': {
      send: start({ cronSchedule: '0 0 30 2 *' }),
      message: /^invalid CronSchedule, no next firing time found: 0 0 30 2 \*/,
    },
    'a schedule of nothing but commas': {
      send: start({ cronSchedule: ','.repeat(mebi) }),
      message: /^invalid CronSchedule: 1048576 bytes, at most 1000 are allowed/,
    },
    'more causes in one another than can be stored': {
      send: failActivity(nestedFailure(500)),
      message: /^grpc: error unmarshalling request: it nests deeper than 88 messages/,
    },
    'ten thousand of them': {
      send: failActivity(nestedFailure(10_000)),
      message: /^grpc: error unmarshalling request: the bytes are not a /,
    },
    'a workflow id that is no UTF-8': {
      send: () => raw(temporal, 'StartWorkflowExecution', namespace, wireField(2, invalidUtf8)),
      message: /StartWorkflowExecutionRequest\.workflow_id contains invalid UTF-8/,
    },
    'a name that is no UTF-8 in a map': {
      send: () => {
        const entry = wireField(1, wireField(1, invalidUtf8));
        return raw(temporal, 'StartWorkflowExecution', namespace, wireField(14, entry));
      },
      message: /contains invalid UTF-8/,
    },
    'bytes that are no message': {
      send: () => raw(temporal, 'SignalWorkflowExecution', Buffer.alloc(1000, 0xff)),
      message: /^grpc: error unmarshalling request: the bytes are not a /,
    },
  };
}

async function refuse({ send, message }: Attack): Promise<void> {
  const code = message.source.startsWith('^grpc: received') ? 'RESOURCE_EXHAUSTED' : invalid;
  await expectRpcError(send(), { code, message });
}

function residentBytes(server: Server): number {
  const status = readFileSync(`/proc/${server.pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)![1]) * 1024;
}

suite('bad input', {}, (temporal) => {
  scenario('it is refused by name, and nothing of it is written', async () => {
    const run = await startRaw(temporal);
    await run.worker.step(scheduleActivity('a'));
    const activity = await run.worker.pollActivityTask();
    const before = JSON.stringify(await run.describe());
    const history = await run.history();

    const token = Buffer.from(activity.taskToken!);
    for (const [what, attack] of Object.entries(attacks(temporal, run, token))) {
      await refuse(attack).catch((error) => assert.fail(`${what}: ${error}`));
    }

    assert.deepEqual(await run.history(), history);
    assert.equal(JSON.stringify(await run.describe()), before);
    const query = `WorkflowId = '${run.execution.workflowId}'`;
    const { count } = await temporal.rpc.countWorkflowExecutions({
      namespace: temporal.namespace,
      query,
    });
    assert.equal(count.toNumber(), 1, 'a refused start left a run');
    await run.worker.completeActivity(activity);
    await run.worker.step(completeWorkflow());
  });
});

test('hundreds of megabytes of bad input leave the server as large as it was', async () => {
  // A sanitizer keeps what was freed, up to this.
  process.env.ASAN_OPTIONS = `${process.env.ASAN_OPTIONS ?? ''}:quarantine_size_mb=32`;
  const server = await Server.start();
  const temporal = new Temporal();
  try {
    await temporal.connect(server.address);
    const run = await startRaw(temporal);
    await run.worker.step(scheduleActivity('a'));
    const activity = await run.worker.pollActivityTask();
    const all = Object.values(attacks(temporal, run, Buffer.from(activity.taskToken!)));
    const round = async (): Promise<void> => {
      for (const attack of all) await refuse(attack);
    };
    for (let warm = 0; warm < 3; warm++) await round();
    const before = residentBytes(server);
    for (let count = 0; count < 20; count++) await round(); // 13 MB each
    const grown = residentBytes(server) - before;
    assert.ok(grown < 130 * mebi, `it grew by ${Math.round(grown / mebi)} MiB`);
  } finally {
    await temporal.close();
    await server.stop();
  }
});
