#include "server/matching/api/describe_task_queue.h"

#include <algorithm>
#include <utility>

#include "temporal/api/enums/v1/task_queue.pb.h"

namespace server::matching {

namespace {

namespace enums = ::temporal::api::enums::v1;
using rpc::api::DescribeTaskQueueRequest;
using rpc::api::DescribeTaskQueueResponse;

// The build id of workers without versioning.
constexpr char kUnversioned[] = "";

using Stats = ::temporal::api::taskqueue::v1::TaskQueueStats;

bool is_before(const google::protobuf::Timestamp& one, const google::protobuf::Timestamp& other) {
    return std::pair(one.seconds(), one.nanos()) < std::pair(other.seconds(), other.nanos());
}

void add(Stats& whole, const Stats& part) {
    whole.set_approximate_backlog_count(whole.approximate_backlog_count() +
                                        part.approximate_backlog_count());
    const auto& age = part.approximate_backlog_age();
    const auto& oldest = whole.approximate_backlog_age();
    if (std::pair(age.seconds(), age.nanos()) > std::pair(oldest.seconds(), oldest.nanos())) {
        *whole.mutable_approximate_backlog_age() = age;
    }
    whole.set_tasks_add_rate(whole.tasks_add_rate() + part.tasks_add_rate());
    whole.set_tasks_dispatch_rate(whole.tasks_dispatch_rate() + part.tasks_dispatch_rate());
    whole.set_rate_limiting_active(whole.rate_limiting_active() || part.rate_limiting_active());
}

// A worker polls several partitions: it is shown once, as it was seen last.
void add(std::vector<RecentPollers::PollerInfo>& pollers, RecentPollers::PollerInfo poller) {
    const auto same = std::find_if(pollers.begin(), pollers.end(), [&](const auto& known) {
        return known.identity() == poller.identity();
    });
    if (same == pollers.end()) {
        pollers.push_back(std::move(poller));
    } else if (is_before(same->last_access_time(), poller.last_access_time())) {
        *same = std::move(poller);
    }
}

Result<std::vector<int>> described_types(const DescribeTaskQueueRequest& request,
                                         bool is_enhanced) {
    std::vector<int> types;
    if (is_enhanced) {
        types.assign(request.task_queue_types().begin(), request.task_queue_types().end());
        if (types.empty())
            types = {enums::TASK_QUEUE_TYPE_WORKFLOW, enums::TASK_QUEUE_TYPE_ACTIVITY};
    } else {
        const int type = request.task_queue_type();
        types = {type == enums::TASK_QUEUE_TYPE_UNSPECIFIED ? enums::TASK_QUEUE_TYPE_WORKFLOW
                                                            : type};
    }
    for (const int type : types) {
        if (type == enums::TASK_QUEUE_TYPE_UNSPECIFIED || !enums::TaskQueueType_IsValid(type)) {
            return invalid_argument("unknown task queue type: " + std::to_string(type));
        }
    }
    return types;
}

void fill_default_mode(const DescribeTaskQueueRequest& request, PartitionDescription& partition,
                       DescribeTaskQueueResponse& response) {
    for (auto& poller : partition.pollers) *response.add_pollers() = std::move(poller);
    if (request.report_stats()) {
        *response.mutable_stats() = partition.stats;
        for (auto& [priority, stats] : partition.stats_by_priority) {
            (*response.mutable_stats_by_priority_key())[priority] = std::move(stats);
        }
    }
    if (request.report_config()) response.mutable_config();
    if (request.include_task_queue_status()) {
        *response.mutable_task_queue_status() = partition.status;
    }
    auto& limit = *response.mutable_effective_rate_limit();
    limit.set_requests_per_second(
        static_cast<float>(partition.rate_limit.value_or(kRateUnlimited)));
    limit.set_rate_limit_source(partition.rate_limit ? enums::RATE_LIMIT_SOURCE_WORKER
                                                     : enums::RATE_LIMIT_SOURCE_SYSTEM);
}

void fill_enhanced_mode(const DescribeTaskQueueRequest& request,
                        std::vector<PartitionDescription>& partitions,
                        DescribeTaskQueueResponse& response) {
    auto& version = (*response.mutable_versions_info())[kUnversioned];
    for (PartitionDescription& partition : partitions) {
        auto& type = (*version.mutable_types_info())[partition.key.type];
        if (request.report_pollers()) {
            for (auto& poller : partition.pollers) *type.add_pollers() = std::move(poller);
        }
        if (request.report_stats()) *type.mutable_stats() = partition.stats;
    }
    if (request.report_task_reachability()) {
        version.set_task_reachability(enums::BUILD_ID_TASK_REACHABILITY_REACHABLE);
    }
}

}  // namespace

Result<DescribePlan> plan_description(role::v1::DescribeTaskQueueRequest request) {
    DescribePlan plan;
    plan.request.Swap(request.mutable_request());
    plan.is_enhanced = plan.request.api_mode() == enums::DESCRIBE_TASK_QUEUE_MODE_ENHANCED;
    const auto& queue = plan.request.task_queue();
    if (queue.name().empty()) return invalid_argument("task_queue is not set");
    TRY_ASSIGN(const std::vector<int> types, described_types(plan.request, plan.is_enhanced));

    const bool is_sticky = queue.kind() == enums::TASK_QUEUE_KIND_STICKY;
    for (const int type : types) {
        plan.partitions.push_back(
            PartitionKey{request.namespace_id(), queue.name(), type,
                         is_sticky && type == enums::TASK_QUEUE_TYPE_WORKFLOW});
    }
    const bool is_whole_queue = !is_sticky && !queue.name().starts_with("/_sys/");
    if (plan.is_enhanced && !is_whole_queue) {
        return invalid_argument(
            "the enhanced mode shows whole queues only, not a sticky queue or a "
            "partition: " +
            queue.name());
    }
    plan.is_one_partition = request.one_partition();
    plan.counts =
        plan.is_enhanced || plan.request.report_stats() || plan.request.include_task_queue_status();
    if (plan.request.report_stats() && !is_whole_queue && !plan.is_one_partition) {
        return invalid_argument(
            "report_stats shows whole queues only, not a sticky queue or a "
            "partition: " +
            queue.name());
    }
    return plan;
}

Async<Result<PartitionDescription>> describe_partition(PartitionTable& table, PartitionKey key,
                                                       bool counts) {
    const PartitionTable::Presence presence(table);
    PartitionDescription description;
    description.key = key;
    std::shared_ptr<Partition> partition = table.find(key);
    const bool has_stored_tasks = !key.sticky && key.type != enums::TASK_QUEUE_TYPE_NEXUS;
    if (!partition && has_stored_tasks) {
        CO_TRY_ASSIGN(partition, table.find_or_load(key));
    }
    if (!partition) co_return description;
    if (counts) co_await partition->first_load();
    description.pollers = partition->pollers();
    description.stats = partition->stats(0);
    for (int priority = 1; priority <= kPriorityLast; ++priority) {
        description.stats_by_priority[priority] = partition->stats(priority);
    }
    description.status = partition->status();
    description.rate_limit = partition->rate_limit();
    description.highest_child = partition->highest_child();
    co_return description;
}

Async<Result<DescribeTaskQueueResponse>> describe_child(rpc::Matching& matching,
                                                        PartitionKey child) {
    rpc::CallContext context;
    role::v1::DescribeTaskQueueRequest request;
    request.set_namespace_id(child.namespace_id);
    request.set_one_partition(true);
    auto& asked = *request.mutable_request();
    asked.mutable_task_queue()->set_name(child.name);
    asked.set_task_queue_type(static_cast<enums::TaskQueueType>(child.type));
    asked.set_report_stats(true);
    auto call = matching.describe_task_queue(std::move(context), std::move(request));
    co_return co_await std::move(call);
}

void add_child(PartitionDescription& whole, DescribeTaskQueueResponse child) {
    add(whole.stats, child.stats());
    for (const auto& [priority, stats] : child.stats_by_priority_key()) {
        add(whole.stats_by_priority[priority], stats);
    }
    whole.status.set_backlog_count_hint(whole.status.backlog_count_hint() +
                                        child.stats().approximate_backlog_count());
    for (auto& poller : *child.mutable_pollers()) add(whole.pollers, std::move(poller));
}

rpc::api::DescribeTaskQueueResponse compose_description(
    const DescribePlan& plan, std::vector<PartitionDescription> partitions) {
    DescribeTaskQueueResponse response;
    if (plan.is_enhanced) {
        fill_enhanced_mode(plan.request, partitions, response);
    } else {
        fill_default_mode(plan.request, partitions.front(), response);
    }
    return response;
}

}  // namespace server::matching
