#include "engine/transcribe/contour.h"

#include <algorithm>
#include <cmath>

#include "engine/base/math.h"

namespace tutti::transcribe {

namespace {

using Track = analysis::VoiceTrack;

constexpr double kAudible = 6;        // dB over the background
constexpr double kFaintest = -84;     // dBFS: below there is nothing but rounding
constexpr double kRange = 45;         // dB under the loud parts: quieter is not the melody
constexpr std::int64_t kBridge = 4;   // frames: shorter gaps may be slips of the tracker
constexpr std::int64_t kSpeck = 8;    // frames: shorter stretches of voice are not sung notes
constexpr std::int64_t kEarlier = 3;  // frames from where an onset is heard to its steepest rise
constexpr std::int64_t kScoop = 16, kFall = 12;  // frames at the edges of a phrase that weigh less
constexpr double kSlope = 40;                    // semitones a second at which a frame counts half

// A level that a tenth of the voiced frames exceed.
double loud_level(const Track& track) {
  std::vector<float> levels;
  for (std::size_t i = 0; i < track.frames(); ++i)
    if (track.hz[i] > 0) levels.push_back(track.level[i]);
  if (levels.empty()) return -120;
  const auto nth = levels.begin() + static_cast<std::ptrdiff_t>(levels.size() * 9 / 10);
  std::nth_element(levels.begin(), nth, levels.end());
  return *nth;
}

void bridge_gaps(const Track& track, std::vector<float>& pitch) {
  const auto n = static_cast<std::int64_t>(pitch.size());
  for (std::int64_t i = 1; i < n; ++i) {
    if (pitch[i] > 0 || pitch[i - 1] <= 0) continue;
    std::int64_t end = i;
    while (end < n && pitch[end] <= 0) ++end;
    if (end < n && end - i <= kBridge && std::fabs(pitch[end] - pitch[i - 1]) < 1.5) {
      const float side = std::min(track.level[i - 1], track.level[end]);
      const float low = *std::min_element(track.level.begin() + i, track.level.begin() + end);
      if (side - low < 5)
        for (std::int64_t k = i; k < end; ++k)
          pitch[k] = pitch[i - 1] + (pitch[end] - pitch[i - 1]) * static_cast<float>(k - i + 1) /
                                        static_cast<float>(end - i + 1);
    }
    i = end;
  }
}

void drop_specks(std::vector<float>& pitch) {
  const auto n = static_cast<std::int64_t>(pitch.size());
  for (std::int64_t i = 0; i < n; ++i) {
    if (pitch[i] <= 0) continue;
    std::int64_t end = i + 1;
    while (end < n && pitch[end] > 0 && std::fabs(pitch[end] - pitch[end - 1]) < 3) ++end;
    if (end - i < kSpeck) std::fill(pitch.begin() + i, pitch.begin() + end, 0.f);
    i = end - 1;
  }
}

// How far `level` dips just before frame t and comes back just after it, and how fast, in dB: the
// lesser of the two sides of the dip, as far as it is being left at t.
double dip(const std::vector<float>& level, const Region& region, std::int64_t t, double floor) {
  constexpr std::int64_t kBefore = 30, kBottom = 9, kAfter = 6;  // frames
  const auto value = [&](std::int64_t i) { return std::max(static_cast<double>(level[i]), floor); };
  const std::int64_t first = std::max(region.begin, t - kBefore),
                     last = std::min(region.end - 1, t + kAfter);
  double bottom = value(t), before = -200, after = -200;
  std::int64_t where = t;
  for (std::int64_t i = std::max(first, t - kBottom); i < t; ++i)
    if (value(i) < bottom) bottom = value(i), where = i;
  for (std::int64_t i = first; i <= where; ++i) before = std::max(before, value(i));
  for (std::int64_t i = t; i <= last; ++i) after = std::max(after, value(i));
  const double leaving =
      value(std::min(region.end - 1, t + 3)) - value(std::max(region.begin, t - 4));
  return std::max(0.0, std::min({before - bottom, after - bottom, leaving}));
}

// Evidence of onsets inside a voiced stretch: the level, above all that of the upper partials,
// comes back from a dip (a vowel after a nasal, a liquid, a voiced stop), and the ear's bands rise
// together.
void mark_onsets(const Track& track, const Region& region, std::vector<float>& onset) {
  for (std::int64_t t = region.begin + 1; t + 1 < region.end; ++t) {
    const double whole = std::max(0.0, dip(track.level, region, t, track.noise) - 0.7);
    const double upper = std::max(0.0, dip(track.upper, region, t, track.noise) - 1.5);
    const double rise =
        std::min(std::max(0.0, track.rise[t] - 0.7), 0.3 + 0.5 * whole + 0.3 * upper);
    const double evidence = 1.2 * rise + 0.45 * whole + 0.33 * upper;
    // Compressed, not cut off, so that the strongest frame still stands out. People hear a note
    // from where it begins to come, not from where it comes fastest.
    onset[std::max(region.begin, t - kEarlier)] =
        static_cast<float>(evidence / (1 + evidence / 24));
  }
}

}  // namespace

Contour make_contour(const Track& track) {
  const auto n = static_cast<std::int64_t>(track.frames());
  Contour out;
  out.hop = track.hop;
  out.pitch.assign(track.frames(), 0);
  out.weight.assign(track.frames(), 0);
  out.onset.assign(track.frames(), 0);
  const double loud = loud_level(track);
  const double gate =
      std::max({kFaintest, loud - kRange, std::min(track.noise + kAudible, loud - 15)});
  for (std::int64_t i = 0; i < n; ++i)
    if (track.hz[i] > 0 && track.level[i] >= gate)
      out.pitch[i] = static_cast<float>(math::hz_to_midi(track.hz[i]));
  bridge_gaps(track, out.pitch);
  drop_specks(out.pitch);

  for (std::int64_t i = 0; i < n; ++i) {
    if (out.pitch[i] <= 0) continue;
    // Gliding frames belong to no note, quiet ones are uncertain.
    const std::int64_t a = i >= 2 && out.pitch[i - 2] > 0 ? i - 2 : i,
                       b = i + 2 < n && out.pitch[i + 2] > 0 ? i + 2 : i;
    const double slope =
        b > a ? (out.pitch[b] - out.pitch[a]) / (static_cast<double>(b - a) * out.hop) : 0;
    double weight = 1 / (1 + (slope / kSlope) * (slope / kSlope));
    weight *= std::clamp((track.level[i] - gate) / 10, 0.2, 1.0);
    // So are those in a dip between louder ones: a consonant bends the voice.
    constexpr std::int64_t kAround = 20;
    float before = track.level[i], after = before;
    for (std::int64_t k = std::max<std::int64_t>(0, i - kAround); k < i; ++k)
      before = std::max(before, track.level[k]);
    for (std::int64_t k = i + 1; k < std::min(n, i + kAround); ++k)
      after = std::max(after, track.level[k]);
    weight *= std::clamp(1 - (std::min(before, after) - track.level[i] - 2.0) / 8, 0.15, 1.0);
    weight *= std::clamp((track.voicing[i] - 0.5) / 0.3, 0.2, 1.0);
    out.weight[i] = static_cast<float>(weight);
  }

  for (const Region& region : voiced_regions(out)) {
    mark_onsets(track, region, out.onset);
    // Singers slide into the first note of a phrase and fall off the last one.
    for (std::int64_t i = 0; i < kScoop && region.begin + i < region.end; ++i)
      out.weight[region.begin + i] *=
          static_cast<float>(0.25 + 0.75 * static_cast<double>(i) / kScoop);
    for (std::int64_t i = 0; i < kFall && region.end - 1 - i >= region.begin; ++i)
      out.weight[region.end - 1 - i] *=
          static_cast<float>(0.4 + 0.6 * static_cast<double>(i) / kFall);
  }
  return out;
}

std::vector<Region> voiced_regions(const Contour& contour) {
  std::vector<Region> regions;
  const auto n = static_cast<std::int64_t>(contour.pitch.size());
  for (std::int64_t i = 0; i < n; ++i) {
    if (contour.pitch[i] <= 0) continue;
    std::int64_t end = i + 1;
    while (end < n && contour.pitch[end] > 0) ++end;
    regions.push_back({i, end});
    i = end;
  }
  return regions;
}

}  // namespace tutti::transcribe
