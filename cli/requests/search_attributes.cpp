#include "cli/requests/search_attributes.h"

#include <algorithm>

#include "cli/json/message.h"
#include "server/visibility/search_attributes.h"

namespace cli {

Result<AttributeTypes> attribute_types(const std::vector<std::string>& names,
                                       const std::vector<std::string>& types) {
    if (names.size() != types.size()) {
        return invalid_argument("every --name needs its --type: there are " +
                                std::to_string(names.size()) + " names and " +
                                std::to_string(types.size()) + " types");
    }
    AttributeTypes attributes;
    for (std::size_t at = 0; at < names.size(); ++at) {
        const auto type = server::visibility::find_value_type(types[at]);
        if (!type) {
            return invalid_argument(
                "search attribute " + names[at] + ": unknown type \"" + types[at] +
                "\"; there are Text, Keyword, Int, Double, Bool, Datetime and KeywordList");
        }
        const auto wire = static_cast<enums::IndexedValueType>(*type);
        const auto [entry, is_new] = attributes.insert({names[at], wire});
        if (!is_new && entry->second != wire) {
            return invalid_argument("search attribute " + names[at] + " is given two types");
        }
    }
    return attributes;
}

Result<AttributeTypes> missing_attributes(const AttributeTypes& wanted,
                                          const AttributeTypes& existing) {
    AttributeTypes missing;
    for (const auto& [name, type] : wanted) {
        const auto known = existing.find(name);
        if (known == existing.end()) {
            missing[name] = type;
        } else if (known->second != type) {
            return Status(server::Code::AlreadyExists,
                          "search attribute " + name + " already exists and has the type " +
                              short_name(known->second) + ", not " + short_name(type));
        }
    }
    return missing;
}

Table attribute_table(const AttributeTypes& types) {
    Table table{{"Name", "Type"}, {}};
    for (const auto& [name, type] : types) table.rows.push_back({name, short_name(type)});
    std::sort(table.rows.begin(), table.rows.end());
    return table;
}

std::string attribute_list(const AttributeTypes& types) {
    std::string text;
    for (const auto& row : attribute_table(types).rows) {
        text += (text.empty() ? "" : ", ") + row[0] + " (" + row[1] + ")";
    }
    return text;
}

}  // namespace cli
