#include "engine/compose/style.h"

namespace tutti::compose {
namespace {

using V = Voice;

// A bar in sixteenths: x begins a note, - holds it, . is silence.
constexpr std::string_view kSlow[] = {"x---------------", "x-------x-------", "x-----------x---",
                                      "....x-----------", "x-------....x---", "x---x-----------",
                                      "x-----x---------", "....x---x-------", "x-------x---x---",
                                      "x-----x-x---x---", "..x-----x---x---", "x---x---x---x---"};
constexpr std::string_view kDrifting[] = {
    "x---------------", "......x---------", "x-----------....", "........x-------",
    "..........x-----", "x-----x---------", "....x-------x---"};
constexpr std::string_view kLyrical[] = {"x---x---x-------", "x-----x-x---x---", "x---x-x-x-------",
                                         "....x-x-x---x---", "x-------..x-x-x-", "x-x-x---x-x-x---",
                                         "x-----x-x-x-x---", "..x-x-x-x-------", "x---------x-x-x-",
                                         "x-----------x-x-", "x---------------", "x-------x-------",
                                         "x-x-x-x-x---x-x-"};
constexpr std::string_view kOffBeat[] = {"..x---x---x-----", "x-----x---..x-x-", "x--x--x-----x-x-",
                                         "..x-x---x-x---x-", "x-x---x---x-x---", "....x-x---x-x---",
                                         "x-----..x-x-x-x-", "x-----x---------", "x-------..x---x-",
                                         "..x-x-x-------x-"};
constexpr std::string_view kSung[] = {"x-------x-------", "x-----------x---", "x---x---x-------",
                                      "x-------x---x---", "x---------------", "x---x---x---x---",
                                      "x-----x-x-------"};
constexpr std::string_view kDriving[] = {
    "x-----x-----x---", "x---x---x-x-----", "..x---x---x---x-",
    "x--x--x-x-------", "x-----x---x-x---", "x-------x--x--x-",
    "x-x---x-x-x---x-", "x---------------", "....x-x-x--x--x-"};

// clang-format off
constexpr StyleRow kRows[kStyles] = {
    // ambient: long open chords, a melody with room around it, bells far above.
    {.chord_beats = {0, 3, 7, 1},
     .palette = {4, 4, 0, 0, 2, 1, 5, 4, 0, 0, 0, 6, 5},
     .learned = 0.15, .chromatic = 0.5, .inversion = 0.3, .pedal = 0.45, .suspension = 0.18,
     .sustain = Sustain::staggered, .voices = 4, .open = true, .bass = BassLine::roots,
     .groove = Groove::heartbeat,
     .pluck = Figure::echo, .piano = Figure::none, .bell = Figure::echo, .bell_rate = 1.6,
     .melody_lowest = 60, .melody_highest = 81,
     .melody = {V::piano, V::bell, V::pluck, V::choir}, .counter = {V::choir, V::bell, V::pluck},
     .cells = kSlow, .rests = 0.3, .reach = 1.2, .swing = 0, .loose = 14,
     .voice = {{{0, 0, 62, 45, 79}, {0.44, 0.2, 52, 55, 79}, {0.04, 0, 64, 57, 84},
                {0.34, 0.3, 56, 60, 86}, {0.16, 0.15, 50, 72, 96}, {0.06, 0, 64, 28, 48},
                {0.46, 0.15, 58, 36, 82}, {0.1, 0.1, 56, 36, 96}}}},
    // drift: no pulse at all; loops of uneven length over slow clouds.
    {.chord_beats = {0, 0, 5, 5},
     .palette = {2, 2, 0, 0, 4, 3, 6, 4, 0, 0, 0, 6, 5},
     .learned = 0, .chromatic = 0.3, .inversion = 0.25, .pedal = 0.75, .suspension = 0.1,
     .sustain = Sustain::held, .voices = 5, .open = true, .bass = BassLine::drone,
     .groove = Groove::heartbeat,
     .pluck = Figure::loops, .piano = Figure::none, .bell = Figure::loops, .bell_rate = 0.8,
     .melody_lowest = 67, .melody_highest = 91,
     .melody = {V::bell, V::pluck, V::choir, V::piano}, .counter = {V::choir, V::piano, V::pluck},
     .cells = kDrifting, .rests = 0.45, .reach = 1.7, .swing = 0, .loose = 60,
     .voice = {{{0, 0, 66, 40, 82}, {0.22, 0.25, 54, 52, 81}, {0.5, 0.4, 46, 48, 84},
                {0.18, 0.2, 48, 60, 91}, {0.06, 0, 54, 67, 98}, {0.02, 0, 66, 24, 40},
                {0.78, 0.3, 44, 36, 82}, {0, 0, 66, 36, 96}}}},
    // pulse: arpeggios over a steady beat; chords breathe with it.
    {.chord_beats = {0, 8, 3, 0},
     .palette = {5, 5, 0, 0, 3, 3, 3, 3, 0, 0, 0, 5, 3},
     .learned = 0.2, .chromatic = 0.35, .inversion = 0.2, .pedal = 0.35, .suspension = 0.12,
     .sustain = Sustain::gated, .voices = 3, .open = false, .bass = BassLine::pulse,
     .groove = Groove::four,
     .pluck = Figure::arpeggio, .piano = Figure::none, .bell = Figure::none, .bell_rate = 0.8,
     .melody_lowest = 64, .melody_highest = 86,
     .melody = {V::bell, V::piano, V::choir, V::pluck}, .counter = {V::choir, V::piano, V::bell},
     .cells = kDriving, .rests = 0.35, .reach = 1.35, .swing = 0, .loose = 3,
     .voice = {{{0, 0, 58, 50, 77}, {0.5, 0.25, 54, 55, 79}, {0.4, 0.3, 60, 55, 84},
                {0.02, 0, 66, 50, 86}, {0.12, 0.1, 58, 65, 91}, {0.05, 0, 76, 31, 48},
                {0.14, 0, 78, 36, 82}, {0.3, 0.2, 52, 36, 96}}}},
    // piano: a song without words, broken chords under a lyrical line.
    {.chord_beats = {1, 8, 3, 0},
     .palette = {8, 8, 0, 0, 1, 2, 4, 4, 3, 1, 0, 4, 3},
     .learned = 0.55, .chromatic = 0.8, .inversion = 0.5, .pedal = 0.15, .suspension = 0.2,
     .sustain = Sustain::held, .voices = 3, .open = true, .bass = BassLine::broken,
     .groove = Groove::ballad,
     .pluck = Figure::none, .piano = Figure::broken, .bell = Figure::none, .bell_rate = 0.4,
     .melody_lowest = 60, .melody_highest = 86,
     .melody = {V::piano, V::pluck, V::bell, V::choir}, .counter = {V::choir, V::bell, V::pluck},
     .cells = kLyrical, .rests = 0.12, .reach = 1.25, .swing = 0, .loose = 12,
     .voice = {{{0.3, 0.2, 42, 48, 76}, {0.62, 0.3, 46, 55, 79}, {0, 0, 72, 45, 88},
                {0.66, 0.5, 50, 60, 84}, {0.5, 0.4, 44, 72, 94}, {0.3, 0.1, 54, 29, 48},
                {0.6, 0.2, 50, 36, 82}, {0.42, 0.4, 40, 36, 96}}}},
    // choir: four-part chorale, suspensions, no beat.
    {.chord_beats = {2, 7, 4, 0},
     .palette = {9, 9, 1, 0, 1, 3, 2, 3, 1, 0, 0, 3, 2},
     .learned = 0.35, .chromatic = 0.7, .inversion = 0.55, .pedal = 0.25, .suspension = 0.5,
     .sustain = Sustain::chorale, .voices = 4, .open = false, .bass = BassLine::roots,
     .groove = Groove::heartbeat,
     .pluck = Figure::none, .piano = Figure::none, .bell = Figure::echo, .bell_rate = 0.6,
     .melody_lowest = 60, .melody_highest = 77,
     .melody = {V::choir, V::bell, V::piano, V::pluck}, .counter = {V::bell, V::piano, V::pluck},
     .cells = kSung, .rests = 0.2, .reach = 0.95, .swing = 0, .loose = 8,
     .voice = {{{0.2, 0.15, 48, 48, 72}, {0, 0, 70, 45, 79}, {0.7, 0.5, 48, 57, 84},
                {0.75, 0.5, 46, 60, 84}, {0.3, 0.2, 48, 67, 91}, {0.1, 0, 58, 28, 46},
                {0.85, 0.4, 48, 36, 82}, {0.25, 0.2, 48, 36, 96}}}},
    // night: sevenths and ninths, brushes, a bass that walks, a piano late at night.
    {.chord_beats = {3, 8, 1, 0},
     .palette = {1, 1, 0, 0, 0, 1, 9, 9, 7, 4, 0, 3, 4},
     .learned = 0.7, .chromatic = 1, .inversion = 0.15, .pedal = 0.1, .suspension = 0.15,
     .sustain = Sustain::held, .voices = 3, .open = false, .bass = BassLine::walking,
     .groove = Groove::swing,
     .pluck = Figure::none, .piano = Figure::comp, .bell = Figure::none, .bell_rate = 0.5,
     .melody_lowest = 60, .melody_highest = 82,
     .melody = {V::piano, V::bell, V::pluck, V::choir}, .counter = {V::bell, V::pluck, V::choir},
     .cells = kOffBeat, .rests = 0.22, .reach = 1.4, .swing = 0.8, .loose = 16,
     .voice = {{{0.1, 0.2, 42, 50, 74}, {0.75, 0.5, 42, 55, 76}, {0, 0, 68, 50, 84},
                {0.6, 0.5, 52, 58, 84}, {0.3, 0.25, 52, 65, 89}, {0.02, 0, 72, 28, 50},
                {0.1, 0, 60, 36, 82}, {0.5, 0.5, 36, 36, 96}}}},
};
// clang-format on

}  // namespace

const StyleRow& style_row(Style style) noexcept {
  return kRows[static_cast<std::size_t>(style) % kStyles];
}

}  // namespace tutti::compose
