// A plan to sound, faster than real time: what the page plays is what is written here.
//
// The engine's own player runs from the first tick until the last note has died away, in blocks,
// and hands each to a sink (usually a files::AudioWriter). The samples are the same on every
// machine, for every block size and number of threads. Memory does not grow with the length:
// recordings may come from a disk (disk_audio.h). Blocking; call from any thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "engine/base/progress.h"
#include "engine/base/result.h"
#include "engine/dsp/loudness.h"
#include "engine/graph/audio_source.h"
#include "engine/graph/plan.h"
#include "native/files/audio_buffer.h"

namespace tutti::render {

// What a plan's nodes play. A SoundFont is named "sf:<id>", a clip as its node names it (the
// SHA-256 of its recording); graph/player.h has the rules. The memory must outlive the render.
struct Resource {
  std::string name;
  std::span<const std::byte> soundfont;  // SF2; empty for a clip
  const files::AudioBuffer* clip = nullptr;
  std::shared_ptr<const graph::AudioSource> audio = nullptr;  // instead: a DiskAudio, say
};

struct RenderOptions {
  int rate = 48000;                 // 8000 … 192000
  int block = 1024;                 // 1 … 4096; does not change the samples
  double tail_seconds = 20;         // at most, after the end of the last note
  double silence_db = -90;          // the tail ends when what rings stays under this
  double limit_seconds = 4 * 3600;  // longer songs are an error (too_large)
  double gain_db = 0;               // master, on top of the plan's
  double ceiling_db = -1;           // of the true-peak limiter, dBTP
  bool limiter = true;
  bool measure = true;  // RenderReport::loudness
  int threads = 1;      // 0: as many as there are cores
  double from_seconds = 0;
  double to_seconds = 0;        // 0: to the end and as long as it rings; else exactly there
  std::int64_t end_frames = 0;  // where the song ends, in frames of its own; 0: the plan's end
  bool keep_bad = false;  // go on with silence where samples are not numbers, instead of failing
  // Nodes whose sound behind the fader the stem sink gets; unknown ones are silent.
  std::vector<std::uint64_t> stems;
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

Loudness loudness_of(const dsp::LoudnessReport&);

struct RenderReport {
  std::uint64_t frames = 0;
  double seconds = 0;      // of sound
  double cpu_seconds = 0;  // of all threads, the sinks included
  double wall_seconds = 0;
  double realtime_factor = 0;  // seconds of sound a second of processor
  Loudness loudness;
  std::vector<std::string> missing;   // resources that nobody brought, by name
  std::vector<std::string> warnings;  // missing resources and the like, as sentences
};

// Stereo float32, `frames` at a time; an error ends the render.
using Sink = std::function<Result<void>(const float* left, const float* right, int frames)>;

// The same for a stem: which of RenderOptions::stems, then its sound. As many frames as the mix
// has.
using StemSink = std::function<Result<void>(std::size_t stem, const float* left, const float* right,
                                            int frames)>;

// Resources that are missing or cannot be read are warnings if anything sounds without them.
// A recording with samples that are not numbers is bad_input, naming it.
// Errors: missing_part when the plan has notes and no SoundFont at all was given, bad_input for an
// unreadable SoundFont, too_large, cancelled, and the sink's own.
Result<RenderReport> render(const graph::Plan&, std::span<const Resource>, const RenderOptions&,
                            const Sink&, const Progress& = {}, const StemSink& = {});

}  // namespace tutti::render
