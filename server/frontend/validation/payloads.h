#pragma once
// Sizes of what users store: payloads, memo, links. Each failure is InvalidArgument with field,
// size and limit.

#include <google/protobuf/message.h>
#include <google/protobuf/repeated_ptr_field.h>

#include <string_view>

#include "server/base/status.h"
#include "server/frontend/limits/limits.h"
#include "temporal/api/common/v1/message.pb.h"

namespace server::frontend {

// `field` as "StartWorkflowExecution.Input".
Status check_blob(std::string_view field, const google::protobuf::Message& value,
                  const Limits& limits);
Status check_memo(std::string_view field, const ::temporal::api::common::v1::Memo& memo,
                  const Limits& limits);
Status check_links(
    const google::protobuf::RepeatedPtrField<::temporal::api::common::v1::Link>& links,
    const Limits& limits);

}  // namespace server::frontend
