#pragma once
// A store that counts what one role asks of another store: persistence_requests, _latency, _errors
// and _error_with_type (visibility_persistence_* for visibility), by operation, under the names
// that Temporal's dashboards know. It holds nothing: a role gets one of its own over the shared
// store.
//
// The price is one coroutine frame and a few relaxed atomics a call, which is small beside any
// database's answer (docs/metrics.md has the number).

#include <memory>

#include "server/runtime/clock.h"
#include "server/store/store.h"
#include "server/telemetry/call_metrics.h"

namespace server::store {

class MeasuredStore final : public Store {
public:
    // All outlive this object. `service` is the role: history, matching, frontend, worker.
    MeasuredStore(Store& store, telemetry::Registry& registry, Clock& clock, std::string service);
    ~MeasuredStore() override;

    Runs& runs() override;
    Visibility& visibility() override;
    TaskQueues& task_queues() override;
    Namespaces& namespaces() override;
    ClusterMetadata& cluster_metadata() override;
    Membership& membership() override;

    bool visibility_commits_with_transition() const override {
        return store_.visibility_commits_with_transition();
    }
    // The owner of the other store stops it.
    void stop() override {}
    StoreCounters counters() const override { return store_.counters(); }
    std::string name() const override { return store_.name(); }

private:
    struct Ports;

    Store& store_;
    std::unique_ptr<Ports> ports_;
};

}  // namespace server::store
