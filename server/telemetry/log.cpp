#include "server/telemetry/log.h"

#include <spdlog/logger.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <atomic>
#include <memory>
#include <optional>

#include "server/telemetry/log_line.h"

namespace server::log {

namespace {

// Lines are laid out here; spdlog owns the sinks: locking, flushing, files.
struct Writer {
    Format format = Format::text;
    std::function<TimePoint()> now;
    std::shared_ptr<spdlog::logger> logger;
};

spdlog::sink_ptr open_sink(const Options& options) {
    switch (options.target) {
    case Target::standard_error: return std::make_shared<spdlog::sinks::stderr_sink_mt>();
    case Target::standard_output: return std::make_shared<spdlog::sinks::stdout_sink_mt>();
    case Target::file: break;
    }
    return std::make_shared<spdlog::sinks::basic_file_sink_mt>(options.file);
}

std::unique_ptr<Writer> open_writer(const Options& options) {
    auto writer = std::make_unique<Writer>();
    writer->format = options.format;
    writer->now = options.now;
    writer->logger = std::make_shared<spdlog::logger>("server", open_sink(options));
    writer->logger->set_pattern("%v");
    writer->logger->set_level(spdlog::level::trace);  // the level is decided before, in enabled()
    writer->logger->flush_on(spdlog::level::trace);
    return writer;
}

// Never destroyed: a thread may log while the process ends.
std::unique_ptr<Writer>& writer() {
    static auto* instance =
        new std::unique_ptr<Writer>(open_writer(Options{.format = Format::text}));
    return *instance;
}

std::atomic<Level> threshold{Level::warn};

}  // namespace

Result<Level> parse_level(std::string_view word) {
    if (word == "debug") return Level::debug;
    if (word == "info") return Level::info;
    if (word == "warn" || word == "warning") return Level::warn;
    if (word == "error" || word == "dpanic" || word == "panic" || word == "fatal") {
        return Level::error;
    }
    if (word == "never") return Level::never;
    return invalid_argument("unknown log level \"" + std::string(word) +
                            "\": use debug, info, warn, error or never");
}

Result<Format> parse_format(std::string_view word) {
    if (word == "json") return Format::json;
    if (word == "text" || word == "console") return Format::text;
    if (word == "pretty") return Format::pretty;
    return invalid_argument("unknown log format \"" + std::string(word) +
                            "\": use json, text or pretty");
}

Status configure(const Options& options) {
    try {
        writer() = open_writer(options);
    } catch (const spdlog::spdlog_ex& failure) {
        return failed_precondition("log file " + options.file +
                                   " cannot be opened for writing: " + failure.what());
    }
    threshold = options.level;
    return ok_status();
}

bool enabled(Level level) { return level >= threshold.load(std::memory_order_relaxed); }

void write(Level level, std::string_view message, Fields fields) {
    if (!enabled(level)) return;
    const Writer& current = *writer();
    std::optional<TimePoint> time;
    if (current.now) time = current.now();
    const std::string line = to_line(current.format, time, level, message, fields);
    current.logger->log(spdlog::level::info, spdlog::string_view_t(line));
}

void Repeated::failed(const Status& status) {
    ++failures_;
    if (status.message() == last_failure_) return;
    last_failure_ = status.message();
    warn("attempt failed, will be repeated",
         {{"task", what_}, {"error", last_failure_}, {"failures", failures_}});
}

void Repeated::succeeded() {
    if (failures_ == 0) return;
    info("attempt succeeded again", {{"task", what_}, {"failures", failures_}});
    last_failure_.clear();
    failures_ = 0;
}

}  // namespace server::log
