#include <google/protobuf/util/time_util.h>

#include "server/frontend/api/methods.h"
#include "server/frontend/validation/query.h"
#include "temporal/api/workflow/v1/message.pb.h"

namespace server::frontend {

namespace {

using google::protobuf::util::TimeUtil;
using ::temporal::api::workflow::v1::WorkflowExecutionInfo;

google::protobuf::Timestamp timestamp_of(TimePoint time) {
    return TimeUtil::NanosecondsToTimestamp(unix_nanos(time));
}

void set_execution(const std::string& workflow_id, const std::string& run_id,
                   common::WorkflowExecution& execution) {
    execution.set_workflow_id(workflow_id);
    execution.set_run_id(run_id);
}

// What is known only once the run has closed.
void set_close(const store::VisibilityRecord& record, WorkflowExecutionInfo& info) {
    *info.mutable_close_time() = timestamp_of(*record.close_time);
    *info.mutable_execution_duration() =
        TimeUtil::NanosecondsToDuration((*record.close_time - record.execution_time).count());
    info.set_history_length(record.history_length);
    info.set_history_size_bytes(record.history_size_bytes);
    info.set_state_transition_count(record.state_transition_count);
}

Result<WorkflowExecutionInfo> info_of(const store::VisibilityRecord& record) {
    WorkflowExecutionInfo info;
    set_execution(record.workflow_id, record.run_id, *info.mutable_execution());
    info.mutable_type()->set_name(record.workflow_type);
    *info.mutable_start_time() = timestamp_of(record.start_time);
    *info.mutable_execution_time() = timestamp_of(record.execution_time);
    info.set_status(static_cast<enums::WorkflowExecutionStatus>(record.status));
    info.set_task_queue(record.task_queue);
    if (record.close_time) set_close(record, info);
    if (!record.parent_workflow_id.empty()) {
        info.set_parent_namespace_id(record.namespace_id);
        set_execution(record.parent_workflow_id, record.parent_run_id,
                      *info.mutable_parent_execution());
    }
    if (!record.root_workflow_id.empty()) {
        set_execution(record.root_workflow_id, record.root_run_id, *info.mutable_root_execution());
    }
    const bool readable =
        info.mutable_memo()->ParseFromString(record.memo) &&
        info.mutable_search_attributes()->ParseFromString(record.search_attributes);
    if (readable) return info;
    return Status(Code::DataLoss, "the visibility record of run " + record.run_id + " is damaged");
}

}  // namespace

Async<Result<api::ListWorkflowExecutionsResponse>> list_workflow_executions(
    Frontend& frontend, Call call, api::ListWorkflowExecutionsRequest request) {
    const Limits& limits = frontend.limits();
    const visibility::BindOptions options;
    CO_TRY_ASSIGN(visibility::Query query,
                  co_await compile_query(frontend, call.entry, request.query(), options));
    std::int32_t page_size = request.page_size();
    if (page_size <= 0 || page_size > limits.visibility_page_max) {
        page_size = limits.visibility_page_max;
    }
    CO_TRY_ASSIGN(const store::VisibilityPage page,
                  co_await frontend.store().visibility().list(
                      call.namespace_id(), std::move(query), page_size, request.next_page_token()));
    api::ListWorkflowExecutionsResponse response;
    for (const auto& record : page.records) {
        CO_TRY_ASSIGN(*response.add_executions(), info_of(record));
    }
    response.set_next_page_token(page.next_page_token);
    co_return response;
}

}  // namespace server::frontend
