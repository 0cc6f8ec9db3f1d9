// The charms use the server's one channel for failures under its own name.
#pragma once

#include "server/base/status.h"

namespace charm {

using server::Code;
using server::ok_status;
using server::Result;
using server::Status;

}  // namespace charm
