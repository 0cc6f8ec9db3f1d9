import {
  condition,
  setHandler,
  upsertMemo,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { finish } from './signals';

export const customer = defineSearchAttributeKey('CompatCustomer', SearchAttributeType.KEYWORD);
export const amount = defineSearchAttributeKey('CompatAmount', SearchAttributeType.INT);
export const tags = defineSearchAttributeKey('CompatTags', SearchAttributeType.KEYWORD_LIST);

/** Changes what it was started with, and returns what it sees of it. */
export async function relabel(): Promise<unknown> {
  let finished = false;
  setHandler(finish, () => void (finished = true));
  upsertSearchAttributes([
    { key: amount, value: 43 },
    { key: tags, value: ['paid', 'sent'] },
  ]);
  upsertMemo({ note: 'relabelled', obsolete: null });
  await condition(() => finished);
  const { memo, typedSearchAttributes } = workflowInfo();
  return {
    memo,
    customer: typedSearchAttributes.get(customer),
    amount: typedSearchAttributes.get(amount),
  };
}
