#pragma once
// One connection to a SQLite database, with its prepared statements. Used by one thread at a time.
//
// Failures are told by their code:
//
//   Aborted          a constraint is violated: the statement is at fault
//   InvalidArgument  a value is too large for SQLite: the statement is at fault
//   DataLoss         the file is damaged or no database at all
//   Unavailable      everything else: disk full, input/output error, locked by another program
//
// A message names the file, the statement and the fix.

#include <sqlite3.h>

#include <concepts>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "server/base/status.h"
#include "server/base/time.h"
#include "server/store/packed_id.h"

namespace server::store::sqlite {

// A statement is prepared once per connection, under the address of its constant.
struct Sql {
    const char* name;  // for messages: "insert run"
    const char* text;
};

struct Blob {
    std::string_view bytes;
};

// kNever is stored as NULL, so that partial indexes leave it out.
struct NullableTime {
    TimePoint time;
};

class Connection;

// The rows of one run of a statement. Texts and blobs that were bound must outlive it; a PackedId
// is copied.
class Cursor {
public:
    ~Cursor();
    Cursor(Cursor&& other) noexcept
        : connection_(other.connection_), sql_(other.sql_),
          statement_(std::exchange(other.statement_, nullptr)), code_(other.code_),
          once_(other.once_), named_index_(other.named_index_), next_index_(other.next_index_) {}
    Cursor& operator=(Cursor&&) = delete;

    // False at the end, and on a failure: then status() tells why.
    bool next();
    Status status() const;
    // SQLITE_DONE, SQLITE_IOERR_WRITE …: the extended result code of the last step.
    int code() const { return code_; }

    std::int64_t integer(int column) const { return sqlite3_column_int64(statement_, column); }
    double real(int column) const { return sqlite3_column_double(statement_, column); }
    bool is_null(int column) const { return type(column) == SQLITE_NULL; }
    int type(int column) const { return sqlite3_column_type(statement_, column); }
    TimePoint time(int column) const { return from_unix_nanos(integer(column)); }
    TimePoint nullable_time(int column) const { return is_null(column) ? kNever : time(column); }
    // Of a text or a blob; valid until next().
    std::string_view view(int column) const;
    std::string bytes(int column) const { return std::string(view(column)); }
    std::string id(int column) const;

    // For a statement of query_once(): one parameter with a name, then the question marks in order.
    template <class Value>
    void bind_named(const char* name, const Value& value) {
        named_index_ = sqlite3_bind_parameter_index(statement_, name);
        bind(named_index_, value);
    }
    template <class Value>
    void bind_next(const Value& value) {
        if (next_index_ == named_index_) ++next_index_;
        bind(next_index_++, value);
    }

private:
    friend class Connection;
    Cursor(const Connection& connection, const Sql& sql, sqlite3_stmt* statement, int code,
           bool once)
        : connection_(&connection), sql_(&sql), statement_(statement), code_(code), once_(once) {}

    void bind(int) {}
    template <class First, class... Rest>
    void bind(int index, const First& first, const Rest&... rest) {
        if (code_ == SQLITE_OK) code_ = bind_one(index, first);
        bind(index + 1, rest...);
    }
    template <std::integral Integer>
    int bind_one(int index, Integer value) {
        return sqlite3_bind_int64(statement_, index, static_cast<sqlite3_int64>(value));
    }
    int bind_one(int index, double value) { return sqlite3_bind_double(statement_, index, value); }
    int bind_one(int index, std::string_view text);
    int bind_one(int index, const std::string& text) {
        return bind_one(index, std::string_view(text));
    }
    int bind_one(int index, Blob blob);
    int bind_one(int index, const PackedId& id);
    int bind_one(int index, TimePoint time) { return bind_one(index, unix_nanos(time)); }
    int bind_one(int index, NullableTime time);
    int bind_one(int index, std::nullptr_t) { return sqlite3_bind_null(statement_, index); }
    template <class Value>
    int bind_one(int index, const std::optional<Value>& value) {
        return value ? bind_one(index, *value) : bind_one(index, nullptr);
    }

    const Connection* connection_;
    const Sql* sql_;
    sqlite3_stmt* statement_;
    int code_;   // of the last call; SQLITE_ROW while there are rows
    bool once_;  // the statement is this cursor's own
    int named_index_ = 0;
    int next_index_ = 1;
};

// `name = value`, as in PRAGMA statements.
struct Pragma {
    std::string name;
    std::string value;
};

class Connection {
public:
    // Creates the file when it is missing. `file` may be ":memory:".
    static Result<std::unique_ptr<Connection>> open(const std::string& file);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    const std::string& file() const { return file_; }

    template <class... Values>
    Cursor query(const Sql& sql, const Values&... values) {
        Cursor cursor = start(sql);
        cursor.bind(1, values...);
        return cursor;
    }
    // For a statement without rows.
    template <class... Values>
    Status run(const Sql& sql, const Values&... values) {
        Cursor cursor = query(sql, values...);
        cursor.next();
        return cursor.status();
    }
    // For a text made for this call; `sql` names it. Parameters are bound by the caller.
    Cursor query_once(const Sql& sql, const std::string& text);
    // Rows that the last INSERT, UPDATE or DELETE changed.
    std::int64_t changed_rows() const { return sqlite3_changes64(handle_); }
    std::int64_t last_row_id() const { return sqlite3_last_insert_rowid(handle_); }
    bool in_transaction() const { return sqlite3_get_autocommit(handle_) == 0; }

    // Any number of statements without parameters; `what` names them in a message.
    Status run_script(const std::string& script, const std::string& what);
    Status set(const Pragma& pragma);

    sqlite3* handle() const { return handle_; }
    // What `code`, an SQLite result code, means while doing `what`.
    Status failure(int code, std::string_view what) const;

private:
    Connection(std::string file, sqlite3* handle) : file_(std::move(file)), handle_(handle) {}

    Cursor start(const Sql& sql);

    std::string file_;
    sqlite3* handle_;
    std::unordered_map<const Sql*, sqlite3_stmt*> statements_;
};

// One snapshot for several queries of a reader; ended when destroyed.
class ReadTransaction {
public:
    explicit ReadTransaction(Connection& connection);
    ~ReadTransaction();
    ReadTransaction(const ReadTransaction&) = delete;
    ReadTransaction& operator=(const ReadTransaction&) = delete;
    Status status() const { return status_; }

private:
    Connection& connection_;
    Status status_;
};

}  // namespace server::store::sqlite
