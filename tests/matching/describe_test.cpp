#include "tests/matching/world.h"

#include "temporal/api/enums/v1/task_queue.pb.h"

namespace server::tests {

namespace {

namespace enums = ::temporal::api::enums::v1;

rpc::api::DescribeTaskQueueRequest describe_queue(std::string name = kQueue) {
    rpc::api::DescribeTaskQueueRequest request;
    request.mutable_task_queue()->set_name(std::move(name));
    return request;
}

}  // namespace

TEST_CASE("describing a queue shows who polled it in the last five minutes",
          "[matching][describe]") {
    World world;
    const auto poll = world.poll({.identity = "early", .deadline = 2s});
    world.advance(10s);
    const auto open = world.poll({.identity = "late"});
    auto response = world.describe(describe_queue());
    REQUIRE(response.ok());
    REQUIRE(response->pollers_size() == 2);
    CHECK(response->pollers(0).identity() == "late");
    CHECK(response->pollers(1).identity() == "early");
    CHECK(response->pollers(1).last_access_time().seconds() ==
          unix_nanos(kStart + 1s) / 1'000'000'000);
    CHECK(response->pollers(0).rate_per_second() == 100'000);
    CHECK_FALSE(response->has_stats());
    CHECK_FALSE(response->has_task_queue_status());

    world.advance(4min + 55s);
    CHECK(world.describe(describe_queue())->pollers_size() == 1);
}

TEST_CASE("describing a queue counts what waits and what moves", "[matching][describe]") {
    World world;
    for (int task = 0; task < 60; ++task) world.add("w" + std::to_string(task));
    world.add("urgent", {.priority = 1});
    world.advance(3s);
    for (int task = 0; task < 30; ++task) CHECK(world.poll()->has_task());
    auto request = describe_queue();
    request.set_report_stats(true);
    request.set_include_task_queue_status(true);

    SECTION("statistics") {
        const auto response = world.describe(request);
        REQUIRE(response.ok());
        CHECK(response->stats().approximate_backlog_count() == 31);
        CHECK(response->stats().approximate_backlog_age().seconds() == 3);
        CHECK(response->stats().tasks_add_rate() == Approx(61.0 / 30));
        CHECK(response->stats().tasks_dispatch_rate() == Approx(1.0));
        CHECK(response->stats_by_priority_key().at(3).approximate_backlog_count() == 31);
        CHECK(response->stats_by_priority_key().at(1).approximate_backlog_count() == 0);
        CHECK(response->stats_by_priority_key().at(1).tasks_dispatch_rate() == Approx(1.0 / 30));
        world.advance(1min);
        CHECK(world.describe(request)->stats().tasks_add_rate() == 0);
    }
    SECTION("status, which tctl needs") {
        const auto status = world.describe(request)->task_queue_status();
        CHECK(status.backlog_count_hint() == 31);
        CHECK(status.read_level() > status.ack_level());
        CHECK(status.task_id_block().start_id() == (1 << 24) + 1);
        CHECK(status.task_id_block().end_id() == (2 << 24) - 1);
    }
    SECTION("a queue that is not loaded is loaded for it") {
        world.restart();
        CHECK(world.describe(request)->stats().approximate_backlog_count() == 31);
    }
    SECTION("the enhanced mode of the command line") {
        request.set_api_mode(enums::DESCRIBE_TASK_QUEUE_MODE_ENHANCED);
        request.set_report_pollers(true);
        const auto response = world.describe(request);
        REQUIRE(response.ok());
        const auto& types = response->versions_info().at("").types_info();
        CHECK(types.at(1).stats().approximate_backlog_count() == 31);
        CHECK(types.at(1).pollers_size() == 1);
        CHECK(types.at(2).stats().approximate_backlog_count() == 0);
    }
}

TEST_CASE("statistics and the enhanced mode are for whole queues", "[matching][describe]") {
    World world;
    auto request = describe_queue(GENERATE("/_sys/orders/1", "sticky-queue"));
    if (request.task_queue().name() == "sticky-queue") {
        request.mutable_task_queue()->set_kind(enums::TASK_QUEUE_KIND_STICKY);
    }
    CHECK(world.describe(request).ok());
    SECTION("statistics") { request.set_report_stats(true); }
    SECTION("enhanced") { request.set_api_mode(enums::DESCRIBE_TASK_QUEUE_MODE_ENHANCED); }
    CHECK(world.describe(request).status().code() == Code::InvalidArgument);
}

TEST_CASE("describing names what is wrong with the request", "[matching][describe]") {
    World world;
    CHECK(world.describe(describe_queue("")).status().message() == "task_queue is not set");
    auto request = describe_queue();
    request.set_task_queue_type(static_cast<enums::TaskQueueType>(42));
    CHECK(world.describe(request).status().message() == "unknown task queue type: 42");
}

}  // namespace server::tests
