#include "server/workflow/events/large_fields.h"

#include <google/protobuf/descriptor.h>

#include <algorithm>

namespace server::workflow {

namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

std::size_t size_of(const Message& message, const FieldDescriptor& field) {
    const auto& reflection = *message.GetReflection();
    if (!field.is_repeated()) return reflection.GetMessage(message, &field).ByteSizeLong();
    std::size_t bytes = 0;
    for (int index = 0; index < reflection.FieldSize(message, &field); ++index) {
        bytes += reflection.GetRepeatedMessage(message, &field, index).ByteSizeLong();
    }
    return bytes;
}

class Search {
public:
    Search(const HistoryEvent& event, const Limits& limits, std::vector<LargeField>& found)
        : event_(event), limits_(limits), found_(found) {}

    void look_at_fields_of(const Message& message) {
        std::vector<const FieldDescriptor*> fields;
        message.GetReflection()->ListFields(message, &fields);
        for (const FieldDescriptor* field : fields) look_at(message, *field);
    }
    void look_at(const Message& message, const FieldDescriptor& field) {
        if (field.cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) return;
        const std::string& type = field.message_type()->full_name();
        if (type == common::SearchAttributes::descriptor()->full_name()) return;
        const bool memo = type == common::Memo::descriptor()->full_name();
        const std::size_t bytes = size_of(message, field);
        const std::size_t warn = memo ? limits_.memo_size_bytes_warn : limits_.blob_size_bytes_warn;
        if (bytes <= warn) return;
        found_.push_back({event_.event_id(), enums::EventType_Name(event_.event_type()),
                          field.name(), bytes, memo});
    }

private:
    const HistoryEvent& event_;
    const Limits& limits_;
    std::vector<LargeField>& found_;
};

}  // namespace

void find_large_fields(const ::temporal::api::history::v1::History& events, const Limits& limits,
                       std::vector<LargeField>& found) {
    const auto smallest =
        static_cast<int>(std::min(limits.blob_size_bytes_warn, limits.memo_size_bytes_warn));
    if (events.GetCachedSize() <= smallest) return;
    for (const HistoryEvent& event : events.events()) {
        if (event.GetCachedSize() <= smallest) continue;
        Search search(event, limits, found);
        std::vector<const FieldDescriptor*> fields;
        event.GetReflection()->ListFields(event, &fields);
        for (const FieldDescriptor* field : fields) {
            const bool attributes = field->containing_oneof() != nullptr;
            if (!attributes) {
                if (field->name() == "user_metadata") search.look_at(event, *field);
                continue;
            }
            search.look_at_fields_of(event.GetReflection()->GetMessage(event, field));
        }
    }
}

}  // namespace server::workflow
