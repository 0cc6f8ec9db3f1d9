// A process over the memory store, on virtual time.

#include "server/app/host.h"

#include <boost/asio/io_context.hpp>

#include "server/store/memory/memory_store.h"
#include "tests/support/catch.h"

namespace server::app {

namespace {

// Nobody answers, and nobody refuses: the other hosts may live.
class SilentNetwork final : public rpc::Network {
public:
    Async<Result<rpc::MethodTable::MessagePtr>> call(std::string address,
                                                     const google::protobuf::MethodDescriptor&,
                                                     rpc::CallContext,
                                                     const google::protobuf::Message&,
                                                     const google::protobuf::Message&) override {
        co_return Status(Code::Unavailable, "silence", PeerUnreachable{std::move(address)});
    }
    Async<bool> refuses_connections(std::string) override { co_return false; }
};

store::MemberRecord record_of(const std::string& host_id) {
    store::MemberRecord record;
    record.host_id = host_id;
    record.role = Role::worker;
    record.address = record.membership_address = host_id + ":7239";
    return record;
}

struct FakeProcess {
    FakeProcess() {
        store.faults().write = [this](std::string_view) {
            ++writes;
            return ok_status();
        };
    }

    void run(Async<void> work) {
        lanes.for_key(0).spawn(std::move(work));
        clock.run_until(clock.now() + 1s);
    }

    Async<void> start_peer() {
        std::vector<store::MemberRecord> records{record_of("peer")};
        const auto joined = co_await database.membership().heartbeat(std::move(records), 1h);
        REQUIRE(joined.ok());
    }
    // The heartbeat is written, and its answer lost.
    Async<void> fail_to_join() {
        store.faults().answer = [](std::string_view) { return unavailable("connection lost"); };
        std::vector<store::MemberRecord> records{record_of("own")};
        const Status joined = co_await host.join(std::move(records));
        REQUIRE_FALSE(joined.ok());
        store.faults().answer = nullptr;
    }
    Async<void> leave() {
        co_await host.leave();
        left = true;
    }
    Async<void> list_members() {
        const auto members = co_await database.membership().list();
        REQUIRE(members.ok());
        for (const auto& member : *members) members_left.push_back(member.host_id);
    }

    boost::asio::io_context context;
    FakeClock clock{context, from_unix_nanos(1'700'000'000'000'000'000)};
    Random random{1};
    Lanes lanes{1, &context};
    store::memory::MemoryStore database{clock};
    store::memory::MemoryStore store{database};  // as this process reaches it
    cluster::NamespaceRegistry namespaces{store.namespaces(), clock, random};
    SilentNetwork network;
    telemetry::Registry metrics;
    int writes = 0;
    bool left = false;
    std::vector<std::string> members_left;
    Host host{{clock, random, lanes, store, namespaces, network, metrics},
              {"cluster-id", "active", 1},
              "own",
              {{Role::worker, "own:7239"}},
              {}};
};

}  // namespace

TEST_CASE("a process whose join failed leaves no work and no rows behind", "[app][host]") {
    FakeProcess process;
    process.run(process.start_peer());
    process.run(process.host.membership().refresh());  // from now on it watches the peer
    process.run(process.fail_to_join());
    REQUIRE(process.clock.next_deadline() < kNever);
    process.run(process.leave());
    CHECK(process.left);
    CHECK(process.clock.next_deadline() == kNever);
    process.run(process.list_members());
    CHECK(process.members_left == std::vector<std::string>{"peer"});
}

TEST_CASE("a process that never joined leaves without the database", "[app][host]") {
    FakeProcess process;
    process.run(process.leave());
    CHECK(process.left);
    CHECK(process.writes == 0);
}

}  // namespace server::app
