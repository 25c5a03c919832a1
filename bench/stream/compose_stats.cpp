// What the composer writes, counted beside public-domain songs: a table of statistics.
//
// bench_compose_stats [weights of the melodist]. Songs are midi_corpus/openewld_leadsheets.jsonl in
// the folder TUTTI_DATA; weights are the shipped ones if none are named. Prints Markdown: medians,
// and the songs' quartiles. Each piece of ours is a chapter of 64 bars.
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "engine/compose/composer.h"
#include "engine/compose/melody_model.h"
#include "engine/compose/setting_text.h"
#include "tests/support/lead_sheets.h"

namespace {

using namespace tutti;
using namespace tutti::compose;

using Model = std::shared_ptr<const MelodyModel>;

// Of this process: others on the machine do not count.
double cpu_seconds() {
  return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

std::vector<Bar> chapter(const Settings& settings, int seed, const Model& model) {
  Composer composer(static_cast<std::uint64_t>(seed) + 100, seed, model);
  std::vector<Bar> bars;
  for (int i = 0; i < kChapterBars; ++i) bars.push_back(composer.next(settings));
  return bars;
}

std::vector<Statistics> chapters(const Settings& settings, int n, const Model& model) {
  std::vector<Statistics> out;
  for (int seed = 0; seed < n; ++seed)
    out.push_back(statistics_of(melody_of(chapter(settings, seed, model))));
  return out;
}

// The share of themes, variations and lifts whose tune is the model's, and its time.
void print_model(const Model& model) {
  Settings settings;
  settings.set(Setting::style, 3);
  int asked = 0, taken = 0, phrases = 0;
  double slowest = 0, total = 0;
  for (int seed = 0; seed < 20; ++seed) {
    Composer with(static_cast<std::uint64_t>(seed) + 100, seed, model);
    const auto rules = chapter(settings, seed, {});
    bool differs = false;
    for (int i = 0; i < kChapterBars; ++i) {
      const double begin = cpu_seconds();
      const Bar bar = with.next(settings);
      const double ms = 1000 * (cpu_seconds() - begin);
      const bool may = bar.section == Section::theme || bar.section == Section::variation ||
                       bar.section == Section::lift;
      if (may && i % kSectionBars == 0) slowest = std::max(slowest, ms), total += ms, ++phrases;
      differs = differs || bar.notes != rules[static_cast<std::size_t>(i)].notes;
      if (may && i % kSectionBars == kSectionBars - 1) ++asked, taken += differs;
      if (i % kSectionBars == kSectionBars - 1) differs = false;
    }
  }
  std::printf(
      "Melodist: %d of %d sections take its phrase; %.1f ms of CPU a phrase, slowest %.1f.\n",
      taken, asked, total / phrases, slowest);
}

std::string cell(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2f", value);
  return text;
}

tests::Quartiles quartiles_of(const std::vector<Statistics>& pieces, const tests::Measure& m) {
  std::vector<double> values;
  for (const Statistics& s : pieces) values.push_back(m.value(s));
  return tests::quartiles(values);
}

struct Column {
  std::string title;
  std::vector<Statistics> pieces;
};

Settings of_style(int style) {
  Settings settings;
  settings.set(Setting::style, style);
  settings.set(Setting::mode, 5);  // ionian, as the songs
  settings.set(Setting::intensity, 0.5);
  settings.set(Setting::density, 0.6);
  return settings;
}

Column all_styles(const char* title, const Model& model) {
  Column column{title, {}};
  for (int style = 0; style < kStyles; ++style)
    for (const Statistics& s : chapters(of_style(style), 16, model)) column.pieces.push_back(s);
  return column;
}

void print_table(const std::vector<Statistics>& songs, const std::vector<Column>& columns) {
  std::printf("| measure | songs, middle half |");
  for (const Column& c : columns) std::printf(" %s |", c.title.c_str());
  std::printf("\n|---|---|");
  for (std::size_t i = 0; i < columns.size(); ++i) std::printf("---|");
  std::printf("\n");
  for (const auto& measure : tests::kMeasures) {
    const auto q = quartiles_of(songs, measure);
    std::printf("| %s | %s |", measure.name,
                songs.empty() ? "-" : (cell(q.low) + " to " + cell(q.high)).c_str());
    for (const Column& c : columns)
      std::printf(" %s |", cell(quartiles_of(c.pieces, measure).middle).c_str());
    std::printf("\n");
  }
}

void print_speed() {
  const double begin = cpu_seconds();
  int bars = 0;
  std::size_t notes = 0;
  for (int style = 0; style < kStyles; ++style) {
    Settings settings;
    settings.set(Setting::style, style);
    settings.set(Setting::intensity, 0.8);
    Composer composer(1, 0);
    for (int i = 0; i < 5000; ++i, ++bars) notes += composer.next(settings).notes.size();
  }
  const double seconds = cpu_seconds() - begin;
  std::printf("By rule: %d bars with %zu notes, %.0f us of CPU a bar.\n", bars, notes,
              1e6 * seconds / bars);
}

}  // namespace

int main(int argc, char** argv) {
  const char* folder = std::getenv("TUTTI_DATA");
  const std::filesystem::path data =
      folder ? folder : std::filesystem::path(TUTTI_ROOT) / "../shared/data";
  std::vector<Statistics> songs;
  for (const Piece& piece : tests::lead_sheets(data / "midi_corpus" / "openewld_leadsheets.jsonl"))
    songs.push_back(statistics_of(piece));

  Model model;
  std::ifstream file(argc > 1 ? argv[1] : TUTTI_ROOT "/models/melody.safetensors",
                     std::ios::binary);
  if (file) {
    const std::vector<char> bytes{std::istreambuf_iterator<char>(file), {}};
    const auto loaded = MelodyModel::load(std::as_bytes(std::span(bytes)));
    if (!loaded) {
      std::fprintf(stderr, "%s\n", loaded.error().message.c_str());
      return 3;
    }
    model = *loaded;
  }

  std::vector<Column> columns = {all_styles("by rule", {})};
  if (model) columns.push_back(all_styles("with the melodist", model));
  for (int style = 0; style < kStyles; ++style)
    columns.push_back({value_to_text(Setting::style, style), chapters(of_style(style), 32, {})});
  print_table(songs, columns);
  std::printf("\n%zu songs in four; 96 chapters in each column of ours, 32 of a style by rule.\n",
              songs.size());
  print_speed();
  if (model) print_model(model);
}
