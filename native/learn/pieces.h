// From tunes to what a network learns from: the split, the pieces, and a Markov chain to compare.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "native/learn/tunes.h"

namespace tutti::learn {

enum class Part : std::uint8_t { training, validation, held_out };

// One part for each tune: a tenth is held out, one in twenty-five validates. Tunes that share a
// source or a good part of their melody (a quarter of the smaller one's runs of ten intervals) go
// together, so that nothing held out has been heard in another key. Depends only on the tunes.
std::vector<Part> split(std::span<const Tune> tunes);

// A stretch of a tune without a rest of two bars, bar 0 its first whole one.
struct Piece {
  melody::Surroundings around;
  std::vector<melody::Event> events;
  int from = 0;  // steps
};
std::vector<Piece> pieces_of(const Tune&);

// Tokens of a piece after the beginning, each with the place where it stands, in steps.
struct Placed {
  int token = 0, time = 0;
};
std::vector<Placed> tokens_of(const Piece&);

// A Markov chain over the same tokens: the last `order` events (and within an event its duration)
// predict the next token, with interpolation to shorter contexts by Witten and Bell (1991). With
// `placed`, one more context joins the event before to the place in the bar, the metre and the
// tonality (better there than in shorter or longer ones: measured).
class Markov {
 public:
  Markov(int order, bool placed) : order_(order), placed_(placed) {}
  void learn(const Piece&);
  // Natural-log loss summed over the tokens of the piece.
  double loss(const Piece&) const;

 private:
  struct Counts {
    std::unordered_map<int, int> of;
    int total = 0;
  };
  // Keys of the contexts of token i, shortest first.
  std::vector<std::uint64_t> contexts(const Piece&, std::span<const Placed>, std::size_t i) const;

  int order_;
  bool placed_;
  std::unordered_map<std::uint64_t, Counts> counts_;
};

}  // namespace tutti::learn
