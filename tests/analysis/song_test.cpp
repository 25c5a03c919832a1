// What is heard in songs whose truth is known because they are made here.
#include <cmath>
#include <gtest/gtest.h>
#include <limits>

#include "engine/analysis/evaluate.h"
#include "engine/analysis/song_analysis.h"
#include "engine/base/math.h"
#include "engine/base/random.h"

namespace tutti::analysis {
namespace {

constexpr double kRate = 22050;

// A little band: plucked notes with overtones, and three drums of noise.
class Band {
 public:
  explicit Band(double seconds, double rate = kRate)
      : rate_(rate), samples_(static_cast<std::size_t>(seconds * rate), 0.f) {}

  void note(double midi, double start, double length, double loud = 0.1) {
    const double hz = math::midi_to_hz(midi);
    const auto from = static_cast<std::size_t>(start * rate_);
    const auto count = static_cast<std::size_t>(length * rate_);
    for (int h = 1; h <= 6 && h * hz < 0.45 * rate_; ++h) {
      double phase = 0.1 * h;
      for (std::size_t i = 0; i < count && from + i < samples_.size(); ++i) {
        const double t = static_cast<double>(i) / rate_;
        const double edge = std::min({1.0, t / 0.005, (length - t) / 0.02});
        samples_[from + i] += static_cast<float>(loud / h * edge * math::exp(-1.2 * t) *
                                                 math::sin(math::kTwoPi * phase));
        phase += h * hz / rate_;
        phase -= std::floor(phase);
      }
    }
  }
  void drum(double start, double loud, double length, double darkness) {
    const auto from = static_cast<std::size_t>(start * rate_);
    double low = 0;
    for (std::size_t i = 0; i < static_cast<std::size_t>(length * rate_); ++i) {
      if (from + i >= samples_.size()) break;
      low += (1 - darkness) * (random_.uniform(-1, 1) - low);
      samples_[from + i] +=
          static_cast<float>(loud * low / (1 - 0.9 * darkness) *
                             math::exp(-5 * static_cast<double>(i) / (length * rate_)));
    }
  }
  void triad(int root, bool minor, bool seventh, double start, double length) {
    note(36 + (root + 8) % 12 - 8 + 12, start, length, 0.12);
    for (int tone : {0, minor ? 3 : 4, 7}) note(60 + (root + tone) % 12, start, length, 0.06);
    if (seventh) note(60 + (root + 10) % 12, start, length, 0.06);
  }
  std::vector<float>& samples() { return samples_; }
  SongAnalysis heard() const {
    const std::span<const float> channels[] = {samples_};
    auto song = analyse(channels, rate_);
    EXPECT_TRUE(song.ok());
    return *song;
  }

