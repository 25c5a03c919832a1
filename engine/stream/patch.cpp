#include "engine/stream/patch.h"

namespace tutti::stream {
namespace {

constexpr std::string_view kSynths[kPlayers] = {"pad",  "choir", "felt",   "pluck", "bell",
                                                "bass", "drums", "grains", "noise", "pad"};

// clang-format off

// --- ambient: wide warm chords, felt and far bells in a large hall.
constexpr PatchValue kAmbientPad[] = {
    {"shape", 0.25}, {"unison", 3}, {"detune", 9}, {"cutoff", 1200}, {"resonance", 0.1}, {"sweep", 0.9},
    {"sweep_time", 5}, {"motion", 0.6}, {"swell", 0.25}, {"attack", 1.4}, {"decay", 6},
    {"sustain", 0.85}, {"release", 2.6}, {"spread", 0.8}};
constexpr PatchValue kAmbientChoir[] = {
    {"vowel", 0.5}, {"morph", 0.5}, {"brightness", -0.35}, {"breath", 0.14}, {"singers", 3},
    {"attack", 1.1}, {"release", 2.4}, {"vibrato", 10}};
constexpr PatchValue kAmbientFelt[] = {
    {"brightness", 800}, {"hammer", 0.35}, {"decay", 11}, {"detune", 0.9}, {"release", 0.9}};
constexpr PatchValue kAmbientPluck[] = {
    {"brightness", 2400}, {"damping", 0.8}, {"position", 0.36}, {"pick", 0.15}, {"decay", 6},
    {"release", 2.5}};
constexpr PatchValue kAmbientBell[] = {
    {"ratio1", 3.5}, {"ratio2", 6.727}, {"brightness", 1.0}, {"hardness", 0.3},
    {"index_decay", 2.5}, {"decay", 8}, {"release", 4}};
constexpr PatchValue kAmbientBass[] = {
    {"brightness", 0.15}, {"drive", 3}, {"punch", 0}, {"attack", 0.05}, {"decay", 6},
    {"sustain", 0.8}, {"release", 0.8}};
constexpr PatchValue kAmbientDrums[] = {
    {"tune", -3}, {"decay", 1.5}, {"brightness", -0.8}, {"kick", 0}, {"snare", -4}, {"hats", -5},
    {"cymbals", -4}, {"percussion", -3}};
constexpr PatchValue kAmbientGrains[] = {
    {"density", 22}, {"size", 420}, {"brightness", 0.25}, {"air", 0.3}, {"octaves", 0.5},
    {"attack", 1.5}, {"release", 3.5}};
constexpr PatchValue kAmbientNoise[] = {
    {"kind", 0}, {"brightness", -0.3}, {"density", 0.5}, {"movement", 0.8}, {"attack", 3},
    {"release", 4}, {"level", -8}, {"spread", 0.8}};
constexpr PatchValue kAmbientSwell[] = {
    {"shape", 0.3}, {"unison", 3}, {"detune", 12}, {"cutoff", 420}, {"resonance", 0.2}, {"sweep", 2.6},
    {"sweep_time", 1.6}, {"motion", 0}, {"swell", 0}, {"attack", 1.8}, {"decay", 8}, {"sustain", 1},
    {"release", 0.5}, {"spread", 1}};

// --- drift: no pulse, long clouds, glass and sea.
constexpr PatchValue kDriftPad[] = {
    {"shape", 0}, {"unison", 3}, {"detune", 7}, {"cutoff", 900}, {"resonance", 0.06}, {"sweep", 0.3},
    {"sweep_time", 9}, {"motion", 1.0}, {"swell", 0.6}, {"attack", 3.2}, {"decay", 9},
    {"sustain", 1}, {"release", 4.5}, {"spread", 1}};
constexpr PatchValue kDriftChoir[] = {
    {"vowel", 0.9}, {"morph", 0.9}, {"brightness", -0.5}, {"breath", 0.45}, {"singers", 3},
    {"attack", 2.2}, {"release", 4}, {"vibrato", 6}};
constexpr PatchValue kDriftFelt[] = {
    {"brightness", 520}, {"hammer", 0.5}, {"decay", 14}, {"detune", 1.4}, {"release", 2}};
constexpr PatchValue kDriftPluck[] = {
    {"brightness", 1800}, {"damping", 1.0}, {"position", 0.42}, {"pick", 0.08}, {"decay", 8},
    {"release", 4}};
constexpr PatchValue kDriftBell[] = {
    {"ratio1", 1.4}, {"ratio2", 2.756}, {"brightness", 1.3}, {"hardness", 0.15},
    {"index_decay", 5}, {"decay", 13}, {"release", 7}};
constexpr PatchValue kDriftBass[] = {
    {"brightness", 0.05}, {"drive", 2}, {"punch", 0}, {"attack", 0.6}, {"decay", 12},
    {"sustain", 1}, {"release", 2.5}};
constexpr PatchValue kDriftDrums[] = {
    {"tune", -5}, {"decay", 2.2}, {"brightness", -1.2}, {"kick", -2}, {"snare", -8}, {"hats", -9},
    {"cymbals", -3}, {"percussion", -6}};
constexpr PatchValue kDriftGrains[] = {
    {"density", 14}, {"size", 800}, {"brightness", 0.15}, {"air", 0.6}, {"octaves", 0.35},
    {"attack", 3.5}, {"release", 6}};
constexpr PatchValue kDriftNoise[] = {
    {"kind", 3}, {"brightness", -0.2}, {"density", 0.5}, {"movement", 1}, {"attack", 4},
    {"release", 6}, {"level", -5}, {"spread", 0.8}};
constexpr PatchValue kDriftSwell[] = {
    {"shape", 0.6}, {"unison", 3}, {"detune", 8}, {"cutoff", 350}, {"resonance", 0.1}, {"sweep", 2.2},
    {"sweep_time", 2.5}, {"motion", 0.2}, {"swell", 0}, {"attack", 2.4}, {"decay", 8}, {"sustain", 1},
    {"release", 1.8}, {"spread", 1}};

// --- pulse: plucked arpeggios over a steady beat, echoes in dotted eighths, a small room.
constexpr PatchValue kPulsePad[] = {
    {"shape", 0.02}, {"unison", 3}, {"detune", 11}, {"cutoff", 1100}, {"resonance", 0.3}, {"sweep", 1.6},
    {"sweep_time", 0.45}, {"motion", 0.4}, {"swell", 0.05}, {"attack", 0.03}, {"decay", 1.6},
    {"sustain", 0.6}, {"release", 0.55}, {"spread", 0.8}};
constexpr PatchValue kPulseChoir[] = {
    {"vowel", 2}, {"morph", 0.4}, {"brightness", 0}, {"breath", 0.1}, {"singers", 3},
    {"attack", 0.25}, {"release", 0.9}, {"vibrato", 8}};
constexpr PatchValue kPulseFelt[] = {
    {"brightness", 2000}, {"hammer", 0.25}, {"decay", 6}, {"detune", 1.2}, {"release", 0.3}};
constexpr PatchValue kPulsePluck[] = {
    {"brightness", 4600}, {"damping", 0.45}, {"position", 0.14}, {"pick", 0.55}, {"decay", 2.6},
    {"release", 0.5}};
constexpr PatchValue kPulseBell[] = {
    {"ratio1", 4}, {"ratio2", 9.1}, {"brightness", 0.8}, {"hardness", 0.5},
    {"index_decay", 0.6}, {"decay", 2.6}, {"release", 1.2}};
constexpr PatchValue kPulseBass[] = {
    {"brightness", 0.6}, {"drive", 7}, {"punch", 6}, {"attack", 0.003}, {"decay", 1.4},
    {"sustain", 0.35}, {"release", 0.16}};
constexpr PatchValue kPulseDrums[] = {
    {"tune", 0}, {"decay", 0.8}, {"brightness", 0.2}, {"kick", 1}, {"snare", -2}, {"hats", -3},
    {"cymbals", -4}, {"percussion", -2}};
constexpr PatchValue kPulseGrains[] = {
    {"density", 34}, {"size", 90}, {"brightness", 0.5}, {"air", 0.1}, {"octaves", 0.9},
    {"attack", 0.6}, {"release", 1.6}};
constexpr PatchValue kPulseNoise[] = {
    {"kind", 0}, {"brightness", 1.0}, {"density", 0.4}, {"movement", 0.5}, {"attack", 2},
    {"release", 2}, {"level", -12}, {"spread", 0.8}};
constexpr PatchValue kPulseSwell[] = {
    {"shape", 0.1}, {"unison", 3}, {"detune", 16}, {"cutoff", 500}, {"resonance", 0.3}, {"sweep", 3},
    {"sweep_time", 1.2}, {"motion", 0}, {"swell", 0}, {"attack", 1.2}, {"decay", 8}, {"sustain", 1},
    {"release", 0.15}, {"spread", 1}};

// --- piano: a song without words, close, with soft strings behind.
constexpr PatchValue kPianoPad[] = {
    {"shape", 0}, {"unison", 3}, {"detune", 12}, {"cutoff", 1500}, {"resonance", 0.05}, {"sweep", 0.4},
    {"sweep_time", 3}, {"motion", 0.3}, {"swell", 0.15}, {"attack", 0.9}, {"decay", 5},
    {"sustain", 0.85}, {"release", 1.8}, {"spread", 0.9}};
constexpr PatchValue kPianoChoir[] = {
    {"vowel", 0.3}, {"morph", 0.3}, {"brightness", -0.4}, {"breath", 0.12}, {"singers", 3},
    {"attack", 1}, {"release", 2}, {"vibrato", 10}};
constexpr PatchValue kPianoFelt[] = {
    {"brightness", 1300}, {"hammer", 0.3}, {"decay", 10}, {"detune", 0.7}, {"release", 0.45}};
constexpr PatchValue kPianoPluck[] = {
    {"brightness", 2600}, {"damping", 0.4}, {"position", 0.24}, {"pick", 0.25}, {"decay", 4},
    {"release", 0.8}};
constexpr PatchValue kPianoBell[] = {
    {"ratio1", 5.404}, {"ratio2", 8.933}, {"brightness", 0.5}, {"hardness", 0.25},
    {"index_decay", 1.6}, {"decay", 5}, {"release", 2.5}};
constexpr PatchValue kPianoBass[] = {
    {"brightness", 0.25}, {"drive", 2}, {"punch", 1}, {"attack", 0.02}, {"decay", 4},
    {"sustain", 0.55}, {"release", 0.4}};
constexpr PatchValue kPianoDrums[] = {
    {"tune", -1}, {"decay", 1}, {"brightness", -0.7}, {"kick", -3}, {"snare", -2}, {"hats", -5},
    {"cymbals", -5}, {"percussion", -3}};
constexpr PatchValue kPianoGrains[] = {
    {"density", 18}, {"size", 350}, {"brightness", 0.3}, {"air", 0.25}, {"octaves", 0.6},
    {"attack", 1.6}, {"release", 3}};
constexpr PatchValue kPianoNoise[] = {
    {"kind", 2}, {"brightness", -0.3}, {"density", 0.3}, {"movement", 0.4}, {"attack", 1},
    {"release", 2}, {"level", -10}, {"spread", 0.8}};
constexpr PatchValue kPianoSwell[] = {
    {"shape", 0}, {"unison", 3}, {"detune", 14}, {"cutoff", 600}, {"resonance", 0.05}, {"sweep", 1.8},
    {"sweep_time", 2}, {"motion", 0}, {"swell", 0}, {"attack", 1.6}, {"decay", 8}, {"sustain", 1},
    {"release", 0.6}, {"spread", 1}};

// --- choir: a chorale in a church.
constexpr PatchValue kChoirPad[] = {
    {"shape", 0.8}, {"unison", 3}, {"detune", 6}, {"cutoff", 700}, {"resonance", 0.05}, {"sweep", 0.4},
    {"sweep_time", 5}, {"motion", 0.3}, {"swell", 0.1}, {"attack", 1.2}, {"decay", 6},
    {"sustain", 0.9}, {"release", 2.5}, {"spread", 0.7}};
constexpr PatchValue kChoirChoir[] = {
    {"vowel", 1.7}, {"morph", 0.6}, {"brightness", -0.05}, {"breath", 0.1}, {"singers", 4},
    {"attack", 0.35}, {"release", 1.1}, {"vibrato", 15}};
constexpr PatchValue kChoirFelt[] = {
    {"brightness", 700}, {"hammer", 0.3}, {"decay", 9}, {"detune", 0.8}, {"release", 0.6}};
constexpr PatchValue kChoirPluck[] = {
    {"brightness", 2200}, {"damping", 0.9}, {"position", 0.4}, {"pick", 0.1}, {"decay", 6},
    {"release", 3}};
constexpr PatchValue kChoirBell[] = {
    {"ratio1", 1.4}, {"ratio2", 2.756}, {"brightness", 1.8}, {"hardness", 0.4},
    {"index_decay", 4}, {"decay", 10}, {"release", 6}};
constexpr PatchValue kChoirBass[] = {
    {"brightness", 0.2}, {"drive", 4}, {"punch", 0}, {"attack", 0.12}, {"decay", 8},
    {"sustain", 0.9}, {"release", 0.7}};
constexpr PatchValue kChoirDrums[] = {
    {"tune", -4}, {"decay", 1.8}, {"brightness", -1}, {"kick", -1}, {"snare", -6}, {"hats", -8},
    {"cymbals", -2}, {"percussion", -6}};
constexpr PatchValue kChoirGrains[] = {
    {"density", 16}, {"size", 600}, {"brightness", 0.15}, {"air", 0.5}, {"octaves", 0.4},
    {"attack", 2.5}, {"release", 4}};
constexpr PatchValue kChoirNoise[] = {
    {"kind", 0}, {"brightness", -0.8}, {"density", 0.4}, {"movement", 0.6}, {"attack", 3},
    {"release", 4}, {"level", -11}, {"spread", 0.8}};
constexpr PatchValue kChoirSwell[] = {
    {"shape", 1}, {"unison", 3}, {"detune", 8}, {"cutoff", 450}, {"resonance", 0.05}, {"sweep", 1.8},
    {"sweep_time", 2}, {"motion", 0}, {"swell", 0}, {"attack", 1.8}, {"decay", 8}, {"sustain", 1},
    {"release", 0.9}, {"spread", 1}};

// --- night: a trio late at night, rain outside.
constexpr PatchValue kNightPad[] = {
    {"shape", 0.5}, {"unison", 3}, {"detune", 7}, {"cutoff", 620}, {"resonance", 0.1}, {"sweep", 0.5},
    {"sweep_time", 3}, {"motion", 0.4}, {"swell", 0.15}, {"attack", 0.7}, {"decay", 5},
    {"sustain", 0.75}, {"release", 1.4}, {"spread", 0.8}};
constexpr PatchValue kNightChoir[] = {
    {"vowel", 0.2}, {"morph", 0.2}, {"brightness", -0.6}, {"breath", 0.2}, {"singers", 3},
    {"attack", 0.8}, {"release", 1.4}, {"vibrato", 8}};
constexpr PatchValue kNightFelt[] = {
    {"brightness", 1700}, {"hammer", 0.22}, {"decay", 8}, {"detune", 1.2}, {"release", 0.28}};
constexpr PatchValue kNightPluck[] = {
    {"brightness", 2300}, {"damping", 0.3}, {"position", 0.25}, {"pick", 0.25}, {"decay", 3},
    {"release", 0.3}};
constexpr PatchValue kNightBell[] = {
    {"ratio1", 1}, {"ratio2", 14}, {"brightness", 0.9}, {"hardness", 0.25},
    {"index_decay", 1.2}, {"decay", 4.5}, {"release", 0.5}};
constexpr PatchValue kNightBass[] = {
    {"brightness", 0.42}, {"drive", 3}, {"punch", 3}, {"attack", 0.006}, {"decay", 1.8},
    {"sustain", 0.12}, {"release", 0.14}};
constexpr PatchValue kNightDrums[] = {
    {"tune", 0}, {"decay", 0.9}, {"brightness", -0.4}, {"kick", -5}, {"snare", 0}, {"hats", -4},
    {"cymbals", -9}, {"percussion", -4}};
constexpr PatchValue kNightGrains[] = {
    {"density", 18}, {"size", 260}, {"brightness", 0.2}, {"air", 0.3}, {"octaves", 0.4},
    {"attack", 1.5}, {"release", 3}};
constexpr PatchValue kNightNoise[] = {
    {"kind", 1}, {"brightness", -0.6}, {"density", 0.55}, {"movement", 0.5}, {"attack", 3},
    {"release", 4}, {"level", -6}, {"spread", 0.8}};
constexpr PatchValue kNightSwell[] = {
    {"shape", 0.6}, {"unison", 3}, {"detune", 8}, {"cutoff", 400}, {"resonance", 0.1}, {"sweep", 1.6},
    {"sweep_time", 1.5}, {"motion", 0}, {"swell", 0}, {"attack", 1.4}, {"decay", 8}, {"sustain", 1},
    {"release", 0.4}, {"spread", 1}};

// Levels in dB; sends to chorus, delay, plate, hall. Voices: pad, choir, piano, pluck, bell, bass,
// drums, texture.
constexpr StylePatch kStylesTable[compose::kStyles] = {
    {.level = 0, .decay = 6, .note = 2, .feel = 1, .feedback = 0.38,
     .voices = {{-2.5, 0, 0, 2, {0.35, 0, 0, 0.45}},
                {-6.7, 0, 0, 2, {0.2, 0, 0, 0.6}},
                {4.8, -0.08, 0, 1, {0, 0.16, 0, 0.42}},
                {10.9, 0.18, 0, 2, {0, 0.3, 0, 0.4}},
                {0.4, -0.2, 0, 2, {0, 0.3, 0, 0.6}},
                {2.1, 0, 0, 3, {0, 0, 0, 0.04}},
                {6.5, 0, 0, 4, {0, 0, 0, 0.28}},
                {-1.1, 0, 0, 2, {0, 0.1, 0, 0.4}}},
     .values = {kAmbientPad, kAmbientChoir, kAmbientFelt, kAmbientPluck, kAmbientBell, kAmbientBass,
                kAmbientDrums, kAmbientGrains, kAmbientNoise, kAmbientSwell}},
    {.level = 0, .decay = 10, .note = 1, .feel = 1, .feedback = 0.5,
     .voices = {{-5, 0, 0, 2, {0.3, 0, 0, 0.6}},
                {-11, 0, 0, 2, {0.2, 0, 0, 0.75}},
                {7.7, -0.1, 0, 1, {0, 0.3, 0, 0.7}},
                {4.3, 0.3, 0, 2, {0, 0.35, 0, 0.7}},
                {-5.5, -0.3, 0, 2, {0, 0.35, 0, 0.8}},
                {2.6, 0, 0, 3, {0, 0, 0, 0.06}},
                {5, 0, 0, 4, {0, 0, 0, 0.5}},
                {-2, 0, 0, 2, {0, 0.1, 0, 0.5}}},
     .values = {kDriftPad, kDriftChoir, kDriftFelt, kDriftPluck, kDriftBell, kDriftBass, kDriftDrums,
                kDriftGrains, kDriftNoise, kDriftSwell}},
    {.level = 0, .decay = 2.6, .note = 3, .feel = 1, .feedback = 0.42,
     .voices = {{-2.3, 0, 0, 2, {0.35, 0, 0, 0.22}},
                {-3.7, 0, 0, 2, {0.25, 0, 0, 0.4}},
                {11.5, -0.1, 0, 1, {0, 0.22, 0, 0.25}},
                {11.4, 0.15, 0, 3, {0, 0.34, 0, 0.2}},
                {3.6, -0.25, 0, 2, {0, 0.32, 0, 0.32}},
                {4.2, 0, 0, 3, {0, 0, 0, 0.02}},
                {4, 0, 0, 5, {0, 0, 0, 0.1}},
                {-3.5, 0, 0, 2, {0, 0.15, 0, 0.3}}},
     .values = {kPulsePad, kPulseChoir, kPulseFelt, kPulsePluck, kPulseBell, kPulseBass, kPulseDrums,
                kPulseGrains, kPulseNoise, kPulseSwell}},
    {.level = 1.2, .decay = 3.2, .note = 2, .feel = 0, .feedback = 0.25,
     .voices = {{-2.3, 0, 0, 3, {0.25, 0, 0, 0.35}},
                {-4.7, 0, 0, 2, {0.2, 0, 0, 0.5}},
                {6.3, 0, 0, 1, {0, 0.03, 0, 0.26}},
                {10, 0.25, 0, 2, {0, 0.12, 0, 0.3}},
                {6.1, -0.25, 0, 2, {0, 0.15, 0, 0.45}},
                {6.1, 0, 0, 2, {0, 0, 0, 0.04}},
                {11.5, 0, 0, 4, {0, 0, 0, 0.2}},
                {-1.6, 0, 0, 2, {0, 0.05, 0, 0.4}}},
     .values = {kPianoPad, kPianoChoir, kPianoFelt, kPianoPluck, kPianoBell, kPianoBass, kPianoDrums,
                kPianoGrains, kPianoNoise, kPianoSwell}},
    {.level = 0, .decay = 7.5, .note = 1, .feel = 0, .feedback = 0.25,
     .voices = {{-4.7, 0, 0, 2, {0.2, 0, 0, 0.4}},
                {-6.5, 0, 0, 2, {0.15, 0, 0, 0.55}},
                {5, -0.1, 0, 1, {0, 0.1, 0, 0.5}},
                {10, 0.2, 0, 2, {0, 0.15, 0, 0.5}},
                {2, -0.2, 0, 2, {0, 0.15, 0, 0.7}},
                {3.2, 0, 0, 2, {0, 0, 0, 0.1}},
                {9, 0, 0, 4, {0, 0, 0, 0.5}},
                {-3, 0, 0, 2, {0, 0.05, 0, 0.5}}},
     .values = {kChoirPad, kChoirChoir, kChoirFelt, kChoirPluck, kChoirBell, kChoirBass, kChoirDrums,
                kChoirGrains, kChoirNoise, kChoirSwell}},
    {.level = 0.6, .decay = 2.0, .note = 2, .feel = 2, .feedback = 0.25,
     .voices = {{1.7, 0, 0, 2, {0.3, 0, 0, 0.25}},
                {-6, 0, 0, 2, {0.2, 0, 0, 0.35}},
                {8.6, -0.12, 0, 1, {0, 0.04, 0.16, 0.06}},
                {10, 0.25, 0, 2, {0, 0.1, 0.2, 0.1}},
                {10, 0.2, 0, 2, {0.25, 0.12, 0.2, 0.1}},
                {11, 0, 0, 2, {0, 0, 0.03, 0}},
                {18.5, 0.05, 0, 4, {0, 0, 0.14, 0}},
                {6, 0, 0, 2, {0, 0.05, 0, 0.3}}},
     .values = {kNightPad, kNightChoir, kNightFelt, kNightPluck, kNightBell, kNightBass, kNightDrums,
                kNightGrains, kNightNoise, kNightSwell}},
};

// clang-format on

}  // namespace

std::string_view synth_of(Player p) noexcept {
  return kSynths[static_cast<std::size_t>(p)];
}

compose::Voice voice_of(Player p) noexcept {
  return p < Player::grains ? static_cast<compose::Voice>(p) : compose::Voice::texture;
}

const StylePatch& patch_of(compose::Style style) noexcept {
  return kStylesTable[static_cast<std::size_t>(style) % compose::kStyles];
}

}  // namespace tutti::stream
