/** The edge of the service: what it says about itself, and how it refuses. */
import assert from 'node:assert/strict';
import { Connection } from '@temporalio/client';
import { api } from './harness/api';
import { expectRpcError } from './harness/errors';
import { expectMatch, present } from './harness/match';
import { payloads } from './harness/payloads';
import { plain } from './harness/plain';
import { startRaw, startRequest } from './harness/raw';
import { scenario, suite } from './harness/suite';

import service = api.workflowservice.v1;

suite('the service', {}, (temporal) => {
  scenario('it names its version and what it can do', async () => {
    expectMatch(plain(service.GetSystemInfoResponse, await temporal.rpc.getSystemInfo({})), {
      serverVersion: /^\d+\.\d+\.\d+/,
      capabilities: {
        signalAndQueryHeader: true,
        internalErrorDifferentiation: true,
        activityFailureIncludeHeartbeat: true,
        encodedFailureAttributes: true,
        upsertMemo: true,
        sdkMetadata: true,
        eagerWorkflowStart: true,
      },
    });
    expectMatch(plain(service.GetClusterInfoResponse, await temporal.rpc.getClusterInfo({})), {
      serverVersion: /^\d+\.\d+\.\d+/,
      clusterId: present,
      clusterName: present,
      historyShardCount: present,
      persistenceStore: present,
      visibilityStore: present,
    });
  });

  scenario('it reports its health', async () => {
    const { status } = await temporal.connection.healthService.check({
      service: 'temporal.api.workflowservice.v1.WorkflowService',
    });
    assert.equal(status, 1, 'SERVING');
  });

  scenario('what is not built answers UNIMPLEMENTED', async () => {
    const { namespace } = temporal;
    const calls = [
      temporal.rpc.createSchedule({ namespace, scheduleId: 's', requestId: 'r' }),
      temporal.rpc.pauseWorkflowExecution({ namespace, workflowId: 'w' }),
      temporal.connection.operatorService.listNexusEndpoints({}),
    ];
    await Promise.all(
      calls.map((call) => expectRpcError(call, { code: 'UNIMPLEMENTED', message: /./ }))
    );
  });

  scenario('a message of more than 4 MiB is refused in the words of grpc-go', async () => {
    const input = payloads('x'.repeat(5 * 1024 * 1024));
    await expectRpcError(temporal.rpc.startWorkflowExecution(startRequest(temporal, { input })), {
      code: 'RESOURCE_EXHAUSTED',
      message: /^grpc: received message larger than max \(\d+ vs\. 4194304\)$/,
    });
  });

  scenario('a poll needs a deadline, and one that leaves time to wait', async () => {
    const { namespace } = temporal;
    const request = { namespace, taskQueue: { name: temporal.taskQueue }, identity: 'poller' };
    const within = <T>(timeoutMs: number, call: () => Promise<T>): Promise<T> =>
      temporal.connection.withDeadline(Date.now() + timeoutMs, call);

    const invalid = { code: 'INVALID_ARGUMENT' };
    await expectRpcError(temporal.rpc.pollWorkflowTaskQueue(request), invalid);
    await expectRpcError(temporal.rpc.pollActivityTaskQueue(request), invalid);
    const tooSoon = { code: 'FAILED_PRECONDITION' };
    await expectRpcError(
      within(1500, () => temporal.rpc.pollWorkflowTaskQueue(request)),
      tooSoon
    );
    await expectRpcError(
      within(1500, () => temporal.rpc.pollActivityTaskQueue(request)),
      tooSoon
    );
    const noQueue = () =>
      temporal.rpc.pollWorkflowTaskQueue({ ...request, taskQueue: { name: '' } });
    await expectRpcError(within(5000, noQueue), invalid);
  });

  scenario('a poll without a task ends well before its deadline, empty', async () => {
    const { namespace } = temporal;
    const begin = Date.now();
    const task = await temporal.connection.withDeadline(begin + 4000, () =>
      temporal.rpc.pollActivityTaskQueue({ namespace, taskQueue: { name: temporal.taskQueue } })
    );
    assert.equal(task.taskToken.length, 0);
    const took = Date.now() - begin;
    assert.ok(took >= 1000 && took < 3500, `it took ${took} ms`);
  });

  scenario('a poll that its caller gave up gets no task', async () => {
    const run = await startRaw(temporal);
    await run.worker.step();
    const { namespace } = temporal;
    const givenUp = new AbortController();
    const taskQueue = { name: run.taskQueue };
    const polls = Array.from({ length: 3 }, () =>
      temporal.connection.withAbortSignal(givenUp.signal, () =>
        temporal.connection.withDeadline(Date.now() + 20_000, () =>
          temporal.rpc.pollWorkflowTaskQueue({ namespace, taskQueue })
        )
      )
    );
    // A call behind the polls on the same connection: once it is answered, they have arrived.
    await temporal.rpc.getSystemInfo({});
    givenUp.abort();
    for (const poll of polls) await expectRpcError(poll, { code: 'CANCELLED' });
    // The server learns of it on a thread of its own, so a few calls go by first; tests/matching has the exact cases.
    for (let calls = 0; calls < 50; calls++) await temporal.rpc.getSystemInfo({});
    await run.signal('news');

    const task = await run.worker.pollWorkflowTask();
    assert.equal(task.attempt, 1);
  });

  scenario('a client that is too new is told so', async () => {
    const metadata = { 'client-name': 'temporal-typescript', 'client-version': '9.0.0' };
    const { namespace } = temporal;
    const describe = () => temporal.rpc.describeNamespace({ namespace });
    await expectRpcError(temporal.connection.withMetadata(metadata, describe), {
      code: 'FAILED_PRECONDITION',
      detail: { type: 'ClientVersionNotSupportedFailure' },
    });
  });

  scenario('a namespace is required', async () => {
    const request = startRequest(temporal, { namespace: '' });
    await expectRpcError(temporal.rpc.startWorkflowExecution(request), {
      code: 'INVALID_ARGUMENT',
    });
  });

  scenario('one connection carries many calls at the same time', async () => {
    const connection = await Connection.connect({ address: temporal.connection.options.address });
    const { namespace } = temporal;
    const calls = Array.from({ length: 200 }, () =>
      connection.workflowService.describeNamespace({ namespace })
    );
    assert.equal((await Promise.all(calls)).length, 200);
    await connection.close();
  });
});
