// A recording through a chain of effects, in bounded memory whatever its length.
//
// Samples come from a reader and go to a sink, at the recording's own rate; what the effects delay
// is taken off the front, so that sound stays where it was, and the end rings on as long as their
// tail says. One channel stays one where every effect takes it, else the sound becomes stereo. More
// than two go in pairs (left and right, centre and low, …) through a row of effects each, an odd
// last one alone. Blocking; one thread at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "engine/base/progress.h"
#include "engine/base/result.h"
#include "engine/dsp/loudness.h"
#include "engine/registry/chain.h"
#include "native/files/audio_buffer.h"
#include "native/files/audio_reader.h"

namespace tutti::render {

struct ThroughEffects {
  std::vector<registry::ChainEffect> chain;  // bypassed effects are left out; may be empty
  // The impulse response a chain names; called once for each name.
  std::function<Result<files::AudioBuffer>(const std::string& name)> impulse;
  int block = 1024;          // 1 … 4096; does not change the samples
  double tail_seconds = 20;  // at most
  bool measure = true;
};

struct ThroughEffectsReport {
  int channels = 2;  // of what came out
  std::uint64_t frames = 0;
  double seconds = 0;
  double cpu_seconds = 0;  // of this thread, reader and sink included
  double wall_seconds = 0;
  double latency_seconds = 0;  // that was taken off
  double realtime_factor = 0;
  dsp::LoudnessReport loudness;  // of what came out, where `measure`
};

// How many channels will come out; before any sound is read. unsupported for more than eight in.
Result<int> channels_through(const std::vector<registry::ChainEffect>&, int channels_in);

// Planar, as many channels as channels_through() says. An error of the sink ends the work. Codes:
// those of the reader, the sink and `impulse`; unsupported, cancelled; bad_input where an effect
// lets something grow beyond all bounds.
using ThroughSink = std::function<Result<void>(const float* const* channels, int frames)>;
Result<ThroughEffectsReport> through_effects(files::AudioReader&, const ThroughEffects&,
                                             const ThroughSink&, const Progress& = {});

}  // namespace tutti::render
