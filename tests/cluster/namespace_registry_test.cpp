#include "server/cluster/namespace_registry.h"

#include <google/protobuf/util/time_util.h>

#include <boost/asio/io_context.hpp>

#include "server/store/memory/memory_store.h"
#include "tests/support/await.h"
#include "tests/support/catch.h"

using namespace server;
using namespace server::tests;
using cluster::NamespacePtr;
using cluster::NamespaceRegistry;

namespace {

const TimePoint kStart = from_unix_nanos(1'700'000'000'000'000'000);

// A registry over a store that counts and can fail.
struct RegistryWorld {
    RegistryWorld() : registry(store.namespaces(), clock, random) {
        store.faults().read = [this](std::string_view) {
            ++reads;
            return reachable ? Status() : unavailable("the database is away");
        };
        store.faults().write = [this](std::string_view) {
            ++writes;
            if (lost_races == 0) return Status();
            --lost_races;
            return Status(Code::Aborted, "another writer was faster");
        };
    }

    void advance(Duration duration) { clock.run_until(clock.now() + duration); }

    boost::asio::io_context context;
    FakeClock clock{context, kStart};
    Random random{1};
    store::memory::MemoryStore store;
    int reads = 0;
    int writes = 0;
    int lost_races = 0;
    bool reachable = true;
    NamespaceRegistry registry;
};

state::v1::Namespace named(const std::string& name) {
    state::v1::Namespace stored;
    stored.mutable_info()->set_name(name);
    return stored;
}

Status describe_as(const std::string& text, state::v1::Namespace& stored) {
    stored.mutable_info()->set_description(text);
    return {};
}

}  // namespace

TEST_CASE("a namespace is read once in two seconds, however often it is asked for", "[cluster]") {
    RegistryWorld world;
    const NamespacePtr created = must(world.registry.create(named("orders")));
    world.reads = 0;
    for (int call = 0; call < 10; ++call) {
        CHECK(must(world.registry.find("orders"))->id == created->id);
        CHECK(must(world.registry.find_by_id(created->id))->name == "orders");
    }
    CHECK(world.reads == 0);
    world.advance(2s);
    CHECK(must(world.registry.find("orders"))->id == created->id);
    CHECK(must(world.registry.find("orders"))->id == created->id);
    CHECK(world.reads == 1);
}

TEST_CASE("an unknown name is read through and the miss is kept for a second", "[cluster]") {
    RegistryWorld world;
    const auto missing = await(world.registry.find("orders"));
    CHECK(missing.status().code() == Code::NotFound);
    REQUIRE(missing.status().detail<NamespaceNotFound>() != nullptr);
    CHECK(missing.status().detail<NamespaceNotFound>()->namespace_name == "orders");
    CHECK(await(world.registry.find("orders")).status().code() == Code::NotFound);
    CHECK(world.reads == 1);
    world.advance(1s);
    CHECK(await(world.registry.find("orders")).status().code() == Code::NotFound);
    CHECK(world.reads == 2);
}

TEST_CASE("an unknown id is read through and the miss is kept as well", "[cluster]") {
    RegistryWorld world;
    CHECK(await(world.registry.find_by_id("no-such-id")).status().code() == Code::NotFound);
    CHECK(await(world.registry.find_by_id("no-such-id")).status().code() == Code::NotFound);
    CHECK(world.reads == 1);
}

TEST_CASE("what another process made is found at once, its changes within two seconds",
          "[cluster]") {
    RegistryWorld world;
    NamespaceRegistry other(world.store.namespaces(), world.clock, world.random);
    must(other.create(named("orders")));
    CHECK(must(world.registry.find("orders"))->stored.info().description().empty());
    NamespaceRegistry::Change change = [](auto& stored) { return describe_as("new", stored); };
    must(other.update("orders", change));
    world.advance(2s);
    CHECK(must(world.registry.find("orders"))->stored.info().description() == "new");
}

TEST_CASE("an attribute that another process added is known when it is asked for", "[cluster]") {
    RegistryWorld world;
    const NamespacePtr created = must(world.registry.create(named("orders")));
    const std::vector<std::string> names{"Customer"};
    NamespaceRegistry other(world.store.namespaces(), world.clock, world.random);
    const NamespaceRegistry::Change add = [](state::v1::Namespace& stored) {
        (*stored.mutable_search_attributes())["Customer"] =
            ::temporal::api::enums::v1::INDEXED_VALUE_TYPE_KEYWORD;
        return Status();
    };
    must(other.update("orders", add));
    world.advance(200ms);
    CHECK_FALSE(must(world.registry.find("orders"))->search_attributes.find("Customer"));
    world.reads = 0;
    CHECK(
        must(world.registry.find_knowing(created->id, names))->search_attributes.find("Customer"));
    CHECK(world.reads == 1);
    SECTION("one that nobody knows is asked for ten times a second at most") {
        const std::vector<std::string> unknown{"Customer", "Nobody"};
        for (int call = 0; call < 10; ++call) {
            must(world.registry.find_knowing(created->id, unknown));
        }
        CHECK(world.reads == 1);
    }
}

