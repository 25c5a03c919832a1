#include "engine/analysis/pitch_path.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "engine/base/math.h"

namespace tutti::analysis {

namespace {

constexpr double kBinsPerSemitone = 5;
constexpr float kMoveCost = 0.45f;     // nats for each bin and frame
constexpr float kLeapCost = 9.f;       // most that any move costs
constexpr float kSwitchCost = 4.6f;    // between voiced and unvoiced: 1 in 100 frames
constexpr float kNoCandidate = -7.6f;  // a voiced state without any dip at its pitch
constexpr double kUnvoicedWeight = 0.12;
constexpr std::size_t kBlock = 1024, kLookAhead = 170;

}  // namespace

PitchPath::PitchPath(double min_hz, double max_hz, Sink sink)
    : lowest_(math::hz_to_midi(min_hz)),
      bins_(static_cast<int>((math::hz_to_midi(max_hz) - lowest_) * kBinsPerSemitone) + 2),
      sink_(std::move(sink)),
      voiced_(bins_, 0.f),
      unvoiced_(bins_, 0.f),
      best_voiced_(bins_),
      best_unvoiced_(bins_),
      emission_(bins_),
      arg_voiced_(bins_),
      arg_unvoiced_(bins_) {
  frames_.reserve(kBlock + kLookAhead);
  back_.reserve((kBlock + kLookAhead) * 2 * bins_);
}

// best[b] = max over a of from[a] - cost of moving from a to b, with the a that gives it.
void PitchPath::reach(const std::vector<float>& from, std::vector<float>& best,
                      std::vector<std::uint16_t>& arg) const {
  float top = from[0];
  int top_at = 0;
  best[0] = from[0], arg[0] = 0;
  for (int b = 1; b < bins_; ++b) {
    const float moved = best[b - 1] - kMoveCost;
    const bool stay = from[b] >= moved;
    best[b] = stay ? from[b] : moved;
    arg[b] = stay ? static_cast<std::uint16_t>(b) : arg[b - 1];
    if (from[b] > top) top = from[b], top_at = b;
  }
  for (int b = bins_ - 2; b >= 0; --b) {
    const float moved = best[b + 1] - kMoveCost;
    if (moved > best[b]) best[b] = moved, arg[b] = arg[b + 1];
  }
  for (int b = 0; b < bins_; ++b)
    if (top - kLeapCost > best[b])
      best[b] = top - kLeapCost, arg[b] = static_cast<std::uint16_t>(top_at);
}

void PitchPath::step(const Frame& frame) {
  std::fill(emission_.begin(), emission_.end(), kNoCandidate);
  double total = 0;
  for (int i = 0; i < frame.count; ++i) {
    const auto& c = frame.candidate[i];
    total += c.probability;
    const int bin = static_cast<int>((math::hz_to_midi(c.hz) - lowest_) * kBinsPerSemitone + 0.5);
    if (bin < 0 || bin >= bins_) continue;
    const float score =
        static_cast<float>(math::log(std::max(1e-6, static_cast<double>(c.probability))));
    emission_[bin] = std::max(emission_[bin], score);
  }
  const float rest = static_cast<float>(math::log(kUnvoicedWeight * std::max(0.02, 1 - total)));

  reach(voiced_, best_voiced_, arg_voiced_);
  reach(unvoiced_, best_unvoiced_, arg_unvoiced_);
  const std::size_t at = back_.size();
  back_.resize(at + 2 * static_cast<std::size_t>(bins_));
  std::uint16_t* back = back_.data() + at;
  float top = -1e30f;
  for (int b = 0; b < bins_; ++b) {
    const float start = best_unvoiced_[b] - kSwitchCost;
    const bool stay_voiced = best_voiced_[b] >= start;
    voiced_[b] = (stay_voiced ? best_voiced_[b] : start) + emission_[b];
    back[b] = stay_voiced ? arg_voiced_[b] : static_cast<std::uint16_t>(bins_ + arg_unvoiced_[b]);
    const float stop = best_voiced_[b] - kSwitchCost;
    const bool stay_silent = best_unvoiced_[b] >= stop;
    unvoiced_[b] = (stay_silent ? best_unvoiced_[b] : stop) + rest;
    back[bins_ + b] =
        stay_silent ? static_cast<std::uint16_t>(bins_ + arg_unvoiced_[b]) : arg_voiced_[b];
    top = std::max({top, voiced_[b], unvoiced_[b]});
  }
  for (int b = 0; b < bins_; ++b) voiced_[b] -= top, unvoiced_[b] -= top;
}

void PitchPath::push(std::span<const PitchCandidate> candidates) {
  Frame frame;
  frame.count = static_cast<int>(std::min<std::size_t>(candidates.size(), Yin::kMaxCandidates));
  std::copy_n(candidates.begin(), frame.count, frame.candidate);
  frames_.push_back(frame);
  step(frame);
  if (frames_.size() == kBlock + kLookAhead) settle(kBlock);
}

void PitchPath::finish() {
  if (!frames_.empty()) settle(frames_.size());
}

// Traces back from the best state and hands out the first `count` frames.
void PitchPath::settle(std::size_t count) {
  int state = 0;
  float top = -1e30f;
  for (int b = 0; b < bins_; ++b) {
    if (voiced_[b] > top) top = voiced_[b], state = b;
    if (unvoiced_[b] > top) top = unvoiced_[b], state = bins_ + b;
  }
  std::vector<int> states(frames_.size());
  for (std::size_t i = frames_.size(); i-- > 0;) {
    states[i] = state;
    state = back_[i * 2 * static_cast<std::size_t>(bins_) + state];
  }
  for (std::size_t i = 0; i < count; ++i) {
    const Frame& frame = frames_[i];
    float hz = 0, aperiodicity = 1;
    if (states[i] < bins_) {
      const double pitch = lowest_ + states[i] / kBinsPerSemitone;
      double nearest = 0.5;  // semitones
      for (int k = 0; k < frame.count; ++k) {
        const auto& c = frame.candidate[k];
        const double distance = std::fabs(math::hz_to_midi(c.hz) - pitch);
        if (distance < nearest) nearest = distance, hz = c.hz, aperiodicity = c.aperiodicity;
      }
    }
    sink_(settled_ + static_cast<std::int64_t>(i), hz, aperiodicity);
  }
  settled_ += static_cast<std::int64_t>(count);
  frames_.erase(frames_.begin(), frames_.begin() + static_cast<std::ptrdiff_t>(count));
  back_.erase(back_.begin(), back_.begin() + static_cast<std::ptrdiff_t>(count * 2 * bins_));
  // What has been handed out is settled: the paths that go on must start from there.
  if (!frames_.empty()) {
    std::fill(voiced_.begin(), voiced_.end(), -1e6f);
    std::fill(unvoiced_.begin(), unvoiced_.end(), -1e6f);
    const int last = states[count - 1];
    (last < bins_ ? voiced_[last] : unvoiced_[last - bins_]) = 0;
    back_.clear();
    for (const Frame& frame : frames_) step(frame);
  }
}

}  // namespace tutti::analysis
