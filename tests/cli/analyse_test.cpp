// `tutti analyse` from a file to JSON, text and the forms that `tutti evaluate` reads.
#include <cmath>
#include <gtest/gtest.h>

#include "engine/base/math.h"
#include "native/files/audio_writer.h"
#include "tests/cli/program.h"
#include "tests/native/support.h"

namespace tutti {
namespace {

using test::run;

// C and A minor in turn, a bar of four beats each, 120 beats a minute, the first beat at 0.5 s.
files::AudioBuffer little_song(double seconds) {
  constexpr int kRate = 22050;
  files::AudioBuffer song;
  song.rate = kRate;
  song.channels.assign(1, std::vector<float>(static_cast<std::size_t>(seconds * kRate), 0.f));
  auto& x = song.channels[0];
  for (int beat = 0; 0.5 + 0.5 * beat + 0.5 < seconds; ++beat) {
    const bool minor = beat / 4 % 2 == 1;
    for (int key : {minor ? 45 : 48, minor ? 57 : 60, 64, minor ? 60 : 67}) {
      const double step = math::midi_to_hz(key) / kRate;
      for (int i = 0; i < kRate * 9 / 20; ++i)
        x[static_cast<std::size_t>((0.5 + 0.5 * beat) * kRate) + static_cast<std::size_t>(i)] +=
            static_cast<float>((beat % 4 == 0 ? 0.16 : 0.1) * math::exp(-5.0 * i / kRate) *
                               (math::sin(math::kTwoPi * std::fmod(step * i, 1)) +
                                0.4 * math::sin(math::kTwoPi * std::fmod(2 * step * i, 1))));
    }
  }
  return song;
}

TEST(Analyse, SaysWhatIsHeardInEveryForm) {
  test::TempFolder folder;
  const std::string song = folder / "song.wav", beats = folder / "beats.txt";
  ASSERT_TRUE(files::encode(song, little_song(24), {}).ok());
  const auto heard = run({"analyse", song, "--json"}).json();
  double tempo = 0;
  ASSERT_TRUE(json_get(json_find(heard, "tempo"), tempo));
  EXPECT_NEAR(tempo, 120, 2);
  for (const char* name : {"beats", "downbeats", "timeSignature", "key", "tuning", "chords",
                           "sections", "difficulty", "loudness"})
    EXPECT_NE(json_find(heard, name), nullptr) << name;
  EXPECT_TRUE(json_find(heard, "difficulty")->is_array());

  std::string truth;
  for (double t = 0.5; t < 23.6; t += 0.5) truth += std::to_string(t) + "\n";
  test::spill(beats, test::bytes_of(truth));
  const auto estimate = run({"analyse", song, "--as", "beats"});
  ASSERT_EQ(estimate.code, 0);
  const auto scores = run({"evaluate", "beats", beats, "-", "--json"}, estimate.out).json();
  double f = 0;
  ASSERT_TRUE(json_get(json_find(scores, "F-measure"), f));
  EXPECT_GT(f, 0.9);
  const auto chords = run({"analyse", song, "--as", "chords"}).out;
  EXPECT_NE(chords.find("C:maj"), std::string::npos);
  EXPECT_NE(chords.find("A:min"), std::string::npos);
  EXPECT_NE(run({"analyse", song}).out.find("Key"), std::string::npos);
}

TEST(Analyse, RefusesWhatItCannotUse) {
  test::TempFolder folder;
  const std::string song = folder / "song.wav";
  ASSERT_TRUE(files::encode(song, little_song(6), {}).ok());
  EXPECT_EQ(run({"analyse", folder / "none.wav"}).code, 3);
  EXPECT_EQ(run({"analyse", song, "--as", "smell"}).code, 2);
  EXPECT_EQ(run({"analyse", song, "--instrument", "theremin"}).code, 2);
  EXPECT_EQ(run({"analyse", song, "--stems", folder / ""}).code, 2);
  EXPECT_EQ(run({"analyse", song, "--instrument", "bass", "--stems", folder / ""}).code, 3);
}

}  // namespace
}  // namespace tutti
