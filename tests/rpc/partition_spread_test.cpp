#include "server/rpc/partition_spread.h"

#include <algorithm>
#include <memory>
#include <set>

#include "tests/support/catch.h"

namespace server::rpc {

namespace {

const PartitionSpread::Queue kOrders{"namespace-1", "orders", 1};
const PartitionSpread::Queue kOthers{"namespace-1", "others", 1};

std::set<int> next_tasks(PartitionSpread& spread, int count) {
    std::set<int> partitions;
    for (int task = 0; task < count; ++task) partitions.insert(spread.next_for_task(kOrders));
    return partitions;
}

}  // namespace

TEST_CASE("tasks go to the root until it says that there are more partitions", "[rpc][matching]") {
    PartitionSpread spread;
    CHECK(next_tasks(spread, 8) == std::set<int>{0});
    spread.learn_for_tasks(kOrders, 4);
    CHECK(next_tasks(spread, 4) == std::set<int>{0, 1, 2, 3});
    CHECK(spread.next_for_task(kOthers) == 0);
    spread.learn_for_tasks(kOrders, 0);  // a partition that does not know
    CHECK(next_tasks(spread, 4) == std::set<int>{0, 1, 2, 3});
    spread.learn_for_tasks(kOrders, 2);
    CHECK(next_tasks(spread, 4) == std::set<int>{0, 1});
    spread.learn_for_tasks(kOrders, 1);
    CHECK(next_tasks(spread, 4) == std::set<int>{0});
}

TEST_CASE("a poll goes where fewest are", "[rpc][matching]") {
    PartitionSpread spread;
    using OpenPoll = PartitionSpread::OpenPoll;
    const OpenPoll before(spread, kOrders);
    CHECK(before.partition() == 0);
    CHECK(before.partitions() == 1);
    spread.learn_for_polls(kOrders, 3);
    std::vector<std::unique_ptr<OpenPoll>> polls;
    std::vector<int> counts(3);
    for (int poll = 0; poll < 9; ++poll) {
        polls.push_back(std::make_unique<OpenPoll>(spread, kOrders));
        CHECK(polls.back()->partitions() == 3);
        ++counts[static_cast<std::size_t>(polls.back()->partition())];
    }
    CHECK(counts == std::vector<int>{3, 3, 3});
    const auto one = std::find_if(polls.begin(), polls.end(),
                                  [](const auto& poll) { return poll->partition() == 1; });
    polls.erase(one);
    CHECK(OpenPoll(spread, kOrders).partition() == 1);
    SECTION("polls that are open when the number changes leave without harm") {
        spread.learn_for_polls(kOrders, 1);
        polls.clear();
        CHECK(OpenPoll(spread, kOrders).partition() == 0);
        spread.learn_for_polls(kOrders, 2);
        CHECK(OpenPoll(spread, kOrders).partitions() == 2);
    }
}

}  // namespace server::rpc
