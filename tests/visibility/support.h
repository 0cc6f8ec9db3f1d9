// What the tests of the filter language share: results unwrapped, a namespace with one custom
// attribute of each type, and records made of cells by name.
#pragma once

#include <map>
#include <string>

#include "server/visibility/bind.h"
#include "server/visibility/evaluate.h"
#include "server/visibility/parser.h"
#include "server/visibility/print.h"
#include "tests/support/catch.h"

namespace server::visibility {

template <class T>
T must(Result<T> result) {
    INFO(result.status().message());
    REQUIRE(result.ok());
    return std::move(result).value();
}

// The message of a refusal, which has to be InvalidArgument; empty for a success.
template <class T>
std::string message_of(const Result<T>& result) {
    if (result.ok()) return "";
    CHECK(result.status().code() == Code::InvalidArgument);
    return result.status().message();
}

inline SearchAttributeCatalog sample_catalog() {
    return SearchAttributeCatalog({
        {"Note", ValueType::Text},
        {"Customer", ValueType::Keyword},
        {"Count", ValueType::Int},
        {"Price", ValueType::Double},
        {"Paid", ValueType::Bool},
        {"Due", ValueType::Datetime},
        {"Tags", ValueType::KeywordList},
    });
}

class SampleRecord : public Record {
public:
    using Cells = std::map<std::string, Cell>;
    explicit SampleRecord(Cells cells) : cells_(std::move(cells)) {}

    Cell cell(const Column& column) const override {
        const auto found = cells_.find(column.name);
        return found == cells_.end() ? Cell{} : found->second;
    }

private:
    Cells cells_;
};

}  // namespace server::visibility
