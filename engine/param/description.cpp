#include "engine/param/description.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "engine/base/math.h"

namespace tutti::param {
namespace {

bool whole(Scale scale) {
  return scale == Scale::integer || scale == Scale::choice || scale == Scale::toggle;
}

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool same_word(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

std::string_view trim(std::string_view s) {
  while (!s.empty() && (s.front() == ' ' || s.front() == '\t')) s.remove_prefix(1);
  while (!s.empty() && (s.back() == ' ' || s.back() == '\t')) s.remove_suffix(1);
  return s;
}

// At most three decimals, trailing zeros dropped.
std::string number(double value) {
  const bool negative = value < 0;
  const auto thousandths = static_cast<std::int64_t>(std::floor(std::fabs(value) * 1000 + 0.5));
  std::string s = std::to_string(thousandths / 1000);
  if (const std::int64_t rest = thousandths % 1000; rest != 0) {
    std::string digits = std::to_string(1000 + rest).substr(1);
    while (digits.back() == '0') digits.pop_back();
    s += "." + digits;
  }
  return negative && thousandths != 0 ? "-" + s : s;
}

struct Parsed {
  double value;
  std::string_view rest;
  bool ok;
};

Parsed parse_number(std::string_view s) {
  std::size_t i = 0;
  bool negative = false, digits = false;
  if (i < s.size() && (s[i] == '-' || s[i] == '+')) negative = s[i++] == '-';
  double value = 0;
  for (; i < s.size() && s[i] >= '0' && s[i] <= '9'; ++i, digits = true)
    value = value * 10 + (s[i] - '0');
  if (i < s.size() && (s[i] == '.' || s[i] == ',')) {
    double place = 0.1;
    for (++i; i < s.size() && s[i] >= '0' && s[i] <= '9'; ++i, digits = true, place /= 10)
      value += place * (s[i] - '0');
  }
  return {negative ? -value : value, trim(s.substr(i)), digits};
}

}  // namespace

std::string_view name_of(Unit unit) {
  switch (unit) {
    case Unit::none:
      return "";
    case Unit::decibels:
      return "dB";
    case Unit::hertz:
      return "Hz";
    case Unit::seconds:
      return "s";
    case Unit::milliseconds:
      return "ms";
    case Unit::percent:
      return "%";
    case Unit::cents:
      return "cents";
    case Unit::semitones:
      return "semitones";
  }
  return "";
}

std::string_view name_of(Scale scale) {
  switch (scale) {
    case Scale::linear:
      return "linear";
    case Scale::logarithmic:
      return "logarithmic";
    case Scale::integer:
      return "integer";
    case Scale::choice:
      return "choice";
    case Scale::toggle:
      return "toggle";
  }
  return "linear";
}

double clamp(const Description& d, double value) noexcept {
  if (std::isnan(value)) return d.initial;
  value = std::clamp(value, d.min, d.max);
  return whole(d.scale) ? std::floor(value + 0.5) : value;
}

double to_travel(const Description& d, double value) noexcept {
  value = clamp(d, value);
  if (d.max <= d.min) return 0;
  if (d.scale == Scale::logarithmic) return math::log2(value / d.min) / math::log2(d.max / d.min);
  return (value - d.min) / (d.max - d.min);
}

double from_travel(const Description& d, double travel) noexcept {
  travel = std::isnan(travel) ? 0 : std::clamp(travel, 0.0, 1.0);
  if (d.scale == Scale::logarithmic) return clamp(d, d.min * math::pow(d.max / d.min, travel));
  return clamp(d, d.min + (d.max - d.min) * travel);
}

std::string to_text(const Description& d, double value) {
  value = clamp(d, value);
  if (d.scale == Scale::toggle) return value != 0 ? "on" : "off";
  if (d.scale == Scale::choice) {
    const auto i = static_cast<std::size_t>(value);
    if (i < d.choices.size()) return std::string(d.choices[i]);
  }
  if (d.unit == Unit::hertz && value >= 1000) return number(value / 1000) + " kHz";
  std::string s = number(value);
  if (d.unit != Unit::none)
    s += (d.unit == Unit::percent ? "" : " ") + std::string(name_of(d.unit));
  return s;
}

Result<double> from_text(const Description& d, std::string_view text) {
  const std::string_view s = trim(text);
  for (std::size_t i = 0; i < d.choices.size(); ++i) {
    if (same_word(s, d.choices[i])) return static_cast<double>(i);
  }
  if (d.scale == Scale::toggle) {
    for (std::string_view yes : {"on", "yes", "true", "1"})
      if (same_word(s, yes)) return 1.0;
    for (std::string_view no : {"off", "no", "false", "0"})
      if (same_word(s, no)) return 0.0;
  }
  const std::string range = to_text(d, d.min) + " to " + to_text(d, d.max);
  Parsed p = parse_number(s);
  std::string_view unit = p.rest;
  if (!unit.empty() && lower(unit.front()) == 'k') {
    p.value *= 1000;
    unit = trim(unit.substr(1));
  }
  if (!p.ok || (!unit.empty() && !same_word(unit, name_of(d.unit)))) {
    return Error{Code::wrong_usage,
                 "\"" + std::string(text) + "\" is not a value of " + std::string(d.name) + ".",
                 "Give a value from " + range + "."};
  }
  if (p.value < d.min - 1e-9 || p.value > d.max + 1e-9) {
    return Error{Code::wrong_usage, std::string(d.name) + " cannot be " + std::string(s) + ".",
                 "Give a value from " + range + "."};
  }
  return clamp(d, p.value);
}

const Description* find(std::span<const Description> list, std::string_view id) noexcept {
  for (const Description& d : list)
    if (d.id == id) return &d;
  return nullptr;
}

}  // namespace tutti::param
