#include "tools/effect_pages/measure.h"

#include <algorithm>
#include <cmath>
#include <memory>

#include "engine/base/math.h"
#include "engine/dsp/fft.h"

namespace tutti::pages {
namespace {

constexpr double kRate = 48000;
using param::Category;

struct Sound {
  std::vector<float> left, right;
  explicit Sound(std::size_t frames) : left(frames), right(frames) {}
};

// One effect at one setting, run over a sound.
struct Bench {
  std::unique_ptr<param::Effect> effect;
  Arena arena;
  Bench(const param::EffectInfo& info, const std::vector<double>& values) : effect(info.make()) {
    for (std::size_t i = 0; i < values.size(); ++i) effect->set(static_cast<int>(i), values[i], 0);
    effect->prepare(kRate, 512, arena);
    effect->tempo(120, 0);
  }
  void run(Sound& s) {
    for (std::size_t at = 0; at < s.left.size(); at += 512) {
      const auto n = static_cast<int>(std::min<std::size_t>(512, s.left.size() - at));
      effect->process({s.left.data() + at, s.right.data() + at, n});
    }
  }
};

double db(double power) {
  return power > 1e-20 ? 10 * math::log10(power) : -200;
}

Sound pulse(std::size_t frames) {
  Sound s(frames);
  s.left[0] = s.right[0] = 1;
  return s;
}

Sound tone(double hz, double level, double seconds) {
  Sound s(static_cast<std::size_t>(kRate * seconds));
  for (std::size_t i = 0; i < s.left.size(); ++i) {
    s.left[i] = s.right[i] =
        static_cast<float>(level * math::sin(math::kTwoPi * hz * static_cast<double>(i) / kRate));
  }
  return s;
}

// Magnitude of a pulse's answer on a logarithmic row of frequencies, by direct sums.
Curve magnitude(const param::EffectInfo& info, const Setting& setting, std::size_t frames) {
  Bench bench(info, setting.values);
  Sound s = pulse(frames);
  bench.run(s);
  Curve curve{setting.name, {}, {}};
  for (int i = 0; i <= 160; ++i) {
    const double hz = 20 * math::pow(1000, i / 160.0);
    const double turn = math::kTwoPi * hz / kRate;
    double re = 0, im = 0;
    for (std::size_t k = 0; k < frames; ++k) {
      re += s.left[k] * math::cos(turn * static_cast<double>(k));
      im -= s.left[k] * math::sin(turn * static_cast<double>(k));
    }
    curve.x.push_back(hz);
    curve.y.push_back(db(re * re + im * im));
  }
  return curve;
}

// Steady level out against level in, of a tone.
Curve levels(const param::EffectInfo& info, const Setting& setting, double hz) {
  Curve curve{setting.name, {}, {}};
  for (double in = -60; in <= 0; in += 2) {
    Bench bench(info, setting.values);
    Sound s = tone(hz, math::db_to_gain(in), 1.5);
    bench.run(s);
    double power = 0;
    for (std::size_t i = 48000; i < s.left.size(); ++i) {
      power += static_cast<double>(s.left[i]) * s.left[i];
    }
    curve.x.push_back(in);
    curve.y.push_back(db(2 * power / static_cast<double>(s.left.size() - 48000)));
  }
  return curve;
}

// Loudest sample of each stretch of `step` seconds.
Curve envelope(const std::vector<float>& wave, std::string name, double step, bool decibels) {
  Curve curve{std::move(name), {}, {}};
  const auto size = static_cast<std::size_t>(step * kRate);
  for (std::size_t at = 0; at + size <= wave.size(); at += size) {
    double most = 0;
    for (std::size_t i = at; i < at + size; ++i) {
      most = std::max(most, std::fabs(static_cast<double>(wave[i])));
    }
    curve.x.push_back(static_cast<double>(at) / kRate);
    curve.y.push_back(decibels ? db(most * most) : most);
  }
  return curve;
}

// Backward integration of a pulse's answer (Schroeder 1965).
Curve decay(const param::EffectInfo& info, const Setting& setting, double seconds) {
  auto values = setting.values;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (info.parameters[i].id == "mix") values[i] = 1;
  }
  Bench bench(info, values);
  Sound s = pulse(static_cast<std::size_t>(kRate * seconds));
  bench.run(s);
  std::vector<double> left(s.left.size() + 1);
  for (std::size_t i = s.left.size(); i-- > 0;) {
    left[i] = left[i + 1] + static_cast<double>(s.left[i]) * s.left[i];
  }
  Curve curve{setting.name, {}, {}};
  for (std::size_t i = 0; i < s.left.size(); i += 960) {
    curve.x.push_back(static_cast<double>(i) / kRate);
    curve.y.push_back(left[0] > 0 ? db(left[i] / left[0]) : -200);
  }
  return curve;
}

// Output against input over one period of a slow sine, latency taken out.
Curve transfer(const param::EffectInfo& info, const Setting& setting) {
  Bench bench(info, setting.values);
  Sound s = tone(100, 1, 0.5);
  const auto in = s.left;
  bench.run(s);
  const auto late = static_cast<std::size_t>(bench.effect->latency());
  Curve curve{setting.name, {}, {}};
  // From the trough to the crest of a settled period.
  for (std::size_t i = 19200 - 120; i <= 19200 + 120; i += 2) {
    curve.x.push_back(in[i]);
    curve.y.push_back(s.left[i + late]);
  }
  return curve;
}

const Axis kFrequencies{
    "frequency, Hz", 20, 20000, true, {20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000}};

Plot response_plot(const param::EffectInfo& info, const std::vector<Setting>& list,
                   std::size_t frames) {
  Plot plot{"Magnitude response",
            kFrequencies,
            {"dB", -24, 18, false, {-24, -18, -12, -6, 0, 6, 12, 18}},
            {}};
  for (const auto& setting : list) plot.curves.push_back(magnitude(info, setting, frames));
  return plot;
}

Plot level_plot(const param::EffectInfo& info, const std::vector<Setting>& list) {
  const bool sibilant = info.id == "de-esser";
  Plot plot{sibilant ? "Steady level of a 7-kHz tone" : "Steady level of a 1-kHz tone",
            {"level in, dB", -60, 0, false, {-60, -50, -40, -30, -20, -10, 0}},
            {"level out, dB", -80, 6, false, {-80, -60, -40, -20, 0}},
            {}};
  for (const auto& setting : list)
    plot.curves.push_back(levels(info, setting, sibilant ? 7000 : 1000));
  return plot;
}

Plot decay_plot(const param::EffectInfo& info, const std::vector<Setting>& list) {
  Plot plot{"Energy decay of the wet sound",
            {"time, s", 0, 4, false, {0, 1, 2, 3, 4}},
            {"dB", -80, 0, false, {-80, -60, -40, -20, 0}},
            {}};
  for (const auto& setting : list) plot.curves.push_back(decay(info, setting, 4));
  return plot;
}

Plot echo_plot(const param::EffectInfo& info, const Setting& setting) {
  Plot plot{"Echoes of a pulse: " + setting.name,
            {"time, s", 0, 2, false, {0, 0.5, 1, 1.5, 2}},
            {"dB", -60, 6, false, {-60, -48, -36, -24, -12, 0}},
            {}};
  Bench bench(info, setting.values);
  Sound s = pulse(96000);
  bench.run(s);
  plot.curves = {envelope(s.left, "left", 0.004, true), envelope(s.right, "right", 0.004, true)};
  return plot;
}

Plot motion_plot(const param::EffectInfo& info, const Setting& setting) {
  Plot plot{"Level of a 1-kHz tone: " + setting.name,
            {"time, s", 0, 2, false, {0, 0.5, 1, 1.5, 2}},
            {"level", 0, 1.25, false, {0, 0.25, 0.5, 0.75, 1, 1.25}},
            {}};
  Bench bench(info, setting.values);
  Sound s = tone(1000, 0.5, 2);
  bench.run(s);
  plot.curves = {envelope(s.left, "left", 0.01, false), envelope(s.right, "right", 0.01, false)};
  for (auto& curve : plot.curves) {
    for (double& y : curve.y) y *= 2;
  }
  return plot;
}

// A burst that starts hard and rings: what a shaper of transients makes of it.
Plot burst_plot(const param::EffectInfo& info, const std::vector<Setting>& list) {
  Plot plot{"Envelope of a struck tone",
            {"time, s", 0, 0.8, false, {0, 0.2, 0.4, 0.6, 0.8}},
            {"level", 0, 1.5, false, {0, 0.5, 1, 1.5}},
            {}};
  for (const auto& setting : list) {
    Sound s = tone(400, 0.5, 0.8);
    for (std::size_t i = 0; i < s.left.size(); ++i) {
      const double t = static_cast<double>(i) / kRate - 0.1;
      const auto gain = static_cast<float>(t < 0 ? 0 : math::exp(-4 * t));
      s.left[i] *= gain;
      s.right[i] *= gain;
    }
    Bench bench(info, setting.values);
    bench.run(s);
    plot.curves.push_back(envelope(s.left, setting.name, 0.005, false));
  }
  return plot;
}

Plot transfer_plot(const param::EffectInfo& info, const std::vector<Setting>& list) {
  Plot plot{"Output against input, 100 Hz",
            {"in", -1, 1, false, {-1, -0.5, 0, 0.5, 1}},
            {"out", -1.25, 1.25, false, {-1, -0.5, 0, 0.5, 1}},
            {}};
  for (const auto& setting : list) plot.curves.push_back(transfer(info, setting));
  return plot;
}

}  // namespace

