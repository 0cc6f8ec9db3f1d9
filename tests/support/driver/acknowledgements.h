#pragma once
// What the server has promised: one entry per answer that the driver got, in the order of their
// arrival. The checker (checker.h) holds the stored histories against it. Optionally also a file,
// one line per entry. Lives on the driver's lane.

#include <deque>
#include <fstream>
#include <string>

#include "server/base/ids.h"
#include "server/base/status.h"
#include "server/base/time.h"

namespace server::driver {

struct Acknowledgement {
    enum class Kind {
        started,   // id: request id
        signaled,  // id: request id; number: its place among the signals of this workflow, from 0
        workflow_task_polled,     // number: started event id
        workflow_task_completed,  // number: started event id
        activity_polled,          // id: activity id
        activity_heartbeat,       // id: activity id
        activity_failed,          // id: activity id
        activity_completed,       // id: activity id
        closed,                   // number: event type
    };
    Kind kind;
    std::string workflow_id;
    std::string run_id;
    std::string id;
    EventId number = 0;
    int attempt = 0;           // of the task
    bool had_details = false;  // activity_polled: the heartbeat of an earlier attempt came along
    TimePoint time;            // set by the log
};

const char* name_of(Acknowledgement::Kind kind);

class AcknowledgementLog {
public:
    // Writes every entry to `file` too. Unavailable when it cannot be created.
    Status write_to(const std::string& file);

    // Entries go to the file alone: for loads that would fill the memory.
    void keep_nothing() { keeps_ = false; }

    void append(Acknowledgement entry);

    // Entries stay where they are: a position, once taken, names the same prefix for ever.
    const std::deque<Acknowledgement>& entries() const { return entries_; }
    std::size_t count(Acknowledgement::Kind kind) const;

private:
    std::deque<Acknowledgement> entries_;
    bool keeps_ = true;
    std::ofstream file_;
};

}  // namespace server::driver
