#include "engine/analysis/evaluate_separation.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "engine/analysis/projection.h"
#include "engine/base/math.h"

namespace tutti::analysis {
namespace {

constexpr std::size_t kMostSources = 8;  // the orders of so many are all tried

double energy(const Wave& x) {
  double sum = 0;
  for (const double v : x) sum += v * v;
  return sum;
}

double difference(const Wave& x, const Wave& y) {
  double sum = 0;
  for (std::size_t i = 0; i < std::max(x.size(), y.size()); ++i) {
    const double d = (i < x.size() ? x[i] : 0) - (i < y.size() ? y[i] : 0);
    sum += d * d;
  }
  return sum;
}

double decibels(double signal, double rest) {
  if (rest == 0) return std::numeric_limits<double>::infinity();
  if (signal == 0) return -std::numeric_limits<double>::infinity();
  return 10 * math::log10(signal / rest);
}

Wave wave_of(const std::vector<float>& samples) {
  return {samples.begin(), samples.end()};
}

// As mir_eval: silent where in some source the channels' sum is zero throughout.
bool any_silent(const Signals& signals) {
  return std::any_of(signals.begin(), signals.end(), [](const auto& source) {
    for (std::size_t i = 0; i < source[0].size(); ++i) {
      double sum = 0;
      for (const auto& channel : source) sum += static_cast<double>(channel[i]);
      if (sum != 0) return false;
    }
    return true;
  });
}

Error wrong(const char* message, const char* next) {
  return {Code::bad_input, message, next};
}

Result<void> check(const Signals& reference, const Signals& estimate,
                   const SeparationOptions& options) {
  if (reference.empty() || reference.size() != estimate.size() || reference.size() > kMostSources ||
      reference[0].empty())
    return wrong("There must be as many estimates as references, from one to eight.",
                 "Give a file for each stem in both folders.");
  const std::size_t channels = reference[0].size(), frames = reference[0][0].size();
  for (const auto* signals : {&reference, &estimate}) {
    for (const auto& source : *signals) {
      bool same = source.size() == channels;
      for (const auto& channel : source) same = same && channel.size() == frames;
      if (!same)
        return wrong("The stems differ in length or in number of channels.",
                     "Compare stems of one song at one rate.");
    }
  }
  if (frames == 0 || options.taps < 1 || options.taps > 4096 || options.window < 1 ||
      options.hop < 1)
    return wrong("There is nothing to be compared.", "Check the files.");
  if (!options.images && channels != 1)
    return wrong("These scores are for one channel.", "Ask for the scores of images instead.");
  return {};
}

struct Pairs {  // [estimate * sources + reference]
  std::vector<double> sdr, isr, sir, sar;
};

class Scorer {
 public:
  Scorer(const Signals& reference, const SeparationOptions& options)
      : options_(options),
        sources_(reference.size()),
        channels_(reference[0].size()),
        signals_(flat(reference)),
        basis_(signals_, options.taps) {
    for (std::size_t j = 0; j < sources_; ++j)
      own_.push_back(basis_.factor(j * channels_, channels_));
    all_ = basis_.factor(0, signals_.size());
  }

  void add(std::size_t e, std::size_t j, const std::vector<std::vector<float>>& estimate,
           Pairs& pairs) const {
    double of_true = 0, of_own = 0, of_all = 0, from_true = 0, spatial = 0, interference = 0,
           artifacts = 0, rest = 0;
    for (std::size_t c = 0; c < channels_; ++c) {
      const Wave wave = wave_of(estimate[c]);
      const Wave& truth = signals_[j * channels_ + c];
      const Wave products = basis_.products(wave);
      const Wave own = basis_.project(own_[j], products);
      const Wave all = basis_.project(all_, products);
      of_true += energy(truth);
      of_own += energy(own);
      of_all += energy(all);
      from_true += difference(wave, truth);
      spatial += difference(own, truth);
      interference += difference(all, own);
      artifacts += difference(wave, all);
      rest += difference(wave, own);
    }
    const std::size_t at = e * sources_ + j;
    pairs.sdr[at] = options_.images ? decibels(of_true, from_true) : decibels(of_own, rest);
    pairs.isr[at] = decibels(of_true, spatial);
    pairs.sir[at] = decibels(of_own, interference);
    pairs.sar[at] = decibels(of_all, artifacts);
  }

 private:
  static std::vector<Wave> flat(const Signals& signals) {
    std::vector<Wave> all;
    for (const auto& source : signals)
      for (const auto& channel : source) all.push_back(wave_of(channel));
    return all;
  }

