// Drums: layers that come in with the tension, in four grooves.
//
// General MIDI percussion keys (with the brush kit's meaning of 38 and 40).
#include <algorithm>
#include <array>
#include <string_view>

#include "engine/compose/parts.h"

namespace tutti::compose {
namespace {

constexpr int kKick = 36, kRim = 37, kTap = 38, kSwirl = 40, kHat = 42, kPedal = 44, kOpen = 46,
              kRide = 51, kShaker = 70;

// One layer: a bar of sixteenths; digits are the accent 1 … 9, '.' silence, '?' now and then.
struct Layer {
  Groove groove;
  int key;
  double enters;  // energy at which it joins
  double leaves;  // above this another layer takes over
  std::string_view cell;
  double beats;  // length of its notes
};

constexpr Layer kLayers[] = {
    // A slow heart, far away.
    {Groove::heartbeat, kKick, 0.0, 0.68, "7..............?", 1},
    {Groove::heartbeat, kKick, 0.68, 2, "8.....?.5.......", 1},
    {Groove::heartbeat, kShaker, 0.5, 2, "..3...4...3...4?", 0.25},
    {Groove::heartbeat, kRim, 0.62, 2, "........5......?", 0.25},
    {Groove::heartbeat, kHat, 0.78, 2, "..2.?.3...2.?.3.", 0.25},
    // Four to the bar.
    {Groove::four, kKick, 0.0, 0.3, "7.......6.......", 0.5},
    {Groove::four, kKick, 0.3, 2, "8...7...8...7..?", 0.5},
    {Groove::four, kShaker, 0.2, 2, "1.3.1.4.1.3.1.4?", 0.25},
    {Groove::four, kHat, 0.36, 2, "..6...6...6...6.", 0.25},
    {Groove::four, kRim, 0.48, 2, "....5..?....6...", 0.25},
    {Groove::four, kTap, 0.62, 2, "....7.......7...", 0.25},
    {Groove::four, kHat, 0.74, 2, "3?.?3?.?3?.?3?.?", 0.25},
    {Groove::four, kOpen, 0.82, 2, "..............5.", 0.5},
    // Brushes under a song.
    {Groove::ballad, kSwirl, 0.0, 2, "3.......4.......", 2},
    {Groove::ballad, kKick, 0.45, 2, "5.........?.....", 1},
    {Groove::ballad, kTap, 0.6, 2, "....4.......5..?", 0.25},
    {Groove::ballad, kHat, 0.72, 2, "2...3...2...3...", 0.25},
    // Swung: the third sixteenth of a beat stands for the late eighth.
    {Groove::swing, kSwirl, 0.0, 2, "4...3...4...3...", 1},
    {Groove::swing, kPedal, 0.1, 2, "....4.......4...", 0.25},
    {Groove::swing, kRide, 0.3, 2, "5...6.4.5...6.4.", 0.5},
    {Groove::swing, kKick, 0.2, 2, "4.........?.....", 0.5},
    {Groove::swing, kTap, 0.55, 2, "......?...?...4.", 0.25},
    {Groove::swing, kRim, 0.75, 2, "............5..?", 0.25},
};

}  // namespace

void write_drums(const BarContext& c) {
  if (!c.on(Voice::drums)) return;
  // The beat leaves before the last chord; alone it plays on.
  const bool alone = std::count(c.plays.begin(), c.plays.end(), true) <= 1;
  if (c.last() && !alone) return;
  Random random = c.random(Draw::drums);
  const double energy = 0.75 * c.tension + 0.25 * c.density;
  const bool last_of_section = c.index % kSectionBars == kSectionBars - 1;
  Random section = random_for(c.seed, c.chapter, 1000 + c.index / kSectionBars, Draw::drums);
  for (const Layer& layer : kLayers) {
    // A layer may rest for a section, but for the one that carries.
    const bool rests = section.uniform() < 0.22 && layer.enters > 0.05 && layer.key != kKick;
    if (rests) continue;
    if (layer.groove != c.style->groove || energy < layer.enters || energy >= layer.leaves)
      continue;
    for (std::size_t i = 0; i < layer.cell.size(); ++i) {
      const char mark = layer.cell[i];
      const double chance = random.uniform(), hand = random.normal();
      if (mark == '.' || (mark == '?' && chance > 0.15 + 0.35 * c.density)) continue;
      // The last half bar before a new section makes room.
      if (last_of_section && i >= 8 && layer.key == kKick) continue;
      const double accent = mark == '?' ? 2 : mark - '0';
      Ticks start = kSixteenthTicks * static_cast<std::int64_t>(i);
      if (c.style->swing > 0 && i % 4 == 2)
        start.value += static_cast<std::int64_t>(c.style->swing * kTicksPerQuarter / 6);
      const double velocity =
          c.style->row(Voice::drums).velocity * (0.35 + 0.09 * accent) * (0.8 + 0.3 * c.tension);
      c.add(Voice::drums, layer.key, velocity + 2 * hand, start,
            Ticks{static_cast<std::int64_t>(layer.beats * kTicksPerQuarter)});
    }
  }
  // A turn into the next section when there is momentum.
  if (last_of_section && energy > 0.5 && c.index + 1 < kChapterBars) {
    const int key = c.style->groove == Groove::four ? kTap : kShaker;
    for (int i = 0; i < 4; ++i)
      c.add(Voice::drums, key, c.velocity(Voice::drums, -22 + 6 * i, random),
            kBeatTicks * 3 + kSixteenthTicks * i, kSixteenthTicks);
  }
}

}  // namespace tutti::compose
