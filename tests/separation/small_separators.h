// Separators that are quick and whose answers are known, for the tests of the way around them.
#pragma once

#include <atomic>
#include <cmath>

#include "engine/separate/separator.h"

namespace tutti::separate {

struct NoWorkspace : Workspace {};

// Fixed shares of every sample: what comes out depends on nothing but the sample.
class Shares : public Separator {
 public:
  std::array<float, kStems> share = {0.5f, 0.25f, 0.125f, 0.0625f};
  std::int64_t length = 20000, shared = 5000;
  int own_rate = 44100;
  bool level = false;
  mutable SongLevel seen;
  mutable std::atomic<int> calls{0};

  std::string_view name() const override { return "shares"; }
  std::string_view version() const override { return "1"; }
  int rate() const override { return own_rate; }
  std::int64_t segment() const override { return length; }
  std::int64_t overlap() const override { return shared; }
  bool needs_level() const override { return level; }
  float weight(std::int64_t at, std::int64_t) const override {
    return static_cast<float>(std::min(at + 1, length - at)) / static_cast<float>(length);
  }
  std::size_t workspace_bytes() const override { return 1; }
  std::unique_ptr<Workspace> make_workspace() const override {
    return std::make_unique<NoWorkspace>();
  }
  Result<void> separate(StereoIn mixture, StemsOut stems, Workspace&,
                        const SongLevel& song) const override {
    ++calls;
    if (level) seen = song;
    for (std::size_t s = 0; s < kStems; ++s)
      for (std::size_t c = 0; c < kChannels; ++c)
        for (std::size_t i = 0; i < mixture[c].size(); ++i)
          stems[s][c][i] = value(mixture[c], s, i);
    return {};
  }
  virtual float value(std::span<const float> x, std::size_t stem, std::size_t i) const {
    return share[stem] * x[i];
  }
};

// Answers that depend on where in the segment a sample stands and on its neighbours, so that every
// mistake in cutting and adding shows.
class Placed : public Shares {
 public:
  float value(std::span<const float> x, std::size_t stem, std::size_t i) const override {
    const float place = 0.5f + static_cast<float>(i) / static_cast<float>(x.size());
    const float before = i >= 700 ? x[i - 700] : 0, behind = i + 900 < x.size() ? x[i + 900] : 0;
    return share[stem] * place * (x[i] + 0.5f * before - 0.25f * behind);
  }
};

}  // namespace tutti::separate
