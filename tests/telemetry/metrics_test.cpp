#include "server/telemetry/metrics.h"

#include "tests/support/catch.h"
#include "tests/support/exposition.h"

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

TEST_CASE("a scrape has the tags, the prefix and the suffixes that were asked for",
          "[telemetry][metrics]") {
    Registry registry;
    registry.counter("service_requests", {{"operation", "A"}}).add();
    registry.histogram("history_size", {}, Unit::bytes).observe(1);
    registry.histogram("history_count", {}, Unit::count).observe(1);
    registry.histogram("service_latency").observe(1);
    registry.gauge("numshards_gauge").set(1);
    Presentation presentation;
    presentation.tags = {{"type", "frontend"}, {"operation", "not this"}};
    presentation.prefix = "temporal_";
    presentation.counter_suffix = presentation.unit_suffix = true;
    const std::string text = registry.to_text(presentation);
    for (const char* sample :
         {"temporal_service_requests_total{operation=\"A\",type=\"frontend\"} 1\n",
          "temporal_history_size_bytes_count{operation=\"not this\",type=\"frontend\"} 1\n",
          "temporal_history_count_count{", "temporal_service_latency_seconds_sum{",
          "# TYPE temporal_service_latency_seconds histogram\n", "temporal_numshards_gauge{"}) {
        INFO(sample);
        CHECK(text.find(sample) != std::string::npos);
    }
}

TEST_CASE("whatever labels there are, a scrape keeps to the text format", "[telemetry][metrics]") {
    Registry registry;
    for (const std::string& label : {std::string(), std::string("plain"), std::string("a\"b\\c\nd"),
                                     std::string("{,}= "), std::string("\\")}) {
        registry.counter("requests", {{"namespace", label}}).add();
        registry.gauge("open", {{"namespace", label}}).add(-1.5);
        for (const double value : {0.0004, 0.3, 7.0, 1e9}) {
            registry.histogram("latency", {{"namespace", label}}).observe(value);
            registry.histogram("size", {{"namespace", label}}, Unit::bytes).observe(value);
        }
    }
    const std::string text = registry.to_text();
    CHECK(server::tests::exposition_fault(text) == "");
    SECTION("the reader finds what is wrong with one") {
        for (const char* broken : {"a 1\n", "# TYPE a counter\na{b=c} 1\n", "# TYPE a gauge\na\n",
                                   "# TYPE a gauge\na 1\na 2\n", "# TYPE a gauge\na x\n",
                                   "# TYPE a gauge\na{b=\"\\x\"} 1\n",
                                   "# TYPE h histogram\nh_bucket{le=\"1\"} 2\nh_count 2\n",
                                   "# TYPE h histogram\nh_bucket{le=\"1\"} 2\n"
                                   "h_bucket{le=\"+Inf\"} 1\nh_count 1\n"}) {
            INFO(broken);
            CHECK_FALSE(server::tests::exposition_fault(broken).empty());
        }
    }
}
