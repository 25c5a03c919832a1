// Texture: swells into sections, grains of the chord, noise like weather, tones played backwards.
#include <algorithm>

#include "engine/compose/parts.h"

namespace tutti::compose {
namespace {

int tone_near(const Chord& chord, int key, std::uint64_t which) {
  const auto tones = pitch_classes(chord);
  const int tone = tones[static_cast<std::size_t>(which % tones.size())];
  int found = key - ((key - tone) % 12 + 12) % 12;
  if (key - found > 6) found += 12;
  return found;
}

}  // namespace

void write_texture(const BarContext& c) {
  if (!c.on(Voice::texture)) return;
  Random random = c.random(Draw::texture);
  const int in_section = c.index % kSectionBars;
  const Chord& chord = c.chords.front().chord;
  const bool drifting = c.style->bass == BassLine::drone;
  const double wanted = (drifting ? 0.35 : 0.15) + 0.35 * c.tension;

  // Weather: long noise, renewed every two bars, more of it where little else sounds.
  const double noise = random.uniform();
  if (in_section % 2 == 0 && noise < (drifting ? 0.9 : 0.4 + 0.2 * c.intensity))
    c.add(Voice::texture, tone_near(chord, 60, 0), c.velocity(Voice::texture, -10, random), {0},
          kBarTicks * 2, Play::noise);

  // A cloud of grains on chord tones.
  const double cloud = random.uniform();
  const auto tone = random.below(4);
  const bool high = random.uniform() < 0.5;
  const Ticks start = kBeatTicks * static_cast<std::int64_t>(random.below(3));
  const Ticks length = kBeatTicks * static_cast<std::int64_t>(3 + random.below(5));
  const double soft = c.velocity(Voice::texture, -4, random);
  if (cloud < wanted)
    c.add(Voice::texture, tone_near(chord, high ? 72 : 60, tone), soft, start, length,
          Play::grains);

  // A tone backwards, into the bar line.
  const double back = random.uniform();
  const auto which = random.below(3);
  const double plain = c.velocity(Voice::texture, 0, random);
  if (back < 0.4 * wanted)
    c.add(Voice::texture, tone_near(c.next, 67, which), plain, kBeatTicks * 2, kBeatTicks * 2,
          Play::reverse);

  // A swell that opens the next section, the longer the more it rises.
  if (in_section == kSectionBars - 1 && c.index + 1 < kChapterBars)
    c.add(Voice::texture, tone_near(c.next, 55, 0),
          c.velocity(Voice::texture, 6 + 10 * c.tension, random),
          c.tension > 0.5 ? Ticks{0} : kBeatTicks * 2, c.tension > 0.5 ? kBarTicks : kBeatTicks * 2,
          Play::swell);
  else if (random.uniform() < 0.12 * wanted)
    c.add(Voice::texture, tone_near(chord, 50, 0), c.velocity(Voice::texture, -6, random), {0},
          kBarTicks, Play::swell);
}

}  // namespace tutti::compose
