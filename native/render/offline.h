// A plan to sound, faster than real time: what the page plays is what is written here.
//
// The engine's own player runs from the first tick until the last note has died away, in blocks,
// and hands each to a sink (usually a files::AudioWriter). The samples are the same on every
// machine and for every block size. Blocking; call from any thread, one render a thread.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "engine/base/progress.h"
#include "engine/base/result.h"
#include "engine/graph/plan.h"
#include "native/files/audio_buffer.h"

namespace tutti::render {

// What a plan's nodes play. A SoundFont is named "sf:<id>", a clip as its node names it (the
// SHA-256 of its recording); graph/player.h has the rules. The memory must outlive the render.
struct Resource {
  std::string name;
  std::span<const std::byte> soundfont;  // SF2; empty for a clip
  const files::AudioBuffer* clip = nullptr;
};

struct RenderOptions {
  int rate = 48000;                 // 8000 … 192000
  int block = 1024;                 // 1 … 4096; does not change the samples
  double tail_seconds = 20;         // at most, after the end of the last note
  double silence_db = -90;          // the tail ends when what rings stays under this
  double limit_seconds = 4 * 3600;  // longer songs are an error (too_large)
  double gain_db = 0;               // master, on top of the plan's
  double ceiling_db = -1;           // of the true-peak limiter, dBTP
};

// ITU-R BS.1770-4 and EBU R 128: LUFS, LU and dBTP; -infinity for silence.
struct Loudness {
  double integrated = 0;
  double range = 0;
  double momentary_max = 0;
  double short_term_max = 0;
  double true_peak = 0;
  double sample_peak = 0;  // dBFS
};

struct RenderReport {
  std::uint64_t frames = 0;
  double seconds = 0;      // of sound
  double cpu_seconds = 0;  // of this thread, the sink included
  double wall_seconds = 0;
  double realtime_factor = 0;  // seconds of sound a second of processor
  Loudness loudness;
  std::vector<std::string> warnings;  // missing resources and the like, as sentences
};

// Stereo float32, `frames` at a time; an error ends the render.
using Sink = std::function<Result<void>(const float* left, const float* right, int frames)>;

// Resources that are missing or cannot be read are warnings if anything sounds without them.
// Errors: missing_part when the plan has notes and no SoundFont at all was given, bad_input for an
// unreadable SoundFont, too_large, cancelled, and the sink's own.
Result<RenderReport> render(const graph::Plan&, std::span<const Resource>, const RenderOptions&,
                            const Sink&, const Progress& = {});

}  // namespace tutti::render
