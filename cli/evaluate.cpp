// `tutti evaluate`: how near an estimate is to a reference, by the definitions of mir_eval.
#include "engine/analysis/evaluate.h"

#include <array>
#include <cstdio>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/evaluate_separation.h"
#include "cli/music_file.h"
#include "engine/base/suggest.h"
#include "native/files/atomic_write.h"

namespace tutti::cli {
namespace {

using Evaluate = Result<analysis::Scores> (*)(std::string_view, std::string_view);

struct Kind {
  const char* name;
  Evaluate evaluate;
};

constexpr std::array<Kind, 7> kKinds = {{
    {"notes", analysis::evaluate_notes},
    {"onsets", analysis::evaluate_onsets},
    {"beats", analysis::evaluate_beats},
    {"tempo", analysis::evaluate_tempo},
    {"key", analysis::evaluate_key},
    {"chords", analysis::evaluate_chords},
    {"melody", analysis::evaluate_melody},
}};

struct Options {
  std::string kind, reference, estimate;
  bool plain = false;
};

Result<Evaluate> evaluate_named(const std::string& name) {
  std::vector<std::string> names;
  for (const auto& kind : kKinds) {
    if (name == kind.name) return kind.evaluate;
    names.emplace_back(kind.name);
  }
  names.emplace_back("separation");
  const std::string near = suggestion(name, names);
  return Error{Code::wrong_usage, "\"" + name + "\" cannot be evaluated.",
               near.empty()
                   ? "Choose notes, onsets, beats, tempo, key, chords, melody or separation."
                   : "Did you mean \"" + near + "\"?"};
}

// A line for each stem, or everything as JSON.
int separation_command(Session& session, const Options& options) {
  std::vector<std::string> warnings;
  auto scores = evaluate_separation(options.reference, options.estimate, options.plain, warnings,
                                    session.progress());
  if (!scores) return session.fail(scores.error());
  session.warn(warnings);
  if (session.json()) return session.print(json::value(std::move(*scores))) ? kDone : kFailed;
  std::string text;
  for (const auto& [name, values] : *scores) {
    if (!values.is_array() || name.find("Frames") != std::string_view::npos) continue;
    text += std::string(name);
    text.append(name.size() < 34 ? 34 - name.size() : 1, ' ');
    for (const auto& value : values.as_array()) {
      char number[32] = "         -";
      double score = 0;
      if (json_get(&value, score)) std::snprintf(number, sizeof number, "%10.3f", score);
      text += value.is_string() ? "  " + std::string(value.as_string()) : number;
    }
    text += "\n";
  }
  return session.print(text) ? kDone : kFailed;
}

int evaluate_command(Session& session, const Options& options) {
  if (options.kind == "separation") return separation_command(session, options);
  auto evaluate = evaluate_named(options.kind);
  if (!evaluate) return session.fail(evaluate.error());
  if (options.reference == "-" && options.estimate == "-") {
    return session.fail({Code::wrong_usage, "Only one of the two can come from standard input.",
                         "Name a file for the other."});
  }
  auto reference = files::read_file(options.reference);
  if (!reference) return session.fail(reference.error());
  auto estimate = files::read_file(options.estimate);
  if (!estimate) return session.fail(estimate.error());
  auto scores = (*evaluate)(text_of(*reference), text_of(*estimate));
  if (!scores) return session.fail(scores.error());
  if (session.json()) {
    json::object answer;
    for (const auto& [name, score] : *scores) answer[name] = score;
    return session.print(json::value(std::move(answer))) ? kDone : kFailed;
  }
  std::string text;
  char line[120];
  for (const auto& [name, score] : *scores) {
    std::snprintf(line, sizeof line, "%-36s %.4f\n", name.c_str(), score);
    text += line;
  }
  return session.print(text) ? kDone : kFailed;
}

}  // namespace

void add_evaluate(CLI::App& root, Session& session) {
  auto* command =
      root.add_subcommand("evaluate", "Score an estimate against a reference, as mir_eval does");
  auto options = std::make_shared<Options>();
  command
      ->add_option("KIND", options->kind,
                   "notes, onsets, beats, tempo, key, chords, melody or separation")
      ->required();
  command
      ->add_option("REF", options->reference,
                   "The reference, in mir_eval's text form; a folder of stems")
      ->required();
  command->add_option("EST", options->estimate, "The estimate, in the same form, or -")->required();
  command->add_flag("--plain", options->plain,
                    "Separation: only SDR and SI-SDR, at once, without mir_eval's filters");
  session.add_json_option(command);
  command->footer(
      "Examples:\n"
      "  tutti evaluate notes truth.txt estimate.txt\n"
      "  tutti transcribe hum.wav -o est.txt && tutti evaluate notes truth.txt est.txt --json\n"
      "  tutti evaluate separation true_stems/ stems/ --json\n\n"
      "Notes are lines of start, end and Hz (or onset, Hz and duration); onsets and beats are "
      "lines\n"
      "of seconds; melody is time and Hz; key is a name; tempo is two tempi and a weight; chords\n"
      "are lines of start, end and a chord such as A:min7 or N.");
  session.on_run(command, [&session, options] { return evaluate_command(session, *options); });
}

}  // namespace tutti::cli
