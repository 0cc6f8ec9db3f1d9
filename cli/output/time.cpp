#include "cli/output/time.h"

#include <google/protobuf/util/time_util.h>

#include <array>
#include <cstdlib>

#include "server/config/duration.h"

namespace cli {

namespace {

using google::protobuf::util::TimeUtil;

struct Span {
    std::int64_t seconds;
    std::string_view name;
};
constexpr std::array<Span, 7> kSpans{{{365LL * 86400, "year"},
                                      {30LL * 86400, "month"},
                                      {7LL * 86400, "week"},
                                      {86400, "day"},
                                      {3600, "hour"},
                                      {60, "minute"},
                                      {1, "second"}}};

std::string relative_to(std::int64_t now_seconds, std::int64_t seconds) {
    const std::int64_t apart = now_seconds - seconds;
    for (const Span& span : kSpans) {
        const std::int64_t count = std::llabs(apart) / span.seconds;
        if (count == 0) continue;
        return std::to_string(count) + " " + std::string(span.name) + (count == 1 ? "" : "s") +
               (apart > 0 ? " ago" : " from now");
    }
    return "now";
}

}  // namespace

TimeFormat time_format(std::string_view name) {
    if (name == "iso") return TimeFormat::iso;
    return name == "raw" ? TimeFormat::raw : TimeFormat::relative;
}

std::string format_time(const google::protobuf::Timestamp& time, TimeFormat format,
                        server::TimePoint now) {
    if (time.seconds() == 0 && time.nanos() == 0) return "";
    switch (format) {
    case TimeFormat::relative:
        return relative_to(server::unix_nanos(now) / 1'000'000'000, time.seconds());
    case TimeFormat::iso: {
        google::protobuf::Timestamp whole = time;
        whole.set_nanos(0);
        return TimeUtil::ToString(whole);
    }
    case TimeFormat::raw: return TimeUtil::ToString(time);
    }
    return "";
}

std::string format_duration(const google::protobuf::Duration& duration) {
    return server::config::to_string(server::Duration(TimeUtil::DurationToNanoseconds(duration)));
}

}  // namespace cli
