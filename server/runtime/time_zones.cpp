#include "server/runtime/time_zones.h"

// As Debian builds the library: over the zone files of the system.
#define USE_OS_TZDB 1
#include <date/tz.h>

#include <map>
#include <memory>
#include <mutex>

namespace server {

namespace {

class SystemTimeZone final : public workflow::TimeZone {
public:
    explicit SystemTimeZone(const date::time_zone& zone) : zone_(zone) {}
    Offset offset_at(std::chrono::sys_seconds time) const override {
        const date::sys_info info = zone_.get_info(time);
        return {info.offset, info.end};
    }

private:
    const date::time_zone& zone_;
};

// The library throws for a name that it does not know; so it does without a database.
std::unique_ptr<workflow::TimeZone> read_zone(const std::string& name) {
    try {
        auto zone = std::make_unique<SystemTimeZone>(*date::locate_zone(name));
        zone->offset_at(std::chrono::sys_seconds{});  // reads its file
        return zone;
    } catch (const std::exception&) {
        return nullptr;
    }
}

}  // namespace

const workflow::TimeZone* find_time_zone(const std::string& name) {
    static std::mutex mutex;
    static std::map<std::string, std::unique_ptr<workflow::TimeZone>> zones;
    const std::lock_guard lock(mutex);
    if (const auto known = zones.find(name); known != zones.end()) return known->second.get();
    auto zone = read_zone(name);
    if (!zone) return nullptr;  // not kept: callers may make up names without end
    return zones.emplace(name, std::move(zone)).first->second.get();
}

}  // namespace server
