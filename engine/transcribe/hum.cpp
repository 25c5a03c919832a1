#include "engine/transcribe/hum.h"

#include <algorithm>
#include <cmath>

#include "engine/analysis/key.h"
#include "engine/analysis/pitch.h"
#include "engine/analysis/rhythm.h"
#include "engine/analysis/tuning.h"
#include "engine/transcribe/contour.h"
#include "engine/transcribe/quantise.h"
#include "engine/transcribe/refine.h"
#include "engine/transcribe/segment.h"

namespace tutti::transcribe {

namespace {

constexpr double kMinRate = 8000, kMaxRate = 192000;
constexpr double kShortest = 0.1;      // s of sound that can hold a note
constexpr float kLoudest = 1e6f;       // full scale is 1; far above, the sums would overflow
constexpr double kSilence = 3e-5;      // about -90 dBFS: nothing was recorded
constexpr double kTuningTrust = 0.35;  // strength from which the singer's tuning is taken out

Result<void> check(std::span<const float> mono, double rate, const HumOptions& options) {
  if (!(rate >= kMinRate && rate <= kMaxRate))
    return Error{Code::bad_input, "The recording has a sampling rate that cannot be used.",
                 "Use a recording at 8,000 to 192,000 Hz."};
  if (!(options.tempo >= 0 && options.tempo <= 1000) || !(options.grid > 0 && options.grid <= 16) ||
      options.numerator < 0 || options.numerator > 64 || options.denominator < 0 ||
      options.denominator > 64)
    return Error{
        Code::wrong_usage, "The tempo, metre or grid is out of range.",
        "Give a tempo up to 1000, a metre such as 3/4 and a grid of 1/16 to 16 quarter notes, or "
        "leave them out to have them found."};
  if (static_cast<double>(mono.size()) < kShortest * rate)
    return Error{Code::bad_input, "The recording is too short to hold a note.",
                 "Record at least a second: hum, sing or whistle a few notes."};
  float peak = 0;
  for (float x : mono) {
    if (!std::isfinite(x))
      return Error{Code::bad_input,
                   "The recording is damaged: some of its samples are not numbers.",
                   "Export it again as a WAV or FLAC file, or record it anew."};
    peak = std::max(peak, std::fabs(x));
  }
  if (peak > kLoudest)
    return Error{Code::bad_input, "The recording is damaged: its samples are far too large.",
                 "Export it again as a WAV or FLAC file, or record it anew."};
  if (peak < kSilence)
    return Error{
        Code::bad_input, "The recording is silent.",
        "Check that the right microphone is chosen and not muted, and that its level moves when "
        "you hum."};
  return {};
}

Error no_melody() {
  return {Code::bad_input, "No melody was found in the recording.",
          "Hum, sing or whistle one note at a time, near the microphone and without other music "
          "playing."};
}

}  // namespace

Result<Hum> transcribe_hum(std::span<const float> mono, double rate, const HumOptions& options,
                           const Progress& progress) {
  if (auto ok = check(mono, rate, options); !ok) return ok.error();
  const auto listening = [&](double fraction, std::string_view sentence) {
    return !progress || progress(fraction * 0.9, sentence);
  };
  auto track = analysis::track_voice(mono, rate, {}, listening);
  if (!track) return track.error();
  const auto cancelled = [] {
    return Error{Code::cancelled, "The transcription was stopped.",
                 "Start it again when you like."};
  };
  if (progress && !progress(0.9, "Finding the notes")) return cancelled();

  const Contour contour = make_contour(*track);
  std::vector<Segment> segments;
  for (const Region& region : voiced_regions(contour)) {
    const auto more = segment_region(contour, region);
    segments.insert(segments.end(), more.begin(), more.end());
  }
  Hum hum;
  hum.notes = notes_of(*track, contour, segments);
  if (hum.notes.empty()) return no_melody();
  if (progress && !progress(0.96, "Finding tempo and key")) return cancelled();

  std::vector<analysis::WeightedPitch> pitches;
  std::vector<analysis::RhythmNote> rhythm_notes;
  for (const HeardNote& n : hum.notes) {
    pitches.push_back({n.pitch, n.duration * n.confidence});
    rhythm_notes.push_back({n.start, n.duration, n.velocity});
  }
  const analysis::Tuning tuning = analysis::estimate_tuning(pitches);
  hum.tuning = tuning.cents;
  const double taken_out = tuning.strength >= kTuningTrust ? tuning.cents : 0;
  const analysis::Rhythm rhythm = analysis::estimate_rhythm(
      rhythm_notes, {options.tempo, options.numerator, options.denominator});
  hum.tempo = rhythm.tempo;
  hum.offset = rhythm.offset;
  hum.metre = {Ticks{0}, rhythm.numerator, rhythm.denominator};
  hum.quantised = quantise(hum.notes, rhythm, options.grid, taken_out);

  std::vector<analysis::KeyNote> key_notes;
  for (std::size_t i = 0; i < hum.notes.size(); ++i)
    key_notes.push_back({static_cast<double>(hum.quantised[i].key), hum.notes[i].duration,
                         hum.notes[i].confidence});
  hum.key = analysis::estimate_key(key_notes).name();

  hum.noise = track->noise;
  hum.hop = track->hop;
  hum.f0 = std::move(track->hz);
  for (std::size_t i = 0; i < hum.f0.size(); ++i)
    if (contour.pitch[i] <= 0) hum.f0[i] = 0;
  if (progress) progress(1, "Done");
  return hum;
}

}  // namespace tutti::transcribe
