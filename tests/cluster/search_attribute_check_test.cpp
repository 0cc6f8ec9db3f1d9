#include "server/cluster/search_attribute_check.h"

#include "tests/support/catch.h"

using namespace server;
using visibility::Cell;
using visibility::ValueType;

namespace {

namespace common = ::temporal::api::common::v1;

common::Payload json_payload(const std::string& text) {
    common::Payload payload;
    (*payload.mutable_metadata())["encoding"] = "json/plain";
    payload.set_data(text);
    return payload;
}

cluster::NamespaceEntry orders() {
    visibility::SearchAttributeCatalog::CustomTypes types;
    types.emplace("CustomerId", ValueType::Keyword);
    types.emplace("Amount", ValueType::Int);
    cluster::NamespaceEntry entry;
    entry.name = "orders";
    entry.search_attributes = visibility::SearchAttributeCatalog(std::move(types));
    return entry;
}

Status check_one_attribute(const std::string& name, const common::Payload& payload) {
    common::SearchAttributes attributes;
    (*attributes.mutable_indexed_fields())[name] = payload;
    return cluster::check_search_attributes(orders(), {}, attributes);
}

}  // namespace

TEST_CASE("a value of each type is read as that type", "[cluster][search_attributes]") {
    using Row = std::tuple<ValueType, std::string, Cell>;
    const auto [type, json, value] = GENERATE(table<ValueType, std::string, Cell>({
        Row{ValueType::Keyword, "\"a b\"", std::string("a b")},
        Row{ValueType::Text, "\"a b\"", std::string("a b")},
        Row{ValueType::Int, "-42", std::int64_t{-42}},
        Row{ValueType::Int, "42.0", std::int64_t{42}},
        Row{ValueType::Double, "1.5", 1.5},
        Row{ValueType::Double, "2", 2.0},
        Row{ValueType::Bool, "true", true},
        Row{ValueType::Datetime, "\"1970-01-01T00:00:01Z\"", from_unix_nanos(1'000'000'000)},
        Row{ValueType::KeywordList, "[\"a\",\"b\"]", std::vector<std::string>{"a", "b"}},
        Row{ValueType::KeywordList, "\"a\"", std::vector<std::string>{"a"}},
        Row{ValueType::Keyword, "[\"a\"]", std::string("a")},  // older SDKs
        Row{ValueType::Int, "[]", std::monostate{}},
        Row{ValueType::Int, "null", std::monostate{}},
        Row{ValueType::KeywordList, "[]", std::monostate{}},
    }));
    const auto decoded = cluster::decode_search_attribute(type, json_payload(json));
    REQUIRE(decoded.has_value());
    CHECK(*decoded == value);
}

TEST_CASE("a value of another type is none", "[cluster][search_attributes]") {
    using Row = std::tuple<ValueType, std::string>;
    const auto [type, json] = GENERATE(table<ValueType, std::string>({
        Row{ValueType::Keyword, "1"},
        Row{ValueType::Keyword, "[\"a\",\"b\"]"},
        Row{ValueType::Int, "1.5"},
        Row{ValueType::Int, "\"1\""},
        Row{ValueType::Int, "99999999999999999999"},
        Row{ValueType::Double, "\"1.5\""},
        Row{ValueType::Bool, "\"true\""},
        Row{ValueType::Datetime, "\"yesterday\""},
        Row{ValueType::KeywordList, "[1]"},
        Row{ValueType::Keyword, "not json"},
        Row{ValueType::Keyword, ""},
        Row{ValueType::Keyword, "[[[[[[[[[[\"deep\"]]]]]]]]]]"},
    }));
    CHECK_FALSE(cluster::decode_search_attribute(type, json_payload(json)).has_value());
}

TEST_CASE("trap: payloads of search attributes get their type, by which UI and SDKs read them",
          "[cluster][search_attributes]") {
    common::SearchAttributes attributes;
    (*attributes.mutable_indexed_fields())["CustomerId"] = json_payload("\"c-1\"");
    REQUIRE(cluster::check_search_attributes(orders(), {}, attributes).ok());
    CHECK(attributes.indexed_fields().at("CustomerId").metadata().at("type") == "Keyword");
}

TEST_CASE("what the namespace does not know, or the server sets itself, is refused by name",
          "[cluster][search_attributes]") {
    CHECK(check_one_attribute("Unknown", json_payload("1")).message() ==
          "Namespace orders has no mapping defined for search attribute Unknown");
    CHECK(check_one_attribute("WorkflowId", json_payload("\"w\"")).message() ==
          "WorkflowId attribute can't be set in SearchAttributes");
    CHECK(check_one_attribute("Amount", json_payload("\"many\"")).message() ==
          "invalid value for search attribute Amount of type Int");
    CHECK(check_one_attribute("TemporalChangeVersion", json_payload("[\"v-1\"]")).ok());
}

TEST_CASE("search attributes have limits", "[cluster][search_attributes]") {
    cluster::SearchAttributeLimits limits;
    common::SearchAttributes attributes;
    auto& fields = *attributes.mutable_indexed_fields();
    SECTION("of one value") {
        fields["CustomerId"] = json_payload('"' + std::string(2047, 'x') + '"');
        CHECK(cluster::check_search_attributes(orders(), limits, attributes).message() ==
              "search attribute CustomerId value size 2049 exceeds size limit 2048");
    }
    SECTION("of their number") {
        limits.count_max = 1;
        fields["CustomerId"] = json_payload("\"a\"");
        fields["Amount"] = json_payload("1");
        CHECK(cluster::check_search_attributes(orders(), limits, attributes).message() ==
              "number of search attributes 2 exceeds limit 1");
    }
    SECTION("of the sum") {
        limits.total_bytes_max = 10;
        fields["CustomerId"] = json_payload("\"a\"");
        CHECK(cluster::check_search_attributes(orders(), limits, attributes).message() ==
              "total size of search attributes 13 exceeds size limit 10");
    }
}
