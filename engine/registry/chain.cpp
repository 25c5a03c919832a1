#include "engine/registry/chain.h"

#include <algorithm>

#include "engine/base/suggest.h"
#include "engine/registry/effects.h"

namespace tutti::registry {
namespace {

bool blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

std::string quoted(std::string_view word) {
  return '"' + std::string(word) + '"';
}

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool same_word(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

// A word of the text: an effect's name or id=value, quotes removed.
struct Word {
  std::string text;
  std::size_t equals = std::string::npos;  // place of the first '=' outside quotes
};

// Effects as lists of words. The only syntax: commas, blanks, '=' and double quotes.
Result<std::vector<std::vector<Word>>> split(std::string_view text) {
  std::vector<std::vector<Word>> effects(1);
  Word word;
  bool inside = false, quotes = false;
  const auto finish = [&] {
    if (inside) effects.back().push_back(std::move(word));
    word = {};
    inside = false;
  };
  for (char c : text) {
    if (c == '"') {
      quotes = !quotes;
      inside = true;
    } else if (quotes) {
      word.text += c;
    } else if (blank(c)) {
      finish();
    } else if (c == ',') {
      finish();
      effects.emplace_back();
    } else {
      if (c == '=' && word.equals == std::string::npos) word.equals = word.text.size();
      word.text += c;
      inside = true;
    }
  }
  if (quotes) {
    return Error{Code::wrong_usage, "A quote in the chain is never closed.",
                 "Put a closing \" after the name."};
  }
  finish();
  return effects;
}

Result<void> apply(ChainEffect& effect, const Word& word) {
  if (word.equals == std::string::npos) {
    return Error{
        Code::wrong_usage,
        quoted(word.text) + " after the effect " + quoted(effect.info->id) + " is not a setting.",
        "Write settings as name=value, and a comma before the next effect."};
  }
  const std::string_view id = std::string_view(word.text).substr(0, word.equals);
  const std::string_view value = std::string_view(word.text).substr(word.equals + 1);
  const bool own = param::find(effect.info->parameters, id) != nullptr;
  if (id == "preset" && !own) {
    auto values = preset_values(*effect.info, value);
    if (!values) return values.error();
    effect.values = std::move(*values);
    return {};
  }
  if (id == "bypass" && !own) {
    static constexpr param::Description kBypass{
        .id = "bypass", .name = "Bypass", .scale = param::Scale::toggle};
    auto on = param::from_text(kBypass, value);
    if (!on) return on.error();
    effect.bypass = *on > 0.5;
    return {};
  }
  if (id == "impulse" && !own && effect.info->impulse) {
    effect.impulse = value;
    return {};
  }
  auto index = require_parameter(*effect.info, id);
  if (!index) return index.error();
  const auto at = static_cast<std::size_t>(*index);
  auto read = param::from_text(effect.info->parameters[at], value);
  if (!read) return read.error();
  effect.values[at] = *read;
  return {};
}

std::vector<double> defaults(const param::EffectInfo& info) {
  std::vector<double> values;
  for (const auto& p : info.parameters) values.push_back(p.initial);
  return values;
}

}  // namespace

Result<std::vector<ChainEffect>> parse_chain(std::string_view text) {
  auto effects = split(text);
  if (!effects) return effects.error();
  std::vector<ChainEffect> chain;
  if (effects->size() == 1 && effects->front().empty()) return chain;
  for (const auto& words : *effects) {
    if (words.empty()) {
      return Error{Code::wrong_usage, "The chain has a comma with no effect beside it.",
                   "Write it as: EFFECT name=value …, EFFECT …"};
    }
    if (words.front().equals != std::string::npos) {
      return Error{Code::wrong_usage,
                   "The setting " + quoted(words.front().text) + " stands before any effect.",
                   "Write the effect's name first: EFFECT name=value …"};
    }
    auto info = require_effect(words.front().text);
    if (!info) return info.error();
    ChainEffect effect{*info, defaults(**info), false, {}};
    // The preset first, wherever it stands, so that it never undoes a setting.
    const auto is_preset = [&](const Word& w) {
      return w.equals == 6 && w.text.starts_with("preset");
    };
    for (const bool presets : {true, false}) {
      for (std::size_t i = 1; i < words.size(); ++i) {
        if (is_preset(words[i]) != presets) continue;
        if (auto done = apply(effect, words[i]); !done) return done.error();
      }
    }
    chain.push_back(std::move(effect));
  }
  return chain;
}

std::string chain_text(const std::vector<ChainEffect>& chain) {
  std::string out;
  for (const auto& effect : chain) {
    if (!out.empty()) out += ", ";
    out += effect.info->id;
    for (std::size_t i = 0; i < effect.values.size(); ++i) {
      const auto& p = effect.info->parameters[i];
      if (effect.values[i] == p.initial) continue;
      out += ' ' + std::string(p.id) + '=';
      const std::string value = param::to_text(p, effect.values[i]);
      const bool plain = value.find_first_of(" ,\"") == std::string::npos;
      out += plain ? value : '"' + value + '"';
    }
    if (!effect.impulse.empty()) out += " impulse=" + quoted(effect.impulse);
    if (effect.bypass) out += " bypass=on";
  }
  return out;
}

Result<std::vector<double>> preset_values(const param::EffectInfo& info, std::string_view name) {
  std::vector<std::string> known;
  for (const auto& preset : info.presets) {
    known.emplace_back(preset.name);
    if (!same_word(preset.name, name)) continue;
    auto values = defaults(info);
    for (const auto& [id, value] : preset.values) {
      const auto index = require_parameter(info, id);
      if (!index) return index.error();
      const auto at = static_cast<std::size_t>(*index);
      values[at] = param::clamp(info.parameters[at], value);
    }
    return values;
  }
  const std::string near = suggestion(name, known);
  return Error{Code::not_found,
               "The effect " + quoted(info.id) + " has no preset named " + quoted(name) + ".",
               near.empty() ? "List its presets with: tutti fx describe " + std::string(info.id)
                            : "Did you mean " + quoted(near) + "?"};
}

}  // namespace tutti::registry
