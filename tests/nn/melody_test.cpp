// The melody model: what it was trained as is what plays; its phrases keep the rules they promise.
#include <cmath>
#include <fstream>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <sstream>

#include "engine/base/cpu.h"
#include "engine/base/random.h"
#include "engine/compose/melody_model.h"
#include "native/files/models.h"
#include "native/learn/measure.h"

namespace tutti::compose {
namespace {

const files::ModelFile& weights() {
  static const auto file = files::read_model(files::kMelodyModel);
  if (!file) std::abort();
  return *file;
}
const MelodyModel& model() {
  static const auto loaded = MelodyModel::load(weights().bytes);
  if (!loaded) std::abort();
  return **loaded;
}

std::vector<ChordAt> chords_of(std::span<const Chord> chords) {
  std::vector<ChordAt> all;
  for (const Chord& chord : chords)
    all.push_back({kBarTicks * static_cast<std::int64_t>(all.size()), kBarTicks, chord});
  return all;
}

PhraseRequest in_a_minor() {
  const Chord chords[] = {{9, Quality::minor, 9},     {5, Quality::major, 5},
                          {0, Quality::major, 0},     {7, Quality::major, 7},
                          {9, Quality::minor, 9},     {2, Quality::minor, 2},
                          {4, Quality::dominant7, 4}, {9, Quality::minor, 9}};
  PhraseRequest request;
  request.key = {9, score::Mode::minor};
  request.chords = chords_of(chords);
  return request;
}

const Chord& chord_at(const PhraseRequest& request, Ticks at) {
  const ChordAt* found = &request.chords.front();
  for (const ChordAt& c : request.chords)
    if (c.at <= at) found = &c;
  return found->chord;
}

bool is_tone(const Chord& chord, int key) {
  for (const int tone : pitch_classes(chord))
    if ((key - tone) % 12 == 0) return true;
  return false;
}

// tests/nn/melody_probe.txt is what LibTorch answers with these weights (training/README.md).
TEST(Melody, AnswersAsInTraining) {
  std::ifstream file(TUTTI_MELODY_PROBE);
  std::string hash;
  ASSERT_TRUE(std::getline(file, hash)) << TUTTI_MELODY_PROBE;
  ASSERT_EQ(hash, weights().sha256) << "other weights: run tutti-train melody-probe again";
  const auto network = melody::Network::load(weights().bytes);
  ASSERT_TRUE(network);
  const auto piece = learn::probe_piece();
  auto inputs = learn::inputs_of(piece, 0, piece.events.size());
  inputs.pop_back();  // nothing follows the last
  std::vector<const nn::Kernels*> every{&nn::kKernelsGeneric};
#if defined(__x86_64__)
  if (isa() != Isa::base) every.push_back(&nn::kKernelsAvx2);
  if (isa() == Isa::avx512) every.push_back(&nn::kKernelsAvx512);
#endif
  std::vector<melody::Network::Line> lines;
  for (const auto* kernels : every) {
    lines.emplace_back(*network, *kernels, static_cast<int>(inputs.size()));
    lines.back().say(piece.around, inputs);
  }
  for (int i = 0; i < static_cast<int>(inputs.size()); ++i) {
    const auto scores = lines[0].scores(i);
    for (const auto& other : lines)
      EXPECT_TRUE(std::equal(scores.begin(), scores.end(), other.scores(i).begin()));
    for (const float score : scores) {
      double wanted = 0;
      ASSERT_TRUE(file >> wanted);
      EXPECT_NEAR(score, wanted, 2e-4) << "token " << i;
    }
  }
}

TEST(Melody, SameRequestSameNotes) {
  const auto request = in_a_minor();
  const auto notes = model().compose(request);
  EXPECT_GE(notes.size(), 8u);
  EXPECT_EQ(model().compose(request), notes);
  auto other = request;
  other.seed = 2;
  EXPECT_NE(model().compose(other), notes);
}

// Moved to another key and range, the same request gives the same tune, moved.
TEST(Melody, KnowsNoKeyButAll) {
  const auto request = in_a_minor();
  const auto notes = model().compose(request);
  auto moved = request;
  moved.key.tonic = (request.key.tonic + 5) % 12;
  moved.lowest += 5;
  moved.highest += 5;
  for (ChordAt& c : moved.chords)
    c.chord.root = (c.chord.root + 5) % 12, c.chord.bass = c.chord.root;
  auto wanted = notes;
  for (MelodyNote& note : wanted) note.key += 5;
  EXPECT_EQ(model().compose(moved), wanted);
}

TEST(Melody, DensityGivesMoreNotes) {
  double notes[3] = {};
  for (int level = 0; level < 3; ++level) {
    for (std::uint64_t seed = 1; seed <= 12; ++seed) {
      auto request = in_a_minor();
      request.density = level / 2.0;
      request.seed = seed;
      notes[level] += static_cast<double>(model().compose(request).size()) / 12;
    }
  }
  EXPECT_LT(1.3 * notes[0], notes[1]);
  EXPECT_LT(1.1 * notes[1], notes[2]);
}

TEST(Melody, GoesOnFromWhatWasPlayed) {
  auto request = in_a_minor();
  const auto alone = model().compose(request);
  for (int i = 0; i < 16; ++i)
    request.before.push_back({Ticks{(i - 16) * kTicksPerQuarter}, 1_quarters, 69 + (i % 4) * 2});
  const auto on = model().compose(request);
  EXPECT_NE(on, alone);
  ASSERT_FALSE(on.empty());
  EXPECT_GE(on.front().start.value, 0);
}

// A tune is likelier under its own chords than a mirrored one; the measure is finite.
TEST(Melody, LossTellsATuneFromNoise) {
  const auto request = in_a_minor();
  const auto tune = model().compose(request);
  auto noise = tune;
  tutti::Random random(3);
  for (MelodyNote& note : noise) note.key = 57 + static_cast<int>(random.below(28));
  const double own = model().loss(request, tune), other = model().loss(request, noise);
  EXPECT_GT(own, 0);
  EXPECT_LT(own + 0.5, other);
  EXPECT_EQ(model().loss(request, {}), 0);
}

TEST(Melody, RefusesOtherWeights) {
  EXPECT_EQ(MelodyModel::load({}).error().code, Code::bad_input);
  auto cut = weights().bytes;
  cut.pop_back();
  EXPECT_FALSE(MelodyModel::load(cut));
  nn::SafetensorsWriter writer;
  writer.metadata("model", "other");
  const auto other = writer.bytes();
  const auto refused = MelodyModel::load(other);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("melody"), std::string::npos);
}

// Whatever is asked for: sorted, apart, in range, within the phrase, on the grid, leaps within an
// octave, chord tones on strong beats, nothing off both scale and chord.
RC_GTEST_PROP(Melody, KeepsItsRules, ()) {
  PhraseRequest request;
  request.key = {*rc::gen::inRange(0, 12), *rc::gen::elementOf(std::vector<score::Mode>(
                                               score::kModes.begin(), score::kModes.end()))};
  request.bars = *rc::gen::inRange(1, 17);
  const int halves = 2 * request.bars;
  for (int i = 0; i < halves; ++i) {
    const int root = *rc::gen::inRange(0, 12);
    const auto quality = static_cast<Quality>(*rc::gen::inRange(0, 13));
    request.chords.push_back(
        {kBarTicks * i - Ticks{i * 2 * kTicksPerQuarter}, 2_quarters, {root, quality, root}});
  }
  request.lowest = *rc::gen::inRange(30, 90);
  request.highest = request.lowest + *rc::gen::inRange(12, 30);
  request.density = *rc::gen::inRange(-2, 13) / 10.0;
  request.adventure = *rc::gen::inRange(-2, 13) / 10.0;
  request.seed = *rc::gen::arbitrary<std::uint64_t>();
  for (int i = *rc::gen::inRange(0, 30); i > 0; --i)
    request.before.push_back({Ticks{-i * *rc::gen::inRange(1000, 20000)},
                              Ticks{*rc::gen::inRange(1, 40000)}, *rc::gen::inRange(20, 110)});
  const auto notes = model().compose(request);
  Ticks end{0};
  int last = -1;
  for (const MelodyNote& note : notes) {
    RC_ASSERT(note.start >= end);
    RC_ASSERT(note.duration.value > 0);
    end = note.start + note.duration;
    RC_ASSERT(note.key >= request.lowest && note.key <= request.highest);
    const std::int64_t place = note.start.value % kTicksPerQuarter;
    RC_ASSERT(place % (kTicksPerQuarter / 4) == 0 || place % (kTicksPerQuarter / 3) == 0);
    const bool tone = is_tone(chord_at(request, note.start), note.key);
    RC_ASSERT(tone || score::in_scale(request.key, note.key));
    if (note.start.value % (2 * kTicksPerQuarter) == 0) RC_ASSERT(tone);
    if (last >= 0) RC_ASSERT(std::abs(note.key - last) <= 12);
    last = note.key;
  }
  RC_ASSERT(end <= kBarTicks * request.bars);
}

}  // namespace
}  // namespace tutti::compose
