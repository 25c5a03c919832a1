#include "engine/analysis/evaluate.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "engine/analysis/matching.h"

namespace tutti::analysis {
namespace {

TEST(EvaluateNotes, CountsByHand) {
  // The second is a semitone off, the third late by 60 ms, the fourth too short.
  const std::string reference = "0.0\t1.0\t440\n1.0\t2.0\t440\n2.0\t3.0\t440\n3.0\t4.0\t440\n";
  const std::string estimate =
      "0.01\t1.0\t442\n1.0\t2.0\t466.16\n2.06\t3.0\t440\n3.0\t3.5\t440\n5\t6\t440\n";
  const auto scores = evaluate_notes(reference, estimate);
  ASSERT_TRUE(scores.ok());
  EXPECT_DOUBLE_EQ(score_of(*scores, "Precision"), 1.0 / 5);
  EXPECT_DOUBLE_EQ(score_of(*scores, "Recall"), 1.0 / 4);
  EXPECT_DOUBLE_EQ(score_of(*scores, "Precision_no_offset"), 2.0 / 5);
  EXPECT_DOUBLE_EQ(score_of(*scores, "Recall_no_offset"), 2.0 / 4);
  EXPECT_DOUBLE_EQ(score_of(*scores, "Onset_Precision"), 3.0 / 5);
  EXPECT_DOUBLE_EQ(score_of(*scores, "Offset_Recall"), 3.0 / 4);
  EXPECT_NEAR(score_of(*scores, "Average_Overlap_Ratio"), 0.99, 1e-12);
}

TEST(EvaluateNotes, ExactlyFiftyMillisecondsIsStillRight) {
  const auto scores = evaluate_notes("1.00 2.00 440\n", "1.05 2.00 440\n");
  ASSERT_TRUE(scores.ok());
  EXPECT_EQ(score_of(*scores, "F-measure_no_offset"), 1);
  const auto late = evaluate_notes("1.00 2.00 440\n", "1.0502 2.00 440\n");
  EXPECT_EQ(score_of(*late, "F-measure_no_offset"), 0);
}

TEST(EvaluateNotes, FormsOfTheTable) {
  const std::string tabs = "# start end hz\n0.5\t1.5\t220\n2\t2.5\t330\n";
  for (const std::string& same :
       {std::string("0.5,1.5,220\n2,2.5,330"), std::string("0.5 1.5 220\r\n\r\n2 2.5 330\r\n"),
        std::string("start,end,pitch\n0.5;1.5;220\n2;2.5;330\n")}) {
    const auto scores = evaluate_notes(tabs, same);
    ASSERT_TRUE(scores.ok()) << same;
    EXPECT_EQ(score_of(*scores, "F-measure"), 1) << same;
  }
  // Onset, pitch, duration as in vocadito, recognised by itself.
  const auto scores = evaluate_notes(tabs, "0.5,220.0,1.0\n2.0,330.0,0.5\n");
  ASSERT_TRUE(scores.ok());
  EXPECT_EQ(score_of(*scores, "F-measure"), 1);
}

TEST(EvaluateNotes, SaysWhichLineIsWrong) {
  const auto scores = evaluate_notes("0 1 440\n1 two 440\n", "0 1 440\n");
  ASSERT_FALSE(scores.ok());
  EXPECT_NE(scores.error().message.find("2"), std::string::npos);
  EXPECT_FALSE(evaluate_notes("0 1 -440\n", "0 1 440\n").ok());
  EXPECT_FALSE(evaluate_notes("0 nan 440\n", "0 1 440\n").ok());
}

TEST(EvaluateNotes, EmptySidesScoreNothing) {
  for (const auto& [r, e] :
       {std::pair("", "0 1 440\n"), std::pair("0 1 440\n", ""), std::pair("", "")}) {
    const auto scores = evaluate_notes(r, e);
    ASSERT_TRUE(scores.ok());
    EXPECT_EQ(score_of(*scores, "F-measure"), 0);
  }
}

TEST(EvaluateKey, RelationsOfKeys) {
  struct Case {
    const char *reference, *estimate;
    double score;
  };
  for (const Case& c : {Case{"C major", "c Major", -1}, Case{"C major", "C major", 1},
                        Case{"C# minor", "Db minor", 1}, Case{"C major", "G major", 0.5},
                        Case{"G major", "C major", 0}, Case{"C major", "A minor", 0.3},
                        Case{"A minor", "C major", 0.3}, Case{"C major", "C minor", 0.2},
                        Case{"C major", "F# minor", 0}}) {
    const auto scores = evaluate_key(c.reference, c.estimate);
    ASSERT_TRUE(scores.ok());
    EXPECT_DOUBLE_EQ(score_of(*scores, "Weighted Score"), c.score < 0 ? 1 : c.score)
        << c.reference << " " << c.estimate;
  }
  EXPECT_FALSE(evaluate_key("H major", "C major").ok());
  EXPECT_FALSE(evaluate_key("C", "C major").ok());
}

TEST(EvaluateTempo, EightPercent) {
  const auto scores = evaluate_tempo("60 120 0.25", "64.8 180");
  ASSERT_TRUE(scores.ok());
  EXPECT_DOUBLE_EQ(score_of(*scores, "P-score"), 0.25);
  EXPECT_DOUBLE_EQ(score_of(*scores, "One-correct"), 1);
  EXPECT_DOUBLE_EQ(score_of(*scores, "Both-correct"), 0);
}

TEST(EvaluateBeats, PerfectAndOffBeat) {
  std::vector<double> beats, off;
  for (int i = 0; i < 60; ++i) beats.push_back(0.5 * i), off.push_back(0.5 * i + 0.25);
  const auto same = score_beats(beats, beats);
  for (const auto& [name, value] : same) EXPECT_NEAR(value, 1, 1e-9) << name;
  const auto other = score_beats(beats, off);
  EXPECT_EQ(score_of(other, "F-measure"), 0);
  EXPECT_EQ(score_of(other, "Correct Metric Level Total"), 0);
  EXPECT_GT(score_of(other, "Any Metric Level Total"), 0.95);
}

TEST(EvaluateMelody, VoicingAndOctaves) {
  std::string reference, estimate;
  for (int i = 0; i < 100; ++i) {
    const std::string t = std::to_string(0.01 * i);
    reference += t + " " + (i < 50 ? "440" : "0") + "\n";
    estimate += t + " " +
                (i < 25   ? "440"
                 : i < 40 ? "880"
                 : i < 50 ? "-440"
                 : i < 60 ? "300"
                          : "0") +
                "\n";
  }
  const auto scores = evaluate_melody(reference, estimate);
  ASSERT_TRUE(scores.ok());
  EXPECT_DOUBLE_EQ(score_of(*scores, "Voicing Recall"), 0.8);
  EXPECT_DOUBLE_EQ(score_of(*scores, "Voicing False Alarm"), 0.2);
  EXPECT_DOUBLE_EQ(score_of(*scores, "Raw Pitch Accuracy"), 0.7);
  EXPECT_DOUBLE_EQ(score_of(*scores, "Raw Chroma Accuracy"), 1);
  EXPECT_DOUBLE_EQ(score_of(*scores, "Overall Accuracy"), 0.65);
}

// The largest pairing, by trying everything.
int largest(const std::vector<std::vector<int>>& allowed, std::size_t from, unsigned used) {
  if (from == allowed.size()) return 0;
  int best = largest(allowed, from + 1, used);
  for (int r : allowed[from])
    if (!(used & (1u << r)))
      best = std::max(best, 1 + largest(allowed, from + 1, used | (1u << r)));
  return best;
}

RC_GTEST_PROP(Matching, IsTheLargestAndOneToOne, ()) {
  const int left = *rc::gen::inRange(0, 8), right = *rc::gen::inRange(1, 8);
  std::vector<std::vector<int>> allowed(left);
  for (auto& row : allowed)
    for (int r = 0; r < right; ++r)
      if (*rc::gen::inRange(0, 3) == 0) row.push_back(r);
  const auto partner = match(allowed, right);
  std::vector<int> uses(right);
  int size = 0;
  for (int l = 0; l < left; ++l) {
    if (partner[l] < 0) continue;
    ++size;
    RC_ASSERT(++uses[partner[l]] == 1);
    RC_ASSERT(std::find(allowed[l].begin(), allowed[l].end(), partner[l]) != allowed[l].end());
  }
  RC_ASSERT(size == largest(allowed, 0, 0));
}

RC_GTEST_PROP(EvaluateNotes, NeverBreaksOnAnyText, (const std::string& a, const std::string& b)) {
  (void)evaluate_notes(a, b);
  (void)evaluate_beats(a, b);
  (void)evaluate_melody(a, b);
  (void)evaluate_key(a, b);
  (void)evaluate_tempo(a, b);
}

}  // namespace
}  // namespace tutti::analysis
