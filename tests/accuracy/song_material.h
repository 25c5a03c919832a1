// Songs with known truth, rendered by the engine's own sampler: tunes of the corpus, arranged for a
// band in one of several styles, at any tempo, with swing, drift and human timing.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "engine/analysis/evaluate.h"
#include "engine/analysis/song_analysis.h"
#include "engine/instruments/sound_bank.h"
#include "native/learn/tunes.h"

namespace tutti::accuracy {

inline constexpr int kMaterialRate = 44100;

struct SongMaterial {
  std::string name;                // style, metre, tempo
  std::vector<float> left, right;  // at kMaterialRate
  std::vector<float> voice;        // the melody alone, mono
  std::vector<double> beats, downbeats;
  double tempo = 0;
  int beats_per_bar = 4;
  std::string key;
  std::vector<analysis::ChordSpan> chords;
  std::vector<analysis::MelodyPoint> melody;
  bool drums = false;
};

// The song numbered `index`: the same for the same fonts and tunes, everything else drawn from the
// number. Some 50 s long.
SongMaterial make_song(const std::vector<learn::Tune>& tunes,
                       const std::vector<std::shared_ptr<const instruments::SoundBank>>& banks,
                       int index);

// The General MIDI SoundFonts of the system that are there, TimGM6mb first.
std::vector<std::shared_ptr<const instruments::SoundBank>> material_banks();

}  // namespace tutti::accuracy
