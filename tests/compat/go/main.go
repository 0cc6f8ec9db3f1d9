// Runs the scenarios against a server of its own, replays what they leave, and prints a tally as every
// part of `make test` does.
package main

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"strconv"
	"sync"
	"syscall"
	"time"

	"github.com/google/uuid"
	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/history/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/worker"
)

const (
	queue           = "go"
	scenarioTimeout = 60 * time.Second
	// The SDK refuses the history of a run that no worker has seen.
	replayedFrom = 3
)

func options() client.StartWorkflowOptions {
	return client.StartWorkflowOptions{ID: "workflow-" + uuid.NewString(), TaskQueue: queue}
}

func main() {
	expected, _ := strconv.Atoi(os.Args[1])
	if len(scenarios) != expected {
		fmt.Printf("%d scenarios, run says %d\n", len(scenarios), expected)
		os.Exit(1)
	}
	address, stop := startServer()
	failed := runAll(address)
	if !stop() {
		fmt.Println("FAILED  the server did not stop cleanly")
		failed++
	}
	fmt.Printf("%d passed, %d failed, 0 skipped\n", max(0, len(scenarios)-failed), failed)
	if failed > 0 {
		os.Exit(1)
	}
}

func startServer() (address string, stop func() bool) {
	probe, err := net.Listen("tcp", "127.0.0.1:0")
	must(err)
	address = probe.Addr().String()
	_, port, _ := net.SplitHostPort(address)
	must(probe.Close())
	server := exec.Command(os.Getenv("TEMPORAL_BIN"), "server", "start-dev", "--headless", "--ip",
		"127.0.0.1", "--port", port, "--log-level", "error")
	server.Stderr = os.Stderr
	must(server.Start())
	return address, func() bool {
		must(server.Process.Signal(syscall.SIGTERM))
		return server.Wait() == nil
	}
}

func runAll(address string) (failed int) {
	quiet := log.NewStructuredLogger(slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError + 4})))
	c := connect(client.Options{HostPort: address, Logger: quiet})
	defer c.Close()
	w := worker.New(c, queue, worker.Options{})
	replayer := worker.NewWorkflowReplayer()
	for _, workflow := range workflows {
		w.RegisterWorkflow(workflow)
		replayer.RegisterWorkflow(workflow)
	}
	w.RegisterActivity(greet)
	w.RegisterActivity(failTimes)
	must(w.Start())
	defer w.Stop()

	var wait sync.WaitGroup
	faults := make([]error, len(scenarios))
	for index, one := range scenarios {
		wait.Add(1)
		go func() {
			defer wait.Done()
			ctx, cancel := context.WithTimeout(context.Background(), scenarioTimeout)
			defer cancel()
			faults[index] = one.run(ctx, c)
		}()
	}
	wait.Wait()
	for index, one := range scenarios {
		if faults[index] == nil {
			fmt.Printf("ok      %s\n", one.behaviour)
			continue
		}
		fmt.Printf("FAILED  %s: %v\n", one.behaviour, faults[index])
		failed++
	}
	if err := replayAll(c, replayer); err != nil {
		fmt.Printf("FAILED  finished histories do not replay: %v\n", err)
		failed++
	}
	return failed
}

// Every finished history must replay in the SDK.
func replayAll(c client.Client, replayer worker.WorkflowReplayer) error {
	ctx := context.Background()
	request := &workflowservice.ListWorkflowExecutionsRequest{
		Query: "TaskQueue = '" + queue + "' AND ExecutionStatus != 'Running'",
	}
	page, err := c.ListWorkflow(ctx, request)
	if err != nil {
		return err
	}
	for _, info := range page.GetExecutions() {
		execution := info.GetExecution()
		events := c.GetWorkflowHistory(ctx, execution.GetWorkflowId(), execution.GetRunId(), false,
			enums.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
		full := &history.History{}
		for events.HasNext() {
			event, err := events.Next()
			if err != nil {
				return err
			}
			full.Events = append(full.Events, event)
		}
		if len(full.Events) < replayedFrom {
			continue
		}
		if err := replayer.ReplayWorkflowHistory(nil, full); err != nil {
			return fmt.Errorf("%s: %w", execution.GetWorkflowId(), err)
		}
	}
	return nil
}

func connect(options client.Options) client.Client {
	for tries := 0; ; tries++ {
		c, err := client.Dial(options)
		if err == nil {
			return c
		}
		if tries == 50 {
			must(err)
		}
		time.Sleep(100 * time.Millisecond)
	}
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
