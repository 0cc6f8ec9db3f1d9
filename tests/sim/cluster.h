#pragma once
// A whole cluster on virtual time: the four roles, the memory store and its faults, one event loop.
// Nothing here reads a real clock, so the same seed gives the same trace, and a failing seed is a
// complete bug report.
//
//   cluster.h          the cluster, and how a test runs it; history_switch.h: which process serves
//   worker.h           a scripted worker: polls and answers like an SDK, by the history it is shown
//   plan.h             random workflows, played by planned_worker.h
//   observed.h         the invariants of what is left in the end; outcomes.h: of one event;
//                      table_rows.h: what a store still has of a run
//   *_test.cpp         scenarios

#include <boost/asio/io_context.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "server/cluster/namespace_registry.h"
#include "server/frontend/frontend.h"
#include "server/history/service.h"
#include "server/matching/service.h"
#include "server/rpc/method_table.h"
#include "server/runtime/clock.h"
#include "server/runtime/random.h"
#include "server/store/memory/memory_store.h"
#include "tests/sim/history_switch.h"

namespace server::sim {

namespace api = ::temporal::api::workflowservice::v1;

class Cluster {
public:
    explicit Cluster(std::uint64_t seed);
    ~Cluster();

    // One RPC, as the edge would hand it to the frontend. Unavailable is tried again like an SDK
    // does.
    template <class Response, class Request>
    Async<Result<Response>> call(std::string method, Request request, Duration timeout = 30s) {
        constexpr int kTriesMax = 200;
        Status last;
        for (int tries = 0; tries < kTriesMax; ++tries) {
            auto copy = std::make_unique<Request>(request);
            Result<rpc::MethodTable::MessagePtr> answer =
                co_await send(method, std::move(copy), timeout);
            if (answer.ok()) co_return std::move(static_cast<Response&>(**answer));
            last = answer.status();
            if (last.code() != Code::Unavailable) break;
            co_await clock_.sleep_for(100ms);
        }
        co_return last;
    }

    // Drives virtual time until `work` is done; fails the test when `limit` passes first.
    void run(Async<void> work, Duration limit = 366 * 24h);
    void spawn(Async<void> work) { lanes_.for_key(0).spawn(std::move(work)); }

    // Another history process takes the shards while the old one still believes to own them; the
    // old one has lost its place for good.
    Async<void> replace_history();

    Clock& clock() { return clock_; }
    Random& random() { return random_; }
    store::memory::Faults& faults() { return store_.faults(); }
    store::Runs& runs() { return store_.runs(); }
    const store::memory::Tables& tables() const { return store_.tables(); }
    // Of the one namespace, "default", and of all its shards.
    const std::string& namespace_id() const { return namespace_id_; }
    ShardId shard_of_workflow(const std::string& workflow_id) const;
    // Every call that was answered, with its virtual time; two runs of a seed have the same.
    const std::vector<std::string>& trace() const { return trace_; }

private:
    Async<Result<rpc::MethodTable::MessagePtr>> send(std::string method,
                                                     rpc::MethodTable::MessagePtr request,
                                                     Duration timeout);
    std::unique_ptr<history::Service> make_history();
    Status may_acquire(const std::string& owner) const;
    Async<void> start();
    Async<void> stop();
    static Async<void> finish(Async<void> work, bool& done);

    boost::asio::io_context context_;
    FakeClock clock_;
    Random random_;
    Lanes lanes_;
    store::memory::MemoryStore store_;
    cluster::NamespaceRegistry namespaces_;
    HistorySwitch routed_history_;
    int history_processes_ = 0;
    std::unique_ptr<history::Service> history_;
    matching::Service matching_;
    std::optional<frontend::Frontend> frontend_;
    rpc::MethodTable workflow_service_{"temporal.api.workflowservice.v1.WorkflowService"};
    rpc::MethodTable operator_service_{"temporal.api.operatorservice.v1.OperatorService"};
    std::string namespace_id_;
    std::vector<std::string> trace_;
};

}  // namespace server::sim
