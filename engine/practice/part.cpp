#include "engine/practice/part.h"

#include <algorithm>
#include <cmath>

#include "engine/analysis/pitch.h"
#include "engine/base/math.h"
#include "engine/dsp/resample.h"
#include "engine/practice/part_frames.h"

namespace tutti::practice {
namespace {

constexpr std::size_t kPiece = 60;  // s heard at once
constexpr std::size_t kMargin = 3;  // s of sound on either side: whole hops of every measure

double share_of(std::vector<float> values, double share) {
  if (values.empty()) return 0;
  const auto at =
      values.begin() + static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

// Peaks of a rise curve: above what is usual around them and above a share of the song's strong
// ones, 40 ms apart at least. Answers frames.
std::vector<std::size_t> peaks_of(const std::vector<float>& rise, double share) {
  std::vector<float> tops;
  for (std::size_t i = 1; i + 1 < rise.size(); ++i)
    if (rise[i] > 0.01f && rise[i] >= rise[i - 1] && rise[i] > rise[i + 1]) tops.push_back(rise[i]);
  const double strong = share_of(tops, 0.9);
  const double least = std::max(0.02, share * strong);
  std::vector<std::size_t> peaks;
  for (std::size_t i = 0; i < rise.size(); ++i) {
    if (rise[i] < least) continue;
    const std::size_t from = i > 3 ? i - 3 : 0, to = std::min(rise.size(), i + 4);
    if (*std::max_element(rise.begin() + static_cast<std::ptrdiff_t>(from),
                          rise.begin() + static_cast<std::ptrdiff_t>(to)) > rise[i])
      continue;
    const std::size_t left = i > 15 ? i - 15 : 0, right = std::min(rise.size(), i + 8);
    double mean = 0;
    for (std::size_t k = left; k < right; ++k) mean += rise[k];
    mean /= static_cast<double>(right - left);
    if (rise[i] < mean * 1.3 + 0.25 * least) continue;
    if (!peaks.empty() && i - peaks.back() < 4) continue;
    peaks.push_back(i);
  }
  return peaks;
}

std::vector<PartNote> drum_notes(const PartFrames& frames) {
  std::vector<PartNote> notes;
  double strong[3];
  std::vector<std::size_t> voices[3];
  for (int v = 0; v < 3; ++v) {
    voices[v] = peaks_of(frames.rises[v], 0.3);
    std::vector<float> tops;
    for (const std::size_t peak : voices[v]) tops.push_back(frames.rises[v][peak]);
    strong[v] = std::max(0.05, share_of(tops, 0.8));
  }
  for (int v = 0; v < 3; ++v)
    for (const std::size_t peak : voices[v]) {
      PartNote note;
      note.start = static_cast<double>(peak) * kPartHopSeconds;
      note.voice = v;
      note.strength = std::min(1.0, frames.rises[v][peak] / strong[v]);
      notes.push_back(note);
    }
  std::stable_sort(notes.begin(), notes.end(),
                   [](const PartNote& a, const PartNote& b) { return a.start < b.start; });
  // The same stroke heard in several bands begins at one time.
  for (std::size_t i = 1; i < notes.size(); ++i)
    if (notes[i].start - notes[i - 1].start <= 0.025) notes[i].start = notes[i - 1].start;
  return notes;
}

float middle_pitch(const std::vector<float>& pitch, std::size_t from, std::size_t to,
                   std::size_t least) {
  std::vector<float> sounding;
  for (std::size_t i = from; i < std::min(to, pitch.size()); ++i)
    if (pitch[i] > 0) sounding.push_back(pitch[i]);
  if (sounding.size() < least) return -1;
  const auto middle = sounding.begin() + static_cast<std::ptrdiff_t>(sounding.size() / 2);
  std::nth_element(sounding.begin(), middle, sounding.end());
  return *middle;
}

// Cuts where the pitch moves to another and stays, without an onset: slurs, slides, hammered notes.
void add_pitch_changes(const std::vector<float>& pitch, std::vector<double>& starts,
                       Instrument instrument) {
  const std::size_t held = instrument == Instrument::bass ? 8 : 13;  // frames of 6 ms
  std::vector<double> found;
  float note = 0;
  std::size_t away = 0, silent = 0;
  for (std::size_t i = 0; i < pitch.size(); ++i) {
    if (pitch[i] <= 0) {
      if (++silent > 6) note = 0, away = 0;
      continue;
    }
    silent = 0;
    if (note <= 0) {
      note = pitch[i];
      away = 0;
    } else if (std::fabs(pitch[i] - note) > 0.75f) {
      if (++away < held) continue;
      const float next = middle_pitch(pitch, i + 1 - held, i + 1, 1);
      // An octave up or down of the same note, without a stroke, is the tracker's, not the
      // player's.
      const float size = std::fabs(next - note);
      if (std::fabs(size - 12) > 0.5f && size > 0.75f)
        found.push_back(static_cast<double>(i + 1 - held) * analysis::kHopSeconds);
      note = next;
      away = 0;
    } else {
      note += 0.1f * (pitch[i] - note);
      away = 0;
    }
  }
  const std::size_t struck = starts.size();
  for (const double time : found) {
    const auto after = std::lower_bound(starts.begin(),
                                        starts.begin() + static_cast<std::ptrdiff_t>(struck), time);
    const bool near_after =
        after != starts.begin() + static_cast<std::ptrdiff_t>(struck) && *after - time < 0.06;
    const bool near_before = after != starts.begin() && time - *(after - 1) < 0.09;
    if (!near_after && !near_before) starts.push_back(time);
  }
  std::sort(starts.begin(), starts.end());
}

std::vector<PartNote> melodic_notes(const PartFrames& frames, Instrument instrument) {
  std::vector<double> starts;
  const double loudest = share_of(frames.level, 0.98);
  const double gate = std::max(1e-9, loudest * 1e-4);  // 40 dB under it
  for (const std::size_t peak :
       peaks_of(frames.rise, instrument == Instrument::other ? 0.2 : 0.22)) {
    double level = 0;
    for (std::size_t k = peak; k < std::min(frames.level.size(), peak + 5); ++k)
      level = std::max(level, static_cast<double>(frames.level[k]));
    if (level > gate) starts.push_back(static_cast<double>(peak) * kPartHopSeconds);
  }
  std::vector<float> pitch(frames.hz.size(), 0.0f);
  for (std::size_t i = 0; i < pitch.size(); ++i)
    if (frames.hz[i] > 0)
      pitch[i] = static_cast<float>(69 + 12 * math::log2(static_cast<double>(frames.hz[i]) / 440));
  if (!pitch.empty()) add_pitch_changes(pitch, starts, instrument);
  std::vector<PartNote> notes;
  for (std::size_t i = 0; i < starts.size(); ++i) {
    PartNote note;
    note.start = starts[i];
    const double end =
        i + 1 < starts.size() ? std::min(starts[i + 1], starts[i] + 4) : starts[i] + 1;
    if (!pitch.empty()) {
      const auto from = static_cast<std::size_t>((note.start + 0.018) / analysis::kHopSeconds);
      const auto to = static_cast<std::size_t>((end - 0.012) / analysis::kHopSeconds);
      note.pitch = middle_pitch(pitch, from, to, 3);
    }
    const auto at = static_cast<std::size_t>(note.start / kPartHopSeconds);
    if (at < frames.level.size() && loudest > 0)
      note.strength = std::min(
          1.0, std::sqrt(frames.level[std::min(at + 2, frames.level.size() - 1)] / loudest));
    notes.push_back(note);
  }
  return notes;
}

}  // namespace

struct PartListener::State {
  State(Instrument wanted, double rate_)
      : instrument(wanted),
        rate(static_cast<std::size_t>(std::clamp(rate_, 8000.0, 192000.0) + 0.5)),
        resampler(static_cast<double>(rate), kPartRate),
        listener(wanted) {
    input.assign(kMargin * rate, 0.0f);  // before the beginning there is silence
  }

