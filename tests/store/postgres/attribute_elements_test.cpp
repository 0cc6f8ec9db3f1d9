// The bytes of search attributes sort as their values.

#include "server/store/postgres/attribute_elements.h"

#include <cmath>
#include <limits>

#include "tests/support/catch.h"

namespace server::store::postgres {

using visibility::Value;

namespace {

std::string number_bytes(const Value& value) {
    return value_element("N", ElementKind::number, value);
}

const std::vector<std::int64_t> kWhole = {std::numeric_limits<std::int64_t>::min(),
                                          std::numeric_limits<std::int64_t>::min() + 1,
                                          -9007199254740993,
                                          -2,
                                          -1,
                                          0,
                                          1,
                                          9007199254740991,
                                          9007199254740992,
                                          9007199254740993,
                                          9007199254740994,
                                          std::numeric_limits<std::int64_t>::max() - 1,
                                          std::numeric_limits<std::int64_t>::max()};
const std::vector<double> kReal = {-std::numeric_limits<double>::infinity(),
                                   -1e300,
                                   -9223372036854775808.0,
                                   -9007199254740992.0,
                                   -1.5,
                                   -std::numeric_limits<double>::denorm_min(),
                                   -0.0,
                                   0.0,
                                   0.5,
                                   1,
                                   9007199254740992.0,
                                   9223372036854774784.0,
                                   9223372036854775808.0,
                                   std::numeric_limits<double>::infinity()};

}  // namespace

TEST_CASE("numbers of both kinds sort by value, also where a double cannot tell them apart",
          "[store][postgres][attributes]") {
    for (std::size_t left = 0; left < kWhole.size(); ++left) {
        for (std::size_t right = 0; right < kWhole.size(); ++right) {
            CHECK((number_bytes(kWhole[left]) < number_bytes(kWhole[right])) == (left < right));
        }
    }
    for (const double left : kReal) {
        for (const double right : kReal) {
            INFO(left << " " << right);
            CHECK((number_bytes(left) < number_bytes(right)) == (left < right));
        }
        // long double holds both exactly.
        for (const std::int64_t right : kWhole) {
            INFO(left << " " << right);
            const bool less = static_cast<long double>(left) < static_cast<long double>(right);
            CHECK((number_bytes(left) < number_bytes(right)) == less);
            const bool equal = static_cast<long double>(left) == static_cast<long double>(right);
            CHECK((number_bytes(left) == number_bytes(right)) == equal);
        }
    }
}

TEST_CASE("the elements of a name, a kind or a prefix are a range that holds nothing else",
          "[store][postgres][attributes]") {
    const std::string begin = element_prefix("Name", ElementKind::text);
    const std::string end = end_of_elements(begin);
    for (const std::string text : {"", "a", "\xff\xff"}) {
        const std::string element = value_element("Name", ElementKind::text, text);
        CHECK((begin <= element && element < end));
    }
    for (const std::string& other : {value_element("Name", ElementKind::number, std::int64_t{1}),
                                     value_element("Name2", ElementKind::text, std::string("a")),
                                     value_element("Nam", ElementKind::text, std::string("e"))}) {
        CHECK((other < begin || other >= end));
    }
    const std::string prefix = value_element("Name", ElementKind::text, std::string("a\xff"));
    CHECK(end_of_elements(prefix) == value_element("Name", ElementKind::text, std::string("b")));
}

TEST_CASE("a text brings its words along, unless it is one", "[store][postgres][attributes]") {
    CHECK(elements_of("T", std::string("fox")).size() == 1);
    const auto elements = elements_of("T", std::string("The fox, the FOX"));
    REQUIRE(elements.size() == 3);
    CHECK(elements[1] == value_element("T", ElementKind::token, std::string("fox")));
    CHECK(elements[2] == value_element("T", ElementKind::token, std::string("the")));
}

}  // namespace server::store::postgres
