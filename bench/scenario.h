#pragma once
// The scenarios: what one workflow of each does, and what else is particular about it. Most have a
// size, which `--scenario NAME:SIZE` changes.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "server/base/status.h"
#include "tests/support/driver/canned_workflow.h"

namespace server::bench {

using driver::Shape;

struct Scenario {
    // In what order workflows are started, worked on and waited for.
    enum class Course {
        steady,   // each is waited for when it has been started
        backlog,  // all are started, then the worker begins
        idle,     // all are started and stay open for a while, then each is signaled
        echo,     // no workflows: calls of the health service
    };

    std::string_view name;
    std::string_view help;
    std::string_view size_name = "";  // empty: it has none
    int size = 0;
    int size_max = 0;
    Course course = Course::steady;
    void (*form)(Shape& shape, int size) = nullptr;
    int task_queues = 1;
    bool payload_varies = false;  // unless --payload-bytes says how much
};

std::span<const Scenario> scenarios();

// "NAME" or "NAME:SIZE". InvalidArgument names what there is.
Result<Scenario> find_scenario(const std::string& text);

// What the workflow with this number does.
Shape shape_of(const Scenario& scenario, int payload_bytes, int index);

}  // namespace server::bench
