#pragma once
// Tables and lists of fields for people.

#include <iosfwd>
#include <string>
#include <utility>
#include <vector>

namespace cli {

struct Table {
    std::vector<std::string> header;
    std::vector<std::vector<std::string>> rows;
};

// As `temporal` prints lists; `bold`: with colour.
//
//   "  Status   WorkflowId"
//   "  Running  order-17"
void print_columns(std::ostream& out, const Table& table, bool bold = false);

// As `tctl` prints lists.
//
//   "  NAME  |  TYPE   "
//   "  Total | Int     "
void print_piped(std::ostream& out, const Table& table);

// As `tctl` prints search attributes: with a frame of + - and |.
void print_framed(std::ostream& out, const Table& table);

// Names and values in two columns, two spaces in.
using Fields = std::vector<std::pair<std::string, std::string>>;
void print_fields(std::ostream& out, const Fields& fields);

}  // namespace cli
