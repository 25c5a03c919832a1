#include "engine/dsp/convolver.h"

#include <algorithm>
#include <cstring>
#include <vector>

#include "engine/base/arena.h"
#include "engine/base/cpu.h"
#include "engine/dsp/convolver_kernel.h"
#include "engine/dsp/convolver_plan.h"

namespace tutti::dsp {
namespace {

constexpr int kStep = 64;  // frames between two portions of work
constexpr int kLargest = 16384;
constexpr int kOfflineFrom = 8192;

const ConvolverKernel& widest() {
#if defined(__x86_64__) && !defined(__wasm__)
  if (isa() == Isa::avx512) return convolver_avx512;
  if (isa() == Isa::avx2) return convolver_avx2;
#endif
  return convolver_generic;
}

int allowed_latency(int latency) {
  if (latency < 64) return 0;
  int allowed = 64;
  while (allowed * 2 <= latency && allowed < 65536) allowed *= 2;
  return allowed;
}

// All partitions of one size. A spectrum takes 2 * size floats, re then im.
struct Level {
  int size = 0, parts = 0;
  int chunk = 0;        // values of a spectrum that are multiplied at once, so that sums stay near
  bool direct = false;  // worked out at the border, for the block that begins there
  TurnPlan plan;
  float* response[2] = {};  // parts spectra a side; both the same for a mono response
  float* past[2] = {};      // the last `parts` spectra of the input, a ring
  float* sum[2] = {};
  float* out[2][2] = {};  // what is being played and what is being worked out
  int playing = 0;
  int newest = 0;                 // place in `past`
  const float* input[2][2] = {};  // a side: the block before and the one that has just come in
  int tasks = 0, done = 0;        // of the present window
  int steps = 0;                  // steps of 64 frames since the border
};

}  // namespace

struct Convolver::State {
  Arena arena;
  const ConvolverKernel* kernel = nullptr;
  int latency = 0;
  int taps = 0;  // done directly
  float* head[2] = {};
  float* recent[2] = {};  // the last kDirect frames and the present step
  std::vector<Level> levels;
  int ring = 0;  // frames of input that are kept
  float* input[2] = {};
  std::int64_t time = 0;  // frames since reset
  int step = 0;           // frames into the present step

  void add_level(int size, int from, int to, std::span<const float> const (&response)[2]);
  void run_task(Level&, int index) noexcept;
  void multiply(Level&, int side, int chunk, int first) noexcept;
  void work(Level&) noexcept;
  void begin_window(Level&) noexcept;
  void border() noexcept;

