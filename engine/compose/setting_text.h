// The settings of the endless music as text: ids, choices by name, suggestions for misspelt ones.
//
// The command line and the API read what a person writes through these. Forgiving about case,
// spaces, '-' and '_'. Failures are wrong_usage and name the range or the choices, with a
// suggestion where one is near. Pure, thread-safe; they allocate.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/base/result.h"
#include "engine/compose/settings.h"

namespace tutti::compose {

// "bpm", "pad_on" … in O(number of settings).
std::optional<Setting> setting_from_id(std::string_view id) noexcept;
// The same with an Error that suggests the nearest id.
Result<Setting> find_setting(std::string_view id);

// The index of the choice (0 is C) from "Bb", "a#", "B flat", "F♯", "Cb", "E#"; enharmonic
// spellings give the same key. A mode after the tonic ("A minor") is refused with a hint to state
// it apart.
Result<int> tonic_from_name(std::string_view);
// Index into the mode setting's choices; also takes "minor", "natural minor", "major", "maj".
Result<int> mode_from_name(std::string_view);
Result<Style> style_from_name(std::string_view);
std::optional<Voice> voice_from_name(std::string_view) noexcept;

// Any setting's value from text: choices by name or number, numbers with or without unit, "on" and
// "off".
Result<double> value_from_text(Setting, std::string_view text);
// "A", "aeolian", "70", "on", "-6 dB".
std::string value_to_text(Setting, double value);
// A number as asked: not finite or out of the table's range is refused, naming the range; a number
// that must be whole is refused if it is not.
Result<double> checked(Setting, double value);

// "A aeolian", "Bb ionian": spelt as the key signature has it, the mode by the listener's name.
std::string key_text(const Settings&);

}  // namespace tutti::compose
