// Files that are locked by their seller are named so.
#include "native/files/protection.h"

#include <gtest/gtest.h>

#include "native/files/audio_reader.h"

namespace tutti::files {
namespace {

std::string box(const std::string& name, const std::string& content) {
  const auto size = static_cast<std::uint32_t>(content.size() + 8);
  std::string out;
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(size >> shift);
  return out + name + content;
}

std::string movie(const std::string& entry) {
  const std::string description =
      std::string("\0\0\0\0\0\0\0\1", 8) + box(entry, std::string(40, '\0'));
  const std::string track = box("mdia", box("minf", box("stbl", box("stsd", description))));
  return box("ftyp", "M4P M4A mp42") + box("free", std::string(100, 'x')) +
         box("moov", box("mvhd", std::string(100, '\0')) + box("trak", track));
}

Result<AudioReader> opened(const std::string& bytes) {
  return AudioReader::open(
      AudioSource::bytes(std::as_bytes(std::span(bytes.data(), bytes.size())), "song.m4p"));
}

TEST(Protection, LockedSongsAreRefusedByName) {
  for (const char* entry : {"drms", "enca", "aavd"}) {
    const std::string bytes = movie(entry);
    const auto reader = opened(bytes);
    ASSERT_FALSE(reader.ok());
    EXPECT_EQ(reader.error().code, Code::unsupported);
    EXPECT_NE(reader.error().message.find("DRM"), std::string::npos) << reader.error().message;
  }
}

TEST(Protection, OthersAreNot) {
  const auto is = [](const std::string& bytes) {
    auto stream = ByteStream::open(
        AudioSource::bytes(std::as_bytes(std::span(bytes.data(), bytes.size()))), 1 << 20);
    return stream.ok() && is_protected(*stream);
  };
  EXPECT_TRUE(is(movie("drms")));
  EXPECT_FALSE(is(movie("mp4a")));
  EXPECT_FALSE(is("RIFF....WAVEfmt drms"));
  EXPECT_FALSE(is(box("ftyp", "M4A ")));
  // Cut off anywhere: never beyond the end.
  const std::string whole = movie("drms");
  for (std::size_t size = 0; size < whole.size(); ++size)
    static_cast<void>(is(whole.substr(0, size)));
}

}  // namespace
}  // namespace tutti::files
