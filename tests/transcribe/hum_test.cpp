#include "engine/transcribe/hum.h"

#include <cmath>
#include <gtest/gtest.h>
#include <limits>

#include "engine/base/math.h"
#include "engine/base/random.h"
#include "singer.h"

namespace tutti::transcribe {
namespace {

using testing::Style;
using testing::Sung;
using testing::Syllable;

std::vector<analysis::ScoredNote> scored(const Hum& hum) {
  std::vector<analysis::ScoredNote> notes;
  for (const auto& n : hum.notes)
    notes.push_back({n.start, n.start + n.duration, math::midi_to_hz(n.pitch)});
  return notes;
}

struct Quality {
  double no_offset = 0, with_offset = 0, pitch = 0;
};

// Of frames further than 12 ms from an edge of the voice (where half of any analysis window is
// silence), the share within 10 cents of the truth; unvoiced counts as wrong.
double pitch_share(const Sung& sung, const Hum& hum) {
  int right = 0, all = 0;
  for (std::size_t i = 0; i < hum.f0.size(); ++i) {
    const auto ms = static_cast<std::size_t>(static_cast<double>(i) * hum.hop * 1000 + 0.5);
    if (ms < 12 || ms + 12 >= sung.f0.size()) continue;
    bool inside = true;
    for (std::size_t k = ms - 12; k <= ms + 12; ++k) inside = inside && sung.f0[k] > 0;
    if (!inside) continue;
    ++all;
    right += hum.f0[i] > 0 && std::fabs(1200 * std::log2(hum.f0[i] / sung.f0[ms])) <= 10;
  }
  return static_cast<double>(right) / all;
}

Quality quality(const Style& style) {
  const Sung sung = testing::sing(style);
  const auto hum = transcribe_hum(sung.audio, sung.rate);
  if (!hum.ok()) return {};
  const auto scores = analysis::score_notes(sung.notes, scored(*hum));
  return {analysis::score_of(scores, "F-measure_no_offset"),
          analysis::score_of(scores, "F-measure"), pitch_share(sung, *hum)};
}

// Mean over registers from 80 to 1000 Hz and 60 to 200 notes a minute.
Quality mean_quality(Style style) {
  Quality mean;
  int count = 0;
  const double registers[4][2] = {{80, 180}, {150, 350}, {300, 700}, {500, 1000}};
  for (const auto& r : registers)
    for (double rate : {60.0, 110.0, 200.0}) {
      style.low_hz = r[0], style.high_hz = r[1], style.notes_a_minute = rate;
      ++style.seed;
      const Quality q = quality(style);
      mean.no_offset += q.no_offset, mean.with_offset += q.with_offset, mean.pitch += q.pitch;
      ++count;
    }
  return {mean.no_offset / count, mean.with_offset / count, mean.pitch / count};
}

TEST(Hum, PlainHumming) {
  const Quality q = mean_quality({});
  EXPECT_GE(q.with_offset, 0.98);
  EXPECT_GE(q.pitch, 0.99);
}

TEST(Hum, WithVibrato) {
  Style style;
  style.vibrato_cents = 50;
  const Quality q = mean_quality(style);
  EXPECT_GE(q.with_offset, 0.95);
  EXPECT_GE(q.pitch, 0.99);
}

TEST(Hum, WithGlidesScoopsAndBreath) {
  Style style;
  style.scoop_cents = 150;
  style.breath_db = -28;
  const Quality q = mean_quality(style);
  EXPECT_GE(q.with_offset, 0.95);
  EXPECT_GE(q.pitch, 0.99);
}

// Notes bound together by glides: where a note begins is where the pitch has gone half the way.
TEST(Hum, BoundTogetherByGlides) {
  Style style;
  style.syllable = Syllable::legato;
  style.glide_seconds = 0.12;
  const Quality q = mean_quality(style);
  EXPECT_GE(q.with_offset, 0.95);
}

TEST(Hum, InRoomNoiseAtTwentyDecibels) {
  Style style;
  style.room_db = -20;
  style.vibrato_cents = 30;
  const Quality q = mean_quality(style);
  EXPECT_GE(q.with_offset, 0.95);
}

TEST(Hum, Syllables) {
  struct Row {
    Syllable syllable;
    double least;
  };
  // La and ma have no silence between the notes at all: only the timbre tells a repeated note.
  for (const Row& row : {Row{Syllable::la, 0.93}, Row{Syllable::ma, 0.9}, Row{Syllable::ta, 0.97},
                         Row{Syllable::sa, 0.97}}) {
    Style style;
    style.syllable = row.syllable;
    const Quality q = mean_quality(style);
    EXPECT_GE(q.with_offset, row.least) << static_cast<int>(row.syllable);
  }
}

TEST(Hum, RepeatedNotesOnOnePitch) {
  for (Syllable syllable : {Syllable::la, Syllable::ta, Syllable::hum}) {
    Style style;
    style.syllable = syllable;
    style.repeat = 1;
    style.rest = 0;
    style.notes_a_minute = 150;
    const Sung sung = testing::sing(style);
    const auto hum = transcribe_hum(sung.audio, sung.rate);
    ASSERT_TRUE(hum.ok());
    EXPECT_EQ(hum->notes.size(), sung.notes.size()) << static_cast<int>(syllable);
  }
}

TEST(Hum, WhistlingUpToThreeKilohertz) {
  Style style;
  style.syllable = Syllable::whistle;
  for (double vibrato : {0.0, 40.0})
    for (double low : {600.0, 1200.0, 1800.0}) {
      style.low_hz = low, style.high_hz = low * 5 / 3, style.vibrato_cents = vibrato;
      ++style.seed;
      const Quality q = quality(style);
      EXPECT_GE(q.with_offset, 0.95) << low;
      EXPECT_GE(q.pitch, 0.97) << low;
    }
}

TEST(Hum, AnySamplingRateHearsTheSameNotes) {
  Style style;
  std::vector<HeardNote> first;
  for (double rate : {8000.0, 16000.0, 22050.0, 44100.0, 48000.0, 96000.0, 192000.0}) {
    style.rate = rate;
    style.notes = 8;
    style.high_hz = 350;
    const Sung sung = testing::sing(style);
    const auto hum = transcribe_hum(sung.audio, rate);
    ASSERT_TRUE(hum.ok());
    ASSERT_EQ(hum->notes.size(), sung.notes.size()) << rate;
    if (first.empty()) first = hum->notes;
    for (std::size_t i = 0; i < first.size(); ++i) {
      EXPECT_NEAR(hum->notes[i].start, first[i].start, 0.02) << rate;
      EXPECT_NEAR(hum->notes[i].pitch, first[i].pitch, 0.1) << rate;
    }
  }
}

TEST(Hum, LoudnessDoesNotMatter) {
  Style style;
  style.notes = 8;
  const Sung sung = testing::sing(style);
  const auto as_is = transcribe_hum(sung.audio, sung.rate);
  auto quiet = sung.audio;
  for (float& x : quiet) x *= 0x1p-6f;
  const auto softly = transcribe_hum(quiet, sung.rate);
  ASSERT_TRUE(as_is.ok() && softly.ok());
  ASSERT_EQ(as_is->notes.size(), softly->notes.size());
  for (std::size_t i = 0; i < as_is->notes.size(); ++i) {
    EXPECT_NEAR(as_is->notes[i].pitch, softly->notes[i].pitch, 0.02);
    EXPECT_NEAR(as_is->notes[i].velocity, softly->notes[i].velocity, 0.02);
  }
}

TEST(Hum, LouderNotesAreFaster) {
  Style style;
  style.notes = 8;
  style.rest = 1;
  Sung sung = testing::sing(style);
  for (std::size_t i = 0; i < sung.audio.size(); ++i)
    for (std::size_t n = 0; n < sung.notes.size(); ++n) {
      const double t = static_cast<double>(i) / sung.rate;
      if (t >= sung.notes[n].start - 0.02 && t < sung.notes[n].end + 0.02 && n % 2)
        sung.audio[i] *= 0.3f;
    }
  const auto hum = transcribe_hum(sung.audio, sung.rate);
  ASSERT_TRUE(hum.ok());
  ASSERT_EQ(hum->notes.size(), sung.notes.size());
  for (std::size_t n = 1; n < hum->notes.size(); n += 2)
    EXPECT_LT(hum->notes[n].velocity, hum->notes[n - 1].velocity - 0.1);
}

TEST(Hum, SureOfClearNotesUnsureOfMurmur) {
  Style clear;
  clear.notes = 10;
  Style murmur = clear;
  murmur.breath_db = -6;
  murmur.room_db = -8;
  murmur.jitter_cents = 60;
  const auto mean = [](const Sung& sung) {
    const auto hum = transcribe_hum(sung.audio, sung.rate);
    if (!hum.ok()) return 0.0;
    double sum = 0;
    for (const auto& n : hum->notes) sum += n.confidence / static_cast<double>(hum->notes.size());
    return sum;
  };
  const double sure = mean(testing::sing(clear)), unsure = mean(testing::sing(murmur));
  EXPECT_GT(sure, 0.8);
  EXPECT_LT(unsure, sure - 0.15);
}

TEST(Hum, QuantisedOneForOneOnTheGrid) {
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    Style style;
    style.seed = seed;
    style.random_rhythm = true;
    style.notes_a_minute = 70 + 10 * static_cast<double>(seed);
    style.rest = 0.1;
    style.tuning_cents = -30;
    const Sung sung = testing::sing(style);
    const auto hum = transcribe_hum(sung.audio, sung.rate);
    ASSERT_TRUE(hum.ok());
    ASSERT_EQ(hum->quantised.size(), hum->notes.size());
    const std::int64_t step = kTicksPerQuarter / 4;
    for (std::size_t i = 0; i < hum->quantised.size(); ++i) {
      const auto& n = hum->quantised[i];
      EXPECT_EQ(n.start.value % step, 0);
      EXPECT_EQ(n.duration.value % step, 0);
      EXPECT_GT(n.duration.value, 0);
      EXPECT_GE(n.start.value, 0);
      EXPECT_TRUE(n.velocity >= 1 && n.velocity <= 127);
      if (i > 0) {
        const auto& before = hum->quantised[i - 1];
        EXPECT_GE(n.start.value, before.start.value + before.duration.value);
      }
      EXPECT_NEAR(n.key, hum->notes[i].pitch + 0.3, 0.51);  // the singer's own tuning is taken out
    }
    EXPECT_NEAR(hum->tuning, -30, 8);
  }
}

TEST(Hum, FindsTempoOfASteadyMelody) {
  for (double bpm : {80.0, 100.0, 120.0}) {
    Style style;
    style.notes_a_minute = bpm;
    style.notes = 24;
    style.seed = 5;
    const Sung sung = testing::sing(style);
    const auto hum = transcribe_hum(sung.audio, sung.rate);
    ASSERT_TRUE(hum.ok());
    EXPECT_NEAR(hum->tempo / bpm, 1, 0.02);
    HumOptions known;
    known.tempo = bpm;
    const auto told = transcribe_hum(sung.audio, sung.rate, known);
    EXPECT_EQ(told->tempo, bpm);
  }
}

TEST(Hum, TheSameTwice) {
  const Sung sung = testing::sing({});
  const auto a = transcribe_hum(sung.audio, sung.rate), b = transcribe_hum(sung.audio, sung.rate);
  ASSERT_TRUE(a.ok() && b.ok());
  EXPECT_EQ(a->f0, b->f0);
  EXPECT_EQ(a->quantised, b->quantised);
  for (std::size_t i = 0; i < a->notes.size(); ++i) {
    EXPECT_EQ(a->notes[i].start, b->notes[i].start);
    EXPECT_EQ(a->notes[i].pitch, b->notes[i].pitch);
  }
}

void expect_refused(const std::vector<float>& audio, double rate, std::string_view word) {
  const auto hum = transcribe_hum(audio, rate);
  ASSERT_FALSE(hum.ok());
  EXPECT_EQ(hum.error().code, Code::bad_input);
  EXPECT_NE(hum.error().message.find(word), std::string::npos) << hum.error().message;
  EXPECT_GT(hum.error().next.size(), 20u);
}

TEST(Hum, SaysWhatIsWrongWithARecording) {
  expect_refused({}, 44100, "short");
  expect_refused({0.5f}, 44100, "short");
  expect_refused(std::vector<float>(44100, 0.f), 44100, "silent");
  std::vector<float> bad(44100, 0.1f);
  bad[500] = std::numeric_limits<float>::quiet_NaN();
  expect_refused(bad, 44100, "damaged");
  bad[500] = std::numeric_limits<float>::infinity();
  expect_refused(bad, 44100, "damaged");
  bad[500] = 1e30f;
  expect_refused(bad, 44100, "damaged");
  Random random(4);
  std::vector<float> noise(44100 * 2);
  for (float& x : noise) x = static_cast<float>(random.normal() * 0.1);
  expect_refused(noise, 44100, "melody");
  expect_refused(std::vector<float>(44100, 0.7f), 44100, "melody");
  for (double rate : {0.0, -1.0, 100.0, 1e6, std::nan("")}) expect_refused(noise, rate, "rate");
  HumOptions options;
  options.grid = 0;
  EXPECT_EQ(transcribe_hum(noise, 44100, options).error().code, Code::wrong_usage);
  options.grid = std::nan("");
  EXPECT_EQ(transcribe_hum(noise, 44100, options).error().code, Code::wrong_usage);
}

TEST(Hum, CanBeCancelledAtEveryStep) {
  const Sung sung = testing::sing({});
  int steps = 0;
  ASSERT_TRUE(transcribe_hum(sung.audio, sung.rate, {}, [&](double, std::string_view) {
                return ++steps, true;
              }).ok());
  ASSERT_GT(steps, 5);
  for (int stop = 1; stop < steps; ++stop) {
    int seen = 0;
    const auto hum = transcribe_hum(sung.audio, sung.rate, {},
                                    [&](double, std::string_view) { return ++seen < stop; });
    ASSERT_FALSE(hum.ok()) << stop;
    EXPECT_EQ(hum.error().code, Code::cancelled);
  }
}

// A held tone of a minute is one note; solving long stretches in pieces must not show.
TEST(Hum, AHeldToneIsOneNote) {
  std::vector<float> tone(16000 * 60);
  for (std::size_t i = 0; i < tone.size(); ++i)
    tone[i] = static_cast<float>(
        0.2 * math::sin(math::kTwoPi * std::fmod(220.0 * static_cast<double>(i) / 16000, 1.0)));
  const auto hum = transcribe_hum(tone, 16000);
  ASSERT_TRUE(hum.ok());
  ASSERT_EQ(hum->notes.size(), 1u);
  EXPECT_NEAR(hum->notes[0].duration, 60, 0.1);
  EXPECT_NEAR(hum->notes[0].pitch, 57, 0.02);
}

}  // namespace
}  // namespace tutti::transcribe
