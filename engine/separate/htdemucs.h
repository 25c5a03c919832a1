// Hybrid Transformer Demucs (version 4), by our own inference.
//
// Two U-nets, one over the waveform and one over the complex spectrogram, joined at the bottom by
// a transformer that looks across: Rouard, Massa, Défossez, "Hybrid Transformers for Music Source
// Separation" (ICASSP 2023, arXiv 2211.08553); Défossez, "Hybrid Spectrogram and Waveform Source
// Separation" (MDX 2021, arXiv 2111.03600). Weights: a safetensors file with the names and shapes
// of the public checkpoints' state_dict, in float32 or float16; the architecture is read from the
// shapes, and from the metadata what shapes do not say ("heads", 8; "segment", frames, 343980;
// "freq_emb", 0.2; "version"). Stems are drums, bass, other, vocals, as these checkpoints have
// them; they sum to the mixture only as nearly as the network was trained to.
//
// A whole song is separated as the authors do it: segments of 7.8 s that share a quarter, weighted
// with a triangle, the song normed by SongLevel before and restored after. A shorter segment is
// heard in the middle of silence.
//
// Numbers: f32 agrees with the reference to some 1e-6 of full scale (machines with fused
// multiply-add and those without differ by as much). bf16 takes less time where the processor
// has AVX-512 BF16, in those layers that bear it; its stems differ from the f32 ones by less than
// -50 dB of their level, and `automatic` takes it where there is one.
//
// For the public model weights take 104 MB (bf16) or 176 MB (f32), tables of positions included,
// and are shared by all threads; a workspace takes workspace_bytes(), 183 MB. separate() allocates
// nothing.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "engine/nn/gemm.h"
#include "engine/nn/norms.h"
#include "engine/separate/separator.h"

namespace tutti::separate {

namespace htdemucs {
class Network;
}

class HtDemucs final : public Separator {
 public:
  enum class Numbers { automatic, f32, bf16 };
  struct Options {
    Numbers numbers = Numbers::automatic;
    std::string name = "htdemucs";
    const nn::GemmKernels* gemm = nullptr;   // null: the best of the machine
    const nn::NormKernels* norms = nullptr;  // likewise
  };

  // `weights`: the bytes of a safetensors file, not needed any more afterwards. bad_input where
  // tensors are missing or do not fit together.
  static Result<std::unique_ptr<HtDemucs>> load(std::span<const std::byte> weights,
                                                const Options& options);
  static Result<std::unique_ptr<HtDemucs>> load(std::span<const std::byte> weights) {
    return load(weights, Options{});
  }
  ~HtDemucs() override;

  std::string_view name() const override { return name_; }
  std::string_view version() const override { return version_; }
  int rate() const override { return 44100; }
  std::int64_t segment() const override;
  std::int64_t overlap() const override;
  bool needs_level() const override { return true; }
  float weight(std::int64_t at, std::int64_t frames) const override;
  std::size_t workspace_bytes() const override;
  std::unique_ptr<Workspace> make_workspace() const override;
  Result<void> separate(StereoIn mixture, StemsOut stems, Workspace&,
                        const SongLevel& = {}) const override;

  // As separate(), for one stem only (a bag of networks, each for its own).
  Result<void> separate_stem(Stem, StereoIn mixture, StereoOut stem, Workspace&,
                             const SongLevel& = {}) const;
  bool uses_bf16() const;
  std::size_t weight_bytes() const;

 private:
  HtDemucs();
  Result<void> run(StereoIn, StemsOut, unsigned wanted, Workspace&, const SongLevel&) const;
  std::unique_ptr<htdemucs::Network> network_;
  std::string name_, version_;
};

// Several networks as one separator, as in htdemucs_ft: stem i comes from network i. They must have
// one architecture. wrong_usage unless there are four.
Result<std::unique_ptr<Separator>> make_htdemucs_bag(
    std::vector<std::unique_ptr<HtDemucs>> networks, std::string name = "htdemucs_ft");

}  // namespace tutti::separate
