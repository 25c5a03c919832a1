// What a parameter is, stated once beside the processor that has it, without its value.
//
// Knobs, automation lanes, the API's list, documentation tables and fuzz tests all come from this.
// Ids are saved in projects and never change. Values are doubles in the stated unit, `min` to `max`
// inclusive. Everything here is pure and thread-safe; the text functions allocate, the others do
// not.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "engine/base/result.h"

namespace tutti::param {

enum class Unit { none, decibels, hertz, seconds, milliseconds, percent, cents, semitones };

// How a knob's travel (0 … 1) maps to the value.
enum class Scale {
  linear,       // equal steps of the value
  logarithmic,  // equal ratios of the value; min > 0
  integer,      // whole numbers only
  choice,       // index into `choices`
  toggle,       // 0 off, 1 on
};

struct Description {
  std::string_view id;    // stable, [a-z0-9_]
  std::string_view name;  // for a person
  Unit unit = Unit::none;
  double min = 0;
  double max = 1;
  double initial = 0;  // the default value
  Scale scale = Scale::linear;
  std::span<const std::string_view> choices = {};  // names, for Scale::choice
  // Shapes memory or latency (look-ahead, oversampling): takes effect when the processor is
  // prepared anew, cannot be automated.
  bool structural = false;
};

// "dB", "Hz", "s", "ms", "%", "cents", "semitones", "" and "linear", "logarithmic", …: stable
// words.
std::string_view name_of(Unit);
std::string_view name_of(Scale);

// Into [min, max]; whole for integer, choice and toggle; NaN becomes the default.
double clamp(const Description&, double value) noexcept;

// Knob travel 0 … 1 from a value and back; both clamp first. from_travel(to_travel(v)) is v within
// rounding.
double to_travel(const Description&, double value) noexcept;
double from_travel(const Description&, double travel) noexcept;

// "-6 dB", "1.25 kHz", "on", a choice's name. Three decimals at most, trailing zeros dropped.
std::string to_text(const Description&, double value);

// The reverse, forgiving about spaces, case and a missing unit; "k" multiplies by 1000. Fails with
// wrong_usage on anything else and on values out of range, naming the range.
Result<double> from_text(const Description&, std::string_view text);

// The description with this id, or nullptr.
const Description* find(std::span<const Description>, std::string_view id) noexcept;

}  // namespace tutti::param
