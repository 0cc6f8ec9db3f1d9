#include "tests/cli/running_server.h"

#include <csignal>

#include "cli/requests/payloads.h"
#include "temporal/api/command/v1/message.pb.h"
#include "tests/support/catch.h"

namespace server::tests {

namespace {

using Words = std::vector<std::string>;

Words command_of(const std::string& name, const Words& arguments) {
    Words words{program(name)};
    words.insert(words.end(), arguments.begin(), arguments.end());
    return words;
}

std::string address_in(const std::string& banner) {
    const std::string label = "Temporal Server:";
    const auto at = banner.find_first_not_of(' ', banner.find(label) + label.size());
    return banner.substr(at, banner.find('\n', at) - at);
}

}  // namespace

RunningServer::RunningServer()
    : server_({program("temporal"), "server", "start-dev", "--port", "0", "--headless"}) {
    REQUIRE(server_.printed("Ctrl-C stops the server."));
    address_ = address_in(server_.out());
}

RunningServer::~RunningServer() {
    server_.signal(SIGTERM);
    server_.wait(Child::kStopMax);
}

Words RunningServer::environment() const {
    return {"TEMPORAL_ADDRESS=" + address_, "TEMPORAL_CLI_ADDRESS=" + address_};
}

Finished RunningServer::temporal(const Words& arguments) const {
    return finish(command_of("temporal", arguments), {.environment = environment()});
}

Finished RunningServer::tctl(const Words& arguments) const {
    return finish(command_of("tctl", arguments), {.environment = environment()});
}

Finished RunningServer::answered(const std::string& answer, const std::string& command_line) const {
    const std::string line = "printf '" + answer + "' | " + program("") + command_line;
    return finish({"/bin/sh", "-c", line}, {.environment = environment()});
}

cli::Connection RunningServer::connection() const {
    cli::Connection::Options options;
    options.address = address_;
    return cli::Connection(std::move(options));
}

void complete_next_workflow(cli::Connection& connection, const std::string& task_queue,
                            const std::string& json) {
    cli::api::PollWorkflowTaskQueueRequest poll;
    poll.set_namespace_("default");
    poll.mutable_task_queue()->set_name(task_queue);
    const auto task = connection.wait<cli::api::PollWorkflowTaskQueueResponse>(poll);
    REQUIRE(task.status().message().empty());
    REQUIRE_FALSE(task->task_token().empty());
    cli::api::RespondWorkflowTaskCompletedRequest completed;
    completed.set_namespace_("default");
    completed.set_task_token(task->task_token());
    auto& command = *completed.add_commands();
    command.set_command_type(cli::enums::COMMAND_TYPE_COMPLETE_WORKFLOW_EXECUTION);
    *command.mutable_complete_workflow_execution_command_attributes()
         ->mutable_result()
         ->add_payloads() = cli::json_payload("the result", json).value();
    const auto answer = connection.call<cli::api::RespondWorkflowTaskCompletedResponse>(completed);
    REQUIRE(answer.status().message().empty());
}

}  // namespace server::tests
