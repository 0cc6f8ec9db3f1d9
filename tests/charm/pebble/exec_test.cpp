// The contract of Pebble's API: commands.
#include <signal.h>

#include "charm/pebble/exec.h"
#include "charm/pebble/files.h"
#include "tests/charm/pebble/under_test.h"
#include "tests/support/catch.h"

namespace charm::tests {
namespace {

using pebble::exec;

pebble::Command shell(const std::string& script, const std::string& input = "") {
    return {.argv = {"sh", "-c", script}, .input = input};
}

TEST_CASE("a command's outputs come apart, with its exit code", "[charm][pebble]") {
    PebbleUnderTest pebble(each_kind());
    const auto ended = exec(pebble.client(), shell("echo out; echo err >&2; exit 7"));
    REQUIRE(ended.ok());
    CHECK(ended->exit_code == 7);
    CHECK(ended->output == "out\n");
    CHECK(ended->errors == "err\n");
}

TEST_CASE("a command that says nothing has ended well", "[charm][pebble]") {
    PebbleUnderTest pebble(each_kind());
    const auto ended = exec(pebble.client(), {.argv = {"true"}});
    REQUIRE(ended.ok());
    CHECK(ended->exit_code == 0);
    CHECK(ended->output.empty());
    CHECK(ended->errors.empty());
}

TEST_CASE("a command gets its words and its input, and long ones in full", "[charm][pebble]") {
    PebbleUnderTest pebble(each_kind());
    CHECK(exec(pebble.client(), {.argv = {"printf", "%s|", "a b", "", "$x"}}).value().output ==
          "a b||$x|");
    CHECK(exec(pebble.client(), shell("cat")).value().output.empty());
    for (const std::string& input :
         {std::string("line\n"), std::string("\0\xff", 2), std::string(500'000, 'q')}) {
        CHECK(exec(pebble.client(), shell("cat", input)).value().output == input);
        CHECK(exec(pebble.client(), shell("exit 3", input)).value().exit_code == 3);
    }
}

TEST_CASE("a command that a signal ends has 128 and its number as exit code", "[charm][pebble]") {
    PebbleUnderTest pebble(each_kind());
    CHECK(exec(pebble.client(), shell("kill -9 $$")).value().exit_code == 137);
}

TEST_CASE("a command that is not there is named", "[charm][pebble]") {
    PebbleUnderTest pebble(each_kind());
    REQUIRE(pebble::write_file(pebble.client(), {pebble.file("no-program"), "", "644"}).ok());
    for (const std::string& name : {std::string("no-such-program"), std::string("/no/such/program"),
                                    pebble.file("no-program")}) {
        const auto ended = exec(pebble.client(), {.argv = {name}});
        CHECK(ended.status().code() == Code::InvalidArgument);
        CHECK(ended.status().message() == "cannot find executable \"" + name + "\"");
    }
}

TEST_CASE("a command that outlives its limit is ended, and that is said", "[charm][pebble]") {
    PebbleUnderTest pebble(each_kind());
    const auto ended =
        exec(pebble.client(),
             {.argv = {"sh", "-c", "echo $$ > " + pebble.file("pid") + "; exec sleep 1000"},
              .limit = std::chrono::milliseconds(300)});
    CHECK(ended.status().code() == Code::DeadlineExceeded);
    CHECK(says(ended.status(), "timed out after 300ms"));
    CHECK(ended.status().message().find('\n') == std::string::npos);
    CHECK(comes_true([&] { return kill(std::stoi(pebble.text("pid")), 0) != 0; }));
}

TEST_CASE("a command whose outputs nobody reads is given up", "[charm][pebble]") {
    PebbleUnderTest pebble(each_kind());
    const json::object request{
        {"command", json::array{"true"}}, {"split-stderr", true}, {"timeout", "60s"}};
    const auto started = pebble.client().start("/v1/exec", request);
    REQUIRE(started.ok());
    const auto change = pebble.client().wait(started->change, std::chrono::seconds(30));
    REQUIRE(change.ok());
    CHECK(change->failure.find("timeout waiting for websocket connections") != std::string::npos);
    pebble::Websockets late(pebble.client().connection().socket_path());
    CHECK(late.connect(text_at(started->result, "task-id")).code() == Code::Unavailable);
}

TEST_CASE("one client runs command after command", "[charm][pebble]") {
    PebbleUnderTest pebble(each_kind());
    for (const char* word : {"one", "two", "three"}) {
        CHECK(exec(pebble.client(), {.argv = {"printf", word}}).value().output == word);
        CHECK(pebble::services(pebble.client()).ok());
    }
}

}  // namespace
}  // namespace charm::tests
