#pragma once
// One published method, as the interceptors see it.

#include <string_view>

#include "server/telemetry/call_metrics.h"

namespace server::frontend {

// Which permission a caller needs (for the authoriser).
enum class Access { read_only, write, admin };

enum class Scope {
    cluster,       // no namespace is looked up before the method runs
    of_namespace,  // the request's namespace must exist
};

// In which states the namespace may be.
enum class States { registered, registered_or_deprecated, any };

// Methods that wait for something to happen are counted and bounded per namespace.
enum class Waits { no, yes };

struct Method {
    std::string_view name;
    Scope scope = Scope::of_namespace;
    Access access = Access::write;
    States states = States::registered_or_deprecated;
    Waits waits = Waits::no;
    telemetry::OperationMetrics* metrics = nullptr;  // set when it is put into a table
};

}  // namespace server::frontend
