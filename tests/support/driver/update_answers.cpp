#include "tests/support/driver/update_answers.h"

#include <temporal/api/protocol/v1/message.pb.h>
#include <temporal/api/update/v1/message.pb.h>

namespace server::driver {

namespace {

namespace protocol = ::temporal::api::protocol::v1;
namespace update = ::temporal::api::update::v1;

void add(api::RespondWorkflowTaskCompletedRequest& answer, const protocol::Message& asked,
         const std::string& kind, const google::protobuf::Message& body) {
    protocol::Message& message = *answer.add_messages();
    message.set_id(asked.protocol_instance_id() + "/" + kind);
    message.set_protocol_instance_id(asked.protocol_instance_id());
    message.mutable_body()->PackFrom(body);
    command::Command& command = *answer.add_commands();
    command.set_command_type(enums::COMMAND_TYPE_PROTOCOL_MESSAGE);
    command.mutable_protocol_message_command_attributes()->set_message_id(message.id());
}

}  // namespace

int answer_updates(const api::PollWorkflowTaskQueueResponse& task,
                   api::RespondWorkflowTaskCompletedRequest& answer) {
    int answered = 0;
    for (const protocol::Message& asked : task.messages()) {
        update::Request request;
        if (!asked.body().UnpackTo(&request)) continue;
        update::Acceptance acceptance;
        acceptance.set_accepted_request_message_id(asked.id());
        acceptance.set_accepted_request_sequencing_event_id(asked.event_id());
        *acceptance.mutable_accepted_request() = request;
        add(answer, asked, "accept", acceptance);
        update::Response response;
        *response.mutable_meta() = request.meta();
        *response.mutable_outcome()->mutable_success() = request.input().args();
        add(answer, asked, "complete", response);
        ++answered;
    }
    return answered;
}

}  // namespace server::driver