  // The piece that begins after the margin in `input`; `frames` of it count.
  void hear(std::size_t seconds_of_input) {
    std::vector<float> sound(
        static_cast<std::size_t>(resampler.out_frames(static_cast<std::int64_t>(input.size()))));
    resampler.read(input, 0, sound);
    const auto from = static_cast<std::size_t>(kMargin * kPartRate);
    listener.hear(sound, from, from + static_cast<std::size_t>(seconds_of_input * kPartRate),
                  frames);
  }

  Instrument instrument;
  std::size_t rate;
  dsp::Resampler resampler;
  FrameListener listener;
  PartFrames frames;
  std::vector<float> input;  // from one margin before the piece
};

PartListener::PartListener(Instrument instrument, double rate)
    : state_(std::make_unique<State>(instrument, rate)) {}
PartListener::PartListener(PartListener&&) noexcept = default;
PartListener& PartListener::operator=(PartListener&&) noexcept = default;
PartListener::~PartListener() = default;

void PartListener::add(std::span<const float> mono) {
  State& state = *state_;
  const std::size_t piece = kPiece * state.rate, whole = piece + 2 * kMargin * state.rate;
  while (!mono.empty()) {
    const std::size_t count = std::min(mono.size(), whole - state.input.size());
    for (const float sample : mono.first(count))
      state.input.push_back(std::isfinite(sample) ? sample : 0.0f);
    mono = mono.subspan(count);
    if (state.input.size() < whole) return;
    state.hear(kPiece);
    state.input.erase(state.input.begin(),
                      state.input.begin() + static_cast<std::ptrdiff_t>(piece));
  }
}

Result<Part> PartListener::finish(const Progress& progress) {
  State& state = *state_;
  const auto told = [&](double fraction) {
    return !progress || progress(fraction, "Listening to what the instrument plays");
  };
  const Error cancelled{Code::cancelled, "Listening to the part was cancelled.",
                        "Start it again when it is wanted."};
  if (!told(0)) return cancelled;
  const std::size_t left = state.input.size() - kMargin * state.rate;
  const std::size_t seconds = (left + state.rate - 1) / state.rate;
  // Rounded up to a whole number of every hop: 3 s are 500 hops of pitch and 30 of chroma.
  if (seconds > 0) {
    const std::size_t rounded = (seconds + 2) / 3 * 3;
    state.input.resize((rounded + 2 * kMargin) * state.rate, 0.0f);
    state.hear(rounded);
  }
  if (!told(0.8)) return cancelled;
  Part part;
  part.instrument = state.instrument;
  part.notes = state.instrument == Instrument::drums
                   ? drum_notes(state.frames)
                   : melodic_notes(state.frames, state.instrument);
  if (state.instrument == Instrument::other) {
    part.chroma = std::move(state.frames.chroma);
    part.chroma_hop = kChromaHop / kPartRate;
  }
  (void)told(1);
  return part;
}

Result<Part> hear_part(Instrument instrument, std::span<const float> mono, double rate,
                       const Progress& progress) {
  PartListener listener(instrument, rate);
  const auto minute = static_cast<std::size_t>(60 * std::clamp(rate, 8000.0, 192000.0));
  const std::size_t total = mono.size();
  while (!mono.empty()) {
    if (progress &&
        !progress(0.9 * static_cast<double>(total - mono.size()) / static_cast<double>(total),
                  "Listening to what the instrument plays"))
      return Error{Code::cancelled, "Listening to the part was cancelled.",
                   "Start it again when it is wanted."};
    const std::size_t count = std::min(minute, mono.size());
    listener.add(mono.first(count));
    mono = mono.subspan(count);
  }
  return listener.finish(progress ? Progress([&](double fraction, std::string_view sentence) {
    return progress(0.9 + 0.1 * fraction, sentence);
  })
                                  : Progress());
}

}  // namespace tutti::practice
