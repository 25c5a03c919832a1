// What players of files get: Ogg Opus, MP3 and HLS, decoded again.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <unistd.h>

#include "native/files/audio_reader.h"
#include "tests/streams/rig.h"

namespace tutti::streams {
namespace {

files::Decoded decoded(const std::string& bytes, const char* name) {
  auto result = files::decode(
      files::AudioSource::bytes(std::as_bytes(std::span(bytes.data(), bytes.size())), name));
  EXPECT_TRUE(result) << (result ? "" : result.error().message);
  return result ? std::move(*result) : files::Decoded{};
}

void expect_player(Form form, const char* name) {
  Rig rig;
  Ear first(*rig.streams.feed("ambient", form));
  rig.pass(0.02);  // at once: enough to begin with
  EXPECT_GE(decoded(first.bytes(), name).audio.seconds(), 1.2);
  rig.pass(5);
  Ear late(*rig.streams.feed("ambient", form));
  EXPECT_GE(decoded(late.bytes(), name).audio.seconds(), 1.2);
  rig.pass(3);
  const auto whole = decoded(first.bytes(), name);
  EXPECT_NEAR(whole.audio.seconds(), 9.5, 0.3);
  const auto part = decoded(late.bytes(), name);
  EXPECT_NEAR(part.audio.seconds(), 4.5, 0.3);
  EXPECT_TRUE(whole.warnings.empty()) << whole.warnings.front();
  first.leave();
  late.leave();
  rig.pass(0.2);
  // A form that was left and is wanted again begins anew.
  Ear again(*rig.streams.feed("ambient", form));
  rig.pass(1);
  EXPECT_GE(decoded(again.bytes(), name).audio.seconds(), 1.9);
}

TEST(StreamPlayers, OggBeginsAtOnceAndAnywhere) {
  expect_player(Form::ogg, "x.ogg");
}
TEST(StreamPlayers, Mp3BeginsAtOnceAndAnywhere) {
  expect_player(Form::mp3, "x.mp3");
}

TEST(StreamPlayers, AllListenersOfOggShareThePages) {
  Rig rig;
  Ear first(*rig.streams.feed("ambient", Form::ogg));
  rig.pass(4);
  Ear late(*rig.streams.feed("ambient", Form::ogg));
  rig.pass(2);
  const auto a = first.pieces(), b = late.pieces();
  // Headers, then the very same strings.
  for (std::size_t i = 1; i < b.size(); ++i) {
    EXPECT_EQ(b[b.size() - i].bytes.get(), a[a.size() - i].bytes.get());
  }
  EXPECT_EQ(*b[0].bytes, *a[0].bytes);
}

struct Playlist {
  std::int64_t sequence = -1;
  std::vector<std::int64_t> numbers;
  std::vector<double> seconds;
  std::vector<std::string> dates;
};
Playlist read(const std::string& text) {
  Playlist playlist;
  std::size_t at = 0;
  EXPECT_EQ(text.substr(0, 8), "#EXTM3U\n");
  while (at < text.size()) {
    const std::size_t end = text.find('\n', at);
    const std::string line = text.substr(at, end - at);
    at = end + 1;
    if (line.starts_with("#EXT-X-MEDIA-SEQUENCE:")) playlist.sequence = std::stoll(line.substr(22));
    if (line.starts_with("#EXTINF:")) playlist.seconds.push_back(std::stod(line.substr(8)));
    if (line.starts_with("#EXT-X-PROGRAM-DATE-TIME:")) playlist.dates.push_back(line.substr(25));
    if (line.starts_with("ambient/")) playlist.numbers.push_back(std::stoll(line.substr(8)));
  }
  return playlist;
}

TEST(StreamPlayers, HlsSlidesAndIsMadeOnlyWhileSomebodyAsks) {
  Rig rig;
  EXPECT_FALSE(rig.streams.playlist("ambient"));  // the first one is being made
  rig.pass(0.01);
  auto text = rig.streams.playlist("ambient");
  ASSERT_TRUE(text) << text.error().message;
  EXPECT_GE(read(*text).numbers.size(), 3u);  // enough to begin with, at once
  std::map<std::int64_t, std::string> segments;
  for (int i = 0; i < 20; ++i) {
    rig.pass(3);
    text = rig.streams.playlist("ambient");
    ASSERT_TRUE(text);
    const Playlist playlist = read(*text);
    EXPECT_LE(playlist.numbers.size(), 6u);
    EXPECT_EQ(playlist.sequence, playlist.numbers.front());
    for (std::size_t n = 0; n < playlist.numbers.size(); ++n) {
      EXPECT_EQ(playlist.numbers[n], playlist.sequence + static_cast<std::int64_t>(n));
      EXPECT_NEAR(playlist.seconds[n], 4.008, 0.0001);
      auto bytes = rig.streams.segment("ambient", playlist.numbers[n]);
      ASSERT_TRUE(bytes);
      segments[playlist.numbers[n]] =
          std::string(reinterpret_cast<const char*>((*bytes)->data()), (*bytes)->size());
    }
  }
  EXPECT_GE(segments.size(), 15u);
  // Time stamps count on by the length of a segment, and the whole decodes without a break.
  std::string all;
  std::uint64_t before = 0;
  for (const auto& [number, bytes] : segments) {
    std::uint64_t ticks = 0;
    for (int i = 0; i < 8; ++i) {
      ticks = ticks << 8 | static_cast<unsigned char>(bytes[static_cast<std::size_t>(65 + i)]);
    }
    if (number > segments.begin()->first) {
      EXPECT_EQ(ticks - before, 360720u);
    }
    before = ticks;
    all += bytes.substr(73);
  }
  EXPECT_NEAR(decoded(all, "x.mp3").audio.seconds(), static_cast<double>(segments.size()) * 4.008,
              0.1);
  EXPECT_FALSE(rig.streams.segment("ambient", 100000));
  // Nobody asks any more: all rests.
  rig.pass(25);
  EXPECT_EQ(next_due(rig.streams), kNever);
  EXPECT_FALSE(rig.streams.state("ambient")->running);
}

TEST(StreamPlayers, HlsAfterAPauseIsMarked) {
  Rig rig;
  Ear listener(*rig.streams.feed("ambient", Form::mp3));
  (void)rig.streams.playlist("ambient");
  rig.pass(10);
  ASSERT_TRUE(rig.streams.playlist("ambient"));
  rig.pass(60);  // the listener keeps the channel awake, nobody asks for segments
  (void)rig.streams.playlist("ambient");
  rig.pass(10);
  const auto text = rig.streams.playlist("ambient");
  ASSERT_TRUE(text);
  EXPECT_NE(text->find("#EXT-X-DISCONTINUITY\n"), std::string::npos);
  EXPECT_GT(read(*text).numbers.front(), 0);
}

// ffprobe reads the whole as a player would.
TEST(StreamPlayers, FfprobeFindsNothingToComplainAbout) {
  ASSERT_EQ(std::system("ffprobe -version >/dev/null 2>&1"), 0)
      << "ffprobe is not installed: ./dev setup test brings it.";
  for (const auto& [form, name] : {std::pair{Form::ogg, "live.ogg"}, {Form::mp3, "live.mp3"}}) {
    Rig rig;
    Ear before(*rig.streams.feed("ambient", form));
    rig.pass(3);
    Ear ear(*rig.streams.feed("ambient", form));
    rig.pass(5);
    const auto path = std::filesystem::temp_directory_path() /
                      ("tutti-" + std::to_string(::getpid()) + "-" + name);
    std::ofstream(path, std::ios::binary) << ear.bytes();
    const std::string command =
        "ffmpeg -v error -i " + path.string() + " -f null - 2>&1 | head -c 1000";
    std::FILE* pipe = ::popen(command.c_str(), "r");
    std::string said(1000, '\0');
    said.resize(std::fread(said.data(), 1, said.size(), pipe));
    ::pclose(pipe);
    EXPECT_EQ(said, "");
    std::filesystem::remove(path);
  }
}

}  // namespace
}  // namespace tutti::streams
