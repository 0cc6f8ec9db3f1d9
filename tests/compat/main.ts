/**
 * The runner behind tests/compat/run: bundles the workflows once, starts one server in memory for
 * the whole run, gives every test file a process of its own, and fails as well when the server
 * misbehaved.
 */
import { readdirSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { Server } from './harness/server';

const filesAtOnce = 3;
const fileTimeoutMs = 180_000;

async function main(subjects: string[]): Promise<void> {
  const files = testFiles(subjects);
  process.env.COMPAT_WORKFLOW_BUNDLE = await bundleWorkflows();

  const server = process.env.TEMPORAL_ADDRESS === undefined ? await Server.start() : undefined;
  process.env.TEMPORAL_ADDRESS ??= server?.address;
  const abort = new AbortController();
  void server?.ended.then(() => abort.abort());
  await runTests(files, abort.signal);
  await server?.stop();
}

function testFiles(subjects: string[]): string[] {
  const all = readdirSync(__dirname).filter((name) => name.endsWith('_test.js'));
  const chosen = subjects.length === 0 ? all : subjects.map((subject) => `${subject}_test.js`);
  const unknown = chosen.filter((name) => !all.includes(name));
  if (unknown.length > 0)
    throw new Error(`no such test: ${unknown.join(', ')}; there are: ${all.join(', ')}`);
  return chosen.map((name) => resolve(__dirname, name));
}

async function bundleWorkflows(): Promise<string> {
  const bundle = await bundleWorkflowCode({
    workflowsPath: require.resolve('./workflows'),
    logger: new DefaultLogger('WARN'),
  });
  const path = resolve(__dirname, 'workflow-bundle.js');
  writeFileSync(path, bundle.code);
  return path;
}

function runTests(files: string[], signal: AbortSignal): Promise<void> {
  return new Promise((done, failed) => {
    const results = run({ files, concurrency: filesAtOnce, timeout: fileTimeoutMs, signal });
    results.on('test:fail', () => (process.exitCode = 1));
    const report = results.compose(new spec());
    report.on('end', done).on('error', failed);
    report.pipe(process.stdout);
  });
}

main(process.argv.slice(2)).catch((error) => {
  process.stderr.write(`tests/compat: ${error instanceof Error ? error.message : error}\n`);
  process.exit(1);
});
