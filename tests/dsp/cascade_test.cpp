// Rows of sections: the same bits from every kernel and every grouping, stable whatever moves.
#include "engine/dsp/cascade.h"

#include <cmath>
#include <cstring>
#include <gtest/gtest.h>
#include <memory>
#include <rapidcheck/gtest.h>
#include <vector>

#include "engine/base/cpu.h"
#include "engine/base/math.h"
#include "engine/base/random.h"

namespace tutti::dsp {
namespace {

std::vector<const CascadeKernel*> wide_kernels() {
  std::vector<const CascadeKernel*> list;
#if defined(__x86_64__)
  if (isa() != Isa::base) list.push_back(&cascade_avx2);
  if (isa() == Isa::avx512) list.push_back(&cascade_avx512);
#endif
  return list;
}

SectionCoefficients random_section(Random& random) {
  const double w0 = 0.002 * std::pow(1400.0, random.uniform()), q = 0.3 + 8 * random.uniform();
  const double gain = random.uniform(-18, 18);
  switch (random.below(4)) {
    case 0:
      return coefficients(matched(bell(gain, q), w0));
    case 1:
      return coefficients(matched(high_pass(q), w0));
    case 2:
      return coefficients(matched(low_shelf(gain, 0.7), w0));
    default:
      return coefficients(matched(low_pass(q), w0));
  }
}

std::vector<float> noise(Random& random, std::size_t size) {
  std::vector<float> out(size);
  for (float& x : out) x = static_cast<float>(random.uniform(-1, 1));
  return out;
}

CascadeGroup random_group(Random& random) {
  CascadeGroup g;
  for (int s = 0; s < 4; ++s) {
    const SectionCoefficients a = random_section(random), b = random_section(random);
    const float from[6] = {a.c, a.d, a.e, a.p, a.q, a.r}, to[6] = {b.c, b.d, b.e, b.p, b.q, b.r};
    for (int lane = 2 * s; lane < 2 * s + 2; ++lane) {
      g.s1[lane] = static_cast<float>(random.uniform(-1, 1));
      g.s2[lane] = static_cast<float>(random.uniform(-1, 1));
      for (int k = 0; k < 6; ++k) {
        g.now[k][lane] = from[k];
        g.step[k][lane] = (to[k] - from[k]) / 16;
      }
    }
  }
  return g;
}

TEST(CascadeKernels, GiveTheSameBitsAtEveryWidth) {
  Random random(1);
  for (const CascadeKernel* wide : wide_kernels()) {
    for (const int frames : {1, 2, 5, 6, 7, 15, 16, 17, 64, 511}) {
      for (int until = 1; until <= 16; until += 3) {
        for (const bool gliding : {false, true}) {
          if (gliding && frames > 16) continue;
          const CascadeGroup start = random_group(random);
          CascadeGroup a = start, b = start;
          std::vector<float> x = noise(random, 2 * static_cast<std::size_t>(frames)), y = x;
          (gliding ? cascade_generic.gliding : cascade_generic.still)(a, x.data(), frames, until);
          (gliding ? wide->gliding : wide->still)(b, y.data(), frames, until);
          ASSERT_EQ(x, y) << frames << " frames";
          ASSERT_EQ(std::memcmp(&a, &b, sizeof a), 0) << frames << " frames";
        }
      }
    }
    for (const int lanes : {4, 8, 12, 16}) {
      for (const int sections : {1, 2, 5}) {
        const auto n = static_cast<std::size_t>(sections);
        std::vector<float> s1 = noise(random, n * 16), s2 = noise(random, n * 16), k(n * 96);
        for (std::size_t s = 0; s < n; ++s) {
          for (std::size_t lane = 0; lane < 16; ++lane) {
            const SectionCoefficients c = random_section(random);
            const float values[6] = {c.c, c.d, c.e, c.p, c.q, c.r};
            for (std::size_t i = 0; i < 6; ++i) k[s * 96 + i * 16 + lane] = values[i];
          }
        }
        std::vector<float> x = noise(random, 16 * 61), y = x, t1 = s1, t2 = s2;
        cascade_generic.lanes(s1.data(), s2.data(), k.data(), sections, x.data(), 61, 7, lanes);
        wide->lanes(t1.data(), t2.data(), k.data(), sections, y.data(), 61, 7, lanes);
        for (std::size_t f = 0; f < 61; ++f) {
          for (std::size_t lane = 0; lane < static_cast<std::size_t>(lanes); ++lane)
            ASSERT_EQ(x[f * 16 + lane], y[f * 16 + lane]) << lanes << " lanes";
        }
      }
    }
  }
}

TEST(CascadeKernels, TransposeThereAndBack) {
  Random random(2);
  std::vector<const CascadeKernel*> kernels = wide_kernels();
  kernels.push_back(&cascade_generic);
  for (const CascadeKernel* kernel : kernels) {
    std::vector<std::vector<float>> channels;
    const float* in[16];
    for (int i = 0; i < 16; ++i) {
      channels.push_back(noise(random, 64));
      in[i] = channels.back().data();
    }
    std::vector<float> rows(16 * 64);
    kernel->to_rows(in, 16, rows.data(), 64);
    for (std::size_t f = 0; f < 64; ++f)
      for (std::size_t i = 0; i < 16; ++i) ASSERT_EQ(rows[f * 16 + i], channels[i][f]);
    std::vector<std::vector<float>> back(16, std::vector<float>(64));
    float* out[16];
    for (std::size_t i = 0; i < 16; ++i) out[i] = back[i].data();
    kernel->from_rows(rows.data(), out, 16, 64);
    EXPECT_EQ(back, channels);
  }
}

// A row by the equations alone, one sample after the other.
TEST(Cascade, IsTheFilterOfItsEquations) {
  Random random(3);
  Arena arena;
  Cascade cascade;
  cascade.prepare(9, arena);
  std::vector<SectionCoefficients> row;
  cascade.begin();
  for (int i = 0; i < 9; ++i) {
    row.push_back(random_section(random));
    cascade.add(i, row.back());
  }
  cascade.set_now();
  std::vector<float> left = noise(random, 700), right = noise(random, 700), x = left;
  cascade.process(left.data(), right.data(), 700);
  std::vector<double> s1(9), s2(9);
  for (std::size_t f = 0; f < x.size(); ++f) {
    double y = x[f];
    for (std::size_t i = 0; i < 9; ++i) {
      const SectionCoefficients& k = row[i];
      const double v = y - s2[i];
      y = k.r * v + (k.p * s2[i] + k.q * s1[i]);
      const double next = k.c * s1[i] + k.d * v;
      s2[i] += k.d * s1[i] + k.e * v;
      s1[i] = next;
    }
    ASSERT_NEAR(left[f], y, 1e-4 * std::max(1.0, std::fabs(y))) << f;
  }
}

// Against the same equations in double precision.
TEST(Cascade, RoundsQuietly) {
  for (const double rate : {48000.0, 192000.0}) {
    for (const double corner : {20.0, 100.0, 1000.0, 10000.0}) {
      const double w0 = math::kTwoPi * corner / rate;
      for (const Section& section : {matched(bell(6, 1), w0), matched(bell(12, 10), w0),
                                     matched(high_pass(0.707), w0), matched(low_pass(2), w0)}) {
        for (const double tone : {55.0, 110.0, 3000.0}) {
          const SectionCoefficients k = coefficients(section);
          Arena arena;
          Cascade cascade;
          cascade.prepare(1, arena);
          cascade.begin();
          cascade.add(0, k);
          cascade.set_now();
          std::vector<float> x(static_cast<std::size_t>(rate)), y;
          for (std::size_t i = 0; i < x.size(); ++i)
            x[i] = static_cast<float>(
                0.5 * math::sin(math::kTwoPi * tone * static_cast<double>(i) / rate));
          y = x;
          cascade.process(y.data(), nullptr, static_cast<int>(y.size()));
          double s1 = 0, s2 = 0, in = 0, out = 0, error = 0;
          for (std::size_t i = 0; i < x.size(); ++i) {
            const double v = x[i] - s2, wanted = k.r * v + (k.p * s2 + k.q * s1);
            const double next = k.c * s1 + k.d * v;
            s2 += k.d * s1 + k.e * v;
            s1 = next;
            in += static_cast<double>(x[i]) * x[i];
            out += wanted * wanted;
            error += (y[i] - wanted) * (y[i] - wanted);
          }
          EXPECT_LT(10 * std::log10(error / std::max(in, out)), -114)
              << corner << " Hz at " << rate << ", tone " << tone;
        }
      }
    }
  }
}

RC_GTEST_PROP(Cascade, ManyAtOnceAreTheSameAsEachAlone, ()) {
  Random random(*rc::gen::inRange<std::uint64_t>(1, 1u << 30));
  const bool stereo = *rc::gen::arbitrary<bool>();
  const auto count = static_cast<std::size_t>(*rc::gen::inRange(1, 40));
  Arena arena;
  std::vector<std::unique_ptr<Cascade>> alone, together;
  std::vector<std::vector<float>> a, b;
  for (std::size_t i = 0; i < count; ++i) {
    const int sections = static_cast<int>(random.below(7));
    const auto ahead = static_cast<std::size_t>(i % 5 == 4 ? random.below(33) : 0);
    std::vector<SectionCoefficients> row;
    for (int s = 0; s < sections; ++s) row.push_back(random_section(random));
    std::vector<float> before = noise(random, 40);
    for (auto* list : {&alone, &together}) {
      list->push_back(std::make_unique<Cascade>());
      Cascade& c = *list->back();
      c.prepare(6, arena);
      c.begin();
      for (int s = 0; s < sections; ++s) c.add(s, row[static_cast<std::size_t>(s)]);
      c.set_now();
      std::vector<float> l = before, r = before;  // some have played before: another grid
      c.process(l.data(), stereo ? r.data() : nullptr, static_cast<int>(ahead));
    }
    for (int channel = 0; channel < 2; ++channel) {
      a.push_back(noise(random, 300));
      b.push_back(a.back());
    }
  }
  for (std::size_t at = 0; at < 300;) {
    const auto frames = std::min<std::size_t>(1 + random.below(150), 300 - at);
    std::vector<Cascade::Job> jobs;
    for (std::size_t i = 0; i < count; ++i) {
      alone[i]->process(a[2 * i].data() + at, stereo ? a[2 * i + 1].data() + at : nullptr,
                        static_cast<int>(frames));
      jobs.push_back(
          {together[i].get(), b[2 * i].data() + at, stereo ? b[2 * i + 1].data() + at : nullptr});
    }
    Cascade::process_many(jobs.data(), static_cast<int>(count), static_cast<int>(frames));
    at += frames;
  }
  RC_ASSERT(a == b);
}

// With no input, the length of (s1, s2) never grows, whatever the coefficients do; so what is heard
// stays bounded. New sections every 16 frames, from one extreme to another.
TEST(Cascade, StaysStableWhileItsCoefficientsJump) {
  Random random(5);
  Arena arena;
  Cascade cascade;
  cascade.prepare(1, arena);
  std::vector<float> left(16), right(16);
  cascade.begin();
  cascade.add(0, random_section(random));
  cascade.set_now();
  for (int i = 0; i < 16; ++i) left[static_cast<std::size_t>(i)] = i == 0;
  cascade.process(left.data(), right.data(), 16);
  for (int step = 0; step < 20000; ++step) {
    const double w0 = 0.001 * std::pow(3000.0, random.uniform());
    const Section s = matched(random.below(2) ? band_pass(30) : high_pass(20), w0);
    cascade.begin();
    cascade.add(0, coefficients(s));
    cascade.glide();
    std::fill(left.begin(), left.end(), 0.f);
    cascade.process(left.data(), right.data(), 16);
    for (const float x : left) ASSERT_LT(std::fabs(x), 64.f) << step;
  }
}

TEST(Cascade, LetsTheSoundThroughUntouchedWhereNothingIsAsked) {
  Arena arena;
  Cascade cascade;
  cascade.prepare(4, arena);
  cascade.begin();
  cascade.set_now();
  Random random(6);
  std::vector<float> left = noise(random, 100), right = noise(random, 100);
  left[7] = -0.f;
  const auto l = left, r = right;
  cascade.process(left.data(), right.data(), 100);
  EXPECT_EQ(std::memcmp(left.data(), l.data(), 400), 0);
  EXPECT_EQ(std::memcmp(right.data(), r.data(), 400), 0);
}

TEST(Cascade, FadesSectionsInAndOut) {
  Arena arena;
  Cascade cascade;
  cascade.prepare(2, arena);
  const SectionCoefficients lift = coefficients(matched(bell(3, 1), 0.2));
  cascade.begin();
  cascade.set_now();
  float left[64], right[64];
  double last = 0, most = 0;
  int frame = 0;
  const auto play = [&](int frames) {
    for (int i = 0; i < frames; ++i)
      left[i] = right[i] = static_cast<float>(0.5 * math::sin(0.02 * (frame + i)));
    cascade.process(left, right, frames);
    for (int i = 0; i < frames; ++i) {
      most = std::max(most, std::fabs(left[i] - last));
      last = left[i];
    }
    frame += frames;
  };
  play(64);
  cascade.begin();
  cascade.add(1, lift);
  cascade.glide();
  play(64);
  EXPECT_EQ(cascade.sections(), 1);
  cascade.begin();
  cascade.glide();
  EXPECT_EQ(cascade.sections(), 1);  // on its way out
  play(64);
  EXPECT_EQ(cascade.sections(), 0);
  EXPECT_LT(most, 0.03);  // the sine itself moves by 0.01
}

}  // namespace
}  // namespace tutti::dsp
