#pragma once
// The jobs that wait for a connection: how many, for how long. Jobs have `size_bytes` and
// `give_up_at`. Any thread.

#include <condition_variable>
#include <deque>
#include <mutex>
#include <string>
#include <vector>

#include "server/base/status.h"
#include "server/runtime/clock.h"

namespace server::store::postgres {

inline constexpr std::size_t kWaitingJobsMax = 16384;
inline constexpr std::size_t kWaitingBytesMax = 256 << 20;
// A job that no connection took by then is refused: nothing of it is written.
inline constexpr Duration kWaitMax = 10s;

Status overloaded(std::size_t jobs, std::size_t bytes);
Status store_stopped();
// Of a job that waited in vain; `cause` says why there was no connection.
Status waited_in_vain(const Status& cause);

template <class Job>
class Waiting {
public:
    // Gives the job back, with the reason, when it may not wait.
    std::optional<Status> add(Job& job) {
        {
            const std::lock_guard lock(mutex_);
            if (stopping_) return store_stopped();
            const bool full = jobs_.size() >= kWaitingJobsMax ||
                              (!jobs_.empty() && bytes_ + job.size_bytes > kWaitingBytesMax);
            if (full) return overloaded(jobs_.size(), bytes_);
            bytes_ += job.size_bytes;
            jobs_.push_back(std::move(job));
        }
        // Not one: it may be the one that has no connection.
        ready_.notify_all();
        return std::nullopt;
    }

    bool empty() const {
        const std::lock_guard lock(mutex_);
        return jobs_.empty();
    }

    // Waits for a job. False when the store stops and nothing waits.
    bool wait() {
        std::unique_lock lock(mutex_);
        ready_.wait(lock, [this] { return stopping_ || !jobs_.empty(); });
        return !jobs_.empty();
    }

    // Waits, at most so long, for the store to stop. True when it does.
    bool pause(Duration at_most) {
        std::unique_lock lock(mutex_);
        return stopped_.wait_for(lock, at_most, [this] { return stopping_; });
    }

    // Takes jobs in the order of their arrival. `wants(job)` sees each once and says whether it
    // goes along.
    template <class Wants>
    std::vector<Job> take(Wants wants) {
        std::vector<Job> taken;
        const std::lock_guard lock(mutex_);
        std::deque<Job> left;
        for (Job& job : jobs_) {
            if (wants(job)) {
                bytes_ -= job.size_bytes;
                taken.push_back(std::move(job));
            } else {
                left.push_back(std::move(job));
            }
        }
        jobs_ = std::move(left);
        return taken;
    }

    void stop() {
        {
            const std::lock_guard lock(mutex_);
            stopping_ = true;
        }
        ready_.notify_all();
        stopped_.notify_all();
    }

private:
    mutable std::mutex mutex_;
    std::condition_variable ready_;
    std::condition_variable stopped_;
    std::deque<Job> jobs_;
    std::size_t bytes_ = 0;
    bool stopping_ = false;
};

}  // namespace server::store::postgres
