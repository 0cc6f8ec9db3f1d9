/** Many workflows at once. */
import assert from 'node:assert/strict';
import { expectLawful, types } from './harness/history';
import { scenario, suite } from './harness/suite';
import { add, everything } from './workflows';

suite('concurrency', { worker: {} }, (temporal) => {
  scenario('fifty workflows with an activity, a timer and a signal each all complete', async () => {
    const handles = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        temporal.client.workflow.start(everything, {
          taskQueue: temporal.taskQueue,
          workflowId: temporal.workflowId(),
          args: [`worker ${index}`],
        })
      )
    );
    await Promise.all(handles.map((handle, index) => handle.signal(add, `signal ${index}`)));

    const results = await Promise.all(handles.map((handle) => handle.result()));
    assert.deepEqual(
      results,
      handles.map((_, index) => `Hello, worker ${index}! signal ${index}`)
    );
    for (const handle of handles) {
      const events = await temporal.history(handle);
      expectLawful(events);
      const once = [
        'ActivityTaskCompleted',
        'TimerFired',
        'WorkflowExecutionSignaled',
        'WorkflowExecutionCompleted',
      ];
      for (const type of once) {
        assert.equal(
          types(events).filter((other) => other === type).length,
          1,
          `${type} exactly once`
        );
      }
    }
  });

  scenario('one workflow takes fifty signals from as many senders, each once', async () => {
    const handle = await temporal.client.workflow.start('collect', {
      taskQueue: temporal.taskQueue,
      workflowId: temporal.workflowId(),
    });
    const sent = Array.from({ length: 50 }, (_, index) => `value ${index}`);
    await Promise.all(sent.map((value) => handle.signal(add, value)));
    await handle.signal('finish');

    assert.deepEqual((await handle.result()).sort(), sent.sort());
    expectLawful(await temporal.history(handle));
  });
});
