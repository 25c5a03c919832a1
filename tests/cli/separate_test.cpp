// Songs to stems on the command line, and the models that do it.
#include <cmath>
#include <csignal>
#include <cstdlib>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "native/files/atomic_write.h"
#include "native/files/audio_reader.h"
#include "native/files/audio_writer.h"
#include "tests/cli/program.h"
#include "tests/native/support.h"

namespace tutti {
namespace {

using test::run;

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

files::AudioBuffer read(const std::string& path) {
  auto decoded = files::decode(files::AudioSource::path(path));
  EXPECT_TRUE(decoded.ok()) << path;
  return decoded ? std::move(decoded->audio) : files::AudioBuffer{};
}

class Separate : public testing::Test {
 protected:
  // A bass, a strike every half second, a tone of the middle.
  std::string song(const std::string& name, double seconds, int rate = 44100, int channels = 2) {
    files::AudioBuffer audio;
    audio.rate = rate;
    audio.channels.resize(static_cast<std::size_t>(channels));
    Random random(5);
    for (std::size_t i = 0; i < static_cast<std::size_t>(seconds * rate); ++i) {
      const double t = static_cast<double>(i) / rate, since = std::fmod(t, 0.5);
      const double x = 0.3 * std::sin(400 * t) + 0.2 * std::sin(4000 * t) +
                       0.4 * std::exp(-40 * since) * random.uniform(-1, 1);
      for (auto& channel : audio.channels) channel.push_back(static_cast<float>(x));
    }
    files::EncodeOptions options;
    options.format = files::AudioFormat::wav24;
    EXPECT_TRUE(files::encode(folder_ / name, audio, options).ok());
    return folder_ / name;
  }
  test::TempFolder folder_;
};

TEST_F(Separate, FourFilesWhoseSumIsTheSong) {
  const auto path = song("song.wav", 3);
  const auto done = run(
      {"separate", path, "-o", folder_ / "stems/", "--model", "classical", "--without", "--json"});
  ASSERT_EQ(done.code, 0) << done.err;
  const auto answer = done.json();
  EXPECT_EQ(json_find(answer, "model")->as_string(), "classical");
  const auto original = read(path);
  std::vector<double> sum(original.frames());
  for (const char* name : {"drums", "bass", "other", "vocals"}) {
    const std::string expected = folder_ / "stems/" + name + ".wav";
    EXPECT_EQ(std::string(json_find(*json_find(answer, "stems"), name)->as_string()), expected);
    const auto stem = read(expected);
    ASSERT_EQ(stem.frames(), original.frames());
    ASSERT_EQ(stem.rate, 44100);
    for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += static_cast<double>(stem.channels[0][i]);
    const auto rest = read(folder_ / "stems/without-" + std::string(name) + ".wav");
    for (std::size_t i = 0; i < sum.size(); i += 101)
      ASSERT_NEAR(rest.channels[1][i] + stem.channels[1][i], original.channels[1][i], 1e-5);
  }
  for (std::size_t i = 0; i < sum.size(); ++i)
    ASSERT_NEAR(sum[i], static_cast<double>(original.channels[0][i]), 1e-5);
}

TEST_F(Separate, OneBadSongDoesNotStopTheOthers) {
  const auto good = song("good.wav", 2), small = song("small.wav", 2, 8000, 1);
  const std::string bad = folder_ / "bad.mp3", out = folder_ / "out";
  ASSERT_TRUE(files::write_file(bad, std::string_view("no sound at all")).ok());
  const auto done = run({"separate", bad, good, small, "-o", out, "--model", "classical", "--json",
                         "--format", "flac"});
  EXPECT_EQ(done.code, 3);
  EXPECT_TRUE(holds(done.err, "bad.mp3"));
  const auto answer = done.json();
  const auto& songs = json_find(answer, "songs")->as_array();
  ASSERT_EQ(songs.size(), 3u);
  EXPECT_NE(json_find(songs[0], "error"), nullptr);
  EXPECT_FALSE(test::fs::exists(out + "/bad"));
  const auto stem = read(out + "/small/bass.flac");
  EXPECT_EQ(stem.rate, 8000);
  EXPECT_EQ(stem.channels.size(), 1u);
  EXPECT_EQ(stem.frames(), 16000u);
  EXPECT_TRUE(test::fs::exists(out + "/good/vocals.flac"));
}

TEST_F(Separate, WrongUsageAndMissingPartsSayWhatToDo) {
  const auto path = song("song.wav", 1);
  const std::string out = folder_ / "out";
  const auto near = run({"separate", path, "-o", out, "--model", "clasical"});
  EXPECT_EQ(near.code, 2);
  EXPECT_TRUE(holds(near.err, "classical"));
  EXPECT_EQ(run({"separate", path, "-o", out, "--format", "xm"}).code, 2);
  const std::string nowhere = folder_ / "none";
  const auto missing = run(
      {.arguments = {"separate", path, "-o", out, "--model", "htdemucs"},
       .input = {},
       .environment = {{"TUTTI_MODELS", nowhere}, {"HOME", nowhere}, {"XDG_DATA_HOME", nowhere}}});
  EXPECT_EQ(missing.code, 4);
  EXPECT_TRUE(holds(missing.err, "tutti models fetch htdemucs"));
  EXPECT_FALSE(test::fs::exists(out));
  // A song among its own stems is not overwritten.
  const auto drums = song("drums.wav", 1);
  EXPECT_EQ(run({"separate", drums, "-o", test::fs::path(drums).parent_path().string(), "--model",
                 "classical"})
                .code,
            2);
  // A folder that cannot be one.
  EXPECT_EQ(run({"separate", path, "-o", path + "/x", "--model", "classical"}).code, 1);
}

TEST_F(Separate, CtrlCLeavesNothing) {
  const auto path = song("song.wav", 240);
  const std::string out = folder_ / "out";
  test::Running running({"separate", path, "-o", out, "--model", "classical", "--threads", "1"});
  // Its folder is the last thing that it makes before the work.
  ASSERT_TRUE(running.wait_until([&] { return test::fs::exists(out); }));
  running.signal(SIGINT);
  EXPECT_EQ(running.exit_code(), 130);
  EXPECT_FALSE(test::fs::exists(out));
}

TEST_F(Separate, ModelsAreListedVerifiedAndRefused) {
  const std::string models = folder_ / "models";
  const auto with = [&](std::vector<std::string> arguments) {
    return run({.arguments = std::move(arguments),
                .input = {},
                .environment = {{"TUTTI_MODELS", models}, {"XDG_DATA_HOME", models}}});
  };
  const auto answer = with({"models", "list", "--json"}).json();
  ASSERT_EQ(json_find(answer, "models")->as_array().size(), 4u);
  EXPECT_EQ(json_find(answer, "folder")->as_string(), std::string_view(models));
  EXPECT_EQ(with({"models", "verify", "classical"}).code, 0);
  EXPECT_EQ(with({"models", "verify", "nonsense"}).code, 2);
  EXPECT_EQ(with({"models", "remove", "htdemucs"}).code, 3);
  // A file that is not the one is refused by its checksum.
  const std::string wrong = folder_ / "955717e8-8726e21a.th";
  ASSERT_TRUE(files::write_file(wrong, std::string_view("no checkpoint")).ok());
  const auto refused = with({"models", "fetch", "htdemucs", "--from", wrong});
  EXPECT_EQ(refused.code, 3);
  EXPECT_TRUE(holds(refused.err, "8726e21a"));
  EXPECT_EQ(with({"models", "fetch", "htdemucs_ft", "--from", wrong}).code, 2);
  // Weights that were damaged after they were installed.
  test::fs::create_directories(models);
  ASSERT_TRUE(
      files::write_file(models + "/htdemucs.safetensors", std::string_view("xxxxxxxxx")).ok());
  EXPECT_EQ(with({"models", "verify", "htdemucs"}).code, 3);
  EXPECT_EQ(with({"models", "remove", "htdemucs"}).code, 0);
  EXPECT_FALSE(test::fs::exists(models + "/htdemucs.safetensors"));
}

TEST_F(Separate, StemsAreEvaluated) {
  const auto path = song("song.wav", 1);
  const std::string out = folder_ / "out";
  ASSERT_EQ(run({"separate", path, "-o", out, "--model", "classical"}).code, 0);
  const auto answer = run({"evaluate", "separation", out, out, "--plain", "--json"}).json();
  EXPECT_EQ(json_find(answer, "stems")->as_array().size(), 4u);
  EXPECT_EQ(json_find(answer, "SI-SDR")->as_array().size(), 4u);
  EXPECT_EQ(run({"evaluate", "separation", out, folder_ / "nowhere"}).code, 3);
}

}  // namespace
}  // namespace tutti
