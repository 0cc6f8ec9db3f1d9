// What users write, as requests have it.
#include <fstream>

#include "cli/client/flags.h"
#include "cli/requests/payloads.h"
#include "cli/requests/runs.h"
#include "cli/requests/search_attributes.h"
#include "tests/support/catch.h"
#include "tests/support/temp_dir.h"

using Words = std::vector<std::string>;
using namespace cli;
using Catch::Matchers::Contains;

namespace {

server::config::Environment no_environment() {
    return [](const std::string&) { return std::nullopt; };
}

FlagValues parsed(const std::vector<Flag>& flags, const Words& arguments) {
    return server::config::parse_flags(flags, arguments, no_environment()).value().flags;
}

Words data_of(const common::Payloads& payloads) {
    Words data;
    for (const auto& payload : payloads.payloads()) data.push_back(payload.data());
    return data;
}

Status connected(const Words& arguments) {
    std::vector<Flag> flags = client_flags();
    flags.push_back({.name = "command-timeout", .default_value = "0s"});
    return connect(Invocation{parsed(flags, arguments), {}}).status();
}

}  // namespace

TEST_CASE("every --input is one argument, and so is every file", "[cli][requests]") {
    const server::tests::TempDir folder;
    std::ofstream(folder.file("c.json")) << "[3]";
    const auto flags = parsed(
        input_flags(), {"-i", "17", "--input", "\"two\"", "--input-file", folder.file("c.json")});
    const auto payloads = read_input(flags).value();
    CHECK(data_of(payloads) == Words{"17", "\"two\"", "[3]"});
    CHECK(encoding_of(payloads.payloads(1)) == "json/plain");
}

TEST_CASE("input that is no JSON is refused, unless it says what it is", "[cli][requests]") {
    const auto refused = read_input(parsed(input_flags(), {"-i", "two words"})).status();
    CHECK_THAT(refused.message(), Contains("no JSON") && Contains("'\"two words\"'"));
    const auto text = read_input(parsed(
        input_flags(), {"-i", "dHdv", "--input-base64", "--input-meta", "encoding=binary/plain"}));
    CHECK(data_of(text.value()) == Words{"two"});
    CHECK_THAT(
        read_input(parsed(input_flags(), {"-i", "1", "--input-meta", "x"})).status().message(),
        Contains("KEY=VALUE"));
    CHECK_THAT(read_input(parsed(input_flags(), {"--input-file", "/no/such"})).status().message(),
               Contains("/no/such"));
}

TEST_CASE("tctl takes its arguments one after the other", "[cli][requests]") {
    CHECK(data_of(json_payloads("it", "\"a b\" 17 {\"c\": [1]}\n[2]").value()) ==
          Words{"\"a b\"", "17", "{\"c\": [1]}", "[2]"});
    CHECK(data_of(json_payloads("it", "  ").value()).empty());
    CHECK_THAT(json_payloads("it", "1 two").status().message(), Contains("it is no JSON: two"));
    CHECK_FALSE(json_payloads("it", "{\"a\": ").ok());
}

TEST_CASE("durations are written as Go does, and in whole days", "[cli][requests]") {
    const std::vector<Flag> flags{{.name = "retention"}};
    const auto seconds = [&](const std::string& text) {
        return (*duration_flag(parsed(flags, {"--retention", text}), "retention").value())
            .seconds();
    };
    CHECK(seconds("1h30m") == 5400);
    CHECK(seconds("3d") == 3 * 86400);
    CHECK_FALSE(duration_flag(parsed(flags, {}), "retention").value().has_value());
    for (const char* text : {"3", "d", "-1d", "1h30", "99999999999999999999d"}) {
        INFO(text);
        CHECK_THAT(
            duration_flag(parsed(flags, {"--retention", text}), "retention").status().message(),
            Contains("--retention") && Contains(text));
    }
}

