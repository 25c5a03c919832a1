#include "engine/transcribe/refine.h"

#include <algorithm>
#include <cmath>

namespace tutti::transcribe {

namespace {

constexpr double kTail = 0.7;       // semitones from its pitch at which a note is over
constexpr double kHead = 3.5;       // and at which it has not begun
constexpr std::int64_t kNear = 40;  // frames
constexpr double kFade = 8;         // dB under its loud part at which a note is over …
constexpr double kFadeJoined = 14;  // … when the next note follows at once …
constexpr double kSwell = 16;       // … and at which it has not begun: a murmur before a vowel has
constexpr std::int64_t kShortest = 9;  // frames: 54 ms

// The pitch that half of the weight lies under.
double weighted_median(const Contour& contour, std::int64_t begin, std::int64_t end) {
  std::vector<std::pair<float, float>> values;
  double total = 0;
  for (std::int64_t i = begin; i < end; ++i) {
    values.push_back({contour.pitch[i], contour.weight[i] + 1e-3f});
    total += values.back().second;
  }
  std::sort(values.begin(), values.end());
  double sum = 0;
  for (const auto& [pitch, weight] : values) {
    sum += weight;
    if (sum >= total / 2) return pitch;
  }
  return values.empty() ? 0 : values.back().first;
}

double quantile(std::vector<float> values, double q) {
  const auto nth =
      values.begin() + static_cast<std::ptrdiff_t>(q * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), nth, values.end());
  return *nth;
}

// How far the pitch keeps going to either side: the lesser of the upper and the lower tenth.
double swing(const Contour& contour, std::int64_t begin, std::int64_t end, double pitch) {
  const std::vector<float> values(contour.pitch.begin() + begin, contour.pitch.begin() + end);
  return std::max(0.0, std::min(quantile(values, 0.9) - pitch, pitch - quantile(values, 0.1)));
}

double mean_of(const std::vector<float>& values, std::int64_t begin, std::int64_t end) {
  double sum = 0;
  for (std::int64_t i = begin; i < end; ++i) sum += values[i];
  return end > begin ? sum / static_cast<double>(end - begin) : 0;
}

// Whether what sounds is only the room answering: softer than what was sung just before, without
// any upturn of the level where it would begin, and blurred.
bool is_echo(const analysis::VoiceTrack& track, std::int64_t begin, std::int64_t end,
             double level) {
  constexpr std::int64_t kBefore = 35, kAbout = 10;  // frames
  constexpr double kSofter = 8, kUpturn = 2.5;       // dB
  constexpr double kBlurred = 0.93;                  // voicing
  const auto at = [&](std::int64_t i) {
    return track.level.begin() + std::max<std::int64_t>(0, i);
  };
  if (begin < kAbout) return false;
  const float before = *std::max_element(at(begin - kBefore), at(begin));
  if (level > before - kSofter) return false;
  float low = *at(begin - kAbout), upturn = 0;
  for (std::int64_t i = begin - kAbout; i < std::min(end, begin + kAbout); ++i) {
    low = std::min(low, *at(i));
    upturn = std::max(upturn, *at(i) - low);
  }
  return upturn < kUpturn && mean_of(track.voicing, begin, end) < kBlurred;
}

}  // namespace

std::vector<HeardNote> notes_of(const analysis::VoiceTrack& track, const Contour& contour,
                                const std::vector<Segment>& segments) {
  std::vector<HeardNote> notes;
  double loudest = -200;
  std::vector<double> levels;
  for (const Segment& segment : segments) {
    std::int64_t begin = segment.begin, end = segment.end;
    const double pitch = weighted_median(contour, begin, end);
    const double level = quantile({track.level.begin() + begin, track.level.begin() + end}, 0.8);
    const auto strays = [&](std::int64_t i, double far) {
      return std::fabs(contour.pitch[i] - pitch) > far;
    };
    // Faded against what was sounding within the last (or is within the next) quarter of a second,
    // so that a slow decrescendo stays whole.
    const auto faded = [&](std::int64_t i, std::int64_t from, std::int64_t to, double fade) {
      from = std::max(from, begin), to = std::min(to, end);
      return track.level[i] <
             *std::max_element(track.level.begin() + from, track.level.begin() + to) - fade;
    };
    // A note with vibrato may end anywhere in its swing.
    const bool joined = segment.end < static_cast<std::int64_t>(contour.pitch.size()) &&
                        contour.pitch[segment.end] > 0;
    const double fade = joined ? kFadeJoined : kFade;
    const double tail = std::max(kTail, 1.2 * swing(contour, begin, end, pitch));
    while (end - begin > kShortest &&
           (strays(end - 1, tail) || faded(end - 1, end - kNear, end, fade)))
      --end;
    while (end - begin > kShortest &&
           (strays(begin, kHead) || faded(begin, begin, begin + kNear, kSwell)))
      ++begin;
    if (end - begin < kShortest || is_echo(track, begin, end, level)) continue;
    HeardNote note;
    note.start = static_cast<double>(begin) * contour.hop;
    note.duration = static_cast<double>(end - begin) * contour.hop;
    // The plain median, as annotators' tools have it: the note as a whole, scoops included.
    note.pitch = quantile({contour.pitch.begin() + begin, contour.pitch.begin() + end}, 0.5);
    double spread = 0, weight = 0;
    for (std::int64_t i = begin; i < end; ++i) {
      spread += contour.weight[i] * std::min(1.0, std::fabs(contour.pitch[i] - note.pitch));
      weight += contour.weight[i];
    }
    const double steady = weight > 0 ? 1 - spread / weight : 0;
    const double clear = mean_of(track.voicing, begin, end);
    const double audible = std::clamp((level - track.noise) / 20, 0.0, 1.0);
    const double lasting = std::clamp(note.duration / 0.15, 0.3, 1.0);
    note.confidence =
        std::clamp(steady * clear * std::sqrt(audible) * std::sqrt(lasting), 0.0, 1.0);
    loudest = std::max(loudest, level);
    levels.push_back(level);
    notes.push_back(note);
  }
  // 40 dB from the softest to the loudest velocity, the loudest at 0.95.
  for (std::size_t i = 0; i < notes.size(); ++i)
    notes[i].velocity = std::clamp(0.95 + (levels[i] - loudest) / 40 * 0.85, 0.1, 0.95);
  return notes;
}

}  // namespace tutti::transcribe
