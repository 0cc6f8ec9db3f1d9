#include "server/store/sqlite/settings.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace server::store::sqlite {

namespace {

constexpr std::array<std::string_view, 9> kAllowedPragmas = {
    "busy_timeout", "cache_size",  "journal_mode", "journal_size_limit", "max_page_count",
    "mmap_size",    "synchronous", "temp_store",   "wal_autocheckpoint"};

constexpr Sql kReadJournalMode{"read journal mode", "SELECT journal_mode FROM pragma_journal_mode"};

// Debian's SQLite zeroes what is deleted unless told otherwise; the outbox alone would then write
// each of its pages twice.
const std::array kCommon = {Pragma{"busy_timeout", "5000"}, Pragma{"foreign_keys", "OFF"},
                            Pragma{"secure_delete", "OFF"}, Pragma{"temp_store", "MEMORY"}};
const std::array kWriter = {Pragma{"journal_mode", "WAL"}, Pragma{"synchronous", "FULL"},
                            Pragma{"cache_size", "-16384"},
                            Pragma{"journal_size_limit", "67108864"}};
const std::array kReader = {Pragma{"query_only", "ON"}, Pragma{"cache_size", "-4096"}};
const std::array kMemory = {Pragma{"journal_mode", "MEMORY"}, Pragma{"synchronous", "OFF"}};

std::string lower(std::string text) {
    std::ranges::transform(text, text.begin(), [](unsigned char byte) {
        return static_cast<char>(std::tolower(byte));
    });
    return text;
}

bool is_word(const std::string& text) {
    return !text.empty() && std::ranges::all_of(text, [](unsigned char byte) {
        return std::isalnum(byte) != 0 || byte == '_' || byte == '-';
    });
}

std::string shown(const Pragma& pragma) { return pragma.name + "=" + pragma.value; }

std::string allowed_names() {
    std::string names;
    for (const std::string_view name : kAllowedPragmas) {
        names.append(names.empty() ? "" : ", ").append(name);
    }
    return names;
}

template <class Pragmas>
Status set_all(Connection& connection, const Pragmas& pragmas) {
    for (const Pragma& pragma : pragmas) TRY(connection.set(pragma));
    return ok_status();
}

Status check_journal_mode(Connection& connection) {
    Cursor row = connection.query(kReadJournalMode);
    row.next();
    TRY(row.status());
    if (row.view(0) == "wal") return ok_status();
    return failed_precondition("database file " + connection.file() +
                               " cannot have a write-ahead log: choose a local file system");
}

}  // namespace

Status check_pragma(const Pragma& pragma) {
    if (std::ranges::find(kAllowedPragmas, lower(pragma.name)) == kAllowedPragmas.end()) {
        return invalid_argument("SQLite pragma " + shown(pragma) + " is not supported: one of " +
                                allowed_names());
    }
    if (!is_word(pragma.value)) {
        return invalid_argument("SQLite pragma " + shown(pragma) +
                                " has an invalid value: a number or a word is needed");
    }
    if (lower(pragma.name) == "journal_mode" && lower(pragma.value) != "wal") {
        return invalid_argument("SQLite pragma " + shown(pragma) +
                                " is not supported: the store needs journal_mode=wal");
    }
    return ok_status();
}

Status set_up_writer(Connection& connection, const std::vector<Pragma>& pragmas) {
    TRY(set_all(connection, kCommon));
    TRY(set_all(connection, kWriter));
    TRY(check_journal_mode(connection));
    return set_all(connection, pragmas);
}

Status set_up_reader(Connection& connection, const std::vector<Pragma>& pragmas) {
    TRY(set_all(connection, kCommon));
    TRY(set_all(connection, kReader));
    return set_all(connection, pragmas);
}

Status set_up_memory(Connection& connection, const std::vector<Pragma>& pragmas) {
    TRY(set_all(connection, kCommon));
    TRY(set_all(connection, kMemory));
    for (const Pragma& pragma : pragmas) {
        // There is no file to have one.
        if (lower(pragma.name) != "journal_mode") TRY(connection.set(pragma));
    }
    return ok_status();
}

}  // namespace server::store::sqlite
