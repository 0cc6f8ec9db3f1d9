#include "server/store/visibility_page.h"

#include <charconv>
#include <string_view>
#include <tuple>

namespace server::store {

namespace {

constexpr std::string_view kTokenPrefix = "v1:";

// Cuts "<number>:" off the front of `text`.
bool cut_time(std::string_view& text, TimePoint& time) {
    std::int64_t nanos = 0;
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, nanos);
    if (error != std::errc() || stop == end || *stop != ':') return false;
    text.remove_prefix(static_cast<std::size_t>(stop - text.data()) + 1);
    time = from_unix_nanos(nanos);
    return true;
}

}  // namespace

PagePosition position_of(const VisibilityRecord& record) {
    return {record.close_time.value_or(kNever), record.start_time, record.run_id};
}

bool listed_before(const PagePosition& left, const PagePosition& right) {
    return std::tie(right.close_time, right.start_time, left.run_id) <
           std::tie(left.close_time, left.start_time, right.run_id);
}

std::string encode_page_token(const PagePosition& position) {
    std::string token(kTokenPrefix);
    token += std::to_string(unix_nanos(position.close_time)) + ":";
    token += std::to_string(unix_nanos(position.start_time)) + ":";
    return token + position.run_id;
}

Result<PagePosition> decode_page_token(const std::string& token) {
    std::string_view rest = token;
    PagePosition position;
    if (rest.starts_with(kTokenPrefix)) {
        rest.remove_prefix(kTokenPrefix.size());
        if (cut_time(rest, position.close_time) && cut_time(rest, position.start_time)) {
            position.run_id = std::string(rest);
            return position;
        }
    }
    return invalid_argument("invalid next page token: pass it back as the previous page gave it");
}

}  // namespace server::store
