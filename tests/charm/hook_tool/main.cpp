// All hook tools of a charm under test, under their names: pass arguments and input to the agent's
// socket, print what it answers, and end with its exit code. A random history starts hundreds of
// thousands of them, and nearly all of such a process is the start of the C library, which asks
// the processor for its features (slow in a virtual machine) and maps pages. So this program has
// no library: five system calls, 0.2 ms instead of 0.7.
//
// Request: the number of arguments, the number of bytes that follow; then the context, each
// argument, all ended by a zero, and the input. Reply: exit code, size of the output, size of the
// errors; then both. Numbers have four bytes in the machine's order (tests/charm/sim/agent.py).
#ifndef __x86_64__
#error "the charms are packed for amd64"
#endif

#include <linux/un.h>
#include <sys/socket.h>
#include <sys/syscall.h>

namespace {

constexpr unsigned kRequestBytesMax = 1u << 20;
constexpr long kOutput = 1, kErrors = 2;

char request[kRequestBytesMax];  // pages that are not touched cost nothing
char chunk[1u << 16];

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

bool read_all(long file, char* bytes, unsigned size) {
    for (unsigned done = 0; done < size;) {
        const long count = call(SYS_read, file, reinterpret_cast<long>(bytes + done), size - done);
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

struct Header {
    unsigned arguments;
    unsigned size;
};

char* append(char* at, const char* text) {
    do {
        if (at == request + kRequestBytesMax) fail("ERROR the arguments are too long\n");
        *at++ = *text;
    } while (*text++ != 0);
    return at;
}

// Like Juju's: input is read only for the argument that asks for it.
char* append_input(char* at, const char* tool, bool wanted) {
    if (!wanted || !(is(tool, "relation-set") || is(tool, "state-set"))) return at;
    for (;;) {
        const long room = request + kRequestBytesMax - at;
        const long count = call(SYS_read, 0, reinterpret_cast<long>(at), room);
        if (count <= 0) return at;
        at += count;
    }
}

long connect_to(const char* path) {
    sockaddr_un address;
    address.sun_family = AF_UNIX;
    const unsigned size = size_of(path);
    if (size >= sizeof address.sun_path) fail("ERROR the agent's path is too long\n");
    for (unsigned i = 0; i <= size; ++i) address.sun_path[i] = path[i];
    const long agent = call(SYS_socket, AF_UNIX, SOCK_STREAM, 0);
    if (call(SYS_connect, agent, reinterpret_cast<long>(&address), sizeof address) != 0) {
        fail("ERROR cannot reach the agent\n");
    }
    return agent;
}

void copy(long agent, long file, unsigned size) {
    while (size > 0) {
        const unsigned part = size < sizeof chunk ? size : sizeof chunk;
        if (!read_all(agent, chunk, part) || !write_all(file, chunk, part)) end(1);
        size -= part;
    }
}

[[noreturn]] void run(unsigned count, char** words, char** variables) {
    const char* tool = base_name(words[0]);
    char* at = request + sizeof(Header);
    at = append(at, variable(variables, "JUJU_CONTEXT_ID"));
    at = append(at, tool);
    bool wants_input = false;
    for (unsigned i = 1; i < count; ++i) {
        at = append(at, words[i]);
        wants_input = wants_input || is(words[i], "-");
    }
    at = append_input(at, tool, wants_input);
    auto* header = reinterpret_cast<Header*>(request);
    header->arguments = count;
    header->size = static_cast<unsigned>(at - request - sizeof(Header));
    const long agent = connect_to(variable(variables, "JUJU_AGENT_SOCKET_ADDRESS"));
    unsigned reply[3];
    if (!write_all(agent, request, header->size + sizeof(Header)) ||
        !read_all(agent, reinterpret_cast<char*>(reply), sizeof reply)) {
        end(1);
    }
    copy(agent, kOutput, reply[1]);
    copy(agent, kErrors, reply[2]);
    end(reply[0]);
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
