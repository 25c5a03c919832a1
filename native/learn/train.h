// What `tutti-train` can train; each returns the exit status.
#pragma once

#include <string>
#include <vector>

namespace tutti::learn {

struct MelodyTraining {
  std::string data;  // folder with midi_corpus
  std::string out = "models/melody.safetensors";
  std::string state;  // folder for going on later; empty: none is kept
  int width = 128, layers = 4, heads = 4;
  int steps = 2000, batch = 12, length = 256;
  double rate = 2e-3, decay = 0.1, dropout = 0.15;
  unsigned long long seed = 1;
};
int train_melody(const MelodyTraining&);

// Writes the network's scores of the probe (measure.h) as text: the weights' SHA-256, then a line
// of numbers a token.
int probe_melody(const std::string& model, const std::string& out);

struct SeparatorTraining {
  std::vector<std::string> data;  // folders of songs of stems (separator_mix.h)
  std::string out = "models/instant.safetensors";
  std::string state;  // folder for going on later; empty: none is kept
  // What the file says of its material.
  std::string material =
      "songs made up by tutti-train separator-songs: free SoundFonts and drums, speech of free "
      "programs, Vocadito (Bittner et al. 2021, CC BY 4.0)";
  std::string from;    // weights to begin with, where there is no state
  std::string checks;  // folder of songs to score; names before '-' are groups
  int width = 64, hidden = 64, blocks = 5, head = 128, items = 4, threads = 1;
  int fresh = -1;        // the stem whose heads begin anew; -1: none
  double seconds = 3;    // an item
  double budget = 5400;  // of wall time in all, 0: only score and write what `state` holds
  double every = 600;    // seconds between scores
  double rate = 1e-3, decay = 0.01, clip = 1, mean = 0.998;
  double causal = 0.3;  // of the items may not look ahead
  unsigned long long seed = 1;
};
int train_separator(const SeparatorTraining&);

// A small random network with an input and its answers, as safetensors: the test that holds
// engine/separate to LibTorch.
int probe_separator(const std::string& out);

}  // namespace tutti::learn
