// Several SoundFonts seen as one: where a bank and program is looked up.
//
// The page loads one small subset file per program; a render loads one whole file. A Sampler plays
// from whichever of the fonts has the preset. Immutable once shared; thread-safe then.
#pragma once

#include <memory>
#include <vector>

#include "engine/instruments/soundfont.h"

namespace tutti::instruments {

class SoundBank {
 public:
  struct Found {
    const SoundFont* font = nullptr;
    const Preset* preset = nullptr;
    explicit operator bool() const { return preset != nullptr; }
  };

  // `whole` tells a complete SoundFont from a subset: only a whole one may answer for a preset that
  // exists nowhere (see find_or_substitute).
  void add(std::shared_ptr<const SoundFont> font, bool whole);

  bool empty() const { return fonts_.empty(); }
  bool has_whole() const;
  bool holds(const SoundFont* font) const noexcept;

  // Exactly this preset; the font added last wins.
  Found find(PresetId) const noexcept;
  // As find; if absent and a whole font is there, its nearest relative: the same program in bank 0,
  // then the first preset of bank 0; for percussion, kit 0.
  Found find_or_substitute(PresetId) const noexcept;

 private:
  struct Entry {
    std::shared_ptr<const SoundFont> font;
    bool whole;
  };
  std::vector<Entry> fonts_;
};

}  // namespace tutti::instruments
