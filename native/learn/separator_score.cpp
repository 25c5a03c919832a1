#include "native/learn/separator_score.h"

#include <algorithm>
#include <cmath>

namespace tutti::learn {
namespace {

// Grids of sixteenths, as people write them: X accent, x hit, o soft, . none. Kick, snare, hat.
struct Groove {
  const char* name;
  double low, high;  // tempo
  const char *kick, *snare, *hat;
  int hat_key;
  double swing;
  int bass;  // figure, see bass_line
};
const Groove kGrooves[] = {
    {"rock", 95, 150, "X.......X.x.....", "....X.......X...", "x.x.x.x.x.x.x.x.", 42, 0, 0},
    {"rock 2", 90, 140, "X.....x.X.......", "....X.......X...", "X.x.X.x.X.x.X.x.", 42, 0, 0},
    {"hard rock", 100, 160, "X...x...X.x...x.", "....X.......X...", "X...X...X...X...", 46, 0, 0},
    {"ride", 100, 160, "X..x....X.x.....", "....X.......X...", "X.x.X.x.X.x.X.x.", 51, 0, 1},
    {"funk", 90, 118, "X..x..x...X..x..", "....X..o.o..X..o", "xxxxxxxxxxxxxxxx", 42, 0.04, 3},
    {"funk 2", 92, 112, "X.X.......X..X..", "....X..o.o.oX...", "x.xxx.xxx.xxx.xx", 42, 0.08, 3},
    {"reggae", 68, 92, "........X.......", "........X.......", "x.x.x.x.x.x.x.xo", 42, 0.15, 4},
    {"steppers", 70, 92, "X...X...X...X...", "........X.......", "x.xxx.xxx.xxx.xx", 42, 0.12, 4},
    {"one drop", 66, 84, "........X.......", "....o..oX..o....", "..x...x...x...x.", 42, 0.12, 4},
    {"disco", 108, 130, "X...X...X...X...", "....X.......X...", "..X...X...X...X.", 46, 0, 2},
    {"house", 118, 130, "X...X...X...X...", "....x.......x...", "o.X.o.X.o.X.o.X.", 46, 0, 2},
    {"ballad", 58, 82, "X.......x.......", "....X.......X...", "x.x.x.x.x.x.x.x.", 42, 0, 1},
    {"slow rock", 60, 80, "X..........x....", "........X.......", "x.x.x.x.x.x.x.x.", 51, 0, 1},
    {"metal", 120, 190, "XxXxXxXxXxXxXxXx", "....X.......X...", "X...X...X...X...", 49, 0, 0},
    {"punk", 150, 195, "X...x...X...x...", "..X...X...X...X.", "X.x.X.x.X.x.X.x.", 46, 0, 0},
    {"hip hop", 78, 100, "X......x..X.....", "....X.......X...", "x.x.x.x.x.xxx.x.", 42, 0.12, 5},
    {"trap", 65, 78, "X.....x...x.....", "........X.......", "xxxxxxxxxxxxxxxx", 42, 0, 5},
    {"shuffle", 90, 140, "X.......X.......", "....X.......X...", "X..xX..xX..xX..x", 51, 0.3, 6},
    {"swing", 110, 190, "o...o...o...o...", "......o.......o.", "X...X..xX...X..x", 51, 0.3, 6},
    {"bossa", 100, 140, "X..xX..xX..xX..x", "x..x..x...x..x..", "x.x.x.x.x.x.x.x.", 42, 0, 7},
    {"country", 95, 140, "X.......X.......", "....x.......x...", "x.x.x.x.x.x.x.x.", 42, 0, 7},
    {"train", 100, 130, "X.......X.......", "xoxoXoxoxoxoXoxo", "................", 42, 0, 7},
    {"soul", 90, 125, "X.....x.X.x.....", "X...X...X...X...", "x.x.x.x.x.x.x.x.", 42, 0, 1},
    {"breakbeat", 120, 172, "X.X.......XX....", "....X..x.x..X..x", "x.x.x.x.x.x.x.x.", 51, 0, 5},
    {"half time", 120, 160, "X.x.......x.x...", "........X.......", "X...X...X...X...", 46, 0, 0},
};

int velocity_of(char mark, Random& random) {
  const double base = mark == 'X' ? 115 : mark == 'x' ? 92 : 52;
  return static_cast<int>(std::clamp(base + random.normal() * 8, 15.0, 127.0));
}

struct Harmony {
  int root = 0;
  std::vector<int> tones;  // above the root
};

const int kMajor[7] = {0, 2, 4, 5, 7, 9, 11}, kMinor[7] = {0, 2, 3, 5, 7, 8, 10};

std::vector<Harmony> made_up_chords(int tonic, bool minor, int bars, Random& random) {
  const int* const scale = minor ? kMinor : kMajor;
  static const std::vector<std::vector<int>> loops = {
      {0, 4, 5, 3}, {0, 5, 3, 4}, {5, 3, 0, 4}, {0, 3, 4, 4},
      {0, 3, 0, 4}, {0, 6, 3, 0}, {0, 5, 1, 4}, {0, 2, 3, 4},
      {0, 3},       {0, 6},       {0},          {0, 6, 5, 4},
      {1, 4, 0, 0}, {0, 3, 5, 4}, {3, 4, 2, 5}, {0, 0, 3, 3, 0, 0, 4, 3}};
  const auto& loop = loops[random.below(loops.size())];
  const bool sevenths = random.uniform() < 0.3;
  std::vector<Harmony> chords;
  for (int b = 0; b < bars; ++b) {
    const int degree = loop[static_cast<std::size_t>(b) % loop.size()];
    Harmony h;
    h.root = (tonic + scale[degree]) % 12;
    const auto third = [&](int k) {
      const int d = degree + k;
      return scale[d % 7] + 12 * (d / 7) - scale[degree];
    };
    h.tones = {0, third(2), third(4)};
    if (sevenths) h.tones.push_back(third(6));
    chords.push_back(h);
  }
  return chords;
}

}  // namespace

SongScore make_score(const std::vector<Tune>& tunes, Random& random, double seconds) {
  SongScore song;
  const Groove& groove = kGrooves[random.below(std::size(kGrooves))];
  const double tempo = random.uniform(groove.low, groove.high);
  song.beat = 60 / tempo;
  song.length = seconds;
  const double step = song.beat / 4;
  double bar = 16 * step;
  const int bars = static_cast<int>(seconds / bar) + 1;
  int tonic = static_cast<int>(random.below(12));
  bool minor = random.uniform() < 0.45;

  // Chords and tune: from the collections, or made up.
  std::vector<Harmony> chords;
  std::vector<SongNote> tune;
  const double swing = groove.swing * random.uniform(0.6, 1.2);
  const auto time_of = [&](double sixteenths) {
    const double whole = std::floor(sixteenths);
    const double odd = static_cast<long>(whole) % 2 != 0 ? swing : 0.0;
    return (sixteenths + odd) * step;
  };
  const Tune* source = nullptr;
  if (!tunes.empty() && random.uniform() < 0.5) {
    for (int retry = 0; retry < 20 && source == nullptr; ++retry) {
      const Tune& t = tunes[random.below(tunes.size())];
      if (t.bar == 4 * melody::kStepsPerQuarter && t.notes.size() > 24) source = &t;
    }
  }
  const int per = melody::kStepsPerQuarter / 4;
  if (source != nullptr) {
    const int move = tonic - source->tonic;
    minor = source->minor;
    const int tune_bars = std::max(1, source->notes.back().start / source->bar + 1);
    const int first = static_cast<int>(random.below(static_cast<std::uint64_t>(tune_bars)));
    for (int round = 0; round < 40; ++round) {
      const double offset = 16.0 * (round * tune_bars - first);
      if (offset > 16.0 * bars) break;
      for (const Note& n : source->notes) {
        const double at = offset + static_cast<double>(n.start) / per;
        if (at < 0 || at >= 16.0 * bars) continue;
        tune.push_back(
            {time_of(at), static_cast<double>(n.duration) / per * step * 0.95, n.key + move, 90});
      }
    }
    chords = made_up_chords(tonic, minor, bars, random);
    if (!source->chords.empty())
      for (int b = 0; b < bars; ++b) {
        const int at = ((b + first) % tune_bars) * source->bar;
        for (const Chord& c : source->chords) {
          if (c.start > at) break;
          if (c.root < 0) continue;
          Harmony h;
          h.root = ((c.root + move) % 12 + 12) % 12;
          for (int i = 0; i < 12; ++i)
            if (c.tones >> i & 1) h.tones.push_back(i);
          if (h.tones.size() >= 3) chords[static_cast<std::size_t>(b)] = h;
        }
      }
  } else {
    chords = made_up_chords(tonic, minor, bars, random);
    // A melody of two-bar motifs over the chords, in a pentatonic or the whole scale.
    const int* const scale = minor ? kMinor : kMajor;
    struct Cell {
      double at, length;
      int degree;
    };
    std::vector<std::vector<Cell>> motifs;
    for (int m = 0; m < 3; ++m) {
      std::vector<Cell> motif;
      double at = random.below(3) == 0 ? 2 : 0;
      int degree = static_cast<int>(random.below(7));
      while (at < 28) {
        static const double lengths[] = {1, 2, 2, 2, 3, 4, 4, 6, 8};
        const double length = lengths[random.below(9)];
        if (random.uniform() < 0.85) motif.push_back({at, length, degree});
        degree += static_cast<int>(random.below(5)) - 2;
        if (random.uniform() < 0.1) degree += random.below(2) ? 4 : -4;
        degree = std::clamp(degree, -4, 9);
        at += length;
      }
      motifs.push_back(motif);
    }
    for (int b = 0; b < bars; b += 2) {
      const auto& motif = motifs[random.below(8) < 5 ? 0 : random.below(3)];
      for (const Cell& c : motif) {
        const int octave = (c.degree + 70) / 7 - 10, d = (c.degree + 70) % 7;
        tune.push_back({time_of(16.0 * b + c.at), c.length * step * random.uniform(0.8, 0.98),
                        60 + tonic + 12 * octave + scale[d], 90});
      }
    }
  }
  for (auto& n : tune)
    n.velocity = static_cast<int>(std::clamp(90 + 10 * random.normal(), 50.0, 120.0));
  // Phrases: the melody rests now and then for some bars.
  const int rest_every = 4 + static_cast<int>(random.below(8)),
            rest_at = static_cast<int>(random.below(4));
  for (const auto& n : tune)
    if (static_cast<int>(n.start / bar) % rest_every != rest_at) song.melody.push_back(n);
  for (const auto& n : song.melody) {
    const auto& c = chords[std::min(chords.size() - 1, static_cast<std::size_t>(n.start / bar))];
    int best = n.key + 4;
    for (int k = n.key + 3; k <= n.key + 7; ++k) {
      bool in = false;
      for (const int t : c.tones) in |= (k - c.root - t + 120) % 12 == 0;
      if (in) {
        best = k;
        break;
      }
    }
    song.harmony.push_back({n.start, n.duration, best, n.velocity});
  }

  // Drums: the grid with changes of its own, fills, crashes.
  std::string rows[3] = {groove.kick, groove.snare, groove.hat};
  for (auto& row : rows)
    for (auto& c : row) {
      if (c == '.' && random.uniform() < 0.03) c = 'o';
      if (c == 'x' && random.uniform() < 0.06) c = '.';
    }
  static const int kSnares[] = {38, 38, 40, 37, 39};
  int keys[3] = {random.below(2) ? 36 : 35, kSnares[random.below(5)], groove.hat_key};
  if (random.uniform() < 0.25) {
    static const int kHats[] = {42, 46, 51, 53, 44, 69, 70, 54};
    keys[2] = kHats[random.below(8)];
  }
  const double loose = random.uniform(0, 0.008);
  const int extra = random.uniform() < 0.3 ? static_cast<int>(54 + random.below(27)) : 0;
  const int start_drums = random.uniform() < 0.15 ? 2 : 0;
  for (int b = start_drums; b < bars; ++b) {
    const bool fill = b % 4 == 3 && random.uniform() < 0.6;
    const int fill_from = fill ? (random.below(2) ? 8 : 12) : 16;
    for (int s = 0; s < 16; ++s) {
      const double at = time_of(16.0 * b + s) + random.normal() * loose;
      if (at < 0) continue;
      if (s >= fill_from) {
        static const int kToms[] = {38, 50, 48, 47, 45, 43, 41};
        if (random.uniform() < 0.75)
          song.drums.push_back(
              {at, 0.2, kToms[random.below(7)], static_cast<int>(80 + random.below(45))});
        if (s % 4 == 0) song.drums.push_back({at, 0.2, keys[0], 100});
        continue;
      }
      for (int r = 0; r < 3; ++r)
        if (rows[r][static_cast<std::size_t>(s)] != '.')
          song.drums.push_back(
              {at, 0.2, keys[r], velocity_of(rows[r][static_cast<std::size_t>(s)], random)});
      if (extra != 0 && (s % 4 == 2 || random.uniform() < 0.1))
        song.drums.push_back({at, 0.2, extra, static_cast<int>(50 + random.below(50))});
    }
    if (b % 4 == 0 && random.uniform() < 0.5)
      song.drums.push_back({16 * step * b, 0.2, random.below(2) ? 49 : 57, 110});
  }
  std::sort(song.drums.begin(), song.drums.end(),
            [](const SongNote& a, const SongNote& b) { return a.start < b.start; });

  // Bass.
  const int low = 28 + static_cast<int>(random.below(6));
  const auto bass_key = [&](int pitch_class) { return low + ((pitch_class - low) % 12 + 12) % 12; };
  const int figure = random.uniform() < 0.7 ? groove.bass : static_cast<int>(random.below(8));
  static const char* const kReggae[] = {"X.....x.X..x..x.", "X..X..x...x.X...", "..X.x.x...X.x.x.",
                                        "X...x.x.X.......", "......x.X.x.x.x."};
  static const char* const kFunk[] = {"X..x..x.x.X..xx.", "X.xx..x...Xx..x.", "X......xX..x.x.x"};
  const std::string grid = figure == 4 ? kReggae[random.below(5)] : kFunk[random.below(3)];
  const double gate = random.uniform(0.45, 0.98);
  for (int b = 0; b < bars; ++b) {
    const Harmony& c = chords[static_cast<std::size_t>(b)];
    const Harmony& after = chords[static_cast<std::size_t>(std::min(b + 1, bars - 1))];
    const int root = bass_key(c.root);
    const int fifth = root + (c.tones.size() > 2 ? c.tones[2] : 7);
    const auto put = [&](double at, double length, int key, int velocity) {
      song.bass.push_back(
          {std::max(0.0, time_of(16.0 * b + at) + random.normal() * loose), length * step * gate,
           key, static_cast<int>(std::clamp(velocity + random.normal() * 7, 40.0, 127.0))});
    };
    switch (figure) {
      case 0:
        for (int s = 0; s < 16; s += 2)
          put(s, 2, s == 14 && random.below(3) == 0 ? fifth : root, s % 4 == 0 ? 105 : 92);
        break;
      case 1:
        put(0, 6, root, 105);
        if (random.below(2)) put(6, 2, root, 90);
        put(8, 8, random.below(3) ? root : fifth, 98);
        break;
      case 2:
        for (int s = 0; s < 16; s += 2) put(s, 2, s % 4 == 0 ? root : root + 12, 98);
        break;
      case 3:
      case 4:
        for (int s = 0; s < 16; ++s) {
          const char mark = grid[static_cast<std::size_t>(s)];
          if (mark == '.') continue;
          static const int kSteps[] = {0, 0, 0, 7, 12, 10, 3, 5};
          int key = root + (s == 0 ? 0 : kSteps[random.below(8)]);
          if (figure == 4 && s != 0) key = root + c.tones[random.below(c.tones.size())];
          int length = 1;
          while (s + length < 16 && grid[static_cast<std::size_t>(s + length)] == '.' && length < 5)
            ++length;
          put(s, length, key, mark == 'X' ? 110 : 90);
        }
        break;
      case 5:
        put(0, 7, root - (root > 33 ? 12 : 0), 110);
        put(10, 5, random.below(2) ? root : fifth, 100);
        break;
      case 6:
        for (int q = 0; q < 4; ++q) {
          int key = root + c.tones[random.below(c.tones.size())];
          if (q == 0) key = root;
          if (q == 3) key = bass_key(after.root) + (random.below(2) ? 1 : -1);
          put(4 * q, 4, key, 95);
        }
        break;
      default:
        put(0, 7, root, 102);
        put(8, 7, fifth > root + 7 ? root + 7 : fifth, 95);
        if (random.below(3) == 0) put(12, 4, root, 85);
    }
  }

  // Accompaniment.
  const int count = 1 + static_cast<int>(random.below(4));
  for (int p = 0; p < count; ++p) {
    SongPart part;
    part.figure = static_cast<Figure>(random.below(8));
    if (groove.bass == 4 && p == 0) part.figure = Figure::offbeats;
    const int centre = part.figure == Figure::power ? 43 : 52 + static_cast<int>(random.below(16));
    const int from = random.uniform() < 0.25 ? static_cast<int>(random.below(4)) : 0;
    for (int b = from; b < bars; ++b) {
      const Harmony& c = chords[static_cast<std::size_t>(b)];
      std::vector<int> keys_of;
      for (const int t : c.tones) {
        int key = c.root + t;
        while (key < centre - 5) key += 12;
        while (key > centre + 7) key -= 12;
        keys_of.push_back(key);
      }
      std::sort(keys_of.begin(), keys_of.end());
      if (part.figure == Figure::power) {
        const int r = 40 + ((c.root - 40) % 12 + 12) % 12;
        keys_of = {r, r + 7, r + 12};
      }
      if (part.figure == Figure::strummed && keys_of.size() < 5) {
        keys_of.push_back(keys_of[0] + 12);
        keys_of.insert(keys_of.begin(), keys_of[0] - (keys_of.size() > 3 ? 5 : 12));
        std::sort(keys_of.begin(), keys_of.end());
      }
      const auto chord = [&](double at, double length, int velocity, double spread, bool up) {
        double late = 0;
        for (std::size_t i = 0; i < keys_of.size(); ++i) {
          const int key = keys_of[up ? keys_of.size() - 1 - i : i];
          part.notes.push_back(
              {std::max(0.0, time_of(16.0 * b + at) + late + random.normal() * loose),
               length * step, key,
               static_cast<int>(std::clamp(velocity + random.normal() * 6, 25.0, 125.0))});
          late += spread;
        }
      };
      switch (part.figure) {
        case Figure::held:
          chord(0, 15.5, 75, 0, false);
          break;
        case Figure::strummed:
          for (int s = 0; s < 16; s += 2)
            if (s % 4 == 0 || random.uniform() < 0.6)
              chord(s, 2.2, s % 8 == 0 ? 95 : 75, random.uniform(0.004, 0.02), s % 4 != 0);
          break;
        case Figure::picked:
          for (int s = 0; s < 16; s += 2) {
            const int key = keys_of[static_cast<std::size_t>(s / 2 * 5 + b) % keys_of.size()] +
                            (s % 8 == 6 ? 12 : 0);
            part.notes.push_back(
                {time_of(16.0 * b + s), 3 * step, key, static_cast<int>(70 + random.below(30))});
          }
          break;
        case Figure::stabs:
          for (const int s : {0, 3, 6, 10, 14})
            if (random.uniform() < 0.5) chord(s, random.uniform(0.7, 2.5), 95, 0, false);
          break;
        case Figure::offbeats:
          for (int s = groove.bass == 4 ? 4 : 2; s < 16; s += groove.bass == 4 ? 8 : 4)
            chord(s, random.uniform(0.7, 1.6), 92, 0.004, random.below(2) != 0);
          break;
        case Figure::power:
          if (random.below(2)) {
            for (int s = 0; s < 16; s += 2) chord(s, 1.8, 100, 0.002, false);
          } else {
            chord(0, 6, 105, 0.002, false);
            chord(6, 10, 100, 0.002, false);
          }
          break;
        case Figure::pulse:
          for (int s = 0; s < 16; s += 4) chord(s, 3.4, 80, 0, false);
          break;
        case Figure::line: {
          double at = static_cast<double>(random.below(3)) * 2;
          while (at < 15) {
            const double length = 1 + static_cast<double>(random.below(4));
            if (random.uniform() < 0.8)
              part.notes.push_back(
                  {time_of(16.0 * b + at), length * step * 0.95,
                   keys_of[random.below(keys_of.size())] + 12 + (random.below(4) == 0 ? 2 : 0),
                   static_cast<int>(75 + random.below(40))});
            at += length;
          }
        }
      }
    }
    song.parts.push_back(std::move(part));
  }
  return song;
}

}  // namespace tutti::learn
