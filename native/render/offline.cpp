#include "native/render/offline.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <ctime>
#include <limits>

#include "engine/dsp/loudness.h"
#include "engine/dsp/true_peak.h"
#include "engine/graph/player.h"
#include "engine/graph/render.h"
#include "engine/registry/registry.h"

namespace tutti::render {
namespace {

double thread_cpu_seconds() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

double decibels(double linear) {
  return linear > 0 ? 20 * std::log10(linear) : -std::numeric_limits<double>::infinity();
}

double or_silence(double lufs) {
  return lufs > dsp::kSilence ? lufs : -std::numeric_limits<double>::infinity();
}

// Everything that is measured of the sound on its way to the sink.
class Meters {
 public:
  explicit Meters(double rate) : loudness_(rate) {}

  void add(const float* left, const float* right, int frames) {
    loudness_.add(left, right, frames);
    left_.add(left, frames);
    right_.add(right, frames);
    for (int i = 0; i < frames; ++i)
      peak_ = std::max({peak_, std::fabs(left[i]), std::fabs(right[i])});
  }

  Loudness result() const {
    Loudness loud;
    loud.integrated = or_silence(loudness_.integrated());
    loud.range = loudness_.range();
    loud.momentary_max = or_silence(loudness_.momentary_max());
    loud.short_term_max = or_silence(loudness_.short_term_max());
    loud.true_peak = decibels(static_cast<double>(std::max({left_.peak(), right_.peak(), peak_})));
    loud.sample_peak = decibels(static_cast<double>(peak_));
    return loud;
  }

 private:
  dsp::LoudnessMeter loudness_;
  dsp::TruePeakMeter left_, right_;
  float peak_ = 0;
};

Result<void> bring_resources(graph::Player& player, std::span<const Resource> resources) {
  for (const auto& resource : resources) {
    if (resource.clip == nullptr) {
      auto added = player.add_resource(resource.name, resource.soundfont);
      if (!added) return added;
      continue;
    }
    const auto& channels = resource.clip->channels;
    if (channels.empty()) continue;
    const bool stereo = channels.size() == 2;
    auto added = player.add_audio(resource.name, resource.clip->rate,
                                  stereo ? channels[0] : files::mix_to_mono(*resource.clip),
                                  stereo ? channels[1] : std::vector<float>{});
    if (!added) return added;
  }
  return {};
}

std::string missing_sentence(const std::string& name) {
  if (name.rfind("sf:", 0) != 0) return "A recording is missing and stays silent: " + name + ".";
  const auto colon = name.find(':', 3);
  if (colon == std::string::npos)
    return "The SoundFont \"" + name.substr(3) + "\" is missing; another one plays.";
  const std::string preset = name.substr(colon + 1);
  return "No SoundFont has the instrument of bank " + preset.substr(0, preset.find(':')) +
         ", program " + preset.substr(preset.find(':') + 1) + "; it stays silent.";
}

Result<void> check(const graph::Plan& plan, std::span<const Resource> resources,
                   const RenderOptions& options) {
  const score::TempoMap tempo(plan.tempos, plan.metres);
  if (tempo.seconds(plan.end) > options.limit_seconds) {
    return Error{Code::too_large, "This song would last longer than is rendered at once.",
                 "Check the time of the last note, or render it in parts."};
  }
  const bool needs_font = std::any_of(plan.nodes.begin(), plan.nodes.end(),
                                      [](const auto& node) { return node.kind == "sampler"; });
  const bool has_font = std::any_of(resources.begin(), resources.end(),
                                    [](const auto& resource) { return resource.clip == nullptr; });
  if (needs_font && !has_font) {
    return Error{Code::missing_part, "There is no SoundFont, so the notes have no instruments.",
                 "Install one: sudo apt install timgm6mb-soundfont"};
  }
  return {};
}

}  // namespace

Result<RenderReport> render(const graph::Plan& plan, std::span<const Resource> resources,
                            const RenderOptions& options, const Sink& sink,
                            const Progress& progress) {
  auto possible = check(plan, resources, options);
  if (!possible) return possible.error();
  const auto started = std::chrono::steady_clock::now();
  const double cpu_before = thread_cpu_seconds();

  graph::Player player(registry::factory());
  auto ready = player.prepare(options.rate, options.block);
  if (!ready) return ready.error();
  ready = bring_resources(player, resources);
  if (!ready) return ready.error();
  ready = player.adopt(plan);
  if (!ready) return ready.error();
  player.set_master(options.gain_db, options.ceiling_db);

  RenderReport report;
  for (const auto& name : player.missing()) report.warnings.push_back(missing_sentence(name));

  Meters meters(options.rate);
  Result<void> written;
  graph::OfflineOptions how;
  how.block = options.block;
  how.max_tail = options.tail_seconds;
  how.silence_db = options.silence_db;
  auto rendered = graph::render_offline(
      player, options.rate, how,
      [&](const float* left, const float* right, int frames) {
        meters.add(left, right, frames);
        written = sink(left, right, frames);
        return written.ok();
      },
      progress);
  if (!written) return written.error();
  if (!rendered) return rendered.error();
  if (progress) progress(1, "Rendered");

  report.frames = static_cast<std::uint64_t>(rendered->frames);
  report.seconds = static_cast<double>(report.frames) / options.rate;
  report.cpu_seconds = thread_cpu_seconds() - cpu_before;
  report.wall_seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  report.realtime_factor = report.cpu_seconds > 0 ? report.seconds / report.cpu_seconds : 0;
  report.loudness = meters.result();
  return report;
}

}  // namespace tutti::render
