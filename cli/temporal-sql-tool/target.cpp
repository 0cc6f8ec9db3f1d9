#include "cli/temporal-sql-tool/target.h"

#include <ostream>

#include "server/store/postgres/check_schema.h"
#include "server/store/sqlite/schema_file.h"

namespace cli {

namespace {

namespace postgres = server::store::postgres;
namespace schema = server::store::schema;
namespace sqlite = server::store::sqlite;
using server::Result;

constexpr std::chrono::seconds kConnectMax{10};

using Opened = Result<std::unique_ptr<schema::Database>>;

}  // namespace

std::string_view SqlTarget::store() const {
    return is_file() ? std::string_view("sqlite/v3") : postgres::kSchemaStore;
}

Opened SqlTarget::open_server(postgres::TableRights rights) {
    const postgres::Surroundings surroundings{settings_.server, clock_, interrupt_};
    TRY_ASSIGN(auto connection,
               postgres::BlockingConnection::open(surroundings, clock_.now() + kConnectMax));
    const auto waiting = [this](const std::string& line) { terminal_.err << line << std::endl; };
    return Opened(std::make_unique<postgres::ServerSchema>(std::move(connection), std::move(rights),
                                                           waiting));
}

Opened SqlTarget::open(postgres::TableRights rights) {
    return is_file() ? sqlite::open_schema_file(settings_.file) : open_server(std::move(rights));
}

Result<std::optional<schema::StoredVersions>> SqlTarget::read_versions() {
    if (is_file()) return sqlite::read_schema_file(settings_.file);
    TRY_ASSIGN(const auto database, open_server({}));
    return database->read();
}

Result<std::unique_ptr<postgres::BlockingConnection>> SqlTarget::connect_to(
    const std::string& database) {
    other_ = settings_.server;
    other_.name = database;
    const postgres::Surroundings surroundings{other_, clock_, interrupt_};
    return postgres::BlockingConnection::open(surroundings, clock_.now() + kConnectMax);
}

}  // namespace cli
