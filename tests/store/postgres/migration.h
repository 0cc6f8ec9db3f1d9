#pragma once
// A database of the tests from version to version, with schemas made for them.

#include <memory>
#include <string>
#include <vector>

#include "server/store/postgres/check_schema.h"
#include "server/store/postgres/server_schema.h"
#include "server/store/schema/migrate.h"
#include "tests/support/postgres_store.h"

namespace server::tests {

using namespace store;
using postgres::ServerSchema;

inline const schema::Progress kSilent = [](const std::string&) {};

// A database and the ways to it; one object for each thread.
class Migration {
public:
    Migration(PostgresServer& server, std::string database, const std::string& user = "temporal")
        : server_(server), options_(database_options(server, database)) {
        options_.user = options_.password = user;
    }

    std::unique_ptr<postgres::BlockingConnection> connect() {
        auto opened = postgres::BlockingConnection::open(surroundings(), kNever);
        return std::move(opened).value();
    }
    std::unique_ptr<ServerSchema> open(postgres::TableRights rights = {},
                                       ServerSchema::Waiting waiting = kSilent) {
        return std::make_unique<ServerSchema>(connect(), std::move(rights), std::move(waiting));
    }
    Status set_up(postgres::TableRights rights = {}) {
        return schema::set_up(*open(std::move(rights)),
                              {.version = schema::Version{}, .scripts = {}}, kSilent);
    }
    Status update(const schema::Schema& schema, postgres::TableRights rights = {}) {
        return schema::update(*open(std::move(rights)), schema, std::nullopt, kSilent);
    }
    Status check() {
        constexpr std::array kBoth{schema::kTemporal, schema::kVisibility};
        return postgres::check_schema(surroundings(), kBoth, kNever);
    }
    std::string version_of(const std::string& name) {
        const auto stored = open()->read().value();
        const auto found = stored ? schema::stored_version(*stored, name) : std::nullopt;
        return found ? to_string(found->current) : "none";
    }
    std::string run(const std::string& sql) { return server_.run(options_.name, sql); }
    postgres::Surroundings surroundings() { return {options_, clock_, interrupt_}; }

private:
    PostgresServer& server_;
    postgres::Database options_;
    SystemClock clock_;
    postgres::Interrupt interrupt_;
};

inline schema::Step step_of(const char* version, std::string text,
                            const char* min_compatible = "1.0") {
    return {.to = schema::parse_version(version).value(),
            .min_compatible = schema::parse_version(min_compatible).value(),
            .description = "test",
            .manifest_md5 = "0",
            .scripts = {{"v" + std::string(version) + "/test.sql", std::move(text)}}};
}

inline schema::Schema schema_of(std::vector<schema::Step> steps) {
    return {.name = "temporal", .place = "test", .steps = std::move(steps)};
}

inline const schema::Schema& own(std::string_view name) {
    return schema::embedded(postgres::kSchemaStore, name);
}

}  // namespace server::tests
