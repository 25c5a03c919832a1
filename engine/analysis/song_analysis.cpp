#include "engine/analysis/song_analysis.h"

#include <algorithm>
#include <cmath>

#include "engine/analysis/bars.h"
#include "engine/analysis/beats.h"
#include "engine/analysis/chords.h"
#include "engine/analysis/harmony.h"
#include "engine/analysis/onset_strength.h"
#include "engine/analysis/sections.h"
#include "engine/analysis/song_frames.h"
#include "engine/analysis/song_key.h"
#include "engine/base/math.h"

namespace tutti::analysis {

namespace {

constexpr int kPiece = 8192;           // frames taken at once
constexpr double kStretch = 0.5;       // s: chords without beats
constexpr double kHalfBeats = 78;      // beats a minute below which chords may change between beats
constexpr double kSilence = -60;       // LUFS below which nothing is claimed but the loudness
constexpr double kShortest = 1;        // s: less is no music
constexpr double kClearTuning = 0.15;  // strength from which on a tuning is stated

Error cancelled() {
  return {Code::cancelled, "Listening was stopped.", "Start it again when you like."};
}

// The times between which chords are looked for: beats (halves of them where they are slow), and
// what is before the first and after the last in stretches of the same length.
struct Grid {
  std::vector<double> borders;
  std::vector<bool> strong;  // of each stretch
};

Grid grid_of(const std::vector<double>& beats, const std::vector<int>& downbeats, double tempo,
             double duration) {
  Grid grid;
  if (beats.size() < 4) {
    for (double t = 0; t < duration; t += kStretch) grid.borders.push_back(t);
    if (grid.borders.empty() || duration - grid.borders.back() > 0.05)
      grid.borders.push_back(duration);
    grid.strong.assign(grid.borders.size() - 1, false);
    return grid;
  }
  const int parts = tempo > 0 && tempo < kHalfBeats ? 2 : 1;
  std::vector<bool> first(beats.size(), false);
  for (int d : downbeats) first[static_cast<std::size_t>(d)] = true;
  const double step = (beats.back() - beats.front()) / static_cast<double>(beats.size() - 1);
  std::vector<double> before;
  for (double t = beats.front() - step; t > 0.3 * step; t -= step) before.push_back(t);
  if (beats.front() > 0) before.push_back(0);
  for (std::size_t i = before.size(); i-- > 0;)
    grid.borders.push_back(before[i]), grid.strong.push_back(false);
  for (std::size_t i = 0; i < beats.size(); ++i) {
    grid.borders.push_back(beats[i]), grid.strong.push_back(first[i]);
    const double next = i + 1 < beats.size() ? beats[i + 1] : std::min(beats[i] + step, duration);
    if (parts == 2 && next - beats[i] > 0.2)
      grid.borders.push_back(0.5 * (beats[i] + next)), grid.strong.push_back(false);
  }
  for (double t = beats.back() + step; t < duration - 0.3 * step; t += step)
    grid.borders.push_back(t), grid.strong.push_back(false);
  if (duration > grid.borders.back() + 0.01)
    grid.borders.push_back(duration);
  else
    grid.strong.pop_back();
  return grid;
}

// Whether notes with pitch sound at all, or only drums, speech and noise: by how much of the
// spectra notes explain, and whether their peaks lie on one scale.
bool has_pitch(const std::vector<Chroma>& chromas, const Tuning& tuning) {
  constexpr double kClarity = 0.58, kStrength = 0.1, kWeight = 5;
  std::vector<float> clarity;
  for (const Chroma& c : chromas)
    if (c.clarity > 0) clarity.push_back(c.clarity);
  if (clarity.empty()) return false;
  const auto middle = clarity.begin() + static_cast<std::ptrdiff_t>(clarity.size() / 2);
  std::nth_element(clarity.begin(), middle, clarity.end());
  return kWeight * (*middle - kClarity) + kWeight * (tuning.strength - kStrength) > 0;
}

}  // namespace

struct SongListener::State {
  double rate;
  int channels;
  SongFrames frames;
  OnsetStrength onsets;
  HarmonySpectrum harmony;
  dsp::LoudnessScan loudness;
  std::vector<std::vector<float>> clean;

