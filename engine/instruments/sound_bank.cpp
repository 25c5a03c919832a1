#include "engine/instruments/sound_bank.h"

#include <algorithm>

namespace tutti::instruments {

void SoundBank::add(std::shared_ptr<const SoundFont> font, bool whole) {
  if (font) fonts_.push_back({std::move(font), whole});
}

bool SoundBank::has_whole() const {
  return std::any_of(fonts_.begin(), fonts_.end(), [](const Entry& e) { return e.whole; });
}

bool SoundBank::holds(const SoundFont* font) const noexcept {
  return std::any_of(fonts_.begin(), fonts_.end(),
                     [font](const Entry& e) { return e.font.get() == font; });
}

SoundBank::Found SoundBank::find(PresetId id) const noexcept {
  for (auto entry = fonts_.rbegin(); entry != fonts_.rend(); ++entry) {
    if (const Preset* preset = entry->font->find(id)) return {entry->font.get(), preset};
  }
  return {};
}

SoundBank::Found SoundBank::find_or_substitute(PresetId id) const noexcept {
  if (const Found found = find(id)) return found;
  if (!has_whole()) return {};
  if (id.bank == kDrumBank) return find({kDrumBank, 0});
  if (const Found found = find({0, id.program})) return found;
  for (int program = 0; program < 128; ++program) {
    if (const Found found = find({0, program})) return found;
  }
  return {};
}

}  // namespace tutti::instruments
