#include "engine/compose/voicing.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>

namespace tutti::compose {
namespace {

constexpr double kHuge = 1e9;

// The last voicing with as many voices as now: the tightest inner voice goes, the widest gap is
// filled.
std::vector<int> adapted(std::span<const int> before, std::size_t voices) {
  std::vector<int> out(before.begin(), before.end());
  while (out.size() > voices && out.size() > 1) {
    std::size_t tightest = 1;
    for (std::size_t i = 1; i + 1 < out.size(); ++i)
      if (out[i + 1] - out[i - 1] <
          out[tightest + 1 < out.size() ? tightest + 1 : tightest] - out[tightest - 1])
        tightest = i;
    out.erase(out.begin() + static_cast<std::ptrdiff_t>(tightest));
  }
  while (out.size() < voices && out.size() > 1) {
    std::size_t widest = 0;
    for (std::size_t i = 0; i + 1 < out.size(); ++i)
      if (out[i + 1] - out[i] > out[widest + 1] - out[widest]) widest = i;
    out.insert(out.begin() + static_cast<std::ptrdiff_t>(widest) + 1,
               (out[widest] + out[widest + 1]) / 2);
  }
  return out;
}

// Where the voices of a fresh layout would like to be.
std::vector<int> layout(const VoicingRequest& r) {
  const int n = r.voices;
  const double low = r.lowest + 0.25 * (r.highest - r.lowest) - (r.open ? 2 : 0);
  const double spread = r.open ? 6.5 : 4.2;
  std::vector<int> out;
  for (int i = 0; i < n; ++i) out.push_back(static_cast<int>(std::floor(low + spread * i + 0.5)));
  return out;
}

double pair_cost(int lower, int upper, bool lowest_pair, bool open) {
  const int gap = upper - lower;
  double cost = 0;
  if (gap == 1) cost += 3.5;
  if (gap == 2) cost += lowest_pair ? 2.5 : 0.4;
  if (gap == 0) cost += kHuge;
  if (gap > 12) cost += (lowest_pair ? 0.4 : 1.0) * (gap - 12);
  // Low intervals turn to mud: fifths and wider below C3, thirds not below E3.
  if (lower < 48 && gap < 7) cost += 3;
  if (lower < 52 && gap < 5) cost += 2;
  if (open && lowest_pair && gap < 7) cost += 1.5;
  if (!open && gap > 9) cost += 0.5 * (gap - 9);
  return cost;
}

struct Search {
  const VoicingRequest& request;
  std::array<int, kMostVoices> previous{}, home{};
  int reach = kFurthestMove;
  bool fresh = false;
  std::array<std::array<int, 32>, kMostVoices> candidates{};
  std::array<int, kMostVoices> count{};
  std::array<int, kMostVoices> chosen{}, best{};
  double least = kHuge;

  double tone_cost(int n) const {
    double cost = 0;
    std::array<int, 12> times{};
    for (int i = 0; i < n; ++i)
      ++times[static_cast<std::size_t>(chosen[static_cast<std::size_t>(i)] % 12)];
    for (std::size_t t = 0; t < request.tones.size(); ++t) {
      const int heard = times[static_cast<std::size_t>(request.tones[t])];
      // The third (or what stands for it) and the added tone make the chord; the fifth may go.
      if (heard == 0) cost += t == 0 ? (request.rootless ? 0.4 : 2.5) : t == 2 ? 1.0 : 6.0;
      if (heard > 1) cost += (heard - 1) * (t == 1 ? 1.6 : t == 3 ? 2.0 : 0.5);
    }
    return cost;
  }

  void descend(int voice, double cost) {
    const int n = request.voices;
    if (cost >= least) return;
    if (voice == n) {
      double total = cost + tone_cost(n);
      if (!fresh) {
        const auto top = static_cast<std::size_t>(n - 1);
        const int was = previous[top] - previous[0], now = chosen[top] - chosen[0];
        const bool moved = chosen[0] != previous[0] && chosen[top] != previous[top];
        if (moved && was % 12 == now % 12 && (now % 12 == 0 || now % 12 == 7)) total += 1.5;
      }
      if (total < least) least = total, best = chosen;
      return;
    }
    const auto v = static_cast<std::size_t>(voice);
    for (int i = 0; i < count[v]; ++i) {
      const int key = candidates[v][static_cast<std::size_t>(i)];
      if (voice > 0 && key <= chosen[v - 1]) continue;
      double step = std::abs(key - previous[v]) * (fresh ? 0.35 : 0.8);
      step += 0.1 * std::abs(key - home[v]);  // so that it does not wander off over the hours
      if (voice == 0 && request.bottom >= 0 && key % 12 != request.bottom) step += 5;
      if (voice > 0) step += pair_cost(chosen[v - 1], key, voice == 1, request.open);
      chosen[v] = key;
      descend(voice + 1, cost + step);
    }
  }

  bool run() {
    const int n = request.voices;
    for (int voice = 0; voice < n; ++voice) {
      const auto v = static_cast<std::size_t>(voice);
      count[v] = 0;
      const bool given = voice == n - 1 && request.top >= 0;
      for (int key = std::max(request.lowest, previous[v] - reach);
           key <= std::min(request.highest, previous[v] + reach) && count[v] < 32; ++key) {
        if (given && key != request.top) continue;
        const bool tone =
            std::find(request.tones.begin(), request.tones.end(), key % 12) != request.tones.end();
        if (!tone && !given) continue;
        candidates[v][static_cast<std::size_t>(count[v]++)] = key;
      }
      // Nearest first, so that the bound cuts early.
      std::stable_sort(candidates[v].begin(), candidates[v].begin() + count[v], [&](int a, int b) {
        return std::abs(a - previous[v]) < std::abs(b - previous[v]);
      });
    }
    least = kHuge;
    descend(0, 0);
    return least < kHuge;
  }
};

}  // namespace

std::vector<int> voice(const VoicingRequest& asked, std::span<const int> before) {
  VoicingRequest r = asked;
  r.voices = std::clamp(r.voices, 1, kMostVoices);
  const auto n = static_cast<std::size_t>(r.voices);
  for (const bool fresh : {before.size() < 2, true}) {
    Search search{.request = r};
    search.fresh = fresh;
    const auto from = fresh ? layout(r) : adapted(before, n);
    std::copy(from.begin(), from.end(), search.previous.begin());
    const auto home = layout(r);
    std::copy(home.begin(), home.end(), search.home.begin());
    if (fresh) search.reach = 24;
    if (search.run() || (fresh && (r.top = -1, search.run())))
      return {search.best.begin(), search.best.begin() + static_cast<std::ptrdiff_t>(n)};
  }
  return {};
}

}  // namespace tutti::compose