  const SeparationOptions& options_;
  std::size_t sources_, channels_;
  std::vector<Wave> signals_;
  DelayedBasis basis_;
  std::vector<DelayedBasis::Factor> own_;
  DelayedBasis::Factor all_;
};

// The order of estimates with the best mean SIR; the first of several.
std::vector<int> best_order(const Pairs& pairs, std::size_t sources) {
  std::vector<int> order(sources), best;
  std::iota(order.begin(), order.end(), 0);
  double highest = 0;
  do {
    double sum = 0;
    for (std::size_t j = 0; j < sources; ++j)
      sum += pairs.sir[static_cast<std::size_t>(order[j]) * sources + j];
    if (best.empty() || sum > highest) {
      best = order;
      highest = sum;
    }
  } while (std::next_permutation(order.begin(), order.end()));
  return best;
}

Signals slice(const Signals& signals, std::int64_t from, std::int64_t count) {
  Signals part = signals;
  for (auto& source : part)
    for (auto& channel : source) channel = {channel.begin() + from, channel.begin() + from + count};
  return part;
}

}  // namespace

Result<SeparationScores> score_separation(const Signals& reference, const Signals& estimate,
                                          const SeparationOptions& options,
                                          const Progress& progress) {
  auto good = check(reference, estimate, options);
  if (!good) return good.error();
  if (any_silent(reference) || any_silent(estimate))
    return wrong("A stem is silent, and silence has no such score.",
                 "Leave the silent stem out of both folders.");
  const std::size_t n = reference.size();
  const auto told = [&](double fraction) {
    return !progress || progress(fraction, "Comparing the stems");
  };
  const Error stopped{Code::cancelled, "Stopped.", "Start again when you like."};
  if (!told(0)) return stopped;
  const Scorer scorer(reference, options);
  Pairs pairs;
  for (auto* list : {&pairs.sdr, &pairs.isr, &pairs.sir, &pairs.sar}) list->resize(n * n);
  for (std::size_t e = 0; e < n; ++e) {
    for (std::size_t j = 0; j < n; ++j) {
      if (!options.permutation && e != j) continue;
      if (!told(0.5 + 0.5 * static_cast<double>(e * n + j) / static_cast<double>(n * n)))
        return stopped;
      scorer.add(e, j, estimate[e], pairs);
    }
  }
  SeparationScores scores;
  scores.permutation.resize(n);
  std::iota(scores.permutation.begin(), scores.permutation.end(), 0);
  if (options.permutation) scores.permutation = best_order(pairs, n);
  for (std::size_t j = 0; j < n; ++j) {
    const std::size_t at = static_cast<std::size_t>(scores.permutation[j]) * n + j;
    scores.sdr.push_back(pairs.sdr[at]);
    if (options.images) scores.isr.push_back(pairs.isr[at]);
    scores.sir.push_back(pairs.sir[at]);
    scores.sar.push_back(pairs.sar[at]);
  }
  return scores;
}

Result<FramewiseScores> score_separation_framewise(const Signals& reference,
                                                   const Signals& estimate,
                                                   const SeparationOptions& options,
                                                   const Progress& progress) {
  auto good = check(reference, estimate, options);
  if (!good) return good.error();
  const auto length = static_cast<std::int64_t>(reference[0][0].size());
  std::int64_t frames = length >= options.window ? (length - options.window) / options.hop + 1 : 0;
  const bool whole = frames < 2;
  if (whole) frames = 1;
  FramewiseScores all;
  const std::size_t n = reference.size();
  for (auto* list : {&all.sdr, &all.isr, &all.sir, &all.sar, &all.permutation}) list->resize(n);
  for (std::int64_t f = 0; f < frames; ++f) {
    const std::int64_t from = whole ? 0 : f * options.hop, count = whole ? length : options.window;
    const Signals truth = slice(reference, from, count), guess = slice(estimate, from, count);
    if (progress && !progress(static_cast<double>(f) / static_cast<double>(frames),
                              "Comparing the stems frame by frame"))
      return Error{Code::cancelled, "Stopped.", "Start again when you like."};
    const bool silent = any_silent(truth) || any_silent(guess);
    SeparationScores scores;
    if (!silent) {
      auto scored = score_separation(truth, guess, options);
      if (!scored) return scored.error();
      scores = std::move(*scored);
    }
    for (std::size_t j = 0; j < n; ++j) {
      const double none = std::numeric_limits<double>::quiet_NaN();
      all.sdr[j].push_back(silent ? none : scores.sdr[j]);
      if (options.images) all.isr[j].push_back(silent ? none : scores.isr[j]);
      all.sir[j].push_back(silent ? none : scores.sir[j]);
      all.sar[j].push_back(silent ? none : scores.sar[j]);
      all.permutation[j].push_back(silent ? none : scores.permutation[j]);
    }
  }
  return all;
}

double plain_sdr(std::span<const std::vector<float>> reference,
                 std::span<const std::vector<float>> estimate) {
  double signal = 0, rest = 0;
  for (std::size_t c = 0; c < reference.size(); ++c) {
    for (std::size_t i = 0; i < reference[c].size(); ++i) {
      const double s = static_cast<double>(reference[c][i]);
      const double d = s - static_cast<double>(estimate[c][i]);
      signal += s * s;
      rest += d * d;
    }
  }
  return decibels(signal, rest);
}

double si_sdr(std::span<const std::vector<float>> reference,
              std::span<const std::vector<float>> estimate) {
  double both = 0, own = 0, theirs = 0;
  for (std::size_t c = 0; c < reference.size(); ++c) {
    for (std::size_t i = 0; i < reference[c].size(); ++i) {
      const double s = static_cast<double>(reference[c][i]);
      const double e = static_cast<double>(estimate[c][i]);
      both += s * e;
      own += s * s;
      theirs += e * e;
    }
  }
  if (own == 0) return -std::numeric_limits<double>::infinity();
  // The estimate less its part along the reference.
  const double target = both * both / own;
  return decibels(target, std::max(0.0, theirs - target));
}

}  // namespace tutti::analysis
