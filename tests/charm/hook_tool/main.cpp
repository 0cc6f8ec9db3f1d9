// All hook tools of a charm under test, under their names: pass arguments and input to the agent's
// socket, print what it answers, and end with its exit code. A random history starts hundreds of
// thousands of them, and nearly all of such a process is the start of the C library, which asks
// the processor for its features (slow in a virtual machine) and maps pages. So this program has
// no library: eight system calls, 0.2 ms instead of 0.7.
//
// Request: the number of arguments; then the context, each argument, all ended by a zero, and the
// input. Reply: exit code, size of the output, size of the errors; then both. Each is one datagram;
// numbers have four bytes in the machine's order (tests/charm/sim/agent.py).
#ifndef __x86_64__
#error "the charms are packed for amd64"
#endif

#include <linux/un.h>
#include <sys/socket.h>
#include <sys/syscall.h>

namespace {

constexpr unsigned kDatagramBytesMax = 200u << 10;
constexpr long kOutput = 1, kErrors = 2;

char request[kDatagramBytesMax];  // pages that are not touched cost nothing

long call(long number, long first, long second, long third) {
    long result;
    asm volatile("syscall"
                 : "=a"(result)
                 : "a"(number), "D"(first), "S"(second), "d"(third)
                 : "rcx", "r11", "memory");
    return result;
}

[[noreturn]] void end(long code) {
    for (;;) call(SYS_exit_group, code, 0, 0);
}

unsigned size_of(const char* text) {
    unsigned size = 0;
    while (text[size] != 0) ++size;
    return size;
}

bool is(const char* text, const char* other) {
    while (*text != 0 && *text == *other) ++text, ++other;
    return *text == *other;
}

[[noreturn]] void fail(const char* message) {
    call(SYS_write, kErrors, reinterpret_cast<long>(message), size_of(message));
    end(1);
}

bool write_all(long file, const char* bytes, unsigned size) {
    for (unsigned done = 0; done < size;) {
        const long count = call(SYS_write, file, reinterpret_cast<long>(bytes + done), size - done);
        if (count <= 0) return false;
        done += static_cast<unsigned>(count);
    }
    return true;
}

const char* variable(char** variables, const char* name) {
    for (const unsigned size = size_of(name); *variables != nullptr; ++variables) {
        unsigned same = 0;
        while (same < size && (*variables)[same] == name[same]) ++same;
        if (same == size && (*variables)[size] == '=') return *variables + size + 1;
    }
    return "";
}

const char* base_name(const char* path) {
    const char* name = path;
    for (; *path != 0; ++path) {
        if (*path == '/') name = path + 1;
    }
    return name;
}

char* append(char* at, const char* text) {
    do {
        if (at == request + kDatagramBytesMax) fail("ERROR the arguments are too long\n");
        *at++ = *text;
    } while (*text++ != 0);
    return at;
}

// Like Juju's: input is read only for the argument that asks for it.
char* append_input(char* at, const char* tool, bool wanted) {
    if (!wanted || !(is(tool, "relation-set") || is(tool, "state-set"))) return at;
    for (;;) {
        const long room = request + kDatagramBytesMax - at;
        const long count = call(SYS_read, 0, reinterpret_cast<long>(at), room);
        if (count <= 0) return at;
        at += count;
    }
}

unsigned append_number(char* at, unsigned long number) {
    const unsigned size = number < 10 ? 0 : append_number(at, number / 10);
    at[size] = static_cast<char>('0' + number % 10);
    return size + 1;
}

// A datagram each way: a connection would wake the agent once more. The name to be answered at is
// the agent's with our number: one that the kernel gives is known in one network namespace only.
long connect_to(const char* path) {
    sockaddr_un address;
    address.sun_family = AF_UNIX;
    const unsigned size = size_of(path);
    constexpr unsigned kNumberSizeMax = 20;
    if (size + kNumberSizeMax >= sizeof address.sun_path) {
        fail("ERROR the agent's path is too long\n");
    }
    for (unsigned i = 0; i <= size; ++i) address.sun_path[i] = path[i];
    const unsigned end = size + append_number(address.sun_path + size, call(SYS_getpid, 0, 0, 0));
    address.sun_path[end] = 0;
    const long agent = call(SYS_socket, AF_UNIX, SOCK_DGRAM, 0);
    const long at = reinterpret_cast<long>(&address);
    const bool is_bound = call(SYS_bind, agent, at, sizeof address) == 0;
    address.sun_path[size] = 0;
    if (!is_bound || call(SYS_connect, agent, at, sizeof address) != 0) {
        fail("ERROR cannot reach the agent\n");
    }
    return agent;
}

struct Reply {
    unsigned code;
    unsigned output_size;
    unsigned errors_size;
    char bytes[kDatagramBytesMax];
};

Reply reply;

[[noreturn]] void run(unsigned count, char** words, char** variables) {
    const char* tool = base_name(words[0]);
    char* at = request + sizeof count;
    at = append(at, variable(variables, "JUJU_CONTEXT_ID"));
    at = append(at, tool);
    bool wants_input = false;
    for (unsigned i = 1; i < count; ++i) {
        at = append(at, words[i]);
        wants_input = wants_input || is(words[i], "-");
    }
    at = append_input(at, tool, wants_input);
    *reinterpret_cast<unsigned*>(request) = count;
    const long agent = connect_to(variable(variables, "JUJU_AGENT_SOCKET_ADDRESS"));
    const long size = at - request;
    if (call(SYS_write, agent, reinterpret_cast<long>(request), size) != size) {
        fail("ERROR cannot send to the agent\n");
    }
    if (call(SYS_read, agent, reinterpret_cast<long>(&reply), sizeof reply) <= 0) end(1);
    if (!write_all(kOutput, reply.bytes, reply.output_size) ||
        !write_all(kErrors, reply.bytes + reply.output_size, reply.errors_size)) {
        end(1);
    }
    end(reply.code);
}

}  // namespace

// The stack of a new process: count, arguments, zero, variables, zero.
extern "C" [[noreturn]] void begin(long* stack) {
    char** words = reinterpret_cast<char**>(stack + 1);
    run(static_cast<unsigned>(stack[0]), words, words + stack[0] + 1);
}

asm(".globl _start\n"
    "_start: mov %rsp, %rdi\n"
    "and $-16, %rsp\n"
    "call begin\n");
