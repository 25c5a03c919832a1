#include "engine/registry/synth_names.h"

#include <string>
#include <vector>

#include "engine/base/suggest.h"

namespace tutti::registry {
namespace {

constexpr SynthName kNames[] = {
    {"pad", "Pad",
     "Detuned saws and triangles through a slowly moving low-pass: warm, endless chords."},
    {"choir", "Choir", "Voices that sing vowels and slowly change them."},
    {"bell", "Bell", "Bells, glass and electric pianos that ring and lose their brightness."},
    {"pluck", "Pluck", "Plucked strings: harp, nylon, steel, muted."},
    {"bass", "Bass", "A round sub bass: a sine with a little of its harmonics, softly overdriven."},
    {"felt", "Felt piano", "A soft piano with felt between hammers and strings."},
    {"grains", "Grains", "Clouds of short sounds around each note, with octaves, fifths and air."},
    {"noise", "Noise", "Wind, rain, the sea and the crackle of old records, each side its own."},
    {"drums", "Drums",
     "Synthesised drums on the keys of General MIDI: kick, snare, brush, hats, shaker, toms, "
     "cymbals, a swell and small percussion."},
};

}  // namespace

std::span<const SynthName> synth_names() noexcept {
  return kNames;
}

const SynthName* find_synth_name(std::string_view id) noexcept {
  for (const SynthName& synth : kNames) {
    if (synth.id == id) return &synth;
  }
  return nullptr;
}

Result<const SynthName*> require_synth_name(std::string_view id) {
  if (const SynthName* found = find_synth_name(id)) return found;
  std::vector<std::string> known;
  std::string list;
  for (const SynthName& synth : kNames) {
    known.emplace_back(synth.id);
    list += (list.empty() ? "" : ", ") + std::string(synth.id);
  }
  const std::string near = suggestion(id, known);
  return Error{Code::not_found, "There is no synthesiser named \"" + std::string(id) + "\".",
               near.empty() ? "There are " + list + "." : "Did you mean \"" + near + "\"?"};
}

}  // namespace tutti::registry
