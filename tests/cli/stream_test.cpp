// Endless music as a person at a shell meets it.
#include <csignal>
#include <fstream>
#include <gtest/gtest.h>

#include "engine/score/midi_score.h"
#include "native/files/atomic_write.h"
#include "native/files/audio_reader.h"
#include "tests/cli/program.h"
#include "tests/native/support.h"

namespace tutti {
namespace {

using test::run;

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

class Stream : public testing::Test {
 protected:
  test::TempFolder folder_;
};

TEST_F(Stream, ComposesSoundAndNotesOfTheSameLength) {
  const auto said =
      run({"compose", "--seed", "7", "--minutes", "0.1", "--key", "Bb", "--mode", "dorian", "--bpm",
           "90", "-o", folder_ / "a.wav", "--json", "--stems", folder_ / "voices"});
  ASSERT_EQ(said.code, 0) << said.err;
  const auto answer = said.json();
  for (const char* key : {"output", "seconds", "cpu_seconds", "realtime_factor", "loudness"})
    EXPECT_NE(json_find(answer, key), nullptr) << key;
  double seconds = 0;
  ASSERT_TRUE(json_get(json_find(answer, "seconds"), seconds));
  EXPECT_NEAR(seconds, 6, 1e-6);
  const auto sound = files::decode(files::AudioSource::path(folder_ / "a.wav"));
  ASSERT_TRUE(sound.ok());
  EXPECT_EQ(sound->audio.frames(), 6u * 48000);
  EXPECT_TRUE(files::decode(files::AudioSource::path(folder_ / "voices/pad.wav")).ok());

  // Again the same, to the byte.
  ASSERT_EQ(run({"compose", "--seed", "7", "--minutes", "0.1", "--key", "bb", "--mode", "dorian",
                 "--bpm", "90", "-o", folder_ / "b.wav"})
                .code,
            0);
  EXPECT_EQ(*files::read_file(folder_ / "a.wav"), *files::read_file(folder_ / "b.wav"));

  ASSERT_EQ(run({"compose", "--seed", "7", "--minutes", "0.5", "-o", folder_ / "a.mid"}).code, 0);
  const auto midi = score::read_midi(*files::read_file(folder_ / "a.mid"));
  ASSERT_TRUE(midi.ok());
  const auto score = score::score_from_midi(*midi);
  ASSERT_TRUE(score.ok());
  EXPECT_FALSE(score->parts.empty());
  EXPECT_NEAR(score->tempo.bpm_at({}), 70, 0.01);
  EXPECT_LE(score->tempo.seconds(score->end), 30.01);
}

TEST_F(Stream, RefusesWithTheRangeOrTheNearestName) {
  const std::string out = folder_ / "x.wav";
  const std::pair<std::vector<std::string>, std::string> wrong[] = {
      {{"compose", "-o", out, "--bpm", "500"}, "180"},
      {{"compose", "-o", out, "--intensity", "1.5"}, "1"},
      {{"compose", "-o", out, "--style", "ambeint"}, "ambient"},
      {{"compose", "-o", out, "--mode", "aeolean"}, "aeolian"},
      {{"compose", "-o", out, "--key", "H"}, "C"},
      {{"compose", "-o", out, "--voice", "pud=off"}, "pad"},
      {{"compose", "-o", out, "--seed", "x"}, "whole number"},
      {{"compose", "-o", out, "--minutes", "0"}, "minutes"},
      {{"stream", "-o", "file.ogg"}, "compose"},
      {{"stream", "-o", "-", "--format", "flac"}, "wav"},
  };
  for (const auto& [words, part] : wrong) {
    const auto said = run(words);
    EXPECT_EQ(said.code, 2) << said.err;
    EXPECT_TRUE(holds(said.err, part)) << said.err;
  }
  test::spill(folder_ / "bad.json", test::bytes_of("{\"version\":1,\"start\":{\"bpm\":1}}"));
  const auto said = run({"compose", "-o", out, "--log", folder_ / "bad.json"});
  EXPECT_EQ(said.code, 3);
  EXPECT_TRUE(holds(said.err, "start.bpm")) << said.err;
}

TEST_F(Stream, StreamsDownAPipeAndListensToLines) {
  test::Call call{{"stream", "-o", "-", "--format", "raw", "--minutes", "0.05", "--seed", "3"},
                  "bpm 120\nintensity 0.9\nkey H\nhelp\n"};
  const auto raw = run(call);
  ASSERT_EQ(raw.code, 0) << raw.err;
  EXPECT_NEAR(static_cast<double>(raw.out.size()), 4 * 48000 * 3, 4 * 960 * 2);
  EXPECT_TRUE(holds(raw.err, "beats")) << raw.err;
  EXPECT_TRUE(holds(raw.err, "now")) << raw.err;
  EXPECT_TRUE(holds(raw.err, "Warning")) << raw.err;
  call.arguments[4] = "ogg";
  const auto ogg = run(call);
  ASSERT_EQ(ogg.code, 0) << ogg.err;
  EXPECT_EQ(ogg.out.substr(0, 4), "OggS");
  call.arguments[4] = "wav";
  EXPECT_EQ(run(call).out.substr(0, 4), "RIFF");
  call.input = "quit\n";
  call.arguments[6] = "60";
  EXPECT_EQ(run(call).code, 0);
}

TEST_F(Stream, EndsInPeaceWhenItIsInterrupted) {
  test::Running running({"stream", "-o", "-", "--format", "raw"});
  // It plays once it listens to the signal.
  ASSERT_TRUE(running.wait_until([&] {
    std::ifstream status("/proc/" + std::to_string(running.pid()) + "/status");
    for (std::string line; std::getline(status, line);)
      if (line.starts_with("SigCgt:"))
        return (std::stoull(line.substr(7), nullptr, 16) >> (SIGINT - 1) & 1) != 0;
    return false;
  }));
  running.signal(SIGINT);
  EXPECT_EQ(running.exit_code(), 0);
}

}  // namespace
}  // namespace tutti
