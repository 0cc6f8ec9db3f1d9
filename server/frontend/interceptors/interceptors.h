#pragma once
// What happens around every method, in this order, which is that of the original server:
//
//   mask internal errors ▸ client version ▸ namespace ▸ authorise ▸ limit ▸ the method
//
// GetSystemInfo skips the version check: SDKs ask it before anything else.

#include <string>
#include <utility>

#include "server/frontend/call.h"
#include "server/frontend/frontend.h"
#include "server/frontend/interceptors/client_version.h"
#include "server/frontend/interceptors/internal_error.h"
#include "server/frontend/method.h"
#include "server/frontend/validation/task_token.h"

namespace server::frontend {

template <class Request, class Response>
using Api = Async<Result<Response>> (*)(Frontend&, Call, Request);

template <class Request>
concept CarriesTaskToken = requires(const Request& request) {
    request.task_token();
};

// How a request names its namespace. With a task token the token counts: it holds the id.
struct NamespaceReference {
    std::string name;
    std::string id;
};

// InvalidArgument when there is no name, it is too long, or the token is missing or unreadable.
template <class Request>
Result<NamespaceReference> namespace_reference(const Frontend& frontend, const Request& request) {
    TRY(check_length("Namespace", request.namespace_(), frontend.limits().id_bytes_max));
    if constexpr (CarriesTaskToken<Request>) {
        TRY_ASSIGN(std::string id, namespace_id_of_token(request));
        return NamespaceReference{request.namespace_(), std::move(id)};
    } else {
        if (request.namespace_().empty()) {
            return invalid_argument("Namespace not set on request.");
        }
        return NamespaceReference{request.namespace_(), {}};
    }
}

// NotFound with NamespaceNotFound, InvalidArgument for a token of another namespace,
// FailedPrecondition with NamespaceInvalidState.
Async<Result<cluster::NamespacePtr>> resolve_namespace(Frontend& frontend, const Method& method,
                                                       NamespaceReference reference);

// Where permissions will be asked for: today everybody may do everything.
Status authorise(const Method& method, const Call& call);

template <class Request>
Status check_rate(Frontend& frontend, const cluster::NamespaceEntry& entry) {
    using Counts = RequestRates::Counts;
    constexpr Counts kCounts =
        CarriesTaskToken<Request> ? Counts::always_passes : Counts::refusable;
    const std::int64_t per_second_max = frontend.limits().request_rate_max(entry.name);
    return frontend.request_rates().admit(entry.id, per_second_max, kCounts,
                                          frontend.clock().now());
}

template <class Request>
bool waits(const Method& method, const Request& request) {
    if constexpr (requires { request.wait_new_event(); }) return request.wait_new_event();
    return method.waits == Waits::yes;
}

// `resolved`, which the caller keeps until this has ended, becomes the request's namespace.
template <class Request, class Response>
Async<Result<Response>> admitted(Frontend& frontend, const Method& method,
                                 Api<Request, Response> api, Call call, Request request,
                                 cluster::NamespacePtr* resolved) {
    if (method.name != "GetSystemInfo") CO_TRY(check_client_version(call.context));
    if constexpr (requires { request.namespace_(); }) {
        if (method.scope == Scope::of_namespace) {
            CO_TRY_ASSIGN(NamespaceReference reference, namespace_reference(frontend, request));
            CO_TRY_ASSIGN(call.entry,
                          co_await resolve_namespace(frontend, method, std::move(reference)));
            request.set_namespace_(call.entry->name);
            *resolved = call.entry;
        }
    }
    CO_TRY(authorise(method, call));
    if (call.entry) CO_TRY(check_rate<Request>(frontend, *call.entry));
    if (!call.entry || !waits(method, request)) {
        co_return co_await api(frontend, std::move(call), std::move(request));
    }
    const std::size_t waits_max = frontend.limits().waits_max(call.entry->name);
    CO_TRY_ASSIGN(const OpenWaits::Place place,
                  frontend.open_waits().enter(call.entry->id, waits_max));
    co_return co_await api(frontend, std::move(call), std::move(request));
}

template <class Request, class Response>
Async<Result<Response>> intercepted(Frontend& frontend, const Method& method,
                                    Api<Request, Response> api, rpc::CallContext context,
                                    Request request) {
    Call call;
    call.context = std::move(context);
    cluster::NamespacePtr resolved;
    telemetry::MeasuredCall measure(*method.metrics, frontend.clock().now());
    auto result =
        co_await admitted(frontend, method, api, std::move(call), std::move(request), &resolved);
    if (method.scope == Scope::of_namespace) {
        measure.of_namespace(resolved ? std::string_view(resolved->name)
                                      : telemetry::kUnknownLabel);
    }
    measure.end(frontend.clock().now(), result.status());
    if (!result.ok()) co_return mask_internal_error(method.name, result.status());
    co_return result;
}

}  // namespace server::frontend
