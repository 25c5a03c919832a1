// What the composer writes, beside public-domain songs: each measure of statistics.h for chapters
// in all styles, as a distance from the songs' middle half.
#include <algorithm>
#include <fstream>
#include <iterator>
#include <memory>
#include <span>

#include "engine/compose/composer.h"
#include "engine/compose/melody_model.h"
#include "rows.h"
#include "tests/support/lead_sheets.h"

namespace tutti::accuracy {
namespace {

using namespace compose;
using Model = std::shared_ptr<const MelodyModel>;

std::vector<Statistics> composed(const Model& model) {
  std::vector<Statistics> out;
  for (int style = 0; style < kStyles; ++style)
    for (int seed = 0; seed < 16; ++seed) {
      Settings settings;
      settings.set(Setting::style, style);
      settings.set(Setting::mode, 5);  // ionian, as the songs
      settings.set(Setting::key, (style * 7 + seed) % 12);
      settings.set(Setting::intensity, 0.5);
      settings.set(Setting::density, 0.6);
      Composer composer(static_cast<std::uint64_t>(seed), seed, model);
      std::vector<Bar> bars;
      for (int i = 0; i < kChapterBars; ++i) bars.push_back(composer.next(settings));
      out.push_back(statistics_of(melody_of(bars)));
    }
  return out;
}

double median_of(const std::vector<Statistics>& pieces, const tests::Measure& measure) {
  std::vector<double> values;
  for (const Statistics& s : pieces) values.push_back(measure.value(s));
  return tests::quartiles(values).middle;
}

// How far outside the middle half, in its widths; 0 within.
double outside(double value, const tests::Quartiles& q) {
  const double width = std::max(q.high - q.low, 1e-3);
  return std::max({0.0, (q.low - value) / width, (value - q.high) / width});
}

void rows_of(const std::string& who, const std::vector<Statistics>& pieces,
             const std::vector<Statistics>& songs, Report& report) {
  double strong = 1;
  for (const Statistics& s : pieces) strong = std::min(strong, s.strong_chord_tones);
  report.figure(who + ": chord tones on strong beats, least share of a chapter", strong, 1);
  for (const auto& measure : tests::kMeasures) {
    std::vector<double> values;
    for (const Statistics& s : songs) values.push_back(measure.value(s));
    const auto q = tests::quartiles(values);
    const double ours = median_of(pieces, measure);
    char detail[96];
    std::snprintf(detail, sizeof detail, "songs: %.3f to %.3f", q.low, q.high);
    const std::string name = who + ": " + measure.name;
    report.info(name, ours, detail);
    // Room to breathe and strong beats on the chord are a choice: shown, not held to the songs.
    const std::string_view what = measure.name;
    if (what == "silent bars, share" || what == "chord tones on strong beats, share" ||
        what == "notes a bar" || what == "chords a bar")
      continue;
    report.figure(name + ", outside the songs' middle half, in its widths", outside(ours, q), 0,
                  Better::lower);
  }
}

void measure(const std::filesystem::path& data, Report& report) {
  std::vector<Statistics> songs;
  for (const Piece& piece : tests::lead_sheets(data / "midi_corpus" / "openewld_leadsheets.jsonl"))
    songs.push_back(statistics_of(piece));
  if (songs.size() < 100) return report.missing("public-domain songs", "cannot read them");
  rows_of("by rule", composed({}), songs, report);

  std::string bytes;
  const auto path = std::filesystem::path(TUTTI_ROOT) / "models" / "melody.safetensors";
  if (!report.read("weights of the melodist", path, bytes)) return;
  const auto model = MelodyModel::load(std::as_bytes(std::span(bytes)));
  if (!model) return report.missing("weights of the melodist", model.error().message);
  rows_of("with the melodist", composed(*model), songs, report);
}

const Registration registered{"Composition", measure};

}  // namespace
}  // namespace tutti::accuracy
