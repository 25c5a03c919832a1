// Reads a recording between its samples: a Kaiser-windowed sinc of 32 points (Smith and Gossett
// 1984; more than 90 dB of rejection, flat to 0.9 of the lower Nyquist frequency).
//
// Tables are made once for each ratio of rates and shared: the shelf allocates, reading does not.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <vector>

namespace tutti::graph {

class SincTable {
 public:
  static constexpr int kTaps = 32, kRows = 512;
  // `ratio`: source frames an output frame.
  explicit SincTable(double ratio);
  // The value `fraction` (of 2^32) behind source frame `at`; reads at[-15] … at[16]. With `right`
  // both channels at once.
  void read(const float* left, const float* right, std::uint32_t fraction, float* out_left,
            float* out_right) const noexcept;

 private:
  std::vector<float> rows_;
};

class SincShelf {
 public:
  std::shared_ptr<const SincTable> table(std::int64_t step, double ratio);

 private:
  std::map<std::int64_t, std::weak_ptr<const SincTable>> tables_;
};

}  // namespace tutti::graph
