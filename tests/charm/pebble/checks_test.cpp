// The contract of Pebble's API: checks.
#include "charm/pebble/files.h"
#include "tests/charm/pebble/under_test.h"
#include "tests/support/catch.h"

namespace charm::tests {
namespace {

// All changes of checks are over.
bool nothing_goes_on(PebbleUnderTest& pebble) {
    const auto notices = pebble.client().get("/v1/notices?types=change-update");
    for (const json::value& notice : notices.value().get_array()) {
        const std::string change = text_at(notice.get_object(), "key");
        const auto object = pebble.client().get("/v1/changes/" + change);
        const json::value* ready = find(object.value().get_object(), "ready");
        if (ready == nullptr || !ready->as_bool()) return false;
    }
    return true;
}

TEST_CASE(
    "a check is up until it has failed as often as its threshold, and up again after a success",
    "[charm][pebble]") {
    PebbleUnderTest pebble(each_kind());
    const std::string bad = pebble.file("bad");
    const std::string script = "echo x >> " + pebble.file("runs") + "; test ! -e " + bad;
    REQUIRE(pebble::write_file(pebble.client(), {.path = bad, .content = ""}).ok());
    REQUIRE(pebble.add("checks", "c", check_entry(script, 3)).ok());
    CHECK(pebble.status_of("c") == "up");  // it has not run yet
    CHECK(comes_true([&] { return pebble.status_of("c") == "down"; }));
    CHECK(pebble.text("runs").size() >= 6);
    REQUIRE(pebble::remove_file(pebble.client(), bad).ok());
    CHECK(comes_true([&] { return pebble.status_of("c") == "up"; }));
}

TEST_CASE("a check over HTTP fails where nobody answers", "[charm][pebble]") {
    PebbleUnderTest pebble(each_kind());
    json::object entry = check_entry("");
    entry.erase("exec");
    entry["http"] = {{"url", "http://127.0.0.1:1/readyz"}};
    REQUIRE(pebble.add("checks", "c", entry).ok());
    CHECK(comes_true([&] { return pebble.status_of("c") == "down"; }));
}

TEST_CASE("a check that takes longer than its timeout has failed", "[charm][pebble]") {
    PebbleUnderTest pebble(each_kind());
    REQUIRE(pebble.add("checks", "c", check_entry("exec sleep 1000")).ok());
    CHECK(comes_true([&] { return pebble.status_of("c") == "down"; }));
}

TEST_CASE("a check that was changed begins anew, and one that was not goes on", "[charm][pebble]") {
    PebbleUnderTest pebble(each_kind());
    REQUIRE(pebble.add("checks", "c", check_entry("exit 1")).ok());
    REQUIRE(comes_true([&] { return pebble.status_of("c") == "down"; }));
    REQUIRE(pebble.add("checks", "c", check_entry("exit 1")).ok());
    CHECK(pebble.status_of("c") == "down");
    json::object slow = check_entry("exit 1");
    slow["period"] = "1h";
    REQUIRE(pebble.add("checks", "c", slow).ok());
    CHECK(pebble.status_of("c") == "up");
}

TEST_CASE(
    "a check that a layer switches off runs on until it is stopped, and can be switched on again",
    "[charm][pebble]") {
    PebbleUnderTest pebble(each_kind());
    // It is stopped in the middle of a run. In the moment of a result the daemon (1.32) would take
    // it for running still, and would end itself when it is stopped again.
    const std::string runs = pebble.file("runs");
    json::object entry = check_entry("echo x >> " + runs + "; test $(wc -l < " + runs +
                                     ") = 1 || exec sleep 1000; exit 1");
    entry["period"] = "1s";
    entry["timeout"] = "900ms";
    entry["startup"] = "enabled";
    REQUIRE(pebble.add("checks", "c", entry).ok());
    REQUIRE(comes_true([&] { return pebble.status_of("c") == "down"; }));
    json::object off = entry;
    off["startup"] = "disabled";
    REQUIRE(pebble.add("checks", "c", off).ok());
    CHECK(text_at(pebble.entry("checks", "c"), "startup") == "disabled");
    CHECK(pebble.status_of("c") == "down");
    const std::size_t runs_before = pebble.text("runs").size();
    CHECK(comes_true([&] { return pebble.text("runs").size() > runs_before; }));
    REQUIRE(pebble::stop_checks(pebble.client(), {"c"}).ok());
    CHECK(comes_true([&] { return pebble.status_of("c") == "inactive"; }));
    REQUIRE(pebble::stop_checks(pebble.client(), {"c"}).ok());
    REQUIRE(pebble::replan(pebble.client()).ok());
    CHECK(pebble.status_of("c") == "inactive");
    // One that is still being stopped counts as running: it would not be switched on.
    REQUIRE(comes_true([&] { return nothing_goes_on(pebble); }));
    REQUIRE(pebble.add("checks", "c", entry).ok());
    CHECK(comes_true([&] { return pebble.status_of("c") == "down"; }));
    const Status unknown = pebble::stop_checks(pebble.client(), {"d"});
    CHECK(unknown.code() == Code::InvalidArgument);
    CHECK(says(unknown, "cannot find checks in plan: d"));
}

TEST_CASE("a check that was stopped is started by its name", "[charm][pebble]") {
    PebbleUnderTest pebble(each_kind());
    json::object entry = check_entry("exit 1");
    entry["period"] = "1h";
    entry["startup"] = "enabled";
    REQUIRE(pebble.add("checks", "c", entry).ok());
    REQUIRE(pebble::stop_checks(pebble.client(), {"c"}).ok());
    CHECK(pebble.status_of("c") == "inactive");
    REQUIRE(pebble::start_checks(pebble.client(), {"c"}).ok());
    CHECK(pebble.status_of("c") == "up");
    REQUIRE(pebble::start_checks(pebble.client(), {"c"}).ok());
    CHECK(pebble.status_of("c") == "up");
    const Status unknown = pebble::start_checks(pebble.client(), {"d"});
    CHECK(unknown.code() == Code::InvalidArgument);
    CHECK(says(unknown, "cannot find checks in plan: d"));
}

TEST_CASE("a check that was never on is inactive, and never runs", "[charm][pebble]") {
    PebbleUnderTest pebble(each_kind());
    json::object off = check_entry("echo x >> " + pebble.file("off"));
    off["startup"] = "disabled";
    REQUIRE(pebble.add("checks", "off", off).ok());
    REQUIRE(pebble.add("checks", "on", check_entry("echo x >> " + pebble.file("on"))).ok());
    CHECK(pebble.status_of("off") == "inactive");
    CHECK(comes_true([&] { return pebble.text("on").size() >= 6; }));
    CHECK(pebble.text("off").empty());
}

TEST_CASE("checks that fail and recover are told as changes in notices", "[charm][pebble]") {
    PebbleUnderTest pebble(each_kind());
    const std::string bad = pebble.file("bad");
    const auto told = [&](const std::string& kind, const std::string& status) {
        const auto notices = pebble.client().get("/v1/notices?types=change-update");
        for (const json::value& notice : notices.value().get_array()) {
            const json::object& object = notice.get_object();
            const auto* data = find_object(object, "last-data");
            if (data == nullptr || text_at(*data, "kind") != kind ||
                text_at(*data, "check-name") != "c")
                continue;
            const auto change = pebble.client().get("/v1/changes/" + text_at(object, "key"));
            if (text_at(change.value().get_object(), "status") == status) return true;
        }
        return false;
    };
    REQUIRE(pebble.add("checks", "c", check_entry("test ! -e " + bad)).ok());
    CHECK_FALSE(told("perform-check", "Error"));
    REQUIRE(pebble::write_file(pebble.client(), {.path = bad, .content = ""}).ok());
    CHECK(comes_true([&] { return told("perform-check", "Error"); }));
    CHECK_FALSE(told("recover-check", "Done"));
    REQUIRE(pebble::remove_file(pebble.client(), bad).ok());
    CHECK(comes_true([&] { return told("recover-check", "Done"); }));
}

}  // namespace
}  // namespace charm::tests
