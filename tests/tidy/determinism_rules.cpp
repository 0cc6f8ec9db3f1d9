// Time, randomness and failure have one way in each: a component that reads the clock, sleeps or
// swallows every exception by itself cannot be simulated.
#include <array>
#include <string_view>

#include "tests/tidy/rule.h"
#include "tests/tidy/scopes.h"

namespace server::tidy {
namespace {

// Whether the tokens from `index` on have these texts.
template <std::size_t N>
bool follows(const Tokens& tokens, std::size_t index,
             const std::array<std::string_view, N>& texts) {
    if (index + N > tokens.size()) return false;
    for (std::size_t i = 0; i < N; ++i) {
        if (!tokens[index + i].is(texts[i])) return false;
    }
    return true;
}

Findings sleeps(const Source& source) {
    constexpr std::array<std::string_view, 2> kThisThread{"this_thread", "::"};
    constexpr std::array<std::string_view, 2> kSleeps{"sleep_for", "sleep_until"};
    constexpr std::array<std::string_view, 2> kPosix{"usleep", "nanosleep"};
    Findings findings;
    const Tokens& tokens = source.tokens;
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        const bool standard = follows(tokens, i, kThisThread) && i + 2 < tokens.size() &&
                              tokens[i + 2].is_one_of(kSleeps);
        if (standard || tokens[i].is_one_of(kPosix) ||
            follows(tokens, i, std::array<std::string_view, 3>{"::", "sleep", "("})) {
            findings.push_back(
                {source.path, tokens[i].line, "sleeps: wait for what should happen"});
        }
    }
    return findings;
}

bool may_read_the_clock(const Source& source) {
    return source.in("server/runtime/") || source.in("server/app/") ||
           source.in("tests/support/") || source.path.find("/driver/") != std::string::npos;
}

Findings clocks(const Source& source) {
    constexpr std::array<std::string_view, 3> kClocks{"system_clock", "steady_clock",
                                                      "high_resolution_clock"};
    constexpr std::array<std::string_view, 2> kNow{"::", "now"};
    constexpr std::array<std::string_view, 4> kCalls{"random_device", "gettimeofday",
                                                     "clock_gettime", "srand"};
    Findings findings;
    const Tokens& tokens = source.tokens;
    if (may_read_the_clock(source) || (!source.in("server/") && !source.in("tests/")))
        return findings;
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        const bool now = tokens[i].is_one_of(kClocks) && follows(tokens, i + 1, kNow);
        if (now || tokens[i].is_one_of(kCalls)) {
            findings.push_back({source.path, tokens[i].line,
                                tokens[i].text + ": the clock and randomness are parameters"});
        }
    }
    return findings;
}

Findings catch_all(const Source& source) {
    constexpr std::array<std::string_view, 4> kCatchAll{"catch", "(", "...", ")"};
    Findings findings;
    if (source.in("server/rpc/") || source.path.ends_with("main.cpp")) return findings;
    for (std::size_t i = 0; i < source.tokens.size(); ++i) {
        if (!follows(source.tokens, i, kCatchAll)) continue;
        findings.push_back(
            {source.path, source.tokens[i].line, "only main and server/rpc may catch everything"});
    }
    return findings;
}

}  // namespace

std::vector<Rule> determinism_rules() {
    return {
        {"nothing sleeps",
         sleeps,
         {{"tests/history/a_test.cpp", "void f() { std::this_thread::sleep_for(1ms); }"},
          {"server/runtime/lane.cpp", "void f() { usleep(1); }"},
          {"server/app/app.cpp", "void f() { ::sleep(1); }"}},
         {{"server/runtime/clock.h", "Async<> sleep_until(TimePoint at); // ::sleep(1)"},
          {"server/history/a.cpp", "Async<> f() { co_await clock.sleep_until(at); }"}}},
        {"only runtime/ and app/ read the clock or draw random numbers",
         clocks,
         {{"server/history/a.cpp", "auto t = std::chrono::steady_clock::now();"},
          {"tests/store/a_test.cpp", "auto t = system_clock::now();"},
          {"server/base/uuid.cpp", "std::random_device device;"}},
         {{"server/runtime/clock.cpp", "auto t = std::chrono::system_clock::now();"},
          {"tests/support/driver/main.cpp", "auto t = std::chrono::steady_clock::now();"},
          {"server/base/time.h", "using Time = std::chrono::system_clock::time_point;"}}},
        {"only main and server/rpc catch everything",
         catch_all,
         {{"server/config/loader.cpp", "void f() { try { g(); } catch (...) { } }"}},
         {{"server/rpc/unary_call.h", "void f() { try { g(); } catch (...) { } }"},
          {"server/main.cpp", "int main() { try { g(); } catch (...) { } }"},
          {"server/config/loader.cpp", "void f() { try { g(); } catch (const E& e) { } }"}}},
    };
}

}  // namespace server::tidy
