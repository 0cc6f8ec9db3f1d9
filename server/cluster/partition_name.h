#pragma once
// The names of the partitions of a task queue, as Temporal has them: partition 0, the root, bears
// the name of the queue, the others are /_sys/<queue>/<n>.

#include <string>
#include <string_view>

namespace server::cluster {

struct PartitionName {
    std::string queue;
    int number = 0;
};

std::string partition_name(std::string_view queue, int number);

// A name of another form is that of a root.
PartitionName read_partition_name(std::string_view name);

}  // namespace server::cluster
