#include "engine/instruments/soundfont_subset.h"

#include <algorithm>
#include <map>

namespace tutti::instruments {
namespace {

constexpr std::size_t kGuardFrames = 46;  // zeros after each sample (specification §6.1)

class Subset {
 public:
  explicit Subset(const SoundFont& whole) : whole_(whole) {
    part_.name = whole.name;
    part_.author = whole.author;
    part_.copyright = whole.copyright;
    part_.comment = whole.comment;
  }

  void take(const Preset& preset) {
    Preset copy{preset.name, preset.id, {}};
    for (const Zone& zone : preset.zones) {
      copy.zones.push_back(take(zone, [this](int target) { return instrument(target); }));
    }
    part_.presets.push_back(std::move(copy));
  }

  Result<std::vector<std::byte>> write() {
    // Partners of stereo samples keep pointing at each other where both came along.
    for (const auto& [from, to] : samples_) {
      const int partner = whole_.samples[static_cast<std::size_t>(from)].link;
      const auto found = samples_.find(partner);
      part_.samples[static_cast<std::size_t>(to)].link =
          found == samples_.end() ? 0 : static_cast<std::uint16_t>(found->second);
    }
    part_.frames = frames_;
    return write_soundfont(part_);
  }

 private:
  template <class Target>
  Zone take(const Zone& zone, Target&& target) {
    Zone copy;
    copy.target = zone.target < 0 ? -1 : target(zone.target);
    copy.first_generator = static_cast<std::uint32_t>(part_.generators.size());
    copy.generator_count = zone.generator_count;
    copy.first_modulator = static_cast<std::uint32_t>(part_.modulators.size());
    copy.modulator_count = zone.modulator_count;
    for (std::uint32_t i = 0; i < zone.generator_count; ++i) {
      part_.generators.push_back(whole_.generators[zone.first_generator + i]);
    }
    for (std::uint32_t i = 0; i < zone.modulator_count; ++i) {
      part_.modulators.push_back(whole_.modulators[zone.first_modulator + i]);
    }
    return copy;
  }

  int instrument(int index) {
    if (const auto known = instruments_.find(index); known != instruments_.end())
      return known->second;
    const Instrument& from = whole_.instruments[static_cast<std::size_t>(index)];
    Instrument copy{from.name, {}};
    for (const Zone& zone : from.zones) {
      copy.zones.push_back(take(zone, [this](int target) { return sample(target); }));
    }
    const int at = static_cast<int>(part_.instruments.size());
    part_.instruments.push_back(std::move(copy));
    return instruments_[index] = at;
  }

  int sample(int index) {
    if (const auto known = samples_.find(index); known != samples_.end()) return known->second;
    SampleHeader s = whole_.samples[static_cast<std::size_t>(index)];
    const auto [place, fresh] =
        places_.try_emplace({s.start, s.end}, static_cast<std::uint32_t>(frames_.size()));
    if (fresh) {
      frames_.insert(frames_.end(), whole_.frames.begin() + s.start, whole_.frames.begin() + s.end);
      frames_.insert(frames_.end(), kGuardFrames, 0);
    }
    s.loop_start = s.loop_start - s.start + place->second;
    s.loop_end = s.loop_end - s.start + place->second;
    s.end = s.end - s.start + place->second;
    s.start = place->second;
    const int at = static_cast<int>(part_.samples.size());
    part_.samples.push_back(std::move(s));
    return samples_[index] = at;
  }

  const SoundFont& whole_;
  SoundFont part_;
  std::vector<std::int16_t> frames_;
  std::map<int, int> instruments_, samples_;  // index in the whole to index here
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint32_t> places_;
};

}  // namespace

Result<std::vector<std::byte>> subset_soundfont(const SoundFont& font,
                                                std::span<const PresetId> presets) {
  if (presets.empty()) {
    return Error{Code::wrong_usage, "No instrument was asked for.",
                 "Name at least one bank and program."};
  }
  std::vector<PresetId> wanted(presets.begin(), presets.end());
  std::sort(wanted.begin(), wanted.end());
  wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());
  Subset subset(font);
  for (PresetId id : wanted) {
    const Preset* preset = font.find(id);
    if (preset == nullptr) {
      return Error{Code::not_found,
                   "This SoundFont has no program " + std::to_string(id.program) + " in bank " +
                       std::to_string(id.bank) + ".",
                   "Choose one of the presets that it lists."};
    }
    subset.take(*preset);
  }
  return subset.write();
}

}  // namespace tutti::instruments
