// Messages as JSON, as scripts read it.
#include "cli/json/base64.h"
#include "cli/json/message.h"
#include "cli/json/payload.h"
#include "cli/json/text.h"
#include "temporal/api/history/v1/message.pb.h"
#include "temporal/api/workflowservice/v1/request_response.pb.h"
#include "temporal/server/api/adminservice/v1/request_response.pb.h"
#include "tests/support/catch.h"

namespace {

namespace admin_api = ::temporal::server::api::adminservice::v1;
namespace api = ::temporal::api::workflowservice::v1;
namespace common = ::temporal::api::common::v1;
namespace enums = ::temporal::api::enums::v1;
namespace json = boost::json;
using cli::JsonForm;
using cli::JsonLayout;

std::string one_line(const google::protobuf::Message& message, JsonForm form = {}) {
    return cli::to_text(cli::to_json(message, form), JsonLayout::one_line);
}

void add_ring(const std::string& role, const std::string& identity,
              admin_api::MembershipInfo& info) {
    auto& ring = *info.add_rings();
    ring.set_role(role);
    ring.set_member_count(1);
    ring.add_members()->set_identity(identity);
}

// The cluster that docs on scaling the charm describe.
admin_api::DescribeClusterResponse documented_cluster() {
    admin_api::DescribeClusterResponse cluster;
    for (const char* client : {"go", "cli", "java", "php", "server", "typescript"}) {
        (*cluster.mutable_supported_clients())[std::string("temporal-") + client] = "<2.0.0";
    }
    (*cluster.mutable_supported_clients())["temporal-ui"] = "<3.0.0";
    cluster.set_server_version("1.17.3");
    auto& info = *cluster.mutable_membership_info();
    info.mutable_current_host()->set_identity("10.1.232.26:7233");
    for (const char* address :
         {"10.1.232.42:6939", "10.1.232.61:6935", "10.1.232.6:6934", "10.1.232.26:6933"}) {
        info.add_reachable_members(address);
    }
    add_ring("frontend", "10.1.232.26:7233", info);
    add_ring("history", "10.1.232.6:7234", info);
    add_ring("matching", "10.1.232.61:7235", info);
    add_ring("worker", "10.1.232.42:7239", info);
    cluster.set_cluster_id("514dd854-eb26-4e93-9f3c-1355cb8aa99a");
    cluster.set_cluster_name("active");
    cluster.set_history_shard_count(4);
    cluster.set_persistence_store("postgres");
    cluster.set_visibility_store("postgres");
    cluster.set_failover_version_increment(10);
    cluster.set_initial_failover_version(1);
    return cluster;
}

// As that document shows it.
constexpr char kDocumented[] = R"({
  "supportedClients": {
    "temporal-cli": "\u003c2.0.0",
    "temporal-go": "\u003c2.0.0",
    "temporal-java": "\u003c2.0.0",
    "temporal-php": "\u003c2.0.0",
    "temporal-server": "\u003c2.0.0",
    "temporal-typescript": "\u003c2.0.0",
    "temporal-ui": "\u003c3.0.0"
  },
  "serverVersion": "1.17.3",
  "membershipInfo": {
    "currentHost": {
      "identity": "10.1.232.26:7233"
    },
    "reachableMembers": [
      "10.1.232.42:6939",
      "10.1.232.61:6935",
      "10.1.232.6:6934",
      "10.1.232.26:6933"
    ],
    "rings": [
      {
        "role": "frontend",
        "memberCount": 1,
        "members": [
          {
            "identity": "10.1.232.26:7233"
          }
        ]
      },
      {
        "role": "history",
        "memberCount": 1,
        "members": [
          {
            "identity": "10.1.232.6:7234"
          }
        ]
      },
      {
        "role": "matching",
        "memberCount": 1,
        "members": [
          {
            "identity": "10.1.232.61:7235"
          }
        ]
      },
      {
        "role": "worker",
        "memberCount": 1,
        "members": [
          {
            "identity": "10.1.232.42:7239"
          }
        ]
      }
    ]
  },
  "clusterId": "514dd854-eb26-4e93-9f3c-1355cb8aa99a",
  "clusterName": "active",
  "historyShardCount": 4,
  "persistenceStore": "postgres",
  "visibilityStore": "postgres",
  "failoverVersionIncrement": "10",
  "initialFailoverVersion": "1"
})";

common::Payload json_payload(const std::string& text) {
    common::Payload payload;
    (*payload.mutable_metadata())["encoding"] = "json/plain";
    payload.set_data(text);
    return payload;
}

}  // namespace

TEST_CASE("a cluster is printed as the document on scaling shows it", "[cli][json]") {
    CHECK(cli::to_text(cli::to_json(documented_cluster()), JsonLayout::indented) == kDocumented);
}

TEST_CASE("strings are escaped as Go does it", "[cli][json]") {
    const json::value value = "a<b>&\"\\\n\r\t\x01 \xe2\x80\xa8\xe2\x80\xa9 \xc3\xa9";
    CHECK(cli::to_text(value, JsonLayout::one_line) ==
          "\"a\\u003cb\\u003e\\u0026\\\"\\\\\\n\\r\\t\\u0001 \\u2028\\u2029 \xc3\xa9\"");
}

