#pragma once
// A program as its user runs it: started with arguments, watched through what it prints, ended by a
// signal.

#include <sys/types.h>

#include <chrono>
#include <string>
#include <vector>

namespace server::tests {

// Where the programs of this build are: BIN_DIR, else the folder of the test program.
std::string program(const std::string& name);

class Child {
public:
    struct Options {
        std::vector<std::string> environment{};  // NAME=value, added to the test's own
        long file_bytes_max = 0;                 // no file it writes may grow larger; 0: no limit
        std::string folder{};                    // to run in; the test's own when empty
    };

    // How long a busy machine may take with a sanitised program.
    static constexpr std::chrono::seconds kPatience{120};
    // A stop is quick for people; this is for such a machine.
    static constexpr std::chrono::seconds kStopMax{30};

    explicit Child(std::vector<std::string> command) : Child(std::move(command), Options{}) {}
    Child(std::vector<std::string> command, const Options& options);
    ~Child();  // kills it when it still runs
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;

    pid_t pid() const { return pid_; }
    const std::string& out() const { return out_.text; }
    const std::string& err() const { return err_.text; }

    // Reads until stdout has `text`; false when the program ends or patience does.
    bool printed(const std::string& text);
    void signal(int number) const;
    // Both pipes are closed at this end: what it prints now goes nowhere.
    void stop_listening();
    // Reads to the end and returns the exit code; minus the signal that killed it; -1000 when it
    // had to be killed here.
    int wait(std::chrono::seconds patience = kPatience);

private:
    struct Pipe {
        int descriptor = -1;
        std::string text;
    };
    // Waits for output, or the end of the program, and takes what is there; false once both pipes
    // are closed.
    bool read_some(std::chrono::milliseconds patience);
    static void take(Pipe& pipe);

    pid_t pid_ = -1;
    int ended_ = -1;  // a descriptor that is readable once the program has ended
    Pipe out_;
    Pipe err_;
    bool reaped_ = false;
};

// Runs it to its end.
struct Finished {
    int code = 0;
    std::string out;
    std::string err;
};
Finished finish(std::vector<std::string> command, const Child::Options& options = {});

}  // namespace server::tests
