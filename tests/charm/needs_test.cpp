// What is missing, and how it is told.
#include "charm/need.h"

#include "server/config/history_shards.h"
#include "tests/charm/complete_model.h"
#include "tests/support/catch.h"

namespace charm {
namespace {

struct Taken {
    const char* what;
    void (*take)(Model& model);
    const char* status;
    Plan::Workload workload;
};

void check_told(const Taken& row) {
    CAPTURE(row.what);
    Model model = complete();
    row.take(model);
    const Plan goal = plan(model);
    CHECK(text_of(goal.status()) == row.status);
    CHECK(goal.workload == row.workload);
}

TEST_CASE("the first unmet need is the status, and a healthy server is left alone", "[charm]") {
    check_told(GENERATE(values<Taken>({
        {"the peer relation", [](Model& m) { m.relations["peer"].clear(); },
         "waiting peer relation not ready; Juju creates it", Plan::Workload::keep},
        {"db", [](Model& m) { m.relations["db"].clear(); },
         "blocked db relation: no database; run juju integrate temporal-k8s:db "
         "postgresql-k8s:database",
         Plan::Workload::stop},
        {"the secret", [](Model& m) { m.secrets.clear(); },
         "blocked db relation: the secret that postgresql-k8s named is gone or not granted; remove "
         "the relation and integrate again",
         Plan::Workload::keep},
        {"an address", [](Model& m) { m.addresses = {}; },
         "waiting network: no address yet; Juju gives one", Plan::Workload::keep},
        {"a pod", [](Model& m) { m.stopping = true; }, "active ", Plan::Workload::stop},
        {"leave to run", [](Model& m) { m.drained = true; },
         "blocked drained; run juju run temporal-k8s/0 restart", Plan::Workload::stop},
    })));
}

TEST_CASE("what the container does not do is told in its words", "[charm]") {
    check_told(GENERATE(values<Taken>({
        {"the container", [](Model& m) { m.container.reachable = false; },
         "waiting temporal container: not ready; Kubernetes starts it", Plan::Workload::keep},
        {"an answer of Pebble",
         [](Model& m) {
             m.container = lost_container({Code::DeadlineExceeded, "no answer in 30 s"});
         },
         "waiting temporal container: no answer in 30 s", Plan::Workload::keep},
        {"what Pebble accepts",
         [](Model& m) {
             m.container = lost_container({Code::InvalidArgument, "layer: bad"});
         },
         "blocked temporal container: Pebble refuses: layer: bad; once mended, run juju run "
         "temporal-k8s/0 restart",
         Plan::Workload::keep},
        {"a tool that we can ask",
         [](Model& m) {
             m.schema["db"] = schema_answer(
                 server::invalid_argument("cannot find executable \"temporal-sql-tool\""));
         },
         "blocked resource temporal-server-image lacks the temporal-sql-tool of this release: "
         "cannot find executable \"temporal-sql-tool\"; attach the image that make charm writes: "
         "juju attach-resource temporal-k8s temporal-server-image=...",
         Plan::Workload::keep},
        {"an answer of the server", [](Model& m) { m.health->state = Health::State::silent; },
         "waiting temporal: the server does not answer its health check yet; see juju ssh "
         "--container temporal temporal-k8s/0 /charm/bin/pebble logs",
         Plan::Workload::run},
        {"the right number of shards",
         [](Model& m) {
             m.health = {Health::State::failed,
                         server::config::other_history_shards(4, "here", 512)};
         },
         "blocked config: num-history-shards: the database was made with 512; run juju config "
         "temporal-k8s num-history-shards=512",
         Plan::Workload::run},
        {"a number of shards that we allow",
         [](Model& m) {
             m.health = {Health::State::failed, server::config::other_history_shards(4, "here", 3)};
         },
         "blocked config: num-history-shards: the database was made with 3; this charm allows "
         "powers of 2 up to 16384; integrate with another database",
         Plan::Workload::run},
    })));
}

TEST_CASE("a schema that is not ready names who mends it", "[charm]") {
    check_told(GENERATE(values<Taken>({
        {"the schema", [](Model& m) { m.schema["visibility"].state = SchemaState::old; },
         "waiting admin:temporal relation: schema of visibility is not ready; waiting for "
         "temporal-admin-k8s",
         Plan::Workload::keep},
        {"admin and the schema",
         [](Model& m) {
             m.relations["admin"].clear();
             m.schema["db"].state = SchemaState::old;
         },
         "blocked admin:temporal relation: schema of db is not ready; run juju integrate "
         "temporal-k8s:admin temporal-admin-k8s:admin",
         Plan::Workload::keep},
        {"a schema of this age", [](Model& m) { m.schema["db"].state = SchemaState::newer; },
         "blocked admin:temporal relation: schema of db is newer than this server; run juju "
         "refresh temporal-k8s",
         Plan::Workload::keep},
        {"an answer of the database",
         [](Model& m) {
             m.schema["db"] = {SchemaState::unreachable, "no route"};
         },
         "waiting db relation: the database cannot be used: no route", Plan::Workload::keep},
    })));
}

}  // namespace
}  // namespace charm