  float* spectrum(float* all, const Level& level, int i) const noexcept {
    return all + static_cast<std::ptrdiff_t>(i) * 2 * level.size;
  }
};

// Offsets (tap + latency) from … to - 1 of the response in partitions of `size`.
void Convolver::State::add_level(int size, int from, int to,
                                 std::span<const float> const (&response)[2]) {
  Level level;
  level.size = size;
  level.chunk = std::clamp(size / 4, 64, 1024);
  level.direct = levels.empty();
  level.parts = (to - from + size - 1) / size;
  level.plan = make_turn_plan(arena, size, kernel->lanes);
  const auto floats = 2 * static_cast<std::size_t>(size);
  const auto all = floats * static_cast<std::size_t>(level.parts);
  std::vector<float> piece(static_cast<std::size_t>(size)), none(piece.size());
  const float scale = 1.0f / static_cast<float>(size);
  for (int side = 0; side < 2; ++side) {
    level.past[side] = arena.take<float>(all).data();
    level.sum[side] = arena.take<float>(floats).data();
    for (auto& out : level.out) out[side] = arena.take<float>(piece.size()).data();
    if (side == 1 && response[1].empty()) {
      level.response[1] = level.response[0];
      continue;
    }
    level.response[side] = arena.take<float>(all).data();
    for (int p = 0; p < level.parts; ++p) {
      for (int i = 0; i < size; ++i) {
        const std::int64_t tap =
            static_cast<std::int64_t>(from) + p * static_cast<std::int64_t>(size) + i - latency;
        const bool inside = tap >= 0 && tap < static_cast<std::int64_t>(response[side].size()) &&
                            tap + latency < to;
        piece[static_cast<std::size_t>(i)] =
            inside ? response[side][static_cast<std::size_t>(tap)] * scale : 0;
      }
      float* to_spectrum = spectrum(level.response[side], level, p);
      kernel->forward(level.plan, piece.data(), none.data(), to_spectrum, to_spectrum + size);
    }
  }
  levels.push_back(level);
}

Convolver::Convolver(std::span<const float> left, std::span<const float> right, int latency,
                     const ConvolverKernel* kernel)
    : state_(std::make_unique<State>()) {
  State& s = *state_;
  s.kernel = kernel ? kernel : &widest();
  s.latency = allowed_latency(latency);
  const auto most = static_cast<std::size_t>(kLongest);
  const std::span<const float> response[2] = {left.first(std::min(left.size(), most)),
                                              right.first(std::min(right.size(), most))};
  const int length = static_cast<int>(std::max(response[0].size(), response[1].size()));
  const int end = s.latency + std::max(length, 1);
  if (s.latency < kDirect) {
    s.taps = kDirect - s.latency;
    for (int side = 0; side < 2; ++side) {
      const auto& from = response[response[1].empty() ? 0 : side];
      s.head[side] = s.arena.take<float>(kDirect).data();
      std::copy_n(from.begin(), std::min(from.size(), static_cast<std::size_t>(s.taps)),
                  s.head[side]);
      s.recent[side] = s.arena.take<float>(kDirect + kStep).data();
    }
  }
  int largest = std::max(kDirect, s.latency);
  for (int size = largest, from = size; from < end;) {
    const int next = size >= kOfflineFrom   ? 0
                     : size * 8 <= kLargest ? size * 8
                     : size * 4 <= kLargest ? kLargest
                                            : 0;
    const int to = next > 0 && 2 * next < end ? 2 * next : end;
    s.add_level(size, from, to, response);
    largest = size;
    from = to;
    size = next;
  }
  s.ring = 4 * largest;
  for (auto& ring : s.input) ring = s.arena.take<float>(static_cast<std::size_t>(s.ring)).data();
  reset();
}

Convolver::~Convolver() = default;
Convolver::Convolver(Convolver&&) noexcept = default;
Convolver& Convolver::operator=(Convolver&&) noexcept = default;

int Convolver::latency() const noexcept {
  return state_->latency;
}

void Convolver::reset() noexcept {
  State& s = *state_;
  const auto clear = [](float* p, std::size_t count) {
    if (p) std::memset(p, 0, count * sizeof(float));
  };
  for (Level& level : s.levels) {
    const auto size = static_cast<std::size_t>(level.size);
    for (int side = 0; side < 2; ++side) {
      clear(level.past[side], 2 * size * static_cast<std::size_t>(level.parts));
      clear(level.sum[side], 2 * size);
      clear(level.out[0][side], size);
      clear(level.out[1][side], size);
    }
    level.playing = level.newest = level.tasks = level.done = level.steps = 0;
  }
  for (int side = 0; side < 2; ++side) {
    clear(s.input[side], static_cast<std::size_t>(s.ring));
    clear(s.recent[side], kDirect + kStep);
  }
  s.time = s.step = 0;
}

// One chunk of the sum over all partitions from `first`. For the first level today's newest
// spectrum is one block old when the sum is used.
void Convolver::State::multiply(Level& level, int side, int chunk, int first) noexcept {
  const std::ptrdiff_t at = static_cast<std::ptrdiff_t>(chunk) * level.chunk;
  for (int part = first; part < level.parts; ++part) {
    const int from = (level.newest + level.parts - (part - first)) % level.parts;
    kernel->multiply(level.sum[side] + at, spectrum(level.past[side], level, from) + at,
                     spectrum(level.response[side], level, part) + at, level.size, level.chunk);
  }
}

// The tasks of a window. Of the first level: the products of all but the newest spectrum, for the
// next border. Of the others: the transforms in, all products, the transforms out.
void Convolver::State::run_task(Level& level, int index) noexcept {
  const int side = index % 2, task = index / 2;
  if (level.direct) return multiply(level, side, task, 1);
  if (task == 0) {
    float* to = spectrum(level.past[side], level, level.newest);
    kernel->forward(level.plan, level.input[side][0], level.input[side][1], to, to + level.size);
    std::memset(level.sum[side], 0, 2 * sizeof(float) * static_cast<std::size_t>(level.size));
  } else if (task <= level.size / level.chunk) {
    multiply(level, side, task - 1, 0);
  } else {
    kernel->inverse(level.plan, level.sum[side], level.sum[side] + level.size,
                    level.out[1 - level.playing][side]);
  }
}

// One step's share of the window.
void Convolver::State::work(Level& level) noexcept {
  if (level.tasks == 0) return;
  ++level.steps;
  const auto due =
      static_cast<int>(static_cast<std::int64_t>(level.tasks) * level.steps / (level.size / kStep));
  for (; level.done < due; ++level.done) run_task(level, level.done);
}

// A block of this level's size has come in whole.
void Convolver::State::begin_window(Level& level) noexcept {
  const auto size = level.size;
  for (int side = 0; side < 2; ++side) {
    for (int half = 0; half < 2; ++half) {
      const std::int64_t first = time - (2 - half) * static_cast<std::int64_t>(size);
      level.input[side][half] = input[side] + (first & (ring - 1));
    }
  }
  level.newest = level.newest + 1 == level.parts ? 0 : level.newest + 1;
  level.steps = level.done = 0;
  if (!level.direct) {
    level.playing = 1 - level.playing;
    level.tasks = 2 * (level.size / level.chunk + 2);
    return;
  }
  for (int side = 0; side < 2; ++side) {
    float* to = spectrum(level.past[side], level, level.newest);
    kernel->forward(level.plan, level.input[side][0], level.input[side][1], to, to + size);
    kernel->multiply(level.sum[side], to, level.response[side], size, size);
    kernel->inverse(level.plan, level.sum[side], level.sum[side] + size, level.out[0][side]);
    std::memset(level.sum[side], 0, 2 * sizeof(float) * static_cast<std::size_t>(size));
  }
  level.tasks = level.parts > 1 ? 2 * (size / level.chunk) : 0;
}

void Convolver::State::border() noexcept {
  step = 0;
  for (Level& level : levels) {
    work(level);
    if (time % level.size == 0) begin_window(level);
  }
  if (taps > 0) {
    for (float* r : recent) std::memmove(r, r + kStep, kDirect * sizeof(float));
  }
}

void Convolver::process(const float* in_left, const float* in_right, float* out_left,
                        float* out_right, int frames) noexcept {
  State& s = *state_;
  const float* in[2] = {in_left, in_right};
  float* out[2] = {out_left, out_right};
  for (int at = 0; at < frames;) {
    const int count = std::min(frames - at, kStep - s.step);
    const auto bytes = sizeof(float) * static_cast<std::size_t>(count);
    for (int side = 0; side < 2; ++side) {
      std::memcpy(s.input[side] + (s.time & (s.ring - 1)), in[side] + at, bytes);
      float* to = out[side] + at;
      if (s.taps > 0) {
        float* now = s.recent[side] + kDirect + s.step;
        std::memcpy(now, in[side] + at, bytes);
        s.kernel->direct(now - s.latency, s.head[side], s.taps, to, count);
      } else {
        std::memset(to, 0, bytes);
      }
      for (const Level& level : s.levels) {
        s.kernel->add(to, level.out[level.playing][side] + s.time % level.size, count);
      }
    }
    at += count;
    s.time += count;
    s.step += count;
    if (s.step == kStep) s.border();
  }
}

}  // namespace tutti::dsp
