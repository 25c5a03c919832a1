#include "engine/compose/setting_text.h"

#include <cmath>
#include <vector>

#include "engine/base/suggest.h"

namespace tutti::compose {
namespace {

const param::Description& described(Setting s) {
  return setting_table()[static_cast<std::size_t>(s)];
}

// Lower case, '-', '_' and runs of spaces as one space, none at the ends; ♯ and ♭ as "#" and "b".
std::string plain(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text.substr(i, 3) == "\u266f") {
      out += '#';
      i += 2;
    } else if (text.substr(i, 3) == "\u266d") {
      out += 'b';
      i += 2;
    } else if (const char c = text[i]; c == ' ' || c == '\t' || c == '-' || c == '_') {
      if (!out.empty() && out.back() != ' ') out += ' ';
    } else {
      out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
  }
  if (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

// What is echoed of a stranger's text: short.
std::string shown(std::string_view text) {
  return std::string(text.substr(0, 40));
}

Error unknown(std::string_view what, std::string_view text, const std::vector<std::string>& known) {
  std::string all;
  for (const auto& word : known) all += (all.empty() ? "" : ", ") + word;
  const std::string near = text.size() <= 40 ? suggestion(plain(text), known) : "";
  return {Code::wrong_usage,
          "There is no " + std::string(what) + " '" + shown(text) + "'" +
              (near.empty() ? "." : "; did you mean '" + near + "'?"),
          "Use one of: " + all + "."};
}

std::vector<std::string> choices_of(Setting s) {
  const auto& all = described(s).choices;
  return {all.begin(), all.end()};
}

Result<int> choice_from_name(Setting s, std::string_view what, std::string_view text) {
  const std::string word = plain(text);
  const auto& all = described(s).choices;
  for (std::size_t i = 0; i < all.size(); ++i)
    if (all[i] == word) return static_cast<int>(i);
  return unknown(what, text, choices_of(s));
}

std::string number(double v) {
  return v == std::floor(v) && std::fabs(v) < 1e9 ? std::to_string(static_cast<long long>(v))
                                                  : std::to_string(v);
}

}  // namespace

std::optional<Setting> setting_from_id(std::string_view id) noexcept {
  for (int i = 0; i < kSettings; ++i)
    if (setting_table()[static_cast<std::size_t>(i)].id == id) return static_cast<Setting>(i);
  return std::nullopt;
}

Result<Setting> find_setting(std::string_view id) {
  if (const auto s = setting_from_id(id)) return *s;
  std::vector<std::string> known;
  for (const auto& d : setting_table()) known.emplace_back(d.id);
  return unknown("setting", id, known);
}

Result<int> tonic_from_name(std::string_view text) {
  std::string word = plain(text);
  for (const auto& [long_form, sign] :
       {std::pair{" sharp", "#"}, {"sharp", "#"}, {" flat", "b"}, {"flat", "b"}})
    if (const auto at = word.find(long_form); at != std::string::npos && at >= 1)
      word.replace(at, std::string_view(long_form).size(), sign);
  constexpr std::string_view kLetters = "c d ef g a b";
  if (!word.empty()) {
    const auto letter = kLetters.find(word[0]);
    if (letter != std::string_view::npos && word[0] != ' ') {
      int pitch = static_cast<int>(letter);
      std::size_t i = 1;
      for (; i < word.size() && i <= 2 && (word[i] == '#' || word[i] == 'b'); ++i)
        pitch += word[i] == '#' ? 1 : -1;
      if (i == word.size()) return (pitch + 12) % 12;
      const std::string rest = plain(word.substr(i));
      if (rest == "m" || rest == "maj" || rest == "min" || mode_from_name(rest).ok())
        return Error{Code::wrong_usage,
                     "The key '" + shown(text) + "' names a mode as well as a tonic.",
                     "Give the tonic alone, such as '" + shown(text.substr(0, i)) +
                         "', and the mode in the setting 'mode'."};
    }
  }
  return unknown("key", text, choices_of(Setting::key));
}

Result<int> mode_from_name(std::string_view text) {
  const std::string word = plain(text);
  if (word == "minor" || word == "natural minor" || word == "min") return 0;
  if (word == "major" || word == "maj") return 5;
  if (word == "harmonic") return 6;
  if (word == "major pentatonic") return 7;
  return choice_from_name(Setting::mode, "mode", text);
}

Result<Style> style_from_name(std::string_view text) {
  const auto index = choice_from_name(Setting::style, "style", text);
  if (!index) return index.error();
  return static_cast<Style>(*index);
}

std::optional<Voice> voice_from_name(std::string_view text) noexcept {
  for (int i = 0; i < kVoices; ++i)
    if (name_of(static_cast<Voice>(i)) == text) return static_cast<Voice>(i);
  return std::nullopt;
}

Result<double> value_from_text(Setting s, std::string_view text) {
  const auto& d = described(s);
  if (d.scale == param::Scale::choice && !text.empty() && text[0] >= '0' && text[0] <= '9') {
    // An index, as the control log has it.
    auto as_number = d;
    as_number.scale = param::Scale::linear;
    const auto index = param::from_text(as_number, text);
    if (!index) return index.error();
    return checked(s, *index);
  }
  if (s == Setting::key || s == Setting::mode || s == Setting::style) {
    const auto index = s == Setting::key    ? tonic_from_name(text)
                       : s == Setting::mode ? mode_from_name(text)
                                            : choice_from_name(s, "style", text);
    if (!index) return index.error();
    return static_cast<double>(*index);
  }
  return param::from_text(d, text);
}

std::string value_to_text(Setting s, double value) {
  return param::to_text(described(s), value);
}

Result<double> checked(Setting s, double value) {
  const auto& d = described(s);
  const bool whole = d.scale == param::Scale::choice || d.scale == param::Scale::toggle ||
                     d.scale == param::Scale::integer;
  if (!(value >= d.min && value <= d.max) || (whole && value != std::floor(value)))
    return Error{Code::wrong_usage,
                 "The setting '" + std::string(d.id) + "' is " +
                     (std::isfinite(value) ? number(value) : "not a number") + ".",
                 "Give a" + std::string(whole ? " whole" : "") + " number from " + number(d.min) +
                     " to " + number(d.max) + "."};
  return value;
}

std::string key_text(const Settings& settings) {
  const score::Key key = settings.key();
  const std::string spelt = score::name_of(key);
  const auto& modes = described(Setting::mode).choices;
  return spelt.substr(0, spelt.find(' ')) + " " +
         std::string(modes[static_cast<std::size_t>(settings[Setting::mode])]);
}

}  // namespace tutti::compose
