// How many connections a unit opens, and what an operator is told about it.
#include "charm/connections.h"

#include "server/config/load.h"
#include "server/config/render.h"
#include "tests/charm/complete_model.h"
#include "tests/support/catch.h"

namespace charm {
namespace {

TEST_CASE("the budget of connections is shared by the units and never below two", "[charm]") {
    struct Share {
        std::size_t peers;
        std::optional<std::int64_t> budget;
        std::int64_t persistence;
        std::int64_t visibility;
    };
    const Share row = GENERATE(values<Share>({{0, 20, 13, 6},
                                              {1, 20, 6, 3},
                                              {2, 20, 4, 2},
                                              {9, 20, 2, 2},
                                              {9, 0, 20, 10},
                                              {0, 90, 20, 10},
                                              {0, std::nullopt, 13, 6},
                                              {4, std::nullopt, 2, 2},
                                              {5, std::nullopt, 2, 2},
                                              {39, std::nullopt, 2, 2}}));
    CAPTURE(row.peers, row.budget.value_or(-1));
    Model model = complete();
    model.options.connection_budget = row.budget;
    for (std::size_t i = 0; i < row.peers; ++i) {
        model.relations["peer"].front().units.push_back("temporal-k8s/" + std::to_string(i + 1));
    }
    CHECK(pool_size(model, model.options.persistence) == row.persistence);
    CHECK(pool_size(model, model.options.visibility) == row.visibility);
    if (!row.budget) CHECK(text_of(plan(model).status()) == "active ");
}

TEST_CASE("an option of the pools that holds only in part is noted", "[charm]") {
    Model model = complete();
    const auto notes = [&model] { return plan(model).notes_text(); };
    CHECK(notes().empty());
    SECTION("one that the budget cuts") {
        model.options.persistence.connections_max = 50;
        CHECK(notes() ==
              "persistence-max-conns of 50 is cut to 16, the part of a unit in 20 connections; set "
              "database-connection-budget to more, or to 0 for none\n");
        model.options.connection_budget = 0;
        CHECK(notes().empty());
    }
    SECTION("one connection is too few for a server, which gets two") {
        const json::object config{{"persistence-max-conns", 1}, {"visibility-max-conns", 1}};
        model.options = read_options(config);
        model.options.connection_budget = GENERATE(0, 20);
        const Plan goal = plan(model);
        CHECK(text_of(goal.status()) == "active ");
        CHECK(goal.notes.size() == 2);
        CHECK(goal.notes.front() ==
              "persistence-max-conns of 1 is raised to 2: one connection writes and another reads");
        REQUIRE(goal.server);
        CHECK(server::config::load_text("x", server::config::to_yaml(*goal.server)).ok());
    }
    SECTION("more units than PostgreSQL admits by itself") {
        model.relations["peer"].front().units.assign(22, "temporal-k8s/1");
        CHECK(notes() ==
              "the units of temporal-k8s open up to 92 connections, and PostgreSQL admits 100 "
              "unless told otherwise; raise its limit, then set database-connection-budget=92\n");
        model.options.connection_budget = 92;
        CHECK(notes().empty());
    }
}

TEST_CASE("a budget that is too small for the units is told, and the server goes on", "[charm]") {
    Model model = complete();
    model.options.connection_budget = 7;
    CHECK(text_of(plan(model).status()) == "active ");
    model.relations["peer"].front().units = {"temporal-k8s/1"};
    const Plan goal = plan(model);
    CHECK(text_of(goal.status()) ==
          "blocked config: database-connection-budget of 7 is too small for the units of "
          "temporal-k8s; set it to at least 8, or to 0 for none");
    CHECK(goal.workload == Plan::Workload::run);
}

}  // namespace
}  // namespace charm
