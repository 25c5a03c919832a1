// The separator that ships with the program: a band-split GRU network (band_split.h) between a
// short-time Fourier transform and its inverse; whole songs, and live.
//
// Each stem's spectrum is a complex mask times the mixture's; what the four leave over is given to
// them by their power, so that they sum to the mixture within rounding (about 1e-6 of full scale).
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>

#include "engine/base/result.h"
#include "engine/separate/band_split.h"
#include "engine/separate/separator.h"

namespace tutti::separate {

// For songs. Segments of about 20 s that share 1.5 s, so that the GRUs have heard enough on either
// side of what counts. A workspace takes workspace_bytes() (13 MB for the shipped network), the
// weights, shared by all threads, 24 MB (12 MB in bf16). With the generic kernels, which WASM has,
// the samples are the same to the bit on every machine; those with fused operations differ by
// rounding, more than 100 dB below the stems, and bf16 by what 8 bits of mantissa leave out, some
// 44 dB below (tests/separate measures both; the SDR of real songs stays the same to 0.01 dB). The
// stems must not overlap the mixture in memory.
class Instant final : public Separator {
 public:
  // `weights`: the bytes of a safetensors file as training/separator writes it; not needed any more
  // afterwards. bad_input where it is not such a file.
  static Result<std::unique_ptr<Instant>> load(std::span<const std::byte> weights,
                                               nn::Precision = nn::Precision::f32,
                                               const NetworkKernels& = {});

  std::string_view name() const override { return "instant"; }
  std::string_view version() const override { return version_; }
  int rate() const override { return network_->shape().rate; }
  std::int64_t segment() const override;
  std::int64_t overlap() const override;
  float weight(std::int64_t at, std::int64_t frames) const override;
  std::size_t workspace_bytes() const override;
  std::unique_ptr<Workspace> make_workspace() const override;
  Result<void> separate(StereoIn mixture, StemsOut stems, Workspace&,
                        const SongLevel& = {}) const override;

  std::shared_ptr<const BandSplit> network() const { return network_; }

 private:
  Instant() = default;
  std::shared_ptr<const BandSplit> network_;
  std::string version_;
  std::int64_t hops_ = 0;  // of a segment
};

// For a stream: the same network without the GRUs that look back from the future, one frame at a
// time. Stems come out latency() frames after the mixture went in, in blocks of any length; the
// samples do not depend on how the stream is cut into blocks. All memory is taken at construction:
// process() never allocates, locks or throws. The work falls on the block that completes a hop
// (window / 2 frames). One object serves one thread at a time; the rate is network->shape().rate.
class LiveInstant {
 public:
  explicit LiveInstant(std::shared_ptr<const BandSplit> network);
  ~LiveInstant();
  LiveInstant(LiveInstant&&) noexcept;
  LiveInstant& operator=(LiveInstant&&) noexcept;

  int latency() const;  // frames: one window (2048, 46 ms)
  void reset() noexcept;
  // All spans have one length, 0 or more; an output may be the input's own memory.
  void process(StereoIn mixture, StemsOut stems) noexcept;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tutti::separate
