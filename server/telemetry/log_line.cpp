#include "server/telemetry/log_line.h"

#include <array>
#include <charconv>
#include <cmath>

namespace server::log {

namespace {

std::string_view word(Level level) {
    switch (level) {
    case Level::debug: return "debug";
    case Level::info: return "info";
    case Level::warn: return "warn";
    case Level::error: return "error";
    case Level::never: break;
    }
    return "never";
}

std::string_view padded_capitals(Level level) {
    switch (level) {
    case Level::debug: return "DEBUG";
    case Level::info: return "INFO ";
    case Level::warn: return "WARN ";
    case Level::error: return "ERROR";
    case Level::never: break;
    }
    return "NEVER";
}

template <class Number>
std::string number(Number value) {
    std::array<char, 32> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    return {digits.data(), end};
}

// 2026-01-02T03:04:05.678Z; always three decimals, so that lines align.
std::string timestamp(TimePoint time) {
    const TimePoint second = std::chrono::floor<std::chrono::seconds>(time);
    std::string text = to_rfc3339(second);
    const auto thousandths =
        std::chrono::duration_cast<std::chrono::milliseconds>(time - second).count();
    const std::string decimals = number(1000 + thousandths).substr(1);
    text.insert(text.size() - 1, "." + decimals);
    return text;
}

// Where 12:30:45.678 stands in it.
constexpr std::size_t kTimeOfDayAt = 11;
constexpr std::size_t kTimeOfDayBytes = 12;

// The length of the UTF-8 character at the start of `text`, 0 when there is none (RFC 3629).
std::size_t utf8_character(std::string_view text) {
    const auto byte = [text](std::size_t at) { return static_cast<unsigned char>(text[at]); };
    const unsigned char lead = byte(0);
    if (lead < 0x80) return 1;
    const std::size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    if (lead < 0xc2 || lead > 0xf4 || text.size() < length) return 0;
    for (std::size_t at = 1; at < length; ++at) {
        if ((byte(at) & 0xc0) != 0x80) return 0;
    }
    const unsigned char next = byte(1);
    const bool overlong = (lead == 0xe0 && next < 0xa0) || (lead == 0xf0 && next < 0x90);
    const bool surrogate = lead == 0xed && next > 0x9f;
    const bool beyond = lead == 0xf4 && next > 0x8f;
    return overlong || surrogate || beyond ? 0 : length;
}

void append_escaped_ascii(std::string& line, unsigned char character) {
    constexpr std::string_view kHex = "0123456789abcdef";
    switch (character) {
    case '"': line += "\\\""; return;
    case '\\': line += "\\\\"; return;
    case '\n': line += "\\n"; return;
    case '\r': line += "\\r"; return;
    case '\t': line += "\\t"; return;
    default: break;
    }
    if (character >= 0x20 && character != 0x7f) {
        line += static_cast<char>(character);
        return;
    }
    line += "\\u00";
    line += kHex[character >> 4];
    line += kHex[character & 0xf];
}

// A JSON string; bytes that are no UTF-8 become the replacement character.
void append_quoted(std::string& line, std::string_view text) {
    const bool cut = text.size() > kValueBytesMax;
    line += '"';
    for (std::size_t at = 0; at < text.size() && at < kValueBytesMax;) {
        const std::size_t length = utf8_character(text.substr(at));
        if (length == 0) {
            line += "\xef\xbf\xbd";
        } else if (length == 1) {
            append_escaped_ascii(line, static_cast<unsigned char>(text[at]));
        } else {
            line += text.substr(at, length);
        }
        at += length == 0 ? 1 : length;
    }
    line += cut ? "...\"" : "\"";
}

// Without quotes where no reader could be misled.
void append_word(std::string& line, std::string_view text) {
    const auto plain = [](char c) {
        return c > ' ' && c < 0x7f && c != '"' && c != '\\' && c != '=';
    };
    bool is_plain = !text.empty() && text.size() <= kValueBytesMax;
    for (const char c : text) is_plain = is_plain && plain(c);
    if (is_plain) {
        line += text;
    } else {
        append_quoted(line, text);
    }
}

void append_value(std::string& line, Format format, const Field::Value& value) {
    if (const auto* text = std::get_if<std::string_view>(&value)) {
        return format == Format::json ? append_quoted(line, *text) : append_word(line, *text);
    }
    if (const auto* truth = std::get_if<bool>(&value)) {
        line += *truth ? "true" : "false";
    } else if (const auto* real = std::get_if<double>(&value)) {
        line += std::isfinite(*real) ? number(*real) : "null";  // JSON has no infinity
    } else if (const auto* whole = std::get_if<std::int64_t>(&value)) {
        line += number(*whole);
    } else {
        line += number(std::get<std::uint64_t>(value));
    }
}

std::string json_line(std::optional<TimePoint> time, Level level, std::string_view message,
                      Fields fields) {
    std::string line = "{\"level\":\"";
    line += word(level);
    if (time) line += "\",\"ts\":\"" + timestamp(*time);
    line += "\",\"msg\":";
    append_quoted(line, message);
    for (const Field& field : fields) {
        line += ',';
        append_quoted(line, field.name());
        line += ':';
        append_value(line, Format::json, field.value());
    }
    return line + "}";
}

void append_pairs(std::string& line, Format format, Fields fields) {
    for (const Field& field : fields) {
        line += ' ';
        line += field.name();
        line += '=';
        append_value(line, format, field.value());
    }
}

}  // namespace

std::string to_line(Format format, std::optional<TimePoint> time, Level level,
                    std::string_view message, Fields fields) {
    std::string line;
    switch (format) {
    case Format::json: return json_line(time, level, message, fields);
    case Format::text:
        if (time) line = "time=" + timestamp(*time) + " ";
        line += "level=";
        line += word(level);
        line += " msg=";
        append_quoted(line, message);
        append_pairs(line, format, fields);
        return line;
    case Format::pretty:
        if (time) line = timestamp(*time).substr(kTimeOfDayAt, kTimeOfDayBytes) + " ";
        line += padded_capitals(level);
        line += ' ';
        line += message;
        if (fields.size() > 0) line += ' ';
        append_pairs(line, format, fields);
        return line;
    }
    return line;
}

}  // namespace server::log
