// The writer by itself, with jobs that a test holds up or makes fail.
#include "server/store/sqlite/writer.h"

#include <future>

#include "tests/support/catch.h"

namespace server::store::sqlite {

namespace {

constexpr Sql kInsert{"insert number", "INSERT INTO number (value) VALUES (?1)"};
constexpr Sql kCount{"count numbers", "SELECT count(*) FROM number"};

std::unique_ptr<Connection> numbers() {
    auto connection = Connection::open(":memory:").value();
    REQUIRE(connection->run_script("CREATE TABLE number (value INTEGER PRIMARY KEY)", "test").ok());
    return connection;
}

// Inserts a number, then does what the test says; its answer is a future.
class InsertJob final : public WriteJob {
public:
    using Then = std::function<Status()>;
    InsertJob(std::int64_t number, std::size_t size_bytes = 1, Then then = ok_status)
        : number_(number), size_bytes_(size_bytes), then_(std::move(then)) {}

    std::future<Verdict> verdict() { return verdict_.get_future(); }
    std::size_t size_bytes() const override { return size_bytes_; }
    Status apply(Batch& batch) override {
        TRY(batch.connection().run(kInsert, number_));
        return then_();
    }
    void answer(const Verdict& verdict) override { verdict_.set_value(verdict); }

private:
    std::int64_t number_;
    std::size_t size_bytes_;
    Then then_;
    std::promise<Verdict> verdict_;
};

class CountJob final : public ReadJob {
public:
    std::future<std::int64_t> count() { return count_.get_future(); }
    void run(Connection& connection) override {
        Cursor row = connection.query(kCount);
        row.next();
        count_.set_value(row.integer(0));
    }
    void refuse(const Status&) override { count_.set_value(-1); }

private:
    std::promise<std::int64_t> count_;
};

std::future<Verdict> submit(Writer& writer, std::unique_ptr<InsertJob> job) {
    auto verdict = job->verdict();
    writer.submit(std::unique_ptr<WriteJob>(std::move(job)));
    return verdict;
}

std::int64_t count(Writer& writer) {
    auto job = std::make_unique<CountJob>();
    auto count = job->count();
    writer.submit(std::unique_ptr<ReadJob>(std::move(job)));
    return count.get();
}

// A first job that keeps the writer busy until release(), so that what is submitted meanwhile
// waits.
class HeldWriter {
public:
    HeldWriter() : writer(numbers()) {
        auto released = release_.get_future().share();
        auto hold = [this, released] {
            holding_.set_value();
            released.wait();
            return ok_status();
        };
        auto holding = holding_.get_future();
        first_ = submit(writer, std::make_unique<InsertJob>(-1, 1, hold));
        holding.wait();
    }
    void release() {
        release_.set_value();
        CHECK(first_.get().kind == CommitKind::committed);
    }

private:
    std::promise<void> holding_;
    std::promise<void> release_;
    std::future<Verdict> first_;

public:
    Writer writer;
};

std::vector<std::future<Verdict>> submit_numbers(Writer& writer, std::int64_t count,
                                                 std::size_t size_bytes = 1) {
    std::vector<std::future<Verdict>> verdicts;
    for (std::int64_t number = 0; number < count; ++number) {
        verdicts.push_back(submit(writer, std::make_unique<InsertJob>(number, size_bytes)));
    }
    return verdicts;
}

}  // namespace

TEST_CASE("all writes that wait share one commit", "[store][sqlite][group_commit]") {
    HeldWriter held;
    auto verdicts = submit_numbers(held.writer, 100);
    held.release();
    for (auto& verdict : verdicts) CHECK(verdict.get().kind == CommitKind::committed);
    held.writer.stop();
    CHECK(held.writer.commits() == 2);
    CHECK(held.writer.writes() == 101);
}

TEST_CASE("a commit is bounded in writes and in bytes", "[store][sqlite][group_commit]") {
    HeldWriter held;
    std::vector<std::future<Verdict>> verdicts;
    std::uint64_t expected_commits = 0;
    SECTION("writes") {
        verdicts = submit_numbers(held.writer, static_cast<std::int64_t>(2 * kBatchWritesMax + 1));
        expected_commits = 1 + 3;
    }
    SECTION("bytes") {
        verdicts = submit_numbers(held.writer, 9, kBatchBytesMax / 4);
        expected_commits = 1 + 3;
    }
    SECTION("and one write that is larger than that goes alone") {
        verdicts = submit_numbers(held.writer, 2, kBatchBytesMax * 2);
        expected_commits = 1 + 2;
    }
    held.release();
    for (auto& verdict : verdicts) CHECK(verdict.get().kind == CommitKind::committed);
    held.writer.stop();
    CHECK(held.writer.commits() == expected_commits);
}

TEST_CASE("a write that fails half-way fails alone", "[store][sqlite][group_commit]") {
    HeldWriter held;
    auto good = submit_numbers(held.writer, 3);
    auto repeated = submit(held.writer, std::make_unique<InsertJob>(1));
    auto late_fault = submit(held.writer, std::make_unique<InsertJob>(
                                              50, 1, [] { return invalid_argument("too large"); }));
    auto after = submit(held.writer, std::make_unique<InsertJob>(60));
    held.release();
    for (auto& verdict : good) CHECK(verdict.get().kind == CommitKind::committed);
    CHECK(repeated.get().kind == CommitKind::conflict);
    const Verdict refused = late_fault.get();
    CHECK(refused.kind == CommitKind::refused);
    CHECK(refused.status.message() == "too large");
    CHECK(after.get().kind == CommitKind::committed);
    CHECK(count(held.writer) == 5);
}

TEST_CASE("a failure of the database refuses the batch, and the next one tries again",
          "[store][sqlite][group_commit]") {
    HeldWriter held;
    auto before = submit(held.writer, std::make_unique<InsertJob>(1));
    auto failing = submit(
        held.writer, std::make_unique<InsertJob>(2, 1, [] { return unavailable("disk full"); }));
    held.release();
    for (auto* verdict : {&before, &failing}) {
        const Verdict refused = verdict->get();
        CHECK(refused.kind == CommitKind::refused);
        CHECK(refused.status.message() == "disk full");
    }
    CHECK(count(held.writer) == 1);
    CHECK(submit(held.writer, std::make_unique<InsertJob>(2)).get().kind == CommitKind::committed);
}

TEST_CASE("what waits is bounded in writes and in bytes", "[store][sqlite][group_commit]") {
    HeldWriter held;
    std::vector<std::future<Verdict>> verdicts;
    SECTION("writes") { verdicts = submit_numbers(held.writer, kWaitingWritesMax); }
    SECTION("bytes") { verdicts = submit_numbers(held.writer, 4, kWaitingBytesMax / 4); }
    const Verdict refused = submit(held.writer, std::make_unique<InsertJob>(-7)).get();
    CHECK(refused.kind == CommitKind::refused);
    CHECK(refused.status.code() == Code::ResourceExhausted);
    CHECK_THAT(refused.status.message(), Catch::Contains("the database does not keep up"));
    held.release();
    for (auto& verdict : verdicts) CHECK(verdict.get().kind == CommitKind::committed);
}

TEST_CASE("a stopping writer finishes what waits and refuses what comes", "[store][sqlite]") {
    HeldWriter held;
    auto verdicts = submit_numbers(held.writer, 10);
    held.release();
    held.writer.stop();
    for (auto& verdict : verdicts) CHECK(verdict.get().kind == CommitKind::committed);
    CHECK(submit(held.writer, std::make_unique<InsertJob>(99)).get().kind == CommitKind::refused);
    CHECK(count(held.writer) == -1);
}

}  // namespace server::store::sqlite
