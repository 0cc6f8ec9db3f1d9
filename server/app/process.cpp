#include "server/app/process.h"

#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <string_view>

namespace server::app {

namespace {

sigset_t stop_signals() {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGHUP);
    return signals;
}

void raise_open_files_limit() {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

// A stray exception is a defect; the process ends, and its supervisor starts it again.
[[noreturn]] void say_why_and_abort() {
    try {
        if (const auto failure = std::current_exception()) std::rethrow_exception(failure);
        std::cerr << "defect: terminated without an exception\n";
    } catch (const std::exception& failure) {
        std::cerr << "defect: uncaught exception: " << failure.what() << '\n';
    }  // one of another type ends the process just the same
    std::abort();
}

}  // namespace

void prepare_process() {
    const sigset_t signals = stop_signals();
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGXFSZ, SIG_IGN);
    std::set_terminate(say_why_and_abort);
    raise_open_files_limit();
}

std::string wait_for_stop_signal() {
    const sigset_t signals = stop_signals();
    int received = 0;
    while (sigwait(&signals, &received) != 0) {
    }
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) std::signal(signal, SIG_DFL);
    pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
    return received == SIGINT ? "SIGINT" : received == SIGTERM ? "SIGTERM" : "SIGHUP";
}

void end_process_after(std::chrono::seconds time) {
    std::signal(SIGALRM, [](int) {
        constexpr std::string_view kMessage = "Error: the stop took too long, ended without it\n";
        [[maybe_unused]] const auto written =
            write(STDERR_FILENO, kMessage.data(), kMessage.size());
        _exit(1);
    });
    alarm(static_cast<unsigned>(time.count()));
}

}  // namespace server::app
