#pragma once
// Values as PostgreSQL's binary format has them: the parameters of a statement, among them whole
// columns as arrays, and the rows it returns. Integers are big-endian; an array is a header and
// then length and bytes of each element.

#include <libpq-fe.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/base/time.h"

namespace server::store::postgres {

void append_int32(std::string& out, std::int32_t value);
void append_int64(std::string& out, std::int64_t value);

// One column of many rows. Each kind has one element type: the name of the array's type is
// `type()`.
class Column {
public:
    enum class Kind { int2, int4, int8, boolean, bytes };

    explicit Column(Kind kind);

    void add(std::int64_t value);
    void add(std::string_view bytes);
    void add_null();

    std::size_t size() const { return count_; }
    const char* type() const;          // "int8[]"
    const char* element_type() const;  // "int8"
    // The parameter; the column takes no more rows.
    std::string finish();
    // The same of a column of one row, which becomes its only element: none when that is null.
    std::optional<std::string> finish_element();

private:
    void element(std::size_t size_bytes);

    Kind kind_;
    std::string bytes_;
    std::size_t count_ = 0;
    bool has_null_ = false;
};

// The parameters of one statement, in order.
class Arguments {
public:
    Arguments& add(std::int32_t value);
    Arguments& add(std::int64_t value);
    Arguments& add(std::int16_t value);
    Arguments& add(bool value);
    Arguments& add(std::string_view bytes);  // bytea or text
    Arguments& add(const char* text) { return add(std::string_view(text)); }
    Arguments& add(const std::string& bytes) { return add(std::string_view(bytes)); }
    Arguments& add(TimePoint time) { return add(std::int64_t{unix_nanos(time)}); }
    Arguments& add_null();
    Arguments& add_raw(std::string value);  // in binary format already

    int count() const { return static_cast<int>(values_.size()); }
    std::size_t size_bytes() const;
    // Valid while the arguments are unchanged.
    std::vector<const char*> values() const;
    std::vector<int> lengths() const;
    std::vector<int> formats() const { return std::vector<int>(values_.size(), 1); }

private:
    std::vector<std::optional<std::string>> values_;
};

// The answer to one statement, in binary format. Reads beyond the rows, or of a column of another
// type, are bugs.
class Rows {
public:
    Rows() = default;
    explicit Rows(PGresult* result) : result_(result) {}

    int count() const { return result_ ? PQntuples(result_.get()) : 0; }
    bool is_null(int row, int column) const { return PQgetisnull(result_.get(), row, column) != 0; }
    std::int64_t integer(int row, int column) const;  // int2, int4 and int8
    bool boolean(int row, int column) const { return view(row, column) == std::string_view("\1"); }
    std::string_view view(int row, int column) const;
    std::string bytes(int row, int column) const { return std::string(view(row, column)); }
    TimePoint time(int row, int column) const { return from_unix_nanos(integer(row, column)); }
    // Rows that a statement without RETURNING has touched.
    std::int64_t affected() const;

private:
    struct Clear {
        void operator()(PGresult* result) const { PQclear(result); }
    };
    std::unique_ptr<PGresult, Clear> result_;
};

// Ids: a UUID in its usual form is its 16 bytes; any other text is itself behind one byte, or two
// where it would have 16 bytes with one. One to one.
std::string pack_id(std::string_view id);
std::string unpack_id(std::string_view bytes);

}  // namespace server::store::postgres
