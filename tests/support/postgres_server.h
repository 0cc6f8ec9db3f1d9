#pragma once
// A real PostgreSQL for tests, private to the process: started through
// tests/support/postgres/private (which says what users, passwords and certificates it has),
// stopped and removed at exit, also when the process is killed. Failures end the test case. Run
// from the root of the repository.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace server::tests {

class PostgresServer {
public:
    // The one that all tests of the process share; started at the first call. A test that kills or
    // pauses the server makes one of its own.
    static PostgresServer& shared();

    // `settings` are lines of postgresql.conf: "max_connections=10".
    explicit PostgresServer(const std::vector<std::string>& settings = {});
    ~PostgresServer();
    PostgresServer(const PostgresServer&) = delete;
    PostgresServer& operator=(const PostgresServer&) = delete;

    const std::string& host() const { return host_; }  // 127.0.0.1
    std::uint16_t port() const { return port_; }
    std::string address() const { return host_ + ":" + std::to_string(port_); }
    // Of the directory: ca.crt, other-ca.crt, client.crt, client.key, log.
    std::string file(std::string_view name) const { return folder_ + "/" + std::string(name); }
    // For libpq, with the user's password (each user's is its name).
    std::string conninfo(const std::string& database, const std::string& user = "temporal") const;

    // A new empty database of the user temporal, or `owner`; its name begins with `prefix`.
    std::string make_database(const std::string& prefix = "test",
                              const std::string& owner = "temporal");
    // One statement as superuser; the first column of the rows, joined by newlines.
    std::string run(const std::string& database, const std::string& sql) const;

    // pgbouncer 1.18 in transaction mode before this server; started at the first call.
    std::uint16_t pgbouncer_port();

    // After kill() or stop() start() brings it back on the same port, with its data.
    void start();
    void stop() const;
    void kill() const;
    void pause() const;  // every process of it stops where it is
    void resume() const;

private:
    std::string folder_;
    std::string host_;
    std::uint16_t port_ = 0;
    std::uint16_t pgbouncer_port_ = 0;
    int databases_ = 0;
};

}  // namespace server::tests
