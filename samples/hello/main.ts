/**
 * Says hello: runs a worker, starts one workflow, talks to it, and prints what it returns. In real
 * life the worker and the client are programs of their own; here they share one so that a single
 * command shows everything.
 */
import { randomUUID } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import * as activities from './activities';
import { hello, introduce, progress } from './workflows';

const address = process.env.TEMPORAL_ADDRESS ?? '127.0.0.1:7233';
const taskQueue = 'hello';

async function main(name: string): Promise<void> {
  const connection = await connect();
  const nativeConnection = await NativeConnection.connect({ address });
  const worker = await Worker.create({
    connection: nativeConnection,
    taskQueue,
    workflowsPath: require.resolve('./workflows'),
    activities,
  });

  // The worker polls its task queue until the conversation is over.
  await worker.runUntil(talk(new Client({ connection }), name));
  await nativeConnection.close();
  await connection.close();
}

async function talk(client: Client, name: string): Promise<void> {
  const workflowId = `hello-${randomUUID()}`;
  const handle = await client.workflow.start(hello, { taskQueue, workflowId });
  console.log(`started  ${workflowId}`);

  console.log(`query    it is ${await handle.query(progress)}`);
  await handle.signal(introduce, name);
  console.log(`signal   my name is ${name}`);
  console.log(`query    it is ${await handle.query(progress)}`);

  console.log(`result   ${await handle.result()}`);
}

async function connect(): Promise<Connection> {
  try {
    return await Connection.connect({ address, connectTimeout: '3 seconds' });
  } catch {
    throw new Error(
      `No server answers at ${address}. Start one in another terminal with: make run`
    );
  }
}

Runtime.install({ logger: new DefaultLogger('WARN') });
main(process.argv[2] ?? 'Temporal').catch((error: Error) => {
  console.error(error.message);
  process.exit(1);
});
