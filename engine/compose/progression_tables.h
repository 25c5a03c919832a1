// The hand-made chord tables: how each mode moves.
//
// Percent of going from a row's chord to a column's. Values; no allocation.
#pragma once

#include <array>
#include <span>

#include "engine/compose/progression.h"

namespace tutti::compose {

inline constexpr int kModalStates = 7;

struct ModalTable {
  score::Mode mode;
  int size;  // states in use
  std::array<Step, kModalStates> states;
  std::array<std::array<int, kModalStates>, kModalStates> percent;
};

// One for each mode of the setting; others get that of their third.
const ModalTable& modal_table(score::Mode) noexcept;

}  // namespace tutti::compose
