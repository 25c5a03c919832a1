// Songs made up for the separator: drums, bass, other and vocals, each rendered by itself.
//
// A song is a style (drum grid, bass figure, accompaniment), a tempo, chords and a melody (of a
// tune of the collections or made up), instruments of General MIDI SoundFonts or our synthesisers,
// and a singer made from speech; every part goes through a chain of effects with values drawn at
// random. The song depends only on its seed and the material, sample for sample.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "engine/instruments/sound_bank.h"
#include "native/learn/separator_mix.h"
#include "native/learn/separator_voice.h"
#include "native/learn/tunes.h"

namespace tutti::learn {

// Recorded hits of a drum kit and loops of drums, stereo at 44.1 kHz.
struct DrumHit {
  int key = 36;  // General MIDI percussion
  std::vector<float> samples[2];
};
struct DrumLoop {
  double beats = 4;  // quarters
  std::vector<float> samples[2];
};

struct SongMaterial {
  std::vector<std::shared_ptr<const instruments::SoundFont>> fonts;  // with melodic presets
  std::vector<std::shared_ptr<const instruments::SoundFont>> kits;   // with drum presets
  std::vector<std::vector<DrumHit>> hits;                            // kits of recorded hits
  std::vector<DrumLoop> loops;
  std::vector<Speaker> speakers;
  std::vector<Tune> tunes;
};

// `seconds` of music; the four stems sum to what a listener would hear. With `voice_only` the
// others are silent.
FourStems make_song(const SongMaterial&, std::uint64_t seed, double seconds,
                    bool voice_only = false);

}  // namespace tutti::learn
