// Scores of separated stems against the definitions written out plainly.
#include <algorithm>
#include <array>
#include <cmath>
#include <gtest/gtest.h>

#include "engine/analysis/evaluate_separation.h"
#include "engine/base/random.h"

#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wfree-nonheap-object"  // GCC 12 sees one in a vector of vectors
#endif

namespace tutti::analysis {
namespace {

using Column = std::vector<double>;

std::vector<float> noise(std::size_t frames, std::uint64_t seed) {
  Random random(seed);
  std::vector<float> x(frames);
  float low = 0;
  for (auto& v : x) v = low = 0.6f * low + static_cast<float>(random.normal());
  return x;
}

// Least squares by orthogonalisation, twice for good measure: no Gram matrix, no transform.
Column projected(const Column& target, std::vector<Column> columns) {
  std::vector<Column> base;
  for (auto& column : columns) {
    double before = 0;
    for (const auto v : column) before += v * v;
    for (int again = 0; again < 2; ++again) {
      for (const auto& b : base) {
        double dot = 0;
        for (std::size_t i = 0; i < b.size(); ++i) dot += b[i] * column[i];
        for (std::size_t i = 0; i < b.size(); ++i) column[i] -= dot * b[i];
      }
    }
    double left = 0;
    for (const auto v : column) left += v * v;
    if (left < 1e-20 * before) continue;
    for (auto& v : column) v /= std::sqrt(left);
    base.push_back(column);
  }
  Column out(target.size());
  for (const auto& b : base) {
    double dot = 0;
    for (std::size_t i = 0; i < b.size(); ++i) dot += b[i] * target[i];
    for (std::size_t i = 0; i < b.size(); ++i) out[i] += dot * b[i];
  }
  return out;
}

Column padded(const std::vector<float>& x, std::size_t delay, std::size_t length) {
  Column column(length);
  for (std::size_t i = 0; i < x.size(); ++i) column[i + delay] = static_cast<double>(x[i]);
  return column;
}

double energy(const Column& x) {
  double sum = 0;
  for (const auto v : x) sum += v * v;
  return sum;
}

Column minus(Column x, const Column& y) {
  for (std::size_t i = 0; i < x.size(); ++i) x[i] -= y[i];
  return x;
}

double db(double a, double b) {
  return 10 * std::log10(a / b);
}

// SDR, ISR, SIR, SAR of source j by its estimate.
std::array<double, 4> plainly(const Signals& reference,
                              const std::vector<std::vector<float>>& estimate, std::size_t j,
                              std::size_t taps, bool images) {
  const std::size_t length = estimate[0].size() + taps - 1;
  std::vector<Column> own, all;
  for (std::size_t s = 0; s < reference.size(); ++s)
    for (const auto& channel : reference[s])
      for (std::size_t d = 0; d < taps; ++d) {
        all.push_back(padded(channel, d, length));
        if (s == j) own.push_back(all.back());
      }
  double true_ = 0, own_ = 0, all_ = 0, error = 0, spatial = 0, interference = 0, artifact = 0,
         rest = 0;
  for (std::size_t c = 0; c < estimate.size(); ++c) {
    const Column e = padded(estimate[c], 0, length), s = padded(reference[j][c], 0, length);
    const Column pj = projected(e, own), p = projected(e, all);
    true_ += energy(s);
    own_ += energy(pj);
    all_ += energy(p);
    error += energy(minus(e, s));
    spatial += energy(minus(pj, s));
    interference += energy(minus(p, pj));
    artifact += energy(minus(e, p));
    rest += energy(minus(e, pj));
  }
  return {images ? db(true_, error) : db(own_, rest), db(true_, spatial), db(own_, interference),
          db(all_, artifact)};
}

// One channel each.
Signals sources(std::size_t frames, int count) {
  Signals all(static_cast<std::size_t>(count));
  for (int s = 0; s < count; ++s)
    all[static_cast<std::size_t>(s)].push_back(noise(frames, static_cast<std::uint64_t>(s) + 1));
  return all;
}

Signals mixed(const Signals& reference, std::uint64_t seed) {
  Signals estimate = reference;
  Random random(seed);
  for (auto& source : estimate)
    for (std::size_t c = 0; c < source.size(); ++c)
      for (const auto& other : reference) {
        const auto share = static_cast<float>(random.uniform(0.02, 0.15));
        for (std::size_t i = 3; i < source[c].size(); ++i)
          source[c][i] += share * other[c][i - 3] + 0.03f * static_cast<float>(random.normal());
      }
  return estimate;
}

TEST(ScoreSeparation, SourcesAgreeWithTheDefinition) {
  const std::size_t frames = 300, taps = 7;
  const Signals reference = sources(frames, 3);
  const Signals estimate = mixed(reference, 4);
  SeparationOptions options;
  options.taps = taps;
  const auto scores = score_separation(reference, estimate, options);
  ASSERT_TRUE(scores.ok()) << scores.error().message;
  EXPECT_EQ(scores->permutation, (std::vector<int>{0, 1, 2}));
  EXPECT_TRUE(scores->isr.empty());
  for (std::size_t j = 0; j < 3; ++j) {
    const auto expected = plainly(reference, estimate[j], j, taps, false);
    EXPECT_NEAR(scores->sdr[j], expected[0], 1e-8);
    EXPECT_NEAR(scores->sir[j], expected[2], 1e-8);
    EXPECT_NEAR(scores->sar[j], expected[3], 1e-8);
  }
  // Turned round, the order is found.
  Signals turned = estimate;
  std::rotate(turned.begin(), turned.begin() + 1, turned.end());
  const auto found = score_separation(reference, turned, options);
  ASSERT_TRUE(found.ok());
  EXPECT_EQ(found->permutation, (std::vector<int>{2, 0, 1}));
  EXPECT_EQ(found->sdr, scores->sdr);
  options.permutation = false;
  EXPECT_LT(score_separation(reference, turned, options)->sir[0], 0);
}

TEST(ScoreSeparation, ImagesAgreeWithTheDefinitionAlsoWhereChannelsAreAlike) {
  const std::size_t frames = 260, taps = 5;
  for (const bool alike : {false, true}) {
    Signals reference(2);
    for (std::size_t s = 0; s < 2; ++s) {
      reference[s].push_back(noise(frames, 10 + s));
      reference[s].push_back(noise(frames, 20 + s));
      if (alike)
        for (std::size_t i = 0; i < frames; ++i) reference[s][1][i] = 0.5f * reference[s][0][i];
    }
    const Signals estimate = mixed(reference, 5);
    SeparationOptions options;
    options.images = true;
    options.taps = taps;
    const auto scores = score_separation(reference, estimate, options);
    ASSERT_TRUE(scores.ok());
    for (std::size_t j = 0; j < 2; ++j) {
      const auto expected = plainly(reference, estimate[j], j, taps, true);
      EXPECT_NEAR(scores->sdr[j], expected[0], 1e-8);
      EXPECT_NEAR(scores->isr[j], expected[1], 1e-6);
      EXPECT_NEAR(scores->sir[j], expected[2], 1e-6);
      EXPECT_NEAR(scores->sar[j], expected[3], 1e-6);
      EXPECT_NEAR(plain_sdr(reference[j], estimate[j]), expected[0], 1e-9);
    }
  }
}

TEST(ScoreSeparation, LongSignalsAreTheSameInBlocksAndFramesAreThoseOfMirEval) {
  const std::size_t frames = 9000;
  const Signals reference = sources(frames, 2);
  Signals estimate = mixed(reference, 4);
  SeparationOptions options;
  options.taps = 16;
  options.window = 2000;
  options.hop = 1500;
  const auto framewise = score_separation_framewise(reference, estimate, options);
  ASSERT_TRUE(framewise.ok());
  ASSERT_EQ(framewise->sdr[0].size(), 5u);  // at 0, 1500 … 6000
  const auto cut = [](const Signals& signals) {
    Signals part = signals;
    for (auto& source : part)
      for (auto& channel : source) {
        channel.resize(5000);
        channel.erase(channel.begin(), channel.begin() + 3000);
      }
    return part;
  };
  const Signals part = cut(reference);
  const auto guess = cut(estimate)[1];
  const auto expected = plainly(part, guess, 1, 16, false);
  EXPECT_NEAR(framewise->sdr[1][2], expected[0], 1e-7);
  EXPECT_NEAR(framewise->sar[1][2], expected[3], 1e-7);
  // A silent frame has no score; too short a song is one frame.
  std::fill_n(estimate[0][0].begin(), 2000, 0.0f);
  const auto silent = score_separation_framewise(reference, estimate, options);
  ASSERT_TRUE(silent.ok());
  EXPECT_TRUE(std::isnan(silent->sdr[1][0]));
  EXPECT_FALSE(std::isnan(silent->sdr[1][2]));
  options.window = 8000;
  EXPECT_EQ(score_separation_framewise(reference, estimate, options)->sdr[0].size(), 1u);
}

TEST(ScoreSeparation, WhatCannotBeScoredIsSaid) {
  const Signals one = sources(100, 1), two = sources(100, 2);
  Signals silent = one, stereo = one;
  silent[0][0].assign(100, 0.0f);
  stereo[0].push_back(one[0][0]);
  EXPECT_FALSE(score_separation(one, two).ok());
  EXPECT_FALSE(score_separation(sources(99, 1), one).ok());
  EXPECT_FALSE(score_separation(silent, one).ok());
  EXPECT_FALSE(score_separation(Signals(), Signals()).ok());
  EXPECT_FALSE(score_separation(stereo, stereo).ok());
  SeparationOptions options;
  options.taps = 4;
  const auto stopped =
      score_separation(one, one, options, [](double, std::string_view) { return false; });
  EXPECT_EQ(stopped.error().code, Code::cancelled);
  EXPECT_GT(score_separation(one, one, options)->sdr[0], 150);
}

TEST(ScoreSeparation, ScaleInvariantAndPlainRatios) {
  const std::vector<std::vector<float>> truth = {{1, -1, 1, -1}, {0, 0, 0, 0}};
  std::vector<std::vector<float>> guess = {{2, -2, 2, -2}, {1, 1, 1, 1}};
  // Along the reference 16, beside it 4.
  EXPECT_NEAR(si_sdr(truth, guess), 10 * std::log10(4.0), 1e-12);
  EXPECT_NEAR(plain_sdr(truth, guess), 10 * std::log10(4.0 / 8.0), 1e-12);
  for (auto& channel : guess)
    for (auto& v : channel) v *= 7;
  EXPECT_NEAR(si_sdr(truth, guess), 10 * std::log10(4.0), 1e-12);
  EXPECT_TRUE(std::isinf(plain_sdr(truth, truth)));
}

}  // namespace
}  // namespace tutti::analysis
