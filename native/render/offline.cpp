#include "native/render/offline.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <ctime>
#include <limits>
#include <optional>
#include <utility>

#include "engine/base/math.h"
#include "engine/dsp/loudness.h"
#include "engine/graph/player.h"
#include "engine/registry/registry.h"
#include "engine/score/tempo_map.h"
#include "native/render/disk_audio.h"
#include "native/render/thread_pool.h"

namespace tutti::render {
namespace {

double thread_cpu_seconds() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

Result<void> bring_resources(graph::Player& player, std::span<const Resource> resources) {
  for (const auto& resource : resources) {
    if (resource.audio) {
      player.add_resource(resource.name, resource.audio);
      continue;
    }
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
  if (name.rfind("stretch:", 0) == 0)
    return "A stretched recording is missing and stays silent: " +
           name.substr(name.rfind(':') + 1) + ".";
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
  const bool has_font = std::any_of(resources.begin(), resources.end(), [](const auto& resource) {
    return resource.clip == nullptr && resource.audio == nullptr;
  });
  if (needs_font && !has_font) {
    return Error{Code::missing_part, "There is no SoundFont, so the notes have no instruments.",
                 "Install one: sudo apt install timgm6mb-soundfont"};
  }
  return {};
}

// The sound of the stems runs ahead of the mix by the latency of the master; it waits here.
class Stems {
 public:
  Stems(graph::Player& player, std::size_t count, const StemSink& sink)
      : player_(player), sink_(sink), waiting_(count), skip_(player.tap_latency()) {}

  void take(int frames) {
    const auto skipped = static_cast<int>(std::min<std::int64_t>(skip_, frames));
    skip_ -= skipped;
    for (std::size_t i = 0; i < waiting_.size(); ++i) {
      const auto tap = player_.tap(static_cast<int>(i));
      auto& [left, right] = waiting_[i];
      if (tap.left == nullptr) {
        left.resize(left.size() + static_cast<std::size_t>(frames - skipped));
        right.resize(left.size());
        continue;
      }
      left.insert(left.end(), tap.left + skipped, tap.left + frames);
      const float* other = tap.right != nullptr ? tap.right : tap.left;
      right.insert(right.end(), other + skipped, other + frames);
    }
  }

  Result<void> give(int frames) {
    for (std::size_t i = 0; i < waiting_.size(); ++i) {
      auto& [left, right] = waiting_[i];
      left.resize(std::max(left.size(), static_cast<std::size_t>(frames)));
      right.resize(left.size());
      if (auto ok = sink_(i, left.data(), right.data(), frames); !ok) return ok;
      left.erase(left.begin(), left.begin() + frames);
      right.erase(right.begin(), right.begin() + frames);
    }
    return {};
  }

 private:
  graph::Player& player_;
  const StemSink& sink_;
  std::vector<std::pair<std::vector<float>, std::vector<float>>> waiting_;
  std::int64_t skip_;
};

// Quiet frames behind the song's end, until it is known whether something follows.
class Waiting {
 public:
  void keep(const float* left, const float* right, int from, int to) {
    left_.insert(left_.end(), left + from, left + to);
    right_.insert(right_.end(), right + from, right + to);
  }
  template <class Give>
  Result<void> release(const float* left, const float* right, int from, int to, const Give& give) {
    if (!left_.empty()) {
      if (auto ok = give(left_.data(), right_.data(), static_cast<int>(left_.size())); !ok)
        return ok;
      left_.clear();
      right_.clear();
    }
    return give(left + from, right + from, to - from);
  }

 private:
  std::vector<float> left_, right_;
};

// What a disk could not give, and who brought samples that are not numbers.
Result<void> check_sources(std::span<const Resource> resources, bool look_for_bad) {
  for (const auto& resource : resources) {
    const auto* disk = dynamic_cast<const DiskAudio*>(resource.audio.get());
    if (disk == nullptr) continue;
    if (const auto fault = disk->fault()) return *fault;
    if (!look_for_bad) continue;
    if (auto ok = disk->check(); !ok) return ok;
  }
  return {};
}

void let_go(std::span<const Resource> resources) {
  for (const auto& resource : resources)
    if (const auto* disk = dynamic_cast<const DiskAudio*>(resource.audio.get())) disk->let_go();
}

// From the plan's time to the end of the last ringing sound, or exactly as far as asked.
Result<void> run(graph::Player& player, std::span<const Resource> resources,
                 const RenderOptions& options, const Sink& sink, const Progress& progress,
                 const StemSink& stem_sink, RenderReport& report, dsp::LoudnessScan* scan) {
  const double rate = options.rate;
  const score::TempoMap map(player.plan().tempos, player.plan().metres);
  const double end = options.end_frames > 0 ? static_cast<double>(options.end_frames) / rate
                                            : map.seconds(player.plan().end);
  const bool exact = options.to_seconds > 0;
  const double length = (exact ? options.to_seconds : end) - options.from_seconds;
  const auto frames_of = [&](double s) {
    return static_cast<std::int64_t>(std::floor(std::max(0.0, s) * rate + 0.5));
  };
  const std::int64_t body = frames_of(length);
  const std::int64_t most = body + (exact ? 0 : frames_of(options.tail_seconds));
  const std::int64_t quiet_enough = std::max<std::int64_t>(1, frames_of(0.050));
  const auto silence = static_cast<float>(math::db_to_gain(options.silence_db));

  player.set_stop_at_end(true);
  player.seek(map.ticks(options.from_seconds));
  player.play();
  const auto size = static_cast<std::size_t>(options.block);
  std::vector<float> left(size), right(size);
  std::int64_t skip = player.latency(), quiet = 0, in = 0, done = 0, next_word = 0, next_trim = 0;
  Stems stems(player, options.stems.size(), stem_sink);
  Waiting waiting;
  const auto give = [&](const float* l, const float* r, int count) -> Result<void> {
    if (count == 0) return {};
    const float* channels[] = {l, r};
    if (scan != nullptr) scan->add(channels, count);
    if (auto ok = sink(l, r, count); !ok) return ok;
    if (stem_sink) {
      if (auto ok = stems.give(count); !ok) return ok;
    }
    done += count;
    return {};
  };
  while (in < most) {
    player.process(left.data(), right.data(), options.block);
    if (stem_sink) stems.take(options.block);
    const auto skipped = static_cast<int>(std::min<std::int64_t>(skip, options.block));
    skip -= skipped;
    const int stop = static_cast<int>(std::min<std::int64_t>(options.block, skipped + most - in));
    // Behind the end quiet frames wait until something louder follows; 50 ms of them are the end.
    // Frame by frame, so that the length does not depend on the block.
    bool over = false;
    if (!exact && in + options.block >= body - quiet_enough) {
      int i = skipped, sure = skipped;
      for (; i < stop && !over; ++i, ++in) {
        const auto at = static_cast<std::size_t>(i);
        quiet = std::max(std::fabs(left[at]), std::fabs(right[at])) < silence ? quiet + 1 : 0;
        if (in < body || quiet == 0) sure = i + 1;
        over = in + 1 >= body && quiet >= quiet_enough;
      }
      if (sure > skipped) {
        auto ok = waiting.release(left.data(), right.data(), skipped, sure, give);
        if (!ok) return ok;
      }
      if (!over) waiting.keep(left.data(), right.data(), sure, i);
    } else {
      in += stop - skipped;
      if (auto ok = give(left.data() + skipped, right.data() + skipped, stop - skipped); !ok)
        return ok;
    }
    if (player.bad_samples() > 0 && !options.keep_bad) {
      if (auto ok = check_sources(resources, true); !ok) return ok;
    }
    if (over) break;
    if (in >= next_trim) {
      next_trim = in + static_cast<std::int64_t>(2 * rate);
      let_go(resources);
      if (auto ok = check_sources(resources, false); !ok) return ok;
    }
    if (progress && in >= next_word) {
      next_word = in + static_cast<std::int64_t>(rate);
      const double part =
          static_cast<double>(in) / static_cast<double>(std::max<std::int64_t>(body, 1));
      if (!progress(std::min(part, 1.0), "Rendering the song")) {
        return Error{Code::cancelled, "The render was cancelled.", "Start it again when you like."};
      }
    }
  }
  report.frames = static_cast<std::uint64_t>(done);
  const auto bad = player.bad_samples();
  if (bad > 0) {
    report.warnings.push_back(std::to_string(bad) +
                              " samples were not numbers and became silence.");
  }
  return check_sources(resources, false);
}

}  // namespace

Loudness loudness_of(const dsp::LoudnessReport& r) {
  constexpr double kNone = -std::numeric_limits<double>::infinity();
  const auto level = [](double value) { return value > dsp::kSilence ? value : kNone; };
  return {level(r.integrated),    r.range,
          level(r.momentary_max), level(r.short_term_max),
          level(r.true_peak),     level(r.sample_peak)};
}

Result<RenderReport> render(const graph::Plan& plan, std::span<const Resource> resources,
                            const RenderOptions& options, const Sink& sink,
                            const Progress& progress, const StemSink& stem_sink) {
  auto possible = check(plan, resources, options);
  if (!possible) return possible.error();
  const auto started = std::chrono::steady_clock::now();
  const double cpu_before = thread_cpu_seconds();

  const int threads = options.threads > 0 ? options.threads : ThreadPool::cores();
  std::optional<ThreadPool> pool;
  if (threads > 1) pool.emplace(threads);
  graph::Player player(registry::factory());
  auto ready = player.prepare(options.rate, options.block);
  if (!ready) return ready.error();
  ready = bring_resources(player, resources);
  if (!ready) return ready.error();
  ready = player.adopt(plan);
  if (!ready) return ready.error();
  player.set_master(options.gain_db, options.ceiling_db);
  player.set_limiter(options.limiter);
  player.set_meters(false);
  if (pool) player.set_parallel(&*pool);
  if (stem_sink) player.set_taps(options.stems);

  RenderReport report;
  report.missing = player.missing();
  for (const auto& name : report.missing) report.warnings.push_back(missing_sentence(name));
  std::optional<dsp::LoudnessScan> scan;
  if (options.measure) scan.emplace(options.rate, 2);
  auto done =
      run(player, resources, options, sink, progress, stem_sink, report, scan ? &*scan : nullptr);
  player.stop();
  if (!done) return done.error();
  if (progress) progress(1, "Rendered");

  report.seconds = static_cast<double>(report.frames) / options.rate;
  report.cpu_seconds = thread_cpu_seconds() - cpu_before + (pool ? pool->cpu_seconds() : 0);
  report.wall_seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  report.realtime_factor = report.cpu_seconds > 0 ? report.seconds / report.cpu_seconds : 0;
  if (scan) report.loudness = loudness_of(scan->report());
  return report;
}

}  // namespace tutti::render
