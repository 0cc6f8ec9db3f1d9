#pragma once
// What a process shows to its operator.

#include <functional>
#include <string>

#include "server/app/metrics_endpoint.h"
#include "server/app/readiness.h"

namespace server::app {

//   <metrics_path>   what `scrape` gives, for Prometheus
//   /healthz         200 as long as the process lives
//   /readyz          200 when every role of it serves, else 503; each role with its state and
//   reason
// `readiness` outlives the pages.
MetricsEndpoint::Pages operator_pages(const std::string& metrics_path,
                                      std::function<std::string()> scrape,
                                      const Readiness& readiness);

}  // namespace server::app
