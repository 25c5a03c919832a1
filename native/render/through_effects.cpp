#include "native/render/through_effects.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <ctime>
#include <memory>
#include <optional>
#include <span>

#include "engine/registry/rack.h"

namespace tutti::render {
namespace {

double thread_cpu_seconds() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

Result<void> load_impulses(registry::Rack& rack, const ThroughEffects& how) {
  std::size_t place = 0;
  for (const auto& effect : how.chain) {
    if (effect.bypass) continue;
    const std::size_t own = place++;
    if (effect.impulse.empty()) continue;
    if (!how.impulse)
      return Error{Code::unsupported, "An impulse response cannot be loaded here.",
                   "Leave impulse out."};
    auto audio = how.impulse(effect.impulse);
    if (!audio) return audio.error();
    const auto& channels = audio->channels;
    const bool stereo = channels.size() == 2;
    const std::vector<float> mono = stereo ? std::vector<float>() : files::mix_to_mono(*audio);
    rack.load(own, audio->rate, stereo ? channels[0] : mono,
              stereo ? std::span<const float>(channels[1]) : std::span<const float>());
  }
  return {};
}

bool finite(const float* samples, int frames) {
  float sum = 0;  // times nothing: a single NaN or infinity makes it NaN
  for (int i = 0; i < frames; ++i) sum += samples[i] * 0.0f;
  return sum == 0;
}

}  // namespace

Result<int> channels_through(const std::vector<registry::ChainEffect>& chain, int channels_in) {
  if (channels_in > dsp::kMaxLoudnessChannels)
    return Error{Code::unsupported,
                 "This recording has " + std::to_string(channels_in) +
                     " channels; effects work on up to eight.",
                 "Mix it to fewer first."};
  if (channels_in >= 2) return channels_in;
  return std::all_of(chain.begin(), chain.end(),
                     [](const auto& effect) { return effect.bypass || effect.info->mono; })
             ? 1
             : 2;
}

Result<ThroughEffectsReport> through_effects(files::AudioReader& reader, const ThroughEffects& how,
                                             const ThroughSink& sink, const Progress& progress) {
  const double cpu_before = thread_cpu_seconds();
  const int channels_in = reader.info().channels;
  const int rate = reader.info().rate;
  const auto started = std::chrono::steady_clock::now();
  auto channels = channels_through(how.chain, channels_in);
  if (!channels) return channels.error();
  const auto count_of = static_cast<std::size_t>(*channels);

  std::vector<std::unique_ptr<registry::Rack>> racks;
  for (std::size_t c = 0; c < count_of; c += 2) {
    racks.push_back(std::make_unique<registry::Rack>(how.chain));
    if (auto done = load_impulses(*racks.back(), how); !done) return done.error();
    racks.back()->prepare(rate, how.block);
  }
  std::optional<dsp::LoudnessScan> loudness;
  if (how.measure) loudness.emplace(rate, *channels);
  const std::int64_t latency = racks[0]->latency();
  const std::int64_t tail =
      std::min(racks[0]->tail(), static_cast<std::int64_t>(how.tail_seconds * rate));

  // An odd last channel of several has a second one beside it for effects that need two.
  const std::size_t planes = count_of + (count_of > 1 && count_of % 2 == 1 ? 1 : 0);
  const auto size = static_cast<std::size_t>(how.block);
  std::vector<std::vector<float>> sound(planes, std::vector<float>(size));
  std::vector<float*> ins;
  for (auto& plane : sound) ins.push_back(plane.data());
  std::vector<const float*> outs(count_of);
  std::int64_t skip = latency;          // frames still to be dropped at the front
  std::int64_t extra = latency + tail;  // silence still to be fed
  ThroughEffectsReport report;
  report.channels = *channels;
  report.latency_seconds = static_cast<double>(latency) / rate;
  for (;;) {
    auto read = reader.read(ins.data(), how.block);
    if (!read) return read.error();
    int frames = *read;
    if (frames == 0) {
      frames = static_cast<int>(std::min<std::int64_t>(extra, how.block));
      if (frames == 0) break;
      extra -= frames;
      for (float* plane : ins) std::fill_n(plane, frames, 0.0f);
    } else if (static_cast<std::size_t>(channels_in) < planes) {
      std::copy_n(ins[planes - 2], frames, ins[planes - 1]);
    }
    for (std::size_t c = 0; c < planes; c += 2)
      racks[c / 2]->process({ins[c], planes > 1 ? ins[c + 1] : nullptr, frames});
    for (std::size_t c = 0; c < count_of; ++c) {
      if (finite(ins[c], frames)) continue;
      return Error{Code::bad_input, "An effect let the sound grow beyond all bounds.",
                   "Turn down what feeds back, such as a delay's feedback."};
    }
    const int dropped = static_cast<int>(std::min<std::int64_t>(skip, frames));
    skip -= dropped;
    const int count = frames - dropped;
    if (count > 0) {
      for (std::size_t c = 0; c < count_of; ++c) outs[c] = ins[c] + dropped;
      if (loudness) loudness->add(outs, count);
      if (auto done = sink(outs.data(), count); !done) return done.error();
      report.frames += static_cast<std::uint64_t>(count);
    }
    if (progress && !progress(reader.fraction(), "Applying the effects"))
      return Error{Code::cancelled, "Stopped.", "Start it again when you want it."};
  }
  report.seconds = static_cast<double>(report.frames) / rate;
  report.cpu_seconds = thread_cpu_seconds() - cpu_before;
  report.realtime_factor = report.cpu_seconds > 0 ? report.seconds / report.cpu_seconds : 0;
  report.wall_seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  if (loudness) report.loudness = loudness->report();
  return report;
}

}  // namespace tutti::render
