#pragma once
// What a server does with its process: signals, descriptors, last words. Called by the mains only.
//
//   SIGINT, SIGTERM, SIGHUP   the first begins a graceful stop, a second ends the process at once
//   SIGPIPE, SIGXFSZ          ignored: a closed terminal or a full quota is a failed write, not the
//   end

#include <chrono>
#include <string>

namespace server::app {

// Call first in main, before any thread is started: threads inherit which signals they leave alone.
// Raises the limit of open files to the hard one.
void prepare_process();

// Waits for a signal that asks to stop and returns its name. From then on the next one ends the
// process.
std::string wait_for_stop_signal();

// Ends the process with exit code 1 and a message when it still lives after this time: a stop that
// hangs must not keep a supervisor waiting. Nothing acknowledged can be lost by it.
void end_process_after(std::chrono::seconds time);

}  // namespace server::app
