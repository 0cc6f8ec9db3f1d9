package main

import (
	"context"
	"fmt"
	"time"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"
)

// What the worker runs.
var workflows = []any{
	hello, localHello, retries, collect, countDown, parent, waits, attempts, countRuns,
}

func greet(_ context.Context, name string) (string, error) {
	return fmt.Sprintf("Hello, %s!", name), nil
}

func failTimes(ctx context.Context, times int) (int, error) {
	attempt := int(activity.GetInfo(ctx).Attempt)
	if attempt <= times {
		return 0, fmt.Errorf("attempt %d failed", attempt)
	}
	return attempt, nil
}

func withActivities(ctx workflow.Context) workflow.Context {
	return workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		StartToCloseTimeout: 10 * time.Second,
		RetryPolicy:         &temporal.RetryPolicy{InitialInterval: 50 * time.Millisecond},
	})
}

func hello(ctx workflow.Context, name string) (said string, err error) {
	err = workflow.ExecuteActivity(withActivities(ctx), greet, name).Get(ctx, &said)
	return said, err
}

func localHello(ctx workflow.Context, name string) (said string, err error) {
	options := workflow.LocalActivityOptions{StartToCloseTimeout: 10 * time.Second}
	local := workflow.WithLocalActivityOptions(ctx, options)
	err = workflow.ExecuteLocalActivity(local, greet, name).Get(ctx, &said)
	return said, err
}

func retries(ctx workflow.Context, times int) (attempt int, err error) {
	err = workflow.ExecuteActivity(withActivities(ctx), failTimes, times).Get(ctx, &attempt)
	return attempt, err
}

func collect(ctx workflow.Context) ([]string, error) {
	values := []string{}
	if err := workflow.SetQueryHandler(ctx, "collected", func() ([]string, error) {
		return values, nil
	}); err != nil {
		return nil, err
	}
	finished := false
	selector := workflow.NewSelector(ctx)
	selector.AddReceive(workflow.GetSignalChannel(ctx, "add"), func(channel workflow.ReceiveChannel, _ bool) {
		var value string
		channel.Receive(ctx, &value)
		values = append(values, value)
	})
	selector.AddReceive(workflow.GetSignalChannel(ctx, "finish"), func(channel workflow.ReceiveChannel, _ bool) {
		channel.Receive(ctx, nil)
		finished = true
	})
	for !finished {
		selector.Select(ctx)
	}
	return values, nil
}

func countDown(ctx workflow.Context, left int) (string, error) {
	if err := workflow.Sleep(ctx, 50*time.Millisecond); err != nil {
		return "", err
	}
	if left > 1 {
		return "", workflow.NewContinueAsNewError(ctx, countDown, left-1)
	}
	return "done", nil
}

func parent(ctx workflow.Context, name string) (said string, err error) {
	err = workflow.ExecuteChildWorkflow(ctx, hello, name).Get(ctx, &said)
	return said, err
}

func waits(ctx workflow.Context) (string, error) {
	if err := workflow.Sleep(ctx, time.Hour); temporal.IsCanceledError(err) {
		return "cleaned up", nil
	}
	return "not cancelled", nil
}

func attempts(ctx workflow.Context, turn int) (int, error) {
	attempt := int(workflow.GetInfo(ctx).Attempt)
	if attempt < turn {
		return 0, fmt.Errorf("attempt %d of %d", attempt, turn)
	}
	return attempt, nil
}

func countRuns(ctx workflow.Context) (int, error) {
	last := 0
	if workflow.HasLastCompletionResult(ctx) {
		if err := workflow.GetLastCompletionResult(ctx, &last); err != nil {
			return 0, err
		}
	}
	return last + 1, nil
}
