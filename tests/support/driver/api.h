#pragma once
// Short names for the packages of the public API, and the one form of payload that the driver uses:
// plain text.

#include <string>

#include <temporal/api/common/v1/message.pb.h>
#include <temporal/api/history/v1/message.pb.h>
#include <temporal/api/taskqueue/v1/message.pb.h>
#include <temporal/api/workflowservice/v1/request_response.pb.h>

#include "server/base/time.h"

namespace server::driver {

namespace api = ::temporal::api::workflowservice::v1;
namespace command = ::temporal::api::command::v1;
namespace common = ::temporal::api::common::v1;
namespace enums = ::temporal::api::enums::v1;
namespace history = ::temporal::api::history::v1;
namespace taskqueue = ::temporal::api::taskqueue::v1;

using history::HistoryEvent;

// With `padding_bytes`, a second payload of that many bytes that do not compress.
common::Payloads text_payload(const std::string& text, int padding_bytes = 0);
// Empty when there is none.
std::string text_of(const common::Payloads& payloads);

void set_duration(google::protobuf::Duration& target, Duration duration);
Duration duration_of(const google::protobuf::Duration& duration);
TimePoint time_of(const google::protobuf::Timestamp& time);

}  // namespace server::driver
