#pragma once
// Finds out whether every shard, and the task queue of the workload, has an owner that answers.

#include <string>

#include "tests/support/driver/client.h"
#include "tests/support/driver/tasks.h"

namespace server::driver {

class OwnerProbe {
public:
    OwnerProbe(Client& client, Lane& lane, Clock& clock, int history_shards, std::string task_queue)
        : client_(client), lane_(lane), clock_(clock), history_shards_(history_shards),
          task_queue_(std::move(task_queue)) {}

    // Before the first wait.
    void set_namespace_id(std::string id) { namespace_id_ = std::move(id); }
    // Asks until all have answered; Unavailable, with the number of silent shards, after
    // `patience`.
    Async<Status> wait_until_owned(Duration patience);
    // Calls of its own that had to be repeated.
    std::size_t failures() const { return failures_; }

private:
    Async<void> ask_shard(int shard, TimePoint end);
    Async<void> ask_queue(TimePoint end);

    Client& client_;
    Lane& lane_;
    Clock& clock_;
    const int history_shards_;
    const std::string task_queue_;
    std::string namespace_id_;
    std::size_t failures_ = 0;
    int silent_shards_ = 0;  // of the last wait
    bool silent_queue_ = false;
};

}  // namespace server::driver
