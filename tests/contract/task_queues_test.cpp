#include "server/store/task_queues.h"

#include "tests/contract/store_under_test.h"
#include "tests/support/await.h"
#include "tests/support/catch.h"
#include "tests/support/store_samples.h"

namespace server::tests {

using namespace store;

namespace {

BacklogWrite backlog(RangeId range_id, std::vector<std::int64_t> ids,
                     std::int64_t done_through = 0) {
    BacklogWrite write;
    write.queue = sample_queue();
    write.range_id = range_id;
    for (const std::int64_t id : ids) {
        const TimePoint expires = id % 2 == 0 ? kNever : kSampleTime + std::chrono::seconds(id);
        write.added.push_back({TaskId{id}, expires, "task " + std::to_string(id)});
    }
    write.done_through = TaskId{done_through};
    return write;
}

std::vector<std::int64_t> ids_after(Store& store, std::int64_t after,
                                    std::int32_t count_max = 100) {
    std::vector<std::int64_t> ids;
    for (const auto& task :
         must(store.task_queues().read(sample_queue(), TaskId{after}, count_max))) {
        CHECK(task.task == "task " + std::to_string(task.id.value));
        CHECK((task.expires == kNever) == (task.id.value % 2 == 0));
        ids.push_back(task.id.value);
    }
    return ids;
}

using Ids = std::vector<std::int64_t>;

}  // namespace

TEST_CASE("a partition's backlog is read in the order of the ids", "[contract][task_queues]") {
    StoreUnderTest store;
    INFO(store.kind());
    const auto lease = must(store->task_queues().acquire({sample_queue(), "owner", "orders"}));
    CHECK(lease.range_id == RangeId{1});
    CHECK(lease.done_through == TaskId{0});
    REQUIRE(await(store->task_queues().commit(backlog(lease.range_id, {4, 6, 5}))).ok());
    CHECK(ids_after(*store, 0) == Ids{4, 5, 6});
    CHECK(ids_after(*store, 4) == Ids{5, 6});
    CHECK(ids_after(*store, 0, 1) == Ids{4});
    TaskQueueKey other = sample_queue();
    other.type = 2;
    CHECK(must(store->task_queues().read(other, TaskId{0}, 10)).empty());
}

TEST_CASE("dispatched tasks are removed, and the next owner learns how far",
          "[contract][task_queues]") {
    StoreUnderTest store;
    INFO(store.kind());
    const auto lease = must(store->task_queues().acquire({sample_queue(), "owner", "orders"}));
    REQUIRE(await(store->task_queues().commit(backlog(lease.range_id, {1, 2, 3}))).ok());
    REQUIRE(await(store->task_queues().commit(backlog(lease.range_id, {4}, 2))).ok());
    CHECK(ids_after(*store, 0) == Ids{3, 4});
    const auto next = must(store->task_queues().acquire({sample_queue(), "next owner", "orders"}));
    CHECK(next.range_id == RangeId{2});
    CHECK(next.done_through == TaskId{2});
}

TEST_CASE("a stale owner of a partition writes nothing", "[contract][task_queues][fence]") {
    StoreUnderTest store;
    INFO(store.kind());
    const auto lease = must(store->task_queues().acquire({sample_queue(), "owner", "orders"}));
    REQUIRE(await(store->task_queues().commit(backlog(lease.range_id, {1, 2}))).ok());
    const auto next = must(store->task_queues().acquire({sample_queue(), "next owner", "orders"}));
    const std::string before = picture(*store);

    const Status status = await(store->task_queues().commit(backlog(lease.range_id, {3}, 2)));
    CHECK(status.code() == Code::FailedPrecondition);
    CHECK(status.detail<OwnershipLost>() != nullptr);
    CHECK(status.message() ==
          "task queue partition /_sys/orders/1 has range id 2, the write has 1");
    CHECK(picture(*store) == before);
    CHECK(await(store->task_queues().commit(backlog(next.range_id, {3}))).ok());
}

TEST_CASE("the partitions that were ever claimed are found by their queue",
          "[contract][task_queues]") {
    StoreUnderTest store;
    INFO(store.kind());
    const std::string& home = sample_queue().namespace_id;
    const auto acquire = [&](const std::string& queue, const std::string& name, std::int16_t type) {
        store::TaskQueueClaim claim{{home, name, type}, "owner", queue};
        static_cast<void>(must(store->task_queues().acquire(std::move(claim))));
    };
    acquire("", "orders", 1);
    acquire("orders", "/_sys/orders/2", 1);
    acquire("orders", "/_sys/orders/10", 1);
    acquire("orders", "/_sys/orders/0/p1", 1);
    acquire("orders", "/_sys/orders/3", 2);
    acquire("", "orders/7", 1);
    acquire("orders/7", "/_sys/orders/7/1", 1);  // its name begins as if it were one of "orders"
    acquire("order", "/_sys/order/1", 1);
    acquire("caf\xc3\xa9", "/_sys/caf\xc3\xa9/1", 1);
    acquire("orders", "/_sys/orders/2", 1);  // again
    const auto found = [&](std::string queue, std::int32_t count_max) {
        TaskQueueKey key{home, std::move(queue), 1};
        return must(store->task_queues().find_partitions(std::move(key), count_max));
    };
    using Names = std::vector<std::string>;
    CHECK(found("orders", 10) == Names{"/_sys/orders/0/p1", "/_sys/orders/10", "/_sys/orders/2"});
    CHECK(found("orders", 1) == Names{"/_sys/orders/0/p1"});
    CHECK(found("orders/7", 10) == Names{"/_sys/orders/7/1"});
    CHECK(found("caf\xc3\xa9", 10) == Names{"/_sys/caf\xc3\xa9/1"});
    CHECK(found("others", 10).empty());
    TaskQueueKey elsewhere{"1b4e28ba-2fa1-11d2-883f-0016d3cca427", "orders", 1};
    CHECK(must(store->task_queues().find_partitions(std::move(elsewhere), 10)).empty());
}

TEST_CASE("a partition that nobody owns accepts no write", "[contract][task_queues][fence]") {
    StoreUnderTest store;
    INFO(store.kind());
    CHECK_FALSE(await(store->task_queues().commit(backlog(RangeId{0}, {1}))).ok());
    CHECK(ids_after(*store, 0).empty());
}

}  // namespace server::tests
