#include "server/jobs/stream_materials.h"

#include "engine/instruments/soundfont_subset.h"
#include "native/files/mapped_file.h"
#include "native/files/models.h"
#include "native/files/sf3.h"
#include "native/files/soundfonts.h"

namespace tutti::jobs {
namespace {

constexpr instruments::PresetId kPiano{0, 0};

std::string sentence(const Error& error) {
  return error.message + " " + error.next;
}

// The piano alone: a large font's other samples would lie in memory for nothing.
Result<std::shared_ptr<const instruments::SoundFont>> piano_of(std::span<const std::byte> bytes,
                                                               const Progress& progress) {
  std::vector<std::byte> unpacked;
  if (files::is_sf3(bytes)) {
    auto made = files::sf3_to_sf2(bytes, progress);
    if (!made) return made.error();
    unpacked = std::move(*made);
    bytes = unpacked;
  }
  auto whole = instruments::read_soundfont(bytes);
  if (!whole) return whole.error();
  const instruments::PresetId wanted[] = {kPiano};
  auto small = instruments::subset_soundfont(*whole, wanted);
  if (!small) return small.error();
  auto piano = instruments::read_soundfont(std::move(*small));
  if (!piano) return piano.error();
  return std::make_shared<const instruments::SoundFont>(std::move(*piano));
}

}  // namespace

MaterialNames material_names() {
  MaterialNames names;
  if (auto font = files::choose_soundfont()) names.soundfont = font->id;
  if (auto model = files::read_model(files::kMelodyModel)) names.model = model->sha256;
  return names;
}

Result<stream::Materials> materials_from(std::span<const std::byte> soundfont,
                                         std::span<const std::byte> weights,
                                         const Progress& progress) {
  stream::Materials materials;
  if (!soundfont.empty()) {
    auto piano = piano_of(soundfont, progress);
    if (!piano) return piano.error();
    materials.piano = std::move(*piano);
  }
  if (!weights.empty()) {
    auto melody = compose::MelodyModel::load(weights);
    if (!melody) return melody.error();
    materials.melody = std::move(*melody);
  }
  return materials;
}

FoundMaterials find_materials(const std::string& soundfont) {
  FoundMaterials found;
  if (auto font = files::choose_soundfont(soundfont); !font) {
    found.missing.push_back(sentence(font.error()));
  } else if (auto file = files::MappedFile::open(font->path); !file) {
    found.missing.push_back(sentence(file.error()));
  } else if (auto made = materials_from(file->bytes(), {}); !made) {
    found.missing.push_back(sentence(made.error()));
  } else {
    found.materials.piano = made->piano;
  }
  if (auto model = files::read_model(files::kMelodyModel); !model) {
    found.missing.push_back(sentence(model.error()));
  } else if (auto made = materials_from({}, model->bytes); !made) {
    found.missing.push_back(sentence(made.error()));
  } else {
    found.materials.melody = made->melody;
  }
  return found;
}

}  // namespace tutti::jobs
