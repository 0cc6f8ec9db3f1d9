#include "server/telemetry/metrics.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "server/base/assert.h"

namespace server::telemetry {

namespace {

std::string decimal(double value) {
    if (std::isnan(value)) return "NaN";
    if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
    std::array<char, 32> digits;
    return {digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr};
}

std::string escaped_label(std::string_view value) {
    std::string text;
    for (const char c : value) {
        if (c == '\n') {
            text += "\\n";
            continue;
        }
        if (c == '\\' || c == '"') text += '\\';
        text += c;
    }
    return text;
}

// {a="1",b="2"}, nothing when there are none.
std::string braced(const Labels& labels) {
    std::string text;
    for (const auto& [name, value] : labels) {
        text += (text.empty() ? "{" : ",") + name + "=\"" + escaped_label(value) + "\"";
    }
    return text.empty() ? text : text + "}";
}

void append_sample(std::string& text, const std::string& name, const Labels& labels,
                   const std::string& value) {
    text += name + braced(labels) + " " + value + "\n";
}

void append_histogram(std::string& text, const std::string& name, Labels labels,
                      const Histogram& histogram) {
    const auto& bounds = histogram.bounds();
    const Labels without_bound = labels;
    const std::uint64_t count = histogram.count_through(bounds.size());
    for (std::size_t index = 0; index < bounds.size(); ++index) {
        labels["le"] = decimal(bounds[index]);
        append_sample(text, name + "_bucket", labels,
                      std::to_string(std::min(count, histogram.count_through(index))));
    }
    labels["le"] = "+Inf";
    append_sample(text, name + "_bucket", labels, std::to_string(count));
    append_sample(text, name + "_sum", without_bound, decimal(histogram.sum()));
    append_sample(text, name + "_count", without_bound, std::to_string(count));
}

const char* suffix_of(Unit unit) {
    switch (unit) {
    case Unit::seconds: return "_seconds";
    case Unit::bytes: return "_bytes";
    case Unit::count: break;
    }
    return "";
}

}  // namespace

void Gauge::add(double change) {
    double seen = value_.load(std::memory_order_relaxed);
    while (!value_.compare_exchange_weak(seen, seen + change, std::memory_order_relaxed)) {
    }
}

Histogram::Histogram(std::vector<double> bounds)
    : bounds_(std::move(bounds)), buckets_(bounds_.size() + 1) {
    ASSERT(std::is_sorted(bounds_.begin(), bounds_.end()), "histogram bounds must ascend");
}

void Histogram::observe(double value) {
    const auto bucket = std::lower_bound(bounds_.begin(), bounds_.end(), value) - bounds_.begin();
    buckets_[static_cast<std::size_t>(bucket)].add();
    sum_.add(value);
}

std::uint64_t Histogram::count_through(std::size_t index) const {
    std::uint64_t count = 0;
    for (std::size_t bucket = 0; bucket <= index; ++bucket) count += buckets_[bucket].value();
    return count;
}

std::vector<double> bounds_of(Unit unit) {
    switch (unit) {
    case Unit::seconds:
        return {0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100};
    case Unit::count:
        return {1,   2,    5,    10,   20,     50,     100,    200,
                500, 1000, 2000, 5000, 10'000, 20'000, 50'000, 100'000};
    case Unit::bytes:
        return {1024,    2048,    4096,      8192,      16'384,    32'768,     65'536,    131'072,
                262'144, 524'288, 1'048'576, 2'097'152, 4'194'304, 16'777'216, 67'108'864};
    }
    return {};
}

template <class Metric, class... Arguments>
Metric& Registry::find_or_make(Families<Metric>& families, std::string_view name,
                               const Labels& labels, Arguments... arguments) {
    const std::lock_guard lock(mutex_);
    const std::size_t kinds = counters_.count(name) + gauges_.count(name) + histograms_.count(name);
    ASSERT(kinds == families.count(name), "a metric name has one kind: " + std::string(name));
    Series<Metric>& series = families[std::string(name)];
    const auto found = series.find(labels);
    if (found != series.end()) return *found->second;
    const bool full = series_count_ >= kSeriesMax;
    std::unique_ptr<Metric>& made = series[full ? Labels{} : labels];
    if (!made) {
        made = std::make_unique<Metric>(std::move(arguments)...);
        ++series_count_;
    }
    return *made;
}

Counter& Registry::counter(std::string_view name, const Labels& labels) {
    return find_or_make(counters_, name, labels);
}

Gauge& Registry::gauge(std::string_view name, const Labels& labels) {
    return find_or_make(gauges_, name, labels);
}

Histogram& Registry::histogram(std::string_view name, const Labels& labels, Unit unit) {
    {
        const std::lock_guard lock(mutex_);
        units_.emplace(name, unit);
    }
    return find_or_make(histograms_, name, labels, bounds_of(unit));
}

std::string Registry::to_text(const Presentation& presentation) const {
    const std::lock_guard lock(mutex_);
    std::string text;
    const auto with_tags = [&presentation](Labels labels) {
        labels.insert(presentation.tags.begin(), presentation.tags.end());
        return labels;
    };
    for (const auto& [plain, series] : counters_) {
        const std::string name =
            presentation.prefix + plain + (presentation.counter_suffix ? "_total" : "");
        text += "# TYPE " + name + " counter\n";
        for (const auto& [labels, counter] : series) {
            append_sample(text, name, with_tags(labels), std::to_string(counter->value()));
        }
    }
    for (const auto& [plain, series] : gauges_) {
        const std::string name = presentation.prefix + plain;
        text += "# TYPE " + name + " gauge\n";
        for (const auto& [labels, gauge] : series) {
            append_sample(text, name, with_tags(labels), decimal(gauge->value()));
        }
    }
    for (const auto& [plain, series] : histograms_) {
        const std::string name = presentation.prefix + plain +
                                 (presentation.unit_suffix ? suffix_of(units_.at(plain)) : "");
        text += "# TYPE " + name + " histogram\n";
        for (const auto& [labels, histogram] : series) {
            append_histogram(text, name, with_tags(labels), *histogram);
        }
    }
    return text;
}

}  // namespace server::telemetry
