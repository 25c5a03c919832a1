#include <algorithm>
#include <array>
#include <initializer_list>

#include "engine/compose/composer.h"

namespace tutti::compose {
namespace {

struct QualityRow {
  std::string_view suffix;
  std::initializer_list<int> intervals;
};

const QualityRow& row_of(Quality q) {
  static constexpr int kCount = static_cast<int>(Quality::minor_add9) + 1;
  static const std::array<QualityRow, kCount> kRows = {{
      {"", {0, 4, 7}},
      {"m", {0, 3, 7}},
      {"dim", {0, 3, 6}},
      {"aug", {0, 4, 8}},
      {"sus2", {0, 2, 7}},
      {"sus4", {0, 5, 7}},
      {"maj7", {0, 4, 7, 11}},
      {"m7", {0, 3, 7, 10}},
      {"7", {0, 4, 7, 10}},
      {"m7b5", {0, 3, 6, 10}},
      {"dim7", {0, 3, 6, 9}},
      {"add9", {0, 4, 7, 2}},
      {"m(add9)", {0, 3, 7, 2}},
  }};
  return kRows[std::min<std::size_t>(static_cast<std::size_t>(q), kCount - 1)];
}

std::string pitch_name(int pitch_class, score::Key key) {
  std::string name = score::note_name(60 + ((pitch_class % 12) + 12) % 12, key);
  while (!name.empty() && ((name.back() >= '0' && name.back() <= '9') || name.back() == '-'))
    name.pop_back();
  return name;
}

}  // namespace

std::string_view name_of(Section section) noexcept {
  switch (section) {
    case Section::opening:
      return "opening";
    case Section::theme:
      return "theme";
    case Section::variation:
      return "variation";
    case Section::lift:
      return "lift";
    case Section::calm:
      return "calm";
    case Section::close:
      return "close";
  }
  return "theme";
}

std::string name_of(const Chord& chord, score::Key key) {
  std::string name = pitch_name(chord.root, key);
  name += row_of(chord.quality).suffix;
  if (chord.bass != chord.root) name += "/" + pitch_name(chord.bass, key);
  return name;
}

std::vector<int> pitch_classes(const Chord& chord) {
  std::vector<int> out;
  for (const int interval : row_of(chord.quality).intervals)
    out.push_back((((chord.root + interval) % 12) + 12) % 12);
  return out;
}

}  // namespace tutti::compose
