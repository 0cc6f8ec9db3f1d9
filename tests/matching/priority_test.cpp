// Priorities and fairness keys: who is served first, also from a backlog that memory does not hold.
#include <algorithm>

#include "server/matching/partition/backlogs.h"
#include "server/matching/partition/fair_passes.h"
#include "tests/matching/world.h"

namespace server::tests {

namespace {

matching::Options small_pages() {
    matching::Options options;
    options.backlog_page = 10;
    options.backlog_loaded_max = 20;
    return options;
}

std::vector<std::string> poll_some(World& world, std::size_t count) {
    std::vector<std::string> order;
    for (std::size_t poll = 0; poll < count; ++poll) order.push_back(world.poll()->workflow_id());
    return order;
}

std::ptrdiff_t of(const std::vector<std::string>& ids, const std::string& kind) {
    return std::count_if(ids.begin(), ids.end(),
                         [&](const std::string& id) { return id.starts_with(kind); });
}

void add_many(World& world, const std::string& kind, int count, TaskOptions options) {
    for (int task = 0; task < count; ++task) {
        REQUIRE(world.add(kind + std::to_string(task), options)->code() == Code::Ok);
    }
}

// Without a poll, which would take what is loaded first.
void load(World& world) {
    rpc::api::DescribeTaskQueueRequest request;
    request.mutable_task_queue()->set_name(kQueue);
    REQUIRE(world.describe(request).ok());
}

matching::BacklogClass class_of(const std::string& fairness_key) {
    state::v1::BacklogTask info;
    info.mutable_priority()->set_fairness_key(fairness_key);
    return matching::Backlogs::class_of(*matching::make_task(std::move(info)));
}

}  // namespace

TEST_CASE("an urgent task goes before any backlog of others", "[matching][priority]") {
    World world(small_pages());
    add_many(world, "bulk", 100, {.priority = 5});
    add_many(world, "plain", 30, {});
    add_many(world, "urgent", 3, {.priority = 1});
    SECTION("in the process that wrote it") {}
    SECTION("after a restart") {
        world.restart();
        load(world);
    }
    const auto order = poll_some(world, 33);
    CHECK(of({order.begin(), order.begin() + 3}, "urgent") == 3);
    CHECK(of(order, "plain") == 30);
    CHECK(of(poll_some(world, 100), "bulk") == 100);
    world.advance(10s);
    const auto rows =
        world.run(world.memory.read({kNamespace, "/_sys/orders/0/p5", 1}, TaskId{}, 100));
    CHECK((*rows->result)->empty());
}

TEST_CASE("a key with few tasks does not wait for a key with many", "[matching][fairness]") {
    std::string few = "few";  // of another group, else they would share a backlog in the store
    while (class_of("big") == class_of(few)) few += "+";
    World world(small_pages());
    add_many(world, "big", 100, {.fairness_key = "big"});
    add_many(world, "small", 10, {.fairness_key = few});
    SECTION("in the process that wrote it") {}
    SECTION("after a restart") {
        world.restart();
        load(world);
    }
    const auto order = poll_some(world, 30);
    CHECK(of(order, "small") >= 9);
    CHECK(of(poll_some(world, 81), "big") + of(order, "big") >= 99);
}

TEST_CASE("keys are served in proportion to their weights", "[matching][fairness]") {
    World world;
    add_many(world, "a", 200, {.fairness_key = "a", .fairness_weight = 3});
    add_many(world, "b", 200, {.fairness_key = "b"});
    const auto order = poll_some(world, 100);
    CHECK(of(order, "a") >= 73);
    CHECK(of(order, "a") <= 77);
}

TEST_CASE("a key that was away has saved up nothing", "[matching][fairness]") {
    matching::FairPasses passes;
    std::uint64_t last = 0;
    for (int task = 0; task < 100; ++task) last = passes.next("busy", 1);
    passes.served(last);
    const std::uint64_t late = passes.next("late", 1);
    CHECK(late == last);
    CHECK(passes.next("late", 1) > passes.next("other", 0));
    SECTION("odd weights are taken for the nearest that makes sense") {
        CHECK(passes.next("a", 1e9) == passes.next("b", -1));
        CHECK(passes.next("a", 1) > last);
    }
}

TEST_CASE("the name of a stored backlog says what it holds", "[matching][priority]") {
    using matching::BacklogClass;
    using matching::Backlogs;
    const matching::PartitionKey root{kNamespace, kQueue, 1, false};
    const matching::PartitionKey second = sibling(root, 2);
    CHECK(Backlogs::stored_name(root, {}) == "orders");
    CHECK(Backlogs::stored_name(second, {}) == "/_sys/orders/2");
    CHECK(Backlogs::stored_name(root, {1, 0}) == "/_sys/orders/0/p1");
    CHECK(Backlogs::stored_name(second, {3, 7}) == "/_sys/orders/2/p3f7");
    for (const auto& partition : {root, second}) {
        for (int priority = 1; priority <= matching::kPriorityLast; ++priority) {
            for (int group = 0; group <= Backlogs::kGroups; ++group) {
                const BacklogClass kind{priority, group};
                const std::string name = Backlogs::stored_name(partition, kind);
                CHECK(Backlogs::read_class(partition, name) == kind);
                // It is not taken for a partition.
                if (kind != BacklogClass{}) {
                    CHECK(cluster::read_partition_name(name).number == 0);
                }
            }
        }
    }
    for (const std::string name :
         {"/_sys/orders/0/p", "/_sys/orders/0/p6", "/_sys/orders/0/p1f", "/_sys/orders/0/p1f17",
          "/_sys/orders/0/p01x", "/_sys/orders/1/p1", "/_sys/orders/0/q1", "others"}) {
        CAPTURE(name);
        CHECK_FALSE(Backlogs::read_class(root, name));
    }
}

}  // namespace server::tests
