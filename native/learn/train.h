// What `tutti-train` can train; each returns the exit status.
#pragma once

#include <string>

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

}  // namespace tutti::learn
