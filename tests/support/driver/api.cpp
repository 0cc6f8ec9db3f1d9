#include "tests/support/driver/api.h"

#include <google/protobuf/util/time_util.h>

namespace server::driver {

using google::protobuf::util::TimeUtil;

common::Payloads text_payload(const std::string& text) {
    common::Payloads payloads;
    common::Payload& payload = *payloads.add_payloads();
    (*payload.mutable_metadata())["encoding"] = "text/plain";
    payload.set_data(text);
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
