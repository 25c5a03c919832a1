// The beat scores of Davies, Degara and Plumbley, "Evaluation Methods for Musical Audio Beat
// Tracking Algorithms" (Queen Mary technical report C4DM-TR-09-06, 2009), as mir_eval defines them.
#include <algorithm>
#include <cmath>
#include <limits>

#include "engine/analysis/evaluate.h"
#include "engine/analysis/evaluate_text.h"
#include "engine/analysis/matching.h"
#include "engine/base/math.h"

namespace tutti::analysis {

namespace {

using Beats = std::vector<double>;

constexpr double kFirstBeat = 5;       // s: earlier beats do not count
constexpr double kWindow = 0.07;       // s
constexpr double kCemgilSigma = 0.04;  // s
constexpr double kGotoThreshold = 0.35, kGotoMean = 0.2, kGotoDeviation = 0.2;
constexpr double kPScoreWindow = 0.2;  // of the median beat
constexpr double kContinuity = 0.175;  // of a beat, in phase and in period
constexpr int kBins = 41;

// As annotated, on the off-beats, at double tempo, and at half tempo on either beat.
std::vector<Beats> variations(const Beats& beats) {
  Beats off, twice, odd, even;
  for (std::size_t i = 0; i < beats.size(); ++i) {
    twice.push_back(beats[i]);
    (i % 2 == 0 ? odd : even).push_back(beats[i]);
    if (i + 1 < beats.size()) {
      const double between = beats[i] + (beats[i + 1] - beats[i]) * 0.5;
      twice.push_back(between), off.push_back(between);
    }
  }
  return {beats, off, twice, odd, even};
}

std::size_t nearest(const Beats& beats, double time) {
  std::size_t best = 0;
  for (std::size_t i = 1; i < beats.size(); ++i)
    if (std::fabs(time - beats[i]) < std::fabs(time - beats[best])) best = i;
  return best;
}

double f_measure(const Beats& reference, const Beats& estimate) {
  std::vector<std::vector<int>> allowed(estimate.size());
  for (std::size_t e = 0; e < estimate.size(); ++e)
    for (std::size_t r = 0; r < reference.size(); ++r)
      if (std::fabs(reference[r] - estimate[e]) <= kWindow)
        allowed[e].push_back(static_cast<int>(r));
  const auto partner = match(allowed, static_cast<int>(reference.size()));
  const auto hits = static_cast<double>(
      std::count_if(partner.begin(), partner.end(), [](int p) { return p >= 0; }));
  return harmonic_mean(hits / static_cast<double>(estimate.size()),
                       hits / static_cast<double>(reference.size()));
}

double cemgil(const Beats& reference, const Beats& estimate) {
  double sum = 0;
  for (double beat : reference) {
    const double gap = beat - estimate[nearest(estimate, beat)];
    sum += math::exp(-gap * gap / (2 * kCemgilSigma * kCemgilSigma));
  }
  return sum / (0.5 * static_cast<double>(estimate.size() + reference.size()));
}

double goto_score(const Beats& reference, const Beats& estimate) {
  const std::size_t n = reference.size();
  std::vector<double> error(n, 1.0);
  for (std::size_t i = 1; i + 1 < n; ++i) {
    const double before = 0.5 * (reference[i] - reference[i - 1]),
                 after = 0.5 * (reference[i + 1] - reference[i]);
    int inside = 0;
    double offset = 0;
    for (double e : estimate)
      if (e >= reference[i] - before && e < reference[i] + after)
        ++inside, offset = e - reference[i];
    if (inside == 1) error[i] = offset < 0 ? offset / before : offset / after;
  }
  std::vector<std::size_t> wrong;
  for (std::size_t i = 0; i < n; ++i)
    if (std::fabs(error[i]) > kGotoThreshold) wrong.push_back(i);
  std::size_t from = 0, to = 0;  // the longest correct stretch, [from, to)
  if (wrong.size() < 3) {
    if (wrong.empty() || wrong.back() < 1) return 0;
    from = wrong.front() + 1, to = wrong.back() - 1;
  } else {
    std::size_t longest = 0, at = 0;
    for (std::size_t i = 0; i + 1 < wrong.size(); ++i)
      if (wrong[i + 1] - wrong[i] > longest) longest = wrong[i + 1] - wrong[i], at = i;
    if (!(static_cast<double>(longest) - 1 > 0.25 * (static_cast<double>(n) - 2))) return 0;
    from = wrong[at], to = wrong[at + 1] + 1;
  }
  if (to < from + 2) return 0;
  double size = 0, mean = 0, magnitude = 0, deviation = 0;
  for (std::size_t i = from; i < to; ++i)
    mean += error[i], magnitude += std::fabs(error[i]), ++size;
  mean /= size, magnitude /= size;
  for (std::size_t i = from; i < to; ++i) deviation += (error[i] - mean) * (error[i] - mean);
  return magnitude < kGotoMean && std::sqrt(deviation / (size - 1)) < kGotoDeviation ? 1 : 0;
}

double p_score(const Beats& reference, const Beats& estimate) {
  const double offset = std::min(*std::min_element(reference.begin(), reference.end()),
                                 *std::min_element(estimate.begin(), estimate.end()));
  const auto train = [&](const Beats& beats) {
    std::vector<std::int64_t> at;
    for (double b : beats) at.push_back(static_cast<std::int64_t>(std::ceil((b - offset) * 100)));
    std::sort(at.begin(), at.end());
    at.erase(std::unique(at.begin(), at.end()), at.end());
    return at;
  };
  const auto r = train(reference), e = train(estimate);
  if (r.size() < 2) return 0;
  std::vector<double> gaps;
  for (std::size_t i = 1; i < r.size(); ++i) gaps.push_back(static_cast<double>(r[i] - r[i - 1]));
  std::sort(gaps.begin(), gaps.end());
  const std::size_t middle = gaps.size() / 2;
  const double median = gaps.size() % 2 ? gaps[middle] : 0.5 * (gaps[middle - 1] + gaps[middle]);
  const double wide = kPScoreWindow * median;
  double window = std::floor(wide + 0.5);
  if (window - wide == 0.5 && std::fmod(window, 2) != 0) --window;  // half to even
  double pairs = 0;
  for (auto a : r)
    for (auto b : e) pairs += std::fabs(static_cast<double>(a - b)) <= window;
  return pairs / static_cast<double>(std::max(reference.size(), estimate.size()));
}

struct Continuity {
  double longest = 0, total = 0;
};

Continuity continuity(const Beats& reference, const Beats& estimate) {
  const double infinite = std::numeric_limits<double>::infinity();
  const std::size_t slots = std::max(reference.size(), estimate.size());
  std::vector<char> used(slots), success(slots);
  if (reference.size() < 2 || estimate.size() < 2) return {};
  for (std::size_t m = 0; m < estimate.size(); ++m) {
    const std::size_t k = nearest(reference, estimate[m]);
    const double distance = std::fabs(estimate[m] - reference[k]);
    if (used[k]) continue;
    const bool forward = m == 0 || k == 0;
    const double of_reference = forward && k + 1 < reference.size()
                                    ? reference[k + 1] - reference[k]
                                : k > 0 ? reference[k] - reference[k - 1]
                                        : reference[1] - reference[0];
    const double of_estimate = forward && m + 1 < estimate.size() ? estimate[m + 1] - estimate[m]
                                                                  : estimate[m] - estimate[m - 1];
    const double phase = of_reference != 0 ? std::fabs(distance / of_reference)
                         : distance == 0   ? 1
                                           : infinite;
    const double period = of_reference != 0  ? std::fabs(1 - of_estimate / of_reference)
                          : of_estimate == 0 ? 0
                                             : infinite;
    if (phase < kContinuity && period < kContinuity) used[k] = 1, success[m] = 1;
  }
  std::size_t run = 0, longest = 0, total = 0;
  for (char s : success) {
    run = s ? run + 1 : 0;
    longest = std::max(longest, run);
    total += s;
  }
  return {static_cast<double>(longest) / static_cast<double>(slots),
          static_cast<double>(total) / static_cast<double>(slots)};
}

// Entropy of where beats fall between their neighbours in the other sequence.
double entropy(const Beats& reference, const Beats& estimate) {
  double histogram[kBins] = {};
  const std::size_t last = reference.size() - 1;
  for (double time : estimate) {
    const std::size_t k = nearest(reference, time);
    const double error = time - reference[k];
    double interval;
    // Before the first beat mir_eval divides by the whole length; its published scores do, so ours
    // must.
    if (k == 0 && last > 0 && error < 0)
      interval = 0.5 * (reference[0] - reference[last]);
    else if (k == last)
      interval = 0.5 * (reference[last] - reference[last - 1]);
    else if (error < 0)
      interval = 0.5 * (reference[k] - reference[k - 1]);
    else
      interval = 0.5 * (reference[k + 1] - reference[k]);
    double place = 0.5 * error / interval + 0.5;
    place = place - std::ceil(place) + 1;  // (0, 1]
    if (!(place > 0 && place <= 1)) place = 1;
    // The bin whose lower edge is the last one not above the value; the top edge belongs to the
    // last.
    const double value = place - 0.5;
    int bin = static_cast<int>((value + 0.5) * kBins);
    bin = std::clamp(bin, 0, kBins - 1);
    while (bin > 0 && value < -0.5 + bin * (1.0 / kBins)) --bin;
    while (bin + 1 < kBins && value >= -0.5 + (bin + 1) * (1.0 / kBins)) ++bin;
    histogram[bin] += 1;
  }
  double sum = 0;
  for (double count : histogram)
    if (count > 0) {
      const double p = count / static_cast<double>(estimate.size());
      sum -= p * math::log2(p);
    }
  return sum;
}

double information_gain(const Beats& reference, const Beats& estimate) {
  if (reference.size() < 2 || estimate.size() < 2) return 0;
  const double norm = math::log2(kBins);
  return (norm - std::max(entropy(reference, estimate), entropy(estimate, reference))) / norm;
}

}  // namespace

Scores score_beats(const std::vector<double>& all_reference,
                   const std::vector<double>& all_estimate) {
  Beats reference, estimate;
  for (double b : all_reference)
    if (b >= kFirstBeat) reference.push_back(b);
  for (double b : all_estimate)
    if (b >= kFirstBeat) estimate.push_back(b);
  const bool empty = reference.empty() || estimate.empty();
  double best_cemgil = 0;
  Continuity best;
  if (!empty)
    for (const Beats& beats : variations(reference)) {
      if (beats.empty()) continue;
      best_cemgil = std::max(best_cemgil, cemgil(beats, estimate));
      const Continuity c = continuity(beats, estimate);
      best.longest = std::max(best.longest, c.longest);
      best.total = std::max(best.total, c.total);
    }
  const Continuity correct = empty ? Continuity{} : continuity(reference, estimate);
  return {{"F-measure", empty ? 0 : f_measure(reference, estimate)},
          {"Cemgil", empty ? 0 : cemgil(reference, estimate)},
          {"Cemgil Best Metric Level", best_cemgil},
          {"Goto", empty ? 0 : goto_score(reference, estimate)},
          {"P-score", empty ? 0 : p_score(reference, estimate)},
          {"Correct Metric Level Continuous", correct.longest},
          {"Correct Metric Level Total", correct.total},
          {"Any Metric Level Continuous", best.longest},
          {"Any Metric Level Total", best.total},
          {"Information gain", empty ? 0 : information_gain(reference, estimate)}};
}

Result<Scores> evaluate_beats(std::string_view reference, std::string_view estimate) {
  auto r = read_events(reference);
  if (!r) return r.error();
  auto e = read_events(estimate);
  if (!e) return e.error();
  return score_beats(*r, *e);
}

}  // namespace tutti::analysis
