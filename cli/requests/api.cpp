#include "cli/requests/api.h"

#include <google/protobuf/util/time_util.h>

#include "server/config/duration.h"
#include "server/runtime/random.h"

namespace cli {

namespace {

constexpr std::int64_t kDaysMax = 36'500;  // what servers take

std::optional<server::Duration> duration_of(std::string_view text) {
    if (!text.ends_with('d')) return server::config::parse_duration(text);
    const auto days = server::config::parse_integer(text.substr(0, text.size() - 1));
    if (!days || *days < 0 || *days > kDaysMax) return std::nullopt;
    return std::chrono::hours(24 * *days);
}

}  // namespace

std::string random_id() {
    static server::Random random(server::Random::seed_from_system());
    return random.uuid();
}

Result<std::optional<google::protobuf::Duration>> duration_flag(const FlagValues& flags,
                                                                const std::string& flag) {
    const std::string text = flags.text(flag);
    if (text.empty()) return std::optional<google::protobuf::Duration>{};
    const auto duration = duration_of(text);
    if (!duration) {
        return invalid_argument("flag --" + flag + ": \"" + text +
                                "\" is no duration such as 90s, 1h30m or 3d");
    }
    using google::protobuf::util::TimeUtil;
    return std::optional(TimeUtil::NanosecondsToDuration(duration->count()));
}

}  // namespace cli
