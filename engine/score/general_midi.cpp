#include "engine/score/general_midi.h"

#include <array>
#include <cstddef>

namespace tutti::score {
namespace {

constexpr std::array<std::string_view, 16> kFamilies = {"Piano",         "Chromatic Percussion",
                                                        "Organ",         "Guitar",
                                                        "Bass",          "Strings",
                                                        "Ensemble",      "Brass",
                                                        "Reed",          "Pipe",
                                                        "Synth Lead",    "Synth Pad",
                                                        "Synth Effects", "Ethnic",
                                                        "Percussive",    "Sound Effects"};

constexpr std::array<std::string_view, kPrograms> kProgramNames = {"Acoustic Grand Piano",
                                                                   "Bright Acoustic Piano",
                                                                   "Electric Grand Piano",
                                                                   "Honky-tonk Piano",
                                                                   "Electric Piano 1",
                                                                   "Electric Piano 2",
                                                                   "Harpsichord",
                                                                   "Clavi",
                                                                   "Celesta",
                                                                   "Glockenspiel",
                                                                   "Music Box",
                                                                   "Vibraphone",
                                                                   "Marimba",
                                                                   "Xylophone",
                                                                   "Tubular Bells",
                                                                   "Dulcimer",
                                                                   "Drawbar Organ",
                                                                   "Percussive Organ",
                                                                   "Rock Organ",
                                                                   "Church Organ",
                                                                   "Reed Organ",
                                                                   "Accordion",
                                                                   "Harmonica",
                                                                   "Tango Accordion",
                                                                   "Acoustic Guitar (nylon)",
                                                                   "Acoustic Guitar (steel)",
                                                                   "Electric Guitar (jazz)",
                                                                   "Electric Guitar (clean)",
                                                                   "Electric Guitar (muted)",
                                                                   "Overdriven Guitar",
                                                                   "Distortion Guitar",
                                                                   "Guitar Harmonics",
                                                                   "Acoustic Bass",
                                                                   "Electric Bass (finger)",
                                                                   "Electric Bass (pick)",
                                                                   "Fretless Bass",
                                                                   "Slap Bass 1",
                                                                   "Slap Bass 2",
                                                                   "Synth Bass 1",
                                                                   "Synth Bass 2",
                                                                   "Violin",
                                                                   "Viola",
                                                                   "Cello",
                                                                   "Contrabass",
                                                                   "Tremolo Strings",
                                                                   "Pizzicato Strings",
                                                                   "Orchestral Harp",
                                                                   "Timpani",
                                                                   "String Ensemble 1",
                                                                   "String Ensemble 2",
                                                                   "Synth Strings 1",
                                                                   "Synth Strings 2",
                                                                   "Choir Aahs",
                                                                   "Voice Oohs",
                                                                   "Synth Voice",
                                                                   "Orchestra Hit",
                                                                   "Trumpet",
                                                                   "Trombone",
                                                                   "Tuba",
                                                                   "Muted Trumpet",
                                                                   "French Horn",
                                                                   "Brass Section",
                                                                   "Synth Brass 1",
                                                                   "Synth Brass 2",
                                                                   "Soprano Sax",
                                                                   "Alto Sax",
                                                                   "Tenor Sax",
                                                                   "Baritone Sax",
                                                                   "Oboe",
                                                                   "English Horn",
                                                                   "Bassoon",
                                                                   "Clarinet",
                                                                   "Piccolo",
                                                                   "Flute",
                                                                   "Recorder",
                                                                   "Pan Flute",
                                                                   "Blown Bottle",
                                                                   "Shakuhachi",
                                                                   "Whistle",
                                                                   "Ocarina",
                                                                   "Lead 1 (square)",
                                                                   "Lead 2 (sawtooth)",
                                                                   "Lead 3 (calliope)",
                                                                   "Lead 4 (chiff)",
                                                                   "Lead 5 (charang)",
                                                                   "Lead 6 (voice)",
                                                                   "Lead 7 (fifths)",
                                                                   "Lead 8 (bass + lead)",
                                                                   "Pad 1 (new age)",
                                                                   "Pad 2 (warm)",
                                                                   "Pad 3 (polysynth)",
                                                                   "Pad 4 (choir)",
                                                                   "Pad 5 (bowed)",
                                                                   "Pad 6 (metallic)",
                                                                   "Pad 7 (halo)",
                                                                   "Pad 8 (sweep)",
                                                                   "FX 1 (rain)",
                                                                   "FX 2 (soundtrack)",
                                                                   "FX 3 (crystal)",
                                                                   "FX 4 (atmosphere)",
                                                                   "FX 5 (brightness)",
                                                                   "FX 6 (goblins)",
                                                                   "FX 7 (echoes)",
                                                                   "FX 8 (sci-fi)",
                                                                   "Sitar",
                                                                   "Banjo",
                                                                   "Shamisen",
                                                                   "Koto",
                                                                   "Kalimba",
                                                                   "Bagpipe",
                                                                   "Fiddle",
                                                                   "Shanai",
                                                                   "Tinkle Bell",
                                                                   "Agogo",
                                                                   "Steel Drums",
                                                                   "Woodblock",
                                                                   "Taiko Drum",
                                                                   "Melodic Tom",
                                                                   "Synth Drum",
                                                                   "Reverse Cymbal",
                                                                   "Guitar Fret Noise",
                                                                   "Breath Noise",
                                                                   "Seashore",
                                                                   "Bird Tweet",
                                                                   "Telephone Ring",
                                                                   "Helicopter",
                                                                   "Applause",
                                                                   "Gunshot"};

constexpr int kFirstDrum = 27;
constexpr std::array<std::string_view, 61> kDrumNames = {
    "High Q",          "Slap",           "Scratch Push",
    "Scratch Pull",    "Sticks",         "Square Click",
    "Metronome Click", "Metronome Bell", "Acoustic Bass Drum",
    "Bass Drum 1",     "Side Stick",     "Acoustic Snare",
    "Hand Clap",       "Electric Snare", "Low Floor Tom",
    "Closed Hi-hat",   "High Floor Tom", "Pedal Hi-hat",
    "Low Tom",         "Open Hi-hat",    "Low-Mid Tom",
    "Hi-Mid Tom",      "Crash Cymbal 1", "High Tom",
    "Ride Cymbal 1",   "Chinese Cymbal", "Ride Bell",
    "Tambourine",      "Splash Cymbal",  "Cowbell",
    "Crash Cymbal 2",  "Vibra-slap",     "Ride Cymbal 2",
    "Hi Bongo",        "Low Bongo",      "Mute Hi Conga",
    "Open Hi Conga",   "Low Conga",      "High Timbale",
    "Low Timbale",     "High Agogo",     "Low Agogo",
    "Cabasa",          "Maracas",        "Short Whistle",
    "Long Whistle",    "Short Guiro",    "Long Guiro",
    "Claves",          "Hi Wood Block",  "Low Wood Block",
    "Mute Cuica",      "Open Cuica",     "Mute Triangle",
    "Open Triangle",   "Shaker",         "Jingle Bell",
    "Belltree",        "Castanets",      "Mute Surdo",
    "Open Surdo"};

// Letters and digits in lower case, words parted by one underscore.
std::string slug(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const char low = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    if ((low >= 'a' && low <= 'z') || (low >= '0' && low <= '9')) {
      out += low;
    } else if (!out.empty() && out.back() != '_') {
      out += '_';
    }
  }
  if (!out.empty() && out.back() == '_') out.pop_back();
  return out;
}

// Does `words` stand in `text` on the borders of words?
bool holds(const std::string& text, const std::string& words) {
  const std::string padded = '_' + text + '_';
  return padded.find('_' + words + '_') != std::string::npos;
}

}  // namespace

std::string_view program_name(int program) {
  if (program < 0 || program >= kPrograms) return {};
  return kProgramNames[static_cast<std::size_t>(program)];
}

std::string_view program_family(int program) {
  if (program < 0 || program >= kPrograms) return {};
  return kFamilies[static_cast<std::size_t>(program / 8)];
}

std::string_view drum_name(int key) {
  if (key < kFirstDrum || key >= kFirstDrum + static_cast<int>(kDrumNames.size())) return {};
  return kDrumNames[static_cast<std::size_t>(key - kFirstDrum)];
}

std::string program_slug(int program) {
  return slug(program_name(program));
}

std::optional<int> program_from_name(std::string_view name) {
  const std::string wanted = slug(name);
  if (wanted.empty()) return std::nullopt;
  for (int program = 0; program < kPrograms; ++program) {
    if (program_slug(program) == wanted) return program;
  }
  for (int program = 0; program < kPrograms; ++program) {
    if (holds(program_slug(program), wanted)) return program;
  }
  for (int program = 0; program < kPrograms; program += 8) {
    if (holds(slug(program_family(program)), wanted)) return program;
  }
  return std::nullopt;
}

}  // namespace tutti::score
