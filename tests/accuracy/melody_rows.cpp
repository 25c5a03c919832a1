// The melody model on tunes that it never saw, beside Markov chains that learned the same tunes;
// and the time of eight bars.
#include <chrono>
#include <cmath>

#include "engine/compose/melody_model.h"
#include "native/files/models.h"
#include "native/learn/measure.h"
#include "rows.h"

namespace tutti::accuracy {
namespace {

using learn::Part;
using learn::Piece;

double tokens_in(const std::vector<Piece>& pieces) {
  double tokens = 0;
  for (const Piece& piece : pieces) tokens += 2 * static_cast<double>(piece.events.size());
  return tokens;
}

// exp of the mean loss over all tokens.
template <class Loss>
double perplexity(const std::vector<Piece>& pieces, const Loss& loss) {
  double sum = 0;
  for (const Piece& piece : pieces) sum += loss(piece);
  return std::exp(sum / tokens_in(pieces));
}

void measure_time(const compose::MelodyModel& model, Report& report) {
  using compose::Quality;
  compose::PhraseRequest request;
  request.key = {9, score::Mode::minor};
  constexpr int kRoots[] = {9, 5, 0, 7, 9, 2, 4, 9};
  for (int bar = 0; bar < 8; ++bar) {
    const bool minor = kRoots[bar] == 9 || kRoots[bar] == 2;
    request.chords.push_back({compose::kBarTicks * bar,
                              compose::kBarTicks,
                              {kRoots[bar], minor ? Quality::minor : Quality::major, kRoots[bar]}});
  }
  double best = 1e9, notes = 0;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    request.seed = seed;
    const auto before = std::chrono::steady_clock::now();
    const auto phrase = model.compose(request);
    const std::chrono::duration<double, std::milli> taken =
        std::chrono::steady_clock::now() - before;
    best = std::min(best, taken.count());
    notes += static_cast<double>(phrase.size()) / 40;
    request.before.clear();
    for (auto note : phrase) {
      note.start = note.start - compose::kBarTicks * 8;
      request.before.push_back(note);
    }
  }
  report.info("melody model, notes in 8 bars at half density", notes, "notes");
  report.info("melody model, 8 bars, least of 40", best, "ms (target 50)");
}

void measure(const std::filesystem::path& data, Report& report) {
  const std::string name = "melody of held-out tunes, perplexity a token, told the place only";
  const auto file = files::read_model(files::kMelodyModel);
  if (!file) return report.missing(name, file.error().message);
  const auto network = learn::melody::Network::load(file->bytes);
  const auto model = compose::MelodyModel::load(file->bytes);
  if (!network || !model) return report.missing(name, file->path + " is no melody model");
  const auto tunes = learn::read_corpus(data.string());
  if (!tunes) return report.missing(name, tunes.error().message);

  const auto parts = learn::split(*tunes);
  std::vector<Piece> training, held, kinds[4];
  for (std::size_t i = 0; i < tunes->size(); ++i) {
    if (parts[i] == Part::validation) continue;
    for (Piece& piece : learn::pieces_of((*tunes)[i])) {
      if (parts[i] == Part::training) {
        training.push_back(std::move(piece));
      } else {
        kinds[static_cast<int>(piece.around.manner)].push_back(piece);
        held.push_back(std::move(piece));
      }
    }
  }
  double best = 1e9;
  for (const bool placed : {false, true}) {
    for (int order = 1; order <= 3; ++order) {
      learn::Markov chain(order, placed);
      for (const Piece& piece : training) chain.learn(piece);
      const double found = perplexity(held, [&](const Piece& p) { return chain.loss(p); });
      best = std::min(best, found);
      report.info("Markov chain of " + std::to_string(order) + " events" +
                      (placed ? ", told the place" : "") + ", perplexity a token",
                  found, "");
    }
  }
  const auto with = [&](const std::vector<Piece>& pieces, learn::Told told) {
    return perplexity(pieces, [&](const Piece& piece) {
      return learn::loss_of(*network, learn::telling(piece, told));
    });
  };
  report.figure(name, with(held, learn::Told::place), best, Better::lower);
  report.figure("melody of held-out tunes, perplexity a token, told chords and density too",
                with(held, learn::Told::all), best, Better::lower);
  constexpr const char* kNames[] = {"", "songs", "lead sheets", "folk tunes"};
  for (int kind = 1; kind < 4; ++kind)
    report.info(std::string("melody of held-out ") + kNames[kind] + ", perplexity a token",
                with(kinds[kind], learn::Told::all), "");
  measure_time(**model, report);
}

const Registration registered{"melody", measure};

}  // namespace
}  // namespace tutti::accuracy
