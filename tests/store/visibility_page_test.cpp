#include "server/store/visibility_page.h"

#include "tests/support/catch.h"

namespace server::store {

TEST_CASE("a page token holds a position, whatever the run id contains", "[store][visibility]") {
    const std::string run_id = GENERATE(as<std::string>{}, "", "run", "a:b:c", "1:2");
    const TimePoint close_time = GENERATE(kNever, kEpoch, from_unix_nanos(-5));
    const PagePosition position{close_time, from_unix_nanos(17), run_id};
    const PagePosition decoded = decode_page_token(encode_page_token(position)).value();
    CHECK(decoded.close_time == close_time);
    CHECK(decoded.start_time == from_unix_nanos(17));
    CHECK(decoded.run_id == run_id);
}

TEST_CASE("positions are in the order of a list", "[store][visibility]") {
    const PagePosition open_late{kNever, from_unix_nanos(2), "b"};
    const PagePosition open_early{kNever, from_unix_nanos(1), "a"};
    const PagePosition open_early_too{kNever, from_unix_nanos(1), "b"};
    const PagePosition closed{from_unix_nanos(9), from_unix_nanos(5), "a"};
    CHECK(listed_before(open_late, open_early));
    CHECK(listed_before(open_early, open_early_too));
    CHECK(listed_before(open_early_too, closed));
    CHECK_FALSE(listed_before(closed, open_late));
    CHECK_FALSE(listed_before(closed, closed));
}

}  // namespace server::store
