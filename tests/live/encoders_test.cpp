// What is encoded here is decoded by others: FFmpeg through the project's reader.
#include <cmath>
#include <cstring>
#include <gtest/gtest.h>
#include <numbers>
#include <rapidcheck/gtest.h>

#include "engine/base/random.h"
#include "native/files/audio_reader.h"
#include "native/live/mp3_encoder.h"
#include "native/live/ogg_opus.h"
#include "native/live/opus_encoder.h"

namespace tutti::live {
namespace {

struct Sound {
  std::vector<float> left, right;
};

// Two different chords that swell, so that a shift or a swap of sides shows.
Sound music(std::size_t frames) {
  Sound sound;
  for (std::size_t i = 0; i < frames; ++i) {
    const double t = static_cast<double>(i) / 48000;
    const double swell = 0.5 + 0.4 * std::sin(2 * std::numbers::pi * 0.7 * t);
    const auto tone = [&](double hz) { return std::sin(2 * std::numbers::pi * hz * t); };
    sound.left.push_back(static_cast<float>(swell * 0.3 * (tone(220) + tone(523.25))));
    sound.right.push_back(static_cast<float>(swell * 0.3 * (tone(329.63) + tone(1318.5))));
  }
  return sound;
}

files::Decoded decoded(const std::string& bytes, const char* name) {
  auto result = files::decode(
      files::AudioSource::bytes(std::as_bytes(std::span(bytes.data(), bytes.size())), name));
  EXPECT_TRUE(result) << (result ? "" : result.error().message);
  return result ? std::move(*result) : files::Decoded{};
}

// Signal to noise in dB of `heard` against `sound` shifted by `delay`, over [from, to) of `sound`.
double quality(const Sound& sound, const files::Decoded& heard, std::int64_t delay,
               std::size_t from, std::size_t to) {
  double signal = 0, noise = 0;
  for (std::size_t i = from; i < to; ++i) {
    const auto at = static_cast<std::int64_t>(i) + delay;
    for (int side = 0; side < 2; ++side) {
      const double wish = side ? sound.right[i] : sound.left[i];
      const double got =
          heard.audio.channels[static_cast<std::size_t>(side)][static_cast<std::size_t>(at)];
      signal += wish * wish;
      noise += (wish - got) * (wish - got);
    }
  }
  return 10 * std::log10(signal / noise);
}

struct OggFile {
  std::string headers;
  std::vector<std::string> pages;
};
OggFile ogg_of(const Sound& sound, int packets_a_page) {
  auto encoder = OpusEncoder::make();
  auto muxer = OggOpusMuxer::make(42, encoder->pre_skip(), {{"TITLE", "Night"}});
  OggFile file{muxer->headers(), {}};
  std::vector<std::uint8_t> packet;
  int held = 0;
  for (std::size_t at = 0; at + kOpusFrames <= sound.left.size(); at += kOpusFrames) {
    packet.clear();
    EXPECT_GT(encoder->encode(&sound.left[at], &sound.right[at], packet), 10u);
    muxer->add(packet, kOpusFrames);
    if (++held == packets_a_page) {
      file.pages.push_back(muxer->page());
      held = 0;
    }
  }
  if (std::string rest = muxer->page(); !rest.empty()) file.pages.push_back(rest);
  file.pages.push_back(muxer->end());
  return file;
}
std::string joined(const OggFile& file, std::size_t from = 0) {
  std::string bytes = file.headers;
  for (std::size_t i = from; i < file.pages.size(); ++i) bytes += file.pages[i];
  return bytes;
}

TEST(LiveOpus, ComesBackInPlaceAndWell) {
  const Sound sound = music(48000 * 3);
  const auto heard = decoded(joined(ogg_of(sound, 5)), "x.ogg");
  EXPECT_EQ(heard.info.codec, "Opus");
  ASSERT_EQ(heard.audio.channels.size(), 2u);
  // Everything but the pre-skip comes back, at its own place.
  EXPECT_EQ(heard.audio.frames(), 48000u * 3 - 312);
  EXPECT_GT(quality(sound, heard, 0, 4800, 48000 * 3 - 4800), 20);
}

TEST(LiveOpus, APlayerMayComeInAtAnyPage) {
  const Sound sound = music(48000 * 4);
  const OggFile file = ogg_of(sound, 5);
  for (const std::size_t from : {1u, 7u, 20u}) {
    const auto heard = decoded(joined(file, from), "x.ogg");
    const std::int64_t missing = static_cast<std::int64_t>(from) * 4800;
    ASSERT_GE(static_cast<std::int64_t>(heard.audio.frames()), 48000 * 4 - missing - 4800);
    // The end is in place, counted from the end; after 80 ms the sound is right.
    const std::int64_t delay = static_cast<std::int64_t>(heard.audio.frames()) - (48000 * 4 - 312);
    EXPECT_GT(
        quality(sound, heard, delay, static_cast<std::size_t>(missing) + 4800, 48000 * 4 - 4800),
        20);
  }
}

TEST(LiveOpus, PagesAreWellFormed) {
  const OggFile file = ogg_of(music(48000), 5);
  std::int64_t granule = 0;
  std::uint32_t sequence = 2;
  for (std::size_t i = 0; i + 1 < file.pages.size(); ++i) {
    const std::string& page = file.pages[i];
    ASSERT_EQ(page.substr(0, 4), "OggS");
    granule += 4800;
    std::int64_t stated = 0;
    std::memcpy(&stated, page.data() + 6, 8);
    EXPECT_EQ(stated, granule);
    std::uint32_t number = 0;
    std::memcpy(&number, page.data() + 18, 4);
    EXPECT_EQ(number, sequence++);
    std::uint32_t serial = 0;
    std::memcpy(&serial, page.data() + 14, 4);
    EXPECT_EQ(serial, 42u);
  }
  EXPECT_EQ(file.headers[5], 2);           // first page of the stream
  EXPECT_EQ(file.pages.back()[5] & 4, 4);  // last
  EXPECT_EQ(file.headers.substr(28, 8), "OpusHead");
}

TEST(LiveOpus, SettingsOutOfRangeAreRefused) {
  EXPECT_EQ(OpusEncoder::make({1000, 5}).error().code, Code::wrong_usage);
  EXPECT_EQ(OpusEncoder::make({96000, 11}).error().code, Code::wrong_usage);
}

TEST(LiveOpus, TheBitRateIsKept) {
  const Sound sound = music(48000 * 10);
  for (const int bits : {64000, 96000, 160000}) {
    auto encoder = OpusEncoder::make({bits, 10});
    std::vector<std::uint8_t> packets;
    for (std::size_t at = 0; at + kOpusFrames <= sound.left.size(); at += kOpusFrames) {
      encoder->encode(&sound.left[at], &sound.right[at], packets);
    }
    EXPECT_NEAR(static_cast<double>(packets.size()) * 8 / 10, bits, 0.25 * bits);
  }
}

struct Mp3File {
  std::vector<Mp3Run> runs;
  int delay = 0;
};
Mp3File mp3_of(const Sound& sound, const std::vector<std::size_t>& blocks) {
  auto encoder = Mp3Encoder::make();
  Mp3File file;
  file.delay = encoder->delay();
  std::size_t at = 0;
  for (std::size_t i = 0; at < sound.left.size(); ++i) {
    const std::size_t frames = std::min(blocks[i % blocks.size()], sound.left.size() - at);
    Mp3Run run = encoder->encode(&sound.left[at], &sound.right[at], static_cast<int>(frames));
    if (!run.bytes.empty()) file.runs.push_back(std::move(run));
    at += frames;
  }
  file.runs.push_back(encoder->finish());
  return file;
}
std::string joined(const Mp3File& file, std::size_t from = 0) {
  std::string bytes;
  for (std::size_t i = from; i < file.runs.size(); ++i) bytes += file.runs[i].bytes;
  return bytes;
}

// A decoder that is told nothing of the encoder's delay gives it back as it is; FFmpeg may drop its
// own part. Where the sound lies best tells which.
std::int64_t best_delay(const Sound& sound, const files::Decoded& heard, std::int64_t around) {
  std::int64_t best = around;
  double most = -1000;
  for (std::int64_t delay = around - 1200; delay <= around + 1200; ++delay) {
    if (delay + 24000 < 0) continue;
    const double q = quality(sound, heard, delay, 24000, 25000);
    if (q > most) {
      most = q;
      best = delay;
    }
  }
  return best;
}

TEST(LiveMp3, ComesBackWellAtTheStatedDelay) {
  const Sound sound = music(48000 * 3);
  const Mp3File file = mp3_of(sound, {4800});
  const auto heard = decoded(joined(file), "x.mp3");
  ASSERT_EQ(heard.audio.channels.size(), 2u);
  const std::int64_t delay = best_delay(sound, heard, file.delay);
  EXPECT_EQ(delay, file.delay);
  EXPECT_GT(quality(sound, heard, delay, 4800, 48000 * 3 - 4800), 20);
}

TEST(LiveMp3, RunsAreWholeFramesThatCountOn) {
  const Mp3File file = mp3_of(music(48000 * 2), {4800, 100, 1, 960, 1153});
  std::int64_t next = 0;
  for (const Mp3Run& run : file.runs) {
    EXPECT_EQ(run.frame, next);
    EXPECT_EQ(run.frames % kMp3Frames, 0);
    next += run.frames;
    ASSERT_GE(run.bytes.size(), 4u);
    EXPECT_EQ(static_cast<unsigned char>(run.bytes[0]), 0xff);
    // 192 kbit/s: 576 bytes a frame.
    EXPECT_EQ(run.bytes.size(), 576u * static_cast<std::size_t>(run.frames / kMp3Frames));
  }
}

TEST(LiveMp3, APlayerMayComeInAtAnyRunWithoutLosingAFrame) {
  const Sound sound = music(48000 * 3);
  const Mp3File file = mp3_of(sound, {4800});
  for (const std::size_t from : {1u, 5u, 13u}) {
    const auto heard = decoded(joined(file, from), "x.mp3");
    const std::int64_t missing = file.runs[from].frame;
    const std::int64_t delay = file.delay - missing;
    // No frame needed bytes of one before it: after one frame of overlap all is right.
    EXPECT_GT(quality(sound, heard, delay, static_cast<std::size_t>(missing) + 2 * kMp3Frames,
                      48000 * 3 - 4800),
              20);
  }
}

// However the sound is cut up on the way in, the bytes are the same.
RC_GTEST_PROP(LiveMp3, CutAnywhereGivesTheSameBytes, ()) {
  const Sound sound = music(12000);
  const auto blocks = *rc::gen::nonEmpty(
      rc::gen::container<std::vector<std::size_t>>(rc::gen::inRange<std::size_t>(1, 3000)));
  RC_ASSERT(joined(mp3_of(sound, blocks)) == joined(mp3_of(sound, {12000})));
}

TEST(LiveMp3, SettingsOutOfRangeAreRefused) {
  EXPECT_EQ(Mp3Encoder::make({48000, 191000, 5}).error().code, Code::wrong_usage);
  EXPECT_EQ(Mp3Encoder::make({12345, 192000, 5}).error().code, Code::wrong_usage);
  EXPECT_EQ(Mp3Encoder::make({48000, 192000, 10}).error().code, Code::wrong_usage);
}

TEST(LiveMp3, TheTimeStampIsTheOneOfTheStandard) {
  const std::string tag = hls_timestamp(0x1'2345'6789ull + (1ull << 33));
  EXPECT_EQ(tag.substr(0, 5), std::string("ID3\4\0", 5));
  EXPECT_EQ(tag.substr(10, 4), "PRIV");
  EXPECT_EQ(tag.substr(20, 45), std::string("com.apple.streaming.transportStreamTimestamp\0", 45));
  EXPECT_EQ(tag.substr(65), std::string("\0\0\0\1\x23\x45\x67\x89", 8));
  EXPECT_EQ(static_cast<std::size_t>(tag[9]), tag.size() - 10);
}

}  // namespace
}  // namespace tutti::live
