#include "cli/output/table.h"

#include <algorithm>
#include <ostream>

namespace cli {

namespace {

using Row = std::vector<std::string>;

// Characters, not bytes: those of UTF-8 that continue one do not count.
std::size_t width_of(const std::string& text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
    }));
}

std::string padded(const std::string& text, std::size_t width) {
    const std::size_t used = width_of(text);
    return text + std::string(width > used ? width - used : 0, ' ');
}

std::vector<std::size_t> widths_of(const Table& table) {
    std::vector<std::size_t> widths;
    for (const std::string& name : table.header) widths.push_back(width_of(name));
    for (const Row& row : table.rows) {
        for (std::size_t at = 0; at < row.size() && at < widths.size(); ++at) {
            widths[at] = std::max(widths[at], width_of(row[at]));
        }
    }
    return widths;
}

// The cells with `gap` between them, without spaces at the end.
std::string line_of(const Row& row, const std::vector<std::size_t>& widths,
                    const std::string& gap) {
    std::string line;
    for (std::size_t at = 0; at < widths.size(); ++at) {
        line += (at == 0 ? "" : gap) + padded(at < row.size() ? row[at] : "", widths[at]);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    return line;
}

Row in_capitals(Row names) {
    for (std::string& name : names) {
        for (char& c : name) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    }
    return names;
}

}  // namespace

void print_columns(std::ostream& out, const Table& table, bool bold) {
    const auto widths = widths_of(table);
    const std::string header = line_of(table.header, widths, "  ");
    out << "  " << (bold ? "\033[1m" + header + "\033[0m" : header) << "\n";
    for (const Row& row : table.rows) out << "  " << line_of(row, widths, "  ") << "\n";
}

void print_piped(std::ostream& out, const Table& table) {
    const auto widths = widths_of(table);
    out << "  " << line_of(in_capitals(table.header), widths, " | ") << "\n";
    for (const Row& row : table.rows) out << "  " << line_of(row, widths, " | ") << "\n";
}

void print_framed(std::ostream& out, const Table& table) {
    const auto widths = widths_of(table);
    std::string edge = "+";
    for (const std::size_t width : widths) edge += std::string(width + 2, '-') + "+";
    const auto print = [&](const Row& row) {
        out << "|";
        for (std::size_t at = 0; at < widths.size(); ++at) {
            out << " " << padded(row[at], widths[at]) << " |";
        }
        out << "\n";
    };
    out << edge << "\n";
    print(in_capitals(table.header));
    out << edge << "\n";
    for (const Row& row : table.rows) print(row);
    out << edge << "\n";
}

void print_fields(std::ostream& out, const Fields& fields) {
    std::size_t width = 0;
    for (const auto& [name, value] : fields) width = std::max(width, width_of(name));
    for (const auto& [name, value] : fields) {
        out << "  " << (value.empty() ? name : padded(name, width) + "  " + value) << "\n";
    }
}

}  // namespace cli
