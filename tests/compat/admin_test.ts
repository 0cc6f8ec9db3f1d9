/** AdminService on the wire: every number as Temporal's server has it, read without our .proto. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { expectRpcError } from './harness/errors';
import { scenario, suite, type Temporal } from './harness/suite';
import { callRaw, wireField, WireMessage } from './harness/wire';

const keyword = 2;

async function call(temporal: Temporal, method: string, request: Buffer): Promise<WireMessage> {
  const path = `/temporal.server.api.adminservice.v1.AdminService/${method}`;
  return new WireMessage(await callRaw(temporal.connection, path, request));
}

suite('the admin service', {}, (temporal) => {
  const nothing = Buffer.alloc(0);

  scenario('it describes the cluster', async () => {
    const cluster = await call(temporal, 'DescribeCluster', nothing);
    assert.deepEqual(cluster.textMap(1), {
      'temporal-cli': '<2.0.0',
      'temporal-go': '<2.0.0',
      'temporal-java': '<2.0.0',
      'temporal-php': '<2.0.0',
      'temporal-server': '<2.0.0',
      'temporal-typescript': '<2.0.0',
      'temporal-ui': '<3.0.0',
    });
    assert.match(cluster.text(2), /^\d+\.\d+\.\d+$/);
    const [membership] = cluster.messages(3);
    const { address } = temporal.connection.options;
    assert.equal(membership!.messages(1)[0]!.text(1), address, 'the current host');
    const roles = membership!.messages(3).map((ring) => ring.text(1));
    assert.deepEqual(roles, ['frontend', 'history', 'matching', 'worker']);

    const info = await temporal.rpc.getClusterInfo({});
    assert.equal(cluster.text(4), info.clusterId);
    assert.equal(cluster.text(5), info.clusterName);
    assert.equal(cluster.number(6), info.historyShardCount);
    assert.equal(cluster.text(7), info.persistenceStore);
    assert.equal(cluster.text(8), info.visibilityStore);
    assert.equal(cluster.number(10), 10);
    assert.equal(cluster.number(11), 1);
    assert.deepEqual(cluster.numbers(), [1, 2, 3, 4, 5, 6, 7, 8, 10, 11], 'no other field is set');
  });

  scenario('it lists the clusters', async () => {
    const clusters = (await call(temporal, 'ListClusters', nothing)).messages(1);
    assert.equal(clusters.length, 1);
    assert.equal(clusters[0]!.text(1), (await temporal.rpc.getClusterInfo({})).clusterName);
    assert.equal(clusters[0]!.text(6), temporal.connection.options.address);
  });

  scenario('it adds, lists and removes search attributes of a namespace', async () => {
    const name = `Attribute${randomUUID().slice(0, 8)}`;
    const namespace = temporal.namespace;
    const entry = Buffer.concat([wireField(1, name), Buffer.from([0x10, keyword])]);
    await call(
      temporal,
      'AddSearchAttributes',
      Buffer.concat([wireField(1, entry), wireField(4, namespace)])
    );
    const known = () => call(temporal, 'GetSearchAttributes', wireField(2, namespace));
    assert.equal((await known()).numberMap(1)[name], keyword);
    assert.equal((await known()).numberMap(2).WorkflowId, keyword);
    await call(
      temporal,
      'RemoveSearchAttributes',
      Buffer.concat([wireField(1, name), wireField(3, namespace)])
    );
    assert.equal((await known()).numberMap(1)[name], undefined);
  });

  scenario('what is not built answers UNIMPLEMENTED, by name', async () => {
    for (const method of ['CloseShard', 'DescribeMutableState', 'AddOrUpdateRemoteCluster']) {
      await expectRpcError(call(temporal, method, nothing), {
        code: 'UNIMPLEMENTED',
        message: new RegExp(method),
      });
    }
  });

  scenario('its health has a name of its own', async () => {
    const { status } = await temporal.connection.healthService.check({
      service: 'temporal.api.adminservice.v1.AdminService',
    });
    assert.equal(status, 1, 'SERVING');
  });
});
