#include "tests/matching/world.h"

#include "server/state/v1/token.pb.h"
#include "temporal/api/enums/v1/query.pb.h"
#include "temporal/api/failure/v1/message.pb.h"

namespace server::tests {

namespace {

namespace enums = ::temporal::api::enums::v1;

rpc::api::RespondQueryTaskCompletedRequest answer_to(const WorkflowPollCall& poll) {
    rpc::api::RespondQueryTaskCompletedRequest answer;
    answer.set_task_token((*poll->result)->task_token());
    answer.set_completed_type(enums::QUERY_RESULT_TYPE_ANSWERED);
    answer.mutable_query_result()->add_payloads()->set_data("42");
    return answer;
}

}  // namespace

TEST_CASE("a query goes to a poll and its answer to the caller", "[matching][query]") {
    World world;
    WorkflowPollCall poll;
    QueryCall query;
    SECTION("the poll came first") {
        poll = world.poll();
        query = world.query();
    }
    SECTION("the query came first") {
        query = world.query();
        world.advance(5s);
        poll = world.poll();
    }
    REQUIRE(poll->has_task());
    CHECK((*poll->result)->query().query_type() == "status");
    CHECK(world.history.calls.empty());
    CHECK_FALSE(query->done());

    CHECK(world.answer_query(answer_to(poll))->code() == Code::Ok);
    REQUIRE(query->done());
    REQUIRE(query->result->ok());
    CHECK((*query->result)->query_result().payloads(0).data() == "42");
    CHECK(world.store.batch_sizes.empty());
    CHECK(world.answer_query(answer_to(poll))->code() == Code::NotFound);
}

// Trap of the reference: "QueryFailed as InvArg".
TEST_CASE("a failed query is InvalidArgument with the failure of the handler",
          "[matching][query]") {
    World world;
    const auto poll = world.poll();
    const auto query = world.query();
    rpc::api::RespondQueryTaskCompletedRequest answer;
    answer.set_task_token((*poll->result)->task_token());
    answer.set_completed_type(enums::QUERY_RESULT_TYPE_FAILED);
    answer.set_error_message("unknown query: status");
    answer.mutable_failure()->set_message("unknown query: status");
    world.answer_query(answer);

    REQUIRE(query->done());
    CHECK(query->code() == Code::InvalidArgument);
    CHECK(query->result->status().message() == "unknown query: status");
    const auto* detail = query->result->status().detail<QueryFailed>();
    REQUIRE(detail != nullptr);
    ::temporal::api::failure::v1::Failure failure;
    REQUIRE(failure.ParseFromString(detail->failure));
    CHECK(failure.message() == "unknown query: status");
}

TEST_CASE("a query that is not answered ends at the caller's deadline", "[matching][query]") {
    World world;
    SECTION("DeadlineExceeded when workers poll") {
        const auto poll = world.poll();
        const auto query = world.query(kQueue, false, 10s);
        world.advance(1min);
        CHECK(query->code() == Code::DeadlineExceeded);
        CHECK(query->ended == kStart + 10s);
        SECTION("the late answer is NotFound") {
            CHECK(world.answer_query(answer_to(poll))->code() == Code::NotFound);
        }
    }
    SECTION("FailedPrecondition a second earlier when nobody polls") {
        const auto query = world.query(kQueue, false, 10s);
        world.advance(1min);
        CHECK(query->code() == Code::FailedPrecondition);
        CHECK(query->ended == kStart + 9s);
        CHECK(query->result->status().message() ==
              "no poller seen for task queue orders recently, worker may be down");
    }
    SECTION("a poll 20 seconds ago counts") {
        const auto poll = world.poll({.deadline = 2s});
        world.advance(12s);
        const auto query = world.query(kQueue, false, 10s);
        world.advance(1min);
        CHECK(query->code() == Code::DeadlineExceeded);
    }
    SECTION("a caller without deadline does not wait forever") {
        const auto query = world.query(kQueue, false, 24h);
        world.advance(1min);
        CHECK(query->done());
    }
}

TEST_CASE("an abandoned query goes to no poll", "[matching][query]") {
    World world;
    const auto query = world.query();
    SECTION("its caller has gone away") {
        query->cancellation->cancel();
        world.settle();
        CHECK(query->code() == Code::Cancelled);
    }
    SECTION("its time is up") { world.advance(31s); }
    CHECK(query->done());
    CHECK_FALSE(world.poll()->done());
}

TEST_CASE("a query for a sticky queue that nobody polls is refused at once", "[matching][query]") {
    World world;
    const auto refused = world.query(kStickyQueue, true);
    CHECK(refused->code() == Code::FailedPrecondition);
    CHECK(refused->result->status().detail<StickyWorkerUnavailable>() != nullptr);

    const auto poll = world.poll({.queue = kStickyQueue, .sticky = true});
    const auto query = world.query(kStickyQueue, true);
    REQUIRE(poll->has_task());
    CHECK(world.answer_query(answer_to(poll))->code() == Code::Ok);
    CHECK(query->code() == Code::Ok);
}

TEST_CASE("a query on a sticky queue whose worker goes away is sent elsewhere",
          "[matching][query]") {
    World world;
    const auto poll = world.poll({.queue = kStickyQueue, .sticky = true});
    world.advance(2s);
    poll->cancellation->cancel();
    const auto query = world.query(kStickyQueue, true, 30s);
    world.advance(30s);
    CHECK(query->ended == kStart + 31s);
    CHECK(query->code() == Code::FailedPrecondition);
    CHECK(query->result->status().detail<StickyWorkerUnavailable>() != nullptr);
}

TEST_CASE("answers with a foreign token or an unknown type are refused", "[matching][query]") {
    World world;
    const auto poll = world.poll();
    const auto query = world.query();
    auto answer = answer_to(poll);
    SECTION("no token") { answer.set_task_token("garbage\xff"); }
    SECTION("the token of a workflow task") {
        state::v1::TaskToken token;
        token.set_namespace_id(kNamespace);
        answer.set_task_token(token.SerializeAsString());
    }
    SECTION("no completed type") { answer.clear_completed_type(); }
    CHECK(world.answer_query(answer)->code() == Code::InvalidArgument);
    CHECK(world.answer_query(answer_to(poll), "another namespace")->code() ==
          Code::InvalidArgument);
    CHECK_FALSE(query->done());
}

TEST_CASE("queries that a partition may hold are limited", "[matching][query][limits]") {
    matching::Options options;
    options.queries_max = 1;
    World world(options);
    const auto first = world.query();
    CHECK_FALSE(first->done());
    CHECK(world.query()->code() == Code::ResourceExhausted);
}

}  // namespace server::tests