  State(double r, int c) : rate(r), channels(c), frames(r, c), loudness(r, c), clean(c) {
    frames.every(kOnsetHopSamples, OnsetStrength::kWindow,
                 [this](std::int64_t, const float* x) { onsets.push(x); });
    frames.every(kHarmonyHopSamples, HarmonySpectrum::kWindow,
                 [this](std::int64_t, const float* x) { harmony.push(x); });
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;
};

SongListener::SongListener(double rate, int channels)
    : state_(std::make_unique<State>(std::clamp(rate, 8000.0, 192000.0),
                                     std::clamp(channels, 1, dsp::kMaxLoudnessChannels))) {}
SongListener::SongListener(SongListener&&) noexcept = default;
SongListener& SongListener::operator=(SongListener&&) noexcept = default;
SongListener::~SongListener() = default;

void SongListener::add(std::span<const float* const> channels, int frames) {
  State& s = *state_;
  std::vector<const float*> from(static_cast<std::size_t>(s.channels));
  for (int at = 0; at < frames; at += kPiece) {
    const int count = std::min(kPiece, frames - at);
    for (std::size_t c = 0; c < from.size(); ++c) {
      const float* x = channels[std::min(c, channels.size() - 1)] + at;
      if (!std::all_of(x, x + count, [](float v) { return std::isfinite(v); })) {
        s.clean[c].assign(x, x + count);
        for (float& v : s.clean[c])
          if (!std::isfinite(v)) v = 0;
        x = s.clean[c].data();
      }
      from[c] = x;
    }
    s.loudness.add(from, count);
    s.frames.add(from, count);
  }
}

Result<SongAnalysis> SongListener::finish(const Progress& progress) {
  State& s = *state_;
  s.frames.finish();
  SongAnalysis song;
  song.duration = static_cast<double>(s.frames.frames_in()) / s.rate;
  song.loudness = s.loudness.report();
  if (song.loudness.momentary_max < kSilence) return song;
  if (progress && !progress(0, "Finding the beat")) return cancelled();
  OnsetTracks& onsets = s.onsets.tracks();
  const HarmonyTracks& harmony = s.harmony.tracks();

  BeatTrack beats = track_beats(onsets);
  song.beats = std::move(beats.beats);
  song.tempo = beats.tempo;
  song.tempo_other = beats.other;
  song.tempo_confidence = beats.tempo_confidence;
  song.beat_confidence = beats.confidence;

  const Tuning tuning = harmony.tuning();
  if (progress && !progress(0.3, "Listening for the chords")) return cancelled();
  // First on beats alone, to learn where bars begin; then with bars.
  std::vector<int> downbeats;
  if (song.beats.size() >= 4) {
    const std::vector<Chroma> chromas = chroma_between(harmony, song.beats);
    const std::vector<ChordSpan> chords = find_chords(chromas, song.beats, {});
    const BarTrack bars = find_bars(beat_marks(song.beats, onsets, chromas, chords));
    song.beats_per_bar = bars.beats_per_bar;
    downbeats = bars.downbeats;
    for (int d : downbeats) song.downbeats.push_back(song.beats[static_cast<std::size_t>(d)]);
  }
  if (progress && !progress(0.5, "Listening for the chords")) return cancelled();
  const Grid grid = grid_of(song.beats, downbeats, song.tempo, song.duration);
  if (grid.borders.size() > 1) {
    const std::vector<Chroma> chromas = chroma_between(harmony, grid.borders);
    if (song.duration >= kShortest && has_pitch(chromas, tuning)) {
      song.chords = find_chords(chromas, grid.borders, grid.strong);
      const KeyEstimate key = song_key(chromas, song.chords);
      if (key.confidence > 0) song.key = key.name(), song.key_confidence = key.confidence;
      if (tuning.strength > kClearTuning) {
        song.tuning_cents = tuning.cents;
        song.tuning_hz = 440 * math::exp2(tuning.cents / 1200);
      }
    } else {
      song.chords.push_back({0, song.duration, "N"});
    }
  }
  if (progress && !progress(0.8, "Looking for the parts of the song")) return cancelled();
  std::vector<double> bars = song.downbeats;
  if (!bars.empty()) {
    if (bars.size() > 1 && song.beats.back() > bars.back())
      bars.push_back(std::min(song.duration, 2 * bars.back() - bars[bars.size() - 2]));
    song.sections = find_sections(bars, harmony, onsets);
    if (!song.sections.empty()) {
      song.sections.front().start = 0;
      song.sections.back().end = song.duration;
    }
  }
  if (progress && !progress(1, "Done")) return cancelled();
  return song;
}

Result<SongAnalysis> analyse(std::span<const std::span<const float>> channels, double rate,
                             const Progress& progress) {
  if (!(rate >= 8000 && rate <= 192000) || channels.empty() ||
      channels.size() > static_cast<std::size_t>(dsp::kMaxLoudnessChannels))
    return Error{Code::wrong_usage,
                 "This sound has a rate or a number of channels that is not heard.",
                 "Use 1 to 8 channels at 8,000 to 192,000 Hz."};
  SongListener listener(rate, static_cast<int>(channels.size()));
  constexpr std::size_t kAtOnce = 1 << 16;
  const std::size_t frames = channels[0].size();
  std::vector<const float*> from(channels.size());
  for (std::size_t at = 0; at < frames; at += kAtOnce) {
    for (std::size_t c = 0; c < channels.size(); ++c) from[c] = channels[c].data() + at;
    listener.add(from, static_cast<int>(std::min(kAtOnce, frames - at)));
    if (progress &&
        !progress(0.7 * static_cast<double>(at) / static_cast<double>(frames), "Listening"))
      return cancelled();
  }
  return listener.finish([&](double fraction, std::string_view sentence) {
    return !progress || progress(0.7 + 0.3 * fraction, sentence);
  });
}

}  // namespace tutti::analysis
