#pragma once
// Search attributes as clients and workflows send them: payloads of JSON, checked against what the
// namespace knows and completed with the metadata `type`, by which UI and typed SDKs read them
// back.
//
//   type         JSON of the value
//   Keyword      "text"                      Datetime   "2026-01-02T03:04:05Z"
//   Text         "text"                      Bool       true
//   Int          42                          Double     1.5
//   KeywordList  ["a", "b"] or "a"
//
// An array of one stands for its element (older SDKs send these). null and [] remove the attribute.

#include <cstddef>
#include <optional>

#include "server/base/status.h"
#include "server/cluster/namespace_registry.h"
#include "server/visibility/evaluate.h"
#include "temporal/api/common/v1/message.pb.h"

namespace server::cluster {

struct SearchAttributeLimits {
    std::size_t count_max = 100;
    std::size_t value_bytes_max = 2 * 1024;
    std::size_t total_bytes_max = 40 * 1024;
};

// InvalidArgument naming the attribute: unknown in the namespace, the server's own, of another
// type, or too large. Otherwise each payload has its type in the metadata afterwards.
Status check_search_attributes(const NamespaceEntry& entry, const SearchAttributeLimits& limits,
                               ::temporal::api::common::v1::SearchAttributes& attributes);

// The value in a payload, of the alternative that a visibility record holds for `type`; monostate
// removes the attribute. Nothing when the payload is no value of that type.
std::optional<visibility::Cell> decode_search_attribute(
    visibility::ValueType type, const ::temporal::api::common::v1::Payload& payload);

}  // namespace server::cluster
