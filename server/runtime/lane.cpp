#include "server/runtime/lane.h"

#include <pthread.h>

#include <boost/asio/detached.hpp>

namespace server {

namespace {

thread_local const Lane* current_lane = nullptr;

void stop_on_exception(std::exception_ptr failure) {
    if (failure) std::rethrow_exception(failure);  // out of the event loop: terminate
}

}  // namespace

Lane::Lane(std::string name, boost::asio::io_context* shared)
    : name_(std::move(name)), own_(shared ? nullptr : std::make_unique<boost::asio::io_context>(1)),
      context_(shared ? shared : own_.get()) {
    if (shared) return;
    work_ =
        std::make_unique<boost::asio::executor_work_guard<boost::asio::io_context::executor_type>>(
            context_->get_executor());
    thread_ = std::thread([this] {
        current_lane = this;
        pthread_setname_np(pthread_self(), name_.substr(0, 15).c_str());
        context_->run();
    });
}

Lane::~Lane() { stop(); }

bool Lane::is_current() const { return !own_ || current_lane == this; }

void Lane::post(std::function<void()> work) { boost::asio::post(*context_, std::move(work)); }

void Lane::spawn(Async<void> work) {
    boost::asio::co_spawn(*context_, std::move(work), stop_on_exception);
}

void Lane::stop() {
    if (!thread_.joinable()) return;
    work_.reset();
    context_->stop();
    thread_.join();
}

Lanes::Lanes(std::size_t count, boost::asio::io_context* shared) {
    for (std::size_t index = 0; index < count; ++index) {
        lanes_.push_back(std::make_unique<Lane>("lane-" + std::to_string(index), shared));
    }
}

void Lanes::stop() {
    for (auto& lane : lanes_) lane->stop();
}

}  // namespace server
