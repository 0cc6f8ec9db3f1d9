#pragma once
// The number of history shards is fixed for the life of a database. What a server says before it
// ends because its configuration names another number, and how the charm reads from its last words
// which number the database has: kept together, so that neither changes without the other.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace server::config {

// `database` says where it is.
std::string other_history_shards(std::int64_t configured, const std::string& database,
                                 std::int64_t stored);

// The number that the database has; nothing when the text is about something else.
std::optional<std::int64_t> stored_history_shards(std::string_view text);

}  // namespace server::config
