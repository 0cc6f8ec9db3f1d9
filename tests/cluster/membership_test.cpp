// Several processes on virtual time, their store and the calls between them in memory.

#include "server/cluster/membership.h"

#include <boost/asio/io_context.hpp>

#include "server/store/memory/memory_store.h"
#include "tests/support/catch.h"

namespace server::cluster {

namespace {

class FakeCluster;

// The calls between processes: to those that live they arrive, to the dead they are refused, and
// the silent never answer.
class FakePeers final : public PeerWatch {
public:
    explicit FakePeers(FakeCluster& cluster) : cluster_(cluster) {}
    Async<Result<role::v1::WatchResponse>> watch(std::string address,
                                                 role::v1::WatchRequest request, TimePoint deadline,
                                                 std::shared_ptr<Cancellation> stop) override;

private:
    FakeCluster& cluster_;
};

struct FakeProcess {
    FakeProcess(FakeCluster& cluster, const std::string& name);

    std::string address;
    FakePeers peers;
    Membership membership;
    bool alive = true;
    bool silent = false;
    // Calls of others that wait here: they break when the process dies.
    std::shared_ptr<Cancellation> connections = Cancellation::create();
    std::vector<std::size_t> ring_sizes;
};

class FakeCluster {
public:
    FakeProcess& start(const std::string& name) {
        auto& process = *processes_.emplace_back(std::make_unique<FakeProcess>(*this, name));
        process.membership.on_change(lane, [&process](ViewPtr view) {
            process.ring_sizes.push_back(view->ring(Role::history).addresses().size());
        });
        store::MemberRecord own;
        own.host_id = process.membership.host_id();
        own.role = Role::history;
        own.address = own.membership_address = process.address;
        run(join(process, own));
        settle();
        return process;
    }

    // The process is gone: its timers fire into the void, and who talks to it is cut off.
    void kill(FakeProcess& process) {
        process.alive = false;
        process.connections->cancel();
    }

    void run(Async<void> work) {
        lane.spawn(std::move(work));
        settle();
    }
    void settle() { clock.run_until(clock.now() + 10ms); }

    std::size_t ring_seen_by(const FakeProcess& process) const {
        return process.membership.view()->ring(Role::history).addresses().size();
    }

    FakeProcess* find(const std::string& address) {
        for (const auto& process : processes_) {
            if (process->address == address) return process.get();
        }
        return nullptr;
    }

    static Async<void> leave(FakeProcess& process) {
        co_await process.membership.drain();
        co_await process.membership.leave();
        process.alive = false;
    }
    static Async<void> end_lease(store::memory::MemoryStore& store, store::MemberRecord record) {
        const auto ended = co_await store.membership().expire(std::move(record));
        REQUIRE(ended.ok());
        REQUIRE(*ended);
    }
    static Async<void> drain(FakeProcess& process) { co_await process.membership.drain(); }

    ~FakeCluster() {
        for (const auto& process : processes_) run(leave(*process));
        clock.run_until(clock.now() + 2min);
    }

    boost::asio::io_context context;
    FakeClock clock{context, from_unix_nanos(1'700'000'000'000'000'000)};
    Lane lane{"test", &context};
    store::memory::MemoryStore store{clock};

private:
    static Async<void> join(FakeProcess& process, store::MemberRecord own) {
        std::vector<store::MemberRecord> records{std::move(own)};
        const Status joined = co_await process.membership.join(std::move(records));
        REQUIRE(joined.ok());
    }

