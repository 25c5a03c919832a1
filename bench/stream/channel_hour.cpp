#include "bench/stream/channel_hour.h"

#include <cstdio>

#include "engine/dsp/loudness.h"

namespace tutti::bench {
namespace {
using compose::Setting;
constexpr int kBlock = 4800;
}  // namespace

int print_levels(const stream::Materials& materials) {
  const auto styles = compose::setting_table()[static_cast<std::size_t>(Setting::style)].choices;
  for (std::size_t s = 0; s < styles.size(); ++s) {
    stream::ControlLog log;
    log.seed = 7;
    log.start.set(Setting::style, static_cast<double>(s));
    log.start.set(Setting::intensity, 0.55);
    stream::Channel channel(materials, log, true);
    std::vector<std::vector<float>> stems(2 * compose::kVoices, std::vector<float>(kBlock));
    std::vector<stream::Channel::Stem> to;
    for (std::size_t v = 0; v < compose::kVoices; ++v)
      to.push_back({stems[2 * v].data(), stems[2 * v + 1].data()});
    std::vector<float> left(kBlock), right(kBlock);
    std::vector<dsp::LoudnessMeter> meters(compose::kVoices);
    dsp::LoudnessMeter mix, master;
    for (int i = 0; i < 220 * 48000 / kBlock; ++i) {
      channel.render_stems(to, left.data(), right.data(), kBlock);
      master.add(left.data(), right.data(), kBlock);
      std::fill(left.begin(), left.end(), 0.0f);
      std::fill(right.begin(), right.end(), 0.0f);
      for (std::size_t v = 0; v < compose::kVoices; ++v) {
        meters[v].add(to[v].left, to[v].right, kBlock);
        for (std::size_t f = 0; f < kBlock; ++f)
          left[f] += to[v].left[f], right[f] += to[v].right[f];
      }
      mix.add(left.data(), right.data(), kBlock);
    }
    std::printf("%-8s mix %6.1f master %6.1f", std::string(styles[s]).c_str(), mix.integrated(),
                master.integrated());
    for (int v = 0; v < compose::kVoices; ++v)
      std::printf("  %s %.1f", std::string(name_of(static_cast<compose::Voice>(v))).c_str(),
                  meters[static_cast<std::size_t>(v)].integrated());
    std::printf("\n");
  }
  return 0;
}

int print_hours(const stream::Materials&, const std::vector<std::string>&) {
  return 0;
}

}  // namespace tutti::bench
