/** Queries: direct and buffered, and the ways they fail. */
import assert from 'node:assert/strict';
import { QueryNotRegisteredError, WorkflowNotFoundError } from '@temporalio/client';
import { api } from './harness/api';
import { completeWorkflow, startTimer } from './harness/commands';
import { expectRpcError, failureOf, rpcErrorOf } from './harness/errors';
import { expectMatch, unset } from './harness/match';
import { payloads } from './harness/payloads';
import { plain } from './harness/plain';
import { eventsOf, startRaw } from './harness/raw';
import { scenario, suite } from './harness/suite';
import { types } from './harness/history';
import { add, broken, collect, collected, finish, nth } from './workflows';

suite('queries', { worker: {} }, (temporal) => {
  const start = (...initial: string[]) =>
    temporal.client.workflow.start(collect, {
      taskQueue: temporal.taskQueue,
      workflowId: temporal.workflowId(),
      args: initial,
    });
  const { QUERY_RESULT_TYPE_ANSWERED, QUERY_RESULT_TYPE_FAILED } = api.enums.v1.QueryResultType;
  const answer = { resultType: QUERY_RESULT_TYPE_ANSWERED, answer: payloads('the answer') };

  scenario('a query sees every signal that was acknowledged before it', async () => {
    const handle = await start('x');
    assert.deepEqual(await handle.query(collected), ['x']);
    for (const [index, value] of ['y', 'z'].entries()) {
      await handle.signal(add, value);
      assert.equal(await handle.query(nth, index + 1), value);
    }
  });

  scenario('a closed workflow still answers, unless the caller asks for open ones', async () => {
    const handle = await start('kept');
    await handle.signal(finish);
    await handle.result();
    const length = (await temporal.history(handle)).length;

    assert.deepEqual(await handle.query(collected), ['kept']);
    assert.equal((await temporal.history(handle)).length, length, 'a query leaves no event');
    const onlyOpen = temporal.rpc.queryWorkflow({
      namespace: temporal.namespace,
      execution: { workflowId: handle.workflowId },
      query: { queryType: collected.name },
      queryRejectCondition: api.enums.v1.QueryRejectCondition.QUERY_REJECT_CONDITION_NOT_OPEN,
    });
    expectMatch(plain(api.workflowservice.v1.QueryWorkflowResponse, await onlyOpen), {
      queryRejected: { status: 'WORKFLOW_EXECUTION_STATUS_COMPLETED' },
    });
  });

  scenario('a failing handler is an invalid argument with the failure in its details', async () => {
    const handle = await start();
    const throughSdk = await failureOf(handle.query(broken));
    assert.ok(throughSdk instanceof QueryNotRegisteredError);
    assert.match(throughSdk.message, /this handler always fails/);

    await expectRpcError(
      temporal.rpc.queryWorkflow({
        namespace: temporal.namespace,
        execution: { workflowId: handle.workflowId },
        query: { queryType: broken.name },
      }),
      { code: 'INVALID_ARGUMENT', detail: { type: 'QueryFailedFailure' } }
    );
    await assert.rejects(handle.query('nobody defined this'), QueryNotRegisteredError);
  });

  scenario('a query of an unknown workflow is not found', async () => {
    const handle = temporal.client.workflow.getHandle(temporal.workflowId());
    await assert.rejects(handle.query(collected), WorkflowNotFoundError);
  });

  scenario('an idle workflow is asked directly, with its whole history', async () => {
    const run = await startRaw(temporal);
    await run.worker.step(startTimer('idle', 3_600_000));
    const query = run.query('state', 'now');

    const task = await run.worker.pollWorkflowTask();
    assert.equal(task.query?.queryType, 'state');
    assert.deepEqual([Number(task.startedEventId), task.attempt], [0, 1]);
    assert.deepEqual(types(eventsOf(task)), types(await run.history()));
    await run.worker.answerQuery(task, {
      completedType: QUERY_RESULT_TYPE_ANSWERED,
      queryResult: payloads('the answer'),
    });
    expectMatch(plain(api.workflowservice.v1.QueryWorkflowResponse, await query), {
      queryResult: ['the answer'],
      queryRejected: null,
    });
    assert.equal((await run.history()).length, 5, 'a query leaves no event');
    await expectRpcError(
      run.worker.answerQuery(task, { completedType: QUERY_RESULT_TYPE_ANSWERED }),
      { code: 'NOT_FOUND' }
    );
  });

  scenario('the failure of a direct answer reaches the caller', async () => {
    const run = await startRaw(temporal);
    await run.worker.step(startTimer('idle', 3_600_000));
    const query = rpcErrorOf(run.query('state'));

    await run.worker.answerQuery(await run.worker.pollWorkflowTask(), {
      completedType: QUERY_RESULT_TYPE_FAILED,
      errorMessage: 'no such state',
      failure: { message: 'no such state', applicationFailureInfo: { type: 'Unknown' } },
    });
    expectMatch(await query, {
      code: 'INVALID_ARGUMENT',
      message: 'no such state',
      detail: { type: 'QueryFailedFailure', value: { failure: { message: 'no such state' } } },
    });
  });

  scenario(
    'beside a pending task one query waits for it, and a second one is refused',
    async () => {
      const run = await startRaw(temporal);
      await run.worker.step(startTimer('idle', 3_600_000));
      await run.signal('wake up');
      const queries = [run.query('state'), run.query('state')];

      expectMatch(await Promise.any(queries.map(rpcErrorOf)), {
        code: 'RESOURCE_EXHAUSTED',
        detail: {
          type: 'ResourceExhaustedFailure',
          value: { cause: 'RESOURCE_EXHAUSTED_CAUSE_BUSY_WORKFLOW' },
        },
      });
      const task = await run.worker.pollWorkflowTask();
      expectMatch(task.query, unset);
      const ids = Object.keys(task.queries ?? {});
      assert.equal(ids.length, 1);
      assert.equal(task.queries?.[ids[0]].queryType, 'state');
      await run.worker.complete(task, [], { queryResults: { [ids[0]]: answer } });
      expectMatch(plain(api.workflowservice.v1.QueryWorkflowResponse, await Promise.any(queries)), {
        queryResult: ['the answer'],
      });
    }
  );

  scenario('a query that waited for a task which did not answer it is asked directly', async () => {
    const run = await startRaw(temporal);
    const query = run.query('state');
    await run.worker.step(startTimer('idle', 3_600_000));

    const task = await run.worker.pollWorkflowTask();
    assert.equal(task.query?.queryType, 'state');
    await run.worker.answerQuery(task, {
      completedType: QUERY_RESULT_TYPE_ANSWERED,
      queryResult: payloads('the answer'),
    });
    expectMatch(plain(api.workflowservice.v1.QueryWorkflowResponse, await query), {
      queryResult: ['the answer'],
    });
  });

  scenario('a workflow whose task keeps failing is not ready for queries', async () => {
    const run = await startRaw(temporal);
    await run.worker.step(startTimer('idle', 3_600_000));
    await run.signal('wake up');
    await run.worker.fail(await run.worker.pollWorkflowTask());
    await run.worker.fail(await run.worker.pollWorkflowTask());

    await expectRpcError(run.query('state'), {
      code: 'FAILED_PRECONDITION',
      detail: { type: 'WorkflowNotReadyFailure' },
    });
    await run.worker.step(completeWorkflow());
  });
});
