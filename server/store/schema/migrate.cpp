#include "server/store/schema/migrate.h"

namespace server::store::schema {

namespace {

// Rolls back what was not committed.
class Transaction {
public:
    static Result<Transaction> begin(Database& database) {
        TRY(database.begin());
        return Transaction(database);
    }
    ~Transaction() {
        if (database_ != nullptr) database_->roll_back();
    }
    Transaction(Transaction&& other) noexcept
        : database_(std::exchange(other.database_, nullptr)) {}
    Transaction& operator=(Transaction&&) = delete;

    Status commit() { return std::exchange(database_, nullptr)->commit(); }

private:
    explicit Transaction(Database& database) : database_(&database) {}
    Database* database_;
};

Result<StoredVersion> load_version(Database& database, const Schema& schema) {
    TRY_ASSIGN(const auto stored, database.read());
    const auto found = stored ? stored_version(*stored, schema.name) : std::nullopt;
    if (found) return *found;
    return failed_precondition(database.place() +
                               " is not set up for versions of its schema: run `setup-schema -v "
                               "0.0` first");
}

// Makes the first of the steps that are left. Absent: none was.
Result<std::optional<Version>> make_step(Database& database, const Schema& schema,
                                         const std::optional<Version>& target) {
    TRY_ASSIGN(Transaction transaction, Transaction::begin(database));
    // Again: what was read without the lock may have been made meanwhile.
    TRY_ASSIGN(const StoredVersion before, load_version(database, schema));
    TRY_ASSIGN(const auto steps, steps_between(schema, before.current, target));
    if (steps.empty()) return std::optional<Version>();
    const Step& step = *steps.front();
    for (const Script& script : step.scripts) TRY(database.run(script));
    TRY(database.record({.schema_name = schema.name,
                         .now = {step.to, step.min_compatible},
                         .before = before.current,
                         .description = step.description,
                         .manifest_md5 = step.manifest_md5}));
    TRY(transaction.commit());
    return std::optional<Version>(step.to);
}

std::string title_of(const Schema& schema) {
    return schema.name.empty() ? "the schema" : "schema " + schema.name;
}

}  // namespace

std::optional<StoredVersion> stored_version(const StoredVersions& stored, std::string_view schema) {
    const auto own = stored.find(schema);
    if (own != stored.end()) return own->second;
    const auto begin = stored.find("");
    if (begin != stored.end()) return begin->second;
    return std::nullopt;
}

Status set_up(Database& database, const Setup& setup, const Progress& progress) {
    TRY_ASSIGN(Transaction transaction, Transaction::begin(database));
    if (setup.overwrite) TRY(database.drop_tables());
    if (!setup.version) {
        for (const Script& script : setup.scripts) TRY(database.run(script));
        TRY(transaction.commit());
        progress(database.place() + ": set up, without versions");
        return ok_status();
    }
    TRY(database.create_version_tables());
    TRY_ASSIGN(const auto stored, database.read());
    const auto before = stored ? stored_version(*stored, "") : std::nullopt;
    if (!before || before->current < *setup.version) {
        for (const Script& script : setup.scripts) TRY(database.run(script));
        TRY(database.record({.schema_name = {},
                             .now = {*setup.version, *setup.version},
                             .before = before ? before->current : Version{},
                             .description = "initial version",
                             .manifest_md5 = {}}));
        progress(database.place() + ": set up with version " + to_string(*setup.version));
    } else {
        progress(database.place() + ": is set up already, with version " +
                 to_string(before->current));
    }
    return transaction.commit();
}

Status update(Database& database, const Schema& schema, const std::optional<Version>& target,
              const Progress& progress) {
    // Once without the lock: a database that is up to date is not waited for.
    TRY_ASSIGN(const StoredVersion before, load_version(database, schema));
    TRY_ASSIGN(const auto steps, steps_between(schema, before.current, target));
    if (steps.empty()) {
        progress(database.place() + ": " + title_of(schema) + " has version " +
                 to_string(before.current) + ", nothing to do");
        return ok_status();
    }
    for (;;) {
        TRY_ASSIGN(const std::optional<Version> made, make_step(database, schema, target));
        if (!made) break;
        progress(database.place() + ": " + title_of(schema) + " now has version " +
                 to_string(*made));
    }
    return ok_status();
}

}  // namespace server::store::schema
