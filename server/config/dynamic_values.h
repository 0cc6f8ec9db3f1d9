#pragma once
// Dynamic configuration: values under the original server's keys (`limit.blobSize.error`, ...),
// each of which may be narrowed to a namespace, a task queue and so on. They come from a file
// (dynamic_file.h) or, for the whole server, from the command line of `temporal server start-dev`.
//
// Whoever uses them asks once per file (server/app/role_options.h makes typed options of them);
// nothing looks up a key while serving a call.

#include <boost/json/value.hpp>

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/base/status.h"
#include "server/base/time.h"

namespace server::config {

// What a value is narrowed to; what is not set matches everything.
struct Constraints {
    std::optional<std::string> namespace_name{};
    std::optional<std::string> namespace_id{};
    std::optional<std::string> task_queue_name{};
    std::optional<int> task_type{};  // 1 workflow, 2 activity, 3 nexus, as on the wire
    std::optional<std::int64_t> shard_id{};
    std::optional<std::string> history_task_type{};
    std::optional<std::string> destination{};
    std::optional<std::string> chasm_task_type{};

    bool empty() const { return *this == Constraints{}; }
    bool operator==(const Constraints&) const = default;
};

struct DynamicValue {
    boost::json::value value;
    Constraints constraints{};
    std::string place{};  // file:line, for messages; empty for the command line
};

class DynamicValues {
public:
    using Values = std::map<std::string, std::vector<DynamicValue>>;  // by key in lower case

    // Adds one `key=JSON`; keys are compared without regard to case. InvalidArgument names the
    // text.
    Status add(std::string_view assignment);
    // Adds a value behind those the key has.
    void add(std::string_view key, DynamicValue value);
    // All of `other`; where it has a key, that key's values here are replaced.
    void overlay(const DynamicValues& other);

    bool empty() const { return values_.empty(); }
    const Values& values() const { return values_; }

    // The value for what is asked for: of those whose constraints all match, the most specific one,
    // among equals the first; null when there is none.
    const DynamicValue* find(std::string_view key, const Constraints& asked = {}) const;

    // The value, or `fallback` when there is none. InvalidArgument when it is of another type.
    Result<bool> truth(std::string_view key, bool fallback, const Constraints& asked = {}) const;
    Result<std::int64_t> integer(std::string_view key, std::int64_t fallback,
                                 const Constraints& asked = {}) const;
    Result<Duration> duration(std::string_view key, Duration fallback,
                              const Constraints& asked = {}) const;

private:
    Values values_;
};

// A whole number; InvalidArgument names the key and the value.
Result<std::int64_t> to_integer(std::string_view key, const DynamicValue& value);
// Written as a text such as "10s" or a number of seconds.
Result<Duration> to_duration(std::string_view key, const DynamicValue& value);
Result<bool> to_truth(std::string_view key, const DynamicValue& value);

// Keys and the names of constraints are compared so.
std::string lower_case(std::string_view text);

}  // namespace server::config
