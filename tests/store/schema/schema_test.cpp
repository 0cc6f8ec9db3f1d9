// A schema as its files say it, without a database.
#include "server/store/schema/schema.h"

#include <filesystem>
#include <fstream>

#include "server/store/schema/manifest.h"
#include "server/store/schema/readiness.h"
#include "tests/support/catch.h"
#include "tests/support/temp_dir.h"

namespace server::store::schema {

using Catch::Contains;

namespace {

Version version(std::string_view text) { return parse_version(text).value(); }

std::string manifest(const std::string& current, const std::string& min_compatible = "1.0",
                     const std::string& scripts = R"(["a.sql"])") {
    return R"({"CurrVersion": ")" + current + R"(", "MinCompatibleVersion": ")" + min_compatible +
           R"(", "Description": "d", "SchemaName": "temporal", "SchemaUpdateCqlFiles": )" +
           scripts + "}";
}

VersionFiles files_of(std::initializer_list<const char*> versions) {
    VersionFiles files;
    for (const std::string one : versions) {
        files.push_back({"v" + one + "/manifest.json", manifest(one)});
        files.push_back({"v" + one + "/a.sql", "-- " + one});
    }
    return files;
}

std::string refusal_of(const VersionFiles& files) {
    return read_schema("dir", files).status().message();
}

std::vector<std::string> steps(const Schema& schema, const std::string& from,
                               const std::optional<Version>& target = std::nullopt) {
    std::vector<std::string> names;
    const auto found = steps_between(schema, version(from), target).value();
    for (const Step* step : found) {
        names.push_back(to_string(step->to));
    }
    return names;
}

}  // namespace

TEST_CASE("versions are compared number by number", "[store][schema]") {
    CHECK(version("1.9") < version("v1.10"));
    CHECK(version("1.10") < version("1.10.1"));
    CHECK(version("0.0") == Version{});
    CHECK(to_string(version("v1.10.0")) == "1.10");
    CHECK(to_string(version("1.10.3")) == "1.10.3");
    const std::string bad =
        GENERATE("", "v", "1.", "1.a", "a", "1.2.3.4", "-1.0", "1..2", "1.0 ", "99999999999.0");
    CAPTURE(bad);
    CHECK_THAT(parse_version(bad).status().message(), Contains("is no version of a schema"));
}

TEST_CASE("the steps of a schema are in the order of their versions", "[store][schema]") {
    const Schema schema = read_schema("dir", files_of({"1.10", "1.2", "1.0"})).value();
    CHECK(schema.name == "temporal");
    CHECK(to_string(schema.newest().to) == "1.10");
    using Names = std::vector<std::string>;
    CHECK(steps(schema, "0.0") == Names{"1.0", "1.2", "1.10"});
    CHECK(steps(schema, "1.1") == Names{"1.2", "1.10"});
    CHECK(steps(schema, "1.0", version("1.2")) == Names{"1.2"});
    CHECK(steps(schema, "1.2", version("1.2")).empty());
    CHECK(steps(schema, "2.0").empty());
    SECTION("a target must be a version, and not an older one") {
        const auto unknown = steps_between(schema, version("1.0"), version("1.5")).status();
        CHECK(unknown.code() == Code::InvalidArgument);
        CHECK(unknown.message() == "version 1.5 is not in dir, whose newest is 1.10");
        const auto back = steps_between(schema, version("1.2"), version("1.0")).status();
        CHECK_THAT(back.message(), Contains("a schema only goes forward"));
    }
}

