/** What a worker may not answer, and what becomes of its workflow task when it does. */
import assert from 'node:assert/strict';
import { api, type Command } from './harness/api';
import {
  cancelExternal,
  cancelTimer,
  cancelWorkflow,
  completeWorkflow,
  requestCancelActivity,
  scheduleActivity,
  signalExternal,
  startChild,
  startTimer,
} from './harness/commands';
import { expectRpcError } from './harness/errors';
import { event, expectHistory } from './harness/history';
import { payloadMap } from './harness/payloads';
import { startRaw } from './harness/raw';
import { scenario, suite } from './harness/suite';

suite('command validation', {}, (temporal) => {
  const misordered: Record<string, Command[]> = {
    'two closing commands': [completeWorkflow(), cancelWorkflow()],
    'a command behind a closing one': [completeWorkflow(), startTimer('t', 1000)],
  };
  for (const [fault, commands] of Object.entries(misordered)) {
    scenario(`${fault}: the whole answer is refused, and the task stays started`, async () => {
      const run = await startRaw(temporal);
      const task = await run.worker.pollWorkflowTask();
      await expectRpcError(run.worker.complete(task, commands), { code: 'INVALID_ARGUMENT' });

      assert.equal((await run.history()).length, 3);
      await run.worker.complete(task, [completeWorkflow()]);
    });
  }

  const duplicateTimer = [startTimer('t', 1000), startTimer('t', 2000)];
  const duplicateActivity = [scheduleActivity('a'), scheduleActivity('a')];
  const noTimeout = scheduleActivity('a', { startToCloseTimeout: null });
  const invalid: Record<string, Command[]> = {
    BAD_START_TIMER_ATTRIBUTES: [startTimer('', 1000)],
    START_TIMER_DUPLICATE_ID: duplicateTimer,
    BAD_CANCEL_TIMER_ATTRIBUTES: [cancelTimer('unknown')],
    BAD_SCHEDULE_ACTIVITY_ATTRIBUTES: [noTimeout],
    SCHEDULE_ACTIVITY_DUPLICATE_ID: duplicateActivity,
    BAD_REQUEST_CANCEL_ACTIVITY_ATTRIBUTES: [requestCancelActivity(99)],
  };
  const otherNamespace = startChild('child', { namespace: 'another' });
  const noSignal = signalExternal('other', { signalName: '' });
  const sameAnswer = [startChild('child'), cancelExternal('child')];
  const unknownAttribute = startChild('child', {
    searchAttributes: { indexedFields: payloadMap({ NobodyKnowsThis: 1 }) },
  });
  Object.assign(invalid, {
    BAD_START_CHILD_EXECUTION_ATTRIBUTES: [otherNamespace],
    BAD_SIGNAL_WORKFLOW_EXECUTION_ATTRIBUTES: [noSignal],
    BAD_REQUEST_CANCEL_EXTERNAL_WORKFLOW_EXECUTION_ATTRIBUTES: sameAnswer,
    BAD_SEARCH_ATTRIBUTES: [unknownAttribute],
  });
  for (const [cause, commands] of Object.entries(invalid)) {
    scenario(`an invalid command fails the task with ${cause}`, async () => {
      const run = await startRaw(temporal);
      const task = await run.worker.pollWorkflowTask();
      const completion = run.worker.complete(task, [startTimer('undone', 1000), ...commands]);
      await expectRpcError(completion, { code: 'INVALID_ARGUMENT', message: /./ });

      const name = cause
        .split('_')
        .map((word) => word[0] + word.slice(1).toLowerCase())
        .join('');
      expectHistory('events §2.6', await run.history(), [
        'WorkflowExecutionStarted',
        'WorkflowTaskScheduled',
        'WorkflowTaskStarted',
        event('WorkflowTaskFailed', {
          scheduledEventId: 2,
          startedEventId: 3,
          cause: `WORKFLOW_TASK_FAILED_CAUSE_${cause}`,
          failure: { message: new RegExp(`^${name}: `, 'i'), failureInfo: 'serverFailureInfo' },
          identity: 'raw-worker',
        }),
      ]);
      assert.equal((await run.worker.pollWorkflowTask()).attempt, 2);
    });
  }

  scenario('a command that is not built yet fails the task once and is named', async () => {
    const run = await startRaw(temporal);
    const commandType = api.enums.v1.CommandType.COMMAND_TYPE_SCHEDULE_NEXUS_OPERATION;
    const attributes = { endpoint: 'endpoint', service: 'service', operation: 'operation' };
    const command = { commandType, scheduleNexusOperationCommandAttributes: attributes };
    await run.worker
      .complete(await run.worker.pollWorkflowTask(), [command])
      .catch(() => undefined);

    const failed = (await run.history())[3];
    assert.equal(failed.type, 'WorkflowTaskFailed');
    assert.match(failed.attributes.failure.message, /schedule_?nexus_?operation/i);
    await run.worker.step(completeWorkflow());
  });
});
