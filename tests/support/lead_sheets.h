// Lead sheets (melody with chords) of public-domain songs as pieces, for measuring beside our own.
//
// Reads OpenEWLD as JSON lines: "time", "key_fifths", "notes" [start, duration, key] and "chords"
// [start, root, kind], in quarter notes. Only songs in four (4/4, 2/2) of at least 16 bars.
#pragma once

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/json.h"
#include "engine/compose/statistics.h"

namespace tutti::tests {

inline bool lead_sheet_chord(const json::array& row, compose::TuneChord& out) {
  using compose::Quality;
  static constexpr std::pair<std::string_view, Quality> kKinds[] = {
      {"major", Quality::major},
      {"major-sixth", Quality::major},
      {"minor", Quality::minor},
      {"minor-sixth", Quality::minor},
      {"minor-seventh", Quality::minor7},
      {"minor-ninth", Quality::minor7},
      {"major-seventh", Quality::major7},
      {"dominant", Quality::dominant7},
      {"dominant-ninth", Quality::dominant7},
      {"dominant-13th", Quality::dominant7},
      {"diminished", Quality::diminished},
      {"diminished-seventh", Quality::diminished7},
      {"half-diminished", Quality::half_diminished7},
      {"augmented", Quality::augmented},
      {"augmented-seventh", Quality::augmented},
      {"suspended-fourth", Quality::sus4}};
  if (row.size() < 3 || !row[1].is_string() || !row[2].is_string()) return false;
  if (!json_get(&row[0], out.start)) return false;
  const std::string root(row[1].as_string());
  constexpr std::string_view kLetters = "C D EF G A B";
  const auto letter = kLetters.find(root.empty() ? '?' : root[0]);
  if (letter == std::string_view::npos) return false;
  int pitch = static_cast<int>(letter);
  for (std::size_t i = 1; i < root.size(); ++i) pitch += root[i] == '#' ? 1 : -1;
  const std::string kind(row[2].as_string());
  for (const auto& [name, quality] : kKinds)
    if (name == kind) {
      out.chord = {(pitch + 12) % 12, quality, (pitch + 12) % 12};
      return true;
    }
  return false;
}

inline std::vector<compose::Piece> lead_sheets(const std::filesystem::path& path) {
  std::vector<compose::Piece> pieces;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    const auto parsed = parse_json(line);
    if (!parsed) continue;
    const json::value* time = json_find(*parsed, "time");
    const json::value* notes = json_find(*parsed, "notes");
    const json::value* chords = json_find(*parsed, "chords");
    double fifths = 0;
    if (!time || !time->is_string() || (time->as_string() != "4/4" && time->as_string() != "2/2") ||
        !json_get(json_find(*parsed, "key_fifths"), fifths) || !notes || !notes->is_array() ||
        !chords || !chords->is_array())
      continue;
    compose::Piece piece;
    for (const auto& row : chords->as_array()) {
      compose::TuneChord chord;
      if (row.is_array() && lead_sheet_chord(row.as_array(), chord)) piece.chords.push_back(chord);
    }
    for (const auto& row : notes->as_array()) {
      double start = 0, duration = 0, key = 0;
      if (!row.is_array() || row.as_array().size() < 3 || !json_get(&row.as_array()[0], start) ||
          !json_get(&row.as_array()[1], duration) || !json_get(&row.as_array()[2], key) ||
          duration <= 0)
        continue;
      piece.notes.push_back({start, duration, static_cast<int>(key)});
      piece.length = std::max(piece.length, start + duration);
    }
    piece.length = 4 * std::ceil(piece.length / 4);
    if (piece.length < 64 || piece.chords.size() < 8 || piece.notes.size() < 32) continue;
    const int major = (static_cast<int>(fifths) * 7 % 12 + 12) % 12;
    const compose::Chord last = piece.chords.back().chord;
    const bool minor = last.root == (major + 9) % 12 && (last.quality == compose::Quality::minor ||
                                                         last.quality == compose::Quality::minor7);
    piece.key = minor ? score::Key{(major + 9) % 12, score::Mode::minor}
                      : score::Key{major, score::Mode::major};
    pieces.push_back(piece);
  }
  return pieces;
}

struct Quartiles {
  double low = 0, middle = 0, high = 0;
};

inline Quartiles quartiles(std::vector<double> values) {
  if (values.empty()) return {};
  std::sort(values.begin(), values.end());
  const auto at = [&](double share) {
    const double place = share * static_cast<double>(values.size() - 1);
    const auto i = static_cast<std::size_t>(place);
    const double next = values[std::min(i + 1, values.size() - 1)];
    return values[i] + (place - static_cast<double>(i)) * (next - values[i]);
  };
  return {at(0.25), at(0.5), at(0.75)};
}

struct Measure {
  const char* name;
  double (*value)(const compose::Statistics&);
};

inline constexpr Measure kMeasures[] = {
    {"chord tones, share of time", [](const compose::Statistics& s) { return s.chord_tones; }},
    {"chord tones on strong beats, share",
     [](const compose::Statistics& s) { return s.strong_chord_tones; }},
    {"scale tones, share of time", [](const compose::Statistics& s) { return s.scale_tones; }},
    {"pitch-class entropy, bits", [](const compose::Statistics& s) { return s.entropy; }},
    {"mean interval, semitones", [](const compose::Statistics& s) { return s.mean_interval; }},
    {"steps, share of intervals", [](const compose::Statistics& s) { return s.steps; }},
    {"two-bar rhythms heard before, share",
     [](const compose::Statistics& s) { return s.repeated_rhythm; }},
    {"two-bar shapes heard before, share",
     [](const compose::Statistics& s) { return s.repeated_shape; }},
    {"notes a bar", [](const compose::Statistics& s) { return s.notes_per_bar; }},
    {"silent bars, share", [](const compose::Statistics& s) { return s.silence; }},
    {"chords a bar", [](const compose::Statistics& s) { return s.chords_per_bar; }},
    {"chord-root entropy, bits", [](const compose::Statistics& s) { return s.chord_entropy; }},
    {"dominants that go home, share", [](const compose::Statistics& s) { return s.dominant_home; }},
    {"eight bars close on I or V, share",
     [](const compose::Statistics& s) { return s.phrase_home; }},
    {"pieces that end at home, share",
     [](const compose::Statistics& s) { return s.ends_home ? 1.0 : 0.0; }},
};

}  // namespace tutti::tests
