#pragma once
// Faults that a test or the simulator injects into the memory store. A hook that is not set does
// nothing. Hooks run on the caller's lane and may be changed between calls.

#include <functional>
#include <string>
#include <string_view>

#include "server/runtime/async.h"
#include "server/store/runs.h"

namespace server::store::memory {

enum class CommitFault {
    none,
    refused,              // nothing is written, the caller is told so
    shard_lost,           // nothing is written, as if another owner had come
    unknown_written,      // written, but the caller is told that the outcome is unknown
    unknown_not_written,  // not written, and the caller is told that the outcome is unknown
};

// How many turns of the event loop a call takes: before it has its effect, and from there to its
// answer.
struct Delay {
    int before = 1;
    int after = 1;
};

struct Faults {
    // `call` is the name of the method: "runs.find_run". A failure is the answer of the call; a
    // write that fails this way has written nothing.
    std::function<Status(std::string_view call)> read;
    std::function<Status(std::string_view call)> write;
    // A failure is the answer of a write that has had its effect: the real one was lost.
    std::function<Status(std::string_view call)> answer;
    // For Runs::acquire_shard, by the owner that asks.
    std::function<Status(const std::string& owner)> acquire;
    // For Runs::commit.
    std::function<CommitFault(const TransitionWrite& write)> commit;
    // At least one turn before, so that a caller always sees a real suspension.
    std::function<Delay(std::string_view call)> delay;
    // Nothing more is sent, and calls fail at once; what is on its way still arrives.
    bool down = false;
    // The way to the database: awaited before a call has its effect, and again before its answer.
    std::function<Async<void>()> travel;
};

}  // namespace server::store::memory
