#include "charm/pebble/exec.h"

namespace charm::pebble {

namespace {

// How long after the command's own limit Pebble may take to say so.
constexpr std::chrono::seconds kGrace{5};

json::object request_of(const Command& command) {
    json::array argv;
    for (const std::string& argument : command.argv) argv.emplace_back(argument);
    return {{"command", std::move(argv)},
            {"timeout", std::to_string(command.limit.count()) + "ms"},
            {"split-stderr", true}};
}

}  // namespace

Result<Ended> exec(Client& client, const Command& command) {
    ASSERT(!command.argv.empty(), "a command has a program");
    TRY_ASSIGN(const Client::Started started, client.start("/v1/exec", request_of(command)));
    const std::string task = text_at(started.result, "task-id");
    if (task.empty()) return server::internal_error("Pebble's answer to an exec names no task");

    Websockets sockets(client.connection().socket_path());
    TRY(sockets.connect(task));
    Ended ended;
    TRY(sockets.exchange(command.input, ended.output, ended.errors, command.limit + kGrace));
    TRY_ASSIGN(const Change change, client.wait(started.change, command.limit + kGrace));
    if (!change.done()) {
        return Status(Code::DeadlineExceeded, command.argv[0] + ": " + change.failure);
    }
    const json::value* code = find(change.task_data, "exit-code");
    if (code == nullptr || !code->is_int64()) {
        return server::internal_error(command.argv[0] + ": Pebble gave no exit code");
    }
    ended.exit_code = static_cast<int>(code->get_int64());
    return ended;
}

}  // namespace charm::pebble
