// A row of second-order sections over one stereo signal, or over many signals at once.
//
// Each section is a trapezoidal state-variable filter (Zavalishin 2012; Simper 2013): with x the
// input, s1 and s2 its two capacitors,
//
//   v = x - s2,  y = p s2 + q s1 + r v,  s1 <- c s1 + d v,  s2 <- s2 + d s1 + e v
//
// The step of (s1, s2) never lengthens it, and steps between two such steps do not either, so the
// filter stays stable however its coefficients move; they glide in straight lines over 16 frames.
// Single precision: of corners from 20 Hz on, at rates up to 192 kHz, the rounding noise of a
// section lies 114 dB or more below the louder of what goes in and what comes out.
//
// One signal: the lanes of a vector are two channels of four sections, each two frames behind the
// one before it, so that the recursions of four sections take the time of one. Many signals: the
// lanes are 16 channels. Both give the same bits on every machine, and the same as each other.
//
// Samples do not depend on how the stream is cut into calls. No allocation outside prepare(). Every
// 16 frames states below 1e-15 become 0, so that silence does not leave subnormal numbers. One
// thread at a time.
#pragma once

#include <cstdint>
#include <span>

#include "engine/base/arena.h"
#include "engine/dsp/matched.h"

namespace tutti::dsp {

struct SectionCoefficients {
  float c = 0, d = 0, e = 0, p = -0.f, q = -0.f, r = 1;  // initially: lets everything pass
  friend bool operator==(const SectionCoefficients&, const SectionCoefficients&) = default;
};
SectionCoefficients coefficients(const Section&) noexcept;

// Four sections of a stereo signal, lane 2 * section + channel; what the kernels work on.
struct alignas(64) CascadeGroup {
  float s1[8], s2[8];
  float now[6][8];   // c d e p q r
  float step[6][8];  // added after each frame while gliding
};

class Cascade {
 public:
  static constexpr int kGlide = 16;
  static constexpr int kGrid = 16;  // frames between two looks for states that have faded away

  // Room for this many sections.
  void prepare(int max_sections, Arena& arena);
  void reset() noexcept;  // silent; the next begin() … set_now() starts afresh

  // Where the row is to go: begin(), then add() once a section in the order of the signal, keys
  // rising; then set_now() or glide(). A section keeps its state by its key; a new one starts
  // silent. More sections than there is room for are left out.
  void begin() noexcept { wanted_ = 0; }
  void add(int key, const SectionCoefficients&) noexcept;
  void set_now() noexcept;
  void glide() noexcept;  // there over the next 16 frames
  bool gliding() const noexcept { return glide_left_ > 0; }
  int sections() const noexcept { return count_; }

  // In place. `right` null: mono; the right channel's state follows the left one's.
  void process(float* left, float* right, int frames) noexcept;

  struct Job {
    Cascade* cascade;
    float *left, *right;
  };
  // process() on each, none of them gliding, all equally long and all mono or all stereo.
  static void process_many(const Job* jobs, int count, int frames) noexcept;

 private:
  struct Entry {
    int key;
    bool leaving;  // fading out, to be left out after the glide
    SectionCoefficients to;
  };
  static constexpr int kLaneSections = 32;
  void adopt(bool fade) noexcept;
  void end_glide() noexcept;
  SectionCoefficients now(int i) const noexcept;
  void put(int i, const SectionCoefficients&) noexcept;
  void run(float* left, float* right, int frames) noexcept;
  void passed(int frames) noexcept;
  static int after(int until, int frames) noexcept {
    return (until - 1 - frames % kGrid + kGrid) % kGrid + 1;
  }
  static void run_lanes(const Job* jobs, int count, int frames) noexcept;

  std::span<CascadeGroup> groups_, spare_;
  std::span<Entry> entries_, wanted_entries_;
  int room_ = 0, count_ = 0, wanted_ = 0;
  int glide_left_ = 0;
  int until_ = kGrid;  // frames to the next look
};

// The kernels of one instruction set; engine/dsp/cascade_kernel.h.
struct CascadeKernel {
  // `pairs`: left and right samples in turn, in place; `until`: frames to the next look, 1 … 16.
  void (*still)(CascadeGroup&, float* pairs, int frames, int until);
  void (*gliding)(CascadeGroup&, float* pairs, int frames, int until);
  // 16 lanes of `sections` each: s1, s2 [section][16], coefficients [section][6][16];
  // `rows` of 16 samples a frame, in place. Only the first `lanes` (a multiple of 4) are worked on.
  void (*lanes)(float* s1, float* s2, const float* coefficients, int sections, float* rows,
                int frames, int until, int lanes);
  // Planar channels to rows and back; `frames` a multiple of 4, `lanes` of 4.
  void (*to_rows)(const float* const* channels, int lanes, float* rows, int frames);
  void (*from_rows)(const float* rows, float* const* channels, int lanes, int frames);
  void (*to_pairs)(const float* left, const float* right, float* pairs, int frames);
  void (*from_pairs)(const float* pairs, float* left, float* right, int frames);
};
extern const CascadeKernel cascade_generic, cascade_avx2, cascade_avx512;

}  // namespace tutti::dsp
