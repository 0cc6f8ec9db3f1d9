/** Starting: the first two events, effective timeouts, and what is refused. */
import assert from 'node:assert/strict';
import { expectRpcError } from './harness/errors';
import { event, expectHistory } from './harness/history';
import { between, expectMatch, unset } from './harness/match';
import { duration, payload, payloadMap, payloads } from './harness/payloads';
import { startRaw, startRequest } from './harness/raw';
import { scenario, suite } from './harness/suite';
import { api, type StartRequest } from './harness/api';

suite('start', {}, (temporal) => {
  scenario('a start writes Started and WorkflowTaskScheduled', async () => {
    const before = Date.now();
    const run = await startRaw(temporal, {
      input: payloads('first', 2),
      memo: { fields: payloadMap({ note: 'remember' }) },
      header: { fields: payloadMap({ trace: 'abc' }) },
      userMetadata: { summary: payload('short'), details: payload('long') },
    });

    const { workflowId, runId } = run.execution;
    const events = await run.history();
    expectHistory('events §1.3', events, [
      event('WorkflowExecutionStarted', {
        workflowType: { name: 'raw' },
        workflowId,
        taskQueue: { name: run.taskQueue, kind: 'TASK_QUEUE_KIND_NORMAL' },
        input: ['first', 2],
        memo: { fields: { note: 'remember' } },
        header: { fields: { trace: 'abc' } },
        searchAttributes: unset,
        identity: 'raw-client',
        attempt: 1,
        originalExecutionRunId: runId,
        firstExecutionRunId: runId,
        continuedExecutionRunId: '',
        initiator: 'CONTINUE_AS_NEW_INITIATOR_UNSPECIFIED',
        continuedFailure: null,
        lastCompletionResult: unset,
        workflowExecutionTimeout: unset,
        workflowRunTimeout: unset,
        workflowTaskTimeout: 10_000,
        workflowExecutionExpirationTime: unset,
        firstWorkflowTaskBackoff: unset,
        retryPolicy: null,
        cronSchedule: '',
        parentWorkflowExecution: null,
        parentWorkflowNamespace: '',
        rootWorkflowExecution: null,
        prevAutoResetPoints: unset,
        completionCallbacks: [],
        eagerExecutionAccepted: false,
      }),
      event('WorkflowTaskScheduled', {
        taskQueue: { name: run.taskQueue, kind: 'TASK_QUEUE_KIND_NORMAL', normalName: '' },
        startToCloseTimeout: 10_000,
        attempt: 1,
      }),
    ]);
    expectMatch(events[0].userMetadata, { summary: 'short', details: 'long' });
    assert.ok(
      between(before - 1000, Date.now() + 1000)(events[0].time),
      'event times are wall clock times'
    );
  });

  scenario('the first start answers started and the id of the run', async () => {
    const response = await temporal.rpc.startWorkflowExecution(startRequest(temporal));

    assert.equal(response.started, true);
    assert.match(response.runId, /^[0-9a-f-]{36}$/);
  });

  scenario('timeouts are cut to the timeout of what encloses them', async () => {
    const run = await startRaw(temporal, {
      workflowExecutionTimeout: duration(40_000),
      workflowRunTimeout: duration(50_000),
      workflowTaskTimeout: duration(300_000),
    });

    const [started, scheduled] = await run.history();
    expectMatch(started.attributes, {
      workflowExecutionTimeout: 40_000,
      workflowRunTimeout: 40_000,
      workflowTaskTimeout: 40_000,
      workflowExecutionExpirationTime: between(started.time + 39_998, started.time + 40_002),
    });
    expectMatch(scheduled.attributes, { startToCloseTimeout: 40_000 });
    await run.terminate('done');
  });

  scenario('a workflow task takes 120 seconds at most', async () => {
    const run = await startRaw(temporal, { workflowTaskTimeout: duration(300_000) });

    const [started, scheduled] = await run.history();
    expectMatch(started.attributes, { workflowTaskTimeout: 120_000 });
    expectMatch(scheduled.attributes, { startToCloseTimeout: 120_000 });
  });

  const {
    WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE,
    WORKFLOW_ID_REUSE_POLICY_TERMINATE_IF_RUNNING,
  } = api.enums.v1.WorkflowIdReusePolicy;
  const {
    WORKFLOW_ID_CONFLICT_POLICY_TERMINATE_EXISTING,
    WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING,
  } = api.enums.v1.WorkflowIdConflictPolicy;
  const refused: Record<string, StartRequest> = {
    'no workflow id': { workflowId: '' },
    'a workflow id of 1001 bytes': { workflowId: 'x'.repeat(1001) },
    'no workflow type': { workflowType: { name: '' } },
    'no task queue': { taskQueue: { name: '' } },
    'a task queue name of the server': { taskQueue: { name: '/_sys/queue/1' } },
    'a negative execution timeout': { workflowExecutionTimeout: duration(-1000) },
    'a negative run timeout': { workflowRunTimeout: duration(-1000) },
    'a negative task timeout': { workflowTaskTimeout: duration(-1000) },
    'a retry policy with a coefficient below one': { retryPolicy: { backoffCoefficient: 0.5 } },
    'a negative number of attempts': { retryPolicy: { maximumAttempts: -1 } },
    'a conflict policy beside TERMINATE_IF_RUNNING': {
      workflowIdReusePolicy: WORKFLOW_ID_REUSE_POLICY_TERMINATE_IF_RUNNING,
      workflowIdConflictPolicy: WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING,
    },
    'TERMINATE_EXISTING beside REJECT_DUPLICATE': {
      workflowIdReusePolicy: WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE,
      workflowIdConflictPolicy: WORKFLOW_ID_CONFLICT_POLICY_TERMINATE_EXISTING,
    },
    'an unknown search attribute': {
      searchAttributes: { indexedFields: payloadMap({ NobodyAddedThis: 'x' }) },
    },
    'an input of more than 2 MiB': { input: payloads('x'.repeat(2 * 1024 * 1024 + 1)) },
  };
  for (const [fault, overrides] of Object.entries(refused)) {
    scenario(`${fault} is an invalid argument`, async () => {
      const call = temporal.rpc.startWorkflowExecution(startRequest(temporal, overrides));
      await expectRpcError(call, { code: 'INVALID_ARGUMENT', message: /./ });
    });
  }

  scenario('an unknown namespace is not found, and named', async () => {
    const request = startRequest(temporal, { namespace: 'nowhere' });
    await expectRpcError(temporal.rpc.startWorkflowExecution(request), {
      code: 'NOT_FOUND',
      detail: { type: 'NamespaceNotFoundFailure', value: { namespace: 'nowhere' } },
    });
  });
});
