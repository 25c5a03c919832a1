// HTDemucs as a whole: one segment in, stems out (see htdemucs.h). Internal to engine/separate.
//
// The plan of memory is fixed when the weights are read: skip connections of all layers, and one
// region that the layers over time, the transformer and the output spectrum use one after the
// other.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "engine/separate/htdemucs_layers.h"
#include "engine/separate/htdemucs_spectrum.h"
#include "engine/separate/htdemucs_transformer.h"
#include "engine/separate/separator.h"

namespace tutti::separate::htdemucs {

struct Settings {
  int heads = 8;
  long segment = 343980;  // frames
  float frequency_embedding = 0.2f;
  Precisions precisions;
  Kernels kernels;
};

// Shown to a test what a layer gave: name as in the published code, `count` rows of `width`
// numbers, `channels` of them used, `pitch` numbers from a group of rows to the next, `groups` of
// them.
struct Stage {
  std::string name;
  const float* data;
  int channels, width;
  long count, groups, pitch;
};
using Watch = std::function<void(const Stage&)>;

class Network {
 public:
  ~Network();
  static Result<std::unique_ptr<Network>> load(const nn::Safetensors&, const Settings&);

  long segment() const { return settings_.segment; }
  const Settings& settings() const { return settings_; }
  std::size_t weight_bytes() const;
  std::size_t workspace_bytes() const;
  std::unique_ptr<Workspace> make_workspace() const;
  // The segment stands in mixture(workspace). `stems` are spans of one length for the frames from
  // `first` on; bit i of `wanted`: stem i (the others stay as they are). Samples are scaled by
  // `level.deviation` and shifted by `level.mean` at the end. `watch` is for tests, or null.
  void run(Workspace&, const StemsOut& stems, long first, unsigned wanted, const SongLevel& level,
           const Watch* watch = nullptr) const;
  // The mixture's two channels of segment() frames, for the caller to fill.
  StereoOut mixture(Workspace&) const;

 private:
  struct Plan;
  struct Memory;
  Network();
  void plan();
  void encode_time(Memory&, const Watch*) const;
  void encode_frequency(Memory&, const Watch*) const;
  void transform(Memory&, const Watch*) const;
  void decode_time(Memory&) const;
  void decode_frequency(Memory&) const;
  void write(Memory&, const StemsOut&, long first, unsigned wanted, const SongLevel&) const;
  Sequence time_skip(Memory&, std::size_t layer) const;
  // Row f of a layer's skip connection; rows are skip_pitch() apart.
  Sequence skip(Memory&, std::size_t layer, int f) const;
  long skip_pitch(std::size_t layer) const;

  Settings settings_;
  int depth_ = 0, nfft_ = 4096, frames_ = 0, bottom_ = 0;
  std::vector<int> channels_;  // of the layers
  std::vector<int> bins_;      // rows of the spectrogram before each layer, and after the last
  std::vector<long> lengths_;  // positions of the waveform likewise
  std::vector<Encoder> encoders_, time_encoders_;
  std::vector<Decoder> decoders_, time_decoders_;  // [0] belongs to the outermost layer
  std::vector<float> embedding_;                   // [bins_[1]][padded(channels_[0])]
  nn::GemmMatrix up_[2], down_[2];
  CrossTransformer transformer_;
  std::shared_ptr<const Plan> plan_;
};

}  // namespace tutti::separate::htdemucs
