// The network of the Instant separator: bands of a spectrogram, GRUs along time and along bands.
//
// After Luo and Yu, "Music Source Separation with Band-split RNN" (IEEE/ACM TASLP 2023), smaller
// and with GRUs: one trunk with four heads. Per frame, each band of the stereo spectrum (compressed
// to the power 0.3) becomes `width` numbers; `blocks` times a GRU along time (same weights for all
// bands) and one along the bands (same for all frames), each after layer norm and with a residual;
// then a head for each stem and band gives a complex mask. The GRUs run both ways; without the one
// that goes backwards in time (causal) the same weights serve a live stream.
//
// In float32, or with the products of bf16 where the machine has them (about 1.6 times the speed;
// what that costs is stated in instant.h). Weights are immutable and shared by any number of
// threads; a Scratch belongs to one thread. Nothing but load() and the constructors of Scratch and
// State allocates. Spectra lie in planes: real and imaginary part of the left channel, then of the
// right, plane() floats apart.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "engine/nn/gru.h"
#include "engine/separate/separator.h"
#include "engine/separate/spectrum_kernels.h"

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
  int band_bins(int band) const {
    return edges[static_cast<std::size_t>(band) + 1] - edges[static_cast<std::size_t>(band)];
  }
  int plane() const { return nn::padded(bins()); }
  int spectra() const { return 4 * plane(); }    // floats of one frame's spectra
  int state() const { return bands() * width; }  // floats of one frame inside the network
};

struct NetworkKernels {
  nn::RecurrentKernels recurrent;
  const SpectrumKernels* spectrum = &spectrum_kernels();
  // Those of WASM and of machines without FMA.
  static NetworkKernels generic() {
    return {{&nn::kGemmGeneric, &nn::kGruGeneric}, &kSpectrumGeneric};
  }
};

class BandSplit {
 public:
  static constexpr int kFramesAtOnce = 16;

  // From the tensors and the metadata "config" that training/separator writes. bad_input with what
  // is wrong. bf16 only with the machine's best kernels.
  static Result<BandSplit> load(const nn::Safetensors&, nn::Precision = nn::Precision::f32,
                                const NetworkKernels& = {});

  const BandSplitShape& shape() const { return shape_; }
  const NetworkKernels& kernels() const { return kernels_; }
  std::size_t bytes() const;  // of the weights

  // For `most_frames` in run().
  class Scratch {
   public:
    Scratch(const BandSplit&, int most_frames);
    std::size_t bytes() const;

   private:
    friend class BandSplit;
    nn::AlignedVector<float> forward, backward, norm, gates, zeros, feature, hidden, planes;
    nn::AlignedVector<std::byte> gemm;
  };
  // The forward GRUs' memory of a live stream.
  struct State {
    explicit State(const BandSplit&);
    void reset() noexcept;
    nn::AlignedVector<float> h;  // [blocks][bands][hidden]
  };

  // Spectra of 1 … kFramesAtOnce frames to the trunk's input x [frames][bands][width].
  void split(const float* spectra, int frames, float* x, Scratch&) const noexcept;
  // All blocks over frames 0 … frames - 1 of x, in place, both ways (or forward only).
  void run(float* x, int frames, bool causal, Scratch&) const noexcept;
  // The same for the next frame of a stream, forward only.
  void advance(float* x, State&, Scratch&) const noexcept;
  // Spectra of the four stems (each [frames][spectra()]) from 1 … kFramesAtOnce frames of x: the
  // masks times the mixture's spectra, and what they leave shared out. Padding becomes 0.
  void estimate(const float* x, const float* spectra, int frames, float* const stems[kStems],
                Scratch&) const noexcept;

 private:
  struct Norm {
    nn::AlignedVector<float> gain, bias;
  };
  struct Path {  // one of the two parts of a block
    Norm norm;
    nn::Gru forward, backward;
    nn::GemmMatrix out;
  };
  struct Head {
    Norm norm;
    nn::GemmMatrix in, out;
  };
  struct Block {
    Path time, band;
  };
  Result<Norm> load_norm(const nn::Safetensors&, const std::string& name) const;
  Result<Path> load_path(const nn::Safetensors&, const std::string& name, nn::Precision) const;
  Result<nn::GemmMatrix> load_split(const nn::Safetensors&, int band, nn::Precision) const;
  Result<Head> load_head(const nn::Safetensors&, int stem, int band, nn::Precision) const;
  void normalise(const Norm&, const float* x, nn::Stride stride, int rows,
                 float* out) const noexcept;
  void time_path(const Path&, float* x, int frames, bool causal, Scratch&) const noexcept;
  void time_step(const Path&, float* x, float* h, Scratch&) const noexcept;
  void band_path(const Path&, float* x, int frames, Scratch&) const noexcept;
  void mask(const float* x, const float* spectra, int frames, int stem, float* out,
            Scratch&) const noexcept;

  BandSplitShape shape_;
  NetworkKernels kernels_;
  std::vector<nn::GemmMatrix> splits_;
  std::vector<Block> blocks_;
  std::vector<Head> heads_;  // [stem][band]
};

}  // namespace tutti::separate
