#include "engine/compose/progression.h"

#include <algorithm>

#include "engine/compose/progression_tables.h"

namespace tutti::compose {
namespace {

constexpr Family M = Family::major, m = Family::minor, D = Family::dominant, d = Family::diminished;

// The states of training/chords/learn.py, in its order.
constexpr Step kLearnedMajor[] = {{0, M}, {2, m}, {4, m}, {5, M},  {7, D}, {9, m},  {11, d}, {2, D},
                                  {4, D}, {9, D}, {0, D}, {11, D}, {5, m}, {10, M}, {8, M}};
constexpr Step kLearnedMinor[] = {{0, m},  {2, d}, {3, M}, {5, m}, {7, D}, {8, M},
                                  {10, M}, {7, m}, {0, D}, {5, M}, {2, D}};

// The weight of the lower order beside the counts, as in learn.py.
constexpr double kBackOff = 8;

std::size_t index_of(std::size_t n, int before, int last, int next) {
  return (static_cast<std::size_t>(before) * n + static_cast<std::size_t>(last)) * n +
         static_cast<std::size_t>(next);
}

int draw(Random& random, const std::vector<double>& weights) {
  double total = 0;
  for (const double w : weights) total += w;
  if (!(total > 0)) return -1;
  double at = random.uniform() * total;
  int last = -1;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    if (weights[i] <= 0) continue;
    last = static_cast<int>(i);
    at -= weights[i];
    if (at < 0) break;
  }
  return last;
}

}  // namespace

Function function_of(Step step) noexcept {
  switch (step.root) {
    case 0:
    case 3:
    case 9:
      return Function::tonic;
    case 4:
      return step.family == Family::dominant ? Function::dominant : Function::tonic;
    case 2:
      return step.family == Family::dominant ? Function::dominant : Function::subdominant;
    case 5:
    case 8:
    case 6:
      return Function::subdominant;
    default:
      return Function::dominant;
  }
}

double& Chain::at(int before, int last, int next) noexcept {
  return weights_[index_of(states_.size(), before, last, next)];
}

double Chain::weight(int before, int last, int next) const noexcept {
  const int n = size();
  if (last < 0) return 1.0 / n;
  if (before >= 0) return weights_[index_of(states_.size(), before, last, next)];
  double sum = 0;
  for (int b = 0; b < n; ++b) sum += weights_[index_of(states_.size(), b, last, next)];
  return sum / n;
}

int Chain::find(Step step) const noexcept {
  int found = -1;
  for (int i = 0; i < size(); ++i) {
    if (this->step(i) == step) return i;
    if (this->step(i).root == step.root && found < 0) found = i;
  }
  return found;
}

Chain Chain::modal(score::Mode mode) {
  const ModalTable& table = modal_table(mode);
  Chain chain;
  chain.states_.assign(table.states.begin(), table.states.begin() + table.size);
  const int n = table.size;
  chain.weights_.resize(static_cast<std::size_t>(n * n * n));
  for (int b = 0; b < n; ++b)
    for (int l = 0; l < n; ++l)
      for (int c = 0; c < n; ++c)
        chain.at(b, l, c) =
            table.percent[static_cast<std::size_t>(l)][static_cast<std::size_t>(c)] / 100.0;
  return chain;
}

Chain Chain::learned(bool minor) {
  Chain chain;
  if (minor)
    chain.states_.assign(std::begin(kLearnedMinor), std::end(kLearnedMinor));
  else
    chain.states_.assign(std::begin(kLearnedMajor), std::end(kLearnedMajor));
  const auto n = chain.states_.size();
  std::vector<double> one(n, 0.5), two(n * n, 0);
  double total = 0.5 * static_cast<double>(n);
  chain.weights_.assign(n * n * n, 0);
  for (const LearnedCount& c : minor ? learned_minor() : learned_major()) {
    chain.weights_[index_of(n, c.before, c.last, c.next)] += c.count;
    two[c.last * n + c.next] += c.count;
    one[c.next] += c.count;
    total += c.count;
  }
  for (std::size_t l = 0; l < n; ++l) {
    double seen = 0;
    for (std::size_t c = 0; c < n; ++c) seen += two[l * n + c];
    for (std::size_t c = 0; c < n; ++c)
      two[l * n + c] = (two[l * n + c] + kBackOff * one[c] / total) / (seen + kBackOff);
  }
  for (std::size_t b = 0; b < n; ++b)
    for (std::size_t l = 0; l < n; ++l) {
      double* const row = chain.weights_.data() + (b * n + l) * n;
      double seen = 0, kept = 0;
      for (std::size_t c = 0; c < n; ++c) seen += row[c];
      for (std::size_t c = 0; c < n; ++c) {
        row[c] = (row[c] + kBackOff * two[l * n + c]) / (seen + kBackOff);
        if (c != l) kept += row[c];
      }
      for (std::size_t c = 0; c < n; ++c) row[c] = c == l ? 0 : row[c] / kept;
    }
  return chain;
}

std::vector<int> Chain::walk(Random& random, int before, int last, int count, int goal,
                             const std::function<double(int, int)>& phi) const {
  const auto n = static_cast<std::size_t>(size());
  const auto steps = static_cast<std::size_t>(count);
  std::vector<double> weigh(steps * n);
  for (std::size_t t = 0; t < steps; ++t)
    for (std::size_t s = 0; s < n; ++s)
      weigh[t * n + s] = t + 1 == steps && goal >= 0
                             ? (static_cast<int>(s) == goal ? 1 : 0)
                             : std::max(0.0, phi(static_cast<int>(t), static_cast<int>(s)));
  // future[t][b][l]: how likely the rest succeeds when positions t - 1 and t are b and l.
  std::vector<double> future(steps * n * n, 1);
  for (std::size_t t = steps - 1; t-- > 0;) {
    double most = 0;
    for (std::size_t b = 0; b < n; ++b)
      for (std::size_t l = 0; l < n; ++l) {
        double sum = 0;
        for (std::size_t c = 0; c < n; ++c)
          sum +=
              weights_[index_of(n, static_cast<int>(b), static_cast<int>(l), static_cast<int>(c))] *
              weigh[(t + 1) * n + c] * future[((t + 1) * n + l) * n + c];
        future[(t * n + b) * n + l] = sum;
        most = std::max(most, sum);
      }
    if (most > 0)  // only ratios matter
      for (std::size_t i = 0; i < n * n; ++i) future[t * n * n + i] /= most;
  }
  std::vector<int> out;
  std::vector<double> weights(n);
  for (std::size_t t = 0; t < steps; ++t) {
    // With an unknown past the message of any b is taken in the mean.
    const auto rest = [&](std::size_t s) {
      if (last >= 0) return future[(t * n + static_cast<std::size_t>(last)) * n + s];
      double sum = 0;
      for (std::size_t b = 0; b < n; ++b) sum += future[(t * n + b) * n + s];
      return sum;
    };
    for (std::size_t s = 0; s < n; ++s)
      weights[s] = weight(before, last, static_cast<int>(s)) * weigh[t * n + s] * rest(s);
    int next = draw(random, weights);
    if (next < 0) {
      for (std::size_t s = 0; s < n; ++s)
        weights[s] = weight(before, last, static_cast<int>(s)) * weigh[t * n + s];
      next = draw(random, weights);
    }
    if (next < 0) {
      for (std::size_t s = 0; s < n; ++s) weights[s] = weigh[t * n + s];
      next = draw(random, weights);
    }
    if (next < 0) next = t + 1 == steps && goal >= 0 ? goal : 0;
    out.push_back(next);
    before = last;
    last = next;
  }
  return out;
}

}  // namespace tutti::compose
