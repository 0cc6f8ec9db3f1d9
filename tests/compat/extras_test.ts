/** What callers attach to their calls: links, headers, user metadata, and where it is kept. */
import assert from 'node:assert/strict';
import {
  completeWorkflow,
  continueAsNew,
  recordMarker,
  scheduleActivity,
  startTimer,
} from './harness/commands';
import { event, expectHistory, only, type Event } from './harness/history';
import { unset } from './harness/match';
import { payload, payloadMap } from './harness/payloads';
import { RawRun, startRaw } from './harness/raw';
import { scenario, suite } from './harness/suite';

const linked = (workflowId: string) => ({
  workflowEvent: { namespace: 'default', workflowId, runId: 'r' },
});
const linksOf = ({ links }: Event): string[] =>
  links.map((link: any) => link.workflowEvent.workflowId);

suite('links, headers and user metadata', {}, (temporal) => {
  scenario('each call leaves its links on the event it causes', async () => {
    const run = await startRaw(temporal, { links: [linked('start')] });
    await run.signal('s', { links: [linked('signal')] });
    await run.cancel({ links: [linked('cancel')] });
    await run.terminate('enough', { links: [linked('terminate')] });
    const events = await run.history();
    expectHistory('events §1.1', events, [
      'WorkflowExecutionStarted',
      'WorkflowTaskScheduled',
      'WorkflowExecutionSignaled',
      'WorkflowExecutionCancelRequested',
      'WorkflowExecutionTerminated',
    ]);
    assert.deepEqual(events.map(linksOf), [['start'], [], ['signal'], ['cancel'], ['terminate']]);
  });

  scenario('the next run of a chain has the links of the first, not its metadata', async () => {
    const run = await startRaw(temporal, {
      links: [linked('start')],
      userMetadata: { summary: payload('a summary'), details: payload('details') },
    });
    const { userMetadata } = (await run.history())[0];
    assert.deepEqual([userMetadata.summary, userMetadata.details], ['a summary', 'details']);
    const { executionConfig } = await run.describe();
    assert.equal(executionConfig.userMetadata.summary, 'a summary');

    await run.worker.step(continueAsNew());
    const closed = only(await run.history(), 'WorkflowExecutionContinuedAsNew').attributes;
    const execution = { workflowId: run.execution.workflowId, runId: closed.newExecutionRunId };
    const started = (await new RawRun(temporal, execution, run.taskQueue).history())[0];
    assert.deepEqual(linksOf(started), ['start']);
    assert.ok(unset(started.userMetadata));
    await temporal.client.workflow.getHandle(execution.workflowId).terminate();
  });

  scenario('the metadata of a command goes onto its event, and headers stay', async () => {
    const run = await startRaw(temporal);
    const noted = (command: object, summary: string) => ({
      ...command,
      userMetadata: { summary: payload(summary) },
    });
    const header = { fields: payloadMap({ trace: 'abc' }) };
    await run.worker.step(
      noted(startTimer('t', 60_000), 'timer'),
      noted(scheduleActivity('a', { header }), 'activity'),
      noted(recordMarker('m', { header }), 'marker'),
      noted(completeWorkflow(), 'completion')
    );
    const events = await run.history();
    expectHistory('events §1.1', events, [
      'WorkflowExecutionStarted',
      'WorkflowTaskScheduled',
      'WorkflowTaskStarted',
      'WorkflowTaskCompleted',
      event('TimerStarted', { timerId: 't' }),
      event('ActivityTaskScheduled', { header: { fields: { trace: 'abc' } } }),
      event('MarkerRecorded', { header: { fields: { trace: 'abc' } } }),
      'WorkflowExecutionCompleted',
    ]);
    assert.deepEqual(
      events.slice(4).map(({ userMetadata }) => userMetadata?.summary),
      ['timer', 'activity', 'marker', 'completion']
    );
  });
});
