#include "server/app/dynamic_config.h"

#include <boost/asio/io_context.hpp>

#include <filesystem>
#include <fstream>

#include "tests/support/catch.h"
#include "tests/support/temp_dir.h"

using namespace server;
using app::DynamicConfig;

namespace {

// Replaces the file as an editor or a charm does: whole.
void write_file(const std::string& path, const std::string& text) {
    std::ofstream(path + ".new") << text;
    std::filesystem::rename(path + ".new", path);
}

std::unique_ptr<DynamicConfig> opened(const std::string& path, config::DynamicValues own = {}) {
    auto config = DynamicConfig::open(path, std::move(own));
    INFO(config.status().message());
    REQUIRE(config.ok());
    return std::move(*config);
}

const std::string kTen = "limit.maxIDLength: [{value: 10}]\n";
const std::string kTwenty = "limit.maxIDLength: [{value: 20}]\n";

}  // namespace

TEST_CASE("a changed dynamic config file is read again, an unchanged one is not",
          "[app][dynamic]") {
    const tests::TempDir folder;
    const std::string path = folder.file("d.yaml");
    write_file(path, kTen);
    const auto config = opened(path);
    CHECK(config->role_options().frontend.id_bytes_max == 10);
    CHECK_FALSE(config->reload());
    write_file(path, kTwenty);
    CHECK(config->reload());
    CHECK(config->role_options().frontend.id_bytes_max == 20);
    CHECK_FALSE(config->reload());
}

TEST_CASE("a bad dynamic config file keeps the last values, until it is good again",
          "[app][dynamic]") {
    const tests::TempDir folder;
    const std::string path = folder.file("d.yaml");
    write_file(path, kTen);
    const auto config = opened(path);
    const std::string bad =
        GENERATE("limit.maxIDLength: 20", "a: [", "a: [{value: 1, constraints: {x: 1}}]");
    write_file(path, bad);
    CHECK_FALSE(config->reload());
    CHECK(config->role_options().frontend.id_bytes_max == 10);
    std::filesystem::remove(path);
    CHECK_FALSE(config->reload());
    CHECK(config->role_options().frontend.id_bytes_max == 10);
    write_file(path, kTwenty);
    CHECK(config->reload());
    CHECK(config->role_options().frontend.id_bytes_max == 20);
}

TEST_CASE("a dynamic config file that cannot be used refuses the start", "[app][dynamic]") {
    const tests::TempDir folder;
    CHECK(DynamicConfig::open(folder.file("none.yaml"), {}).status().code() == Code::NotFound);
    const std::string path = folder.file("d.yaml");
    write_file(path, "a: 1");
    CHECK(DynamicConfig::open(path, {}).status().code() == Code::InvalidArgument);
}

TEST_CASE("values of the command line hold whatever the file says", "[app][dynamic]") {
    const tests::TempDir folder;
    const std::string path = folder.file("d.yaml");
    write_file(path, kTen);
    config::DynamicValues own;
    REQUIRE(own.add("limit.maxIDLength=5").ok());
    const auto config = opened(path, own);
    CHECK(config->role_options().frontend.id_bytes_max == 5);
    write_file(path, kTwenty);
    CHECK(config->reload());
    CHECK(config->role_options().frontend.id_bytes_max == 5);
}

TEST_CASE("a server that watches its file tells the new options within the interval",
          "[app][dynamic]") {
    const tests::TempDir folder;
    const std::string path = folder.file("d.yaml");
    write_file(path, kTen);
    boost::asio::io_context context;
    FakeClock clock(context, from_unix_nanos(1'700'000'000'000'000'000));
    Lane lane("test", &context);
    auto config = DynamicConfig::open(path, {}, 0);
    REQUIRE(config.ok());
    std::vector<std::size_t> told;
    lane.spawn((*config)->watch(clock, lane, 10s, [&told](const app::RoleOptions& options) {
        told.push_back(options.frontend.id_bytes_max);
    }));
    clock.run_until(clock.now() + 25s);
    CHECK(told.empty());
    write_file(path, kTwenty);
    clock.run_until(clock.now() + 10s);
    CHECK(told == std::vector<std::size_t>{20});
    write_file(path, "limit.maxIDLength: none of it");
    clock.run_until(clock.now() + 30s);
    CHECK(told == std::vector<std::size_t>{20});
    lane.spawn((*config)->stop());
    clock.run_ready();
    write_file(path, kTen);
    clock.run_until(clock.now() + 30s);
    CHECK(told == std::vector<std::size_t>{20});
}
