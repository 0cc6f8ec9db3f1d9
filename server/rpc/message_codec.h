#pragma once
// Bytes of the wire ↔ messages.

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>
#include <grpcpp/support/byte_buffer.h>

#include <memory>

#include "server/base/status.h"

namespace server::rpc {

// The request of `type` in `bytes`. Failures:
//
//   ResourceExhausted  larger than `bytes_max`, in the words of grpc-go by which SDKs tell
//                      "too large" from "try again":
//                      `grpc: received message larger than max (N vs. 4194304)`
//   InvalidArgument    not a message of this type, or a string that is not UTF-8; the message
//                      names the field. One bad string, once stored, fails every later reader.
Result<std::unique_ptr<google::protobuf::Message>> parse_request(
    const google::protobuf::Descriptor& type, const grpc::ByteBuffer& bytes, std::size_t bytes_max);

// Whether `bytes` are a message of the type of `message`, which becomes it.
bool parse_message(const grpc::ByteBuffer& bytes, google::protobuf::Message& message);

Result<grpc::ByteBuffer> serialize_message(const google::protobuf::Message& message);

// Protobuf prints every bad string to stderr. This keeps the last complaint of the thread for
// parse_request's message instead. Called once, before the first request.
void keep_protobuf_log_quiet();

}  // namespace server::rpc
