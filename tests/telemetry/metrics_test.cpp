#include "server/telemetry/metrics.h"

#include "tests/support/catch.h"

using namespace server::telemetry;

TEST_CASE("a scrape lists series by name and labels", "[telemetry][metrics]") {
    Registry registry;
    registry.counter("service_requests", {{"operation", "B"}}).add();
    registry.counter("service_requests", {{"operation", "A"}}).add(2);
    registry.gauge("numshards_gauge").set(4);
    CHECK(registry.to_text() ==
          "# TYPE service_requests counter\n"
          "service_requests{operation=\"A\"} 2\n"
          "service_requests{operation=\"B\"} 1\n"
          "# TYPE numshards_gauge gauge\n"
          "numshards_gauge 4\n");
}

TEST_CASE("a histogram counts every observation up to each bound", "[telemetry][metrics]") {
    Histogram histogram({1, 2});
    histogram.observe(0.5);
    histogram.observe(1);
    histogram.observe(1.5);
    histogram.observe(99);
    CHECK(histogram.count_through(0) == 2);
    CHECK(histogram.count_through(1) == 3);
    CHECK(histogram.count_through(2) == 4);
    CHECK(histogram.sum() == 102);

    Registry registry;
    registry.histogram("service_latency", {{"operation", "A"}}).observe(0.0015);
    const std::string text = registry.to_text();
    CHECK(text.find("service_latency_bucket{le=\"0.001\",operation=\"A\"} 0\n") !=
          std::string::npos);
    CHECK(text.find("service_latency_bucket{le=\"0.002\",operation=\"A\"} 1\n") !=
          std::string::npos);
    CHECK(text.find("service_latency_bucket{le=\"+Inf\",operation=\"A\"} 1\n") !=
          std::string::npos);
    CHECK(text.find("service_latency_count{operation=\"A\"} 1\n") != std::string::npos);
}

TEST_CASE("the same name and labels are one series", "[telemetry][metrics]") {
    Registry registry;
    registry.counter("restarts").add();
    registry.counter("restarts").add();
    CHECK(registry.counter("restarts").value() == 2);
}

TEST_CASE("labels are escaped", "[telemetry][metrics]") {
    Registry registry;
    registry.counter("c", {{"l", "a\"b\\c\nd"}}).add();
    CHECK(registry.to_text().find("c{l=\"a\\\"b\\\\c\\nd\"} 1\n") != std::string::npos);
}

TEST_CASE("labels from outside cannot make series without end", "[telemetry][metrics]") {
    Registry registry;
    for (std::size_t i = 0; i < Registry::kSeriesMax + 5; ++i) {
        registry.counter("c", {{"namespace", std::to_string(i)}}).add();
    }
    CHECK(registry.counter("c").value() == 5);
}
