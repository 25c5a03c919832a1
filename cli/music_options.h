// What endless music is asked for on the command line: the settings of compose::setting_table() as
// options, the seed, a control log, and what it is played with. Shared by `tutti compose` and
// `tutti stream`.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/command.h"
#include "engine/stream/channel.h"

namespace tutti::cli {

struct MusicOptions {
  std::string seed;
  std::vector<std::pair<compose::Setting, std::string>> settings;  // as written
  std::vector<std::string> voices;                                 // "pad=on,-3"
  std::string log, soundfont;
  int rate = 48000;
};

void add_music_options(CLI::App* command, const std::shared_ptr<MusicOptions>&);

// The log that they ask for. Errors: wrong_usage (naming range or nearest name), those of the file.
Result<stream::ControlLog> log_of(const MusicOptions&);

// "bpm 80", "key D", "pad off", "pad -3", "voice pad=on,-3": one wish in words. wrong_usage.
Result<std::vector<stream::Change>> changes_from(std::string_view line);
// "pad=on,-3", "drums=off", "bell=-6".
Result<std::vector<stream::Change>> voice_from(std::string_view text);
Result<std::uint64_t> seed_from(const std::string& text);

// What is there of this computer's; what is missing is said.
stream::Materials bring_music(const MusicOptions&, Session&);

// "ambient in A aeolian, 70 BPM, intensity 0.4".
std::string words_of(const compose::Settings&);

}  // namespace tutti::cli
