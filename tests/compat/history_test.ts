/**
 * GetWorkflowExecutionHistory: pages, waiting, the close event, attempts that are not written yet.
 */
import assert from 'node:assert/strict';
import { api, type Execution } from './harness/api';
import { completeWorkflow, recordMarker, startTimer } from './harness/commands';
import { expectRpcError } from './harness/errors';
import { decodeEvents, types } from './harness/history';
import { type RawRun, startRaw } from './harness/raw';
import { scenario, suite } from './harness/suite';

import Filter = api.enums.v1.HistoryEventFilterType;

type Request = api.workflowservice.v1.IGetWorkflowExecutionHistoryRequest;

suite('reading history', {}, (temporal) => {
  const read = async (execution: Execution, request: Request = {}) => {
    const { namespace } = temporal;
    const page = await temporal.rpc.getWorkflowExecutionHistory({
      namespace,
      execution,
      ...request,
    });
    return { events: decodeEvents(page.history), token: page.nextPageToken };
  };
  const closeEvent = { historyEventFilterType: Filter.HISTORY_EVENT_FILTER_TYPE_CLOSE_EVENT };

  /** The ids of the events on each page. */
  async function readPages(run: RawRun, maximumPageSize: number): Promise<number[][]> {
    const pages: number[][] = [];
    let nextPageToken: Uint8Array | undefined;
    do {
      const { events, token } = await read(run.execution, { maximumPageSize, nextPageToken });
      if (events.length > 0) pages.push(events.map((event) => event.id));
      nextPageToken = token;
    } while (nextPageToken.length > 0);
    return pages;
  }

  /**
   * As clients wait for a result: the server ends each wait by itself, with a token to go on from.
   */
  async function waitForClose(run: RawRun): Promise<string[]> {
    let request: Request = { ...closeEvent, waitNewEvent: true };
    for (;;) {
      const { events, token } = await read(run.execution, request);
      if (events.length > 0) return types(events);
      assert.ok(token.length > 0, 'an open workflow is waited for');
      request = { ...request, nextPageToken: token };
    }
  }

  scenario('pages hold whole batches, and a started task ends one', async () => {
    const run = await startRaw(temporal);
    await run.worker.step(startTimer('t', 3_600_000));

    const pages = await readPages(run, 1);
    assert.deepEqual(pages, [[1, 2], [3], [4, 5]]);
  });

  scenario('a long history is read page by page without a gap', async () => {
    const run = await startRaw(temporal);
    const markers = Array.from({ length: 10 }, (_, index) => recordMarker(`marker ${index}`, {}));
    for (let round = 0; round < 5; ++round) {
      await run.worker.step(...markers);
      await run.signal('again');
    }

    const ids = (await readPages(run, 4)).flat();
    assert.deepEqual(
      ids,
      Array.from({ length: 2 + 5 * 14 }, (_, index) => index + 1)
    );
  });

  scenario('it is read backwards too, whole batches at a time', async () => {
    const run = await startRaw(temporal);
    for (let round = 0; round < 3; ++round) {
      await run.worker.step(recordMarker('a', {}), recordMarker('b', {}));
      await run.signal('again');
    }
    const { namespace } = temporal;
    const ids: number[] = [];
    let nextPageToken: Uint8Array | undefined;
    do {
      const page = await temporal.rpc.getWorkflowExecutionHistoryReverse({
        namespace,
        execution: run.execution,
        maximumPageSize: 2,
        nextPageToken,
      });
      ids.push(...decodeEvents(page.history).map(({ id }) => id));
      nextPageToken = page.nextPageToken;
    } while (nextPageToken.length > 0);
    const forwards = (await run.history()).map(({ id }) => id);
    assert.deepEqual(ids, forwards.reverse());
  });

  scenario('a reader that waits gets the events that come later', async () => {
    const run = await startRaw(temporal);
    await run.worker.step(startTimer('t', 3_600_000));
    const first = await read(run.execution, { waitNewEvent: true });
    assert.equal(first.events.length, 5);
    assert.ok(first.token.length > 0);

    const second = read(run.execution, { waitNewEvent: true, nextPageToken: first.token });
    await run.signal('news');
    assert.deepEqual(types((await second).events), [
      'WorkflowExecutionSignaled',
      'WorkflowTaskScheduled',
    ]);

    const third = read(run.execution, { waitNewEvent: true, nextPageToken: (await second).token });
    await run.terminate('enough');
    const last = await third;
    assert.deepEqual(types(last.events), ['WorkflowExecutionTerminated']);
    assert.equal(last.token.length, 0, 'nothing follows the close event');
  });

  scenario('the close event alone is what waiting clients read', async () => {
    const run = await startRaw(temporal);
    const open = await read(run.execution, closeEvent);
    assert.deepEqual(
      [open.events.length, open.token.length],
      [0, 0],
      'without waiting: nothing yet'
    );

    const waiting = [waitForClose(run), waitForClose(run)];
    await run.worker.step(completeWorkflow());
    assert.deepEqual(await Promise.all(waiting), Array(2).fill(['WorkflowExecutionCompleted']));
    assert.deepEqual(types((await read(run.execution, closeEvent)).events), [
      'WorkflowExecutionCompleted',
    ]);
  });

  scenario('a later attempt is shown at the tail, but not to the command line', async () => {
    const run = await startRaw(temporal);
    await run.worker.fail(await run.worker.pollWorkflowTask());
    await run.worker.pollWorkflowTask();

    const written = await run.history();
    assert.deepEqual(types(written).slice(3), ['WorkflowTaskFailed']);
    const { events } = await read(run.execution);
    assert.deepEqual(events.map(({ id, type }) => [id, type]).slice(4), [
      [5, 'WorkflowTaskScheduled'],
      [6, 'WorkflowTaskStarted'],
    ]);
    assert.equal(events[4].attributes.attempt, 2);
    assert.equal(events[5].attributes.scheduledEventId, 5);
  });

  scenario('without a run id the current run is read', async () => {
    const run = await startRaw(temporal);
    await run.terminate('enough');
    const { workflowId } = run.execution;
    const next = await startRaw(temporal, { workflowId });

    const [started] = (await read({ workflowId })).events;
    assert.equal(started.attributes.originalExecutionRunId, next.execution.runId);
    const old = await read(run.execution);
    assert.deepEqual(types(old.events).slice(2), ['WorkflowExecutionTerminated']);
  });

  scenario('foreign and broken page tokens are invalid arguments', async () => {
    const [one, other] = [await startRaw(temporal), await startRaw(temporal)];
    const { token } = await read(one.execution, { waitNewEvent: true });

    const nextPageToken = Buffer.from('not a token');
    await expectRpcError(read(one.execution, { nextPageToken }), { code: 'INVALID_ARGUMENT' });
    const foreign = read(other.execution, { nextPageToken: token });
    await expectRpcError(foreign, { code: 'INVALID_ARGUMENT' });
    await expectRpcError(read({ workflowId: '' }), { code: 'INVALID_ARGUMENT' });
    await expectRpcError(read({ workflowId: temporal.workflowId() }), { code: 'NOT_FOUND' });
  });
});
