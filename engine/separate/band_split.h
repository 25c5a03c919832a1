// The network of the Instant separator: bands of a spectrogram, GRUs along time and along bands.
//
// After Luo and Yu, "Music Source Separation with Band-split RNN" (IEEE/ACM TASLP 2023), smaller
// and with GRUs: one trunk with four heads. Per frame, each band of the stereo spectrum (compressed
// to the power 0.3) becomes `width` numbers; `blocks` times a GRU along time (same weights for all
// bands) and one along the bands (same for all frames), each after layer norm and with a residual;
// then a head for each stem and band gives a complex mask. The GRUs run both ways; without the one
// that goes backwards in time (causal) the same weights serve a live stream.
//
// Weights are immutable and shared by any number of threads; a Scratch belongs to one thread.
// Nothing but load() and the constructors of Scratch and State allocates. Spectra lie in planes:
// real and imaginary part of the left channel, then of the right, plane() floats apart.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "engine/nn/gru.h"
#include "engine/separate/separator.h"

namespace tutti::separate {

struct BandSplitShape {
  int rate = 0;               // Hz
  int window = 0, hop = 0;    // frames; hop = window / 2
  int width = 0, hidden = 0;  // multiples of nn::kLanes
  int blocks = 0, head = 0;
  float scale = 1;         // what the spectrum is divided by
  std::vector<int> edges;  // first bin of each band; the last is window / 2 + 1

  int bins() const { return window / 2 + 1; }
  int bands() const { return static_cast<int>(edges.size()) - 1; }
  int plane() const { return nn::padded(bins()); }
  int frame() const { return 4 * plane(); }      // floats of one frame's spectra
  int state() const { return bands() * width; }  // floats of one frame inside the network
};

class BandSplit {
 public:
  static constexpr int kFramesAtOnce = 16;

  // From the tensors and the metadata "config" that training/separator writes. bad_input with what
  // is wrong.
  static Result<BandSplit> load(const nn::Safetensors&, const nn::RowKernels& = nn::row_kernels());

  const BandSplitShape& shape() const { return shape_; }
  const nn::RowKernels& kernels() const { return *kernels_; }
  std::size_t bytes() const;

  class Scratch {
   public:
    explicit Scratch(const BandSplitShape&, int most_frames);
    static std::size_t bytes(const BandSplitShape&, int most_frames);

   private:
    friend class BandSplit;
    std::vector<float> forward, norm, gates, states, feature, hidden, out;
  };
  // The forward GRUs' memory of a live stream.
  struct State {
    explicit State(const BandSplitShape&);
    void reset() noexcept;
    std::vector<float> h;  // [blocks][bands][hidden]
  };

  // Spectra of 1 … kFramesAtOnce frames to the trunk's input x [frames][bands][width].
  void split(const float* spectra, int frames, float* x, Scratch&) const noexcept;
  // All blocks over frames 0 … frames - 1 of x, in place, both ways (or forward only).
  void run(float* x, int frames, bool causal, Scratch&) const noexcept;
  // The same for the next frame of a stream, forward only.
  void advance(float* x, State&, Scratch&) const noexcept;
  // Spectra of the stem from 1 … kFramesAtOnce frames of x: the mask times the mixture's.
  void estimate(const float* x, const float* spectra, int frames, int stem, float* stem_spectra,
                Scratch&) const noexcept;

 private:
  struct Norm {
    std::vector<float> gain, bias;
  };
  struct Path {  // one of the two parts of a block
    Norm norm;
    nn::Gru forward, backward;
    nn::Dense out_forward, out_backward;
  };
  struct Head {
    Norm norm;
    nn::Dense in, out;
  };
  struct Block {
    Path time, band;
  };
  static Result<Path> load_path(const nn::Safetensors&, const std::string& name,
                                const BandSplitShape&);
  void time_path(const Path&, float* x, int frames, bool causal, Scratch&) const noexcept;
  void band_path(const Path&, float* x, int frames, Scratch&) const noexcept;

  BandSplitShape shape_;
  const nn::RowKernels* kernels_ = nullptr;
  std::vector<nn::Dense> splits_;
  std::vector<Block> blocks_;
  std::vector<Head> heads_;  // [stem][band]
};

}  // namespace tutti::separate
