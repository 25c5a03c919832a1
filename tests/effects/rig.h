// Runs one effect over test material, with everything that a host does for it.
#pragma once

#include <algorithm>
#include <cmath>
#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "engine/base/math.h"
#include "engine/base/random.h"
#include "engine/param/effect.h"
#include "engine/registry/effects.h"

namespace tutti::param {
// What GoogleTest prints for a parameter.
inline void PrintTo(const EffectInfo* info, std::ostream* out) {
  *out << (info != nullptr ? info->id : std::string_view("none"));
}
}  // namespace tutti::param

namespace tutti::tests {

struct Stereo {
  std::vector<float> left, right;
  explicit Stereo(std::size_t frames = 0) : left(frames), right(frames) {}
  std::size_t size() const { return left.size(); }
  friend bool operator==(const Stereo&, const Stereo&) = default;
};

// Noise, a tone, single pulses and a stretch of silence, loud enough to reach every threshold.
inline Stereo material(double rate, double seconds, std::uint64_t seed = 1, double level = 0.8) {
  const auto frames = static_cast<std::size_t>(rate * seconds);
  Stereo out(frames);
  Random random(seed);
  for (std::size_t i = 0; i < frames; ++i) {
    const double t = static_cast<double>(i) / rate;
    const double part = static_cast<double>(i) / static_cast<double>(frames);
    double l = 0, r = 0;
    if (part < 0.4) {
      l = 0.4 * random.uniform(-1, 1) + 0.5 * math::sin(math::kTwoPi * 440 * t);
      r = 0.4 * random.uniform(-1, 1) + 0.5 * math::sin(math::kTwoPi * 554.4 * t);
    } else if (part < 0.5) {
      l = i % 97 == 0 ? 1 : 0;
      r = i % 89 == 0 ? -1 : 0;
    } else if (part > 0.7) {
      l = math::sin(math::kTwoPi * (100 + 2000 * part) * t);
      r = 0.1 * random.uniform(-1, 1);
    }
    out.left[i] = static_cast<float>(level * l);
    out.right[i] = static_cast<float>(level * r);
  }
  return out;
}

// A change of a parameter at a frame.
struct Turn {
  std::size_t at;
  int parameter;
  double value;
  int ramp;
};

using BlockSize = std::function<int()>;
inline BlockSize blocks_of(int frames) {
  return [frames] { return frames; };
}
inline BlockSize random_blocks(std::uint64_t seed, int most) {
  return [random = Random(seed), most]() mutable {
    return 1 + static_cast<int>(random.below(static_cast<std::uint64_t>(most)));
  };
}

class Rig {
 public:
  Rig(const param::EffectInfo& info, double rate, int max_block = dsp::kMaxBlock,
      const std::vector<double>& values = {})
      : info(info), effect(info.make()) {
    for (std::size_t i = 0; i < values.size(); ++i) effect->set(static_cast<int>(i), values[i], 0);
    effect->prepare(rate, max_block, arena_);
    effect->tempo(120, 0);
  }

  // In place; `turns` sorted by frame. A side-chain, where the effect has one, is `side`.
  void play(Stereo& sound, const BlockSize& size, const std::vector<Turn>& turns = {},
            const Stereo* side = nullptr, bool mono = false) {
    std::size_t turn = 0;
    for (std::size_t at = 0; at < sound.size();) {
      for (; turn < turns.size() && turns[turn].at <= at; ++turn) {
        effect->set(turns[turn].parameter, turns[turn].value, turns[turn].ramp);
      }
      std::size_t count =
          std::min<std::size_t>(static_cast<std::size_t>(size()), sound.size() - at);
      if (turn < turns.size()) count = std::min(count, turns[turn].at - at);
      if (side != nullptr) {
        effect->side_chain(side->left.data() + at, mono ? nullptr : side->right.data() + at);
      }
      effect->process({sound.left.data() + at, mono ? nullptr : sound.right.data() + at,
                       static_cast<int>(count)});
      at += count;
    }
  }

  const param::EffectInfo& info;
  std::unique_ptr<param::Effect> effect;

 private:
  Arena arena_;
};

inline std::vector<double> default_values(const param::EffectInfo& info) {
  std::vector<double> values;
  for (const auto& p : info.parameters) values.push_back(p.initial);
  return values;
}

inline std::vector<double> random_values(const param::EffectInfo& info, std::uint64_t seed) {
  Random random(seed);
  std::vector<double> values;
  for (const auto& p : info.parameters) {
    values.push_back(param::from_travel(p, random.uniform()));
  }
  return values;
}

inline std::vector<double> preset_values_of(const param::EffectInfo& info,
                                            const param::Preset& preset) {
  auto values = default_values(info);
  for (const auto& [id, value] : preset.values) {
    for (std::size_t i = 0; i < info.parameters.size(); ++i) {
      if (info.parameters[i].id == id) values[i] = value;
    }
  }
  return values;
}

inline bool continuous(const param::Description& p) {
  return !p.structural && (p.scale == param::Scale::linear || p.scale == param::Scale::logarithmic);
}

inline double peak(const Stereo& s, std::size_t from = 0, std::size_t to = SIZE_MAX) {
  double most = 0;
  for (std::size_t i = from; i < std::min(to, s.size()); ++i) {
    most = std::max({most, std::fabs(static_cast<double>(s.left[i])),
                     std::fabs(static_cast<double>(s.right[i]))});
  }
  return most;
}

inline bool finite(const Stereo& s) {
  const auto ok = [](float x) { return std::isfinite(x); };
  return std::all_of(s.left.begin(), s.left.end(), ok) &&
         std::all_of(s.right.begin(), s.right.end(), ok);
}

// Names of test cases: the effect's id with underscores.
inline std::string case_name(const param::EffectInfo& info) {
  std::string name(info.id);
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

}  // namespace tutti::tests
