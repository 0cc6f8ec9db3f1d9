#pragma once
// Whose turn it is among tasks of one priority: start-time fair queueing. Each task of a key gets a
// pass that is 1/weight after that of the key's task before it, and the lowest pass is served
// first, so under a backlog the keys are served in proportion to their weights, however many tasks
// each has. A key that was away begins at the pass that is being served: it saves up nothing. With
// one key, and tasks without a key are one as well, this is the order of arrival.

#include <cstdint>
#include <map>
#include <string>

namespace server::matching {

class FairPasses {
public:
    static constexpr double kWeightMin = 0.001;
    static constexpr double kWeightMax = 1'000;
    static constexpr std::size_t kKeysMax = 10'000;  // remembered; past it the newest are not fair

    // Of the next task of the key. A weight of 0 is 1.
    std::uint64_t next(const std::string& key, double weight);
    // A task of this pass is being served.
    void served(std::uint64_t pass);

private:
    static constexpr double kStride = 1'000'000;  // of a task of weight 1

    void forget_absent();

    std::uint64_t current_ = 0;
    std::uint64_t forgotten_at_ = 0;
    std::map<std::string, std::uint64_t> following_;  // the pass after the key's last task
};

}  // namespace server::matching
