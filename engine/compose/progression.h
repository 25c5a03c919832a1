// Chord progressions as Markov chains: hand-made tables of the modes, and tables learned from
// public-domain songs, walked under constraints.
//
// A chain's states are chords relative to the tonic. Modal tables are first order: among them the
// five-state minor one (i, iv, v, VI, VII). Learned ones are second order, interpolated with lower
// orders (Jelinek and Mercer 1980; here with Witten and Bell's weighting, 1991) and come from
// training/chords. walk() draws exactly from the chain conditioned on its end and on weights of
// each position, by messages passed backwards (Pachet, Roy and Barbieri, "Finite-length Markov
// processes with constraints", 2011), so that cadences are reached without a jump. Values; they
// allocate.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "engine/base/random.h"
#include "engine/compose/composer.h"

namespace tutti::compose {

enum class Family : std::uint8_t { major, minor, dominant, diminished };

// A chord without its colour: semitones of the root above the tonic, 0 … 11.
struct Step {
  int root = 0;
  Family family = Family::minor;
  friend bool operator==(const Step&, const Step&) = default;
};

enum class Function : std::uint8_t { tonic, subdominant, dominant };
// By Riemann's functions, in any mode: what the root does to the tonic.
Function function_of(Step) noexcept;

struct LearnedCount {
  std::uint8_t before, last, next;
  std::uint16_t count;
};
std::span<const LearnedCount> learned_major() noexcept;
std::span<const LearnedCount> learned_minor() noexcept;

class Chain {
 public:
  static Chain modal(score::Mode);
  // Second order, of major or minor songs.
  static Chain learned(bool minor);

  int size() const noexcept { return static_cast<int>(states_.size()); }
  Step step(int state) const noexcept { return states_[static_cast<std::size_t>(state)]; }
  // The state with this root, or of this very chord first; -1 if there is none.
  int find(Step) const noexcept;
  // Probability of `next` after `before` and `last`; a chord does not follow itself.
  double weight(int before, int last, int next) const noexcept;

  // `count` states after `before`, `last` (each -1: any), ending in `goal` (-1: any). phi(position,
  // state) ≥ 0 weighs each; where nothing fits, constraints are given up from the last one on.
  // `count` 1 … 64.
  std::vector<int> walk(Random&, int before, int last, int count, int goal,
                        const std::function<double(int position, int state)>& phi) const;

 private:
  std::vector<Step> states_;
  std::vector<double> weights_;  // [before][last][next]
  double& at(int before, int last, int next) noexcept;
};

}  // namespace tutti::compose
