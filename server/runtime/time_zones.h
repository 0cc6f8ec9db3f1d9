#pragma once
// The zones of the system's database (tzdata). Read once per name and kept for the life of the
// process, so that a schedule means the same until the next start. From any thread.

#include <string>

#include "server/workflow/backoff/cron.h"

namespace server {

// Null when the database has no zone of that name, or cannot be read.
const workflow::TimeZone* find_time_zone(const std::string& name);

}  // namespace server
