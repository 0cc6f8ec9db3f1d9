#include "server/visibility/search_attributes.h"

#include <set>

#include "tests/visibility/support.h"

namespace server::visibility {

TEST_CASE("value types have the names and numbers of the wire", "[visibility][attributes]") {
    const auto [number, name] = GENERATE(table<int, std::string_view>({
        {1, "Text"},
        {2, "Keyword"},
        {3, "Int"},
        {4, "Double"},
        {5, "Bool"},
        {6, "Datetime"},
        {7, "KeywordList"},
    }));
    const auto type = find_value_type(number);
    REQUIRE(type.has_value());
    CHECK(static_cast<int>(*type) == number);
    CHECK(to_string(*type) == name);
    CHECK(find_value_type(name) == type);
}

TEST_CASE("an unknown value type is found neither by name nor by number",
          "[visibility][attributes]") {
    CHECK_FALSE(find_value_type(0).has_value());
    CHECK_FALSE(find_value_type(8).has_value());
    CHECK_FALSE(find_value_type(-1).has_value());
    CHECK_FALSE(find_value_type("keyword").has_value());
    CHECK_FALSE(find_value_type("").has_value());
}

TEST_CASE("system and predefined attributes are known by name and type",
          "[visibility][attributes]") {
    const auto [name, type, origin] = GENERATE(table<std::string_view, ValueType, Origin>({
        {"WorkflowId", ValueType::Keyword, Origin::System},
        {"RunId", ValueType::Keyword, Origin::System},
        {"WorkflowType", ValueType::Keyword, Origin::System},
        {"StartTime", ValueType::Datetime, Origin::System},
        {"ExecutionTime", ValueType::Datetime, Origin::System},
        {"CloseTime", ValueType::Datetime, Origin::System},
        {"ExecutionStatus", ValueType::Keyword, Origin::System},
        {"TaskQueue", ValueType::Keyword, Origin::System},
        {"HistoryLength", ValueType::Int, Origin::System},
        {"HistorySizeBytes", ValueType::Int, Origin::System},
        {"ExecutionDuration", ValueType::Int, Origin::System},
        {"StateTransitionCount", ValueType::Int, Origin::System},
        {"ParentWorkflowId", ValueType::Keyword, Origin::System},
        {"ParentRunId", ValueType::Keyword, Origin::System},
        {"RootWorkflowId", ValueType::Keyword, Origin::System},
        {"RootRunId", ValueType::Keyword, Origin::System},
        {"TemporalNamespaceDivision", ValueType::Keyword, Origin::Predefined},
        {"TemporalChangeVersion", ValueType::KeywordList, Origin::Predefined},
        {"BinaryChecksums", ValueType::KeywordList, Origin::Predefined},
        {"BuildIds", ValueType::KeywordList, Origin::Predefined},
        {"BatcherUser", ValueType::Keyword, Origin::Predefined},
        {"TemporalScheduledStartTime", ValueType::Datetime, Origin::Predefined},
        {"TemporalSchedulePaused", ValueType::Bool, Origin::Predefined},
        {"TemporalReportedProblems", ValueType::KeywordList, Origin::Predefined},
        {"TemporalWorkerDeploymentVersion", ValueType::Keyword, Origin::Predefined},
        {"TemporalWorkerVersioningRampThreshold", ValueType::Double, Origin::Predefined},
        {"TemporalExternalPayloadSizeBytes", ValueType::Int, Origin::Predefined},
    }));
    CHECK(SearchAttributeCatalog().find(name) == Column{std::string(name), type, origin});
}

TEST_CASE("no two built-in attributes share a name, and clients set no system one",
          "[visibility][attributes]") {
    std::set<std::string_view> names;
    for (const SearchAttribute& attribute : system_search_attributes()) {
        CHECK(names.insert(attribute.name).second);
        CHECK_FALSE(attribute.client_may_set);
    }
    for (const SearchAttribute& attribute : predefined_search_attributes()) {
        CHECK(names.insert(attribute.name).second);
    }
    CHECK(names.size() == 34);
}

TEST_CASE("built-in, internal and Temporal names cannot be registered",
          "[visibility][attributes]") {
    const std::string name =
        GENERATE(as<std::string>(), "WorkflowId", "BuildIds", "TemporalChangeVersion", "Memo",
                 "MemoEncoding", "NamespaceId", "VisibilityTaskKey", "Temporal", "TemporalMine");
    const Status status = check_custom_name(name);
    CHECK(status.code() == Code::InvalidArgument);
    CHECK(status.message() == "Search attribute " + name + " is reserved by system.");
    CHECK(is_reserved_name(name));
}

TEST_CASE("other names can be registered", "[visibility][attributes]") {
    const std::string name = GENERATE(as<std::string>(), "CustomerId", "ScheduleId", "workflowid",
                                      "ChangeVersion", "temporal", "two words", "größe", "in");
    CHECK(check_custom_name(name).ok());
    CHECK_FALSE(is_reserved_name(name));
}

TEST_CASE("a name that no filter could write cannot be registered", "[visibility][attributes]") {
    CHECK(check_custom_name("").message() == "search attribute name is empty");
    CHECK(check_custom_name("a`b").message() ==
          "search attribute name has a back quote or a control character: a`b");
    CHECK(check_custom_name("a\nb").code() == Code::InvalidArgument);
    CHECK(check_custom_name(std::string(1000, 'a')).ok());
    CHECK(check_custom_name(std::string(1001, 'a')).message() ==
          "search attribute name is 1001 bytes long, at most 1000 are allowed");
}

TEST_CASE("a filter's name is resolved as users expect", "[visibility][attributes]") {
    const SearchAttributeCatalog catalog({
        {"Customer", ValueType::Keyword},
        {"SchedulePaused", ValueType::Int},  // shadows the short form of a predefined name
        {"WorkflowType", ValueType::Int},    // registered before the name became a system one
    });
    const auto [written, found] = GENERATE(table<std::string_view, std::string_view>({
        {"Customer", "Customer"},
        {"WorkflowId", "WorkflowId"},
        {"ScheduleId", "WorkflowId"},
        {"ScheduledById", "TemporalScheduledById"},
        {"NamespaceDivision", "TemporalNamespaceDivision"},
        {"TemporalBuildIds", "BuildIds"},
        {"TemporalWorkflowId", "WorkflowId"},
        {"SchedulePaused", "SchedulePaused"},
        {"WorkflowType", "WorkflowType"},
    }));
    const auto column = catalog.resolve(written);
    REQUIRE(column.has_value());
    CHECK(column->name == found);
    if (written == "SchedulePaused") CHECK(column->origin == Origin::Custom);
    if (written == "WorkflowType") CHECK(column->origin == Origin::System);
}

TEST_CASE("a filter's name is not guessed beyond the rules", "[visibility][attributes]") {
    const SearchAttributeCatalog catalog({{"Customer", ValueType::Keyword}});
    const std::string_view name = GENERATE(as<std::string_view>(), "customer", "TemporalCustomer",
                                           "Temporal", "", "TemporalTemporalBuildIds", "Memo");
    CHECK_FALSE(catalog.resolve(name).has_value());
}

TEST_CASE("a registered ScheduleId is an attribute of its own", "[visibility][attributes]") {
    const SearchAttributeCatalog catalog({{"ScheduleId", ValueType::Int}});
    CHECK(catalog.resolve("ScheduleId") == Column{"ScheduleId", ValueType::Int, Origin::Custom});
}

TEST_CASE("a command must write the exact name", "[visibility][attributes]") {
    const SearchAttributeCatalog catalog({{"Customer", ValueType::Keyword}});
    CHECK(catalog.find("Customer").has_value());
    CHECK_FALSE(catalog.find("ScheduledById").has_value());
    CHECK_FALSE(catalog.find("TemporalBuildIds").has_value());
    CHECK_FALSE(catalog.find("ScheduleId").has_value());
}

}  // namespace server::visibility
