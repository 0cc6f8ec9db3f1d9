#include "tests/support/driver/stored_runs.h"

#include <filesystem>

#include "server/store/sqlite/connection.h"
#include "server/store/sqlite/run_queries.h"
#include "tests/support/replay.h"

namespace server::driver {

namespace {

using store::sqlite::Connection;
using store::sqlite::Cursor;
using store::sqlite::Sql;
using workflow::MutableState;

constexpr Sql kListRuns{"list runs", "SELECT shard_id, namespace_id, workflow_id, run_id FROM run"};
constexpr Sql kIntegrity{"check the file", "PRAGMA integrity_check"};

// Branches of this many batches are not made by the canned workflow.
constexpr std::int32_t kBatchesMax = 1'000'000;

struct RunRow {
    ShardId shard_id;
    RunKey run;
};

Result<std::vector<RunRow>> list_runs(Connection& connection) {
    std::vector<RunRow> rows;
    Cursor cursor = connection.query(kListRuns);
    while (cursor.next()) {
        const ShardId shard_id{static_cast<std::int32_t>(cursor.integer(0))};
        rows.push_back({shard_id, {cursor.id(1), cursor.bytes(2), cursor.id(3)}});
    }
    TRY(cursor.status());
    return rows;
}

Result<tests::EventBatches> read_batches(Connection& connection, ShardId shard_id,
                                         const std::string& branch_id) {
    store::HistoryQuery query;
    query.shard_id = shard_id;
    query.branch_id = branch_id;
    query.batches_max = kBatchesMax;
    TRY_ASSIGN(const auto stored, store::sqlite::read_history(connection, query));
    tests::EventBatches batches;
    for (const store::HistoryBatch& batch : stored) {
        history::History events;
        if (!events.ParseFromString(batch.events) || events.events().empty() ||
            events.events(0).event_id() != batch.first_event_id) {
            return Status(Code::DataLoss, "history batch " + std::to_string(batch.first_event_id) +
                                              " of branch " + branch_id +
                                              " does not hold what its key says");
        }
        batches.emplace_back(events.events().begin(), events.events().end());
    }
    return batches;
}

void compare(const MutableState& state, const tests::EventBatches& batches, StoredRuns& found) {
    const bool settled = state.buffered_events().empty();
    const std::string stored = tests::history_part(state, settled);
    const std::string replayed = tests::history_part(tests::replay(state.run(), batches), settled);
    if (stored != replayed) {
        found.replayed.violated(state.run().workflow_id + " run " + state.run().run_id +
                                "\n  stored:   " + stored + "\n  replayed: " + replayed);
    }
}

Status load_run(Connection& connection, const RunRow& row, StoredRuns& found) {
    TRY_ASSIGN(const auto stored, store::sqlite::find_run(connection, row.shard_id, row.run));
    if (!stored) return not_found("run " + row.run.run_id + " is listed and not found");
    TRY_ASSIGN(const MutableState state,
               MutableState::decode(row.run, stored->info, stored->items));
    if (state.encode_all() != stored->items || state.encode_info() != stored->info) {
        found.encoded.violated(row.run.workflow_id + " run " + row.run.run_id);
    }
    TRY_ASSIGN(const tests::EventBatches batches,
               read_batches(connection, row.shard_id, state.info().branch_id()));
    compare(state, batches, found);

    RunHistory history{.run = row.run, .events = {}};
    for (const auto& batch : batches) {
        history.events.insert(history.events.end(), batch.begin(), batch.end());
    }
    state.buffered_events().for_each(
        [&](std::int64_t, const HistoryEvent& event) { history.buffered.push_back(event); });
    found.histories.push_back(std::move(history));

    TRY_ASSIGN(const auto current,
               store::sqlite::find_current_run(connection, row.shard_id, row.run.namespace_id,
                                               row.run.workflow_id));
    if (!current || current->run_id != row.run.run_id || current->closed == state.running()) {
        found.current.violated(row.run.workflow_id + " run " + row.run.run_id +
                               (state.running() ? ", open" : ", closed"));
    }
    return ok_status();
}

void check_file(Connection& connection, Check& intact) {
    Cursor rows = connection.query(kIntegrity);
    while (rows.next()) {
        if (rows.view(0) != "ok") intact.violated(rows.bytes(0));
    }
    if (!rows.status().ok()) intact.violated(rows.status().message());
}

}  // namespace

std::size_t StoredRuns::event_count() const {
    std::size_t count = 0;
    for (const RunHistory& history : histories) count += history.events.size();
    return count;
}

Result<StoredRuns> load_stored_runs(const std::string& file) {
    TRY_ASSIGN(const auto connection, Connection::open(file));
    StoredRuns found;
    check_file(*connection, found.intact);
    TRY_ASSIGN(const std::vector<RunRow> rows, list_runs(*connection));
    for (const RunRow& row : rows) {
        const Status loaded = load_run(*connection, row, found);
        if (!loaded.ok()) found.readable.violated(row.run.workflow_id + ": " + loaded.message());
    }
    return found;
}

Result<StoredRuns> load_copy_of(const std::string& file, const std::string& copy) {
    for (const char* suffix : {"", "-wal"}) {
        std::error_code failure;
        const auto options = std::filesystem::copy_options::overwrite_existing;
        std::filesystem::remove(copy + suffix, failure);
        if (!std::filesystem::exists(file + suffix)) continue;
        std::filesystem::copy_file(file + suffix, copy + suffix, options, failure);
        if (failure) return unavailable("cannot copy " + file + suffix + ": " + failure.message());
    }
    return load_stored_runs(copy);
}

}  // namespace server::driver
