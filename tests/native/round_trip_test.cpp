// Sound that is written and read again: exactly where the format is exact, closely where it is not.
#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>

#include "native/files/audio_reader.h"
#include "native/files/audio_writer.h"
#include "tests/native/encoded.h"
#include "tests/native/support.h"

namespace tutti {
namespace {

using files::AudioFormat;
using files::AudioSource;
using test::TempFolder;

files::AudioBuffer decoded(std::span<const std::byte> bytes) {
  auto result = files::decode(AudioSource::bytes(bytes));
  EXPECT_TRUE(result.ok()) << (result ? "" : result.error().message);
  if (!result) return {};
  EXPECT_TRUE(result->warnings.empty()) << result->warnings[0];
  return std::move(result->audio);
}

std::vector<std::byte> written(const files::AudioBuffer& audio, AudioFormat format) {
  TempFolder folder;
  files::EncodeOptions options;
  options.format = format;
  auto ok = files::encode(folder / "x", audio, options);
  EXPECT_TRUE(ok.ok()) << (ok ? "" : ok.error().message);
  return test::slurp(folder / "x");
}

TEST(RoundTrip, WholeNumbersAreExactAtEveryRateAndChannelCount) {
  struct Case {
    AudioFormat format;
    int bits;
  };
  std::uint64_t seed = 1;
  for (const auto [format, bits] : {Case{AudioFormat::wav16, 16}, Case{AudioFormat::wav24, 24},
                                    Case{AudioFormat::flac16, 16}, Case{AudioFormat::flac, 24}}) {
    for (const int rate : {8000, 11025, 44100, 48000, 96000, 192000}) {
      for (const int channels : {1, 2, 3, 8}) {
        for (const std::size_t frames : {std::size_t{1}, std::size_t{1023}, std::size_t{4100}}) {
          const auto audio = test::whole_numbers(rate, channels, frames, bits, ++seed);
          const auto back = decoded(written(audio, format));
          ASSERT_EQ(back.rate, rate);
          ASSERT_EQ(back.channels, audio.channels)
              << name_of(format) << " " << rate << " Hz " << channels << " channels " << frames;
        }
      }
    }
  }
}

TEST(RoundTrip, FloatWavKeepsEveryBitBeyondFullScaleToo) {
  auto audio = test::tones(44100, 2, 0.2, 1000, 3.7);
  audio.channels[0][7] = 1e-30f;
  audio.channels[1][9] = -123456.75f;
  EXPECT_EQ(decoded(written(audio, AudioFormat::wav32f)).channels, audio.channels);
}

TEST(RoundTrip, SixteenBitsAreTheNumberOver32768) {
  files::AudioBuffer audio;
  audio.rate = 48000;
  audio.channels = {{}};
  for (int n = -32768; n <= 32767; ++n)
    audio.channels[0].push_back(static_cast<float>(n) / 32768.0f);
  const auto bytes = written(audio, AudioFormat::wav16);
  // The bytes themselves: the last 65536 samples are the numbers in order, little-endian.
  ASSERT_GE(bytes.size(), 131072u);
  const auto* data = bytes.data() + bytes.size() - 131072;
  for (int n = -32768; n <= 32767; ++n) {
    const auto at = static_cast<std::size_t>(n + 32768) * 2;
    const int low = std::to_integer<int>(data[at]), high = std::to_integer<int>(data[at + 1]);
    ASSERT_EQ(static_cast<std::int16_t>(low | high << 8), n);
  }
  EXPECT_EQ(decoded(bytes).channels, audio.channels);
}

TEST(RoundTrip, EveryKindOfFileIsRead) {
  for (const auto& kind : test::kinds()) {
    SCOPED_TRACE(kind.name);
    const auto audio = kind.exact ? test::whole_numbers(kind.rate, 2, 30000, 16, 5)
                                  : test::tones(kind.rate, 2, 1.5, 440);
    const auto bytes = test::encoded(kind, audio);
    ASSERT_FALSE(bytes.empty());
    auto result = files::decode(AudioSource::bytes(bytes));
    ASSERT_TRUE(result.ok()) << result.error().message;
    const auto& back = result->audio;
    ASSERT_EQ(back.rate, kind.rate);
    ASSERT_EQ(back.channels.size(), 2u);
    EXPECT_EQ(result->info.lossless, kind.exact);
    EXPECT_EQ(result->info.bytes, bytes.size());
    if (kind.exact) {
      EXPECT_EQ(back.channels, audio.channels);
      continue;
    }
    // Lossy: the length within a codec frame, the tones at their level and in their channel.
    EXPECT_NEAR(back.seconds(), audio.seconds(), 0.03);
    const auto middle = [&](std::size_t c) {
      return std::span(back.channels[c]).subspan(10000, 40000);
    };
    EXPECT_NEAR(test::db(test::level_at(middle(0), kind.rate, 440) / 0.5), 0, 0.3);
    EXPECT_NEAR(test::db(test::level_at(middle(1), kind.rate, 880) / 0.5), 0, 0.3);
    EXPECT_LT(test::level_at(middle(0), kind.rate, 880), 0.01);
    // Nothing else of note: what is left beside the tone is 40 dB below it.
    const double all = test::rms(middle(0)), tone = 0.5 / std::sqrt(2.0);
    EXPECT_NEAR(all, tone, tone * 0.03);
  }
}

TEST(RoundTrip, LossyFormatsComeBackInTime) {
  // A click train shows any delay that the codec added.
  for (const auto& kind : test::kinds()) {
    if (kind.exact) continue;
    SCOPED_TRACE(kind.name);
    files::AudioBuffer audio = test::tones(kind.rate, 1, 2, 1000, 0.4);
    const auto at = static_cast<std::size_t>(kind.rate);  // the tone begins at 1 s
    std::fill_n(audio.channels[0].begin(), at, 0.0f);
    const auto bytes = test::encoded(kind, audio);
    ASSERT_FALSE(bytes.empty());
    const auto back = decoded(bytes);
    ASSERT_FALSE(back.channels.empty());
    const auto& samples = back.channels[0];
    std::size_t first = 0;
    while (first < samples.size() && std::fabs(samples[first]) < 0.2f) ++first;
    EXPECT_NEAR(static_cast<double>(first), static_cast<double>(at), kind.rate * 0.005);
  }
}

TEST(RoundTrip, RatesThatMp3AndOpusLackAreResampled) {
  for (const auto format : {AudioFormat::mp3, AudioFormat::opus, AudioFormat::ogg}) {
    for (const int rate : {8000, 22050, 37000, 96000}) {
      SCOPED_TRACE(std::string(name_of(format)) + " at " + std::to_string(rate));
      const auto audio = test::tones(rate, 1, 1, 500);
      const auto back = decoded(written(audio, format));
      ASSERT_FALSE(back.channels.empty());
      EXPECT_NEAR(back.seconds(), 1, 0.06);
      const auto skip = back.frames() / 5;
      const auto middle = std::span(back.channels[0]).subspan(skip, back.frames() - 2 * skip);
      EXPECT_NEAR(test::db(test::level_at(middle, back.rate, 500) / 0.5), 0, 0.5);
    }
  }
}

TEST(RoundTrip, TagsAreKept) {
  TempFolder folder;
  for (const char* name : {"a.wav", "a.flac", "a.mp3", "a.ogg", "a.opus"}) {
    SCOPED_TRACE(name);
    files::EncodeOptions options;
    options.format = *files::audio_format_of_path(name);
    options.title = "Bärentanz";
    ASSERT_TRUE(files::encode(folder / name, test::tones(48000, 1, 0.3), options).ok());
    auto reader = files::AudioReader::open(AudioSource::path(folder / name));
    ASSERT_TRUE(reader.ok());
    const auto& tags = reader->info().tags;
    EXPECT_TRUE(std::any_of(tags.begin(), tags.end(), [](const auto& tag) {
      return tag.first == "title" && tag.second == "Bärentanz";
    }));
  }
}

TEST(RoundTrip, TheSameSoundGivesTheSameBytes) {
  auto audio = test::tones(44100, 2, 0.5, 700, 0.3);
  for (const auto format : {AudioFormat::wav16, AudioFormat::wav24, AudioFormat::wav32f,
                            AudioFormat::flac16, AudioFormat::flac, AudioFormat::mp3}) {
    EXPECT_EQ(written(audio, format), written(audio, format)) << name_of(format);
  }
}

TEST(RoundTrip, HowTheStreamIsCutDoesNotMatter) {
  const auto audio = test::tones(48000, 2, 1, 333, 0.2);
  TempFolder folder;
  files::EncodeOptions options;
  options.format = AudioFormat::wav16;
  Random random(3);
  auto writer = files::AudioWriter::create(folder / "cut.wav", 48000, 2, options);
  ASSERT_TRUE(writer.ok());
  for (std::size_t at = 0; at < audio.frames();) {
    const auto step = std::min<std::size_t>(1 + random.below(3000), audio.frames() - at);
    const float* channels[] = {audio.channels[0].data() + at, audio.channels[1].data() + at};
    ASSERT_TRUE(writer->write(channels, static_cast<int>(step)).ok());
    at += step;
  }
  ASSERT_TRUE(writer->finish().ok());
  EXPECT_EQ(test::slurp(folder / "cut.wav"), written(audio, AudioFormat::wav16));
}

TEST(RoundTrip, ClippingIsCounted) {
  TempFolder folder;
  files::EncodeOptions options;
  auto writer = files::AudioWriter::create(folder / "loud.wav", 48000, 1, options);
  ASSERT_TRUE(writer.ok());
  const float samples[] = {0.5f, 1.0f, 1.5f, -1.0f, -2.0f, 0.0f};
  const float* channels[] = {samples};
  ASSERT_TRUE(writer->write(channels, 6).ok());
  ASSERT_TRUE(writer->finish().ok());
  EXPECT_EQ(writer->clipped(), 2u);
  const auto back = decoded(test::slurp(folder / "loud.wav"));
  EXPECT_FLOAT_EQ(back.channels[0][2], 32767 / 32768.0f);
  EXPECT_FLOAT_EQ(back.channels[0][4], -1.0f);
}

TEST(RoundTrip, ShapesThatAFormatLacksAreRefused) {
  TempFolder folder;
  files::EncodeOptions options;
  options.format = AudioFormat::mp3;
  auto mp3 = files::AudioWriter::create(folder / "x.mp3", 48000, 6, options);
  ASSERT_FALSE(mp3.ok());
  EXPECT_EQ(mp3.error().code, Code::wrong_usage);
  options.format = AudioFormat::wav16;
  EXPECT_FALSE(files::AudioWriter::create(folder / "x.wav", 4000, 1, options).ok());
  EXPECT_FALSE(files::AudioWriter::create(folder / "x.wav", 48000, 9, options).ok());
  EXPECT_TRUE(folder.names().empty());
}

}  // namespace
}  // namespace tutti
