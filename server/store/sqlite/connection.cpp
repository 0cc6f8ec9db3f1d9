#include "server/store/sqlite/connection.h"

#include <climits>

namespace server::store::sqlite {

namespace {

constexpr Sql kBeginRead{"begin reading", "BEGIN DEFERRED"};
constexpr Sql kEndRead{"end reading", "COMMIT"};

int primary_code(int code) { return code & 0xff; }

Code code_for(int code) {
    switch (primary_code(code)) {
    case SQLITE_CONSTRAINT: return Code::Aborted;
    case SQLITE_TOOBIG:
    case SQLITE_MISMATCH: return Code::InvalidArgument;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return Code::DataLoss;
    default: return Code::Unavailable;
    }
}

std::string advice_for(int code, const std::string& file) {
    switch (primary_code(code)) {
    case SQLITE_FULL: return "disk full: free space on the file system of " + file;
    case SQLITE_IOERR: return "input/output error: check the disk of " + file;
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return "another program has locked " + file + ": close it";
    case SQLITE_READONLY:
    case SQLITE_PERM: return "no permission to write " + file + ": change its owner or mode";
    case SQLITE_CANTOPEN: return "cannot open " + file + ": check its directory and permissions";
    case SQLITE_CORRUPT: return file + " is damaged: restore it from a backup";
    case SQLITE_NOTADB: return file + " is not an SQLite database: choose another file";
    case SQLITE_NOMEM: return "out of memory with " + file;
    default: return file;
    }
}

}  // namespace

Cursor::~Cursor() {
    if (once_) {
        sqlite3_finalize(statement_);
    } else if (statement_ != nullptr) {
        sqlite3_reset(statement_);
    }
}

bool Cursor::next() {
    if (code_ != SQLITE_OK && code_ != SQLITE_ROW) return false;
    code_ = sqlite3_step(statement_);
    return code_ == SQLITE_ROW;
}

Status Cursor::status() const {
    if (code_ == SQLITE_OK || code_ == SQLITE_ROW || code_ == SQLITE_DONE) return ok_status();
    return connection_->failure(code_, sql_->name);
}

std::string_view Cursor::view(int column) const {
    const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement_, column));
    return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

std::string Cursor::id(int column) const {
    const std::string_view stored = view(column);
    const bool is_uuid = type(column) == SQLITE_BLOB && stored.size() == 16;
    return is_uuid ? unpack_uuid(stored) : std::string(stored);
}

int Cursor::bind_one(int index, std::string_view text) {
    // A null pointer would bind NULL.
    const char* bytes = text.empty() ? "" : text.data();
    return sqlite3_bind_text64(statement_, index, bytes, text.size(), SQLITE_STATIC, SQLITE_UTF8);
}

int Cursor::bind_one(int index, Blob blob) {
    const char* bytes = blob.bytes.empty() ? "" : blob.bytes.data();
    return sqlite3_bind_blob64(statement_, index, bytes, blob.bytes.size(), SQLITE_STATIC);
}

int Cursor::bind_one(int index, const PackedId& id) {
    if (!id.is_uuid()) return bind_one(index, id.bytes());
    // The packed bytes lie in a temporary of the caller, so SQLite copies them.
    const std::string_view bytes = id.bytes();
    return sqlite3_bind_blob64(statement_, index, bytes.data(), bytes.size(), SQLITE_TRANSIENT);
}

int Cursor::bind_one(int index, NullableTime time) {
    return time.time == kNever ? bind_one(index, nullptr) : bind_one(index, time.time);
}

Result<std::unique_ptr<Connection>> Connection::open(const std::string& file) {
    sqlite3* handle = nullptr;
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
    const int code = sqlite3_open_v2(file.c_str(), &handle, flags, nullptr);
    std::unique_ptr<Connection> connection(new Connection(file, handle));
    if (handle != nullptr) sqlite3_extended_result_codes(handle, 1);
    if (code != SQLITE_OK) return connection->failure(code, "open");
    return connection;
}

Connection::~Connection() {
    for (const auto& [sql, statement] : statements_) sqlite3_finalize(statement);
    sqlite3_close_v2(handle_);
}

Cursor Connection::start(const Sql& sql) {
    sqlite3_stmt*& statement = statements_[&sql];
    int code = SQLITE_OK;
    if (statement == nullptr) {
        code = sqlite3_prepare_v3(handle_, sql.text, -1, SQLITE_PREPARE_PERSISTENT, &statement,
                                  nullptr);
    }
    ASSERT(statement == nullptr || sqlite3_stmt_busy(statement) == 0, sql.name);
    return {*this, sql, statement, code, false};
}

Cursor Connection::query_once(const Sql& sql, const std::string& text) {
    sqlite3_stmt* statement = nullptr;
    const int code = sqlite3_prepare_v2(handle_, text.c_str(), static_cast<int>(text.size()) + 1,
                                        &statement, nullptr);
    return {*this, sql, statement, code, true};
}

Status Connection::run_script(const std::string& script, const std::string& what) {
    const int code = sqlite3_exec(handle_, script.c_str(), nullptr, nullptr, nullptr);
    return code == SQLITE_OK ? ok_status() : failure(code, what);
}

Status Connection::set(const Pragma& pragma) {
    return run_script("PRAGMA " + pragma.name + " = " + pragma.value, "set " + pragma.name);
}

Status Connection::failure(int code, std::string_view what) const {
    const bool has_message = handle_ != nullptr && sqlite3_errcode(handle_) != SQLITE_OK;
    const char* reason = has_message ? sqlite3_errmsg(handle_) : sqlite3_errstr(code);
    std::string message = advice_for(code, file_) + " (";
    message.append(what).append(": ").append(reason);
    message.append(", SQLite code ").append(std::to_string(code)).append(")");
    return {code_for(code), std::move(message)};
}

ReadTransaction::ReadTransaction(Connection& connection)
    : connection_(connection), status_(connection.run(kBeginRead)) {}

ReadTransaction::~ReadTransaction() {
    if (!connection_.in_transaction()) return;
    // Nothing was written, so nothing can be lost.
    static_cast<void>(connection_.run(kEndRead));
}

}  // namespace server::store::sqlite
