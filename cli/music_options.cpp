#include "cli/music_options.h"

#include <cstdio>

#include "cli/help.h"
#include "engine/base/suggest.h"
#include "engine/compose/setting_text.h"
#include "native/files/atomic_write.h"
#include "server/jobs/stream_materials.h"

namespace tutti::cli {
namespace {

using compose::Setting;
using compose::Voice;

bool of_a_voice(Setting s) {
  return s >= Setting::pad_on;
}

std::string joined(std::span<const std::string_view> words) {
  std::string out;
  for (const auto word : words) out += (out.empty() ? "" : ", ") + std::string(word);
  return out;
}

// "Tonic: C, C#, … (A)", "40 to 180 (70)".
std::string described(Setting s) {
  const param::Description& d = compose::setting_table()[static_cast<std::size_t>(s)];
  std::string text(d.name);
  if (d.choices.empty()) {
    char range[64];
    std::snprintf(range, sizeof range, ", %g to %g", d.min, d.max);
    text += range;
    if (d.unit == param::Unit::seconds) text += " seconds";
  } else {
    text += ": " + joined(d.choices);
  }
  return text + " (" + compose::value_to_text(s, d.initial) + ")";
}

std::string trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r'))
    text.remove_suffix(1);
  return std::string(text);
}

Error no_voice(std::string_view name) {
  std::vector<std::string> known;
  std::string all;
  for (int v = 0; v < compose::kVoices; ++v) {
    known.emplace_back(compose::name_of(static_cast<Voice>(v)));
    all += (all.empty() ? "" : ", ") + known.back();
  }
  const std::string near = suggestion(name, known);
  return {Code::wrong_usage, "There is no voice \"" + std::string(name) + "\".",
          near.empty() ? "The voices are " + all + "." : "Did you mean \"" + near + "\"?"};
}

}  // namespace

void add_music_options(CLI::App* command, const std::shared_ptr<MusicOptions>& options) {
  command
      ->add_option("--seed", options->seed,
                   "Whole number that all chance comes from: the same seed, the same music (1)")
      ->type_name("N");
  const auto table = compose::setting_table();
  for (std::size_t i = 0; i < table.size(); ++i) {
    const auto s = static_cast<Setting>(i);
    if (of_a_voice(s)) continue;
    command
        ->add_option_function<std::string>(
            "--" + std::string(table[i].id),
            [options, s](const std::string& text) { options->settings.emplace_back(s, text); },
            described(s))
        ->type_name(table[i].choices.empty() ? "X" : "NAME");
  }
  command
      ->add_option(
          "--voice", options->voices,
          "A voice on or off, louder or softer by dB: pad=on,-3, drums=off, bell=-6; again "
          "for more")
      ->type_name("VOICE=…")
      ->expected(1)
      ->take_all();
  command
      ->add_option("--log", options->log,
                   "Control log of a channel to play again, instead of seed and settings")
      ->type_name("FILE");
  command
      ->add_option("--soundfont", options->soundfont,
                   "SoundFont of the piano: a path, or a name that doctor lists")
      ->type_name("NAME");
  command->add_option("--rate", options->rate, "Frames a second (48000)")
      ->check(within(8000, 192000))
      ->type_name("HZ");
}

Result<std::uint64_t> seed_from(const std::string& text) {
  std::uint64_t seed = 0;
  for (const char c : text) {
    const auto digit = static_cast<std::uint64_t>(c - '0');
    if (c < '0' || c > '9' || seed > (~std::uint64_t{0} - digit) / 10) {
      return Error{Code::wrong_usage, "\"" + text + "\" is not a seed.",
                   "A seed is a whole number from 0 to 18446744073709551615."};
    }
    seed = seed * 10 + digit;
  }
  if (text.empty()) return Error{Code::wrong_usage, "The seed is missing.", "Give a whole number."};
  return seed;
}

Result<std::vector<stream::Change>> voice_from(std::string_view text) {
  const auto equals = text.find_first_of("= ");
  const std::string name = trimmed(text.substr(0, equals));
  const auto voice = compose::voice_from_name(name);
  if (!voice) return no_voice(name);
  std::vector<stream::Change> changes;
  std::string rest = equals == std::string_view::npos ? "" : trimmed(text.substr(equals + 1));
  while (!rest.empty()) {
    const auto comma = rest.find(',');
    const std::string word = trimmed(rest.substr(0, comma));
    rest = comma == std::string::npos ? "" : rest.substr(comma + 1);
    const bool toggle = word == "on" || word == "off";
    const Setting setting = toggle ? compose::on_of(*voice) : compose::level_of(*voice);
    const auto value = compose::value_from_text(setting, word);
    if (!value) return value.error();
    changes.push_back({setting, *value});
  }
  if (changes.empty()) {
    return Error{Code::wrong_usage, "Nothing is asked of the voice " + name + ".",
                 "Write " + name + "=on, " + name + "=off or " + name + "=-6 (dB)."};
  }
  return changes;
}

Result<std::vector<stream::Change>> changes_from(std::string_view line) {
  const std::string whole = trimmed(line);
  const auto space = whole.find_first_of(" =:");
  const std::string word = whole.substr(0, space);
  const std::string rest = space == std::string::npos ? "" : trimmed(whole.substr(space + 1));
  if (word == "voice") return voice_from(rest);
  if (compose::voice_from_name(word)) return voice_from(word + "=" + rest);
  const auto setting = compose::find_setting(word);
  if (!setting) return setting.error();
  const auto value = compose::value_from_text(*setting, rest);
  if (!value) return value.error();
  return std::vector<stream::Change>{{*setting, *value}};
}

Result<stream::ControlLog> log_of(const MusicOptions& options) {
  if (!options.log.empty()) {
    if (!options.seed.empty() || !options.settings.empty() || !options.voices.empty()) {
      return Error{Code::wrong_usage, "A control log has its own seed and settings.",
                   "Leave --log away, or the settings."};
    }
    const auto bytes = files::read_file(options.log);
    if (!bytes) return bytes.error();
    return stream::read_log({reinterpret_cast<const char*>(bytes->data()), bytes->size()});
  }
  stream::ControlLog log;
  log.rate = options.rate;
  if (!options.seed.empty()) {
    const auto seed = seed_from(options.seed);
    if (!seed) return seed.error();
    log.seed = *seed;
  }
  for (const auto& [setting, text] : options.settings) {
    const auto value = compose::value_from_text(setting, text);
    if (!value) return value.error();
    log.start.set(setting, *value);
  }
  for (const auto& text : options.voices) {
    const auto changes = voice_from(text);
    if (!changes) return changes.error();
    for (const auto& change : *changes) log.start.set(change.setting, change.value);
  }
  return log;
}

stream::Materials bring_music(const MusicOptions& options, Session& session) {
  auto found = jobs::find_materials(options.soundfont);
  for (const auto& sentence : found.missing) session.say(sentence);
  return std::move(found.materials);
}

std::string words_of(const compose::Settings& settings) {
  char text[96];
  std::snprintf(text, sizeof text, ", %g BPM, intensity %g", settings[Setting::bpm],
                settings[Setting::intensity]);
  return compose::value_to_text(Setting::style, settings[Setting::style]) + " in " +
         compose::key_text(settings) + text;
}

}  // namespace tutti::cli
