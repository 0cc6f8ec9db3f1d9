#pragma once
// Payloads from what users write, and for what users read.

#include <string>
#include <vector>

#include "cli/requests/api.h"

namespace cli {

using PayloadMap = google::protobuf::Map<std::string, common::Payload>;

// --input, --input-file, --input-meta and --input-base64.
std::vector<Flag> input_flags();
// One payload for each --input and then each --input-file. InvalidArgument for what is no JSON,
// unless --input-meta says that it is something else.
Result<common::Payloads> read_input(const FlagValues& flags);

// `text`, which must be JSON, as it is; `what` names it in the failure.
Result<common::Payload> json_payload(const std::string& what, const std::string& text);
// JSON values one after the other, one payload each: how tctl takes its input.
Result<common::Payloads> json_payloads(const std::string& what, const std::string& text);
// KEY=VALUE pairs with JSON behind the =.
Result<PayloadMap> json_fields(const std::string& flag, const std::vector<std::string>& pairs);

// The data as text where it is JSON or text, else its encoding and size.
std::string to_text(const common::Payload& payload);
// [a, b]; a alone when it is the only one.
std::string to_text(const common::Payloads& payloads);
std::string encoding_of(const common::Payload& payload);

}  // namespace cli
