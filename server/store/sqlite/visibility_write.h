#pragma once
// Writes of visibility records.

#include "server/store/sqlite/connection.h"
#include "server/store/visibility.h"

namespace server::store::sqlite {

// Kinds of visibility_attribute rows; the numbers are stored.
enum class AttributeKind : std::int64_t {
    text = 1,
    number = 2,
    boolean = 3,
    time = 4,
    element = 5
};

std::size_t size_bytes_of(const std::vector<VisibilityRecord>& records);

// Changes nothing when the stored record has the same version or a greater one.
Status write_visibility(Connection& connection, const VisibilityRecord& record);
// Nothing when there is no such record.
Status delete_visibility(Connection& connection, const std::string& namespace_id,
                         const std::string& run_id);

}  // namespace server::store::sqlite
