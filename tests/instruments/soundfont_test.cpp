#include "engine/instruments/soundfont.h"

#include <cstring>
#include <gtest/gtest.h>

#include "engine/instruments/soundfont_subset.h"
#include "tests/support/tiny_font.h"

namespace tutti::instruments {
namespace {

using tests::FontMaker;
using tests::g;
using tests::range;

FontMaker rich_font() {
  FontMaker m;
  const int a = m.sine(100), b = m.sine(80, 12, 60, 44100), unused = m.sine(50);
  (void)unused;
  const int shared =
      m.instrument({m.zone(-1, {g(gen::pan, -200)}, {{0x0502, 48, 700, 0, 0}}),
                    m.zone(a, {range(gen::key_range, 0, 60), g(gen::sample_modes, 1)}),
                    m.zone(b, {range(gen::key_range, 61, 127), g(gen::sample_modes, 1),
                               g(gen::fine_tune, -5)})});
  const int other = m.instrument({m.zone(b, {g(gen::attenuation, 50)})});
  m.preset(0, 5,
           {m.zone(-1, {g(gen::vol_env_release, 300)}),
            m.zone(shared, {range(gen::velocity_range, 1, 80)}),
            m.zone(other, {g(gen::coarse_tune, 12)})});
  m.preset(kDrumBank, 0, {m.zone(other, {})});
  m.preset(0, 2, {m.zone(shared, {})});
  return m;
}

TEST(SoundFont, WrittenFontReadsBackTheSame) {
  FontMaker m = rich_font();
  const auto bytes = m.bytes();
  const auto font = read_soundfont(std::span(bytes));
  ASSERT_TRUE(font.ok()) << font.error().message;
  EXPECT_TRUE(font->warnings.empty());
  EXPECT_EQ(font->name, "Test font");
  ASSERT_EQ(font->presets.size(), 3u);
  EXPECT_EQ(font->presets[0].id, (PresetId{0, 2}));  // sorted
  EXPECT_EQ(font->presets[2].id, (PresetId{kDrumBank, 0}));
  EXPECT_EQ(font->generators, m.font.generators);
  EXPECT_EQ(font->modulators, m.font.modulators);
  ASSERT_EQ(font->frames.size(), m.frames.size());
  EXPECT_TRUE(std::equal(m.frames.begin(), m.frames.end(), font->frames.begin()));
  // Viewed in place, not copied.
  EXPECT_GE(reinterpret_cast<const std::byte*>(font->frames.data()), bytes.data());
  EXPECT_LT(reinterpret_cast<const std::byte*>(font->frames.data()), bytes.data() + bytes.size());
  // What is written from what was read is the same file.
  EXPECT_EQ(*write_soundfont(*font), *write_soundfont(*read_soundfont(std::vector(bytes))));
}

TEST(SoundFont, EveryTruncationIsRefusedOrSafe) {
  const auto bytes = rich_font().bytes();
  int refused = 0;
  for (std::size_t n = 0; n < bytes.size(); n += n < 200 || n + 1500 > bytes.size() ? 1 : 97) {
    const auto font =
        read_soundfont(std::vector(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(n)));
    if (!font) {
      ++refused;
      EXPECT_FALSE(font.error().next.empty());
    }
  }
  EXPECT_GT(refused, 1000);
}

TEST(SoundFont, NamesWhatIsWrong) {
  const std::vector<std::byte> text(100, std::byte{'x'});
  EXPECT_EQ(read_soundfont(std::span(text)).error().code, Code::bad_input);
  auto sf3 = rich_font().bytes();
  for (std::size_t i = 0; i + 12 < sf3.size(); ++i) {
    if (std::memcmp(sf3.data() + i, "ifil", 4) == 0) sf3[i + 8] = std::byte{3};
  }
  const auto answer = read_soundfont(std::span(std::as_const(sf3)));
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().code, Code::unsupported);
  EXPECT_NE(answer.error().next.find("SF2"), std::string::npos);
}

TEST(SoundFont, OddAddressIsCopied) {
  const auto bytes = rich_font().bytes();
  std::vector<std::byte> shifted(bytes.size() + 1);
  std::copy(bytes.begin(), bytes.end(), shifted.begin() + 1);
  const auto font = read_soundfont(std::span(std::as_const(shifted)).subspan(1));
  ASSERT_TRUE(font.ok());
  EXPECT_EQ(*write_soundfont(*font), *write_soundfont(*read_soundfont(std::span(bytes))));
}

TEST(Subset, KeepsOnlyWhatIsNeededAndSoundsTheSame) {
  FontMaker m = rich_font();
  const auto whole_bytes = m.bytes();
  const auto whole = read_soundfont(std::span(whole_bytes));
  const PresetId wanted[] = {{0, 5}};
  const auto part_bytes = subset_soundfont(*whole, wanted);
  ASSERT_TRUE(part_bytes.ok());
  EXPECT_LT(part_bytes->size(), whole_bytes.size());
  const auto part = read_soundfont(std::span(std::as_const(*part_bytes)));
  ASSERT_TRUE(part.ok());
  EXPECT_EQ(part->presets.size(), 1u);
  EXPECT_EQ(part->samples.size(), 2u);

  const auto render = [](const SoundFont& font) {
    Sampler sampler;
    Arena arena;
    sampler.prepare(44100, 4096, arena);
    auto bank = std::make_shared<SoundBank>();
    bank->add(std::make_shared<const SoundFont>(font), true);
    sampler.set_bank(bank);
    return tests::play(sampler,
                       {{0, 0xc0, 5, 0},
                        {7, 0x90, 55, 70},
                        {900, 0x90, 70, 110},
                        {5000, 0x80, 55, 0},
                        {9000, 0x80, 70, 0}},
                       20000);
  };
  const tests::Take a = render(*whole), b = render(*part);
  EXPECT_EQ(a.left, b.left);
  EXPECT_EQ(a.right, b.right);
  EXPECT_GT(a.rms(1000, 5000), 0.001);

  const PresetId absent[] = {{0, 99}};
  EXPECT_EQ(subset_soundfont(*whole, absent).error().code, Code::not_found);
  EXPECT_EQ(subset_soundfont(*whole, {}).error().code, Code::wrong_usage);
}

TEST(SoundBank, LastFontWinsAndOnlyWholeOnesSubstitute) {
  FontMaker a, b;
  a.simple(0, 3, a.sine());
  a.simple(kDrumBank, 0, 0);
  b.simple(0, 3, b.sine());
  const auto font_a = std::make_shared<const SoundFont>(*read_soundfont(a.bytes()));
  const auto font_b = std::make_shared<const SoundFont>(*read_soundfont(b.bytes()));
  SoundBank parts;
  parts.add(font_a, false);
  parts.add(font_b, false);
  EXPECT_EQ(parts.find({0, 3}).font, font_b.get());
  EXPECT_EQ(parts.find({kDrumBank, 0}).font, font_a.get());
  EXPECT_FALSE(parts.find_or_substitute({0, 4}));
  parts.add(font_a, true);
  EXPECT_EQ(parts.find_or_substitute({7, 3}).preset->id, (PresetId{0, 3}));
  EXPECT_EQ(parts.find_or_substitute({0, 90}).preset->id, (PresetId{0, 3}));
  EXPECT_EQ(parts.find_or_substitute({kDrumBank, 40}).preset->id, (PresetId{kDrumBank, 0}));
}

}  // namespace
}  // namespace tutti::instruments
