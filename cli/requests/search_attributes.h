#pragma once
// Search attributes by name and type, as both programs take and show them.

#include <google/protobuf/map.h>

#include <string>
#include <vector>

#include "cli/output/table.h"
#include "cli/requests/api.h"

namespace cli {

using AttributeTypes = google::protobuf::Map<std::string, enums::IndexedValueType>;

// The pairs that --name and --type make, the first with the first. InvalidArgument for an unequal
// number, a type nobody knows, or a name with two types.
Result<AttributeTypes> attribute_types(const std::vector<std::string>& names,
                                       const std::vector<std::string>& types);

// Those of `wanted` that are not there yet. AlreadyExists for one that has another type: it would
// keep it, and the server says nothing.
Result<AttributeTypes> missing_attributes(const AttributeTypes& wanted,
                                          const AttributeTypes& existing);

// Name and type, by name.
Table attribute_table(const AttributeTypes& types);

// "Total (Int), Urgent (Bool)"
std::string attribute_list(const AttributeTypes& types);

}  // namespace cli
