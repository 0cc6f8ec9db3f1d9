#pragma once
// The metrics of a process: counters, gauges and histograms with labels, in the Prometheus text
// format (version 0.0.4).
//
//     Counter& requests = registry.counter("service_requests", {{"operation",
//     "StartWorkflowExecution"}}); requests.add();
//
// Names and labels are those that dashboards of Temporal know; times are histograms in seconds. A
// series lives as long as its registry, so callers look it up once and keep the reference; updates
// are a relaxed atomic each, from any thread.

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace server::telemetry {

using Labels = std::map<std::string, std::string>;

class Counter {
public:
    void add(std::uint64_t count = 1) { value_.fetch_add(count, std::memory_order_relaxed); }
    std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

private:
    std::atomic<std::uint64_t> value_{0};
};

class Gauge {
public:
    void set(double value) { value_.store(value, std::memory_order_relaxed); }
    void add(double change);
    double value() const { return value_.load(std::memory_order_relaxed); }

private:
    std::atomic<double> value_{0};
};

class Histogram {
public:
    // Upper bounds of the buckets, ascending; one without a bound is added.
    explicit Histogram(std::vector<double> bounds);

    void observe(double value);

    const std::vector<double>& bounds() const { return bounds_; }
    // How many observations are at most bounds()[index]; of all, with index == bounds().size().
    std::uint64_t count_through(std::size_t index) const;
    double sum() const { return sum_.value(); }

private:
    std::vector<double> bounds_;
    std::vector<Counter> buckets_;
    Gauge sum_;
};

// What a histogram measures decides its buckets.
enum class Unit {
    seconds,  // 1 ms to 100 s, three or four per decade
    count,    // 1 to 100,000
    bytes,    // 1 KiB to 64 MiB
};
std::vector<double> bounds_of(Unit unit);

// How the series of a registry are written out.
struct Presentation {
    Labels tags;                  // of every series
    std::string prefix;           // of every name
    bool counter_suffix = false;  // _total, as OpenTelemetry has it
    bool unit_suffix = false;     // _seconds, _bytes
};

class Registry {
public:
    // Series beyond this number share one without labels per name: a label from outside cannot fill
    // the memory.
    static constexpr std::size_t kSeriesMax = 10'000;

    // The series of this name and these labels, made at the first call. A name has one kind only
    // (asserted).
    Counter& counter(std::string_view name, const Labels& labels = {});
    Gauge& gauge(std::string_view name, const Labels& labels = {});
    Histogram& histogram(std::string_view name, const Labels& labels = {},
                         Unit unit = Unit::seconds);

    // All series by name and labels, as a scrape expects them.
    std::string to_text(const Presentation& presentation = {}) const;

private:
    template <class Metric>
    using Series = std::map<Labels, std::unique_ptr<Metric>>;
    template <class Metric>
    using Families = std::map<std::string, Series<Metric>, std::less<>>;

    template <class Metric, class... Arguments>
    Metric& find_or_make(Families<Metric>& families, std::string_view name, const Labels& labels,
                         Arguments... arguments);

    mutable std::mutex mutex_;
    std::size_t series_count_ = 0;
    Families<Counter> counters_;
    Families<Gauge> gauges_;
    Families<Histogram> histograms_;
    std::map<std::string, Unit, std::less<>> units_;  // of the histograms
};

}  // namespace server::telemetry
