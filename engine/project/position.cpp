// Positions between positions: digits after an imagined point, so that there is always room.

#include <algorithm>
#include <string>

#include "engine/project/document.h"

namespace tutti::project {
namespace {

constexpr std::string_view kDigits =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
constexpr std::size_t kBase = kDigits.size();

std::size_t digit_at(std::string_view text, std::size_t i, std::size_t beyond) {
  return i < text.size() ? kDigits.find(text[i]) : beyond;
}

// The part that is digits, without zeros at the end (they change nothing).
std::string_view digits_of(std::string_view text) {
  const std::size_t bad = text.find_first_not_of(kDigits);
  if (bad != text.npos) text = text.substr(0, bad);
  while (!text.empty() && text.back() == '0') text.remove_suffix(1);
  return text;
}

}  // namespace

std::string position_between(std::string_view low, std::string_view high) {
  low = digits_of(low);
  high = digits_of(high);
  bool open = high.empty() || low >= high;  // no upper end
  // What is put behind the last is often followed by more: leave most room there.
  const bool behind_all = open && !low.empty();
  std::string out;
  for (std::size_t i = 0;; ++i) {
    const std::size_t a = digit_at(low, i, 0);
    const std::size_t b = open ? kBase : digit_at(high, i, 0);
    if (a == b) {
      out += kDigits[a];
      continue;
    }
    const std::size_t middle = behind_all ? a + 1 : (a + b) / 2;
    if (middle > a && middle < b) {
      out += kDigits[middle];
      return out;
    }
    out += kDigits[a];
    open = true;  // anything behind this digit lies below `high`
  }
}

}  // namespace tutti::project
