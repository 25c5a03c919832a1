// Our scores against those that mir_eval itself gave for its own fixtures.
#include <cmath>
#include <cstdlib>

#include "engine/analysis/evaluate.h"
#include "rows.h"

namespace tutti::accuracy {
namespace {

using Evaluate = Result<analysis::Scores> (*)(std::string_view, std::string_view);

// The value of "name" in a flat JSON object of numbers and booleans.
bool value_in(const std::string& json, const std::string& name, double& value) {
  const auto at = json.find('"' + name + "\":");
  if (at == std::string::npos) return false;
  const char* text = json.c_str() + at + name.size() + 3;
  while (*text == ' ') ++text;
  if (*text == 't' || *text == 'f')
    value = *text == 't';
  else
    value = std::strtod(text, nullptr);
  return true;
}

void measure(const std::filesystem::path& data, Report& report) {
  struct Task {
    const char *folder, *ending;
    int fixtures, values;
    Evaluate evaluate;
  };
  const Task tasks[] = {{"transcription", ".txt", 5, 14, analysis::evaluate_notes},
                        {"onset", ".txt", 5, 3, analysis::evaluate_onsets},
                        {"beat", ".txt", 5, 10, analysis::evaluate_beats},
                        {"tempo", ".lab", 2, 3, analysis::evaluate_tempo},
                        {"key", ".txt", 5, 1, analysis::evaluate_key},
                        {"chord", ".lab", 5, 15, analysis::evaluate_chords},
                        {"melody", ".txt", 5, 5, analysis::evaluate_melody}};
  for (const Task& task : tasks) {
    double worst = 0;
    int compared = 0;
    const std::string name = std::string("mir_eval ") + task.folder + ", largest difference";
    const auto folder = data / "mir_eval" / "data" / task.folder;
    bool complete = true;
    for (int i = 0; i < task.fixtures && complete; ++i) {
      const std::string number = "0" + std::to_string(2 * i);
      std::string reference, estimate, expected;
      complete = report.read(name, folder / ("ref" + number + task.ending), reference) &&
                 report.read(name, folder / ("est" + number + task.ending), estimate) &&
                 report.read(name, folder / ("output" + number + ".json"), expected);
      if (!complete) break;
      const auto scores = task.evaluate(reference, estimate);
      if (!scores) {
        report.missing(name, scores.error().message);
        complete = false;
        break;
      }
      for (const auto& [key, ours] : *scores) {
        double theirs = 0;
        if (!value_in(expected, key, theirs)) continue;
        worst = std::max(worst, std::fabs(ours - theirs));
        ++compared;
      }
    }
    if (!complete) continue;
    report.figure(name, worst, 1e-6, Better::lower);
    report.check(std::string("mir_eval ") + task.folder + ", values compared",
                 compared == task.fixtures * task.values,
                 std::to_string(compared) + " of " + std::to_string(task.fixtures * task.values));
  }
}

const Registration registered{"scores", measure};

}  // namespace
}  // namespace tutti::accuracy
