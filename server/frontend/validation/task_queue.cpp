#include "server/frontend/validation/task_queue.h"

#include "server/frontend/validation/ids.h"

namespace server::frontend {

namespace {

namespace enums = ::temporal::api::enums::v1;

constexpr std::string_view kReservedPrefix = "/_sys/";  // names of partitions
constexpr std::string_view kPerNamespaceQueue = "temporal-sys-per-ns-tq";

}  // namespace

Status check_polled_task_queue(bool present, ::temporal::api::taskqueue::v1::TaskQueue& task_queue,
                               const Limits& limits) {
    if (!present) return invalid_argument("TaskQueue is not set on request.");
    TRY(check_name("TaskQueue", task_queue.name(), limits.id_bytes_max));
    TRY(check_length("TaskQueue normal name", task_queue.normal_name(), limits.id_bytes_max));
    switch (task_queue.kind()) {
    case enums::TASK_QUEUE_KIND_UNSPECIFIED:
        task_queue.set_kind(enums::TASK_QUEUE_KIND_NORMAL);
        return {};
    case enums::TASK_QUEUE_KIND_NORMAL:
    case enums::TASK_QUEUE_KIND_STICKY: return {};
    default: break;
    }
    return invalid_argument("TaskQueue kind " + std::to_string(task_queue.kind()) + " of " +
                            task_queue.name() + " is not one of this method's");
}

Status check_started_task_queue(bool present, ::temporal::api::taskqueue::v1::TaskQueue& task_queue,
                                const Limits& limits) {
    TRY(check_polled_task_queue(present, task_queue, limits));
    if (task_queue.name().starts_with(kReservedPrefix)) {
        return invalid_argument("task queue name cannot start with reserved prefix /_sys/: " +
                                task_queue.name());
    }
    if (task_queue.name() == kPerNamespaceQueue) {
        return invalid_argument("task queue is reserved for the server: " + task_queue.name());
    }
    if (task_queue.kind() == enums::TASK_QUEUE_KIND_STICKY) {
        return invalid_argument("a workflow cannot start on a sticky task queue: " +
                                task_queue.name());
    }
    return {};
}

}  // namespace server::frontend
