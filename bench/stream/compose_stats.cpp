// What the composer writes, counted beside public-domain songs: a table of statistics.
//
// bench_compose_stats [lead sheets as JSON lines] [weights of the melody model]. Without songs only
// our own columns are printed. Each piece of ours is a chapter of 64 bars.
#include <chrono>
#include <cstdio>
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
      const auto begin = std::chrono::steady_clock::now();
      const Bar bar = with.next(settings);
      const double ms =
          std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin)
              .count();
      const bool may = bar.section == Section::theme || bar.section == Section::variation ||
                       bar.section == Section::lift;
      if (may && i % kSectionBars == 0) slowest = std::max(slowest, ms), total += ms, ++phrases;
      differs = differs || bar.notes != rules[static_cast<std::size_t>(i)].notes;
      if (may && i % kSectionBars == kSectionBars - 1) ++asked, taken += differs;
      if (i % kSectionBars == kSectionBars - 1) differs = false;
    }
  }
  std::printf("\nphrases from the model: %d of %d sections; %.1f ms a phrase, slowest %.1f\n",
              taken, asked, total / phrases, slowest);
}

void print(const char* title, const std::vector<Statistics>& pieces) {
  std::printf("\n%s (%zu pieces): quartiles\n", title, pieces.size());
  for (const auto& measure : tests::kMeasures) {
    std::vector<double> values;
    for (const Statistics& s : pieces) values.push_back(measure.value(s));
    const auto q = tests::quartiles(values);
    std::printf("  %-38s %7.3f %7.3f %7.3f\n", measure.name, q.low, q.middle, q.high);
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 1) {
    std::vector<Statistics> songs;
    for (const Piece& piece : tests::lead_sheets(argv[1])) songs.push_back(statistics_of(piece));
    print("public-domain songs", songs);
  }
  Model model;
  if (argc > 2) {
    std::ifstream file(argv[2], std::ios::binary);
    const std::vector<char> bytes{std::istreambuf_iterator<char>(file), {}};
    const auto loaded = MelodyModel::load(std::as_bytes(std::span(bytes)));
    if (!loaded) {
      std::fprintf(stderr, "%s\n", loaded.error().message.c_str());
      return 3;
    }
    model = *loaded;
    print_model(model);
  }
  for (int style = 0; style < kStyles; ++style) {
    Settings settings;
    settings.set(Setting::style, style);
    settings.set(Setting::intensity, 0.5);
    settings.set(Setting::density, 0.6);
    for (const int mode : {5, 0}) {
      settings.set(Setting::mode, mode);
      const std::string title = "composed: " + value_to_text(Setting::style, style) + ", " +
                                value_to_text(Setting::mode, mode);
      print(title.c_str(), chapters(settings, 40, model));
    }
  }
  // Speed, one thread.
  const auto begin = std::chrono::steady_clock::now();
  int bars = 0;
  std::size_t notes = 0;
  for (int style = 0; style < kStyles; ++style) {
    Settings settings;
    settings.set(Setting::style, style);
    settings.set(Setting::intensity, 0.8);
    Composer composer(1, 0);
    for (int i = 0; i < 5000; ++i, ++bars) notes += composer.next(settings).notes.size();
  }
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  std::printf("\n%d bars, %zu notes: %.1f us a bar\n", bars, notes, 1e6 * seconds / bars);
}
