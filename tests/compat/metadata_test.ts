/** Memo and search attributes. */
import assert from 'node:assert/strict';
import { TypedSearchAttributes } from '@temporalio/common';
import { api } from './harness/api';
import {
  completeWorkflow,
  modifyMemo,
  startTimer,
  upsertSearchAttributes,
} from './harness/commands';
import { expectRpcError } from './harness/errors';
import { eventually } from './harness/eventually';
import { event, expectTail, only } from './harness/history';
import { expectMatch } from './harness/match';
import { payloadMap } from './harness/payloads';
import { startRaw } from './harness/raw';
import { scenario, suite, type Temporal } from './harness/suite';
import { amount, customer, finish, relabel, tags } from './workflows';

import Type = api.enums.v1.IndexedValueType;

suite('memo and search attributes', { worker: {}, prepare: addSearchAttributes }, (temporal) => {
  scenario('added search attributes are listed with their types', async () => {
    const { namespace } = temporal;
    const { customAttributes, systemAttributes } =
      await temporal.connection.operatorService.listSearchAttributes({ namespace });
    assert.deepEqual(
      [customer, amount, tags].map(({ name }) => customAttributes[name]),
      [
        Type.INDEXED_VALUE_TYPE_KEYWORD,
        Type.INDEXED_VALUE_TYPE_INT,
        Type.INDEXED_VALUE_TYPE_KEYWORD_LIST,
      ]
    );
    assert.equal(systemAttributes.WorkflowId, Type.INDEXED_VALUE_TYPE_KEYWORD);
    assert.equal(systemAttributes.StartTime, Type.INDEXED_VALUE_TYPE_DATETIME);
  });

  scenario(
    'a workflow changes its memo and its search attributes, and is found by them',
    async () => {
      const workflowId = temporal.workflowId();
      const handle = await temporal.client.workflow.start(relabel, {
        taskQueue: temporal.taskQueue,
        workflowId,
        memo: { note: 'fresh', obsolete: true, kept: [1, 2] },
        typedSearchAttributes: new TypedSearchAttributes([
          { key: customer, value: workflowId },
          { key: amount, value: 42 },
        ]),
      });
      await temporal.historyWith(handle, 'WorkflowTaskCompleted');

      expectTail('events §1.2', await temporal.history(handle), 4, [
        'WorkflowTaskCompleted',
        event('UpsertWorkflowSearchAttributes', {
          workflowTaskCompletedEventId: 4,
          searchAttributes: { indexedFields: { CompatAmount: 43, CompatTags: ['paid', 'sent'] } },
        }),
        event('WorkflowPropertiesModified', {
          workflowTaskCompletedEventId: 4,
          upsertedMemo: { fields: { note: 'relabelled' } },
        }),
      ]);
      const described = await handle.describe();
      assert.deepEqual(described.memo, { note: 'relabelled', kept: [1, 2] });
      assert.equal(described.typedSearchAttributes.get(customer), workflowId);
      assert.equal(described.typedSearchAttributes.get(amount), 43);
      assert.deepEqual(described.typedSearchAttributes.get(tags), ['paid', 'sent']);
      for (const condition of ['CompatAmount = 43', 'CompatAmount > 42', "CompatTags = 'sent'"]) {
        const query = `CompatCustomer = '${workflowId}' AND ${condition}`;
        await eventually(
          query,
          () => temporal.client.workflow.count(query),
          ({ count }) => count === 1
        );
      }
      assert.equal(
        (
          await temporal.client.workflow.count(
            `CompatCustomer = '${workflowId}' AND CompatAmount = 42`
          )
        ).count,
        0
      );

      await handle.signal(finish);
      expectMatch(await handle.result(), {
        memo: { note: 'relabelled', kept: [1, 2] },
        customer: workflowId,
        amount: 43,
      });
    }
  );

  scenario('stored search attributes carry their type', async () => {
    const run = await startRaw(temporal, {
      searchAttributes: { indexedFields: payloadMap({ CompatAmount: 7 }) },
    });

    const { workflowExecutionInfo } = await temporal.describe(run.execution);
    const stored = workflowExecutionInfo?.searchAttributes?.indexedFields?.CompatAmount;
    assert.equal(Buffer.from(stored?.metadata?.type ?? []).toString(), 'Int');
    assert.equal(Buffer.from(stored?.data ?? []).toString(), '7');
  });

  scenario(
    'a null payload removes an attribute and a memo field, and stays in the event',
    async () => {
      const run = await startRaw(temporal, {
        memo: { fields: payloadMap({ note: 'old', kept: 1 }) },
        searchAttributes: { indexedFields: payloadMap({ CompatAmount: 7, CompatCustomer: 'Ada' }) },
      });
      const removals = [
        upsertSearchAttributes({ CompatAmount: undefined }),
        modifyMemo({ note: undefined }),
      ];
      await run.worker.step(...removals, startTimer('t', 3_600_000));

      const { workflowExecutionInfo } = await run.describe();
      assert.deepEqual(workflowExecutionInfo.memo.fields, { kept: 1 });
      const { CompatAmount, CompatCustomer } = workflowExecutionInfo.searchAttributes.indexedFields;
      assert.deepEqual([CompatAmount, CompatCustomer], [undefined, 'Ada']);
      const upsert = only(await run.history(), 'UpsertWorkflowSearchAttributes').attributes;
      expectMatch(upsert.searchAttributes.indexedFields, { CompatAmount: undefined });
    }
  );

  const refused = {
    'an unknown name': { NobodyAddedThis: 'x' },
    'a value of another type': { CompatAmount: 'many' },
    'an attribute of the system': { WorkflowId: 'x' },
  };
  for (const [fault, values] of Object.entries(refused)) {
    scenario(`${fault} fails the task with BAD_SEARCH_ATTRIBUTES`, async () => {
      const run = await startRaw(temporal);
      const task = await run.worker.pollWorkflowTask();
      const completion = run.worker.complete(task, [
        upsertSearchAttributes(values),
        completeWorkflow(),
      ]);
      await expectRpcError(completion, { code: 'INVALID_ARGUMENT' });

      expectMatch(only(await run.history(), 'WorkflowTaskFailed').attributes, {
        cause: 'WORKFLOW_TASK_FAILED_CAUSE_BAD_SEARCH_ATTRIBUTES',
      });
    });
  }

  scenario('adding is refused for bad names and types, and removing for system ones', async () => {
    const { namespace } = temporal;
    const { operatorService } = temporal.connection;
    const add = (searchAttributes: Record<string, number>) =>
      operatorService.addSearchAttributes({ namespace, searchAttributes });
    const error = { code: 'INVALID_ARGUMENT' };
    await expectRpcError(add({}), error);
    await expectRpcError(add({ WorkflowId: Type.INDEXED_VALUE_TYPE_KEYWORD }), error);
    await expectRpcError(add({ CompatOdd: 99 }), error);
    await add({ CompatCustomer: Type.INDEXED_VALUE_TYPE_KEYWORD });

    await add({ CompatBrief: Type.INDEXED_VALUE_TYPE_BOOL });
    await operatorService.removeSearchAttributes({
      namespace,
      searchAttributes: ['CompatBrief', 'NobodyAddedThis'],
    });
    const { customAttributes } = await operatorService.listSearchAttributes({ namespace });
    assert.ok(!('CompatBrief' in customAttributes));
    await expectRpcError(
      operatorService.removeSearchAttributes({ namespace, searchAttributes: ['WorkflowId'] }),
      error
    );
  });
});

async function addSearchAttributes(temporal: Temporal): Promise<void> {
  const { namespace } = temporal;
  await temporal.connection.operatorService.addSearchAttributes({
    namespace,
    searchAttributes: {
      [customer.name]: Type.INDEXED_VALUE_TYPE_KEYWORD,
      [amount.name]: Type.INDEXED_VALUE_TYPE_INT,
      [tags.name]: Type.INDEXED_VALUE_TYPE_KEYWORD_LIST,
    },
  });
  const start = () =>
    startRaw(temporal, {
      searchAttributes: { indexedFields: payloadMap({ CompatTags: ['ready'] }) },
    });
  await eventually(
    'a start may use them',
    () =>
      start().then(
        () => true,
        () => false
      ),
    (accepted) => accepted
  );
}
