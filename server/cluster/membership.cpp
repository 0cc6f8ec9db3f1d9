#include "server/cluster/membership.h"

#include <algorithm>
#include <utility>

#include "server/base/mutant.h"

namespace server::cluster {

Membership::Membership(store::Membership& store, Clock& clock, Lane& lane, PeerWatch& peers,
                       std::string host_id, Options options)
    : store_(store), clock_(clock), lane_(lane), peers_(peers), host_id_(std::move(host_id)),
      options_(options), beat_(clock, lane.executor()), ended_(clock, lane.executor()) {}

ViewPtr Membership::view() const {
    const std::lock_guard lock(view_mutex_);
    return view_;
}

void Membership::on_change(Lane& lane, std::function<void(ViewPtr)> listener) {
    listeners_.push_back({&lane, std::move(listener)});
}

// Life of this process's records.

Async<Status> Membership::join(std::vector<store::MemberRecord> own) {
    own_ = std::move(own);
    CO_TRY(co_await beat());
    spawn(keep_beating());
    co_return ok_status();
}

Async<Status> Membership::beat() {
    std::vector<store::MemberRecord> own = own_;
    for (store::MemberRecord& record : own) record.draining = draining_;
    auto members = co_await store_.heartbeat(std::move(own), options_.lease);
    CO_TRY(members.status());
    if (leaving_) co_return ok_status();
    take(std::move(members).value());
    co_return ok_status();
}

Async<void> Membership::keep_beating() {
    while (!leaving_) {
        co_await beat_.wait_until(saturating_add(clock_.now(), options_.heartbeat_interval));
        if (leaving_) break;
        const Status renewed = co_await beat();
        if (renewed.ok()) {
            beating_.succeeded();
        } else {
            beating_.failed(renewed);
        }
    }
}

Async<void> Membership::drain() {
    draining_ = true;
    const Status written = co_await beat();
    if (!written.ok()) {
        log::warn("peers are not told by the database that this process stops",
                  {{"reason", written.message()}});
    }
    for (const auto& waiter : drain_waiters_) waiter->wake();
}

Async<void> Membership::leave() {
    leaving_ = true;
    beat_.wake();
    stop_watching_->cancel();
    for (const auto& waiter : drain_waiters_) waiter->wake();
    while (running_ > 0) co_await ended_.wait_until(kNever);
    if (own_.empty()) co_return;  // join() was not called
    const Status left = co_await store_.leave(host_id_);
    if (!left.ok()) {
        log::warn("this process leaves the cluster when its lease ends",
                  {{"reason", left.message()}});
    }
}

void Membership::spawn(Async<void> work) {
    ++running_;
    lane_.spawn(counted(std::move(work)));
}

Async<void> Membership::counted(Async<void> work) {
    co_await std::move(work);
    if (--running_ == 0) ended_.wake();
}

// The view.

Async<void> Membership::refresh() { co_await on(lane_, refresh_here()); }

Async<void> Membership::refresh_here() {
    if (clock_.now() < saturating_add(read_at_, options_.refresh_interval_min)) co_return;
    co_await read_shared();
}

Async<void> Membership::read_shared() {
    if (leaving_) co_return;
    if (reading_) {
        auto wait = [this](Resume<bool> resume) { waiting_for_read_.push_back(std::move(resume)); };
        co_await suspend<bool>(std::move(wait));
        co_return;
    }
    reading_ = true;
    read_at_ = clock_.now();
    const Status read_now = co_await read();
    if (!read_now.ok()) log::debug("members not read", {{"reason", read_now.message()}});
    reading_ = false;
    for (const Resume<bool>& resume : std::exchange(waiting_for_read_, {})) resume(true);
}

Async<Status> Membership::read() {
    auto members = co_await store_.list();
    CO_TRY(members.status());
    if (leaving_) co_return ok_status();
    const bool is_member = std::any_of(members->begin(), members->end(), [this](const auto& found) {
        return found.host_id == host_id_;
    });
    // A peer took this process for dead.
    if (!is_member && !own_.empty()) co_return co_await beat();
    take(std::move(members).value());
    co_return ok_status();
}

void Membership::take(std::vector<store::MemberRecord> members) {
    const auto fresh = std::make_shared<const View>(std::move(members), view().get());
    bool changed = false;
    {
        const std::lock_guard lock(view_mutex_);
        changed = !fresh->same_members(*view_);
        view_ = fresh;
    }
    watch_new_hosts(*fresh);
    if (has_come_back(*fresh)) {
        log::warn("this process was out of the cluster and is back", {{"host_id", host_id_}});
        std::vector<store::MemberRecord> others = fresh->members();
        std::erase_if(others, [this](const auto& member) { return member.host_id == host_id_; });
        notify(std::make_shared<const View>(std::move(others)));
        changed = true;
    }
    if (changed) notify(fresh);
}

// The lease has ended, or a peer has removed the records, and the last heartbeat made new ones.
bool Membership::has_come_back(const View& fresh) {
    const store::MemberRecord* const own = fresh.find_host(host_id_);
    if (own == nullptr) return false;
    const auto before = std::exchange(session_start_, own->session_start);
    return before && *before != own->session_start && !mutant("return_unnoticed");
}

void Membership::notify(const ViewPtr& view) {
    ++changes_;
    for (const Listener& listener : listeners_) {
        listener.lane->post([notify = listener.notify, view] { notify(view); });
    }
}

// The peers.

void Membership::watch_new_hosts(const View& view) {
    for (const store::MemberRecord& member : view.members()) {
        if (member.host_id == host_id_ || watched_.size() >= options_.watches_max) continue;
        if (watched_.insert(member.host_id).second) spawn(watch_host(member.host_id));
    }
}

Async<void> Membership::watch_host(std::string host_id) {
    constexpr int kFailuresMax = 2;  // a connection may break while its host lives
    int failures = 0;
    while (!leaving_) {
        const ViewPtr seen = view();
        const store::MemberRecord* const found = seen->find_host(host_id);
        if (found == nullptr) break;
        const store::MemberRecord host = *found;
        const bool answered = co_await watch_once(host);
        if (leaving_) break;
        failures = answered ? 0 : failures + 1;
        if (failures < kFailuresMax) continue;
        co_await declare_dead(host);
        co_await clock_.sleep_for(options_.retry_pause);
    }
    watched_.erase(host_id);
}

Async<bool> Membership::watch_once(store::MemberRecord host) {
    role::v1::WatchRequest request;
    request.set_host_id(host_id_);
    request.set_known_draining(host.draining);
    const TimePoint deadline = saturating_add(clock_.now(), options_.watch_timeout);
    const auto answer =
        co_await peers_.watch(host.address, std::move(request), deadline, stop_watching_);
    if (answer.ok() && answer->host_id() != host.host_id) co_return false;
    if (!answer.ok() && answer.status().code() == Code::Unavailable) co_return false;
    // It drains, or it is silent: then its lease decides.
    if (!answer.ok() || answer->draining() != host.draining) co_await read_shared();
    const ViewPtr seen = view();
    const store::MemberRecord* const found = seen->find_host(host.host_id);
    const bool unchanged = found != nullptr && found->draining == host.draining;
    if (unchanged && !leaving_) co_await clock_.sleep_for(options_.retry_pause);
    co_return true;
}

// What it had is up for others. One that lives after all joins again with its next heartbeat.
Async<void> Membership::declare_dead(store::MemberRecord host) {
    const auto removed = co_await store_.expire(host);
    if (removed.ok() && *removed) {
        log::warn("a process of the cluster has died",
                  {{"host_id", host.host_id}, {"address", host.address}});
    }
    co_await read_shared();
}

Async<Result<role::v1::WatchResponse>> Membership::answer_watch(
    role::v1::WatchRequest request, TimePoint deadline,
    std::shared_ptr<Cancellation> cancellation) {
    auto answer = wait_for_drain(std::move(request), deadline, std::move(cancellation));
    co_return co_await on(lane_, std::move(answer));
}

Async<Result<role::v1::WatchResponse>> Membership::wait_for_drain(
    role::v1::WatchRequest request, TimePoint deadline,
    std::shared_ptr<Cancellation> cancellation) {
    if (leaving_) co_return unavailable("this process is leaving the cluster");
    if (drain_waiters_.size() >= options_.watches_max) {
        co_return unavailable("this process is watched by " +
                              std::to_string(drain_waiters_.size()) + " others, the most allowed");
    }
    if (view()->find_host(request.host_id()) == nullptr) spawn(read_shared());
    if (request.known_draining() == draining_) {
        constexpr Duration kMargin = 1s;
        const auto alarm = std::make_shared<Alarm>(clock_, lane_.executor());
        const auto place = drain_waiters_.insert(drain_waiters_.end(), alarm);
        std::weak_ptr<Alarm> waiting = alarm;
        auto leave = [waiting] {
            if (const auto still_waiting = waiting.lock()) still_waiting->wake();
        };
        const auto subscription = cancellation->subscribe(lane_, std::move(leave));
        const TimePoint latest = saturating_add(clock_.now(), options_.watch_timeout);
        co_await alarm->wait_until(std::min(latest, deadline - kMargin));
        drain_waiters_.erase(place);
    }
    role::v1::WatchResponse response;
    response.set_host_id(host_id_);
    response.set_draining(draining_);
    co_return response;
}

}  // namespace server::cluster
