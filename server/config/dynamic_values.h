#pragma once
// Dynamic configuration: values under the original server's keys (`limit.blobSize.error`, ...),
// which may be narrowed to a namespace or a task queue. So far only values for the whole server,
// from the command line of `temporal server start-dev`; files with constraints and their reload
// come later.

#include <boost/json/value.hpp>

#include <map>
#include <string>
#include <string_view>

#include "server/base/status.h"
#include "server/base/time.h"

namespace server::config {

class DynamicValues {
public:
    // Adds one `key=JSON`; keys are compared without regard to case. InvalidArgument names the
    // text.
    Status add(std::string_view assignment);

    bool empty() const { return values_.empty(); }
    const std::map<std::string, boost::json::value>& values() const { return values_; }

    // The value, or `fallback` when the key is not there. InvalidArgument when it is of another
    // type.
    Result<bool> truth(std::string_view key, bool fallback) const;
    Result<std::int64_t> integer(std::string_view key, std::int64_t fallback) const;
    // Written as a text such as "10s" or a number of seconds.
    Result<Duration> duration(std::string_view key, Duration fallback) const;

private:
    const boost::json::value* find(std::string_view key) const;

    std::map<std::string, boost::json::value> values_;  // by key in lower case
};

}  // namespace server::config
