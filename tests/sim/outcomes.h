#pragma once
// What one event of a history says about how something ended.

#include <cstdint>
#include <optional>
#include <string>

#include "temporal/api/history/v1/message.pb.h"

namespace server::sim {

namespace enums = ::temporal::api::enums::v1;
using HistoryEvent = ::temporal::api::history::v1::HistoryEvent;

// Of the run that this event closes.
std::optional<enums::WorkflowExecutionStatus> status_of(const HistoryEvent& event);

// The event that this one ends, by the attribute that names it; 0 for events that end nothing, and
// for those of children.
std::int64_t ended_by(const HistoryEvent& event);

// How a child's chain ended, as its parent has recorded it.
struct ChildEnd {
    std::int64_t initiated_event_id = 0;
    std::string run_id;
    enums::WorkflowExecutionStatus status{};
};
std::optional<ChildEnd> child_end(const HistoryEvent& event);

// The parent's close has done this to the child.
bool by_policy(const HistoryEvent& event);

}  // namespace server::sim
