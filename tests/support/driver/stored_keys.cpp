#include "tests/support/driver/stored_keys.h"

#include <algorithm>

#include "server/store/postgres/connection.h"

namespace server::driver {

namespace {

using store::sqlite::Sql;

// The same tables in both; run_item is keyed by a number in SQLite.
constexpr Sql kRuns{"list keys", "SELECT shard_id, namespace_id, workflow_id, run_id FROM run"};
constexpr Sql kItems{"list keys", "SELECT DISTINCT run_id FROM run_item"};
constexpr Sql kItemsByKey{"list keys",
                          "SELECT DISTINCT run_id FROM run_item LEFT JOIN run USING (run_key)"};
constexpr Sql kCurrentRuns{"list keys", "SELECT run_id FROM current_run"};
constexpr Sql kBranches{"list keys", "SELECT DISTINCT branch_id FROM history"};
constexpr Sql kVisible{"list keys", "SELECT run_id, status FROM visibility"};

namespace sqlite {

using store::sqlite::Connection;
using store::sqlite::Cursor;

// Calls `take` with each row.
template <class Take>
Status for_each_row(Connection& connection, const Sql& sql, Take take) {
    Cursor cursor = connection.query(sql);
    while (cursor.next()) take(cursor);
    return cursor.status();
}

Result<std::set<std::string>> ids(Connection& connection, const Sql& sql) {
    std::set<std::string> found;
    TRY(for_each_row(connection, sql, [&](Cursor& row) { found.insert(row.id(0)); }));
    return found;
}

}  // namespace sqlite

namespace postgres {

using store::postgres::Connection;
using store::postgres::Rows;

constexpr Duration kPatience = 60s;

class Listing {
public:
    explicit Listing(const store::postgres::Database& database) : database_(database) {}

    Status open() {
        auto opened =
            Connection::open({database_, clock_, interrupt_}, store::postgres::Purpose::queries,
                             saturating_add(clock_.now(), kPatience));
        if (auto* connection = std::get_if<std::unique_ptr<Connection>>(&opened)) {
            connection_ = std::move(*connection);
            return ok_status();
        }
        return std::get<store::postgres::ConnectFailure>(opened).status;
    }

    Result<Rows> rows(const Sql& sql) {
        store::postgres::Transaction transaction;
        transaction.push_back({sql.name, sql.text, {}, false});
        auto reply =
            connection_->run(std::move(transaction), saturating_add(clock_.now(), kPatience));
        if (reply.failure)
            return unavailable(std::string(sql.text) + ": " + reply.failure->message);
        return std::move(reply.rows.front());
    }

    Result<std::set<std::string>> ids(const Sql& sql) {
        TRY_ASSIGN(const Rows found, rows(sql));
        std::set<std::string> ids;
        for (int row = 0; row < found.count(); ++row) {
            ids.insert(store::postgres::unpack_id(found.view(row, 0)));
        }
        return ids;
    }

private:
    const store::postgres::Database& database_;
    SystemClock clock_;
    store::postgres::Interrupt interrupt_;
    std::unique_ptr<Connection> connection_;
};

}  // namespace postgres

}  // namespace

bool StoredKeys::has(const std::string& run_id) const {
    const bool has_row = std::any_of(runs.begin(), runs.end(),
                                     [&](const Run& row) { return row.run.run_id == run_id; });
    return has_row || items.contains(run_id) || current_runs.contains(run_id) ||
           visible.contains(run_id);
}

Result<StoredKeys> list_keys(store::sqlite::Connection& connection) {
    StoredKeys keys;
    TRY(sqlite::for_each_row(connection, kRuns, [&](store::sqlite::Cursor& row) {
        const ShardId shard_id{static_cast<std::int32_t>(row.integer(0))};
        keys.runs.push_back({shard_id, {row.id(1), row.bytes(2), row.id(3)}});
    }));
    TRY_ASSIGN(keys.items, sqlite::ids(connection, kItemsByKey));
    TRY_ASSIGN(keys.current_runs, sqlite::ids(connection, kCurrentRuns));
    TRY_ASSIGN(keys.branches, sqlite::ids(connection, kBranches));
    TRY(sqlite::for_each_row(connection, kVisible, [&](store::sqlite::Cursor& row) {
        keys.visible[row.id(0)] = static_cast<int>(row.integer(1));
    }));
    return keys;
}

Result<StoredKeys> list_keys(const store::postgres::Options& options) {
    using store::postgres::unpack_id;
    StoredKeys keys;
    postgres::Listing main(options.database);
    TRY(main.open());
    TRY_ASSIGN(const auto runs, main.rows(kRuns));
    for (int row = 0; row < runs.count(); ++row) {
        const ShardId shard_id{static_cast<std::int32_t>(runs.integer(row, 0))};
        keys.runs.push_back(
            {shard_id,
             {unpack_id(runs.view(row, 1)), runs.bytes(row, 2), unpack_id(runs.view(row, 3))}});
    }
    TRY_ASSIGN(keys.items, main.ids(kItems));
    TRY_ASSIGN(keys.current_runs, main.ids(kCurrentRuns));
    TRY_ASSIGN(keys.branches, main.ids(kBranches));
    postgres::Listing second(*options.visibility);
    TRY(second.open());
    TRY_ASSIGN(const auto records, second.rows(kVisible));
    for (int row = 0; row < records.count(); ++row) {
        keys.visible[records.bytes(row, 0)] = static_cast<int>(records.integer(row, 1));
    }
    return keys;
}

}  // namespace server::driver
