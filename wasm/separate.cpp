// separate.wasm: a song to stems, in a Web Worker, piece by piece.
//
// open(), then feed() frames (44.1 kHz stereo) while it takes them and step() while ready(), with
// finish() after the last frame; until done(). Each step gives the next stretch of finished stems.
#include <optional>

#include "engine/separate/blend.h"
#include "engine/separate/classical.h"
#include "engine/separate/instant.h"
#include "engine/separate/segments.h"
#include "wasm/exports.h"

namespace {

struct Session {
  std::unique_ptr<tutti::separate::Separator> separator;
  std::optional<tutti::separate::Segments> segments;
};
Session session;

tutti::Error not_open() {
  return {tutti::Code::wrong_usage, "No separator is open.", "Call open first."};
}

}  // namespace

// Starts a song with the network of these weights (a safetensors file) and the classical separator
// blended, or with the classical
// separator where there are none (size 0). Gives the separator's name and version parted by a zero
// byte. A song that was open is forgotten.
TUTTI_EXPORT(separate_open)
int tutti_separate_open(const std::byte* weights, std::size_t size) {
  session = {};
  if (size == 0) {
    session.separator = tutti::separate::make_classical();
  } else {
    auto loaded = tutti::separate::Instant::load(tutti::wasm::bytes_at(weights, size));
    if (!loaded) return tutti::wasm::give(loaded.error());
    auto blend = tutti::separate::make_blend(std::move(*loaded), tutti::separate::make_classical());
    if (!blend) return tutti::wasm::give(blend.error());
    session.separator = std::move(*blend);
  }
  session.segments.emplace(*session.separator);
  std::string text(session.separator->name());
  text += '\0';
  text += session.separator->version();
  return tutti::wasm::give(std::string_view(text));
}

// The rate that the separator works at, Hz; 0 where none is open.
TUTTI_EXPORT(separate_rate) int tutti_separate_rate() {
  return session.separator ? session.separator->rate() : 0;
}

// How many of the frames were taken: fewer than given when step() must come first. Values in
// [-1, 1]; a mono song is given twice.
TUTTI_EXPORT(separate_feed)
double tutti_separate_feed(const float* left, const float* right, std::size_t frames) {
  if (!session.segments) return 0;
  return static_cast<double>(
      session.segments->feed({std::span(left, frames), std::span(right, frames)}));
}

// The song ends with what was fed.
TUTTI_EXPORT(separate_finish) void tutti_separate_finish() {
  if (session.segments) session.segments->finish();
}

TUTTI_EXPORT(separate_ready) int tutti_separate_ready() {
  return session.segments && session.segments->ready() ? 1 : 0;
}
TUTTI_EXPORT(separate_done) int tutti_separate_done() {
  return session.segments && session.segments->done() ? 1 : 0;
}

// Separates the next segment (6 s of the song at first, then some 20 s at a time). Gives its first
// frame and its frames (two f64), then planes of f32: drums left, drums right, bass, other, vocals.
TUTTI_EXPORT(separate_step) int tutti_separate_step() {
  if (!session.segments) return tutti::wasm::give(not_open());
  auto& segments = *session.segments;
  if (const auto result = segments.separate(); !result) return tutti::wasm::give(result.error());
  const double head[2] = {static_cast<double>(segments.position()),
                          static_cast<double>(segments.frames())};
  std::vector<std::byte> bytes;
  const auto plane = static_cast<std::size_t>(segments.frames()) * sizeof(float);
  bytes.reserve(sizeof head + tutti::separate::kStems * tutti::separate::kChannels * plane);
  const auto append = [&](std::span<const std::byte> more) {
    bytes.insert(bytes.end(), more.begin(), more.end());
  };
  append(std::as_bytes(std::span(head)));
  for (int s = 0; s < tutti::separate::kStems; ++s)
    for (int c = 0; c < tutti::separate::kChannels; ++c) append(std::as_bytes(segments.stem(s, c)));
  return tutti::wasm::give(std::move(bytes));
}

// Gives the memory of the song and of the weights back.
TUTTI_EXPORT(separate_close) void tutti_separate_close() {
  session = {};
}