std::vector<Setting> settings_of(const param::EffectInfo& info) {
  std::vector<Setting> list(1);
  list[0].name = "default";
  for (const auto& p : info.parameters) list[0].values.push_back(p.initial);
  for (const auto& preset : info.presets) {
    Setting setting{std::string(preset.name), list[0].values};
    for (const auto& [id, value] : preset.values) {
      for (std::size_t i = 0; i < info.parameters.size(); ++i) {
        if (info.parameters[i].id == id) setting.values[i] = value;
      }
    }
    list.push_back(std::move(setting));
  }
  return list;
}

std::optional<Plot> measure(const param::EffectInfo& info) {
  auto list = settings_of(info);
  if (list.size() > 4) list.resize(4);
  switch (info.category) {
    case Category::equaliser:
    case Category::filter:
      return response_plot(info, list, 8192);
    case Category::dynamics:
      return info.id == "transient-shaper" ? burst_plot(info, list) : level_plot(info, list);
    case Category::saturation:
      return transfer_plot(info, list);
    case Category::reverb:
      return decay_plot(info, list);
    case Category::delay:
      return echo_plot(info, list[0]);
    case Category::modulation:
      if (info.id == "chorus" || info.id == "flanger" || info.id == "phaser") {
        return response_plot(info, {list[0]}, 4800);
      }
      return info.id == "vibrato" ? std::nullopt : std::optional(motion_plot(info, list[0]));
    default:
      return std::nullopt;
  }
}

Times times_of(const param::EffectInfo& info) {
  Bench bench(info, settings_of(info)[0].values);
  return {bench.effect->latency(), bench.effect->tail()};
}

}  // namespace tutti::pages
