#include "server/cluster/partition_name.h"

#include <charconv>

namespace server::cluster {

namespace {

constexpr std::string_view kPrefix = "/_sys/";

}  // namespace

std::string partition_name(std::string_view queue, int number) {
    if (number == 0) return std::string(queue);
    return std::string(kPrefix) + std::string(queue) + "/" + std::to_string(number);
}

PartitionName read_partition_name(std::string_view name) {
    const PartitionName root{std::string(name), 0};
    const std::size_t last = name.rfind('/');
    if (!name.starts_with(kPrefix) || last <= kPrefix.size()) return root;
    const std::string_view digits = name.substr(last + 1);
    int number = 0;
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    const bool is_number = read.ec == std::errc() && read.ptr == digits.data() + digits.size();
    if (!is_number || number <= 0) return root;
    return {std::string(name.substr(kPrefix.size(), last - kPrefix.size())), number};
}

}  // namespace server::cluster
