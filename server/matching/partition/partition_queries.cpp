// Queries at a partition: handed to a poll like a task, but never stored and answered to the caller
// who waits here.
#include <algorithm>

#include "server/matching/partition/partition.h"
#include "server/state/v1/token.pb.h"

namespace server::matching {

namespace {

std::string query_token(const PartitionKey& key, const std::string& query_id) {
    state::v1::QueryToken token;
    token.set_namespace_id(key.namespace_id);
    token.set_task_queue(key.name);
    token.set_query_id(query_id);
    return token.SerializeAsString();
}

}  // namespace

Async<Result<rpc::api::QueryWorkflowResponse>> Partition::dispatch_query(
    rpc::CallContext context, rpc::api::PollWorkflowTaskQueueResponse task) {
    CO_TRY_ASSIGN(const QueryPtr query, open_query(std::move(task)));
    auto cancel = [home = weak_from_this(), id = query->id] {
        if (const auto alive = home.lock()) alive->abandon_query(id);
    };
    const auto subscription = context.cancellation->subscribe(lane_, std::move(cancel));
    const TimePoint longest =
        saturating_add(environment_.clock.now(), environment_.options.query_wait_max);
    const Status waited = co_await wait_for_answer(query, std::min(context.deadline, longest));
    close_query(query);
    if (query->answer) co_return *query->answer;
    co_return waited;
}

Result<QueryPtr> Partition::open_query(rpc::api::PollWorkflowTaskQueueResponse task) {
    const Options& options = environment_.options;
    if (key_.sticky && !polled_within(options.sticky_window)) return sticky_unavailable();
    if (closed_) return moving();
    if (queries_.size() >= options.queries_max) {
        return Status(Code::ResourceExhausted,
                      "task queue " + key_.name + " has " + std::to_string(queries_.size()) +
                          " open queries, the most allowed; try again",
                      ResourceExhausted{ResourceExhausted::Cause::concurrent,
                                        ResourceExhausted::Scope::of_namespace});
    }
    auto query = std::make_shared<Query>(environment_.clock, lane_.executor());
    query->id = environment_.random.uuid();
    query->task = std::move(task);
    query->task.set_task_token(query_token(key_, query->id));
    queries_.emplace(query->id, query);
    last_used_ = environment_.clock.now();
    matcher_.add(query);
    match();
    expect_taken();
    return query;
}

void Partition::close_query(const QueryPtr& query) {
    query->closed = true;
    matcher_.remove(*query);
    queries_.erase(query->id);
    last_used_ = environment_.clock.now();
}

Async<Status> Partition::wait_for_answer(QueryPtr query, TimePoint deadline) {
    const Options& options = environment_.options;
    bool woken = co_await query->answered.wait_until(deadline - options.query_margin);
    if (!woken && !polled_within(options.poller_window)) {
        if (key_.sticky) co_return sticky_unavailable();
        co_return failed_precondition("no poller seen for task queue " + key_.name +
                                      " recently, worker may be down");
    }
    if (!woken) woken = co_await query->answered.wait_until(deadline);
    if (woken) co_return Status(Code::Cancelled, "the caller of the query has gone away");
    co_return Status(Code::DeadlineExceeded,
                     "no worker of task queue " + key_.name + " has answered the query in time");
}

void Partition::abandon_query(const std::string& query_id) {
    const auto query = queries_.find(query_id);
    if (query != queries_.end()) query->second->answered.wake();
}

Status Partition::answer_query(const std::string& query_id,
                               Result<rpc::api::QueryWorkflowResponse> answer) {
    const auto query = queries_.find(query_id);
    if (query == queries_.end() || query->second->answer) {
        return not_found("query " + query_id + " has expired or was answered already");
    }
    query->second->answer = std::move(answer);
    query->second->answered.wake();
    return ok_status();
}

}  // namespace server::matching
