// Strangers' files: cut, scrambled, renamed, boasting. Each ends in sound or in a clear error, and
// nothing stays behind.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <gtest/gtest.h>
#include <limits>

#include "native/files/audio_reader.h"
#include "native/files/audio_writer.h"
#include "tests/native/encoded.h"
#include "tests/native/support.h"

namespace tutti {
namespace {

using files::AudioSource;
using test::TempFolder;

std::size_t open_descriptors() {
  std::size_t count = 0;
  for (const auto& entry : test::fs::directory_iterator("/proc/self/fd")) {
    (void)entry;
    ++count;
  }
  return count;
}

// Sound within the limits, or an error with both sentences.
void expect_sound_or_sentence(std::span<const std::byte> bytes, const std::string& what) {
  auto result = files::decode(AudioSource::bytes(bytes));
  if (!result) {
    EXPECT_FALSE(result.error().message.empty()) << what;
    EXPECT_FALSE(result.error().next.empty()) << what;
    EXPECT_NE(result.error().code, Code::internal) << what;
    return;
  }
  EXPECT_GT(result->audio.frames(), 0u) << what;
  for (const auto& channel : result->audio.channels) {
    EXPECT_EQ(channel.size(), result->audio.frames()) << what;
    EXPECT_TRUE(std::all_of(channel.begin(), channel.end(), [](float v) {
      return std::isfinite(v);
    })) << what;
  }
}

Error error_of(std::span<const std::byte> bytes, const files::DecodeOptions& options = {}) {
  auto result = files::decode(AudioSource::bytes(bytes, "x"), options);
  EXPECT_FALSE(result.ok());
  return result ? Error{} : result.error();
}

// The shortest WAV head for these samples.
std::vector<std::byte> wav(int rate, int channels, int bits, int tag,
                           std::span<const std::byte> data, std::uint32_t claimed) {
  std::vector<std::byte> bytes(44 + data.size());
  const auto put = [&](std::size_t at, std::uint32_t value, int size) {
    for (int i = 0; i < size; ++i)
      bytes[at + static_cast<std::size_t>(i)] = static_cast<std::byte>(value >> (8 * i) & 255);
  };
  std::memcpy(bytes.data(), "RIFF", 4);
  put(4, claimed + 36, 4);
  std::memcpy(bytes.data() + 8, "WAVEfmt ", 8);
  put(16, 16, 4);
  put(20, static_cast<std::uint32_t>(tag), 2);
  put(22, static_cast<std::uint32_t>(channels), 2);
  put(24, static_cast<std::uint32_t>(rate), 4);
  put(28, static_cast<std::uint32_t>(rate * channels * bits / 8), 4);
  put(32, static_cast<std::uint32_t>(channels * bits / 8), 2);
  put(34, static_cast<std::uint32_t>(bits), 2);
  std::memcpy(bytes.data() + 36, "data", 4);
  put(40, claimed, 4);
  std::copy(data.begin(), data.end(), bytes.begin() + 44);
  return bytes;
}

std::vector<std::byte> float_wav(const std::vector<float>& samples) {
  return wav(48000, 1, 32, 3, std::as_bytes(std::span(samples)),
             static_cast<std::uint32_t>(samples.size() * 4));
}

TEST(BadInput, EveryKindCutAtManyPlaces) {
  const auto descriptors = open_descriptors();
  for (const auto& kind : test::kinds()) {
    const auto whole = test::encoded(kind, test::tones(kind.rate, 2, 0.4));
    ASSERT_FALSE(whole.empty()) << kind.name;
    std::vector<std::size_t> cuts;
    for (std::size_t at = 0; at < std::min<std::size_t>(whole.size(), 72); ++at) cuts.push_back(at);
    for (std::size_t i = 1; i < 24; ++i) cuts.push_back(whole.size() * i / 24);
    for (const auto at : cuts) {
      expect_sound_or_sentence(std::span(whole).first(at),
                               kind.name + " cut at " + std::to_string(at));
    }
  }
  EXPECT_EQ(open_descriptors(), descriptors);
}

TEST(BadInput, WhatIsLeftOfACutFileIsReadWithAWarning) {
  for (const auto& kind : test::kinds()) {
    if (kind.name != "WAV" && kind.name != "FLAC" && kind.name != "MP3") continue;
    SCOPED_TRACE(kind.name);
    const auto whole = test::encoded(kind, test::tones(kind.rate, 1, 3));
    auto result = files::decode(AudioSource::bytes(std::span(whole).first(whole.size() / 2)));
    ASSERT_TRUE(result.ok()) << result.error().message;
    EXPECT_NEAR(result->audio.seconds(), 1.5, 0.3);
    ASSERT_FALSE(result->warnings.empty());
    EXPECT_NE(result->warnings.back().find("ends early"), std::string::npos)
        << result->warnings.back();
  }
}

TEST(BadInput, EveryKindWithFlippedBits) {
  Random random(11);
  for (const auto& kind : test::kinds()) {
    const auto whole = test::encoded(kind, test::tones(kind.rate, 2, 0.3));
    for (int trial = 0; trial < 60; ++trial) {
      auto bytes = whole;
      const auto flips = 1 + random.below(12);
      // Half of the trials hit the head, where the lengths and counts are.
      const auto reach = trial % 2 == 0 ? std::min<std::size_t>(bytes.size(), 200) : bytes.size();
      for (std::uint64_t i = 0; i < flips; ++i)
        bytes[random.below(reach)] ^= static_cast<std::byte>(1u << random.below(8));
      auto result = files::decode(AudioSource::bytes(bytes));
      if (!result) {
        EXPECT_FALSE(result.error().next.empty());
      }
    }
  }
}

TEST(BadInput, RandomBytesAreNoRecording) {
  Random random(7);
  for (int trial = 0; trial < 150; ++trial) {
    std::vector<std::byte> bytes(1 + random.below(40000));
    for (auto& byte : bytes) byte = static_cast<std::byte>(random.below(256));
    expect_sound_or_sentence(bytes, "trial " + std::to_string(trial));
    const auto result = files::decode(AudioSource::bytes(bytes));
    EXPECT_FALSE(result.ok()) << "trial " << trial;
  }
}

TEST(BadInput, OtherFilesAreNamedForWhatTheyAre) {
  const struct {
    std::string content;
    const char* word;
  } cases[] = {
      {"", "empty"},
      {std::string("MThd\0\0\0\6\0\1\0\1\0\x60MTrk\0\0\0\4\0\xff\x2f\0", 26), "MIDI"},
      {std::string("\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 16), "picture"},
      {std::string("PK\3\4\x14\0\0\0\x08\0", 10), "archive"},
      {"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "document"},
      {"Dear diary, today I hummed.\n", "text"},
      {"{\"version\": 1, \"tracks\": []}", "JSON"},
      {std::string("RIFF\x10\0\0\0sfbkLIST\4\0\0\0INFO", 24), "SoundFont"},
  };
  for (const auto& [content, word] : cases) {
    const auto error = error_of(test::bytes_of(content));
    EXPECT_EQ(error.code, Code::bad_input) << word;
    EXPECT_NE(error.message.find(word), std::string::npos) << error.message;
  }
}

TEST(BadInput, PlaylistsAndScriptsOpenNothing) {
  TempFolder folder;
  const auto target = folder / "secret.wav";
  test::spill(target, float_wav(std::vector<float>(48000, 0.25f)));
  for (const std::string& text :
       {"ffconcat version 1.0\nfile '" + target + "'\n",
        "#EXTM3U\n#EXTINF:1,\nfile://" + target + "\n",
        "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n" + target + "\n#EXT-X-ENDLIST\n",
        "[playlist]\nFile1=" + target + "\n",
        "<?xml version=\"1.0\"?><MPD><BaseURL>" + target + "</BaseURL></MPD>"}) {
    test::spill(folder / "list.wav", test::bytes_of(text));
    auto result = files::decode(AudioSource::path(folder / "list.wav"));
    ASSERT_FALSE(result.ok()) << text;
    EXPECT_EQ(result.error().code, Code::bad_input);
  }
}

TEST(BadInput, TheNameOfAFileDoesNotMatter) {
  TempFolder folder;
  const auto audio = test::whole_numbers(44100, 1, 5000, 16, 2);
  test::spill(folder / "song.mp3", test::encoded(test::kinds()[1], audio));  // FLAC
  auto result = files::decode(AudioSource::path(folder / "song.mp3"));
  ASSERT_TRUE(result.ok()) << result.error().message;
  EXPECT_EQ(result->info.container, "FLAC");
  EXPECT_EQ(result->audio.channels, audio.channels);
}

TEST(BadInput, NoSamplesOneSample) {
  EXPECT_NE(error_of(float_wav({})).message.find("no sound"), std::string::npos);
  auto one = files::decode(AudioSource::bytes(float_wav({0.5f})));
  ASSERT_TRUE(one.ok());
  EXPECT_EQ(one->audio.channels, std::vector<std::vector<float>>{{0.5f}});
}

TEST(BadInput, NotANumberIsRefusedWithItsPlace) {
  for (const float bad :
       {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(),
        -std::numeric_limits<float>::infinity(), 1e30f}) {
    std::vector<float> samples(96000, 0.1f);
    samples[72000] = bad;
    const auto error = error_of(float_wav(samples));
    EXPECT_EQ(error.code, Code::bad_input);
    EXPECT_NE(error.message.find("not numbers"), std::string::npos);
    EXPECT_NE(error.message.find("1."), std::string::npos) << error.message;  // about 1.5 s
  }
}

TEST(BadInput, ChannelsAndRates) {
  const auto made = [](int rate, int channels) {
    std::vector<std::byte> data(static_cast<std::size_t>(channels) * 2 * 1000);
    return wav(rate, channels, 16, 1, data, static_cast<std::uint32_t>(data.size()));
  };
  auto eight = files::decode(AudioSource::bytes(made(48000, 8)));
  ASSERT_TRUE(eight.ok());
  EXPECT_EQ(eight->audio.channels.size(), 8u);
  auto high = files::decode(AudioSource::bytes(made(192000, 2)));
  ASSERT_TRUE(high.ok());
  EXPECT_EQ(high->audio.rate, 192000);
  EXPECT_EQ(error_of(made(48000, 9)).code, Code::too_large);
  EXPECT_EQ(error_of(made(384000, 1)).code, Code::unsupported);
  EXPECT_EQ(error_of(made(4000, 1)).code, Code::unsupported);
}

TEST(BadInput, AHeadThatClaimsTwoHoursForOneSecond) {
  std::vector<std::byte> second(96000);
  const auto bytes = wav(48000, 1, 16, 1, second, 2u * 3600 * 96000);
  auto result = files::decode(AudioSource::bytes(bytes));
  ASSERT_TRUE(result.ok()) << result.error().message;
  EXPECT_NEAR(result->audio.seconds(), 1, 0.01);
  // Recorders that write into a pipe leave the length open.
  auto open = files::decode(AudioSource::bytes(wav(48000, 1, 16, 1, second, 0xffffffff)));
  ASSERT_TRUE(open.ok()) << open.error().message;
  EXPECT_NEAR(open->audio.seconds(), 1, 0.01);
}

TEST(BadInput, ARecordingOverTheLimitIsRefused) {
  files::DecodeOptions options;
  options.limits.seconds = 2;
  const auto long_one = float_wav(std::vector<float>(48000 * 3, 0.1f));
  const auto error = error_of(long_one, options);
  EXPECT_EQ(error.code, Code::too_large);
  EXPECT_NE(error.message.find("3.0 s"), std::string::npos) << error.message;
  options.limits.seconds = 4;
  EXPECT_TRUE(files::decode(AudioSource::bytes(long_one), options).ok());
  options.limits.bytes = 1000;
  EXPECT_EQ(error_of(long_one, options).code, Code::too_large);
}

TEST(BadInput, MuchSilenceInFewBytesStopsAtTheLimit) {
  // Like a zip bomb: 40 minutes in a small FLAC.
  TempFolder folder;
  files::EncodeOptions flac;
  flac.format = files::AudioFormat::flac16;
  auto writer = files::AudioWriter::create(folder / "bomb.flac", 8000, 2, flac);
  ASSERT_TRUE(writer.ok());
  const std::vector<float> silence(48000);
  const float* channels[] = {silence.data(), silence.data()};
  for (int second = 0; second < 2400; second += 6) ASSERT_TRUE(writer->write(channels, 48000).ok());
  ASSERT_TRUE(writer->finish().ok());
  auto bytes = test::slurp(folder / "bomb.flac");
  EXPECT_LT(bytes.size(), 200'000u);  // 76 MB of samples
  EXPECT_EQ(error_of(bytes).code, Code::too_large);
  // With the claimed length wiped out of the head it must be found while reading.
  for (std::size_t i = 21; i < 26; ++i) bytes[i] &= i == 21 ? std::byte{0xf0} : std::byte{0};
  files::DecodeOptions options;
  options.mono = true;
  options.limits.seconds = 60;
  EXPECT_EQ(error_of(bytes, options).code, Code::too_large);
  options.mono = false;
  options.limits.seconds = 30 * 60;
  options.limits.samples = 1'000'000;
  EXPECT_EQ(error_of(bytes, options).code, Code::too_large);
}

TEST(BadInput, ClaimsOfBlocksLargerThanTheFile) {
  // FLAC with a picture of 16 MB that is not there; ID3 with a tag of 256 MB; Ogg page from the
  // far future; MP4 atom of 2^62 bytes.
  auto flac = test::encoded(test::kinds()[1], test::tones(44100, 1, 0.3));
  const auto picture = test::bytes_of(std::string("\x06\xff\xff\xff", 4));
  flac.insert(flac.begin() + 42, picture.begin(), picture.end());
  expect_sound_or_sentence(flac, "picture");

  auto mp3 = test::bytes_of(std::string("ID3\4\0\0\x7f\x7f\x7f\x7f", 10));
  const auto frames = test::encoded(test::kinds()[2], test::tones(44100, 1, 0.3));
  mp3.insert(mp3.end(), frames.begin(), frames.end());
  expect_sound_or_sentence(mp3, "tag");

  auto ogg = test::encoded(test::kinds()[3], test::tones(44100, 1, 0.5));
  std::size_t last = 0;
  for (std::size_t i = 0; i + 4 < ogg.size(); ++i)
    if (std::memcmp(ogg.data() + i, "OggS", 4) == 0) last = i;
  std::fill_n(ogg.begin() + static_cast<std::ptrdiff_t>(last) + 6, 7, std::byte{0xff});
  expect_sound_or_sentence(ogg, "granule");

  auto mp4 = test::encoded(test::kinds()[5], test::tones(44100, 1, 0.3));
  const auto atom = test::bytes_of(std::string("\0\0\0\1free\x40\0\0\0\0\0\0\0", 16));
  mp4.insert(mp4.begin() + 28, atom.begin(), atom.end());
  expect_sound_or_sentence(mp4, "atom");
}

}  // namespace
}  // namespace tutti
