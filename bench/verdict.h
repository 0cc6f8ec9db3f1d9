#pragma once
// Whether the work was done, once: judged from the histories of all workflows and from the server's
// own count of those that have completed. Pure.

#include <string>
#include <vector>

#include "bench/scenario.h"
#include "tests/support/driver/checker.h"

namespace server::bench {

class Verdict {
public:
    // `chain`: the runs of one workflow in their order, the last one closed it.
    void judge(const std::vector<driver::RunHistory>& chain, const Shape& shape);
    // A workflow whose history cannot be read.
    void unreadable(const std::string& workflow_id, const Status& status);
    // What the server counts as completed, and what should be.
    void compare_counts(std::int64_t counted, std::int64_t expected);

    std::size_t completed() const { return completed_; }
    std::size_t lost() const { return lost_; }
    std::size_t doubled() const { return doubled_; }
    const std::vector<std::string>& problems() const { return problems_; }

private:
    void problem(std::string text);

    std::size_t completed_ = 0;
    std::size_t lost_ = 0;
    std::size_t doubled_ = 0;
    std::vector<std::string> problems_;  // at most kProblemsMax
};

}  // namespace server::bench
