// A small SoundFont, packed as MuseScore packs them, comes back with its pitch, level and loops.
#include "native/files/sf3.h"

#include <cstring>
#include <gtest/gtest.h>

#include "engine/instruments/soundfont.h"
#include "native/files/audio_writer.h"
#include "tests/native/support.h"

namespace tutti {
namespace {

using instruments::SoundFont;

// Two samples, a tone each, with loops.
struct Made {
  std::vector<std::int16_t> frames;
  SoundFont font;
};

Made make_font() {
  Made made;
  made.frames.assign(60, 0);
  for (const double hz : {441.0, 882.0}) {
    instruments::SampleHeader header;
    header.name = "tone";
    header.rate = 44100;
    header.start = static_cast<std::uint32_t>(made.frames.size());
    for (int i = 0; i < 20000; ++i)
      made.frames.push_back(
          static_cast<std::int16_t>(std::lround(16000 * std::sin(2 * M_PI * hz * i / 44100))));
    header.end = static_cast<std::uint32_t>(made.frames.size());
    header.loop_start = header.start + 1000;
    header.loop_end = header.start + 15000;
    made.frames.insert(made.frames.end(), 46, 0);
    made.font.samples.push_back(header);
  }
  instruments::Zone zone;
  zone.target = 0;
  made.font.name = "Tones";
  made.font.instruments.push_back({"Tone", {zone}});
  made.font.presets.push_back({"Tone", {0, 5}, {zone}});
  made.font.frames = made.frames;
  return made;
}

std::uint32_t get32(const std::vector<std::byte>& b, std::size_t at) {
  std::uint32_t v;
  std::memcpy(&v, b.data() + at, 4);
  return v;
}
void put32(std::vector<std::byte>& b, std::size_t at, std::uint32_t v) {
  std::memcpy(b.data() + at, &v, 4);
}

std::size_t find(const std::vector<std::byte>& b, const char* id) {
  for (std::size_t i = 0; i + 8 <= b.size(); ++i)
    if (std::memcmp(b.data() + i, id, 4) == 0) return i;
  ADD_FAILURE() << id;
  return 0;
}

// Replaces the sample pool by Ogg streams and marks the headers.
std::vector<std::byte> packed(const std::vector<std::byte>& sf2, const Made& made) {
  test::TempFolder folder;
  std::vector<std::byte> pool;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> places;
  for (const auto& sample : made.font.samples) {
    files::AudioBuffer audio;
    audio.rate = 44100;
    audio.channels.resize(1);
    for (auto i = sample.start; i < sample.end; ++i)
      audio.channels[0].push_back(static_cast<float>(made.frames[i]) / 32768);
    files::EncodeOptions ogg;
    ogg.format = files::AudioFormat::ogg;
    ogg.quality = 1;
    EXPECT_TRUE(files::encode(folder / "s.ogg", audio, ogg).ok());
    const auto stream = test::slurp(folder / "s.ogg");
    places.emplace_back(pool.size(), pool.size() + stream.size());
    pool.insert(pool.end(), stream.begin(), stream.end());
  }
  if (pool.size() & 1) pool.push_back(std::byte{0});
  auto out = sf2;
  const auto headers = find(out, "shdr") + 8;
  for (std::size_t i = 0; i < places.size(); ++i) {
    const auto at = headers + 46 * i;
    const auto start = get32(out, at + 20);
    put32(out, at + 20, places[i].first);
    put32(out, at + 24, places[i].second);
    put32(out, at + 28, get32(out, at + 28) - start);
    put32(out, at + 32, get32(out, at + 32) - start);
    out[at + 44] |= std::byte{0x10};
  }
  const auto smpl = find(out, "smpl"), sdta = find(out, "sdta");
  const auto old = get32(out, smpl + 4);
  out.erase(out.begin() + static_cast<std::ptrdiff_t>(smpl) + 8,
            out.begin() + static_cast<std::ptrdiff_t>(smpl + 8 + old + (old & 1)));
  out.insert(out.begin() + static_cast<std::ptrdiff_t>(smpl) + 8, pool.begin(), pool.end());
  put32(out, smpl + 4, static_cast<std::uint32_t>(pool.size()));
  put32(out, sdta - 4, static_cast<std::uint32_t>(pool.size() + 12));
  put32(out, 4, static_cast<std::uint32_t>(out.size() - 8));
  return out;
}

TEST(Sf3, UnpacksToTheSoundFontItCameFrom) {
  const auto made = make_font();
  auto sf2 = instruments::write_soundfont(made.font);
  ASSERT_TRUE(sf2.ok()) << sf2.error().message;
  EXPECT_FALSE(files::is_sf3(*sf2));
  const auto sf3 = packed(*sf2, made);
  EXPECT_TRUE(files::is_sf3(sf3));
  EXPECT_LT(sf3.size(), sf2->size());
  auto back = files::sf3_to_sf2(sf3);
  ASSERT_TRUE(back.ok()) << back.error().message;
  EXPECT_FALSE(files::is_sf3(*back));
  auto font = instruments::read_soundfont(std::span<const std::byte>(*back));
  ASSERT_TRUE(font.ok()) << font.error().message;
  EXPECT_EQ(font->name, "Tones");
  ASSERT_EQ(font->presets.size(), 1u);
  EXPECT_EQ(font->presets[0].id.program, 5);
  ASSERT_EQ(font->samples.size(), 2u);
  double hz = 441;
  for (const auto& sample : font->samples) {
    EXPECT_EQ(sample.end - sample.start, 20000u);
    EXPECT_EQ(sample.loop_start - sample.start, 1000u);
    EXPECT_EQ(sample.loop_end - sample.start, 15000u);
    std::vector<float> tone;
    for (auto i = sample.start + 1000; i < sample.start + 19000; ++i)
      tone.push_back(static_cast<float>(font->frames[i]) / 32768);
    EXPECT_NEAR(test::db(test::level_at(tone, 44100, hz) / (16000 / 32768.0)), 0, 0.1);
    for (std::uint32_t i = sample.end; i < sample.end + 46; ++i) ASSERT_EQ(font->frames[i], 0);
    hz *= 2;
  }
}

TEST(Sf3, DamageIsAnErrorNeverACrash) {
  const auto made = make_font();
  const auto sf3 = packed(*instruments::write_soundfont(made.font), made);
  for (std::size_t cut = 0; cut < sf3.size(); cut += 97) {
    auto result = files::sf3_to_sf2(std::span(sf3).first(cut));
    if (!result) {
      EXPECT_FALSE(result.error().next.empty());
    }
  }
  Random random(6);
  for (int trial = 0; trial < 200; ++trial) {
    auto bytes = sf3;
    for (int i = 0; i < 8; ++i)
      bytes[random.below(bytes.size())] = static_cast<std::byte>(random.below(256));
    auto result = files::sf3_to_sf2(bytes);
    if (!result) {
      EXPECT_FALSE(result.error().next.empty());
    }
  }
}

}  // namespace
}  // namespace tutti
