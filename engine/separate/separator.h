// What every separator of stems is: segments of a song in, drums, bass, other and vocals out.
//
// A song of any length is cut into segments that overlap (native/separation does that, with threads
// and files; wasm/separate.cpp does it on one thread). Each segment is separated on its own,
// weighted with `weight` and added; the sum divided by the sum of weights is the song's stem. The
// weights of a model are read once and shared: `separate` is const, needs a Workspace of its own
// for each thread and depends on nothing but its arguments, so any number of threads give the same
// samples.
//
// Units: samples in [-1, 1] (more is allowed), planar float32 at rate(), two channels (a mono song
// is given twice). Stems sum to the segment within rounding.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "engine/base/result.h"

namespace tutti::separate {

inline constexpr int kStems = 4;
inline constexpr int kChannels = 2;

enum class Stem { drums, bass, other, vocals };
inline constexpr std::array<std::string_view, kStems> kStemNames = {"drums", "bass", "other",
                                                                    "vocals"};

using StereoIn = std::array<std::span<const float>, kChannels>;
using StereoOut = std::array<std::span<float>, kChannels>;
using StemsOut = std::array<StereoOut, kStems>;

// What a model needs to know of the whole song before its segments; most need nothing.
struct SongLevel {
  float mean = 0.0f;       // of the mono mixture (mean of the channels)
  float deviation = 1.0f;  // its standard deviation
};

class Workspace {
 public:
  virtual ~Workspace() = default;
};

class Separator {
 public:
  virtual ~Separator() = default;

  virtual std::string_view name() const = 0;     // "instant", "classical", "htdemucs" …
  virtual std::string_view version() const = 0;  // of the weights or the method: part of cache keys
  virtual int rate() const = 0;                  // Hz
  virtual std::int64_t segment() const = 0;      // frames heard at once, at most
  virtual std::int64_t overlap() const = 0;      // frames that neighbouring segments share
  virtual bool needs_level() const { return false; }
  // Of frame `at` of a segment of `frames` frames (the last one of a song may be shorter).
  virtual float weight(std::int64_t at, std::int64_t frames) const = 0;
  virtual std::size_t workspace_bytes() const = 0;
  virtual std::unique_ptr<Workspace> make_workspace() const = 0;

  // All spans have one length in 1 … segment(). Allocates nothing beyond the workspace.
  virtual Result<void> separate(StereoIn mixture, StemsOut stems, Workspace&,
                                const SongLevel& = {}) const = 0;
};

}  // namespace tutti::separate
