#include "engine/transcribe/segment.h"

#include <algorithm>
#include <cmath>

namespace tutti::transcribe {

namespace {

constexpr double kPerSemitone = 5;       // states
constexpr double kKnee = 0.5;            // semitones: below, deviations cost by their square
constexpr double kFit = 0.35;            // nats a frame and semitone beyond the knee
constexpr double kWorst = 2.5;           // semitones: more deviation costs no more
constexpr double kStart = 4.5;           // nats to start a note at all
constexpr double kSamePitch = 0.8;       // more for one within a semitone of the last
constexpr std::int64_t kShortest = 11;   // frames: 66 ms
constexpr std::int64_t kLongest = 4096;  // frames solved at once

// The distance cost of starting at pitch b after a: none from a semitone on.
double same_pitch_cost(double semitones) {
  return kSamePitch * std::max(0.0, 1 - semitones);
}

void solve(const Contour& contour, const Region& region, std::vector<Segment>& out) {
  const auto frames = region.end - region.begin;
  const auto from = contour.pitch.begin() + region.begin, to = contour.pitch.begin() + region.end;
  const double low = *std::min_element(from, to) - 0.2, high = *std::max_element(from, to) + 0.2;
  const auto states = static_cast<std::size_t>((high - low) * kPerSemitone) + 1;

  const auto at = [&](std::int64_t t, std::size_t s) {
    return static_cast<std::size_t>(t) * states + s;
  };
  // fit[t][s]: sum of the costs of frames 0 … t - 1 in state s.
  std::vector<float> fit((static_cast<std::size_t>(frames) + 1) * states, 0);
  for (std::int64_t t = 0; t < frames; ++t) {
    const double x = from[t], w = contour.weight[static_cast<std::size_t>(region.begin + t)] * kFit;
    for (std::size_t s = 0; s < states; ++s) {
      const double d =
          std::min(kWorst, std::fabs(x - (low + static_cast<double>(s) / kPerSemitone)));
      fit[at(t + 1, s)] = fit[at(t, s)] + static_cast<float>(w * d * d / (d + kKnee));
    }
  }
  // starts[t][s]: least cost of everything before t plus starting a note of state s at t.
  // ends[s]: least cost of a whole note of state s that has reached frame t and may end there.
  constexpr float kNever = 1e30f;
  std::vector<float> starts(static_cast<std::size_t>(frames) * states, kNever);
  std::vector<std::int32_t> came(static_cast<std::size_t>(frames) * states, -1);  // state before
  std::vector<std::int32_t> begun(static_cast<std::size_t>(frames + 1) * states,
                                  -1);  // start frame
  std::vector<float> ends(states, kNever), best(states);
  std::vector<std::int32_t> best_from(states);
  std::vector<std::int32_t> begin_of(states, -1);
  const std::int64_t shortest = std::min(kShortest, frames);
  const int reach = static_cast<int>(kPerSemitone);
  for (std::int64_t t = 0; t <= frames; ++t) {
    // Notes that began `shortest` ago become able to end; older ones go on.
    for (std::size_t s = 0; s < states; ++s) {
      float going =
          ends[s] < kNever && t > 0 ? ends[s] + fit[at(t, s)] - fit[at(t - 1, s)] : kNever;
      if (t >= shortest) {
        const std::int64_t b = t - shortest;
        const float fresh =
            starts[at(b, s)] < kNever ? starts[at(b, s)] + fit[at(t, s)] - fit[at(b, s)] : kNever;
        if (fresh < going) going = fresh, begin_of[s] = static_cast<std::int32_t>(b);
      }
      ends[s] = going;
      begun[at(t, s)] = begin_of[s];
    }
    if (t == frames) break;
    if (t == 0) {
      for (std::size_t s = 0; s < states; ++s) starts[s] = 0;
      continue;
    }
    if (frames - t < shortest) continue;
    const auto least =
        static_cast<std::size_t>(std::min_element(ends.begin(), ends.end()) - ends.begin());
    if (ends[least] >= kNever) continue;
    const double evidence = contour.onset[static_cast<std::size_t>(region.begin + t)];
    for (std::size_t s = 0; s < states; ++s) {
      float top = kNever;
      std::int32_t who = -1;
      const int a = std::max(0, static_cast<int>(s) - reach),
                b = std::min(static_cast<int>(states) - 1, static_cast<int>(s) + reach);
      for (int k = a; k <= b; ++k) {
        const float cost =
            ends[k] +
            static_cast<float>(same_pitch_cost(std::abs(k - static_cast<int>(s)) / kPerSemitone));
        if (cost < top) top = cost, who = k;
      }
      if (std::abs(static_cast<int>(least) - static_cast<int>(s)) > reach && ends[least] < top)
        top = ends[least], who = static_cast<std::int32_t>(least);
      starts[at(t, s)] = top + static_cast<float>(kStart - evidence);
      came[at(t, s)] = who;
    }
  }
  // Back from the end.
  std::size_t state =
      static_cast<std::size_t>(std::min_element(ends.begin(), ends.end()) - ends.begin());
  std::int64_t t = frames;
  std::vector<Segment> reversed;
  while (t > 0) {
    const std::int64_t b = std::max<std::int32_t>(0, begun[at(t, state)]);
    reversed.push_back(
        {region.begin + b, region.begin + t, low + static_cast<double>(state) / kPerSemitone});
    if (b == 0) break;
    state = static_cast<std::size_t>(came[at(b, state)]);
    t = b;
  }
  out.insert(out.end(), reversed.rbegin(), reversed.rend());
}

}  // namespace

std::vector<Segment> segment_region(const Contour& contour, const Region& region) {
  std::vector<Segment> out;
  for (std::int64_t begin = region.begin; begin < region.end; begin += kLongest) {
    const std::size_t joint = out.size();
    solve(contour, {begin, std::min(region.end, begin + kLongest)}, out);
    // A very long stretch is solved in pieces; a note held across a seam is one note.
    if (joint > 0 && joint < out.size() &&
        std::fabs(out[joint].pitch - out[joint - 1].pitch) < 0.5) {
      out[joint - 1].end = out[joint].end;
      out.erase(out.begin() + static_cast<std::ptrdiff_t>(joint));
    }
  }
  return out;
}

}  // namespace tutti::transcribe
