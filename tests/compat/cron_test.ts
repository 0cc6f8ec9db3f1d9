/** Cron schedules: one workflow, a run at each of its times. */
import assert from 'node:assert/strict';
import { completeWorkflow, failWorkflow } from './harness/commands';
import { expectRpcError } from './harness/errors';
import { event, expectHistory } from './harness/history';
import { between, unset, uuid } from './harness/match';
import { duration, payloads } from './harness/payloads';
import { RawRun, startRaw, startRequest } from './harness/raw';
import { scenario, suite } from './harness/suite';
import { countRuns } from './workflows';

suite('cron', { worker: {} }, (temporal) => {
  scenario('each run sees the result of the one before', async () => {
    const handle = await temporal.client.workflow.start(countRuns, {
      taskQueue: temporal.taskQueue,
      workflowId: temporal.workflowId(),
      cronSchedule: '@every 1s',
      args: [3],
    });
    // The third run fails for good; a failure does not end a schedule.
    const runs: string[] = [handle.firstExecutionRunId];
    while (runs.length < 4) {
      const events = await temporal.historyWith(
        { workflowId: handle.workflowId, runId: runs.at(-1)! },
        runs.length === 3 ? 'WorkflowExecutionFailed' : 'WorkflowExecutionCompleted'
      );
      runs.push(events.at(-1)!.attributes.newExecutionRunId);
    }
    await temporal.client.workflow.getHandle(handle.workflowId).terminate('enough');

    const second = await temporal.history({ workflowId: handle.workflowId, runId: runs[1] });
    expectHistory('events §1.3', second, [
      event('WorkflowExecutionStarted', {
        initiator: 'CONTINUE_AS_NEW_INITIATOR_CRON_SCHEDULE',
        cronSchedule: '@every 1s',
        attempt: 1,
        firstExecutionRunId: runs[0],
        continuedExecutionRunId: runs[0],
        firstWorkflowTaskBackoff: between(1000, 2000),
        lastCompletionResult: [1],
        continuedFailure: unset,
      }),
      'WorkflowTaskScheduled',
      'WorkflowTaskStarted',
      'WorkflowTaskCompleted',
      event('WorkflowExecutionCompleted', { result: [2], newExecutionRunId: runs[2] }),
    ]);
    const fourth = await temporal.history({ workflowId: handle.workflowId, runId: runs[3] });
    const started = fourth[0].attributes;
    assert.deepEqual(started.lastCompletionResult, [2], 'a failed run keeps the last result');
    assert.equal(started.continuedFailure.message, 'run 3');
  });

  scenario('the first run waits for its time', async () => {
    const run = await startRaw(temporal, { cronSchedule: '@every 2s' });
    await run.worker.step(completeWorkflow('done'));
    const events = await run.history();
    expectHistory('events §2.3', events, [
      event('WorkflowExecutionStarted', {
        initiator: 'CONTINUE_AS_NEW_INITIATOR_CRON_SCHEDULE',
        firstWorkflowTaskBackoff: between(1000, 2000),
      }),
      'WorkflowTaskScheduled',
      'WorkflowTaskStarted',
      'WorkflowTaskCompleted',
      event('WorkflowExecutionCompleted', { newExecutionRunId: uuid }),
    ]);
    await run.temporal.client.workflow.getHandle(run.execution.workflowId).terminate('enough');
  });

  scenario('retry comes before the schedule', async () => {
    const run = await startRaw(temporal, {
      cronSchedule: '@every 1s',
      retryPolicy: { initialInterval: duration(1000), maximumAttempts: 2 },
    });
    await run.worker.step(failWorkflow('no'));
    const first = (await run.history()).at(-1)!.attributes;
    assert.equal(first.retryState, 'RETRY_STATE_IN_PROGRESS');
    const { workflowId } = run.execution;
    const second = new RawRun(temporal, { workflowId, runId: first.newExecutionRunId }, run.taskQueue);
    await second.worker.step(failWorkflow('no'));
    const last = (await second.history()).at(-1)!.attributes;
    assert.equal(last.retryState, 'RETRY_STATE_MAXIMUM_ATTEMPTS_REACHED');
    const third = await temporal.history({ workflowId, runId: last.newExecutionRunId });
    assert.equal(third[0].attributes.initiator, 'CONTINUE_AS_NEW_INITIATOR_CRON_SCHEDULE');
    assert.equal(third[0].attributes.attempt, 1);
    await temporal.client.workflow.getHandle(workflowId).terminate('enough');
  });

  scenario('a cancellation ends the schedule', async () => {
    const run = await startRaw(temporal, { cronSchedule: '0 0 1 1 *', input: payloads('x') });
    await run.cancel();
    await run.worker.step({
      commandType: 7,
      cancelWorkflowExecutionCommandAttributes: {},
    });
    expectHistory('events §3.8', await run.history(), [
      'WorkflowExecutionStarted',
      'WorkflowExecutionCancelRequested',
      'WorkflowTaskScheduled',
      'WorkflowTaskStarted',
      'WorkflowTaskCompleted',
      'WorkflowExecutionCanceled',
    ]);
    const current = await temporal.describe({ workflowId: run.execution.workflowId });
    assert.equal(current.workflowExecutionInfo!.execution!.runId, run.execution.runId);
  });

  scenario('a schedule that cannot be kept is refused', async () => {
    const refused = (overrides: object, message: RegExp): Promise<unknown> =>
      expectRpcError(temporal.rpc.startWorkflowExecution(startRequest(temporal, overrides)), {
        code: 'INVALID_ARGUMENT',
        message,
      });
    await refused({ cronSchedule: '* * * *' }, /^invalid CronSchedule/);
    await refused({ cronSchedule: 'CRON_TZ=Mars/Olympus 0 0 * * *' }, /^invalid CronSchedule/);
    await refused({ cronSchedule: '0 0 30 2 *' }, /no next firing time found/);
    await refused(
      { cronSchedule: '@daily', workflowStartDelay: duration(1000) },
      /^CronSchedule and WorkflowStartDelay may not be used together\.$/
    );
  });

  scenario('a schedule may name a time zone', async () => {
    const run = await startRaw(temporal, { cronSchedule: 'CRON_TZ=Asia/Kolkata 30 5 * * *' });
    const started = (await run.history())[0];
    const at = started.time + started.attributes.firstWorkflowTaskBackoff;
    assert.equal(Math.floor(at / 1000) % 86_400, 0, 'half past five in India is midnight UTC');
    await run.terminate('enough');
  });
});
