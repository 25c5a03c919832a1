#include "engine/base/suggest.h"

#include <algorithm>

namespace tutti {

int edit_distance(std::string_view a, std::string_view b) {
  const std::size_t n = b.size();
  std::vector<int> before(n + 1), last(n + 1), now(n + 1);
  for (std::size_t j = 0; j <= n; ++j) last[j] = static_cast<int>(j);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    now[0] = static_cast<int>(i);
    for (std::size_t j = 1; j <= n; ++j) {
      const int change = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      now[j] = std::min({last[j] + 1, now[j - 1] + 1, change});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        now[j] = std::min(now[j], before[j - 2] + 1);
    }
    before.swap(last);
    last.swap(now);
  }
  return last[n];
}

std::string suggestion(std::string_view word, const std::vector<std::string>& known) {
  std::string best;
  int least = 1 + static_cast<int>(std::max<std::size_t>(word.size(), 3)) / 3;
  for (const auto& candidate : known) {
    // A word somebody began ("trans") is meant whatever its length.
    const bool begun = word.size() >= 3 && candidate.substr(0, word.size()) == word;
    const int distance = begun ? 0 : edit_distance(word, candidate);
    if (distance < least || (distance == least && best.empty())) {
      least = distance;
      best = candidate;
    }
  }
  return best;
}

}  // namespace tutti
