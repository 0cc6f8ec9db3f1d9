#include "server/store/postgres/callers.h"

#include <pthread.h>

namespace server::store::postgres {

namespace {

constexpr int kCallTriesMax = 3;

}  // namespace

Callers::Callers(std::string name, std::size_t threads, Surroundings surroundings, Purpose purpose,
                 Random& random)
    : name_(std::move(name)), surroundings_(surroundings), purpose_(purpose), random_(random) {
    for (std::size_t number = 0; number < threads; ++number) {
        threads_.emplace_back([this, number] { work(number); });
    }
}

Callers::~Callers() { stop(); }

void Callers::submit(Transaction transaction, std::function<void(Result<Reply>)> finish) {
    Job job{std::move(transaction), std::move(finish)};
    for (const Call& call : job.transaction) job.size_bytes += call.arguments.size_bytes();
    job.give_up_at = saturating_add(surroundings_.clock.now(), kWaitMax);
    if (auto refused = waiting_.add(job)) job.finish(std::move(*refused));
}

void Callers::stop() {
    waiting_.stop();
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
}

void Callers::work(std::size_t number) {
    pthread_setname_np(pthread_self(), (name_ + std::to_string(number)).substr(0, 15).c_str());
    Session session(surroundings_, purpose_, random_);
    std::uint64_t counted = 0;
    while (waiting_.wait()) {
        Connection* connection = session.connected();
        if (connection == nullptr) {
            give_up(session.failure(), false);
            const Duration pause = session.retry_at() - surroundings_.clock.now();
            if (waiting_.pause(pause)) give_up(session.failure(), true);
            continue;
        }
        std::size_t taken = 0;
        run(*connection,
            waiting_.take([&taken](const Job&) { return ++taken <= kPipelinedCallsMax; }));
        statements_ += session.statements() - counted;
        counted = session.statements();
    }
}

void Callers::give_up(const Status& cause, bool all) {
    const TimePoint now = surroundings_.clock.now();
    for (Job& job : waiting_.take([&](const Job& job) { return all || job.give_up_at <= now; })) {
        job.finish(waited_in_vain(cause));
    }
}

void Callers::run(Connection& connection, std::vector<Job> jobs) {
    if (jobs.empty()) return;
    std::vector<Transaction> transactions;
    for (const Job& job : jobs) transactions.push_back(job.transaction);
    const TimePoint deadline = saturating_add(surroundings_.clock.now(), kCallMax);
    std::vector<Reply> replies = connection.run(std::move(transactions), deadline);
    for (std::size_t index = 0; index < jobs.size(); ++index) {
        settle(std::move(jobs[index]), std::move(replies[index]));
    }
}

void Callers::settle(Job job, Reply reply) {
    if (reply.failure && ++job.tries < kCallTriesMax) {
        const Fault fault = reply.failure->fault;
        const bool nothing_done =
            fault == Fault::not_sent || fault == Fault::passing || fault == Fault::forgotten;
        if (nothing_done && !waiting_.add(job)) return;
    }
    job.finish(std::move(reply));
}

}  // namespace server::store::postgres
