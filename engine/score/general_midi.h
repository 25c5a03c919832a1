// General MIDI names: 128 programs in 16 families, and the percussion keys of channel 10.
//
// Names as in the General MIDI Level 1 sound set (MIDI Association, RP-003); percussion 27 … 34 and
// 82 … 87 from General MIDI 2. Static text, thread-safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tutti::score {

inline constexpr int kPrograms = 128;
inline constexpr int kDrumChannel = 9;  // channel 10 as musicians count

std::string_view program_name(int program);    // 0 … 127; "" outside
std::string_view program_family(int program);  // "Piano", "Chromatic Percussion", …
std::string_view drum_name(int key);           // 27 … 87; "" outside
// Any case, with spaces, underscores or hyphens ("acoustic_grand_piano"); else the first program
// whose name or family holds the words ("violin", "piano" → 0); nothing if none does.
std::optional<int> program_from_name(std::string_view);
// "acoustic_grand_piano": the name as an identifier.
std::string program_slug(int program);

}  // namespace tutti::score
