// The parameters of an effect that works in cells of 16 frames (dsp/cell_grid.h): in every cell
// each one moves in a straight line from `from` to `to`.
//
// A value that jumps takes one cell to get there. No allocation; one thread at a time.
#pragma once

#include <array>

#include "engine/dsp/cell_grid.h"
#include "engine/param/controls.h"

namespace tutti::effects {

template <int N>
class CellControls {
 public:
  explicit CellControls(std::span<const param::Description> descriptions)
      : controls_(descriptions) {}

  void set(int index, double value, int frames) noexcept {
    controls_.set(index, value, frames);
    stirred_ = true;
  }
  void reset() noexcept {
    controls_.reset();
    grid_.reset();
    stirred_ = fresh_ = true;
    moving_on_ = false;
  }

  double from(int index) const noexcept { return from_[at(index)]; }
  double to(int index) const noexcept { return to_[at(index)]; }
  double target(int index) const noexcept { return controls_.target(index); }

  // The present update() is the first since reset(): nothing sounds yet, everything may jump.
  bool fresh() const noexcept { return fresh_; }

  // Walks through the block (see CellGrid): update() where from() and to() have changed, which says
  // whether something of its own moves on; then run(left, right, cells, whole). `cells` is 1 while
  // anything moves.
  template <class Update, class Run>
  void walk(dsp::Block block, Update&& update, Run&& run) noexcept {
    grid_.walk(
        block,
        [&] {
          if (stirred_ || !still_ || moving_on_) {
            step();
            moving_on_ = update();
            fresh_ = false;
          }
          return still_ && !moving_on_ ? dsp::kRunCells : 1;
        },
        run, [&](int frames) { controls_.walk(frames, [] {}, [](int, int) {}); });
  }
  bool on_border() const noexcept { return grid_.on_border(); }

 private:
  static constexpr std::size_t at(int i) noexcept { return static_cast<std::size_t>(i); }
  void step() noexcept {
    still_ = true;
    for (int i = 0; i < N; ++i) {
      const double next = controls_.value(i, fresh_ ? 0 : dsp::kCell);
      from_[at(i)] = fresh_ ? next : to_[at(i)];
      to_[at(i)] = next;
      still_ = still_ && from_[at(i)] == next;
    }
    stirred_ = controls_.moving();
    still_ = still_ && !stirred_;
  }

  param::Controls<N> controls_;
  dsp::CellGrid grid_;
  std::array<double, N> from_{}, to_{};
  bool stirred_ = true, fresh_ = true, still_ = false, moving_on_ = false;
};

}  // namespace tutti::effects
