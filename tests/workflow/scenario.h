#pragma once
// One run under test, driven decision by decision as the shard drives it: each step is decided,
// checked, absorbed, and its events kept. Times start at kStart and move only when a test says so.

#include <string>
#include <vector>

#include "server/workflow/operations/activity.h"
#include "server/workflow/operations/child.h"
#include "server/workflow/operations/due.h"
#include "server/workflow/operations/external.h"
#include "server/workflow/operations/start_run.h"
#include "server/workflow/operations/workflow_task.h"
#include "tests/support/replay.h"

namespace server::workflow::test {

inline constexpr TimePoint kStart = from_unix_nanos(1'700'000'000'000'000'000);

using Batches = std::vector<std::vector<HistoryEvent>>;

// Event types of a list, for comparing with the sequences of the reference.
std::vector<std::string> kinds(const std::vector<HistoryEvent>& events);
using Kinds = std::vector<std::string>;

class Scenario {
public:
    // Starts a run; `request` may be changed before.
    static api::StartWorkflowExecutionRequest start_request();
    explicit Scenario(const api::StartWorkflowExecutionRequest& request = start_request(),
                      const std::optional<ParentLink>& parent = std::nullopt);

    const MutableState& state() const { return *state_; }
    TimePoint now() const { return environment_.now; }
    void advance(Duration duration) { environment_.now += duration; }
    Environment& environment() { return environment_; }
    // As the shard gives it to a decision that may end the run.
    Environment environment_of_close() const;

    // Every event so far, and the events of the last step that wrote something.
    const std::vector<HistoryEvent>& events() const { return events_; }
    const Batches& batches() const { return batches_; }
    const std::vector<HistoryEvent>& last_step() const { return last_step_; }
    const std::vector<state::v1::Task>& last_tasks() const { return last_tasks_; }
    NewRun* successor() { return successor_.get(); }

    // Takes a decision over as a commit would, checks the laws, and returns its reply.
    template <class Reply>
    Result<Reply> take(Decision<Reply> decision) {
        if (decision.transition) absorb(std::move(*decision.transition));
        return std::move(decision.reply);
    }

    // The usual steps. Each asserts that it succeeds.
    void start_task(const std::string& task_queue = "queue",
                    const std::string& identity = "worker");
    void complete_task(std::vector<command::Command> commands, bool sticky = false);
    Status try_complete_task(api::RespondWorkflowTaskCompletedRequest request);
    void fail_task();
    void signal(const std::string& name, const std::string& request_id = "");
    void fire_due();
    void start_activity(EventId scheduled_event_id);
    Status complete_activity(EventId scheduled_event_id);
    Status fail_activity(EventId scheduled_event_id, const std::string& type = "Oops",
                         bool non_retryable = false);
    // What a child's shard tells this run, its parent.
    Status child_started(EventId initiated_event_id, const std::string& run_id = "child-run");
    Status child_closed(EventId initiated_event_id, HistoryEvent close_event,
                        const std::string& workflow_id = "child");
    state::v1::TaskToken activity_token(EventId scheduled_event_id) const;
    // The workflow task, started and completed with these commands.
    void workflow_task(std::vector<command::Command> commands);

private:
    void absorb(Transition transition);
    void check_laws() const;
    static std::int64_t items_size_bytes(const MutableState& state);

    Environment environment_;
    std::unique_ptr<MutableState> state_;
    std::vector<HistoryEvent> events_;
    Batches batches_;
    std::vector<HistoryEvent> last_step_;
    std::vector<state::v1::Task> last_tasks_;
    std::unique_ptr<NewRun> successor_;
    int next_request_ = 0;
};

command::Command schedule_activity_command(const std::string& activity_id);
command::Command start_timer_command(const std::string& timer_id, Duration timeout);
command::Command cancel_timer_command(const std::string& timer_id);
command::Command cancel_activity_command(EventId scheduled_event_id);
command::Command start_child_command(
    const std::string& workflow_id,
    enums::ParentClosePolicy policy = enums::PARENT_CLOSE_POLICY_UNSPECIFIED);
command::Command signal_external_command(const std::string& workflow_id);
command::Command cancel_external_command(const std::string& workflow_id);
// How a child's last run ended.
HistoryEvent completed_event();
command::Command complete_command();
command::Command fail_command();
command::Command continue_command();

using tests::history_part;
using tests::replay;

}  // namespace server::workflow::test
