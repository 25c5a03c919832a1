// transcribe.wasm: a recording to notes, in a Web Worker.
#include "engine/analysis/pitch.h"
#include "engine/transcribe/hum.h"
#include "wasm/exports.h"
#include "wasm/hum_bytes.h"

namespace {

// The host's ear: 0 asks for cancellation.
__attribute__((import_module("env"), import_name("progress"))) extern "C" int tutti_progress(
    double fraction, const char* sentence, std::size_t size);

const tutti::Progress host_progress = [](double fraction, std::string_view sentence) {
  return tutti_progress(fraction, sentence.data(), sentence.size()) != 0;
};

}  // namespace

// Gives the bytes of hum_bytes.h. tempo, numerator and denominator are 0 when they are to be found.
TUTTI_EXPORT(transcribe)
int tutti_transcribe(const float* mono, std::size_t frames, double rate, double tempo,
                     int numerator, int denominator, double grid) {
  tutti::transcribe::HumOptions options;
  options.tempo = tempo;
  options.numerator = numerator;
  options.denominator = denominator;
  if (grid > 0) options.grid = grid;
  const auto hum = tutti::transcribe::transcribe_hum({mono, frames}, rate, options, host_progress);
  if (!hum) return tutti::wasm::give(hum.error());
  return tutti::wasm::give(tutti::wasm::encode_hum(*hum));
}

// Gives three floats a hop (Hz or 0, voicing 0 … 1, level in dBFS) for a stretch of live sound.
TUTTI_EXPORT(listen)
int tutti_listen(const float* mono, std::size_t frames, double rate) {
  const auto track = tutti::analysis::track_voice({mono, frames}, rate);
  if (!track) return tutti::wasm::give(track.error());
  std::vector<float> values;
  values.reserve(track->frames() * 3);
  for (std::size_t i = 0; i < track->frames(); ++i) {
    values.push_back(track->hz[i]);
    values.push_back(track->voicing[i]);
    values.push_back(track->level[i]);
  }
  return tutti::wasm::give(std::span<const float>(values));
}

// Seconds between the values that listen gives.
TUTTI_EXPORT(listen_hop) double tutti_listen_hop() {
  return tutti::analysis::kHopSeconds;
}
