#include "server/store/visibility.h"

#include "server/visibility/bind.h"
#include "tests/contract/store_under_test.h"
#include "tests/support/await.h"
#include "tests/support/catch.h"
#include "tests/support/store_samples.h"

namespace server::tests {

using namespace store;
using visibility::Cell;

namespace {

visibility::Query compile(const std::string& text) {
    visibility::BindOptions options;
    options.use = visibility::QueryUse::Count;
    visibility::SearchAttributeCatalog catalog({{"Customer", visibility::ValueType::Keyword}});
    return visibility::compile(text, catalog, options).value();
}

RunKey numbered_run(int number) {
    const std::string digits = std::to_string(number);
    return {kNamespaceId, "workflow-" + digits, std::string(12 - digits.size(), '0') + digits};
}

VisibilityRecord numbered_record(int number) {
    VisibilityRecord record = sample_record(numbered_run(number), 1);
    record.start_time = kSampleTime + std::chrono::seconds(number);
    return record;
}

VisibilityRecord closed(VisibilityRecord record, int status, Duration after_sample_time) {
    record.status = status;
    record.close_time = kSampleTime + after_sample_time;
    return record;
}

void write(Store& store, std::vector<VisibilityRecord> records) {
    REQUIRE(await(store.visibility().write(std::move(records))).ok());
}

VisibilityPage list(Store& store, const std::string& filter, std::int32_t page_size = 100,
                    const std::string& token = "") {
    return must(store.visibility().list(kNamespaceId, compile(filter), page_size, token));
}

using Workflows = std::vector<std::string>;

Workflows workflows_of(const VisibilityPage& page) {
    Workflows workflows;
    for (const auto& record : page.records) workflows.push_back(record.workflow_id);
    return workflows;
}

VisibilityCount count(Store& store, const std::string& filter) {
    return must(store.visibility().count(kNamespaceId, compile(filter)));
}

}  // namespace

TEST_CASE("a visibility record comes back with every field", "[contract][visibility]") {
    StoreUnderTest store;
    INFO(store.kind());
    VisibilityRecord record = closed(sample_record(sample_run(), 7), 3, 90min);
    record.execution_time = kSampleTime + 5s;
    record.history_length = 11;
    record.history_size_bytes = 4096;
    record.state_transition_count = 8;
    record.parent_workflow_id = "parent";
    record.parent_run_id = kSecondRunId;
    record.root_workflow_id = "root";
    record.root_run_id = "root run";
    record.memo = std::string("\0memo", 5);
    record.search_attributes = "search attributes";
    record.attributes = {{"Customer", Cell(std::string("acme"))}};
    write(*store, {record});

    const auto page = list(*store, "Customer = 'acme'");
    REQUIRE(page.records.size() == 1);
    const VisibilityRecord& listed = page.records[0];
    CHECK(listed.namespace_id == kNamespaceId);
    CHECK(listed.workflow_id == kWorkflowId);
    CHECK(listed.run_id == kRunId);
    CHECK(listed.version == TaskId{7});
    CHECK(listed.workflow_type == "OrderWorkflow");
    CHECK(listed.task_queue == "orders");
    CHECK(listed.status == 3);
    CHECK(listed.start_time == kSampleTime);
    CHECK(listed.execution_time == kSampleTime + 5s);
    CHECK(listed.close_time == kSampleTime + 90min);
    CHECK(listed.history_length == 11);
    CHECK(listed.history_size_bytes == 4096);
    CHECK(listed.state_transition_count == 8);
    CHECK(listed.parent_workflow_id == "parent");
    CHECK(listed.parent_run_id == kSecondRunId);
    CHECK(listed.root_workflow_id == "root");
    CHECK(listed.root_run_id == "root run");
    CHECK(listed.memo == record.memo);
    CHECK(listed.search_attributes == "search attributes");
    CHECK(listed.attributes.empty());
}

TEST_CASE("a late or repeated visibility write changes nothing", "[contract][visibility]") {
    StoreUnderTest store;
    INFO(store.kind());
    VisibilityRecord record = closed(sample_record(sample_run(), 5), 2, 1min);
    record.attributes = {{"Customer", Cell(std::string("new"))}};
    write(*store, {record});
    for (const std::int64_t version : {4, 5}) {
        VisibilityRecord late = sample_record(sample_run(), version);
        late.attributes = {{"Customer", Cell(std::string("old"))}};
        write(*store, {late});
    }
    CHECK(count(*store, "Customer = 'old'").total == 0);
    const auto page = list(*store, "Customer = 'new'");
    REQUIRE(page.records.size() == 1);
    CHECK(page.records[0].status == 2);
    CHECK(page.records[0].version == TaskId{5});

    SECTION("a later one replaces all of it") {
        VisibilityRecord later = sample_record(sample_run(), 6);
        later.workflow_type = "RenamedWorkflow";
        later.start_time += 1s;
        write(*store, {later});
        CHECK(count(*store, "Customer IS NOT NULL").total == 0);
        CHECK(count(*store, "").total == 1);
        CHECK(list(*store, "WorkflowType = 'RenamedWorkflow'").records.size() == 1);
        CHECK_FALSE(list(*store, "").records[0].close_time);
    }
}

TEST_CASE("a list is ordered: open first, then by close time, start time and run id",
          "[contract][visibility]") {
    StoreUnderTest store;
    INFO(store.kind());
    VisibilityRecord same_start = numbered_record(3);
    same_start.start_time = numbered_record(2).start_time;
    write(*store,
          {closed(numbered_record(1), 2, 10min), numbered_record(2), same_start, numbered_record(4),
           closed(numbered_record(5), 2, 20min), closed(numbered_record(6), 2, 10min)});
    const Workflows expected{"workflow-4", "workflow-2", "workflow-3",
                             "workflow-5", "workflow-6", "workflow-1"};
    CHECK(workflows_of(list(*store, "")) == expected);

    SECTION("and pages of any size join without a gap") {
        const auto size = GENERATE(1, 2, 3, 5, 6, 7);
        Workflows all;
        std::string token;
        int pages = 0;
        do {
            const VisibilityPage page = list(*store, "", size, token);
            const Workflows workflows = workflows_of(page);
            CHECK(workflows.size() <= static_cast<std::size_t>(size));
            all.insert(all.end(), workflows.begin(), workflows.end());
            token = page.next_page_token;
            ++pages;
        } while (!token.empty());
        CHECK(all == expected);
        CHECK(pages == (6 + size - 1) / size);
    }
    SECTION("and a page goes on at its place when runs have come and gone") {
        const VisibilityPage page = list(*store, "", 4);
        VisibilityRecord closing = closed(numbered_record(4), 2, 30min);
        closing.version = TaskId{2};
        write(*store, {numbered_record(7), closing});
        const VisibilityPage rest = list(*store, "", 4, page.next_page_token);
        CHECK(workflows_of(rest) == Workflows{"workflow-6", "workflow-1"});
    }
}

TEST_CASE("a page token that no page gave is refused", "[contract][visibility]") {
    StoreUnderTest store;
    INFO(store.kind());
    for (const std::string token : {"x", "v1:", "v1:1:x:run", "v1:1", "v2:1:2:run", "v1:1:2"}) {
        const auto page =
            await(store->visibility().list(kNamespaceId, visibility::Query{}, 10, token));
        CHECK(page.status().code() == Code::InvalidArgument);
    }
}

TEST_CASE("a list and a count see one namespace", "[contract][visibility]") {
    StoreUnderTest store;
    INFO(store.kind());
    RunKey elsewhere = numbered_run(1);
    elsewhere.namespace_id = "another namespace";
    write(*store, {numbered_record(1), sample_record(elsewhere, 1)});
    CHECK(list(*store, "").records.size() == 1);
    CHECK(count(*store, "").total == 1);
    const auto page =
        must(store->visibility().list("another namespace", visibility::Query{}, 10, ""));
    CHECK(page.records.size() == 1);
}

TEST_CASE("a count groups by status", "[contract][visibility]") {
    StoreUnderTest store;
    INFO(store.kind());
    write(*store, {numbered_record(1), numbered_record(2), closed(numbered_record(3), 2, 1min),
                   closed(numbered_record(4), 3, 1min), closed(numbered_record(5), 2, 1min)});
    const VisibilityCount counted = count(*store, "GROUP BY ExecutionStatus");
    CHECK(counted.total == 5);
    REQUIRE(counted.groups.size() == 3);
    CHECK(counted.groups[0].value == Cell(std::string("Completed")));
    CHECK(counted.groups[0].count == 2);
    CHECK(counted.groups[1].value == Cell(std::string("Failed")));
    CHECK(counted.groups[1].count == 1);
    CHECK(counted.groups[2].value == Cell(std::string("Running")));
    CHECK(counted.groups[2].count == 2);

    SECTION("of what the filter leaves") {
        const VisibilityCount closed_only =
            count(*store, "CloseTime IS NOT NULL GROUP BY ExecutionStatus");
        CHECK(closed_only.total == 3);
        CHECK(closed_only.groups.size() == 2);
    }
}

TEST_CASE("records of a namespace division are hidden, and counted by division on request",
          "[contract][visibility]") {
    StoreUnderTest store;
    INFO(store.kind());
    VisibilityRecord schedule = numbered_record(2);
    schedule.attributes = {{"TemporalNamespaceDivision", Cell(std::string("TemporalScheduler"))}};
    write(*store, {numbered_record(1), schedule, numbered_record(3)});
    CHECK(workflows_of(list(*store, "")) == Workflows{"workflow-3", "workflow-1"});
    CHECK(workflows_of(list(*store, "TemporalNamespaceDivision = 'TemporalScheduler'")) ==
          Workflows{"workflow-2"});
    const VisibilityCount counted = count(*store, "GROUP BY TemporalNamespaceDivision");
    CHECK(counted.total == 3);
    REQUIRE(counted.groups.size() == 2);
    CHECK(counted.groups[0].value == Cell());
    CHECK(counted.groups[0].count == 2);
    CHECK(counted.groups[1].value == Cell(std::string("TemporalScheduler")));
    CHECK(counted.groups[1].count == 1);
}

TEST_CASE("a filter of a thousand conditions is answered", "[contract][visibility]") {
    StoreUnderTest store;
    INFO(store.kind());
    write(*store, {numbered_record(1), numbered_record(2)});
    const visibility::Column column{"WorkflowId", visibility::ValueType::Keyword,
                                    visibility::Origin::System};
    visibility::Combination<visibility::Column, visibility::Value> any{visibility::Connective::Or,
                                                                       {}};
    for (int number = 2; number < 1200; ++number) {
        visibility::Condition<visibility::Column, visibility::Value> condition;
        condition.column = column;
        condition.values = {"workflow-" + std::to_string(number)};
        any.operands.push_back({condition});
    }
    visibility::Query query;
    query.filter = visibility::Filter{any};
    CHECK(must(store->visibility().count(kNamespaceId, query)).total == 1);
}

}  // namespace server::tests
