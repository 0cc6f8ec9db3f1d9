// The contract of Pebble's API: services.
#include <signal.h>

#include "tests/charm/pebble/under_test.h"
#include "tests/support/catch.h"

namespace charm::tests {
namespace {

// Writes its process id once it runs. One process, so that a signal ends all of it.
json::object long_service(const PebbleUnderTest& pebble) {
    return service_entry("echo $$ > " + pebble.file("pid") + "; exec sleep 1000");
}

TEST_CASE("a replan starts what is enabled, and leaves alone what runs as planned",
          "[charm][pebble]") {
    PebbleUnderTest pebble(each_kind());
    REQUIRE(pebble.add("services", "a", long_service(pebble)).ok());
    json::object disabled = service_entry("exec sleep 1000");
    disabled["startup"] = "disabled";
    REQUIRE(pebble.add("services", "b", disabled).ok());
    CHECK(pebble.state_of("a") == "inactive");
    REQUIRE(pebble::replan(pebble.client()).ok());
    CHECK(pebble.state_of("a") == "active");
    CHECK(pebble.state_of("b") == "inactive");
    const std::string pid = pebble.text("pid");
    CHECK_FALSE(pid.empty());
    SECTION("again") {
        REQUIRE(pebble.add("services", "a", long_service(pebble)).ok());
        REQUIRE(pebble.add("checks", "c", check_entry("exit 0")).ok());
        REQUIRE(pebble::replan(pebble.client()).ok());
        CHECK(pebble.text("pid") == pid);
    }
    SECTION("one that was changed starts anew") {
        json::object changed = long_service(pebble);
        changed["environment"] = {{"A", "1"}};
        REQUIRE(pebble.add("services", "a", changed).ok());
        CHECK(pebble.text("pid") == pid);
        REQUIRE(pebble::replan(pebble.client()).ok());
        CHECK(pebble.text("pid") != pid);
        CHECK(pebble.state_of("a") == "active");
    }
    SECTION("one that was stopped starts") {
        REQUIRE(pebble::stop_service(pebble.client(), "a").ok());
        REQUIRE(pebble::replan(pebble.client()).ok());
        CHECK(pebble.state_of("a") == "active");
    }
}

TEST_CASE("a service is stopped and restarted by name", "[charm][pebble]") {
    PebbleUnderTest pebble(each_kind());
    REQUIRE(pebble.add("services", "a", long_service(pebble)).ok());
    CHECK(pebble::stop_service(pebble.client(), "a").ok());  // it never ran
    REQUIRE(pebble::restart_service(pebble.client(), "a").ok());
    const std::string pid = pebble.text("pid");
    CHECK(pebble.state_of("a") == "active");
    REQUIRE(pebble::restart_service(pebble.client(), "a").ok());
    CHECK(pebble.text("pid") != pid);
    REQUIRE(pebble::stop_service(pebble.client(), "a").ok());
    CHECK(pebble.state_of("a") == "inactive");
    CHECK(kill(std::stoi(pebble.text("pid")), 0) != 0);
    CHECK(pebble::stop_service(pebble.client(), "a").ok());
    for (const auto& act : {pebble::stop_service, pebble::restart_service}) {
        const Status unknown = act(pebble.client(), "b");
        CHECK(unknown.code() == Code::InvalidArgument);
        CHECK(says(unknown, "service \"b\" does not exist"));
    }
}

TEST_CASE("a service that does not end when told to is killed after its delay", "[charm][pebble]") {
    PebbleUnderTest pebble(each_kind());
    json::object entry = service_entry("trap \"\" TERM; echo $$ > " + pebble.file("pid") +
                                       "; while true; do sleep 0.01; done");
    entry["kill-delay"] = "200ms";
    REQUIRE(pebble.add("services", "a", entry).ok());
    REQUIRE(pebble::replan(pebble.client()).ok());
    const auto stop =
        pebble.client().start("/v1/services", {{"action", "stop"}, {"services", {"a"}}});
    REQUIRE(stop.ok());
    CHECK(pebble.client().wait(stop->change, std::chrono::seconds(4)).ok());  // the default is 5 s
    CHECK(kill(std::stoi(pebble.text("pid")), 0) != 0);
}

TEST_CASE("a service gets its environment", "[charm][pebble]") {
    PebbleUnderTest pebble(each_kind());
    json::object entry =
        service_entry("echo \"$A\" > " + pebble.file("seen") + "; exec sleep 1000");
    entry["environment"] = {{"A", "1 \"2\" $3"}};
    REQUIRE(pebble.add("services", "a", entry).ok());
    REQUIRE(pebble::replan(pebble.client()).ok());
    CHECK(pebble.text("seen") == "1 \"2\" $3\n");
}

TEST_CASE("a service that ends at once is a failure with its last words, and Pebble tries again",
          "[charm][pebble]") {
    PebbleUnderTest pebble(each_kind());
    const std::string ready = pebble.file("ready");
    REQUIRE(
        pebble
            .add("services", "a",
                 service_entry("test -e " + ready +
                               " && exec sleep 1000; echo one; echo \"its reason\" >&2; exit 3"))
            .ok());
    const Status status = pebble::replan(pebble.client());
    CHECK(status.code() == Code::FailedPrecondition);
    CHECK(says(status, "exited quickly with code 3"));
    CHECK(says(status, "; its reason"));
    CHECK(status.message().find('\n') == std::string::npos);
    CHECK(status.message().find("ERROR") == std::string::npos);
    CHECK(pebble.state_of("a") == "backoff");
    SECTION("until it stays") {
        REQUIRE(pebble::write_file(pebble.client(), {.path = ready, .content = ""}).ok());
        CHECK(comes_true([&] { return pebble.state_of("a") == "active"; }));
    }
    SECTION("or until it is stopped") {
        REQUIRE(pebble::stop_service(pebble.client(), "a").ok());
        CHECK(pebble.state_of("a") == "inactive");
    }
    SECTION("and so does a replan") {
        REQUIRE(pebble::write_file(pebble.client(), {.path = ready, .content = ""}).ok());
        REQUIRE(pebble::replan(pebble.client()).ok());
        CHECK(pebble.state_of("a") == "active");
    }
}

TEST_CASE("a service that ends at once without a word fails all the same", "[charm][pebble]") {
    PebbleUnderTest pebble(each_kind());
    REQUIRE(pebble.add("services", "a", service_entry("exit 1")).ok());
    const Status status = pebble::replan(pebble.client());
    CHECK(status.message() ==
          "Start service \"a\" (service start attempt: exited quickly with code 1, will restart)");
}

TEST_CASE("a service without its program fails, naming it", "[charm][pebble]") {
    PebbleUnderTest pebble(each_kind());
    REQUIRE(
        pebble
            .add("services", "a",
                 {{"override", "replace"}, {"startup", "enabled"}, {"command", "/no/such/program"}})
            .ok());
    const Status status = pebble::replan(pebble.client());
    CHECK(status.code() == Code::FailedPrecondition);
    CHECK(says(status, "cannot start service"));
    CHECK(says(status, "/no/such/program"));
    CHECK(pebble.state_of("a") == "inactive");
}

TEST_CASE("a service that ends later is started again", "[charm][pebble]") {
    PebbleUnderTest pebble(each_kind());
    REQUIRE(pebble.add("services", "a", long_service(pebble)).ok());
    REQUIRE(pebble::replan(pebble.client()).ok());
    const std::string pid = pebble.text("pid");
    kill(std::stoi(pid), SIGKILL);
    CHECK(
        comes_true([&] { return pebble.text("pid") != pid && pebble.state_of("a") == "active"; }));
}

TEST_CASE("a change that is not over when patience is, is late", "[charm][pebble]") {
    PebbleUnderTest pebble(each_kind());
    json::object entry = service_entry("trap \"\" TERM; while true; do sleep 0.01; done");
    entry["kill-delay"] = "3s";
    REQUIRE(pebble.add("services", "a", entry).ok());
    REQUIRE(pebble::replan(pebble.client()).ok());
    const auto started =
        pebble.client().start("/v1/services", {{"action", "stop"}, {"services", {"a"}}});
    REQUIRE(started.ok());
    CHECK(pebble.client().wait(started->change, std::chrono::seconds(1)).status().code() ==
          Code::DeadlineExceeded);
    CHECK(pebble.client().wait(started->change, std::chrono::seconds(30)).value().done());
}

}  // namespace
}  // namespace charm::tests