TEST_CASE("what is empty stays on its line", "[cli][json]") {
    const json::value value{{"a", json::array()}, {"b", json::object()}, {"c", nullptr}};
    CHECK(cli::to_text(value, JsonLayout::indented) ==
          "{\n  \"a\": [],\n  \"b\": {},\n  \"c\": null\n}");
    CHECK(cli::to_text(value, JsonLayout::one_line) == R"({"a":[],"b":{},"c":null})");
}

TEST_CASE("times, durations, enumerations and bytes have their own forms", "[cli][json]") {
    ::temporal::api::history::v1::HistoryEvent event;
    event.set_event_id(1);
    event.mutable_event_time()->set_seconds(1'700'000'000);
    event.mutable_event_time()->set_nanos(5'000'000);
    event.set_event_type(enums::EVENT_TYPE_WORKFLOW_EXECUTION_STARTED);
    auto& attributes = *event.mutable_workflow_execution_started_event_attributes();
    attributes.mutable_workflow_run_timeout()->set_seconds(90);
    attributes.mutable_memo();
    CHECK(one_line(event) ==
          R"({"eventId":"1","eventTime":"2023-11-14T22:13:20.005Z",)"
          R"("eventType":"EVENT_TYPE_WORKFLOW_EXECUTION_STARTED",)"
          R"("workflowExecutionStartedEventAttributes":{"workflowRunTimeout":"90s","memo":{}}})");
    CHECK_THAT(one_line(event, {.short_enums = true}),
               Catch::Matchers::Contains(R"("eventType":"WorkflowExecutionStarted")"));

    api::ListNamespacesRequest request;
    request.set_next_page_token(std::string("\x00\xff\xfe!", 4));
    CHECK(one_line(request) == R"({"nextPageToken":"AP/+IQ=="})");
}

TEST_CASE("an enumeration value that nobody knows is a number", "[cli][json]") {
    api::DescribeTaskQueueRequest request;
    request.set_task_queue_type(static_cast<enums::TaskQueueType>(77));
    CHECK(one_line(request) == R"({"taskQueueType":77})");
    CHECK(cli::short_name(static_cast<enums::TaskQueueType>(77)) == "77");
    CHECK(cli::short_name(enums::WORKFLOW_EXECUTION_STATUS_CONTINUED_AS_NEW) == "ContinuedAsNew");
    CHECK(cli::short_name(enums::INDEXED_VALUE_TYPE_KEYWORD_LIST) == "KeywordList");
}

TEST_CASE("payloads that hold JSON are shown as that, where it was asked for", "[cli][json]") {
    common::Payloads payloads;
    *payloads.add_payloads() = json_payload(R"({"a": [1, "x"]})");
    *payloads.add_payloads() = json_payload("17");
    CHECK(one_line(payloads, {.payload_shorthand = true}) == R"([{"a":[1,"x"]},17])");
    CHECK_THAT(one_line(payloads), Catch::Matchers::Contains(R"("encoding":"anNvbi9wbGFpbg==")"));

    SECTION("one of another kind, and all of them are shown in full") {
        (*payloads.add_payloads()->mutable_metadata())["encoding"] = "binary/plain";
        CHECK_THAT(one_line(payloads, {.payload_shorthand = true}),
                   Catch::Matchers::StartsWith(R"({"payloads":[{"a":[1,"x"]},17,{"metadata")"));
    }
    SECTION("other metadata is not dropped") {
        auto payload = json_payload("1");
        (*payload.mutable_metadata())["type"] = "SW50";
        CHECK_FALSE(cli::shorthand(payload).has_value());
    }
    SECTION("data that is no JSON is not taken for it") {
        CHECK_FALSE(cli::shorthand(json_payload("{")).has_value());
    }
    SECTION("a message carries the name of its type") {
        auto payload = json_payload(R"({"a": 1})");
        (*payload.mutable_metadata())["encoding"] = "json/protobuf";
        (*payload.mutable_metadata())["messageType"] = "shop.Order";
        CHECK(one_line(payload, {.payload_shorthand = true}) ==
              R"({"a":1,"_protoMessageType":"shop.Order"})");
    }
}

TEST_CASE("numbers keep their value, also those that JSON has no sign for", "[cli][json]") {
    ::temporal::api::taskqueue::v1::PollerInfo poller;
    poller.set_rate_per_second(100000);
    CHECK(one_line(poller) == R"({"ratePerSecond":100000})");
    poller.set_rate_per_second(std::numeric_limits<double>::infinity());
    CHECK(one_line(poller) == R"({"ratePerSecond":"Infinity"})");
}

TEST_CASE("base64 goes there and back", "[cli][json]") {
    for (const std::string& bytes : {std::string(), std::string("f"), std::string("fo"),
                                     std::string("foo"), std::string("\x00\xff", 2)}) {
        CHECK(cli::from_base64(cli::to_base64(bytes)) == bytes);
    }
    CHECK(cli::to_base64("foob") == "Zm9vYg==");
    CHECK(cli::from_base64("Zm9vYg") == "foob");
    CHECK_FALSE(cli::from_base64("Zm9v!").has_value());
    CHECK_FALSE(cli::from_base64("Zm9vY").has_value());
}
