#include "server/app/dynamic_config.h"

#include <sys/stat.h>

namespace server::app {

namespace {

constexpr std::size_t kWarningsLoggedMax = 20;

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
    return text;
}

}  // namespace

Result<std::unique_ptr<DynamicConfig>> DynamicConfig::open(std::string path,
                                                           config::DynamicValues own,
                                                           std::size_t reading_threads) {
    const auto strict = strict_role_options_from(own);
    if (!strict.ok()) return strict.status();
    std::unique_ptr<DynamicConfig> opened(
        new DynamicConfig(std::move(path), std::move(own), reading_threads));
    opened->read_state_ = opened->file_state();
    TRY(opened->read());
    opened->log_warnings();
    return opened;
}

std::optional<DynamicConfig::FileState> DynamicConfig::file_state() const {
    struct stat status {};
    if (path_.empty() || stat(path_.c_str(), &status) != 0) return std::nullopt;
    std::error_code failure;
    const auto written = std::filesystem::last_write_time(path_, failure);
    if (failure) return std::nullopt;
    return FileState{written, static_cast<std::uintmax_t>(status.st_size), status.st_ino};
}

Status DynamicConfig::read() {
    config::DynamicValues values;
    if (!path_.empty()) {
        TRY_ASSIGN(config::DynamicFile file, config::read_dynamic_file(path_));
        values = std::move(file.values);
    }
    values.overlay(own_);
    role_options_ = role_options_from(values);
    return ok_status();
}

void DynamicConfig::log_warnings() const {
    const auto& options = role_options_;
    if (!options.unused_keys.empty()) {
        log::warn("dynamic config keys without effect yet",
                  {{"keys", joined(options.unused_keys)}});
    }
    for (std::size_t at = 0; at < options.warnings.size() && at < kWarningsLoggedMax; ++at) {
        log::warn("dynamic config value left out", {{"finding", options.warnings[at]}});
    }
}

bool DynamicConfig::reload() {
    const auto state = file_state();
    if (!state) {
        log_.failed(unavailable(path_ + " is gone or cannot be read; the last values stay"));
        return false;
    }
    if (state == read_state_) return false;
    read_state_ = state;
    if (const Status failed = read(); !failed.ok()) {
        log_.failed(failed);
        return false;
    }
    log_.succeeded();
    log::info("dynamic config reloaded", {{"file", path_}});
    log_warnings();
    return true;
}

Async<void> DynamicConfig::watch(Clock& clock, Lane& lane, Duration interval,
                                 std::function<void(const RoleOptions&)> changed) {
    if (path_.empty() || stopping_) co_return;
    pause_ = std::make_unique<Alarm>(clock, lane.executor());
    ended_ = std::make_unique<Alarm>(clock, lane.executor());
    const std::function<bool()> look = [this] { return reload(); };
    while (!stopping_) {
        co_await pause_->wait_until(saturating_add(clock.now(), interval));
        if (stopping_) break;
        const bool is_new = co_await pool_.run<bool>(look);
        if (is_new && !stopping_) changed(role_options_);
    }
    ended_->wake();
}

Async<void> DynamicConfig::stop() {
    stopping_ = true;
    if (!pause_) co_return;
    pause_->wake();
    co_await ended_->wait_until(kNever);
}

}  // namespace server::app
