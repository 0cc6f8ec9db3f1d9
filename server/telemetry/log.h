#pragma once
// Structured logs: one line per entry, a constant message first and then fields, named as the rest
// of the code names them.
//
//     log::info("shard acquired", {{"shard_id", shard_id}, {"took_ms", took.count()}});
//
// Info is a change of state an operator cares about; warn needs a hand soon; error is a defect or a
// loss; debug may be one per request. Never payloads, secrets or tokens. A loop that can fail logs
// through log::Repeated, once per change.
//
// Any thread may log at any time; configure() is called by main (and by tests) while nobody else
// logs. Until then entries from warn up go to stderr as text, without a time.

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>

#include "server/base/ids.h"
#include "server/base/status.h"
#include "server/base/time.h"

namespace server::log {

// In order of weight. `never` is a threshold only: it lets nothing through.
enum class Level { debug, info, warn, error, never };

//   json    {"level":"info","ts":"2026-01-02T03:04:05.678Z","msg":"shard acquired","shard_id":3}
//   text    time=2026-01-02T03:04:05.678Z level=info msg="shard acquired" shard_id=3
//   pretty  03:04:05.678 INFO  shard acquired  shard_id=3
enum class Format { json, text, pretty };

enum class Target { standard_error, standard_output, file };

// The words of flags and of the configuration file; InvalidArgument names the allowed ones. Besides
// the names above "dpanic", "panic" and "fatal" mean error, "warning" warn and "console" text, as
// existing files have them.
Result<Level> parse_level(std::string_view word);
Result<Format> parse_format(std::string_view word);

struct Options {
    Level level = Level::info;
    Format format = Format::json;
    Target target = Target::standard_error;
    std::string file{};                // with Target::file: appended to, created when missing
    std::function<TimePoint()> now{};  // the process's clock; without one lines carry no time
};

// What every later entry follows. FailedPrecondition when the file cannot be written: then nothing
// has changed.
Status configure(const Options& options);

// Longer values are cut, and end in "...".
inline constexpr std::size_t kValueBytesMax = 4096;

// A name and a value. Refers to its strings, so it lives no longer than the call it is an argument
// of.
class Field {
public:
    using Value = std::variant<std::string_view, std::int64_t, std::uint64_t, double, bool>;

    template <class T>
    Field(std::string_view name, const T& value) : name_(name), value_(to_value(value)) {}

    std::string_view name() const { return name_; }
    const Value& value() const { return value_; }

private:
    template <class T>
    static Value to_value(const T& value) {
        if constexpr (std::is_same_v<T, bool>) {
            return value;
        } else if constexpr (std::is_floating_point_v<T>) {
            return static_cast<double>(value);
        } else if constexpr (std::is_integral_v<T> && std::is_unsigned_v<T>) {
            return static_cast<std::uint64_t>(value);
        } else if constexpr (std::is_integral_v<T>) {
            return static_cast<std::int64_t>(value);
        } else {
            return std::string_view(value);
        }
    }
    template <class Tag, class Rep>
    static Value to_value(const StrongId<Tag, Rep>& id) {
        return to_value(id.value);
    }

    std::string_view name_;
    Value value_;
};

using Fields = std::initializer_list<Field>;

// Whether entries of this level are written: for callers that would compute fields for nothing.
bool enabled(Level level);

void write(Level level, std::string_view message, Fields fields);

inline void debug(std::string_view message, Fields fields = {}) {
    if (enabled(Level::debug)) write(Level::debug, message, fields);
}
inline void info(std::string_view message, Fields fields = {}) {
    if (enabled(Level::info)) write(Level::info, message, fields);
}
inline void warn(std::string_view message, Fields fields = {}) {
    if (enabled(Level::warn)) write(Level::warn, message, fields);
}
inline void error(std::string_view message, Fields fields = {}) {
    if (enabled(Level::error)) write(Level::error, message, fields);
}

// The log of something that is tried again and again (a reader, a lease, a flush): a failure is an
// entry only when the outcome has changed, and the first success after failures says how many there
// were. Belongs to one loop on one lane.
class Repeated {
public:
    // `what` goes into the field "task" of each entry and outlives this object: a literal.
    explicit Repeated(std::string_view what) : what_(what) {}

    void failed(const Status& status);
    void succeeded();

private:
    std::string_view what_;
    std::string last_failure_;
    std::uint64_t failures_ = 0;
};

}  // namespace server::log
