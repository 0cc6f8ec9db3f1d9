#include "tests/support/driver/acknowledgements.h"

#include <algorithm>

namespace server::driver {

const char* name_of(Acknowledgement::Kind kind) {
    using Kind = Acknowledgement::Kind;
    switch (kind) {
    case Kind::started: return "started";
    case Kind::signaled: return "signaled";
    case Kind::workflow_task_polled: return "workflow-task-polled";
    case Kind::workflow_task_completed: return "workflow-task-completed";
    case Kind::activity_polled: return "activity-polled";
    case Kind::activity_heartbeat: return "activity-heartbeat";
    case Kind::activity_failed: return "activity-failed";
    case Kind::activity_completed: return "activity-completed";
    case Kind::closed: return "closed";
    }
    return "?";
}

Status AcknowledgementLog::write_to(const std::string& file) {
    file_.open(file, std::ios::app);
    if (!file_) return unavailable("cannot write the acknowledgements to " + file);
    return ok_status();
}

void AcknowledgementLog::append(Acknowledgement entry) {
    entry.time = std::chrono::system_clock::now();
    if (file_.is_open()) {
        file_ << to_rfc3339(entry.time) << ' ' << name_of(entry.kind) << ' ' << entry.workflow_id
              << ' ' << entry.run_id << ' ' << (entry.id.empty() ? "-" : entry.id) << ' '
              << entry.number << ' ' << entry.attempt << '\n';
    }
    if (keeps_) entries_.push_back(std::move(entry));
}

std::size_t AcknowledgementLog::count(Acknowledgement::Kind kind) const {
    return static_cast<std::size_t>(
        std::count_if(entries_.begin(), entries_.end(),
                      [&](const Acknowledgement& entry) { return entry.kind == kind; }));
}

}  // namespace server::driver
