#pragma once
// What requests may hold and ask for, with the defaults of Temporal 1.32.

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

#include "server/base/time.h"
#include "server/cluster/search_attribute_check.h"

namespace server::frontend {

struct Limits {
    std::size_t id_bytes_max = 1000;               // ids, names, types, task queues, identities
    std::size_t blob_bytes_max = 2 * 1024 * 1024;  // the payloads of one field
    std::size_t memo_bytes_max = 2 * 1024 * 1024;
    // Reported only: completions in pages are not built.
    std::size_t workflow_task_completion_bytes_max = 40 * 1024 * 1024;
    cluster::SearchAttributeLimits search_attributes;
    std::size_t links_max = 10;  // of one request
    std::size_t link_bytes_max = 4000;
    std::size_t failure_kept_bytes_max = 4 * 1024;  // of a failure that was too large

    std::int32_t history_page_max = 256;
    std::int32_t visibility_page_max = 1000;
    std::int32_t namespace_page_default = 100;
    std::int32_t namespace_page_max = 1000;
    std::size_t query_bytes_max = 64 * 1024;  // the text of a list filter

    Duration duration_max = 100 * 365 * 24h;  // longer timeouts are cut
    Duration poll_deadline_min = 2s;
    std::size_t waits_per_namespace_max = 1200;  // long polls and queries at once
    // The same for one namespace, by name.
    std::map<std::string, std::size_t> waits_of_namespace_max{};
    std::size_t waits_max(const std::string& namespace_name) const {
        const auto own = waits_of_namespace_max.find(namespace_name);
        return own == waits_of_namespace_max.end() ? waits_per_namespace_max : own->second;
    }

    // Calls per second of one namespace to this frontend; 0: as many as come.
    std::int64_t requests_per_second_max = 0;
    std::map<std::string, std::int64_t> requests_per_second_of_namespace_max{};
    std::int64_t request_rate_max(const std::string& namespace_name) const {
        const auto own = requests_per_second_of_namespace_max.find(namespace_name);
        return own == requests_per_second_of_namespace_max.end() ? requests_per_second_max
                                                                 : own->second;
    }

    Duration retention_min = 1h;
    int bad_binaries_max = 10;
    std::size_t custom_search_attributes_max = 1000;  // of a namespace
    std::size_t namespace_data_bytes_max = 64 * 1024;
};

}  // namespace server::frontend
