#include "server/frontend/validation/payloads.h"

#include <string>

namespace server::frontend {

namespace {

std::string size_and_limit(std::string_view field, std::size_t size, std::size_t limit) {
    return std::string(field) + " has " + std::to_string(size) + " bytes, " +
           std::to_string(limit) + " are allowed";
}

}  // namespace

Status check_blob(std::string_view field, const google::protobuf::Message& value,
                  const Limits& limits) {
    const std::size_t size = value.ByteSizeLong();
    if (size <= limits.blob_bytes_max) return {};
    return invalid_argument("Blob data size exceeds limit. " +
                            size_and_limit(field, size, limits.blob_bytes_max));
}

Status check_memo(std::string_view field, const ::temporal::api::common::v1::Memo& memo,
                  const Limits& limits) {
    const std::size_t size = memo.ByteSizeLong();
    if (size <= limits.memo_bytes_max) return {};
    return invalid_argument("Memo size exceeds limit. " +
                            size_and_limit(field, size, limits.memo_bytes_max));
}

Status check_links(
    const google::protobuf::RepeatedPtrField<::temporal::api::common::v1::Link>& links,
    const Limits& limits) {
    const auto count = static_cast<std::size_t>(links.size());
    if (count > limits.links_max) {
        return invalid_argument("cannot attach more than " + std::to_string(limits.links_max) +
                                " links per request, got " + std::to_string(count));
    }
    for (const auto& link : links) {
        const std::size_t size = link.ByteSizeLong();
        if (size <= limits.link_bytes_max) continue;
        return invalid_argument("link exceeds allowed size of " +
                                std::to_string(limits.link_bytes_max) + ", got " +
                                std::to_string(size));
    }
    return {};
}

}  // namespace server::frontend
