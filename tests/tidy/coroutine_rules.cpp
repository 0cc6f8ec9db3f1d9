// What g++ 12 compiles wrongly around co_await, and coroutines that outlive what they refer to.
#include <algorithm>
#include <array>
#include <string_view>

#include "tests/tidy/rule.h"
#include "tests/tidy/scopes.h"

namespace server::tidy {
namespace {

bool is_coroutine_word(const Token& token) {
    return token.is("co_await") || token.is("co_return") || token.is("co_yield");
}

// g++ 12 destroys it twice in a statement with co_await, as it does a lambda with captures:
// `f({a, b})`, `f({})`, `f(1, {.a = 2})`, `f(Type{.a = 1})`; not `Type name{.a = 1}`.
bool is_unnamed_aggregate(const Tokens& tokens, std::size_t brace) {
    if (!tokens[brace].is("{") || brace == 0 || brace + 1 >= tokens.size()) return false;
    const Token& before = tokens[brace - 1];
    if (before.is("(") || before.is(",")) return true;
    if (!tokens[brace + 1].is(".")) return false;
    if (is_coroutine_word(before) || before.is("return")) return true;
    std::size_t type = brace - 1;
    while (type >= 2 && tokens[type - 1].is("::")) type -= 2;
    if (tokens[type].kind != TokenKind::identifier || type == 0) return false;
    constexpr std::array<std::string_view, 6> kBeforeExpression{"(",         ",",        "=",
                                                                "co_return", "co_await", "return"};
    return tokens[type - 1].is_one_of(kBeforeExpression);
}

Findings unnamed_in_await(const Source& source) {
    Findings findings;
    const Tokens& tokens = source.tokens;
    std::size_t checked = 0;  // a statement with two co_awaits is looked at once
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        if (!tokens[i].is("co_await") || i < checked) continue;
        const Range statement = statement_around(tokens, i);
        checked = statement.end;
        for (std::size_t at = statement.begin; at < statement.end; ++at) {
            if (is_unnamed_aggregate(tokens, at)) {
                findings.push_back({source.path, tokens[at].line,
                                    "an unnamed aggregate in a statement with co_await: name it"});
            } else if (starts_lambda(tokens, at)) {
                const Lambda lambda = lambda_at(tokens, at);
                if (lambda.captures) {
                    findings.push_back(
                        {source.path, lambda.line,
                         "a lambda with captures in a statement with co_await: name it"});
                }
                if (lambda.body.end > at) at = lambda.body.end;
            }
        }
    }
    return findings;
}

// With `co_await` in one branch g++ 12 destroys the temporaries of the branch that was not taken.
Findings conditional_awaits(const Source& source) {
    Findings findings;
    const Tokens& tokens = source.tokens;
    for (std::size_t i = 1; i < tokens.size(); ++i) {
        if (!tokens[i].is("co_await") || !tokens[i - 1].is("?")) continue;
        findings.push_back(
            {source.path, tokens[i].line, "co_await in a conditional expression: use branches"});
    }
    return findings;
}

// g++ 12 runs on as if it were true: `while (a && co_await b())`, `if (co_await f() == nullptr)`.
Findings awaits_in_conditions(const Source& source) {
    constexpr std::array<std::string_view, 3> kConditional{"if", "while", "switch"};
    Findings findings;
    const Tokens& tokens = source.tokens;
    std::size_t conditions_end = 0;
    int line_told = 0;
    for (std::size_t i = 1; i < tokens.size(); ++i) {
        if (tokens[i].is("(") && tokens[i - 1].is_one_of(kConditional)) {
            conditions_end = std::max(conditions_end, closing(tokens, i));
        }
        if (!tokens[i].is("co_await")) continue;
        const bool operand = tokens[i - 1].is("&") || tokens[i - 1].is("|");
        if ((i >= conditions_end && !operand) || tokens[i].line == line_told) continue;
        line_told = tokens[i].line;
        findings.push_back({source.path, tokens[i].line,
                            "co_await in a condition: give its result a name before"});
    }
    return findings;
}

// Its own co_awaits only: those of a lambda inside it belong to that one.
bool is_coroutine(const Tokens& tokens, Range body) {
    for (std::size_t i = body.begin; i < body.end; ++i) {
        if (is_coroutine_word(tokens[i])) return true;
        if (!starts_lambda(tokens, i)) continue;
        const Lambda inner = lambda_at(tokens, i);
        if (inner.body.end > i) i = inner.body.end;
    }
    return false;
}

Findings coroutine_lambdas(const Source& source) {
    Findings findings;
    for (std::size_t i = 0; i < source.tokens.size(); ++i) {
        if (!starts_lambda(source.tokens, i)) continue;
        const Lambda lambda = lambda_at(source.tokens, i);
        if (lambda.captures && is_coroutine(source.tokens, lambda.body)) {
            findings.push_back({source.path, lambda.line,
                                "a coroutine is a named function, not a lambda with captures"});
        }
    }
    return findings;
}

}  // namespace

