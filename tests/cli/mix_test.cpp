// Effects, loudness and mixdown as a person at a shell meets them.
#include <cmath>
#include <cstring>
#include <gtest/gtest.h>

#include "engine/base/random.h"
#include "native/files/audio_reader.h"
#include "native/files/audio_writer.h"
#include "native/files/sha256.h"
#include "tests/cli/program.h"
#include "tests/native/support.h"

namespace tutti {
namespace {

using files::AudioFormat;
using test::run;

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}
double number(const json::value& object, std::string_view key) {
  double value = NAN;
  EXPECT_TRUE(json_get(json_find(object, key), value)) << key;
  return value;
}
void write(const std::string& path, const files::AudioBuffer& audio, AudioFormat format) {
  files::EncodeOptions options;
  options.format = format;
  ASSERT_TRUE(files::encode(path, audio, options).ok());
}
files::AudioBuffer read(const std::string& path) {
  auto decoded = files::decode(files::AudioSource::path(path));
  EXPECT_TRUE(decoded.ok()) << path;
  return decoded ? std::move(decoded->audio) : files::AudioBuffer();
}
void spill(const std::string& path, const std::string& text) {
  test::spill(path, test::bytes_of(text));
}

class Mix : public testing::Test {
 protected:
  test::TempFolder folder_;
};

TEST_F(Mix, LoudnessOfAToneIsWhatTheStandardSays) {
  // BS.1770: 997 Hz at 0 dBFS in one channel reads -3.01 LUFS.
  write(folder_ / "a.wav", test::tones(48000, 1, 5, 997, 0.5), AudioFormat::wav32f);
  const auto said = run({"loudness", folder_ / "a.wav", "--json"});
  ASSERT_EQ(said.code, 0) << said.err;
  EXPECT_NEAR(number(said.json(), "integrated"), -3.01 - 6.02, 0.05);
  EXPECT_NEAR(number(said.json(), "sample_peak"), -6.02, 0.02);
  EXPECT_NEAR(number(said.json(), "true_peak"), -6.02, 0.1);
  EXPECT_NEAR(number(said.json(), "range"), 0, 0.1);
  EXPECT_TRUE(holds(run({"loudness", folder_ / "a.wav"}).out, "LUFS"));
  // Through a pipe the same.
  const auto bytes = test::slurp(folder_ / "a.wav");
  const auto piped =
      run({"loudness", "-", "--json"}, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  EXPECT_EQ(piped.out, said.out);
}

TEST_F(Mix, EveryEffectIsListedAndDescribed) {
  const auto list = run({"fx", "list", "--json"});
  ASSERT_EQ(list.code, 0) << list.err;
  const auto parsed = list.json();
  const auto* all = parsed.if_array();
  ASSERT_NE(all, nullptr);
  EXPECT_GE(all->size(), 30u);
  const auto one = run({"fx", "describe", "compressor", "--json"});
  ASSERT_EQ(one.code, 0);
  const auto described = one.json();
  const auto* parameters = json_find(described, "parameters")->if_array();
  ASSERT_NE(parameters, nullptr);
  for (const auto& p : *parameters)
    for (const char* key : {"id", "name", "unit", "min", "max", "default", "scale"})
      EXPECT_NE(json_find(p, key), nullptr) << key;
  for (const char* name :
       {"ParametricEQ", "LowShelf", "HighShelf", "Compressor", "Limiter", "Expander", "Gate",
        "Saturation", "Distortion", "WaveShaper", "SimpleDelay", "PingPongDelay", "MultiTapDelay",
        "Freeverb", "HallReverb", "PlateReverb", "filter", "transient_shaper", "sidechain_comp"})
    EXPECT_EQ(run({"fx", "describe", name}).code, 0) << name;
  const auto unknown = run({"fx", "describe", "compresor"});
  EXPECT_EQ(unknown.code, 2);
  EXPECT_EQ(run({"fx", folder_ / "a.wav", folder_ / "x.wav", "--chain", "compresor"}).code, 2);
  EXPECT_EQ(run({"mixdown", folder_ / ".", "-o", folder_ / "x.wav", "--chain", "gain gian=1"}).code,
            2);
  EXPECT_TRUE(holds(unknown.err, "ompressor")) << unknown.err;
}

TEST_F(Mix, AChainKeepsPlaceLengthAndChannels) {
  const auto audio = test::tones(44100, 2, 1, 440, 0.25);
  write(folder_ / "a.wav", audio, AudioFormat::wav32f);
  // The limiter looks ahead; below its ceiling it changes nothing, and its delay is taken off.
  ASSERT_EQ(run({"fx", folder_ / "a.wav", folder_ / "b.wav", "--chain", "gain gain=-6, limiter",
                 "--tail", "0"})
                .code,
            0);
  const auto out = read(folder_ / "b.wav");
  ASSERT_EQ(out.channels.size(), 2u);
  ASSERT_EQ(out.frames(), audio.frames());
  for (std::size_t i = 2000; i < 40000; ++i)
    ASSERT_NEAR(out.channels[0][i], audio.channels[0][i] * 0.501187f, 2e-5) << i;
  write(folder_ / "six.wav", test::tones(48000, 6, 0.2), AudioFormat::wav24);
  ASSERT_EQ(run({"fx", folder_ / "six.wav", folder_ / "six2.wav", "--chain", "gain gain=0"}).code,
            0);
  EXPECT_EQ(read(folder_ / "six2.wav").channels.size(), 6u);
  write(folder_ / "one.wav", test::tones(48000, 1, 0.2), AudioFormat::wav16);
  ASSERT_EQ(run({"fx", folder_ / "one.wav", folder_ / "one2.wav", "--chain", "compressor"}).code,
            0);
  EXPECT_EQ(read(folder_ / "one2.wav").channels.size(), 1u);
}

TEST_F(Mix, MistakesInAChainAreExplained) {
  write(folder_ / "a.wav", test::tones(44100, 1, 0.2), AudioFormat::wav16);
  const auto chain = [&](const std::string& text) {
    return run({"fx", folder_ / "a.wav", folder_ / "b.wav", "--chain", text});
  };
  EXPECT_TRUE(holds(chain("compresor").err, "compressor"));
  EXPECT_TRUE(holds(chain("compressor treshold=-3").err, "threshold"));
  const auto range = chain("compressor ratio=1e9");
  EXPECT_EQ(range.code, 2);
  EXPECT_TRUE(holds(range.err, "1")) << range.err;
  EXPECT_EQ(run({"fx", folder_ / "a.wav"}).code, 2);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "b.wav"));
}

