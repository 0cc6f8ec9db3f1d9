package main

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"time"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/history/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"
)

type scenario struct {
	behaviour string
	run       func(context.Context, client.Client) error
}

var scenarios = []scenario{
	{"an activity answers", func(ctx context.Context, c client.Client) error {
		run, err := expect(ctx, c, "Hello, Ada!", hello, "Ada")
		if err != nil {
			return err
		}
		return sameTypes(ctx, c, run, "WorkflowExecutionStarted", "WorkflowTaskScheduled",
			"WorkflowTaskStarted", "WorkflowTaskCompleted", "ActivityTaskScheduled",
			"ActivityTaskStarted", "ActivityTaskCompleted", "WorkflowTaskScheduled",
			"WorkflowTaskStarted", "WorkflowTaskCompleted", "WorkflowExecutionCompleted")
	}},
	{"a local activity leaves a marker", func(ctx context.Context, c client.Client) error {
		run, err := expect(ctx, c, "Hello, Ada!", localHello, "Ada")
		if err != nil {
			return err
		}
		return sameTypes(ctx, c, run, "WorkflowExecutionStarted", "WorkflowTaskScheduled",
			"WorkflowTaskStarted", "WorkflowTaskCompleted", "MarkerRecorded",
			"WorkflowExecutionCompleted")
	}},
	{"a failing activity is tried again", func(ctx context.Context, c client.Client) error {
		_, err := expect(ctx, c, 3, retries, 2)
		return err
	}},
	{"signals change what queries see", func(ctx context.Context, c client.Client) error {
		run, err := c.ExecuteWorkflow(ctx, options(), collect)
		if err != nil {
			return err
		}
		for _, value := range []string{"one", "two"} {
			if err := c.SignalWorkflow(ctx, run.GetID(), "", "add", value); err != nil {
				return err
			}
		}
		answer, err := c.QueryWorkflow(ctx, run.GetID(), "", "collected")
		if err != nil {
			return err
		}
		var seen []string
		if err := answer.Get(&seen); err != nil {
			return err
		}
		return errors.Join(same(seen, []string{"one", "two"}),
			c.SignalWorkflow(ctx, run.GetID(), "", "finish", nil), run.Get(ctx, &seen))
	}},
	{"a start may bring a signal", func(ctx context.Context, c client.Client) error {
		given := options()
		first, err := c.SignalWithStartWorkflow(ctx, given.ID, "add", "one", given, collect)
		if err != nil {
			return err
		}
		second, err := c.SignalWithStartWorkflow(ctx, given.ID, "add", "two", given, collect)
		if err != nil {
			return err
		}
		if err := c.SignalWorkflow(ctx, given.ID, "", "finish", nil); err != nil {
			return err
		}
		var values []string
		return errors.Join(first.Get(ctx, &values), same(values, []string{"one", "two"}),
			same(second.GetRunID(), first.GetRunID()))
	}},
	{"a chain of runs ends with its last", func(ctx context.Context, c client.Client) error {
		_, err := expect(ctx, c, "done", countDown, 3)
		return err
	}},
	{"a child answers its parent", func(ctx context.Context, c client.Client) error {
		_, err := expect(ctx, c, "Hello, Ada!", parent, "Ada")
		return err
	}},
	{"a cancelled workflow may clean up", func(ctx context.Context, c client.Client) error {
		run, err := c.ExecuteWorkflow(ctx, options(), waits)
		if err != nil {
			return err
		}
		var answer string
		return errors.Join(c.CancelWorkflow(ctx, run.GetID(), ""), run.Get(ctx, &answer),
			same(answer, "cleaned up"))
	}},
	{"a failed workflow is tried again", func(ctx context.Context, c client.Client) error {
		given := options()
		given.RetryPolicy = &temporal.RetryPolicy{InitialInterval: time.Second, MaximumAttempts: 2}
		run, err := c.ExecuteWorkflow(ctx, given, attempts, 2)
		if err != nil {
			return err
		}
		var attempt int
		if err := errors.Join(run.Get(ctx, &attempt), same(attempt, 2)); err != nil {
			return err
		}
		given.ID = options().ID
		hopeless, err := c.ExecuteWorkflow(ctx, given, attempts, 9)
		if err != nil {
			return err
		}
		if err := hopeless.Get(ctx, nil); err == nil || !strings.Contains(err.Error(), "attempt 2 of 9") {
			return fmt.Errorf("the last attempt's failure is %v", err)
		}
		return nil
	}},
	{"a schedule runs until it is terminated", func(ctx context.Context, c client.Client) error {
		given := options()
		given.CronSchedule = "@every 1s"
		run, err := c.ExecuteWorkflow(ctx, given, countRuns)
		if err != nil {
			return err
		}
		runID := run.GetRunID()
		for number := 1; number <= 2; number++ {
			closing, err := closeEvent(ctx, c, given.ID, runID)
			if err != nil {
				return err
			}
			completed := closing.GetWorkflowExecutionCompletedEventAttributes()
			result := string(completed.GetResult().GetPayloads()[0].GetData())
			if err := same(result, fmt.Sprint(number)); err != nil {
				return err
			}
			runID = completed.GetNewExecutionRunId()
		}
		return c.TerminateWorkflow(ctx, given.ID, "", "enough")
	}},
}

func expect(ctx context.Context, c client.Client, result, workflow any, args ...any) (client.WorkflowRun, error) {
	run, err := c.ExecuteWorkflow(ctx, options(), workflow, args...)
	if err != nil {
		return nil, err
	}
	answer := reflect.New(reflect.TypeOf(result))
	if err := run.Get(ctx, answer.Interface()); err != nil {
		return nil, err
	}
	return run, same(answer.Elem().Interface(), result)
}

func same(got, expected any) error {
	if reflect.DeepEqual(got, expected) {
		return nil
	}
	return fmt.Errorf("%v instead of %v", got, expected)
}

func sameTypes(ctx context.Context, c client.Client, run client.WorkflowRun, expected ...string) error {
	filter := enums.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT
	events := c.GetWorkflowHistory(ctx, run.GetID(), run.GetRunID(), false, filter)
	var types []string
	for events.HasNext() {
		event, err := events.Next()
		if err != nil {
			return err
		}
		types = append(types, event.GetEventType().String())
	}
	return same(types, expected)
}

func closeEvent(ctx context.Context, c client.Client, workflowID, runID string) (*history.HistoryEvent, error) {
	// The SDK's reader of close events follows the chain, so all events are read as they come.
	filter := enums.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT
	events := c.GetWorkflowHistory(ctx, workflowID, runID, true, filter)
	var last *history.HistoryEvent
	for events.HasNext() {
		event, err := events.Next()
		if err != nil {
			return nil, err
		}
		last = event
	}
	return last, nil
}
