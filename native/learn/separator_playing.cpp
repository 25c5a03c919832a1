#include "native/learn/separator_playing.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "engine/instruments/sampler.h"
#include "engine/instruments/synth.h"
#include "engine/registry/rack.h"
#include "native/learn/separator_mix.h"

namespace tutti::learn {
namespace {

constexpr double kRate = kSeparatorRate;
constexpr int kBlock = 512;

struct Event {
  long frame;
  std::uint8_t status, key, velocity;
};
std::vector<Event> events_of(const std::vector<SongNote>& notes, int channel) {
  std::vector<Event> events;
  for (const SongNote& n : notes) {
    if (n.start < 0 || n.key < 0 || n.key > 127) continue;
    const auto on = static_cast<std::uint8_t>(0x90 + channel);
    const long at = static_cast<long>(n.start * kRate);
    const long end = at + std::max(400l, static_cast<long>(n.duration * kRate));
    events.push_back({at, on, static_cast<std::uint8_t>(n.key),
                      static_cast<std::uint8_t>(std::clamp(n.velocity, 1, 127))});
    events.push_back(
        {end, static_cast<std::uint8_t>(0x80 + channel), static_cast<std::uint8_t>(n.key), 0});
  }
  std::stable_sort(events.begin(), events.end(), [](const Event& a, const Event& b) {
    return a.frame != b.frame ? a.frame < b.frame : a.status < b.status;
  });
  return events;
}

template <class Instrument>
void play(Instrument& instrument, const std::vector<Event>& events, Stereo& out) {
  std::size_t next = 0;
  const auto size = static_cast<long>(out.size());
  for (long at = 0; at < size;) {
    while (next < events.size() && events[next].frame <= at) {
      instrument.event(events[next].status, events[next].key, events[next].velocity);
      ++next;
    }
    long end = std::min(size, at + kBlock);
    if (next < events.size()) end = std::min(end, events[next].frame);
    instrument.process(
        {out.side[0].data() + at, out.side[1].data() + at, static_cast<int>(end - at)});
    at = end;
  }
}

double level_of(const Stereo& sound) {  // of what is not silence
  double sum = 0, count = 0;
  for (std::size_t at = 0; at + 2048 <= sound.size(); at += 2048) {
    double own = 0;
    for (const auto& side : sound.side)
      for (std::size_t i = 0; i < 2048; ++i)
        own += static_cast<double>(side[at + i] * side[at + i]);
    if (own < 4096 * 1e-7) continue;
    sum += own;
    count += 4096;
  }
  return count > 0 ? std::sqrt(sum / count) : 0;
}

}  // namespace

void sample(const std::shared_ptr<const instruments::SoundFont>& font, int bank, int program,
            const std::vector<SongNote>& notes, Stereo& out) {
  auto banks = std::make_shared<instruments::SoundBank>();
  banks->add(font, true);
  Arena arena;
  instruments::Sampler sampler;
  sampler.prepare(kRate, kBlock, arena);
  sampler.set_bank(banks);
  sampler.set_param("bank", bank);
  sampler.set_param("program", program);
  sampler.reset();
  play(sampler, events_of(notes, bank == instruments::kDrumBank ? 9 : 0), out);
}

void synthesise(std::string_view id, std::uint64_t seed, int preset,
                const std::vector<SongNote>& notes, Stereo& out) {
  const auto* info = instruments::find_synth(id);
  if (info == nullptr) return;
  Arena arena;
  auto synth = info->make();
  synth->prepare(kRate, kBlock, arena);
  if (!info->presets.empty()) {
    const auto& chosen = info->presets[static_cast<std::size_t>(preset) % info->presets.size()];
    for (const auto& [name, value] : chosen.values)
      for (std::size_t i = 0; i < info->parameters.size(); ++i)
        if (info->parameters[i].id == name) synth->set(static_cast<int>(i), value, 0);
  }
  synth->reset(seed);
  play(*synth, events_of(notes, 0), out);
}

void through(const std::string& text, Stereo& sound) {
  if (text.empty()) return;
  const auto chain = registry::parse_chain(text);
  if (!chain) {
    std::fprintf(stderr, "%s: %s\n", text.c_str(), chain.error().message.c_str());
    return;
  }
  registry::Rack rack(*chain);
  rack.prepare(kRate, kBlock);
  rack.reset();
  for (std::size_t at = 0; at < sound.size(); at += kBlock)
    rack.process({sound.side[0].data() + at, sound.side[1].data() + at,
                  static_cast<int>(std::min<std::size_t>(kBlock, sound.size() - at))});
}

void add(const Stereo& part, double db, double pan, Stereo& to) {
  const double level = level_of(part);
  if (level < 1e-5) return;
  const double gain = std::pow(10.0, db / 20) / level;
  const auto left = static_cast<float>(gain * std::min(1.0, 1 - pan));
  const auto right = static_cast<float>(gain * std::min(1.0, 1 + pan));
  for (std::size_t i = 0; i < to.size(); ++i) {
    to.side[0][i] += left * part.side[0][i];
    to.side[1][i] += right * part.side[1][i];
  }
}

Chain& Chain::maybe(double p, const char* effect, std::initializer_list<Range> ranges,
                    const char* fixed) {
  const bool used = random_.uniform() < p;
  std::string text = std::string(effect) + " " + fixed;
  for (const Range& r : ranges) {
    const bool curved = r.low > 0 && r.high / r.low > 4;
    const double value = curved ? std::exp(random_.uniform(std::log(r.low), std::log(r.high)))
                                : random_.uniform(r.low, r.high);
    char number[64];
    std::snprintf(number, sizeof number, " %s=%.3f", r.id, value);
    text += number;
  }
  if (used) text_ += (text_.empty() ? "" : ", ") + text;
  return *this;
}

Chain& Chain::reverb(double p, double most) {
  if (random_.uniform() < 0.5)
    return maybe(
        p, "reverb-plate",
        {{"mix", 0.03, most}, {"decay", 0.7, 4}, {"damping", 2000, 12000}, {"pre_delay", 0, 60}});
  return maybe(p, "freeverb",
               {{"mix", 0.03, most}, {"room_size", 0.1, 0.9}, {"damping", 0.1, 0.9}});
}

Chain& Chain::equaliser(double p, double strength) {
  maybe(p, "low-shelf", {{"freq", 80, 400}, {"gain", -strength, strength}});
  maybe(p, "high-shelf", {{"freq", 1500, 9000}, {"gain", -strength, strength}});
  return maybe(
      p, "parametric-eq",
      {{"band1_freq", 150, 6000}, {"band1_gain", -strength, strength}, {"band1_q", 0.5, 2.5}},
      "band1_on=on band1_type=bell");
}

}  // namespace tutti::learn
