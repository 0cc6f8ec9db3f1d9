// fault_proxy TARGET_HOST TARGET_PORT [PORT]: prints `port N`, then obeys lines on stdin and
// answers each with `ok` or `error …`, until stdin ends:
//
//   delay MS | pause | resume | refuse on|off | cut | half-close client|target
//   cut-after BYTES | drop-commit-answers COUNT [TEXT] | status
#include <iostream>
#include <sstream>

#include "tests/support/fault_proxy/fault_proxy.h"

namespace {

using server::tests::FaultProxy;

std::string status_of(const FaultProxy& proxy) {
    return "connections " + std::to_string(proxy.connections()) + " accepted " +
           std::to_string(proxy.accepted()) + " dropped " + std::to_string(proxy.dropped_answers());
}

// What to print, empty when the line is no command.
std::string obey(FaultProxy& proxy, const std::string& line) {
    std::istringstream words(line);
    std::string command;
    std::string text;
    std::size_t number = 0;
    words >> command;
    if (command == "status") return status_of(proxy);
    if (command == "pause") {
        proxy.pause();
    } else if (command == "resume") {
        proxy.resume();
    } else if (command == "cut") {
        proxy.cut();
    } else if (command == "delay" && words >> number) {
        proxy.set_delay(std::chrono::milliseconds(number));
    } else if (command == "cut-after" && words >> number) {
        proxy.cut_after(number);
    } else if (command == "refuse" && words >> text) {
        proxy.refuse(text == "on");
    } else if (command == "half-close" && words >> text) {
        proxy.half_close(text == "client" ? FaultProxy::Side::client : FaultProxy::Side::target);
    } else if (command == "drop-commit-answers" && words >> number) {
        std::getline(words >> std::ws, text);
        proxy.drop_commit_answers(number, text.empty() ? "COMMIT" : text);
    } else {
        return {};
    }
    return "ok";
}

int serve(const std::string& host, const std::string& target_port, const std::string& port) {
    FaultProxy::Place place;
    place.port = static_cast<std::uint16_t>(std::stoi(port));
    FaultProxy proxy(host, static_cast<std::uint16_t>(std::stoi(target_port)), place);
    std::cout << "port " << proxy.port() << std::endl;
    for (std::string line; std::getline(std::cin, line);) {
        const std::string answer = obey(proxy, line);
        std::cout << (answer.empty() ? "error unknown command: " + line : answer) << std::endl;
    }
    return 0;
}

}  // namespace

int main(int argc, char* argv[]) {
    if (argc < 3) {
        std::cerr << "usage: fault_proxy TARGET_HOST TARGET_PORT [PORT]\n";
        return 1;
    }
    try {
        return serve(argv[1], argv[2], argc > 3 ? argv[3] : "0");
    } catch (const std::exception& failure) {
        std::cerr << "Error: " << failure.what() << '\n';
        return 1;
    }
}