TEST_CASE("a schema with a mistake is refused by file and reason", "[store][schema]") {
    CHECK_THAT(refusal_of({}), Contains("dir has no directory of a version"));
    CHECK(refusal_of({{"v1.0/a.sql", ""}}) == "dir/v1.0 has no manifest.json");
    CHECK_THAT(refusal_of({{"v1.0/manifest.json", "{"}}),
               Contains("dir/v1.0/manifest.json: no JSON"));
    CHECK_THAT(refusal_of({{"v1.0/manifest.json", manifest("1.0")}}), Contains("lists a.sql"));
    CHECK_THAT(refusal_of({{"v1.1/manifest.json", manifest("1.0")}}),
               Contains("CurrVersion is 1.0, but the directory says 1.1"));
    CHECK_THAT(refusal_of({{"v1.0/manifest.json", manifest("1.0", "1.1")}}),
               Contains("MinCompatibleVersion is greater than CurrVersion"));
    CHECK_THAT(refusal_of({{"v1.0/manifest.json", manifest("one")}}),
               Contains("CurrVersion: \"one\" is no version"));
    const std::string scripts = GENERATE("[]", "{}", "[1]", "[\"\"]");
    CHECK_THAT(refusal_of({{"v1.0/manifest.json", manifest("1.0", "1.0", scripts)}}),
               Contains("SchemaUpdateCqlFiles"));
    CHECK_THAT(refusal_of({{"v1.0/manifest.json", manifest("1.0", "1.0", R"(["../a.sql"])")}}),
               Contains("\"../a.sql\" is not a file beside the manifest"));
    VersionFiles twice = files_of({"1.0"});
    twice.push_back({"v1.0.0/manifest.json", manifest("1.0")});
    twice.push_back({"v1.0.0/a.sql", ""});
    CHECK(refusal_of(twice) == "dir has version 1.0 twice");
}

TEST_CASE("a directory of versions is read, and what else is in it is not", "[store][schema]") {
    const tests::TempDir directory;
    const auto folder = directory.path() / "v1.0";
    std::filesystem::create_directories(folder / "more");
    std::filesystem::create_directories(directory.path() / "drafts");
    std::ofstream(folder / "manifest.json") << manifest("1.0");
    std::ofstream(folder / "a.sql") << "SELECT 1";
    std::ofstream(directory.path() / "README") << "nothing";
    const Schema schema = load_directory(directory.path().string() + "/").value();
    REQUIRE(schema.steps.size() == 1);
    CHECK(schema.steps[0].scripts[0].name == "v1.0/a.sql");
    CHECK(schema.steps[0].scripts[0].text == "SELECT 1");
    CHECK(schema.steps[0].manifest_md5 == md5_of(manifest("1.0")));
    const Status missing = load_directory(directory.file("none")).status();
    CHECK_THAT(missing.message(), Contains(directory.file("none")) && Contains("No such file"));
}

TEST_CASE("md5 is that of the RFC", "[store][schema]") {
    CHECK(md5_of("abc") == "900150983cd24fb0d6963f7d28e17f72");
}

TEST_CASE("the program has every schema", "[store][schema]") {
    for (const std::string& name : embedded_names()) {
        CAPTURE(name);
        const Result<Schema> schema = load_embedded(name);
        CHECK(schema.status().message().empty());
        CHECK(name.ends_with("/" + schema->name));
        CHECK(schema->steps.front().to == version("1.0"));
    }
    CHECK_THAT(load_embedded("mysql/v8/temporal").status().message(),
               Contains("sqlite/v3/temporal, sqlite/v3/visibility"));
}

TEST_CASE("a server works on what it needs, and on what is newer and says so", "[store][schema]") {
    const Schema needed = read_schema("dir", files_of({"1.0", "1.2"})).value();
    const auto stored = [](const char* current, const char* min_compatible) {
        return std::optional(
            StoredVersions{{"temporal", {version(current), version(min_compatible)}}});
    };
    CHECK(readiness_of(stored("1.2", "1.0"), needed) == Readiness::ready);
    CHECK(readiness_of(stored("1.3", "1.2"), needed) == Readiness::ready);
    CHECK(readiness_of(stored("1.3", "1.3"), needed) == Readiness::newer);
    CHECK(readiness_of(stored("1.0", "1.0"), needed) == Readiness::older);
    CHECK(readiness_of(std::nullopt, needed) == Readiness::older);
    const StoredVersions other{{"visibility", {version("1.2"), version("1.0")}}};
    CHECK(readiness_of(other, needed) == Readiness::older);
    CHECK(describe(other, needed) == "schema temporal is not set up, this release needs 1.2");
    CHECK(describe(stored("1.3", "1.3"), needed) ==
          "schema temporal has version 1.3, for releases that need 1.3 or newer, and this release "
          "needs 1.2");
}

}  // namespace server::store::schema
