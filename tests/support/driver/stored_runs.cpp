#include "tests/support/driver/stored_runs.h"

#include <algorithm>
#include <filesystem>

#include "server/store/postgres/postgres_store.h"
#include "server/store/sqlite/sqlite_store.h"
#include "tests/support/await.h"
#include "tests/support/driver/stored_keys.h"
#include "tests/support/replay.h"

namespace server::driver {

namespace {

using store::sqlite::Connection;
using store::sqlite::Cursor;
using store::sqlite::Sql;
using workflow::MutableState;

constexpr Sql kIntegrity{"check the file", "PRAGMA integrity_check"};

// Branches of this many batches are not made by the canned workflow.
constexpr std::int32_t kBatchesMax = 1'000'000;
// Runs that are read at once.
constexpr std::size_t kReadsMax = 32;

struct LoadedRun {
    MutableState state;
    bool same_encoding = false;
    tests::EventBatches batches;
    std::optional<store::CurrentRun> current;
};

Result<tests::EventBatches> decode(const std::vector<store::HistoryBatch>& stored) {
    tests::EventBatches batches;
    for (const store::HistoryBatch& batch : stored) {
        history::History events;
        if (!events.ParseFromString(batch.events) || events.events().empty() ||
            events.events(0).event_id() != batch.first_event_id) {
            return Status(Code::DataLoss, "history batch " + std::to_string(batch.first_event_id) +
                                              " of branch " + batch.branch_id +
                                              " does not hold what its key says");
        }
        batches.emplace_back(events.events().begin(), events.events().end());
    }
    return batches;
}

Async<Result<LoadedRun>> load_run(store::Runs& runs, StoredKeys::Run key) {
    CO_TRY_ASSIGN(const auto stored, co_await runs.find_run(key.shard_id, key.run));
    if (!stored) co_return not_found("run " + key.run.run_id + " is listed and not found");
    CO_TRY_ASSIGN(MutableState state, MutableState::decode(key.run, stored->info, stored->items));
    const bool same_encoding =
        state.encode_all() == stored->items && state.encode_info() == stored->info;
    store::HistoryQuery query;
    query.shard_id = key.shard_id;
    query.branch_id = state.info().branch_id();
    query.batches_max = kBatchesMax;
    CO_TRY_ASSIGN(const auto history, co_await runs.read_history(query));
    CO_TRY_ASSIGN(auto batches, decode(history));
    CO_TRY_ASSIGN(auto current, co_await runs.find_current_run(key.shard_id, key.run.namespace_id,
                                                               key.run.workflow_id));
    LoadedRun loaded{std::move(state), same_encoding, std::move(batches), std::move(current)};
    co_return loaded;
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

void add(const LoadedRun& loaded, const StoredKeys& keys, StoredRuns& found) {
    const MutableState& state = loaded.state;
    const RunKey& run = state.run();
    const std::string name =
        run.workflow_id + " run " + run.run_id + (state.running() ? ", open" : ", closed");
    if (!loaded.same_encoding) found.encoded.violated(name);
    compare(state, loaded.batches, found);
    if (!loaded.current || loaded.current->run_id != run.run_id ||
        loaded.current->closed == state.running()) {
        found.current.violated(name);
    }
    const auto record = keys.visible.find(run.run_id);
    if (record == keys.visible.end()) {
        found.visible.violated(name + ": no record");
    } else if (record->second != static_cast<int>(state.info().status())) {
        found.visible.violated(name + ": listed with status " + std::to_string(record->second));
    }

    RunHistory history{.run = run, .events = {}};
    for (const auto& batch : loaded.batches) {
        history.events.insert(history.events.end(), batch.begin(), batch.end());
    }
    state.buffered_events().for_each(
        [&](std::int64_t, const HistoryEvent& event) { history.buffered.push_back(event); });
    found.histories.push_back(std::move(history));
}

// `known` are the ids that rows may have.
template <class Ids>
void check_owned(const char* table, const Ids& ids, const std::set<std::string>& known,
                 Check& owned) {
    for (const auto& id : ids) {
        if (!known.contains(id)) owned.violated(std::string(table) + " " + id);
    }
}

StoredRuns read_runs(store::Runs& runs, const StoredKeys& keys) {
    StoredRuns found;
    std::set<std::string> run_ids;
    std::set<std::string> branches;
    for (std::size_t begin = 0; begin < keys.runs.size(); begin += kReadsMax) {
        std::vector<Async<Result<LoadedRun>>> reads;
        const std::size_t end = std::min(begin + kReadsMax, keys.runs.size());
        for (std::size_t at = begin; at < end; ++at) reads.push_back(load_run(runs, keys.runs[at]));
        const auto loaded = tests::await_all(std::move(reads));
        for (std::size_t at = begin; at < end; ++at) {
            const RunKey& run = keys.runs[at].run;
            const Result<LoadedRun>& result = loaded[at - begin];
            run_ids.insert(run.run_id);
            if (result.ok()) {
                branches.insert(result->state.info().branch_id());
                add(*result, keys, found);
            } else {
                found.readable.violated(run.workflow_id + ": " + result.status().message());
            }
        }
    }
    std::set<std::string> visible;
    for (const auto& [run_id, status] : keys.visible) visible.insert(run_id);
    check_owned("item of run", keys.items, run_ids, found.owned);
    check_owned("current run", keys.current_runs, run_ids, found.owned);
    check_owned("history branch", keys.branches, branches, found.owned);
    check_owned("visibility record of run", visible, run_ids, found.owned);
    return found;
}

Check check_file(Connection& connection) {
    Check intact{.sentence = "the database file is intact"};
    Cursor rows = connection.query(kIntegrity);
    while (rows.next()) {
        if (rows.view(0) != "ok") intact.violated(rows.bytes(0));
    }
    if (!rows.status().ok()) intact.violated(rows.status().message());
    return intact;
}

}  // namespace

std::vector<Check> StoredRuns::checks() const {
    std::vector<Check> all{readable, replayed, encoded, current, owned, visible};
    if (intact) all.push_back(*intact);
    return all;
}

std::size_t StoredRuns::event_count() const {
    std::size_t count = 0;
    for (const RunHistory& history : histories) count += history.events.size();
    return count;
}

Result<StoredRuns> load_stored_runs(const std::string& file) {
    TRY_ASSIGN(auto connection, Connection::open(file));
    Check intact = check_file(*connection);
    TRY_ASSIGN(const StoredKeys keys, list_keys(*connection));
    connection.reset();
    store::sqlite::Options options;
    options.path = file;
    TRY_ASSIGN(const auto store, store::sqlite::open(std::move(options)));
    StoredRuns found = read_runs(store->runs(), keys);
    found.intact = std::move(intact);
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

Result<StoredRuns> load_stored_runs(const store::postgres::Options& options) {
    TRY_ASSIGN(const StoredKeys keys, list_keys(options));
    TRY_ASSIGN(const auto store, store::postgres::open(options));
    return read_runs(store->runs(), keys);
}

}  // namespace server::driver