TEST_CASE("one's own change is seen at once", "[cluster]") {
    RegistryWorld world;
    must(world.registry.create(named("orders")));
    NamespaceRegistry::Change change = [](auto& stored) { return describe_as("new", stored); };
    const NamespacePtr updated = must(world.registry.update("orders", change));
    CHECK(updated->version == 2);
    CHECK(must(world.registry.find("orders"))->stored.info().description() == "new");
}

TEST_CASE("a namespace that is known serves on while the database is away", "[cluster]") {
    RegistryWorld world;
    must(world.registry.create(named("orders")));
    world.advance(10s);
    world.reachable = false;
    CHECK(must(world.registry.find("orders"))->name == "orders");
    CHECK(await(world.registry.find("unknown")).status().code() == Code::Unavailable);
    SECTION("and is read again as soon as it is back") {
        world.reachable = true;
        world.reads = 0;
        must(world.registry.find("orders"));
        CHECK(world.reads == 1);
    }
}

TEST_CASE("a name is taken only once", "[cluster]") {
    RegistryWorld world;
    must(world.registry.create(named("orders")));
    const auto second = await(world.registry.create(named("orders")));
    CHECK(second.status().code() == Code::AlreadyExists);
    CHECK(second.status().detail<NamespaceAlreadyExists>() != nullptr);
}

TEST_CASE("ensure makes the namespace on demand and never twice", "[cluster]") {
    RegistryWorld world;
    NamespaceRegistry other(world.store.namespaces(), world.clock, world.random);
    const NamespacePtr first = must(world.registry.ensure("default", 24h));
    CHECK(first->retention == 24h);
    CHECK(first->state == temporal::api::enums::v1::NAMESPACE_STATE_REGISTERED);
    CHECK(must(other.ensure("default", 72h))->id == first->id);
    CHECK(must(other.ensure("default", 72h))->retention == 24h);
}

TEST_CASE("two processes that ensure one name at once end with one namespace", "[cluster]") {
    RegistryWorld world;
    NamespaceRegistry other(world.store.namespaces(), world.clock, world.random);
    std::vector<Async<Result<NamespacePtr>>> both;
    both.push_back(world.registry.ensure("default", 24h));
    both.push_back(other.ensure("default", 24h));
    const auto results = await_all(std::move(both));
    REQUIRE(results[0].ok());
    REQUIRE(results[1].ok());
    CHECK((*results[0])->id == (*results[1])->id);
}

TEST_CASE("an update that lost a race is made again on what is stored now", "[cluster]") {
    RegistryWorld world;
    must(world.registry.create(named("orders")));
    world.lost_races = 3;
    int runs = 0;
    NamespaceRegistry::Change change = [&runs](auto& stored) {
        ++runs;
        return describe_as("new", stored);
    };
    CHECK(must(world.registry.update("orders", change))->stored.info().description() == "new");
    CHECK(runs == 4);
    SECTION("but not for ever") {
        world.lost_races = 100;
        CHECK(await(world.registry.update("orders", change)).status().code() == Code::Aborted);
        CHECK(runs == 9);
    }
}

TEST_CASE("a change that fails stores nothing", "[cluster]") {
    RegistryWorld world;
    must(world.registry.create(named("orders")));
    world.writes = 0;
    NamespaceRegistry::Change change = [](auto&) { return invalid_argument("no"); };
    CHECK(await(world.registry.update("orders", change)).status().message() == "no");
    CHECK(world.writes == 0);
}

TEST_CASE("many unknown names do not fill the memory", "[cluster]") {
    RegistryWorld world;
    NamespaceRegistry::Options options;
    options.entries_max = 2;
    options.misses_max = 2;
    NamespaceRegistry small(world.store.namespaces(), world.clock, world.random, options);
    for (const char* name : {"a", "b", "c"}) {
        must(small.create(named(name)));
        world.advance(1ms);
    }
    CHECK(small.find_cached("a") == nullptr);
    CHECK(small.find_cached("b") != nullptr);
    CHECK(small.find_cached("c") != nullptr);
    CHECK(must(small.find("a"))->name == "a");
    for (int miss = 0; miss < 10; ++miss) {
        const auto missing = await(small.find("x" + std::to_string(miss)));
        CHECK(missing.status().code() == Code::NotFound);
    }
}

TEST_CASE("a damaged namespace is reported and does not stop its neighbours", "[cluster]") {
    RegistryWorld world;
    store::NamespaceRecord damaged;
    damaged.id = "id-of-broken";
    damaged.name = "broken";
    damaged.version = 1;
    damaged.details = "\xff\xff\xff";
    REQUIRE(await(world.store.namespaces().create(damaged)).ok());
    must(world.registry.create(named("orders")));
    const auto broken = await(world.registry.find("broken"));
    CHECK(broken.status().code() == Code::DataLoss);
    CHECK_THAT(broken.status().message(), Catch::Contains("broken"));
    CHECK(must(world.registry.find("orders"))->name == "orders");
}

TEST_CASE("custom search attributes of a namespace are in its catalog", "[cluster]") {
    RegistryWorld world;
    auto stored = named("orders");
    (*stored.mutable_search_attributes())["CustomerId"] =
        temporal::api::enums::v1::INDEXED_VALUE_TYPE_KEYWORD;
    const NamespacePtr entry = must(world.registry.create(stored));
    const auto column = entry->search_attributes.find("CustomerId");
    REQUIRE(column.has_value());
    CHECK(column->type == visibility::ValueType::Keyword);
}
