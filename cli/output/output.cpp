#include "cli/output/output.h"

#include <unistd.h>

#include <ostream>

#include "cli/json/text.h"

namespace cli {

namespace {

server::TimePoint now() { return std::chrono::system_clock::now(); }

}  // namespace

std::vector<Flag> output_flags() {
    return {{.name = "output",
             .letter = 'o',
             .value_name = "FORM",
             .help = "How data is printed.",
             .default_value = "text",
             .choices = "text|json|jsonl|none"},
            {.name = "time-format",
             .value_name = "FORM",
             .help = "How text shows a time.",
             .default_value = "relative",
             .choices = "relative|iso|raw"},
            {.name = "color",
             .value_name = "WHEN",
             .help = "Colour in text; auto: at a terminal.",
             .default_value = "auto",
             .choices = "auto|always|never"},
            {.name = "no-json-shorthand-payloads",
             .kind = Flag::Kind::toggle,
             .help = "Print payloads in JSON as metadata and data, also where they hold JSON."},
            {.name = "command-timeout",
             .value_name = "DURATION",
             .help = "End the command after this time, for example 30s; 0: never.",
             .default_value = "0s"}};
}

Output::Output(const Invocation& invocation, Terminal& terminal) : terminal_(terminal) {
    const FlagValues& flags = invocation.flags;
    const std::string kind = flags.text("output");
    if (kind == "json") kind_ = Kind::json;
    if (kind == "jsonl") kind_ = Kind::lines;
    if (kind == "none") kind_ = Kind::none;
    time_format_ = time_format(flags.text("time-format"));
    form_.payload_shorthand = !flags.toggle("no-json-shorthand-payloads");
    const std::string color = flags.text("color");
    bold_ = color == "always" || (color == "auto" && isatty(STDOUT_FILENO) == 1);
}

boost::json::value Output::to_json(const google::protobuf::Message& message) const {
    return cli::to_json(message, form_);
}

void Output::print(const google::protobuf::Message& message) { print(to_json(message)); }

void Output::print(const boost::json::value& value) {
    switch (kind_) {
    case Kind::json: terminal_.out << to_text(value, JsonLayout::indented) << "\n"; break;
    case Kind::lines: terminal_.out << to_text(value, JsonLayout::one_line) << "\n"; break;
    case Kind::text:
    case Kind::none: break;
    }
}

void Output::print_list(const boost::json::array& elements) {
    if (kind_ == Kind::json) print(boost::json::value(elements));
    if (kind_ != Kind::lines) return;
    for (const auto& element : elements) print(element);
}

std::string Output::time(const google::protobuf::Timestamp& time) const {
    return format_time(time, time_format_, now());
}

}  // namespace cli
