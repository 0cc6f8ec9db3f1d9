#include "server/config/history_shards.h"

#include <charconv>

namespace server::config {

namespace {

constexpr std::string_view kKey = "persistence.numHistoryShards is ";
constexpr std::string_view kStored = " was made with ";

}  // namespace

std::string other_history_shards(std::int64_t configured, const std::string& database,
                                 std::int64_t stored) {
    return std::string(kKey) + std::to_string(configured) + ", and the database (" + database +
           ")" + std::string(kStored) + std::to_string(stored) +
           ", which cannot change; set numHistoryShards to that, or use another database";
}

std::optional<std::int64_t> stored_history_shards(std::string_view text) {
    const std::size_t key = text.find(kKey);
    if (key == std::string_view::npos) return std::nullopt;
    const std::size_t at = text.find(kStored, key);
    if (at == std::string_view::npos) return std::nullopt;
    text.remove_prefix(at + kStored.size());
    std::int64_t stored = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), stored);
    if (read.ec != std::errc()) return std::nullopt;
    return stored;
}

}  // namespace server::config
