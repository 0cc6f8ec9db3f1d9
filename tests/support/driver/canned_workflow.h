#pragma once
// The workflow that the driver runs. It is a pure function of its history, so that any worker, with
// or without a cache, at any replay, decides the same.
//
// A run goes through rounds. A round schedules its activities, starts its timers and its children
// together, and is over when they have ended and its share of signals has come; after the last
// round, and when its updates are done, the run completes, or continues as new while runs of its
// chain are left. A child is a workflow of one round with one activity. A query is answered with
// the numbers of the signals that have come, in their order.
//
//   round 0   a0-0 a0-1 t0-0   + 1 signal  ──▶  round 1   a1-0 a1-1 t1-0   + 1 signal  ──▶  …  ──▶
//   completed

#include <string>
#include <vector>

#include "server/base/status.h"
#include "tests/support/driver/api.h"

namespace server::driver {

inline constexpr const char* kWorkflowType = "CannedWorkflow";
inline constexpr const char* kActivityType = "CannedActivity";
inline constexpr const char* kSignalName = "go-on";

// What one run does; travels as its input.
struct Shape {
    int rounds = 1;
    int activities = 1;                  // per round
    int timers = 0;                      // per round
    int signals = 0;                     // per round
    Duration timer_max{};                // each timer takes up to this, fixed by its name
    Duration activity_timeout = 10s;     // start to close
    int failing_activities_percent = 0;  // these heartbeat once, fail once and are retried
    int children = 0;                    // per round
    int updates = 0;                     // in all
    int runs = 1;                        // of the chain, this one counted
    int open_timers = 0;    // of an hour, started with the first round and left open at the end
    int payload_bytes = 0;  // of padding in every input and result

    int signal_count() const { return rounds * signals; }
    int activity_count() const { return rounds * activities; }
    int timer_count() const { return rounds * timers; }
    int child_count() const { return rounds * children; }
};

std::string encode(const Shape& shape);
// InvalidArgument when `text` is not what encode() makes.
Result<Shape> decode_shape(const std::string& text);

// Whether the first attempt of this activity fails.
bool fails_first(const Shape& shape, const std::string& workflow_id,
                 const std::string& activity_id);

// What a worker knows of a run from its events, and what it answers.
class CannedRun {
public:
    explicit CannedRun(std::string workflow_id) : workflow_id_(std::move(workflow_id)) {}

    // In order of their ids; the Started event is the first.
    void fold(const HistoryEvent& event);
    // The commands of a workflow task that ends with the last event folded and completes
    // `updates_now` updates. Empty: nothing to do yet.
    std::vector<command::Command> decide(int updates_now = 0) const;
    common::Payloads answer_to_query() const { return text_payload(signals_seen_); }

    const Shape& shape() const { return shape_; }
    // False when the input was not a shape.
    bool understood() const { return understood_; }

private:
    int rounds_begun() const;
    bool round_is_over(int round) const;
    void begin_round(int round, std::vector<command::Command>& commands) const;
    command::Command schedule_activity(const std::string& activity_id) const;
    command::Command start_timer(const std::string& timer_id, Duration wait) const;
    Duration wait_of(const std::string& timer_id) const;
    command::Command start_child(const std::string& id) const;
    command::Command complete() const;
    command::Command continue_as_new() const;
    void fold_started(const HistoryEvent& event);

    std::string workflow_id_;
    std::string workflow_type_;
    std::string task_queue_;
    Shape shape_;
    bool understood_ = false;
    int activities_scheduled_ = 0;
    int activities_ended_ = 0;
    int timers_started_ = 0;
    int timers_fired_ = 0;
    int children_started_ = 0;
    int children_ended_ = 0;
    int updates_ended_ = 0;
    int signals_ = 0;
    std::string signals_seen_;  // "0 1 2"
};

}  // namespace server::driver
