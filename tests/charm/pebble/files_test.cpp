// The contract of Pebble's API: files.
#include <sys/stat.h>

#include "charm/pebble/files.h"
#include "tests/charm/pebble/under_test.h"
#include "tests/support/catch.h"

namespace charm::tests {
namespace {

using pebble::File;

mode_t mode_of(const std::string& path) {
    struct stat info {};
    return stat(path.c_str(), &info) == 0 ? info.st_mode & 07777 : 0;
}

TEST_CASE("a file comes back as it was written, with its mode", "[charm][pebble]") {
    PebbleUnderTest pebble(each_kind());
    const std::string path = pebble.file("new/folder/file");
    const std::pair<std::string, std::string> written[] = {{"600", ""},
                                                           {"700", "line\n"},
                                                           {"644", "\r\n\r\n--\r\n--x--\r\n"},
                                                           {"600", std::string("\0\xff\n\0", 4)},
                                                           {"400", std::string(300'000, 'z')}};
    for (const auto& [permissions, content] : written) {
        REQUIRE(pebble::write_file(pebble.client(), {path, content, permissions}).ok());
        CHECK(pebble::read_files(pebble.client(), {path}).value().at(path) == content);
        CHECK(mode_of(path) == std::stoul(permissions, nullptr, 8));
    }
    CHECK(mode_of(pebble.file("new/folder")) == 0755);
}

TEST_CASE("a file is replaced with its mode, whole", "[charm][pebble]") {
    PebbleUnderTest pebble(each_kind());
    const std::string path = pebble.file("file");
    REQUIRE(pebble::write_file(pebble.client(), {path, "a long content", "644"}).ok());
    REQUIRE(pebble::write_file(pebble.client(), {path, "short"}).ok());
    CHECK(pebble.text("file") == "short");
    CHECK(mode_of(path) == 0600);
}

TEST_CASE("what cannot be written is a failure that names the file", "[charm][pebble]") {
    PebbleUnderTest pebble(each_kind());
    REQUIRE(pebble::write_file(pebble.client(), {pebble.file("file"), ""}).ok());
    const std::string mode = pebble.file("mode");
    const File bad[] = {{pebble.file("file/below"), "x"},
                        {"relative", "x"},
                        {mode, "x", "999"},
                        {mode, "x", "0600"}};
    for (const File& file : bad) {
        const Status status = pebble::write_file(pebble.client(), file);
        CHECK(status.code() == Code::Internal);
        CHECK(says(status, file.path));
    }
    CHECK_FALSE(pebble::read_files(pebble.client(), {mode}).value().contains(mode));
}

TEST_CASE("files are read together, without those that are not there", "[charm][pebble]") {
    PebbleUnderTest pebble(each_kind());
    const std::vector<std::string> paths{pebble.file("a"), pebble.file("none"),
                                         pebble.file("with blank & more+%"),
                                         pebble.file("no/folder")};
    REQUIRE(pebble::write_file(pebble.client(), {paths[0], "1"}).ok());
    REQUIRE(pebble::write_file(pebble.client(), {paths[2], "2"}).ok());
    const auto contents = pebble::read_files(pebble.client(), paths);
    REQUIRE(contents.ok());
    CHECK(*contents == std::map<std::string, std::string>{{paths[0], "1"}, {paths[2], "2"}});
    CHECK(pebble::read_files(pebble.client(), {paths[1]}).value().empty());
    SECTION("a folder is no file") {
        const auto folder = pebble::read_files(pebble.client(), {paths[0], pebble.file("")});
        CHECK(folder.status().code() == Code::Internal);
        CHECK(says(folder.status(), "can only read a regular file"));
    }
}

TEST_CASE("a folder is listed by its files, and one that is not there is empty",
          "[charm][pebble]") {
    PebbleUnderTest pebble(each_kind());
    for (const char* name : {"f/b", "f/a", "f/sub/c"}) {
        REQUIRE(pebble::write_file(pebble.client(), {pebble.file(name), ""}).ok());
    }
    CHECK(pebble::list_files(pebble.client(), pebble.file("f")).value() ==
          std::vector<std::string>{pebble.file("f/a"), pebble.file("f/b")});
    CHECK(pebble::list_files(pebble.client(), pebble.file("none")).value().empty());
    CHECK(pebble::list_files(pebble.client(), "relative").status().code() == Code::InvalidArgument);
}

TEST_CASE("a file is removed, and one that is gone already is fine", "[charm][pebble]") {
    PebbleUnderTest pebble(each_kind());
    REQUIRE(pebble::write_file(pebble.client(), {pebble.file("f/a"), ""}).ok());
    CHECK(pebble::remove_file(pebble.client(), pebble.file("f")).code() == Code::Internal);
    CHECK(pebble::remove_file(pebble.client(), pebble.file("f/a")).ok());
    CHECK(pebble::remove_file(pebble.client(), pebble.file("f/a")).ok());
    CHECK(pebble::remove_file(pebble.client(), pebble.file("no/folder/a")).ok());
    CHECK(pebble::list_files(pebble.client(), pebble.file("f")).value().empty());
    CHECK(pebble::remove_file(pebble.client(), pebble.file("f")).ok());
}

}  // namespace
}  // namespace charm::tests
