// 100,000 timers that come due within one second: each fires once and never early; how late is
// printed. With TEST_DOSE=full each is in a run of its own, else 100 share one.
#include <algorithm>
#include <cstdio>
#include <latch>
#include <map>
#include <mutex>

#include "server/history/service.h"
#include "tests/scale/dose.h"
#include "tests/scale/silent_matching.h"
#include "tests/scale/store_on_disk.h"
#include "tests/support/await.h"
#include "tests/support/catch.h"

namespace server::tests {

namespace {

namespace api = rpc::api;
namespace enums = ::temporal::api::enums::v1;

constexpr int kTimers = 100'000;
constexpr std::size_t kCallers = 64;

class TimerHistory {
public:
    TimerHistory() {
        options_.shard_count = 16;
        namespace_id_ = must(namespaces_.ensure("default", 24h))->id;
        const history::Collaborators collaborators{clock_,  random_,     lanes_,
                                                   *store_, namespaces_, &metrics_};
        history_ = std::make_unique<history::Service>(collaborators, options_);
        history_->connect(matching_);
        REQUIRE(await(history_->start()).ok());
    }
    ~TimerHistory() {
        await(stopped());
        lanes_.stop();
    }
    TimePoint now() const { return clock_.now(); }
    Clock& clock() { return clock_; }

    // A run whose first workflow task is started; returns the token of the task.
    Async<Result<std::string>> begin_run(std::string workflow_id) {
        role::v1::StartWorkflowRequest start;
        start.set_namespace_id(namespace_id_);
        auto& request = *start.mutable_request();
        request.set_namespace_("default");
        request.set_workflow_id(workflow_id);
        request.mutable_workflow_type()->set_name("sleeper");
        request.mutable_task_queue()->set_name("sleepers");
        request.set_request_id(workflow_id);
        request.set_workflow_id_reuse_policy(enums::WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE);
        request.set_workflow_id_conflict_policy(enums::WORKFLOW_ID_CONFLICT_POLICY_FAIL);
        request.mutable_workflow_task_timeout()->set_seconds(120);
        auto begin = history_->start_workflow({}, std::move(start));
        CO_TRY_ASSIGN(api::StartWorkflowExecutionResponse run, co_await std::move(begin));
        role::v1::RecordWorkflowTaskStartedRequest record;
        record.set_namespace_id(namespace_id_);
        record.mutable_execution()->set_workflow_id(workflow_id);
        record.mutable_execution()->set_run_id(run.run_id());
        record.set_scheduled_event_id(2);
        record.set_request_id(random_.uuid());
        record.mutable_poll()->mutable_task_queue()->set_name("sleepers");
        auto poll = history_->record_workflow_task_started({}, std::move(record));
        CO_TRY_ASSIGN(api::PollWorkflowTaskQueueResponse task, co_await std::move(poll));
        co_return task.task_token();
    }

