#include "server/store/visibility_cells.h"

#include <array>
#include <utility>

#include "server/visibility/execution_status.h"

namespace server::store {

namespace {

using visibility::Cell;

Cell nothing() { return std::monostate{}; }

Cell text_unless_empty(const std::string& text) { return text.empty() ? nothing() : Cell(text); }

Cell status_cell(int status) {
    const auto name = visibility::execution_status_name(status);
    return name ? Cell(std::string(*name)) : nothing();
}

struct SystemCell {
    std::string_view name;
    Cell (*read)(const VisibilityRecord& record);
};

Cell when_closed(const VisibilityRecord& record, std::int64_t value) {
    return record.close_time ? Cell(value) : nothing();
}

constexpr std::array kSystemCells = {
    SystemCell{"WorkflowId", [](const auto& record) { return Cell(record.workflow_id); }},
    SystemCell{"RunId", [](const auto& record) { return Cell(record.run_id); }},
    SystemCell{"WorkflowType", [](const auto& record) { return Cell(record.workflow_type); }},
    SystemCell{"TaskQueue", [](const auto& record) { return Cell(record.task_queue); }},
    SystemCell{"StartTime", [](const auto& record) { return Cell(record.start_time); }},
    SystemCell{"ExecutionTime", [](const auto& record) { return Cell(record.execution_time); }},
    SystemCell{"CloseTime",
               [](const auto& record) {
                   return record.close_time ? Cell(*record.close_time) : nothing();
               }},
    SystemCell{"ExecutionStatus", [](const auto& record) { return status_cell(record.status); }},
    SystemCell{"ExecutionDuration",
               [](const auto& record) {
                   if (!record.close_time) return nothing();
                   return Cell(std::int64_t{(*record.close_time - record.execution_time).count()});
               }},
    SystemCell{"HistoryLength",
               [](const auto& record) { return when_closed(record, record.history_length); }},
    SystemCell{"HistorySizeBytes",
               [](const auto& record) { return when_closed(record, record.history_size_bytes); }},
    SystemCell{
        "StateTransitionCount",
        [](const auto& record) { return when_closed(record, record.state_transition_count); }},
    SystemCell{"ParentWorkflowId",
               [](const auto& record) { return text_unless_empty(record.parent_workflow_id); }},
    SystemCell{"ParentRunId",
               [](const auto& record) { return text_unless_empty(record.parent_run_id); }},
    SystemCell{"RootWorkflowId",
               [](const auto& record) { return text_unless_empty(record.root_workflow_id); }},
    SystemCell{"RootRunId",
               [](const auto& record) { return text_unless_empty(record.root_run_id); }},
};

}  // namespace

Cell VisibilityCells::system_cell(std::string_view name) const {
    for (const SystemCell& entry : kSystemCells) {
        if (entry.name == name) return entry.read(record_);
    }
    return nothing();
}

Cell VisibilityCells::cell(const visibility::Column& column) const {
    if (column.origin == visibility::Origin::System) return system_cell(column.name);
    const auto found = record_.attributes.find(column.name);
    return found == record_.attributes.end() ? nothing() : found->second;
}

}  // namespace server::store
