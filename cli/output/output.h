#pragma once
// How `temporal` prints: by --output, --time-format, --color and --no-json-shorthand-payloads.

#include <google/protobuf/message.h>

#include <boost/json/value.hpp>
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/json/message.h"
#include "cli/output/table.h"
#include "cli/output/time.h"

namespace cli {

// The flags, for the program's own node.
std::vector<Flag> output_flags();

class Output {
public:
    Output(const Invocation& invocation, Terminal& terminal);

    // Text and nothing else is for people; the other forms are one JSON document, one line per
    // element, or nothing.
    bool for_people() const { return kind_ == Kind::text; }
    std::ostream& text() { return terminal_.out; }

    // A message, or any value, as JSON: nothing when for people.
    void print(const google::protobuf::Message& message);
    void print(const boost::json::value& value);
    // The elements of a list.
    void print_list(const boost::json::array& elements);

    void print_table(const Table& table) { print_columns(terminal_.out, table, bold_); }
    std::string time(const google::protobuf::Timestamp& time) const;
    boost::json::value to_json(const google::protobuf::Message& message) const;

private:
    enum class Kind { text, json, lines, none };

    Terminal& terminal_;
    Kind kind_ = Kind::text;
    TimeFormat time_format_ = TimeFormat::relative;
    JsonForm form_;
    bool bold_ = false;
};

}  // namespace cli
