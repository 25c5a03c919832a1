// SoundFonts for the page: which there are, and one preset's samples at a time.
#include <list>
#include <map>

#include "engine/instruments/soundfont_subset.h"
#include "native/files/atomic_write.h"
#include "native/files/mapped_file.h"
#include "native/files/sf3.h"
#include "native/files/sha256.h"
#include "native/files/soundfonts.h"
#include "server/api/routes.h"

namespace tutti::api {
namespace {

constexpr std::size_t kSubsetBytesKept = 64u << 20;

// Fonts opened once, and the last subsets made.
class FontShelf {
 public:
  explicit FontShelf(store::Store* store) : store_(store) {}

  Result<std::vector<SoundfontInfo>> list() {
    std::lock_guard lock(mutex_);
    std::vector<SoundfontInfo> all;
    const auto found = files::find_soundfonts();
    const bool plain =
        std::any_of(found.begin(), found.end(), [](const auto& f) { return !f.compressed; });
    for (const auto& file : found) {
      // A compressed one must be unpacked first, which takes seconds: only where there is no other.
      if (file.compressed && plain) continue;
      auto font = open(file);
      if (!font) continue;  // damaged: it is not offered
      SoundfontInfo info{file.id, (*font)->font.name.empty() ? file.id : (*font)->font.name, {}};
      for (const auto& preset : (*font)->font.presets)
        info.presets.push_back({preset.id.bank, preset.id.program, preset.name});
      all.push_back(std::move(info));
    }
    if (all.empty())
      return Error{Code::missing_part,
                   "No SoundFont is installed, so there are no instruments to play on.",
                   "Install one on the server: apt install timgm6mb-soundfont."};
    return all;
  }

  struct Subset {
    SharedBytes bytes;
    std::string etag;
  };
  Result<Subset> subset(const std::string& id, int bank, int program) {
    std::lock_guard lock(mutex_);
    const std::string key = id + "/" + std::to_string(bank) + "/" + std::to_string(program);
    for (auto kept = kept_.begin(); kept != kept_.end(); ++kept) {
      if (kept->first != key) continue;
      kept_.splice(kept_.begin(), kept_, kept);
      return kept->second;
    }
    for (const auto& file : files::find_soundfonts()) {
      if (file.id != id) continue;
      auto font = open(file);
      if (!font) return font.error();
      const instruments::PresetId wanted[] = {{bank, program}};
      auto made = instruments::subset_soundfont((*font)->font, wanted);
      if (!made) return made.error();
      Subset subset;
      subset.etag = "\"" + files::sha256(*made).hex().substr(0, 32) + "\"";
      subset.bytes = std::make_shared<const std::vector<std::byte>>(std::move(*made));
      kept_.emplace_front(key, subset);
      std::size_t total = 0;
      for (auto kept = kept_.begin(); kept != kept_.end();) {
        total += kept->second.bytes->size();
        kept =
            total > kSubsetBytesKept && kept != kept_.begin() ? kept_.erase(kept) : std::next(kept);
      }
      return subset;
    }
    return Error{Code::not_found, "There is no SoundFont with this id.",
                 "GET /api/soundfonts lists them."};
  }

 private:
  struct Font {
    files::MappedFile file;
    instruments::SoundFont font;
  };

  Result<std::shared_ptr<Font>> open(const files::FoundSoundFont& found) {
    if (const auto known = fonts_.find(found.path); known != fonts_.end()) return known->second;
    std::string path = found.path;
    if (found.compressed) {
      // Unpacked once beside the library; by its size, so that another version is unpacked anew.
      const auto folder = store_->folder() / "cache";
      std::error_code code;
      std::filesystem::create_directories(folder, code);
      path = (folder / (found.id + "-" + std::to_string(found.bytes) + ".sf2")).string();
      if (!std::filesystem::exists(path, code)) {
        auto packed = files::MappedFile::open(found.path);
        if (!packed) return packed.error();
        auto whole = files::sf3_to_sf2(packed->bytes());
        if (!whole) return whole.error();
        if (auto done = files::write_file(path, std::span<const std::byte>(*whole)); !done)
          return done.error();
      }
    }
    auto file = files::MappedFile::open(path);
    if (!file) return file.error();
    auto font = instruments::read_soundfont(file->bytes());
    if (!font) return font.error();
    auto opened = std::make_shared<Font>(Font{std::move(*file), std::move(*font)});
    fonts_.emplace(found.path, opened);
    return opened;
  }

  store::Store* store_;
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Font>> fonts_;
  std::list<std::pair<std::string, Subset>> kept_;  // last used first
};

}  // namespace

void add_soundfont_routes(Table& table, const Services& services) {
  auto shelf = std::make_shared<FontShelf>(services.store);

  Route list = reply_route<std::vector<SoundfontInfo>>(
      Method::get, "/api/soundfonts", "listSoundfonts", "Instruments",
      "Installed SoundFonts and their presets", [shelf](const Call&) { return shelf->list(); });
  list.text = "The best first. Bank 128 holds the drum kits.";
  list.errors = {501};
  table.routes.push_back(list);

  Route preset;
  preset.method = Method::get;
  preset.path = "/api/soundfonts/{id}/presets/{bank}/{program}";
  preset.id = "presetSamples";
  preset.group = "Instruments";
  preset.summary = "A small SoundFont with this preset alone";
  preset.text = "A valid SF2 file that sounds exactly as the whole one.";
  preset.answer_type = "audio/x-soundfont";
  preset.handler = [shelf](const Call& call) -> Result<Answer> {
    const auto number = [&](const char* name) {
      const std::string text = call.part(name);
      return text.size() <= 5 && !text.empty() &&
                     text.find_first_not_of("0123456789") == std::string::npos
                 ? std::stoi(text)
                 : -1;
    };
    const int bank = number("bank"), program = number("program");
    if (bank < 0 || program < 0 || program > 127)
      return Error{Code::not_found, "There is no such preset.", "GET /api/soundfonts lists them."};
    auto subset = shelf->subset(call.part("id"), bank, program);
    if (!subset) return subset.error();
    Answer answer;
    answer.type = "audio/x-soundfont";
    answer.body = subset->bytes;
    answer.etag = subset->etag;
    answer.immutable = true;
    answer.ranges = true;
    return answer;
  };
  table.routes.push_back(preset);
}

}  // namespace tutti::api