TEST_F(Mix, SamplesThatAreNotNumbersAreRefused) {
  auto audio = test::tones(48000, 1, 0.5);
  audio.channels[0][5000] = INFINITY;
  std::filesystem::create_directory(folder_ / "in");
  write(folder_ / "in/bad.wav", audio, AudioFormat::wav32f);
  for (const auto& said :
       {run({"loudness", folder_ / "in/bad.wav"}),
        run({"fx", folder_ / "in/bad.wav", folder_ / "x.wav", "--chain", "compressor"}),
        run({"mixdown", folder_ / "in", "-o", folder_ / "x.wav"})}) {
    EXPECT_EQ(said.code, 3);
    EXPECT_TRUE(holds(said.err, "bad.wav")) << said.err;
    EXPECT_TRUE(holds(said.err, "not numbers")) << said.err;
  }
  EXPECT_FALSE(std::filesystem::exists(folder_ / "x.wav"));
}

TEST_F(Mix, AFolderIsMixedAtZeroDecibelsInTheMiddle) {
  std::filesystem::create_directory(folder_ / "in");
  const auto low = test::tones(48000, 1, 1, 220, 0.2);
  write(folder_ / "in/low.wav", low, AudioFormat::wav32f);
  const auto wide = test::tones(48000, 2, 1.5, 330, 0.1);
  write(folder_ / "in/wide.flac", wide, AudioFormat::flac);
  write(folder_ / "in/other.wav", test::tones(44100, 1, 0.5, 440, 0.1), AudioFormat::wav16);
  spill(folder_ / "in/notes.txt", "not a recording");
  const auto said = run({"mixdown", folder_ / "in", "-o", folder_ / "mix.wav", "--format", "wav32f",
                         "--stems", folder_ / "stems", "--json"});
  ASSERT_EQ(said.code, 0) << said.err;
  EXPECT_EQ(number(said.json(), "tracks"), 3);
  const auto mix = read(folder_ / "mix.wav");
  ASSERT_EQ(mix.rate, 48000);
  ASSERT_EQ(mix.frames(), 72000u);
  for (std::size_t i = 30000; i < 47000; ++i)
    ASSERT_NEAR(mix.channels[0][i], low.channels[0][i] + wide.channels[0][i], 1e-5) << i;
  std::vector<double> sum(mix.frames());
  for (const char* stem : {"01 low.wav", "02 other.wav", "03 wide.wav"}) {
    const auto audio = read(folder_ / ("stems/" + std::string(stem)));
    ASSERT_EQ(audio.frames(), mix.frames());
    for (std::size_t i = 0; i < sum.size(); ++i)
      sum[i] += static_cast<double>(audio.channels[0][i]);
  }
  for (std::size_t i = 0; i < sum.size(); ++i)
    ASSERT_NEAR(sum[i], static_cast<double>(mix.channels[0][i]), 1e-6);
}

