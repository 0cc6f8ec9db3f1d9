/** Markers: what a workflow remembers in its own history. */
import assert from 'node:assert/strict';
import { completeWorkflow, recordMarker } from './harness/commands';
import { event, expectTail, only } from './harness/history';
import { expectMatch } from './harness/match';
import { payloadMap, payloads } from './harness/payloads';
import { startRaw } from './harness/raw';
import { scenario, suite } from './harness/suite';
import { finish, greetLocally, usePatch } from './workflows';

suite('markers', { worker: { maxCachedWorkflows: 0 } }, (temporal) => {
  const options = () => ({ taskQueue: temporal.taskQueue, workflowId: temporal.workflowId() });

  scenario('every field of a marker is kept', async () => {
    const run = await startRaw(temporal);
    const marker = recordMarker('version', {
      details: { changeId: payloads('change'), versions: payloads(1, 2) },
      header: { fields: payloadMap({ trace: 'abc' }) },
      failure: { message: 'noted', applicationFailureInfo: { type: 'Note' } },
    });
    await run.worker.step(marker, completeWorkflow());

    expectTail('events §1.2', await run.history(), 4, [
      'WorkflowTaskCompleted',
      event('MarkerRecorded', {
        markerName: 'version',
        details: { changeId: ['change'], versions: [1, 2] },
        header: { fields: { trace: 'abc' } },
        failure: { message: 'noted', applicationFailureInfo: { type: 'Note' } },
        workflowTaskCompletedEventId: 4,
      }),
      'WorkflowExecutionCompleted',
    ]);
  });

  scenario('a patch stays decided when the workflow is replayed', async () => {
    const handle = await temporal.client.workflow.start(usePatch, options());
    await temporal.historyWith(handle, 'WorkflowTaskCompleted');
    await handle.signal(finish);

    assert.deepEqual(await handle.result(), ['new', 'new']);
    const events = await temporal.history(handle);
    assert.equal(only(events, 'MarkerRecorded').attributes.markerName, 'core_patch');
    const upsert = only(events, 'UpsertWorkflowSearchAttributes').attributes;
    expectMatch(upsert.searchAttributes.indexedFields, {
      TemporalChangeVersion: ['new-way'],
    });
  });

  scenario('a local activity leaves a marker, and runs once', async () => {
    const handle = await temporal.client.workflow.start(greetLocally, {
      ...options(),
      args: ['Ada'],
    });
    await temporal.historyWith(handle, 'MarkerRecorded');
    await handle.signal(finish);

    assert.equal(await handle.result(), 'Hello, Ada!');
    const events = await temporal.history(handle);
    const { markerName, details } = only(events, 'MarkerRecorded').attributes;
    assert.equal(markerName, 'core_local_activity');
    assert.deepEqual(details.result, ['Hello, Ada!']);
    assert.ok(!events.some((event) => event.type.startsWith('Activity')));
  });
});
