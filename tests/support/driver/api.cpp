#include "tests/support/driver/api.h"

#include <google/protobuf/util/time_util.h>

namespace server::driver {

using google::protobuf::util::TimeUtil;

namespace {

constexpr std::size_t kBlockBytes = 128 * 1024;

std::string make_block() {
    std::string block;
    std::uint64_t state = 1;
    while (block.size() < kBlockBytes) {
        state = state * 6364136223846793005ULL + 1442695040888963407ULL;  // Knuth's MMIX
        block.push_back(static_cast<char>(state >> 56));
    }
    return block;
}

void add_payload(common::Payloads& payloads, const char* encoding, std::string data) {
    common::Payload& payload = *payloads.add_payloads();
    (*payload.mutable_metadata())["encoding"] = encoding;
    payload.set_data(std::move(data));
}

}  // namespace

common::Payloads text_payload(const std::string& text, int padding_bytes) {
    common::Payloads payloads;
    add_payload(payloads, "text/plain", text);
    if (padding_bytes <= 0) return payloads;
    static const std::string block = make_block();
    std::string padding;
    const auto size = static_cast<std::size_t>(padding_bytes);
    while (padding.size() < size) padding.append(block, 0, size - padding.size());
    add_payload(payloads, "binary/plain", std::move(padding));
    return payloads;
}

std::string text_of(const common::Payloads& payloads) {
    return payloads.payloads_size() > 0 ? payloads.payloads(0).data() : std::string();
}

void set_duration(google::protobuf::Duration& target, Duration duration) {
    target = TimeUtil::NanosecondsToDuration(duration.count());
}

Duration duration_of(const google::protobuf::Duration& duration) {
    return Duration(TimeUtil::DurationToNanoseconds(duration));
}

TimePoint time_of(const google::protobuf::Timestamp& time) {
    return from_unix_nanos(TimeUtil::TimestampToNanoseconds(time));
}

}  // namespace server::driver
