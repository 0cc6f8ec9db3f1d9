// Tables and times for people.
#include <sstream>

#include "cli/output/table.h"
#include "cli/output/time.h"
#include "tests/support/catch.h"

namespace {

const cli::Table kTable{{"Name", "Type"}, {{"Total", "Int"}, {"\xc3\xa9", "KeywordList"}}};

}  // namespace

TEST_CASE("columns are as wide as their widest cell", "[cli][output]") {
    std::ostringstream out;
    cli::print_columns(out, kTable);
    CHECK(out.str() == "  Name   Type\n  Total  Int\n  \xc3\xa9      KeywordList\n");
}

TEST_CASE("the older program draws lines between columns, or a frame around them",
          "[cli][output]") {
    std::ostringstream piped;
    cli::print_piped(piped, kTable);
    CHECK(piped.str() == "  NAME  | TYPE\n  Total | Int\n  \xc3\xa9     | KeywordList\n");
    std::ostringstream framed;
    cli::print_framed(framed, {{"Name"}, {{"Total"}}});
    CHECK(framed.str() == "+-------+\n| NAME  |\n+-------+\n| Total |\n+-------+\n");
}

TEST_CASE("fields stand in two columns", "[cli][output]") {
    std::ostringstream out;
    cli::print_fields(out, {{"RunId", "r"}, {"WorkflowId", ""}});
    CHECK(out.str() == "  RunId       r\n  WorkflowId\n");
}

TEST_CASE("a time is told as it was asked for", "[cli][output]") {
    google::protobuf::Timestamp time;
    time.set_seconds(1'700'000'000);
    time.set_nanos(120'000'000);
    const auto now = server::from_unix_nanos((1'700'000'000 + 7200) * 1'000'000'000LL);
    using cli::TimeFormat;
    CHECK(cli::format_time(time, TimeFormat::relative, now) == "2 hours ago");
    CHECK(cli::format_time(time, TimeFormat::iso, now) == "2023-11-14T22:13:20Z");
    CHECK(cli::format_time(time, TimeFormat::raw, now) == "2023-11-14T22:13:20.120Z");
    CHECK(cli::format_time({}, TimeFormat::iso, now).empty());
    time.set_seconds(1'700'000'000 + 7200 + 86400);
    CHECK(cli::format_time(time, TimeFormat::relative, now) == "1 day from now");
    time.set_seconds(1'700'000'000 + 7200);
    CHECK(cli::format_time(time, TimeFormat::relative, now) == "now");
}