 private:
  double rate_;
  std::vector<float> samples_;
  Random random_{7};
};

struct Chord {
  int root;
  bool minor = false, seventh = false;
};

// A bar a chord; kick on the first beat, snare on the others, hats on every half if asked.
struct Song {
  Band band;
  std::vector<double> beats, downbeats;
  Song(double bpm, int metre, int bars, const std::vector<Chord>& chords, bool drums)
      : band(60 / bpm * metre * bars + 1.5) {
    const double beat = 60 / bpm;
    for (int bar = 0; bar < bars; ++bar) {
      const double at = 0.5 + bar * metre * beat;
      downbeats.push_back(at);
      const Chord& c = chords[static_cast<std::size_t>(bar) % chords.size()];
      for (int b = 0; b < metre; ++b) {
        beats.push_back(at + b * beat);
        band.triad(c.root, c.minor, c.seventh, at + b * beat, beat * 0.95);
        if (!drums) continue;
        const bool strong = metre == 4 ? b % 2 == 0 : b == 0;
        band.drum(at + b * beat, strong ? 0.5 : 0.35, 0.12, strong ? 0.985 : 0.5);
        band.drum(at + (b + 0.5) * beat, 0.08, 0.04, 0);
      }
    }
  }
};

double f_measure(const std::vector<double>& truth, const std::vector<double>& heard) {
  return score_of(score_beats(truth, heard), "F-measure");
}

TEST(Song, FindsBeatsAndTempoOfABand) {
  for (double bpm : {72.0, 96.0, 120.0, 148.0}) {
    const Song song(bpm, 4, static_cast<int>(bpm / 6), {{0}, {9, true}, {5}, {7}}, true);
    const auto heard = song.band.heard();
    EXPECT_NEAR(heard.tempo / bpm, 1, 0.01) << bpm;
    EXPECT_GT(f_measure(song.beats, heard.beats), 0.95) << bpm;
    EXPECT_GT(f_measure(song.downbeats, heard.downbeats), 0.9) << bpm;
    EXPECT_EQ(heard.beats_per_bar, 4) << bpm;
  }
}

TEST(Song, TellsAWaltzFromAMarch) {
  const Song song(132, 3, 26, {{7}, {2, false, true}, {7}, {0}}, true);
  const auto heard = song.band.heard();
  EXPECT_EQ(heard.beats_per_bar, 3);
  EXPECT_GT(f_measure(song.downbeats, heard.downbeats), 0.9);
}

TEST(Song, FindsChordsAndTellsAMinorKeyFromItsRelativeMajor) {
  // A minor by its dominant E major, and C major by G7, of nearly the same pitch classes.
  const std::vector<Chord> minor = {{9, true}, {2, true}, {4, false, true}, {9, true}};
  const std::vector<Chord> major = {{0}, {5}, {7, false, true}, {0}};
  for (const auto& chords : {minor, major}) {
    const Song song(100, 4, 12, chords, false);
    const auto heard = song.band.heard();
    EXPECT_EQ(heard.key, chords[0].minor ? "A minor" : "C major");
    std::vector<ScoredChord> truth, found;
    static constexpr const char* kRoots[] = {"C",  "Db", "D",  "Eb", "E",  "F",
                                             "F#", "G",  "Ab", "A",  "Bb", "B"};
    for (std::size_t b = 0; b < song.downbeats.size(); ++b) {
      const Chord& c = chords[b % chords.size()];
      truth.push_back({song.downbeats[b], song.downbeats[b] + 2.4,
                       std::string(kRoots[c.root]) + (c.minor     ? ":min"
                                                      : c.seventh ? ":7"
                                                                  : ":maj")});
    }
    for (const auto& c : heard.chords) found.push_back({c.start, c.end, c.name});
    const auto scores = score_chords(truth, found);
    ASSERT_TRUE(scores.ok());
    EXPECT_GT(score_of(*scores, "majmin"), 0.9);
    EXPECT_GT(score_of(*scores, "sevenths"), 0.8);
  }
}

TEST(Song, FindsTheTuning) {
  for (double cents : {-30.0, 0.0, 35.0}) {
    Band band(12);
    for (int i = 0; i < 24; ++i)
      for (int tone : {0, 4, 7}) band.note(55 + tone + i % 5 + cents / 100, i * 0.5, 0.48);
    const auto heard = band.heard();
    EXPECT_NEAR(heard.tuning_cents, cents, 4);
    EXPECT_NEAR(heard.tuning_hz, 440 * std::exp2(cents / 1200), 1);
  }
}

TEST(Song, FindsWhereAPartBeginsAndWhichReturns) {
  // Eight bars of one thing, eight of another, and the first again.
  Band band(60 / 120.0 * 4 * 24 + 1);
  std::vector<double> starts;
  for (int bar = 0; bar < 24; ++bar) {
    const bool second = bar / 8 == 1;
    static constexpr int kFirst[] = {0, 9, 5, 7}, kSecond[] = {3, 8, 10, 1};
    const double at = bar * 2.0;
    const int root = (second ? kSecond : kFirst)[bar % 4];
    for (int b = 0; b < 4; ++b) {
      band.triad(root, false, false, at + b * 0.5, 0.48);
      band.drum(at + b * 0.5, b % 2 ? 0.35 : 0.5, 0.12, b % 2 ? 0.5 : 0.985);
      if (second) band.drum(at + b * 0.5 + 0.25, 0.3, 0.06, 0);
    }
  }
  const auto heard = band.heard();
  ASSERT_EQ(heard.sections.size(), 3u);
  EXPECT_NEAR(heard.sections[1].start, 16, 1.1);
  EXPECT_NEAR(heard.sections[2].start, 32, 1.1);
  EXPECT_EQ(heard.sections[0].letter, heard.sections[2].letter);
  EXPECT_NE(heard.sections[0].letter, heard.sections[1].letter);
}

bool finite(const SongAnalysis& song) {
  bool good = std::isfinite(song.tempo) && std::isfinite(song.tempo_other) &&
              std::isfinite(song.tempo_confidence) && std::isfinite(song.beat_confidence) &&
              std::isfinite(song.key_confidence) && std::isfinite(song.tuning_hz);
  double last = -1;
  for (double t : song.beats) good = good && t > last, last = t;
  for (const auto& c : song.chords) good = good && c.end >= c.start && c.start >= 0;
  for (const auto& s : song.sections) good = good && s.end >= s.start;
  return good;
}

TEST(Song, SilenceNoiseAndScrapsAreAnsweredWithNothing) {
  Random random(3);
  for (double seconds : {0.0, 0.00005, 0.4, 2.0, 6.0}) {
    for (int kind = 0; kind < 3; ++kind) {
      std::vector<float> x(static_cast<std::size_t>(seconds * 44100));
      for (float& v : x)
        v = kind == 0 ? 0 : kind == 1 ? static_cast<float>(0.2 * random.normal()) : 1.f;
      if (kind == 2 && x.size() > 10) x[9] = std::numeric_limits<float>::quiet_NaN();
      const std::span<const float> channels[] = {x, x};
      const auto song = analyse(channels, 44100);
      ASSERT_TRUE(song.ok());
      EXPECT_TRUE(finite(*song)) << seconds << " " << kind;
      EXPECT_TRUE(song->beats.empty()) << seconds << " " << kind;
      EXPECT_TRUE(song->key.empty()) << seconds << " " << kind << " " << song->key;
      for (const auto& c : song->chords) EXPECT_EQ(c.name, "N");
      EXPECT_TRUE(song_analysis_from_json(json_of(*song)).ok());
    }
  }
}

TEST(Song, IsHeardAtAnyRateClippedAndInAnyPieces) {
  Song song(110, 4, 14, {{0}, {9, true}, {5}, {7}}, true);
  std::vector<float> clipped = song.band.samples();
  for (float& v : clipped) v = std::clamp(4 * v, -0.5f, 0.5f);
  SongListener pieces(kRate, 1);
  std::size_t at = 0;
  Random random(4);
  while (at < clipped.size()) {
    const std::size_t n = std::min<std::size_t>(1 + random.below(9000), clipped.size() - at);
    const float* plane[] = {clipped.data() + at};
    pieces.add(plane, static_cast<int>(n));
    at += n;
  }
  const auto one = pieces.finish();
  const std::span<const float> channels[] = {clipped};
  const auto whole = analyse(channels, kRate);
  ASSERT_TRUE(one.ok() && whole.ok());
  EXPECT_EQ(write_json(json_of(*one)), write_json(json_of(*whole)));
  EXPECT_NEAR(whole->tempo / 110, 1, 0.01);

  // As if it had been recorded at 8 kHz.
  Band low(32, 8000);
  for (int beat = 0; beat < 56; ++beat) {
    low.triad(beat / 4 % 2 ? 7 : 0, false, false, beat * 0.5 + 0.2, 0.45);
    low.drum(beat * 0.5 + 0.2, 0.4, 0.08, beat % 2 ? 0.3 : 0.9);
  }
  const auto heard = low.heard();
  EXPECT_NEAR(heard.tempo / 120, 1, 0.02);
}

TEST(Song, CanBeStopped) {
  Song song(110, 4, 6, {{0}}, true);
  const std::span<const float> channels[] = {song.band.samples()};
  const auto stopped = analyse(channels, kRate, [](double, std::string_view) { return false; });
  ASSERT_FALSE(stopped.ok());
  EXPECT_EQ(stopped.error().code, Code::cancelled);
  EXPECT_EQ(analyse({}, kRate).error().code, Code::wrong_usage);
  EXPECT_EQ(analyse(channels, 100).error().code, Code::wrong_usage);
}

SongAnalysis plain() {
  SongAnalysis song;
  song.duration = 20;
  song.tempo = 120;
  for (int i = 0; i < 33; ++i) song.beats.push_back(1 + 0.5 * i);
  for (int i = 0; i < 33; i += 4) song.downbeats.push_back(song.beats[static_cast<std::size_t>(i)]);
  song.chords = {{0, 5.03, "C:maj"}, {5.03, 20, "A:min"}};
  song.sections = {{0, 9.1, "Verse", "A"}, {9.1, 20, "Chorus", "B"}};
  song.key = "C major";
  return song;
}

TEST(SongEdit, BarsGoOnBeforeAndAfterTheHeardOnes) {
  const auto song = plain();
  EXPECT_EQ(bar_count(song), 9);
  EXPECT_EQ(bar_at(song, 1), 0);
  EXPECT_EQ(bar_at(song, 2.99), 0);
  EXPECT_EQ(bar_at(song, 3), 1);
  EXPECT_EQ(bar_at(song, 0.5), -1);
  EXPECT_EQ(bar_at(song, 19.5), 9);
  EXPECT_NEAR(bar_start(song, -1), -1, 1e-9);
  EXPECT_NEAR(bar_start(song, 10), 21, 1e-9);
  for (int bar = -3; bar < 14; ++bar) EXPECT_EQ(bar_at(song, bar_start(song, bar) + 1e-6), bar);
  EXPECT_EQ(bar_at({}, 3), 0);
  EXPECT_EQ(beat_near(song, 1.26), 1);
  EXPECT_EQ(beat_near({}, 3), -1);
}

TEST(SongEdit, TapsMoveBeatsBarsChordsAndParts) {
  // The same song in three, tapped unevenly, twice on one beat and out of order.
  std::vector<double> taps;
  Random random(2);
  for (int i = 0; i < 24; ++i) taps.push_back(1.25 + 0.75 * i + random.uniform(-0.02, 0.02));
  taps.push_back(taps[5] + 0.03);
  std::swap(taps[3], taps[4]);
  const auto song = with_beats(plain(), taps, 3, 1);
  EXPECT_EQ(song.beats.size(), 24u);
  EXPECT_EQ(song.beats_per_bar, 3);
  EXPECT_NEAR(song.tempo, 80, 0.5);
  ASSERT_EQ(song.downbeats.size(), 8u);
  EXPECT_EQ(song.downbeats[0], song.beats[1]);
  EXPECT_EQ(song.chords[0].end, song.chords[1].start);
  EXPECT_NE(std::find(song.beats.begin(), song.beats.end(), song.chords[0].end), song.beats.end());
  EXPECT_NE(std::find(song.downbeats.begin(), song.downbeats.end(), song.sections[0].end),
            song.downbeats.end());
  for (const auto& few : {std::vector<double>{}, std::vector<double>{3}}) {
    const auto none = with_beats(plain(), few, 4, 0);
    EXPECT_EQ(none.tempo, 0);
    EXPECT_TRUE(none.downbeats.empty());
  }
  EXPECT_TRUE(finite(with_beats(plain(), {1, std::nan(""), -4, 2, 3, 1e9}, 0, 99)));
}

TEST(SongEdit, JsonComesBackAsItWas) {
  auto song = plain();
  song.loudness.integrated = -14.25;
  const auto text = write_json(json_of(song));
  const auto value = parse_json(text);
  ASSERT_TRUE(value.ok());
  const auto back = song_analysis_from_json(*value);
  ASSERT_TRUE(back.ok());
  EXPECT_EQ(write_json(json_of(*back)), text);
  EXPECT_NE(text.find("\"timeSignature\":\"4/4\""), std::string::npos);
  EXPECT_NE(text.find("\"symbol\":\"Am\""), std::string::npos);
  for (const char* bad : {"[]", "{\"tempo\":\"fast\"}", "{\"beats\":[2,1]}", "{\"beats\":[-1]}",
                          "{\"beatsPerBar\":0}", "{\"chords\":[{\"start\":3,\"end\":1}]}",
                          "{\"sections\":5}", "{\"key\":7}"}) {
    const auto wrong = song_analysis_from_json(*parse_json(bad));
    ASSERT_FALSE(wrong.ok()) << bad;
    EXPECT_EQ(wrong.error().code, Code::bad_input);
  }
  EXPECT_EQ(chord_symbol("Bb:7"), "Bb7");
  EXPECT_EQ(chord_symbol("N"), "N.C.");
}

TEST(EvaluateChords, KnowsHartesGrammar) {
  const auto score = [](const char* truth, const char* found, const char* name) {
    const auto scores = evaluate_chords(std::string("0 2 ") + truth, std::string("0 2 ") + found);
    return scores ? score_of(*scores, name) : -1.0;
  };
  EXPECT_EQ(score("C:maj", "C", "tetrads"), 1);
  EXPECT_EQ(score("C:maj/5", "C", "majmin"), 1);
  EXPECT_EQ(score("C:maj/5", "C", "majmin_inv"), 0);
  EXPECT_EQ(score("A:min7", "A:min", "majmin"), 1);
  EXPECT_EQ(score("A:min7", "A:min", "sevenths"), 0);
  EXPECT_EQ(score("Db", "C#:maj", "root"), 1);
  EXPECT_EQ(score("C:maj6", "A:min7", "mirex"), 1);
  EXPECT_EQ(score("N", "N", "majmin"), 1);
  EXPECT_EQ(score("N", "C", "majmin"), 0);
  EXPECT_EQ(score("X", "C", "majmin"), 0);  // nothing to judge
  for (const char* bad : {"H", "C:dur", "C(", "c", "C:maj/0", ""})
    EXPECT_EQ(score(bad, "C", "root"), -1) << bad;
  EXPECT_FALSE(evaluate_chords("", "0 1 C").ok());
  EXPECT_FALSE(evaluate_chords("0 2 C\n1 3 D", "0 1 C").ok());
}

}  // namespace
}  // namespace tutti::analysis
