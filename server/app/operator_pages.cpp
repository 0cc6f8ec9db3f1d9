#include "server/app/operator_pages.h"

namespace server::app {

MetricsEndpoint::Pages operator_pages(const std::string& metrics_path,
                                      std::function<std::string()> scrape,
                                      const Readiness& readiness) {
    using Page = MetricsEndpoint::Page;
    MetricsEndpoint::Pages pages;
    pages["/healthz"] = [] { return Page{.body = "ok\n"}; };
    pages["/readyz"] = [&readiness] {
        return Page{.status = readiness.ready() ? 200U : 503U,
                    .content_type = "application/json",
                    .body = readiness.to_json() + "\n"};
    };
    pages[metrics_path] = [scrape = std::move(scrape)] {
        return Page{.content_type = "text/plain; version=0.0.4; charset=utf-8", .body = scrape()};
    };
    return pages;
}

}  // namespace server::app
