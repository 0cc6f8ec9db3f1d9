#include "tests/support/exposition.h"

#include <cmath>
#include <limits>
#include <optional>
#include <set>
#include <sstream>
#include <vector>

namespace server::tests {

namespace {

struct Sample {
    std::string name;
    std::map<std::string, std::string> labels;
    double value = 0;
};

bool is_name(const std::string& text, bool colons) {
    if (text.empty() || (text[0] >= '0' && text[0] <= '9')) return false;
    for (const char c : text) {
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
        if (!letter && !(c >= '0' && c <= '9') && !(colons && c == ':')) return false;
    }
    return true;
}

std::optional<double> number_of(const std::string& text) {
    if (text == "+Inf") return std::numeric_limits<double>::infinity();
    if (text == "NaN") return std::nan("");
    try {
        std::size_t used = 0;
        const double value = std::stod(text, &used);
        if (used == text.size()) return value;
    } catch (const std::exception&) {
        return std::nullopt;
    }
    return std::nullopt;
}

class LineReader {
public:
    explicit LineReader(std::string line) : line_(std::move(line)) {}

    // What is wrong, empty when nothing is.
    std::string read(Sample& sample) {
        sample.name = until("{ ");
        if (!is_name(sample.name, true)) return "bad name";
        if (peek() == '{') {
            if (std::string fault = read_labels(sample); !fault.empty()) return fault;
        }
        if (peek() != ' ') return "no blank before the value";
        ++at_;
        const auto value = number_of(line_.substr(at_));
        if (!value) return "bad value";
        sample.value = *value;
        return {};
    }

private:
    char peek() const { return at_ < line_.size() ? line_[at_] : '\0'; }
    std::string until(const char* ends) {
        const std::size_t end = std::min(line_.find_first_of(ends, at_), line_.size());
        std::string text = line_.substr(at_, end - at_);
        at_ = end;
        return text;
    }
    std::string read_labels(Sample& sample) {
        do {
            ++at_;
            const std::string label = until("=");
            if (!is_name(label, false)) return "bad label " + label;
            at_ += 1;
            std::string value;
            if (!read_quoted(value)) return "bad value of label " + label;
            if (!sample.labels.emplace(label, value).second) return "label twice: " + label;
        } while (peek() == ',');
        if (peek() != '}') return "labels without end";
        ++at_;
        return {};
    }
    bool read_quoted(std::string& value) {
        if (peek() != '"') return false;
        for (++at_; peek() != '"'; ++at_) {
            if (peek() == '\0') return false;
            if (peek() != '\\') {
                value += peek();
                continue;
            }
            ++at_;
            if (peek() != '\\' && peek() != '"' && peek() != 'n') return false;
            value += peek() == 'n' ? '\n' : peek();
        }
        ++at_;
        return true;
    }

    std::string line_;
    std::size_t at_ = 0;
};

// Which family a sample's name belongs to, given the type that was announced.
bool belongs(const std::string& name, const std::string& family, const std::string& type) {
    if (type != "histogram") return name == family;
    return name == family + "_bucket" || name == family + "_sum" || name == family + "_count";
}

struct Buckets {
    double last_bound = -std::numeric_limits<double>::infinity();
    double last_count = 0;
    std::optional<double> infinite;
    std::optional<double> count;
};

class Checker {
public:
    std::string check(const std::string& line) {
        if (line.starts_with("# TYPE ")) return announce(line.substr(7));
        if (line.starts_with("#")) return {};
        Sample sample;
        if (std::string fault = LineReader(line).read(sample); !fault.empty()) return fault;
        if (!belongs(sample.name, family_, type_)) return "outside its family";
        if (!seen_.insert({sample.name, sample.labels}).second) return "there twice";
        if (type_ == "counter" && sample.value < 0) return "a counter below zero";
        return type_ == "histogram" ? check_histogram(sample) : "";
    }
    std::string check_end() const {
        for (const auto& [labels, buckets] : buckets_) {
            if (!buckets.infinite) return "a histogram without +Inf";
            if (buckets.count != buckets.infinite) return "a count that is not the +Inf bucket";
        }
        return {};
    }

private:
    std::string announce(const std::string& rest) {
        std::istringstream words(rest);
        words >> family_ >> type_;
        static const std::set<std::string> kTypes{"counter", "gauge", "histogram"};
        if (!is_name(family_, true) || !kTypes.contains(type_)) return "bad TYPE";
        if (!families_.insert(family_).second) return "a family twice";
        std::string fault = check_end();
        buckets_.clear();
        return fault;
    }
    std::string check_histogram(const Sample& sample) {
        auto own = sample.labels;
        own.erase("le");
        Buckets& buckets = buckets_[own];
        if (sample.name == family_ + "_count") buckets.count = sample.value;
        if (sample.name != family_ + "_bucket") return {};
        const auto bound = sample.labels.find("le");
        const auto limit = bound == sample.labels.end() ? std::nullopt : number_of(bound->second);
        if (!limit) return "a bucket without le";
        if (*limit <= buckets.last_bound) return "bounds do not ascend";
        if (sample.value < buckets.last_count) return "buckets are not cumulative";
        buckets.last_bound = *limit;
        buckets.last_count = sample.value;
        if (std::isinf(*limit)) buckets.infinite = sample.value;
        return {};
    }

    std::string family_;
    std::string type_;
    std::set<std::string> families_;
    std::set<std::pair<std::string, std::map<std::string, std::string>>> seen_;
    std::map<std::map<std::string, std::string>, Buckets> buckets_;
};

}  // namespace

std::string exposition_fault(const std::string& text) {
    if (!text.empty() && text.back() != '\n') return "no newline at the end";
    Checker checker;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        if (std::string fault = checker.check(line); !fault.empty()) return fault + ": " + line;
    }
    return checker.check_end();
}

std::map<std::string, double> samples_of(const std::string& text) {
    std::map<std::string, double> samples;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        if (line.empty() || line[0] == '#') continue;
        const std::size_t blank = line.rfind(' ');
        samples[line.substr(0, blank)] = number_of(line.substr(blank + 1)).value_or(std::nan(""));
    }
    return samples;
}

}  // namespace server::tests
