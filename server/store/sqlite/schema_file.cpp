#include "server/store/sqlite/schema_file.h"

#include <filesystem>

#include "server/store/sqlite/file_path.h"
#include "server/store/sqlite/settings.h"

namespace server::store::sqlite {

namespace {

// A FileSchema with all that it needs.
class LockedFile final : public FileSchema {
public:
    LockedFile(ProcessLock lock, std::unique_ptr<Connection> connection)
        : FileSchema(*connection), lock_(std::move(lock)), connection_(std::move(connection)) {}

private:
    ProcessLock lock_;
    std::unique_ptr<Connection> connection_;
};

using OpenSchema = Result<std::unique_ptr<schema::Database>>;

}  // namespace

OpenSchema open_schema_file(const std::string& path) {
    TRY_ASSIGN(const std::string file, resolve_file(path));
    TRY_ASSIGN(ProcessLock lock, ProcessLock::acquire(file));
    TRY_ASSIGN(auto connection, Connection::open(file));
    TRY(check_file_id(*connection));
    TRY(set_up_writer(*connection, {}));
    return OpenSchema(std::make_unique<LockedFile>(std::move(lock), std::move(connection)));
}

Result<std::optional<schema::StoredVersions>> read_schema_file(const std::string& path) {
    TRY_ASSIGN(const std::string file, resolve_file(path));
    std::error_code error;
    if (!std::filesystem::exists(file, error)) return std::optional<schema::StoredVersions>();
    TRY_ASSIGN(auto connection, Connection::open(file));
    TRY(check_file_id(*connection));
    return FileSchema(*connection).read();
}

Result<bool> remove_file(const std::string& path) {
    TRY_ASSIGN(const std::string file, resolve_file(path));
    std::error_code error;
    if (!std::filesystem::exists(file, error)) return false;
    TRY_ASSIGN(const ProcessLock lock, ProcessLock::acquire(file));
    {
        TRY_ASSIGN(auto connection, Connection::open(file));
        TRY(check_file_id(*connection));
    }
    for (const char* const suffix : {"", "-wal", "-shm"}) {
        std::filesystem::remove(file + suffix, error);
        if (!error) continue;
        return failed_precondition("cannot remove " + file + suffix + ": " + error.message());
    }
    return true;
}

}  // namespace server::store::sqlite
