/** Namespaces: register, describe, list, update, and the isolation between them. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { api } from './harness/api';
import { expectRpcError } from './harness/errors';
import { eventually } from './harness/eventually';
import { expectMatch, uuid } from './harness/match';
import { duration } from './harness/payloads';
import { plain } from './harness/plain';
import { startRequest } from './harness/raw';
import { scenario, suite } from './harness/suite';

import service = api.workflowservice.v1;

suite('namespaces', {}, (temporal) => {
  const day = 24 * 3_600_000;
  const register = (overrides: service.IRegisterNamespaceRequest = {}) =>
    temporal.rpc.registerNamespace({
      namespace: `namespace-${randomUUID()}`,
      workflowExecutionRetentionPeriod: duration(day),
      ...overrides,
    });
  const describe = async (request: service.IDescribeNamespaceRequest) =>
    plain(service.DescribeNamespaceResponse, await temporal.rpc.describeNamespace(request));

  scenario('the default namespace is there', async () => {
    expectMatch(await describe({ namespace: 'default' }), {
      namespaceInfo: { name: 'default', state: 'NAMESPACE_STATE_REGISTERED', id: uuid },
      isGlobalNamespace: false,
      failoverVersion: 0,
    });
  });

  scenario(
    'a registered namespace is described by name and by id, listed, and updated',
    async () => {
      const namespace = `namespace-${randomUUID()}`;
      await register({
        namespace,
        description: 'before',
        ownerEmail: 'ada@example.org',
        data: { team: 'a' },
      });

      const described = await describe({ namespace });
      expectMatch(described, {
        namespaceInfo: {
          name: namespace,
          description: 'before',
          ownerEmail: 'ada@example.org',
          data: { team: 'a' },
          state: 'NAMESPACE_STATE_REGISTERED',
        },
        config: { workflowExecutionRetentionTtl: day },
      });
      expectMatch(await describe({ id: described.namespaceInfo.id }), {
        namespaceInfo: { name: namespace },
      });

      await temporal.rpc.updateNamespace({
        namespace,
        updateInfo: { description: 'after', data: { color: 'red' } },
        config: { workflowExecutionRetentionTtl: duration(2 * day) },
      });
      expectMatch(await describe({ namespace }), {
        namespaceInfo: {
          description: 'after',
          ownerEmail: 'ada@example.org',
          data: { team: 'a', color: 'red' },
        },
        config: { workflowExecutionRetentionTtl: 2 * day },
      });
      assert.ok((await listNames()).includes(namespace));
    }
  );

  scenario('a name is taken once', async () => {
    const namespace = `namespace-${randomUUID()}`;
    await register({ namespace });
    await expectRpcError(register({ namespace }), {
      code: 'ALREADY_EXISTS',
      detail: { type: 'NamespaceAlreadyExistsFailure' },
    });
  });

  scenario('a namespace needs a name and a retention of an hour', async () => {
    const error = { code: 'INVALID_ARGUMENT' };
    await expectRpcError(register({ namespace: '' }), error);
    await expectRpcError(register({ workflowExecutionRetentionPeriod: null }), error);
    await expectRpcError(register({ workflowExecutionRetentionPeriod: duration(60_000) }), error);
  });

  scenario('an unknown namespace is not found, and named', async () => {
    const namespace = `namespace-${randomUUID()}`;
    const error = {
      code: 'NOT_FOUND',
      detail: { type: 'NamespaceNotFoundFailure', value: { namespace } },
    };
    await expectRpcError(describe({ namespace }), error);
    await expectRpcError(
      temporal.rpc.updateNamespace({ namespace, updateInfo: { description: 'x' } }),
      error
    );
    await expectRpcError(temporal.rpc.listWorkflowExecutions({ namespace }), error);
  });

  scenario('workflow ids of two namespaces do not meet', async () => {
    const namespace = `namespace-${randomUUID()}`;
    await register({ namespace });
    const request = startRequest(temporal);
    const here = await temporal.rpc.startWorkflowExecution(request);
    const startThere = () => temporal.rpc.startWorkflowExecution({ ...request, namespace });
    const there = await eventually(
      'the namespace is usable',
      () => startThere().catch(() => undefined),
      Boolean
    );

    assert.ok(there !== undefined && there.started);
    assert.notEqual(there.runId, here.runId);
    const execution = { workflowId: request.workflowId, runId: there.runId };
    await expectRpcError(
      temporal.rpc.describeWorkflowExecution({ namespace: temporal.namespace, execution }),
      { code: 'NOT_FOUND' }
    );
    await temporal.rpc.terminateWorkflowExecution({ namespace, workflowExecution: execution });
    const response = await temporal.rpc.describeWorkflowExecution({ namespace, execution });
    expectMatch(plain(service.DescribeWorkflowExecutionResponse, response), {
      workflowExecutionInfo: { status: 'WORKFLOW_EXECUTION_STATUS_TERMINATED' },
    });
  });

  async function listNames(): Promise<string[]> {
    const names: string[] = [];
    let nextPageToken: Uint8Array | undefined;
    do {
      const page = await temporal.rpc.listNamespaces({ pageSize: 2, nextPageToken });
      names.push(...page.namespaces.map((entry) => entry.namespaceInfo?.name ?? ''));
      nextPageToken = page.nextPageToken;
    } while (nextPageToken.length > 0);
    return names;
  }
});
