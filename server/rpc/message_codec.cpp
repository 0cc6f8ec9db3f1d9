#include "server/rpc/message_codec.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/stubs/logging.h>
#include <grpcpp/impl/codegen/proto_utils.h>
#include <grpcpp/support/proto_buffer_reader.h>
#include <grpcpp/support/proto_buffer_writer.h>

#include <mutex>
#include <string>
#include <string_view>

namespace server::rpc {

namespace {

// Readers of what we store and send stop at the usual depth: events, histories and answers put a
// failure that a request brought a few levels deeper.
constexpr int kNestingUsual = 100;
constexpr int kNestingMax = 88;  // of what a client sends

// What protobuf last complained about on this thread; it has no other way to say which field was
// bad.
thread_local std::string last_complaint;

void keep_complaint(google::protobuf::LogLevel, const char*, int, const std::string& message) {
    last_complaint = message;
}

// "String field 'a.b.C.name' contains invalid UTF-8 data when parsing …" → "a.b.C.name".
std::string_view field_in(std::string_view complaint) {
    const auto begin = complaint.find('\'');
    const auto end = complaint.find('\'', begin + 1);
    if (begin == std::string_view::npos || end == std::string_view::npos) return {};
    return complaint.substr(begin + 1, end - begin - 1);
}

Status unreadable(const google::protobuf::Descriptor& type) {
    if (last_complaint.find("invalid UTF-8") != std::string::npos) {
        return invalid_argument("grpc: error unmarshalling request: string field " +
                                std::string(field_in(last_complaint)) + " contains invalid UTF-8");
    }
    return invalid_argument("grpc: error unmarshalling request: the bytes are not a " +
                            type.full_name());
}

bool parse_nested(const grpc::ByteBuffer& bytes, int nesting_max,
                  google::protobuf::Message& message) {
    grpc::ByteBuffer readable = bytes;  // shares the slices
    grpc::ProtoBufferReader reader(&readable);
    google::protobuf::io::CodedInputStream coded(&reader);
    coded.SetRecursionLimit(nesting_max);
    return reader.status().ok() && message.ParseFromCodedStream(&coded) &&
           coded.ConsumedEntireMessage();
}

}  // namespace

void keep_protobuf_log_quiet() {
    static std::once_flag once;
    std::call_once(once, [] { google::protobuf::SetLogHandler(keep_complaint); });
}

Result<std::unique_ptr<google::protobuf::Message>> parse_request(
    const google::protobuf::Descriptor& type, const grpc::ByteBuffer& bytes,
    std::size_t bytes_max) {
    if (bytes.Length() > bytes_max) {
        return Status(Code::ResourceExhausted, "grpc: received message larger than max (" +
                                                   std::to_string(bytes.Length()) + " vs. " +
                                                   std::to_string(bytes_max) + ")");
    }
    const auto* prototype =
        google::protobuf::MessageFactory::generated_factory()->GetPrototype(&type);
    ASSERT(prototype != nullptr, type.full_name());
    std::unique_ptr<google::protobuf::Message> message(prototype->New());
    last_complaint.clear();
    const bool of_client = type.file()->package().starts_with("temporal.api.");
    if (parse_nested(bytes, of_client ? kNestingMax : kNestingUsual, *message)) return message;
    const Status reason = unreadable(type);
    constexpr int kNestingTold = 1000;
    if (!parse_nested(bytes, kNestingTold, *message)) return reason;
    return invalid_argument("grpc: error unmarshalling request: it nests deeper than " +
                            std::to_string(kNestingMax) + " messages");
}

bool parse_message(const grpc::ByteBuffer& bytes, google::protobuf::Message& message) {
    return parse_nested(bytes, kNestingUsual, message);
}

Result<grpc::ByteBuffer> serialize_message(const google::protobuf::Message& message) {
    grpc::ByteBuffer bytes;
    bool owns = false;
    const auto status = grpc::GenericSerialize<grpc::ProtoBufferWriter, google::protobuf::Message>(
        message, &bytes, &owns);
    if (!status.ok()) {
        return internal_error("cannot serialize " + message.GetTypeName() + ": " +
                              status.error_message());
    }
    return bytes;
}

}  // namespace server::rpc
