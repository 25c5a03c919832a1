#include "engine/compose/parts.h"

#include <algorithm>
#include <cmath>

namespace tutti::compose {
namespace {

void sort(std::vector<BarNote>& notes) {
  std::stable_sort(notes.begin(), notes.end(), [](const BarNote& a, const BarNote& b) {
    if (a.start != b.start) return a.start < b.start;
    if (a.voice != b.voice) return a.voice < b.voice;
    if (a.key != b.key) return a.key < b.key;
    return a.melody && !b.melody;
  });
}

}  // namespace

Random random_for(std::uint64_t seed, std::int64_t chapter, int place, Draw draw) noexcept {
  const std::uint64_t words[] = {static_cast<std::uint64_t>(chapter),
                                 static_cast<std::uint64_t>(place) + 0x51,
                                 static_cast<std::uint64_t>(draw) + 0xA7};
  std::uint64_t mixed = seed;
  for (const std::uint64_t word : words) {
    mixed ^= word + 0x9e3779b97f4a7c15ull + (mixed << 6) + (mixed >> 2);
    mixed = Random(mixed).next();
  }
  return Random(mixed);
}

void BarContext::add(Voice voice, int key, double velocity, Ticks start, Ticks duration, Play play,
                     bool melody) const {
  const VoiceRow& row = style->row(voice);
  if (voice != Voice::drums) {
    while (key < row.lowest) key += 12;
    while (key > row.highest) key -= 12;
    if (key < row.lowest) return;  // no octave of it fits
  }
  if (start < Ticks{0} || start >= kBarTicks) return;
  const Ticks chapter_end = kBarTicks * (kChapterBars - index);
  const Ticks end = std::min({start + duration, kBarTicks * 2, chapter_end});
  if (end <= start) return;
  notes->push_back({voice, play, std::clamp(key, 0, 127),
                    static_cast<int>(std::clamp(std::floor(velocity + 0.5), 1.0, 127.0)), start,
                    end - start, melody});
}

double BarContext::velocity(Voice voice, double touch, Random& random) const {
  // Every eight bars rise a little and sink back.
  const double place = (index % kSectionBars + 0.5) / kSectionBars;
  const double arch = 20 * place * (1 - place) - 3;
  return style->row(voice).velocity * (0.78 + 0.42 * tension) + arch + touch +
         2.2 * random.normal();
}

Ticks BarContext::late(Random& random) const {
  return {static_cast<std::int64_t>(random.uniform() * style->loose / 1000 * kTicksPerQuarter)};
}

void untangle(std::vector<BarNote>& notes, int index, Memory& memory) {
  sort(notes);
  constexpr Ticks kTogether{kTicksPerQuarter / 8};
  const Ticks begin = kBarTicks * index;
  std::vector<BarNote> kept;
  for (BarNote n : notes) {
    if (n.voice == Voice::drums || n.voice == Voice::texture) {
      kept.push_back(n);
      continue;
    }
    Ticks& until =
        memory.sounds[static_cast<std::size_t>(n.voice)][static_cast<std::size_t>(n.key)];
    BarNote* earlier = nullptr;
    for (BarNote& k : kept)
      if (k.voice == n.voice && k.key == n.key && k.start + k.duration > n.start) earlier = &k;
    if (earlier != nullptr && n.start - earlier->start < kTogether) {
      if (n.melody && !earlier->melody)
        earlier->velocity = n.velocity, earlier->melody = true, earlier->duration = n.duration;
      until = begin + earlier->start + earlier->duration;
      continue;
    }
    if (earlier != nullptr) {
      earlier->duration = n.start - earlier->start;
    } else if (!n.melody && until > begin + n.start + kTogether) {
      const Ticks late = until - begin - n.start;
      if (n.duration < late + Ticks{kTicksPerQuarter} || n.start + late >= kBarTicks) continue;
      n.start += late;
      n.duration = n.duration - late;
    }
    until = begin + n.start + n.duration;
    kept.push_back(n);
  }
  notes = std::move(kept);
  sort(notes);
}

void write_melody(const BarContext& c) {
  if (!c.on(c.melody)) return;
  Random random = c.random(Draw::melody_touch);
  for (const LineNote& note : c.tune) {
    const double metric = is_strong(note.start)                      ? 5
                          : note.start.value % kTicksPerQuarter == 0 ? 2
                                                                     : -2;
    const double peak = 0.35 * (note.key - 70);  // higher is a little louder
    const Ticks late = c.late(random);
    // Off-beat eighths of a swung style come late, towards the triplet.
    Ticks swing{0};
    if (note.start.value % kTicksPerQuarter == kTicksPerQuarter / 2)
      swing.value = static_cast<std::int64_t>(c.style->swing * kTicksPerQuarter / 6);
    const double velocity = c.velocity(c.melody, metric + peak + note.accent + 6, random);
    c.add(c.melody, note.key, velocity, note.start + late + swing,
          note.duration - swing + Ticks{kTicksPerQuarter / 16}, Play::plain, true);
    c.memory->melody = note.key;
  }
}

void write_counter(const BarContext& c, Voice voice, std::span<const LineNote> tune) {
  if (!c.on(voice)) return;
  Random random = c.random(Draw::counter_touch);
  for (const LineNote& note : tune) {
    const double velocity = c.velocity(voice, note.accent, random);
    c.add(voice, note.key, velocity, note.start + c.late(random), note.duration);
    c.memory->counter = note.key;
  }
}

}  // namespace tutti::compose
