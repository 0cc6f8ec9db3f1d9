#pragma once
// Who polled a partition lately, for DescribeTaskQueue. Holds the latest pollers_remembered_max
// identities.

#include <map>
#include <string>
#include <vector>

#include "server/base/time.h"
#include "temporal/api/taskqueue/v1/message.pb.h"

namespace server::matching {

class RecentPollers {
public:
    using PollerInfo = ::temporal::api::taskqueue::v1::PollerInfo;

    RecentPollers(std::size_t identities_max, Duration remembered_for)
        : identities_max_(identities_max), remembered_for_(remembered_for) {}

    // A poll without identity is not listed.
    void seen(const PollerInfo& poller, TimePoint now);
    // Latest first.
    std::vector<PollerInfo> list(TimePoint now) const;

private:
    struct Entry {
        PollerInfo info;
        TimePoint last_access;
    };

    std::size_t identities_max_;
    Duration remembered_for_;
    std::map<std::string, Entry> entries_;
    std::multimap<TimePoint, std::string> by_time_;
};

}  // namespace server::matching
