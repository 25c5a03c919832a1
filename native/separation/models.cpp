#include "native/separation/models.h"

#include <array>
#include <fcntl.h>
#include <optional>
#include <unistd.h>

#include "engine/base/cpu.h"
#include "engine/base/json.h"
#include "engine/base/suggest.h"
#include "engine/separate/blend.h"
#include "engine/separate/classical.h"
#include "engine/separate/htdemucs.h"
#include "engine/separate/instant.h"
#include "native/files/models.h"

namespace tutti::separation {
namespace {

struct Kind {
  const char* id;
  const char* name;
  const char* quality;
  std::vector<std::string> files;  // of weights, by find_model's names
  bool fetched;                    // from the network, not part of the installation
};

const std::vector<Kind>& kinds() {
  static const std::vector<Kind> all = {
      {"classical",
       "Classical",
       "Rough: signal processing without learning, works everywhere.",
       {},
       false},
      {"instant", "Instant", "Good for playing along, there almost at once.", {"instant"}, false},
      {"htdemucs",
       "HTDemucs",
       "Studio quality; takes some tens of seconds a song.",
       {"htdemucs"},
       true},
      {"htdemucs_ft",
       "HTDemucs, fine-tuned",
       "The best: one network for each stem, four times the work of HTDemucs.",
       {"htdemucs_ft_drums", "htdemucs_ft_bass", "htdemucs_ft_other", "htdemucs_ft_vocals"},
       true}};
  return all;
}

std::string how_to_get(const Kind& kind) {
  if (kind.fetched) return std::string("Get it with: tutti models fetch ") + kind.id;
  return "It comes with Tutti: install it again, or name the folder that has instant.safetensors "
         "in TUTTI_MODELS.";
}

// Metadata of a safetensors file from its head alone: the tensors stay where they are.
std::optional<std::string> version_in(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return std::nullopt;
  std::uint64_t length = 0;
  std::string head;
  bool good = ::pread(fd, &length, 8, 0) == 8 && length >= 2 && length <= (1u << 24);
  if (good) {
    head.resize(length);
    good = ::pread(fd, head.data(), length, 8) == static_cast<ssize_t>(length);
  }
  ::close(fd);
  if (!good) return std::nullopt;
  auto parsed = parse_json(head);
  if (!parsed || !parsed->is_object()) return std::nullopt;
  const auto* metadata = parsed->as_object().if_contains("__metadata__");
  if (metadata == nullptr || !metadata->is_object()) return std::string();
  std::string version;
  for (const char* key : {"version", "hash"}) {
    const auto* value = metadata->as_object().if_contains(key);
    if (value == nullptr || !value->is_string()) continue;
    version += (version.empty() ? "" : " ") + std::string(value->as_string()).substr(0, 64);
  }
  return version;
}

SeparatorInfo info_of(const Kind& kind) {
  SeparatorInfo info;
  info.id = kind.id;
  info.name = kind.name;
  info.quality = kind.quality;
  info.installed = true;
  for (const auto& name : kind.files) {
    const auto path = files::find_model(name);
    const auto version = path ? version_in(*path) : std::nullopt;
    if (!version) {
      info.installed = false;
      info.version.clear();
      info.how_to_get = how_to_get(kind);
      return info;
    }
    info.version += (info.version.empty() ? "" : "+") + *version;
  }
  if (kind.files.empty()) info.version = separate::make_classical()->version();
  if (info.id == "instant")
    info.version +=
        (has_bf16() ? "-bf16+" : "+") + std::string(separate::make_classical()->version());
  return info;
}

Result<const Kind*> kind_named(std::string_view id) {
  std::vector<std::string> names;
  for (const auto& kind : kinds()) {
    if (kind.id == id) return &kind;
    names.emplace_back(kind.id);
  }
  const std::string near = suggestion(std::string(id), names);
  return Error{Code::wrong_usage, "There is no model \"" + std::string(id) + "\".",
               near.empty() ? "Choose instant, classical, htdemucs or htdemucs_ft."
                            : "Did you mean \"" + near + "\"?"};
}

Result<files::ModelFile> weights_of(const Kind& kind, const std::string& name) {
  auto file = files::read_model(name);
  if (file || file.error().code != Code::missing_part) return file;
  return Error{Code::missing_part,
               "The model " + std::string(kind.name) + " is not on this computer.",
               how_to_get(kind)};
}

// What is wrong with a file, and which file.
Error named(Error error, const std::string& path) {
  error.message = path + ": " + error.message;
  return error;
}

Result<std::unique_ptr<separate::HtDemucs>> demucs(const Kind& kind, const std::string& name) {
  auto weights = weights_of(kind, name);
  if (!weights) return weights.error();
  separate::HtDemucs::Options options;
  options.name = kind.id;
  auto made = separate::HtDemucs::load(weights->bytes, options);
  if (!made) return named(made.error(), weights->path);
  return made;
}

}  // namespace

std::vector<SeparatorInfo> separators() {
  std::vector<SeparatorInfo> all;
  for (const auto& kind : kinds()) all.push_back(info_of(kind));
  return all;
}

Result<SeparatorInfo> separator_info(std::string_view id) {
  auto kind = kind_named(id);
  if (!kind) return kind.error();
  return info_of(**kind);
}

Result<std::unique_ptr<separate::Separator>> make_separator(std::string_view id) {
  auto found = kind_named(id);
  if (!found) return found.error();
  const Kind& kind = **found;
  if (id == "classical") return separate::make_classical();
  if (id == "instant") {
    auto weights = weights_of(kind, "instant");
    if (!weights) return weights.error();
    // 8 bits of mantissa where the processor has them: the SDR of songs stays the same to 0.01 dB.
    const auto precision = has_bf16() ? nn::Precision::bf16 : nn::Precision::f32;
    auto made = separate::Instant::load(weights->bytes, precision);
    if (!made) return named(made.error(), weights->path);
    return separate::make_blend(std::move(made).value(), separate::make_classical());
  }
  std::vector<std::unique_ptr<separate::HtDemucs>> networks;
  for (const auto& name : kind.files) {
    auto made = demucs(kind, name);
    if (!made) return made.error();
    networks.push_back(std::move(made).value());
  }
  if (networks.size() == 1) return std::unique_ptr<separate::Separator>(std::move(networks[0]));
  return separate::make_htdemucs_bag(std::move(networks), kind.id);
}

}  // namespace tutti::separation