    // Timers that come due in equal steps within the second after `first`.
    Async<Result<bool>> start_timers(std::string token, int count, TimePoint first) {
        role::v1::RespondWorkflowTaskCompletedRequest completion;
        completion.set_namespace_id(namespace_id_);
        completion.mutable_request()->set_task_token(token);
        for (int timer = 0; timer < count; ++timer) {
            const TimePoint due = first + Duration(1s) * timer / count +
                                  std::chrono::microseconds(random_.below(1'000));
            const Duration wait = due - clock_.now();
            auto& command = *completion.mutable_request()->add_commands();
            command.set_command_type(enums::COMMAND_TYPE_START_TIMER);
            auto& attributes = *command.mutable_start_timer_command_attributes();
            attributes.set_timer_id(std::to_string(timer));
            *attributes.mutable_start_to_fire_timeout() = workflow::to_duration(wait.count());
        }
        auto respond = history_->respond_workflow_task_completed({}, std::move(completion));
        CO_TRY_ASSIGN(const auto answer, co_await std::move(respond));
        static_cast<void>(answer);
        co_return true;
    }

    Async<Result<std::vector<workflow::HistoryEvent>>> events(std::string workflow_id) {
        std::vector<workflow::HistoryEvent> all;
        std::string page_token;
        do {
            role::v1::GetHistoryRequest request;
            request.set_namespace_id(namespace_id_);
            request.mutable_request()->mutable_execution()->set_workflow_id(workflow_id);
            request.mutable_request()->set_next_page_token(page_token);
            auto read = history_->get_history({}, std::move(request));
            CO_TRY_ASSIGN(api::GetWorkflowExecutionHistoryResponse page, co_await std::move(read));
            for (auto& event : *page.mutable_history()->mutable_events()) {
                all.push_back(std::move(event));
            }
            page_token = page.next_page_token();
        } while (!page_token.empty());
        co_return all;
    }

private:
    Async<bool> stopped() {
        co_await history_->stop();
        co_return true;
    }

    StoreOnDisk store_;
    SystemClock clock_;
    Random random_{1};
    Lanes lanes_{2};
    cluster::NamespaceRegistry namespaces_{store_->namespaces(), clock_, random_};
    telemetry::Registry metrics_;
    SilentMatching matching_;
    history::Options options_;
    std::string namespace_id_;
    std::unique_ptr<history::Service> history_;
};

struct Outcome {
    std::mutex mutex;
    std::vector<double> lateness_ms;
    int early = 0;
    int fired_twice = 0;
    int failures = 0;
};

double milliseconds(Duration duration) { return static_cast<double>(duration.count()) / 1e6; }

TimePoint time_of(const google::protobuf::Timestamp& time) {
    return from_unix_nanos(time.seconds() * 1'000'000'000 + time.nanos());
}

// Compares each firing with its start.
void judge(const std::vector<workflow::HistoryEvent>& events, Outcome& outcome) {
    std::map<std::int64_t, TimePoint> due;  // by started event id
    const std::lock_guard lock(outcome.mutex);
    for (const auto& event : events) {
        if (event.event_type() == enums::EVENT_TYPE_TIMER_STARTED) {
            const auto& timeout = event.timer_started_event_attributes().start_to_fire_timeout();
            due[event.event_id()] = time_of(event.event_time()) +
                                    Duration(timeout.seconds() * 1'000'000'000 + timeout.nanos());
        } else if (event.event_type() == enums::EVENT_TYPE_TIMER_FIRED) {
            const auto start = due.find(event.timer_fired_event_attributes().started_event_id());
            if (start == due.end()) {
                ++outcome.fired_twice;
                continue;
            }
            const Duration late = time_of(event.event_time()) - start->second;
            if (late < Duration{}) ++outcome.early;
            outcome.lateness_ms.push_back(milliseconds(late));
            due.erase(start);
        }
    }
}

// The runs of one test and what becomes of them, step by step.
class Sleepers {
public:
    explicit Sleepers(int runs)
        : runs_(runs), timers_each_(kTimers / runs), tokens_(static_cast<std::size_t>(runs)) {}
    ~Sleepers() { callers_.stop(); }

    void begin_all() { for_all(&Sleepers::begin); }
    void start_timers(TimePoint first) {
        first_ = first;
        for_all(&Sleepers::start);
    }
    void wait_for_firings(TimePoint latest) {
        latest_ = latest;
        for_all(&Sleepers::look);
    }
    TimePoint now() const { return history_.now(); }
    Outcome outcome;

private:
    using Step = Async<void> (Sleepers::*)(int run);

    // The step of every run, by several callers at a time.
    void for_all(Step step) {
        std::atomic<int> next = 0;
        std::latch ended(kCallers);
        for (std::size_t caller = 0; caller < kCallers; ++caller) {
            callers_.for_key(caller).spawn(take_turns(step, next, ended));
        }
        ended.wait();
    }
    Async<void> take_turns(Step step, std::atomic<int>& next, std::latch& ended) {
        for (int run = next++; run < runs_; run = next++) {
            auto call = (this->*step)(run);
            co_await std::move(call);
        }
        ended.count_down();
    }

    Async<void> begin(int run) {
        auto call = history_.begin_run(name_of(run));
        const Result<std::string> token = co_await std::move(call);
        note(token.status());
        if (token.ok()) tokens_[static_cast<std::size_t>(run)] = *token;
    }
    Async<void> start(int run) {
        auto call =
            history_.start_timers(tokens_[static_cast<std::size_t>(run)], timers_each_, first_);
        const auto started = co_await std::move(call);
        note(started.status());
    }
    Async<void> look(int run) {
        const Duration left = first_ + 1s - history_.now();
        if (left > Duration{}) co_await history_.clock().sleep_for(left);
        for (;;) {
            auto call = history_.events(name_of(run));
            const auto events = co_await std::move(call);
            const auto fired = [](const auto& event) {
                return event.event_type() == enums::EVENT_TYPE_TIMER_FIRED;
            };
            const bool all =
                events.ok() && std::count_if(events->begin(), events->end(), fired) >= timers_each_;
            if (all || history_.now() > latest_) {
                note(events.status());
                if (events.ok()) judge(*events, outcome);
                co_return;
            }
            co_await history_.clock().sleep_for(100ms);
        }
    }

    static std::string name_of(int run) { return "sleeper-" + std::to_string(run); }
    void note(const Status& status) {
        const std::lock_guard lock(outcome.mutex);
        if (!status.ok()) ++outcome.failures;
    }

    const int runs_;
    const int timers_each_;
    TimerHistory history_;
    Lanes callers_{2};
    std::vector<std::string> tokens_;
    TimePoint first_;
    TimePoint latest_;
};

}  // namespace

TEST_CASE("100,000 timers due in one second fire once each and never early", "[scale][history]") {
    const int runs = full_dose() ? kTimers : kTimers / 100;
    Sleepers sleepers(runs);
    sleepers.begin_all();
    const TimePoint first = sleepers.now() + (full_dose() ? 60s : 15s);
    sleepers.start_timers(first);
    REQUIRE(sleepers.outcome.failures == 0);
    REQUIRE(sleepers.now() < first);  // else some came due before all were there

    sleepers.wait_for_firings(first + 61s);
    auto& late = sleepers.outcome.lateness_ms;
    CHECK(sleepers.outcome.failures == 0);
    REQUIRE(late.size() == kTimers);
    std::sort(late.begin(), late.end());
    std::printf(
        "100,000 timers of %d runs due in one second: late by %.1f ms (median), %.1f ms "
        "(99 %%), %.1f ms (most)\n",
        runs, late[late.size() / 2], late[late.size() * 99 / 100], late.back());
    CHECK(sleepers.outcome.early == 0);
    CHECK(sleepers.outcome.fired_twice == 0);
}

}  // namespace server::tests