TEST_CASE("search attributes are pairs of name and type", "[cli][requests]") {
    const auto wanted = attribute_types({"Total", "Tags"}, {"Int", "KeywordList"}).value();
    CHECK(attribute_list(wanted) == "Tags (KeywordList), Total (Int)");
    CHECK_THAT(attribute_types({"Total", "Tags"}, {"Int"}).status().message(),
               Contains("2 names and 1 types"));
    CHECK_THAT(attribute_types({"Total"}, {"Number"}).status().message(),
               Contains("Total") && Contains("Number"));
    CHECK_THAT(attribute_types({"T", "T"}, {"Int", "Bool"}).status().message(),
               Contains("two types"));

    AttributeTypes existing;
    existing["Total"] = enums::INDEXED_VALUE_TYPE_INT;
    CHECK(attribute_list(missing_attributes(wanted, existing).value()) == "Tags (KeywordList)");
    existing["Total"] = enums::INDEXED_VALUE_TYPE_TEXT;
    const Status other = missing_attributes(wanted, existing).status();
    CHECK(other.code() == server::Code::AlreadyExists);
    CHECK_THAT(other.message(), Contains("Total") && Contains("Text") && Contains("Int"));
}

TEST_CASE("a run has an outcome when it does not go on", "[cli][requests]") {
    history::HistoryEvent event;
    std::string next;
    SECTION("completed") {
        event.set_event_type(enums::EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED);
        event.mutable_workflow_execution_completed_event_attributes();
        CHECK(outcome_of(event, next)->status == "COMPLETED");
        event.mutable_workflow_execution_completed_event_attributes()->set_new_execution_run_id(
            "r");
        CHECK_FALSE(outcome_of(event, next).has_value());
        CHECK(next == "r");
    }
    SECTION("failed, with all causes") {
        event.set_event_type(enums::EVENT_TYPE_WORKFLOW_EXECUTION_FAILED);
        auto& failure =
            *event.mutable_workflow_execution_failed_event_attributes()->mutable_failure();
        failure.set_message("no stock");
        failure.mutable_cause()->set_message("warehouse closed");
        CHECK(outcome_of(event, next)->failure == "no stock: warehouse closed");
    }
    SECTION("continued as new") {
        event.set_event_type(enums::EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW);
        event.mutable_workflow_execution_continued_as_new_event_attributes()
            ->set_new_execution_run_id("r");
        CHECK_FALSE(outcome_of(event, next).has_value());
        CHECK(next == "r");
    }
    SECTION("an event in between") {
        event.set_event_type(enums::EVENT_TYPE_TIMER_STARTED);
        CHECK_FALSE(outcome_of(event, next).has_value());
        CHECK(next.empty());
    }
}

TEST_CASE("wrong ways to a server are refused before a call", "[cli][client]") {
    CHECK(connected({}).ok());
    CHECK(connected({"--grpc-meta", "X-Team=a", "--api-key", "k", "--tls=false"}).ok());
    for (const char* address : {"localhost", ":7233", "localhost:", "localhost:http", "a:70000"}) {
        CHECK_THAT(connected({"--address", address}).message(), Contains("is not HOST:PORT"));
    }
    CHECK(connected({"--address", "[::1]:7233"}).ok());
    CHECK(connected({"--address", "dns:///localhost:7233"}).ok());
    CHECK_THAT(connected({"--grpc-meta", "team"}).message(), Contains("KEY=VALUE"));
    CHECK_THAT(connected({"--grpc-meta", "a b=c"}).message(), Contains("no name of a header"));
    CHECK_THAT(connected({"--grpc-meta", "grpc-timeout=1"}).message(), Contains("grpc-timeout"));
    CHECK_THAT(connected({"--grpc-meta", "a=\n"}).message(), Contains("no header can carry"));
    CHECK_THAT(connected({"--client-authority", "a\n"}).message(), Contains("--client-authority"));
    CHECK_THAT(connected({"--tls-ca-path", "/no/such"}).message(),
               Contains("--tls-ca-path") && Contains("/no/such"));
    CHECK_THAT(connected({"--tls-cert-data", "pem"}).message(), Contains("--tls-key-path"));
    CHECK_THAT(connected({"--tls-ca-data", "a", "--tls-ca-path", "b"}).message(),
               Contains("exclude each other"));
    CHECK_THAT(connected({"--command-timeout", "5"}).message(), Contains("--command-timeout"));
}
