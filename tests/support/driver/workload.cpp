#include "tests/support/driver/workload.h"

namespace server::driver {

namespace {

constexpr Duration kLongPollTimeout = 30s;
constexpr std::size_t kSurprisesMax = 100;

Acknowledgement acknowledgement(Acknowledgement::Kind kind,
                                const common::WorkflowExecution& execution) {
    Acknowledgement entry;
    entry.kind = kind;
    entry.workflow_id = execution.workflow_id();
    entry.run_id = execution.run_id();
    return entry;
}

}  // namespace

Workload::Workload(Options options, Client& client, AcknowledgementLog& log, Lane& lane,
                   Clock& clock, Random& random)
    : options_(std::move(options)), client_(client), log_(log), clock_(clock), random_(random),
      tasks_(lane, clock) {}

void Workload::start() {
    for (int slot = 0; slot < options_.at_once; ++slot) tasks_.spawn(one_after_another());
}

Async<void> Workload::one_after_another() {
    while (starting_ && next_ < options_.workflows_max) {
        const std::string workflow_id = options_.id_prefix + "-" + std::to_string(next_++);
        co_await run_one(workflow_id);
    }
}

Async<void> Workload::run_one(std::string workflow_id) {
    const TimePoint begin = clock_.now();
    common::WorkflowExecution execution;
    execution.set_workflow_id(workflow_id);
    execution.set_run_id(co_await start_one(workflow_id));
    if (execution.run_id().empty()) co_return;
    start_latencies_.add(clock_.now() - begin);
    if (options_.shape.signal_count() > 0) tasks_.spawn(signal_all(execution));
    co_await wait_for_result(execution);
    workflow_latencies_.add(clock_.now() - begin);
}

Async<std::string> Workload::start_one(std::string workflow_id) {
    api::StartWorkflowExecutionRequest request;
    request.set_namespace_(client_.options().namespace_name);
    request.set_identity(client_.options().identity);
    request.set_workflow_id(workflow_id);
    request.set_request_id(workflow_id + "/start");
    request.mutable_workflow_type()->set_name(kWorkflowType);
    request.mutable_task_queue()->set_name(options_.task_queue);
    *request.mutable_input() = text_payload(encode(options_.shape));
    set_duration(*request.mutable_workflow_task_timeout(), options_.workflow_task_timeout);
    auto started = co_await client_.persist<api::StartWorkflowExecutionResponse>(std::move(request),
                                                                                 options_.patience);
    if (!started.result.ok()) {
        note("start", workflow_id, started.result.status());
        co_return std::string();
    }
    Acknowledgement entry;
    entry.kind = Acknowledgement::Kind::started;
    entry.workflow_id = workflow_id;
    entry.run_id = started.result->run_id();
    entry.id = workflow_id + "/start";
    log_.append(std::move(entry));
    co_return started.result->run_id();
}

// One after the other, so that their order in history is known.
Async<void> Workload::signal_all(common::WorkflowExecution execution) {
    for (int number = 0; number < options_.shape.signal_count(); ++number) {
        const auto longest = static_cast<std::uint64_t>(options_.signal_pause_max.count());
        if (longest > 0) {
            const Duration wait(static_cast<std::int64_t>(random_.below(longest)));
            co_await clock_.sleep_for(wait);
        }
        Acknowledgement entry = acknowledgement(Acknowledgement::Kind::signaled, execution);
        entry.id = execution.workflow_id() + "/signal-" + std::to_string(number);
        entry.number = number;
        api::SignalWorkflowExecutionRequest request;
        request.set_namespace_(client_.options().namespace_name);
        request.set_identity(client_.options().identity);
        *request.mutable_workflow_execution() = execution;
        request.set_signal_name(kSignalName);
        request.set_request_id(entry.id);
        *request.mutable_input() = text_payload(entry.id);
        const TimePoint begin = clock_.now();
        auto signaled = co_await client_.persist<api::SignalWorkflowExecutionResponse>(
            std::move(request), options_.patience);
        // The try before may have arrived and let the run complete.
        const bool gone = signaled.ambiguous && signaled.result.status().code() == Code::NotFound;
        if (signaled.result.ok()) {
            signal_latencies_.add(clock_.now() - begin);
            log_.append(std::move(entry));
        } else if (!gone) {
            note("signal", execution.workflow_id(), signaled.result.status());
        }
    }
}

Async<void> Workload::wait_for_result(common::WorkflowExecution execution) {
    api::GetWorkflowExecutionHistoryRequest request;
    request.set_namespace_(client_.options().namespace_name);
    *request.mutable_execution() = execution;
    request.set_wait_new_event(true);
    request.set_skip_archival(true);
    request.set_history_event_filter_type(enums::HISTORY_EVENT_FILTER_TYPE_CLOSE_EVENT);
    for (int failures = 0;;) {
        Result<api::GetWorkflowExecutionHistoryResponse> page =
            co_await client_.call<api::GetWorkflowExecutionHistoryResponse>(request,
                                                                            kLongPollTimeout);
        if (!page.ok() && !Client::may_pass(page.status().code())) {
            note("result", execution.workflow_id(), page.status());
            co_return;
        }
        if (!page.ok()) {
            co_await client_.pause(failures++);
        } else if (page->history().events_size() > 0) {
            Acknowledgement entry = acknowledgement(Acknowledgement::Kind::closed, execution);
            entry.number = page->history().events(0).event_type();
            log_.append(std::move(entry));
            co_return;
        } else {
            failures = 0;
            request.set_next_page_token(page->next_page_token());
        }
    }
}

void Workload::note(const std::string& what, const std::string& workflow_id, const Status& status) {
    if (client_.closing() || surprises_.size() >= kSurprisesMax) return;
    surprises_.push_back(what + " of workflow " + workflow_id + ": code " +
                         std::to_string(static_cast<int>(status.code())) + ", " + status.message());
}

}  // namespace server::driver
