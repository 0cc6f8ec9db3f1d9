#pragma once
// The port of visibility: one record per run, written with the transition or through the outbox,
// guarded by a version so that late or repeated writes change nothing.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "server/base/ids.h"
#include "server/base/time.h"
#include "server/runtime/async.h"
#include "server/visibility/evaluate.h"
#include "server/visibility/query.h"

namespace server::store {

// Predefined and custom search attributes by name; a missing value has no entry.
using AttributeValues = std::map<std::string, visibility::Cell, std::less<>>;

struct VisibilityRecord {
    std::string namespace_id;
    std::string workflow_id;
    std::string run_id;
    TaskId version;  // a record is replaced only by one with a greater version
    std::string workflow_type;
    std::string task_queue;
    int status = 0;  // temporal.api.enums.v1.WorkflowExecutionStatus
    TimePoint start_time;
    TimePoint execution_time;
    std::optional<TimePoint> close_time;
    // Known for closed runs only; without a close_time filters see no value here.
    std::int64_t history_length = 0;
    std::int64_t history_size_bytes = 0;
    std::int64_t state_transition_count = 0;
    std::string parent_workflow_id;
    std::string parent_run_id;
    std::string root_workflow_id;
    std::string root_run_id;
    std::string memo;               // serialized temporal.api.common.v1.Memo
    std::string search_attributes;  // serialized temporal.api.common.v1.SearchAttributes, as
                                    // clients get it back
    AttributeValues attributes;     // the same, decoded for filtering; list() leaves it empty
};

struct VisibilityPage {
    std::vector<VisibilityRecord> records;
    std::string next_page_token;  // opaque; empty on the last page
};

struct VisibilityCount {
    std::int64_t total = 0;
    struct Group {
        visibility::Cell value;  // a string; monostate for the records without one
        std::int64_t count = 0;
    };
    std::vector<Group> groups;  // only with GROUP BY, in order of value
};

class Visibility {
public:
    virtual ~Visibility() = default;

    // Upserts, each guarded by its version.
    virtual Async<Status> write(std::vector<VisibilityRecord> records) = 0;
    // Removes the records of these runs; of one that has none, nothing. For a store whose records
    // do not commit with the transition: there a deleted run's record goes through the outbox too.
    virtual Async<Status> remove(std::vector<RunKey> runs) = 0;

    // Open runs first, then by close time, start time (both descending) and run id. InvalidArgument
    // for a bad token.
    virtual Async<Result<VisibilityPage>> list(std::string namespace_id, visibility::Query query,
                                               std::int32_t page_size, std::string page_token) = 0;
    virtual Async<Result<VisibilityCount>> count(std::string namespace_id,
                                                 visibility::Query query) = 0;
};

}  // namespace server::store
