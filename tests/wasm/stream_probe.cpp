// stream_probe.wasm: a stretch of an endless channel, for the test that holds WASM to the native
// samples. Not part of the page.
#include <algorithm>

#include "engine/stream/channel.h"
#include "wasm/exports.h"

// Gives planar stereo floats of frames [from, from + frames) of the log, in blocks of `block`.
TUTTI_EXPORT(stream_render)
int tutti_stream_render(const char* log, std::size_t log_size, const std::byte* weights,
                        std::size_t weights_size, double from, int frames, int block) {
  auto read = tutti::stream::read_log(tutti::wasm::text_at(log, log_size));
  if (!read) return tutti::wasm::give(read.error());
  tutti::stream::Materials materials;
  if (weights_size > 0) {
    auto model = tutti::compose::MelodyModel::load(tutti::wasm::bytes_at(weights, weights_size));
    if (!model) return tutti::wasm::give(model.error());
    materials.melody = *model;
  }
  auto channel = tutti::stream::Channel::at(materials, *read, static_cast<std::int64_t>(from));
  std::vector<float> samples(2 * static_cast<std::size_t>(frames));
  float* left = samples.data();
  float* right = left + frames;
  for (int at = 0; at < frames; at += block)
    channel.render(left + at, right + at, std::min(block, frames - at));
  return tutti::wasm::give(std::span<const float>(samples));
}
