#pragma once
// Priority, fairness key and weight of tasks: what a workflow has holds for its activities and
// children, field by field, unless their command says otherwise (reference temporal-server.md
// §2.10).

#include "server/base/status.h"
#include "temporal/api/common/v1/message.pb.h"

namespace server::workflow {

inline constexpr std::size_t kFairnessKeyBytesMax = 64;

// What is not zero or empty in `given` replaces what the parent has.
::temporal::api::common::v1::Priority merge_priority(
    const ::temporal::api::common::v1::Priority& parent,
    const ::temporal::api::common::v1::Priority& given);

// InvalidArgument names what is wrong; a key above the lowest priority is fine.
Status validate_priority(const ::temporal::api::common::v1::Priority& priority);

}  // namespace server::workflow
