#include "native/learn/pieces.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>

namespace tutti::learn {
namespace {

constexpr std::uint64_t kBasis = 0xcbf29ce484222325ull;

std::uint64_t mix(std::uint64_t hash, std::uint64_t value) {
  hash ^= value + 0x9e3779b97f4a7c15ull;
  hash *= 0x100000001b3ull;
  return hash ^ hash >> 29;
}

std::uint64_t hash_of(std::string_view text) {
  std::uint64_t hash = kBasis;
  for (const char c : text) hash = mix(hash, static_cast<unsigned char>(c));
  return hash;
}

// Runs of ten intervals, repeated notes left out.
std::set<std::uint64_t> runs_of(const Tune& tune) {
  constexpr std::size_t kRun = 10;
  std::vector<int> steps;
  for (std::size_t i = 1; i < tune.notes.size(); ++i) {
    const int step = tune.notes[i].key - tune.notes[i - 1].key;
    if (step != 0) steps.push_back(step);
  }
  std::set<std::uint64_t> runs;
  for (std::size_t i = 0; i + kRun <= steps.size(); ++i) {
    std::uint64_t hash = kBasis;
    for (std::size_t k = 0; k < kRun; ++k)
      hash = mix(hash, static_cast<std::uint64_t>(steps[i + k] + 128));
    runs.insert(hash);
  }
  return runs;
}

int floor_divide(int a, int n) {
  return (a - (a % n + n) % n) / n;
}

}  // namespace

std::vector<Part> split(std::span<const Tune> tunes) {
  std::vector<std::size_t> group(tunes.size());
  std::iota(group.begin(), group.end(), std::size_t{0});
  const auto leader = [&](std::size_t i) {
    while (group[i] != i) i = group[i] = group[group[i]];
    return i;
  };
  const auto join = [&](std::size_t a, std::size_t b) {
    a = leader(a), b = leader(b);
    group[std::max(a, b)] = std::min(a, b);
  };
  std::map<std::string, std::size_t> sources;
  std::vector<std::set<std::uint64_t>> runs;
  std::unordered_map<std::uint64_t, std::vector<std::size_t>> holders;
  for (std::size_t i = 0; i < tunes.size(); ++i) {
    const auto [at, added] = sources.emplace(tunes[i].id.substr(0, tunes[i].id.find('#')), i);
    if (!added) join(at->second, i);
    runs.push_back(runs_of(tunes[i]));
    for (const std::uint64_t run : runs.back()) holders[run].push_back(i);
  }
  for (std::size_t i = 0; i < tunes.size(); ++i) {
    std::map<std::size_t, std::size_t> shared;
    for (const std::uint64_t run : runs[i]) {
      const auto& list = holders[run];
      if (list.size() > 100) continue;  // a scale, not a melody
      for (const std::size_t j : list)
        if (j < i) ++shared[j];
    }
    for (const auto& [j, n] : shared)
      if (4 * n >= std::min(runs[i].size(), runs[j].size())) join(i, j);
  }
  std::vector<Part> parts(tunes.size());
  for (std::size_t i = 0; i < tunes.size(); ++i) {
    const std::string& id = tunes[leader(i)].id;
    const std::uint64_t place = (hash_of(id.substr(0, id.find('#'))) >> 16) % 100;
    parts[i] = place < 10 ? Part::held_out : place < 14 ? Part::validation : Part::training;
  }
  return parts;
}

std::vector<Piece> pieces_of(const Tune& tune) {
  std::vector<Piece> pieces;
  std::size_t begin = 0;
  const auto finish = [&](std::size_t end) {
    if (end - begin < 8) return;
    const std::span<const Note> notes(tune.notes.data() + begin, end - begin);
    Piece piece;
    const int within = (notes[0].start % tune.bar + tune.bar) % tune.bar;
    int bar0 = floor_divide(notes[0].start, tune.bar);
    if (2 * within >= tune.bar) ++bar0;
    const int shift = bar0 * tune.bar;
    std::vector<int> keys;
    for (const Note& note : notes) keys.push_back(note.key);
    std::nth_element(keys.begin(), keys.begin() + static_cast<std::ptrdiff_t>(keys.size() / 2),
                     keys.end());
    const int tonic = melody::tonic_below(tune.tonic, keys[keys.size() / 2]);
    std::vector<melody::TuneNote> relative;
    for (const Note& note : notes)
      relative.push_back({note.start - shift, note.duration, note.key - tonic});
    const int last = relative.back().start + relative.back().duration;
    auto& around = piece.around;
    around.metre = tune.metre;
    around.bar = tune.bar;
    around.tonality = tune.minor ? melody::Tonality::minor : melody::Tonality::major;
    around.manner = tune.manner;
    for (const Chord& chord : tune.chords) {
      melody::TuneChord c{chord.start - shift,
                          chord.root < 0 ? -1 : (chord.root - tune.tonic + 12) % 12, 0};
      for (int i = 0; i < 12; ++i)
        if ((chord.tones >> i & 1) != 0 && c.root >= 0)
          c.tones = static_cast<std::uint16_t>(c.tones | 1 << (c.root + i) % 12);
      around.chords.push_back(c);
    }
    for (int block = 0; block * 8 * tune.bar < std::max(last, 1); ++block) {
      const int from = block * 8 * tune.bar, to = std::min(from + 8 * tune.bar, last);
      const auto n = std::count_if(relative.begin(), relative.end(), [&](const auto& note) {
        return note.start >= from && note.start < to;
      });
      const double quarters = static_cast<double>(to - from) / melody::kStepsPerQuarter;
      around.density.push_back(static_cast<std::int8_t>(
          quarters > 0 ? melody::density_class(static_cast<double>(n) / quarters) : -1));
    }
    piece.from = relative.front().start;
    piece.events = melody::events_of(relative, piece.from);
    pieces.push_back(std::move(piece));
  };
  for (std::size_t i = 1; i < tune.notes.size(); ++i) {
    const Note& before = tune.notes[i - 1];
    if (tune.notes[i].start - before.start - before.duration >= 2 * tune.bar) {
      finish(i);
      begin = i;
    }
  }
  finish(tune.notes.size());
  return pieces;
}

std::vector<Placed> tokens_of(const Piece& piece) {
  std::vector<Placed> tokens;
  int now = piece.from;
  for (const melody::Event& event : piece.events) {
    tokens.push_back({melody::duration_token(event.duration), now});
    tokens.push_back({event.sound, now});
    now += event.duration;
  }
  return tokens;
}

std::vector<std::uint64_t> Markov::contexts(const Piece& piece, std::span<const Placed> tokens,
                                            std::size_t i) const {
  std::vector<std::uint64_t> keys;
  std::uint64_t key = mix(kBasis, i % 2);
  keys.push_back(key);
  // Up to the whole of the event `order` events back.
  const std::size_t reach = 2 * static_cast<std::size_t>(order_) + i % 2;
  for (std::size_t back = 1; back <= reach; ++back) {
    key = mix(key, back <= i ? static_cast<std::uint64_t>(tokens[i - back].token) : 500);
    keys.push_back(key);
    if (placed_ && back == 2 + i % 2) {
      std::uint64_t placed = mix(key, static_cast<std::uint64_t>(piece.around.metre));
      placed = mix(placed, static_cast<std::uint64_t>(piece.around.tonality));
      const int bar = piece.around.bar;
      placed = mix(placed, static_cast<std::uint64_t>((tokens[i].time % bar + bar) % bar));
      keys.push_back(placed);
    }
  }
  return keys;
}

void Markov::learn(const Piece& piece) {
  const auto tokens = tokens_of(piece);
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    for (const std::uint64_t key : contexts(piece, tokens, i)) {
      Counts& counts = counts_[key];
      ++counts.of[tokens[i].token];
      ++counts.total;
    }
  }
}

double Markov::loss(const Piece& piece) const {
  const auto tokens = tokens_of(piece);
  double sum = 0;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const int kinds =
        i % 2 == 0 ? melody::kRest - melody::kFirstDuration : melody::kTokens - melody::kRest;
    double p = 1.0 / kinds;
    for (const std::uint64_t key : contexts(piece, tokens, i)) {
      const auto found = counts_.find(key);
      if (found == counts_.end()) break;
      const Counts& counts = found->second;
      const auto own = counts.of.find(tokens[i].token);
      const double n = own == counts.of.end() ? 0 : own->second;
      const auto different = static_cast<double>(counts.of.size());
      p = (n + different * p) / (counts.total + different);
    }
    sum -= std::log(p);
  }
  return sum;
}

}  // namespace tutti::learn