    std::vector<std::unique_ptr<FakeProcess>> processes_;
};

FakeProcess::FakeProcess(FakeCluster& cluster, const std::string& name)
    : address(name + ":7234"), peers(cluster),
      membership(cluster.store.membership(), cluster.clock, cluster.lane, peers, name) {}

Async<Result<role::v1::WatchResponse>> FakePeers::watch(std::string address,
                                                        role::v1::WatchRequest request,
                                                        TimePoint deadline,
                                                        std::shared_ptr<Cancellation> stop) {
    FakeProcess* const callee = cluster_.find(address);
    if (callee == nullptr || !callee->alive) co_return unavailable("connection refused");
    if (callee->silent) {
        Alarm never(cluster_.clock, cluster_.lane.executor());
        auto wake = [&never] { never.wake(); };
        const auto subscription = stop->subscribe(cluster_.lane, wake);
        co_await never.wait_until(cluster_.clock.now() + 20s);
        co_return Status(Code::DeadlineExceeded, "no answer");
    }
    // Whichever goes first, the caller or the connection.
    const auto ended = Cancellation::create();
    auto end = [ended] { ended->cancel(); };
    const auto caller = stop->subscribe(cluster_.lane, end);
    const auto connection = callee->connections->subscribe(cluster_.lane, end);
    auto answer = co_await callee->membership.answer_watch(std::move(request), deadline, ended);
    if (!callee->alive) co_return unavailable("connection broken");
    co_return answer;
}

}  // namespace

TEST_CASE("processes that join see one another", "[cluster][membership]") {
    FakeCluster cluster;
    FakeProcess& first = cluster.start("a");
    CHECK(cluster.ring_seen_by(first) == 1);
    FakeProcess& second = cluster.start("b");
    CHECK(cluster.ring_seen_by(second) == 2);
    // The newcomer's watch tells the first one, long before its next heartbeat.
    CHECK(cluster.ring_seen_by(first) == 2);
    CHECK(first.ring_sizes == std::vector<std::size_t>{1, 2});
}

TEST_CASE("a process that drains leaves the rings of its peers at once", "[cluster][membership]") {
    FakeCluster cluster;
    FakeProcess& first = cluster.start("a");
    FakeProcess& second = cluster.start("b");
    cluster.run(FakeCluster::drain(second));
    CHECK(cluster.ring_seen_by(first) == 1);
    CHECK(cluster.ring_seen_by(second) == 1);
    CHECK(first.membership.view()->find_host("b") != nullptr);
    cluster.run(FakeCluster::leave(second));
    cluster.clock.run_until(cluster.clock.now() + 1s);
    CHECK(first.membership.view()->find_host("b") == nullptr);
}

TEST_CASE("a process that dies leaves the rings when its connection breaks",
          "[cluster][membership]") {
    FakeCluster cluster;
    FakeProcess& first = cluster.start("a");
    FakeProcess& second = cluster.start("b");
    cluster.kill(second);
    cluster.settle();
    CHECK(cluster.ring_seen_by(first) == 1);
}

TEST_CASE("a silent process stays in the rings while it renews its lease",
          "[cluster][membership]") {
    FakeCluster cluster;
    FakeProcess& first = cluster.start("a");
    FakeProcess& second = cluster.start("b");
    second.silent = true;
    second.connections->cancel();
    cluster.clock.run_until(cluster.clock.now() + 1min);
    CHECK(cluster.ring_seen_by(first) == 2);
}

TEST_CASE("a process that was taken for dead joins again", "[cluster][membership]") {
    FakeCluster cluster;
    FakeProcess& first = cluster.start("a");
    FakeProcess& second = cluster.start("b");
    second.alive = false;  // refused for a moment, but it lives on
    second.connections->cancel();
    cluster.settle();
    REQUIRE(cluster.ring_seen_by(first) == 1);
    second.alive = true;
    second.connections = Cancellation::create();
    cluster.clock.run_until(cluster.clock.now() + 11s);
    CHECK(cluster.ring_seen_by(first) == 2);
    CHECK(cluster.ring_seen_by(second) == 2);
    // It is told of the view it missed, so that it takes anew what it had.
    CHECK(second.ring_sizes == std::vector<std::size_t>{2, 1, 2});
}

TEST_CASE("a process whose lease ended unnoticed lets go of what it had", "[cluster][membership]") {
    FakeCluster cluster;
    FakeProcess& first = cluster.start("a");
    cluster.run(FakeCluster::end_lease(cluster.store, *first.membership.view()->find_host("a")));
    cluster.clock.run_until(cluster.clock.now() + 6s);
    CHECK(cluster.ring_seen_by(first) == 1);
    CHECK(first.ring_sizes == std::vector<std::size_t>{1, 0, 1});
}

}  // namespace server::cluster
