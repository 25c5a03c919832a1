#include "engine/analysis/song_key.h"

#include <algorithm>
#include <cmath>

#include "engine/base/math.h"

namespace tutti::analysis {

namespace {

constexpr double kMajor[12] = {0.238, 0.006, 0.111, 0.006, 0.137, 0.094,
                               0.016, 0.214, 0.009, 0.080, 0.008, 0.081};
constexpr double kMinor[12] = {0.220, 0.006, 0.104, 0.123, 0.019, 0.103,
                               0.012, 0.214, 0.062, 0.022, 0.061, 0.052};

// How well a chord of each kind on each degree (semitones above the tonic) speaks for the key.
constexpr double kInMajor[kChordKinds][12] = {
    {1.0, -.4, -.1, -.3, -.2, .6, -.5, .6, -.3, -.2, 0.0, -.4},
    {-.5, -.5, .4, -.6, .2, 0.0, -.5, -.1, -.6, .4, -.5, -.3},
    {.3, -.4, .2, -.4, 0.0, .2, -.5, .9, -.3, .1, 0.0, -.3}};
constexpr double kInMinor[kChordKinds][12] = {
    {-.1, -.2, -.3, .4, -.4, .1, -.5, .5, .5, -.4, .4, -.5},
    {1.0, -.4, -.2, -.4, -.4, .6, -.5, .3, -.5, -.4, -.1, -.5},
    {0.0, -.2, 0.0, .2, -.4, .2, -.4, 1.0, .2, -.3, .3, -.4}};
constexpr double kWeights[kKeyTraits] = {5.0, 4.0, 0.8, 0.4, 1.0, 1.5};

struct Named {
  int root = -1, kind = 0;
};
Named parts_of(const std::string& name) {
  static constexpr int kLetters[] = {9, 11, 0, 2, 4, 5, 7};
  Named out;
  if (name.empty() || name[0] < 'A' || name[0] > 'G') return out;
  std::size_t at = 1;
  out.root = kLetters[name[0] - 'A'];
  for (; at < name.size() && (name[at] == '#' || name[at] == 'b'); ++at)
    out.root += name[at] == '#' ? 1 : 11;
  out.root %= 12;
  const std::string kind = name.substr(std::min(name.size(), at));
  out.kind = kind == ":min" ? 1 : kind == ":7" ? 2 : 0;
  return out;
}

bool on_tonic(Named chord, int tonic, bool minor) {
  return chord.root == tonic && (minor ? chord.kind == 1 : chord.kind != 1);
}

}  // namespace

void key_traits(const std::vector<Chroma>& chromas, const std::vector<ChordSpan>& chords, int tonic,
                bool minor, double (&traits)[kKeyTraits]) {
  double histogram[12] = {};
  for (const Chroma& c : chromas) {
    double total = 1e-9;
    for (int i = 0; i < 12; ++i) total += std::sqrt(c.treble[i]) + 0.5 * std::sqrt(c.bass[i]);
    if (c.level <= 0) continue;
    for (int i = 0; i < 12; ++i)
      histogram[i] += (std::sqrt(c.treble[i]) + 0.5 * std::sqrt(c.bass[i])) / total;
  }
  const double(&profile)[12] = minor ? kMinor : kMajor;
  double hm = 0, pm = 0, hp = 0, hh = 0, pp = 0;
  for (int i = 0; i < 12; ++i) hm += histogram[i] / 12, pm += profile[i] / 12;
  for (int i = 0; i < 12; ++i) {
    const double h = histogram[(i + tonic) % 12] - hm, p = profile[i] - pm;
    hp += h * p, hh += h * h, pp += p * p;
  }
  for (double& t : traits) t = 0;
  traits[0] = hh > 0 ? hp / std::sqrt(hh * pp) : 0;
  double functions = 0, time = 0, on = 0, dominants = 0, resolved = 0;
  Named first, last;
  for (std::size_t i = 0; i < chords.size(); ++i) {
    const Named c = parts_of(chords[i].name);
    if (c.root < 0) continue;
    const double length = chords[i].end - chords[i].start;
    const int degree = (c.root - tonic + 12) % 12;
    functions += length * (minor ? kInMinor : kInMajor)[c.kind][degree];
    time += length;
    if (on_tonic(c, tonic, minor)) on += length;
    if (first.root < 0) first = c;
    last = c;
    if (i + 1 < chords.size()) {
      dominants += 1;
      if (degree == 7 && c.kind != 1 && on_tonic(parts_of(chords[i + 1].name), tonic, minor))
        resolved += 1;
    }
  }
  if (time <= 0) return;
  traits[1] = functions / time;
  traits[2] = on_tonic(last, tonic, minor);
  traits[3] = on_tonic(first, tonic, minor);
  traits[4] = on / time;
  traits[5] = dominants > 0 ? resolved / dominants : 0;
}

KeyEstimate song_key(const std::vector<Chroma>& chromas, const std::vector<ChordSpan>& chords) {
  KeyEstimate best;
  double sounding = 0;
  for (const Chroma& c : chromas)
    for (float x : c.treble) sounding += x;
  if (sounding <= 0) return best;
  // A few chords, as under a melody alone, say less than the notes themselves.
  constexpr double kManyChords = 8;
  double named = 0;
  for (const ChordSpan& c : chords) named += c.name != "N";
  const double trust = std::min(1.0, named / kManyChords);
  double first = -1e9, second = -1e9;
  for (int tonic = 0; tonic < 12; ++tonic)
    for (bool minor : {false, true}) {
      double traits[kKeyTraits];
      key_traits(chromas, chords, tonic, minor, traits);
      double score = 0;
      for (int t = 0; t < kKeyTraits; ++t) score += kWeights[t] * traits[t] * (t == 0 ? 1 : trust);
      if (score > first)
        second = first, first = score, best.tonic = tonic, best.minor = minor;
      else
        second = std::max(second, score);
    }
  best.confidence = std::clamp(1 - math::exp(-(first - second)), 0.0, 1.0);
  return best;
}

}  // namespace tutti::analysis
