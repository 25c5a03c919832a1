#include "engine/instruments/synth.h"

#include "engine/instruments/synth/list.h"

namespace tutti::instruments {

std::span<const SynthInfo> synths() noexcept {
  static const SynthInfo list[] = {synth::kPad,    synth::kChoir, synth::kBell,
                                   synth::kPluck,  synth::kBass,  synth::kFelt,
                                   synth::kGrains, synth::kNoise, synth::kDrums};
  return list;
}

const SynthInfo* find_synth(std::string_view id) noexcept {
  for (const SynthInfo& info : synths()) {
    if (info.id == id) return &info;
  }
  return nullptr;
}

}  // namespace tutti::instruments
