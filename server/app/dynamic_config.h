#pragma once
// The dynamic values of a process, and the file they come from, which may change while the server
// runs. A file that cannot be used refuses the start; later it leaves everything as it is, and is
// one line in the log per change.
//
// reload() and role_options() belong to one thread at a time: the start, then watch().

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "server/app/role_options.h"
#include "server/config/dynamic_file.h"
#include "server/runtime/alarm.h"
#include "server/runtime/blocking_pool.h"
#include "server/runtime/lane.h"
#include "server/telemetry/log.h"

namespace server::app {

class DynamicConfig {
public:
    // `own` values (of the command line) win over those of the file; an empty path means no file.
    // Without threads of its own (for tests) watch() reads on its lane.
    static Result<std::unique_ptr<DynamicConfig>> open(std::string path, config::DynamicValues own,
                                                       std::size_t reading_threads = 1);

    const RoleOptions& role_options() const { return role_options_; }

    // Reads the file again if it has another time, size or inode. True when role_options() are new.
    bool reload();

    // Reloads every `interval` and then calls `changed`, on `lane`, until stop(). Returns at once
    // without a file.
    Async<void> watch(Clock& clock, Lane& lane, Duration interval,
                      std::function<void(const RoleOptions&)> changed);
    // On the lane of watch(); returns when it has ended.
    Async<void> stop();

private:
    struct FileState {
        std::filesystem::file_time_type written;
        std::uintmax_t size_bytes = 0;
        std::uintmax_t inode = 0;
        bool operator==(const FileState&) const = default;
    };

    DynamicConfig(std::string path, config::DynamicValues own, std::size_t reading_threads)
        : path_(std::move(path)), own_(std::move(own)), pool_("config", reading_threads) {}
    std::optional<FileState> file_state() const;
    Status read();
    void log_warnings() const;

    const std::string path_;
    const config::DynamicValues own_;
    std::optional<FileState> read_state_;
    RoleOptions role_options_;
    log::Repeated log_{"reload the dynamic config file"};
    BlockingPool pool_;
    std::unique_ptr<Alarm> pause_;  // while watch() runs
    std::unique_ptr<Alarm> ended_;
    bool stopping_ = false;
};

}  // namespace server::app
