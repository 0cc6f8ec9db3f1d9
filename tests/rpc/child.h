#pragma once
// Another process: this test program, running one test case that prints "port N" when it serves and
// then reads its input to the end.

#include <sys/types.h>

#include <cstdio>
#include <string>

namespace server::tests {

class Child {
public:
    explicit Child(const char* test);
    ~Child();

    std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
    // SIGKILL; gone when this returns.
    void kill();

private:
    pid_t pid_ = 0;
    int port_ = 0;
    int input_ = -1;
    FILE* output_ = nullptr;
};

}  // namespace server::tests