std::vector<Rule> coroutine_rules() {
    const char* const path = "server/history/shard/shard.cpp";
    return {
        {"no unnamed aggregate and no capturing lambda in a statement with co_await",
         unnamed_in_await,
         {{path, "Async<> f() { co_await shard.append({.run_id = run_id, .events = events}); }"},
          {path, "Async<> f() { const auto r = co_await append(1, AppendRequest{.run_id = id}); }"},
          {path, "Async<> f() { co_return co_await append(a::Request{.run_id = id}); }"},
          {path, "Async<> f() { if (x) co_await append({first, second}); }"},
          {path, "Async<> f() { co_await poll({}, request); }"},
          {path, "Async<> f() { while (co_await append({.a = 1})) { g(); } }"},
          {path, "Async<> f() { CO_TRY(co_await g({.a = 1})); }"},
          {path, "Async<> f() { co_await on(lane, [this](int a) { return a; }); }"}},
         {{path,
           "Async<> f() { AppendRequest append{.run_id = id}; co_await g(std::move(append)); }"},
          {path, "Async<> f() { Request request{.id = co_await next()}; }"},
          {path, "Async<> f() { g({.a = 1}); co_await h(H()); k([a] { return a; }); }"},
          {path, "Async<> f() { if (co_await h()) { g({.a = 1}); } }"},
          {path, "Async<> f() { co_await on(lane, [](int a) { return a; }); }"},
          {path, "Async<> f() { co_await g(handlers[i](x), Status{Code::NotFound, \"\"}); }"},
          {path, "// co_await f({.a = 1});\n"}}},
        {"no co_await in a conditional expression",
         conditional_awaits,
         {{path, "Async<> f() { const auto r = x ? co_await g(a) : co_await h(b); }"}},
         {{path, "Async<> f() { if (x) co_return co_await g(a); co_return co_await h(b); }"},
          {path, "Async<> f() { const auto r = x ? a : b; co_await g(r); }"}}},
        {"no co_await in a condition",
         awaits_in_conditions,
         {{path, "Async<> f() { while (a && co_await b()) c(); }"},
          {path, "Async<> f() { if (co_await g() == nullptr) co_return; }"},
          {path, "Async<> f() { if (const auto r = co_await g(); r.ok()) co_return; }"},
          {path, "Async<> f() { switch (co_await g(h(1))) {} }"},
          {path, "Async<> f() { const bool r = a ||\n co_await b(); }"}},
         {{path, "Async<> f() { if (a && b) co_await g(); while (c()) { co_await h(); } }"},
          {path, "Async<> f() { const bool r = co_await g(); if (r) co_return; }"},
          {path, "Async<> f() { k(a, co_await g(i(1))); }"}}},
        {"a coroutine is a named function, not a lambda with captures",
         coroutine_lambdas,
         {{path, "auto run = [this]() -> Async<> { co_await step(); };"},
          {path, "void f() { spawn([&, a = 1](int b) mutable { co_return; }); }"},
          {path, "void f() { spawn([] { return [x] { co_return x; }; }); }"}},
         {{path, "auto run = []() -> Async<> { co_await step(); };"},
          {path, "void f() { spawn([this] { return g([](int a) -> Async<> { co_return; }); }); }"},
          {path, "[[nodiscard]] Async<> f(int a[2]) { co_return; }"}}},
    };
}

}  // namespace server::tidy
