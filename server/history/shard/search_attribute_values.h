#pragma once
// Search attributes as workflows send them (payloads) and as filters need them (typed values).

#include "server/store/visibility.h"
#include "server/visibility/search_attributes.h"
#include "temporal/api/common/v1/message.pb.h"

namespace server::history {

using SearchAttributes = ::temporal::api::common::v1::SearchAttributes;

// Checks names and values against the namespace's catalog and completes each payload's `type`
// metadata. A null or an empty list (it removes the attribute) has no type to check.
// InvalidArgument names the attribute and the namespace.
Status check_search_attributes(const visibility::SearchAttributeCatalog& catalog,
                               const std::string& namespace_name, SearchAttributes& attributes);

// For visibility. What the catalog does not know, or what is of another type than it says, is left
// out.
store::AttributeValues decode_search_attributes(const visibility::SearchAttributeCatalog& catalog,
                                                const SearchAttributes& attributes);

}  // namespace server::history
