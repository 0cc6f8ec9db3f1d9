#include "tests/history/world.h"

namespace server::tests {

namespace {

CallPtr<api::DeleteWorkflowExecutionResponse> remove(World& world, const std::string& workflow_id,
                                                     const std::string& run_id = "") {
    role::v1::DeleteWorkflowRequest request;
    request.set_namespace_id(world.namespace_id);
    request.mutable_request()->mutable_workflow_execution()->set_workflow_id(workflow_id);
    request.mutable_request()->mutable_workflow_execution()->set_run_id(run_id);
    return world.run(world.history->delete_workflow({}, std::move(request)));
}

// Whatever the store and the role have of the run.
bool exists(World& world, const RunKey& run) {
    const ShardId shard = world.shard_of(run.workflow_id).id();
    const auto listed =
        world.must(world.store.visibility().list(world.namespace_id, visibility::Query{}, 100, ""));
    bool visible = false;
    for (const auto& record : listed.records) visible = visible || record.run_id == run.run_id;
    store::HistoryQuery query{shard, run.run_id};
    const bool history = !world.must(world.store.runs().read_history(std::move(query))).empty();
    const bool row = world.must(world.store.runs().find_run(shard, run)).has_value();
    CHECK(row == history);
    CHECK(row == visible);
    return row;
}

}  // namespace

TEST_CASE("a closed run leaves every table when its retention is over", "[history][retention]") {
    World world;  // a namespace that keeps closed runs for 24 h
    world.start("w");
    const RunKey run = world.run_key("w");
    world.complete(world.poll("w"), {complete_workflow()});
    const bool restarted = GENERATE(false, true);
    if (restarted) world.restart();
    world.advance(24h - 1s);
    CHECK(exists(world, run));
    world.advance(30min + 2s);
    CHECK_FALSE(exists(world, run));
    CHECK(world.signal("w", "s")->code() == Code::NotFound);
    CHECK_FALSE(world.must(
        world.store.runs().find_current_run(world.shard_of("w").id(), world.namespace_id, "w")));
    SECTION("its id is free, also for a policy that rejects duplicates") {
        auto request = world.start_request("w");
        request.mutable_request()->set_workflow_id_reuse_policy(
            ::temporal::api::enums::v1::WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE);
        CHECK(world.start(request)->value().started());
    }
}

TEST_CASE("an open run stays, however old it is", "[history][retention]") {
    World world;
    world.start("w");
    world.advance(48h);
    CHECK(exists(world, world.run_key("w")));
}

TEST_CASE("a deleted workflow is gone, with its id", "[history][delete]") {
    World world;
    world.start("w");
    const RunKey run = world.run_key("w");
    SECTION("closed") { world.complete(world.poll("w"), {complete_workflow()}); }
    SECTION("open: it is terminated first") {}
    CHECK(remove(world, "w")->code() == Code::Ok);
    world.advance(2s);
    CHECK_FALSE(exists(world, run));
    CHECK(world.get_history(world.history_request("w"))->code() == Code::NotFound);
    CHECK(remove(world, "w")->code() == Code::NotFound);
    CHECK(world.start("w") != run.run_id);
}

TEST_CASE("a deletion survives a restart before it is carried out", "[history][delete]") {
    World world;
    world.start("w");
    const RunKey run = world.run_key("w");
    world.terminate("w");
    bool refuse = true;
    world.store.faults().commit = [&refuse](const store::TransitionWrite& write) {
        const bool deletes = !write.deleted_runs.empty();
        return deletes && refuse ? store::memory::CommitFault::refused
                                 : store::memory::CommitFault::none;
    };
    CHECK(remove(world, "w")->code() == Code::Ok);
    CHECK(exists(world, run));
    CHECK(remove(world, "w")->code() == Code::Ok);  // once more changes nothing
    refuse = false;
    world.restart();
    world.advance(2s);
    CHECK_FALSE(exists(world, run));
}

TEST_CASE("deleting an earlier run of a chain leaves the current one", "[history][delete]") {
    World world;
    world.start("w");
    const RunKey first = world.run_key("w");
    world.advance(2s);
    world.complete(world.poll("w"), {continue_as_new()});
    const RunKey second = world.run_key("w");
    CHECK(remove(world, "w", first.run_id)->code() == Code::Ok);
    world.advance(2s);
    CHECK_FALSE(exists(world, first));
    CHECK(exists(world, second));
    CHECK(world.complete(world.poll("w"), {complete_workflow()})->code() == Code::Ok);
}

TEST_CASE("deleting what does not exist is not found", "[history][delete]") {
    World world;
    CHECK(remove(world, "w")->code() == Code::NotFound);
}

}  // namespace server::tests