TEST_F(Mix, TheLoudnessThatWasAskedForIsReached) {
  std::filesystem::create_directory(folder_ / "in");
  write(folder_ / "in/a.wav", test::tones(48000, 2, 6, 500, 0.05), AudioFormat::wav24);
  const auto said = run({"mixdown", folder_ / "in", "-o", folder_ / "mix.wav", "--lufs", "-16",
                         "--true-peak", "-2", "--json"});
  ASSERT_EQ(said.code, 0) << said.err;
  const auto heard = run({"loudness", folder_ / "mix.wav", "--json"}).json();
  EXPECT_NEAR(number(heard, "integrated"), -16, 0.1);
  EXPECT_LE(number(heard, "true_peak"), -1.9);
}

// A project whose recordings lie beside it, one of them gone.
TEST_F(Mix, AProjectPlaysWhatIsThereAndNamesWhatIsNot) {
  write(folder_ / "take.wav", test::tones(48000, 1, 1, 440, 0.25), AudioFormat::wav32f);
  const auto hash = files::sha256_of_file(folder_ / "take.wav");
  ASSERT_TRUE(hash.ok());
  const auto project = [&](const std::string& first, const std::string& second) {
    return R"({"format":"tutti","version":1,"entities":[
{"id":"0.0","kind":"project","set":{"title":"Song"},"at":{"title":"6.a"}},
{"id":"1.a","kind":"track","set":{"name":"Voice","parent":"0.0","position":"V","type":"audio"}},
{"id":"2.a","kind":"clip","set":{"parent":"1.a","blob":")" +
           first + R"(","rate":48000,"frames":48000,"channels":1,"start":15360}},
{"id":"3.a","kind":"track","set":{"name":"Choir","parent":"0.0","position":"W","type":"audio"}},
{"id":"4.a","kind":"clip","set":{"parent":"3.a","blob":")" +
           second + R"(","rate":48000,"frames":48000,"channels":1,"start":0}},
{"id":"5.a","kind":"device","set":{"parent":"1.a","effect":"gain","p_gain":-6,"position":"V"}}
]})";
  };
  spill(folder_ / "song.tutti", project(hash->hex(), std::string(64, 'e')));
  const auto said = run({"mixdown", folder_ / "song.tutti", "-o", folder_ / "mix.wav", "--json"});
  ASSERT_EQ(said.code, 0) << said.err;
  EXPECT_TRUE(holds(said.err, "\"Choir\"")) << said.err;
  EXPECT_FALSE(holds(said.err, "\"Voice\"")) << said.err;
  const auto mix = read(folder_ / "mix.wav");
  ASSERT_NEAR(static_cast<double>(mix.frames()), 72000, 2);
  EXPECT_NEAR(test::level_at(std::span(mix.channels[0]).subspan(30000, 32768), 48000, 440),
              0.25 * 0.501187, 0.002);
  EXPECT_LT(test::rms(std::span(mix.channels[0]).first(23900)), 1e-6);

  spill(folder_ / "gone.tutti", project(std::string(64, 'd'), std::string(64, 'e')));
  const auto gone = run({"mixdown", folder_ / "gone.tutti", "-o", folder_ / "x.wav"});
  EXPECT_EQ(gone.code, 3);
  EXPECT_TRUE(holds(gone.err, "--audio")) << gone.err;
  spill(folder_ / "empty.tutti", R"({"format":"tutti","version":1,"entities":[]})");
  const auto empty = run({"mixdown", folder_ / "empty.tutti", "-o", folder_ / "x.wav"});
  EXPECT_EQ(empty.code, 3);
  EXPECT_TRUE(holds(empty.err, "empty")) << empty.err;
  std::filesystem::create_directory(folder_ / "nothing");
  EXPECT_EQ(run({"mixdown", folder_ / "nothing", "-o", folder_ / "x.wav"}).code, 3);

  // The same project in one file.
  ASSERT_EQ(run({"convert", folder_ / "song.tutti", "-o", folder_ / "song.tuttiz"}).code, 0);
  std::filesystem::remove(folder_ / "take.wav");
  ASSERT_EQ(run({"mixdown", folder_ / "song.tuttiz", "-o", folder_ / "again.wav"}).code, 0);
  EXPECT_EQ(test::slurp(folder_ / "again.wav"), test::slurp(folder_ / "mix.wav"));
}

}  // namespace
}  // namespace tutti
