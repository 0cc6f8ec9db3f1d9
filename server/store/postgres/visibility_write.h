#pragma once
// Writes of visibility records: many in one statement, each guarded by its version.

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "server/store/postgres/connection.h"
#include "server/store/postgres/sql_builder.h"
#include "server/store/visibility.h"

namespace server::store::postgres {

// The records of one statement, by column.
class RecordColumns {
public:
    // `member` is what `alive` below asks for.
    void add(std::int64_t member, const VisibilityRecord& record);
    bool empty() const { return members_.size() == 0; }

    // "INSERT … SELECT … FROM unnest(…) AS i WHERE <alive> ON CONFLICT …". Takes the columns.
    void add_upsert(SqlBuilder& sql, std::string_view alive);

private:
    void add_attributes(const VisibilityRecord& record);

    using Kind = Column::Kind;
    Column members_{Kind::int4};
    Column namespaces_{Kind::bytes}, run_ids_{Kind::bytes}, versions_{Kind::int8};
    Column workflow_ids_{Kind::bytes}, types_{Kind::bytes}, task_queues_{Kind::bytes};
    Column statuses_{Kind::int2}, divisions_{Kind::bytes};
    Column start_times_{Kind::int8}, execution_times_{Kind::int8}, close_times_{Kind::int8};
    Column lengths_{Kind::int8}, sizes_{Kind::int8}, transition_counts_{Kind::int8};
    Column parent_workflow_ids_{Kind::bytes}, parent_run_ids_{Kind::bytes};
    Column root_workflow_ids_{Kind::bytes}, root_run_ids_{Kind::bytes};
    Column memos_{Kind::bytes}, search_attributes_{Kind::bytes};
    // Slices of the elements of all records: the place before the first one, and the last one's.
    Column begins_{Kind::int4}, ends_{Kind::int4}, large_begins_{Kind::int4},
        large_ends_{Kind::int4};
    Column elements_{Kind::bytes}, large_elements_{Kind::bytes};
};

// The newest record of each run, in order of the key, so that two writers lock in one order.
using NewestRecords = std::map<std::pair<std::string, std::string>, const VisibilityRecord*>;

Call write_records_call(const NewestRecords& records);
Call remove_records_call(const std::vector<RunKey>& runs);

// TemporalNamespaceDivision as it is stored: empty without one, else behind a byte, so that it is
// never NULL and an index may have it in front.
std::string pack_division(const std::string* division);
inline constexpr char kDivisionMark = '\1';

}  // namespace server::store::postgres
