/** Signals: order, dedupe, closed workflows. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { completeWorkflow, startTimer } from './harness/commands';
import { expectRpcError } from './harness/errors';
import { event, expectHistory } from './harness/history';
import { payloads } from './harness/payloads';
import { startRaw } from './harness/raw';
import { scenario, suite } from './harness/suite';
import { add, collect, finish } from './workflows';

suite('signals', { worker: {} }, (temporal) => {
  const hour = 3_600_000;

  scenario('signals sent one after another are handled in that order', async () => {
    const sent = Array.from({ length: 20 }, (_, index) => `value ${index}`);
    const handle = await temporal.client.workflow.start(collect, {
      taskQueue: temporal.taskQueue,
      workflowId: temporal.workflowId(),
    });
    for (const value of sent) await handle.signal(add, value);
    await handle.signal(finish);

    assert.deepEqual(await handle.result(), sent);
  });

  scenario('a signal to an idle workflow is written with its workflow task', async () => {
    const run = await startRaw(temporal);
    await run.worker.step(startTimer('idle', hour));
    const requestId = randomUUID();
    const answer: any = await run.signal('knock', {
      input: payloads('who', 'is there'),
      requestId,
    });
    assert.equal(answer.link.workflowEvent.requestIdRef.requestId, requestId);
    // The link leads to the event by what describe says of the request id.
    const { requestIdInfos } = (await run.describe()).workflowExtendedInfo;
    assert.deepEqual(requestIdInfos[requestId], {
      eventType: 'EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED',
      eventId: 6,
      buffered: false,
    });

    expectHistory('events §2.2', await run.history(), [
      'WorkflowExecutionStarted',
      'WorkflowTaskScheduled',
      'WorkflowTaskStarted',
      'WorkflowTaskCompleted',
      'TimerStarted',
      event('WorkflowExecutionSignaled', {
        signalName: 'knock',
        input: ['who', 'is there'],
        identity: 'raw-client',
        externalWorkflowExecution: null,
        requestId,
      }),
      event('WorkflowTaskScheduled', { attempt: 1, startToCloseTimeout: 10_000 }),
    ]);
  });

  scenario('a signal beside a scheduled workflow task adds no other task', async () => {
    const run = await startRaw(temporal);
    await run.signal('one');
    await run.signal('two');

    expectHistory('server §2.5', await run.history(), [
      'WorkflowExecutionStarted',
      'WorkflowTaskScheduled',
      event('WorkflowExecutionSignaled', { signalName: 'one' }),
      event('WorkflowExecutionSignaled', { signalName: 'two' }),
    ]);
  });

  scenario('a repeated request id is one signal, on a closed workflow too', async () => {
    const run = await startRaw(temporal);
    const requestId = randomUUID();
    await run.signal('once', { requestId });
    await run.signal('once', { requestId });
    await run.worker.step(completeWorkflow());
    await run.signal('once', { requestId });

    expectHistory('events §4.1', await run.history(), [
      'WorkflowExecutionStarted',
      'WorkflowTaskScheduled',
      event('WorkflowExecutionSignaled', { requestId }),
      'WorkflowTaskStarted',
      'WorkflowTaskCompleted',
      'WorkflowExecutionCompleted',
    ]);
  });

  scenario('signals to closed and to unknown workflows are not found', async () => {
    const run = await startRaw(temporal);
    await run.worker.step(completeWorkflow());
    await expectRpcError(run.signal('late'), {
      code: 'NOT_FOUND',
      message: 'workflow execution already completed',
      detail: { type: 'NotFoundFailure' },
    });

    const unknown = { workflowId: temporal.workflowId() };
    await expectRpcError(run.signal('lost', { workflowExecution: unknown }), {
      code: 'NOT_FOUND',
      detail: { type: 'NotFoundFailure' },
    });
  });
});
