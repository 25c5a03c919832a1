#include "cli/hum_json.h"

#include <cmath>
#include <cstdio>

#include "engine/base/math.h"
#include "engine/score/key.h"

namespace tutti::cli {
namespace {

// Decimal places that say something, so that the text stays short.
double rounded(double value, double steps) {
  return std::floor(value * steps + 0.5) / steps;
}

double seconds_of(const transcribe::Hum& hum, Ticks at) {
  return hum.offset + quarters(at) * 60 / hum.tempo;
}

}  // namespace

json::value json_of(const transcribe::Hum& hum) {
  json::array notes;
  notes.reserve(hum.notes.size());
  for (const auto& note : hum.notes) {
    notes.push_back({{"start", rounded(note.start, 1e6)},
                     {"duration", rounded(note.duration, 1e6)},
                     {"pitch", rounded(note.pitch, 1e4)},
                     {"velocity", rounded(note.velocity, 1e4)},
                     {"confidence", rounded(note.confidence, 1e4)}});
  }
  json::array quantised;
  quantised.reserve(hum.quantised.size());
  for (const auto& note : hum.quantised) {
    quantised.push_back({{"start", rounded(seconds_of(hum, note.start), 1e6)},
                         {"duration", rounded(quarters(note.duration) * 60 / hum.tempo, 1e6)},
                         {"pitch", note.key},
                         {"velocity", rounded(note.velocity / 127.0, 1e4)},
                         {"confidence", rounded(note.confidence, 1e4)},
                         {"beat", rounded(quarters(note.start), 1e6)},
                         {"beats", rounded(quarters(note.duration), 1e6)}});
  }
  json::array hz;
  hz.reserve(hum.f0.size());
  for (const float value : hum.f0) hz.push_back(rounded(static_cast<double>(value), 1e3));
  return {{"notes", std::move(notes)},
          {"quantised", std::move(quantised)},
          {"tempo", rounded(hum.tempo, 1e4)},
          {"key", hum.key},
          {"timeSignature",
           std::to_string(hum.metre.numerator) + "/" + std::to_string(hum.metre.denominator)},
          {"f0", {{"hop", hum.hop}, {"hz", std::move(hz)}}},
          {"tuning", rounded(hum.tuning, 100)},
          {"offset", rounded(hum.offset, 1e6)},
          {"noise", rounded(hum.noise, 10)}};
}

std::string intervals_of(const transcribe::Hum& hum) {
  std::string text;
  char line[80];
  for (const auto& note : hum.notes) {
    std::snprintf(line, sizeof line, "%.6f\t%.6f\t%.4f\n", note.start, note.start + note.duration,
                  math::midi_to_hz(note.pitch));
    text += line;
  }
  return text;
}

std::string table_of(const transcribe::Hum& hum) {
  const auto key = score::key_from_name(hum.key);
  std::string text = "   start  length  note  cents  sure\n";
  char line[80];
  for (const auto& note : hum.notes) {
    const double nearest = std::floor(note.pitch + 0.5);
    const std::string name =
        score::note_name(static_cast<int>(nearest), key.value_or(score::Key{}));
    std::snprintf(line, sizeof line, "%8.3f %7.3f  %-4s %+6.0f %4.0f %%\n", note.start,
                  note.duration, name.c_str(), (note.pitch - nearest) * 100, note.confidence * 100);
    text += line;
  }
  char tail[160];
  std::snprintf(tail, sizeof tail,
                "%zu notes, %s, %.1f quarter notes a minute, %d/%d, tuning %+.0f cents\n",
                hum.notes.size(), hum.key.c_str(), hum.tempo, hum.metre.numerator,
                hum.metre.denominator, hum.tuning);
  return text + tail;
}

}  // namespace tutti::cli
