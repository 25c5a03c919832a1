#include "native/models/checkpoint.h"

#include <cmath>
#include <cstring>
#include <memory>
#include <zip.h>

#include "engine/nn/safetensors.h"
#include "native/files/sha256.h"
#include "native/models/pickle.h"

namespace tutti::models {
namespace {

constexpr std::uint64_t kMostBytes = 512u << 20;
constexpr std::size_t kMostTensors = 4000;
constexpr std::uint64_t kMostPickle = 16u << 20;

Error damaged(const std::string& what) {
  return {Code::bad_input, "The checkpoint is damaged: " + what + ".",
          "Fetch it again; if it stays so, the file is not what it claims to be."};
}

struct Discard {
  void operator()(zip_t* archive) const { ::zip_discard(archive); }
  void operator()(zip_file_t* file) const { ::zip_fclose(file); }
};

// The zip of a checkpoint: entries by their names behind the one folder that all stand in.
class Archive {
 public:
  static Result<Archive> open(std::span<const std::byte> file) {
    zip_error_t error;
    ::zip_error_init(&error);
    Archive archive;
    zip_source_t* source = ::zip_source_buffer_create(file.data(), file.size(), 0, &error);
    if (source != nullptr) archive.zip_.reset(::zip_open_from_source(source, ZIP_RDONLY, &error));
    if (!archive.zip_) {
      if (source != nullptr) ::zip_source_free(source);
      ::zip_error_fini(&error);
      return damaged("it is no complete zip archive");
    }
    ::zip_error_fini(&error);
    const auto count = ::zip_get_num_entries(archive.zip_.get(), 0);
    for (zip_int64_t i = 0; i < count && i < 20'000; ++i) {
      const char* name = ::zip_get_name(archive.zip_.get(), static_cast<zip_uint64_t>(i), 0);
      const std::string_view text = name != nullptr ? name : "";
      const auto slash = text.find('/');
      if (slash == std::string_view::npos) continue;
      archive.places_.emplace(std::string(text.substr(slash + 1)), static_cast<zip_uint64_t>(i));
    }
    return archive;
  }

  // An entry whole, of exactly `bytes` where given, at most `limit`.
  Result<std::vector<std::byte>> read(const std::string& name, std::uint64_t limit) {
    const auto place = places_.find(name);
    if (place == places_.end()) return damaged("it has no \"" + name + "\"");
    zip_stat_t status;
    ::zip_stat_init(&status);
    if (::zip_stat_index(zip_.get(), place->second, 0, &status) != 0 ||
        (status.valid & ZIP_STAT_SIZE) == 0 || (status.valid & ZIP_STAT_COMP_METHOD) == 0)
      return damaged("\"" + name + "\" cannot be read");
    // torch.save never deflates, so that no entry can be larger than the file.
    if (status.comp_method != ZIP_CM_STORE) return damaged("\"" + name + "\" is compressed");
    if (status.size > limit) {
      return Error{Code::too_large, "\"" + name + "\" in the checkpoint is larger than it may be.",
                   "Use a file of the public HTDemucs models."};
    }
    const std::unique_ptr<zip_file_t, Discard> entry(
        ::zip_fopen_index(zip_.get(), place->second, 0));
    std::vector<std::byte> bytes(entry ? static_cast<std::size_t>(status.size) : 0);
    std::size_t at = 0;
    while (entry && at < bytes.size()) {
      const auto got = ::zip_fread(entry.get(), bytes.data() + at, bytes.size() - at);
      if (got <= 0) break;
      at += static_cast<std::size_t>(got);
    }
    // Asking for one more makes libzip compare the check sum.
    std::byte more{};
    if (!entry || at != bytes.size() || ::zip_fread(entry.get(), &more, 1) != 0)
      return damaged("\"" + name + "\" cannot be read to its end");
    return bytes;
  }

 private:
  std::unique_ptr<zip_t, Discard> zip_;
  std::map<std::string, zip_uint64_t, std::less<>> places_;
};

using Kind = Pickle::Kind;
using Value = Pickle::Value;

bool is_number(const Value& value) {
  return value.kind == Kind::integer || value.kind == Kind::real || value.kind == Kind::fraction;
}

// Sizes or strides.
bool numbers_of(const Pickle& pickle, const Value& tuple, std::vector<std::size_t>& numbers) {
  for (const auto place : tuple.items) {
    const auto& one = pickle.at(place);
    if (one.kind != Kind::integer || one.integer < 0 || one.integer > (1 << 28)) return false;
    numbers.push_back(static_cast<std::size_t>(one.integer));
  }
  return numbers.size() <= 8;
}

Result<CheckpointTensor> tensor_of(const Pickle& pickle, const Value& value, Archive& archive,
                                   std::uint64_t& budget) {
  const auto& storage = pickle.at(value.items[0]);
  const auto offset = pickle.at(value.items[1]).integer;
  CheckpointTensor tensor;
  tensor.half = value.half;
  std::vector<std::size_t> stride;
  if (offset < 0 || !numbers_of(pickle, pickle.at(value.items[2]), tensor.shape) ||
      !numbers_of(pickle, pickle.at(value.items[3]), stride) ||
      stride.size() != tensor.shape.size())
    return damaged("a tensor has an impossible shape");
  std::uint64_t count = 1;
  for (std::size_t i = tensor.shape.size(); i-- > 0;) {
    if (tensor.shape[i] != 1 && stride[i] != count)
      return damaged("a tensor's numbers do not lie one behind the other");
    count *= tensor.shape[i];
    if (count > kMostBytes) return damaged("a tensor has an impossible shape");
  }
  const std::uint64_t width = tensor.half ? 2 : 4;
  const auto first = static_cast<std::uint64_t>(offset) * width, bytes = count * width;
  if (first > kMostBytes || bytes > budget)
    return Error{Code::too_large, "The checkpoint is larger than any public HTDemucs.",
                 "Use a file of the public HTDemucs models."};
  auto data = archive.read("data/" + storage.text, budget);
  if (!data) return data.error();
  budget -= data->size();
  if (first + bytes > data->size()) return damaged("a tensor reaches beyond its numbers");
  tensor.bytes.assign(data->begin() + static_cast<std::ptrdiff_t>(first),
                      data->begin() + static_cast<std::ptrdiff_t>(first + bytes));
  return tensor;
}

// Arguments that our HTDemucs has built in: a network made with others would not be the same.
struct Expected {
  const char* name;
  double number;
};
constexpr Expected kExpected[] = {{"audio_channels", 2},
                                  {"nfft", 4096},
                                  {"cac", 1},
                                  {"context", 1},
                                  {"context_enc", 0},
                                  {"kernel_size", 8},
                                  {"stride", 4},
                                  {"time_stride", 2},
                                  {"norm_starts", 4},
                                  {"norm_groups", 4},
                                  {"emb_scale", 10},
                                  {"t_norm_first", 1},
                                  {"t_norm_out", 1},
                                  {"t_gelu", 1},
                                  {"t_cross_first", 0},
                                  {"t_sparse_self_attn", 0},
                                  {"t_sparse_cross_attn", 0},
                                  {"t_weight_pos_embed", 1},
                                  {"t_max_period", 10000},
                                  {"t_group_norm", 0},
                                  {"t_norm_in", 1},
                                  {"t_norm_in_group", 0},
                                  {"samplerate", 44100},
                                  {"rewrite", 1}};

Result<void> check_arguments(const Pickle& pickle, const Value& arguments, Checkpoint& checkpoint) {
  const auto other = [](const std::string& what) {
    return Error{Code::unsupported,
                 "The checkpoint is of a network that is not supported: " + what + ".",
                 "Use the public htdemucs or htdemucs_ft."};
  };
  for (const auto& expected : kExpected) {
    const auto* value = pickle.find(arguments, expected.name);
    if (value == nullptr) continue;
    if ((!is_number(*value) && value->kind != Kind::boolean) || value->real != expected.number)
      return other(std::string("its ") + expected.name + " is another");
  }
  const auto* sources = pickle.find(arguments, "sources");
  constexpr std::string_view kSources[] = {"drums", "bass", "other", "vocals"};
  bool same = sources != nullptr && (sources->kind == Kind::list || sources->kind == Kind::tuple) &&
              sources->items.size() == 4;
  for (std::size_t i = 0; same && i < 4; ++i) {
    const auto& source = pickle.at(sources->items[i]);
    same = source.kind == Kind::text && source.text == kSources[i];
  }
  if (!same) return other("its stems are not drums, bass, other and vocals");
  if (const auto* kind = pickle.find(arguments, "t_emb"))
    if (kind->kind != Kind::text || kind->text != "sin") return other("its t_emb is another");
  const auto number = [&](const char* name, double otherwise) {
    const auto* value = pickle.find(arguments, name);
    return value != nullptr && is_number(*value) ? value->real : otherwise;
  };
  const double heads = number("t_heads", 8), segment = number("segment", 10);
  checkpoint.freq_emb = number("freq_emb", 0.2);
  if (!(heads >= 1 && heads <= 64) || !(segment >= 0.1 && segment <= 60) ||
      !(std::abs(checkpoint.freq_emb) <= 10))
    return other("its heads, segment or freq_emb are impossible");
  checkpoint.heads = static_cast<int>(heads);
  // As the reference does it: int(segment * samplerate).
  checkpoint.segment = static_cast<std::int64_t>(std::floor(segment * 44100 + 1e-6));
  return {};
}

std::string hash_of_tensors(const std::map<std::string, CheckpointTensor>& tensors) {
  files::Sha256Hasher hasher;
  for (const auto& [name, tensor] : tensors) hasher.update(tensor.bytes);
  return hasher.finish().hex();
}

}  // namespace

Result<Checkpoint> read_checkpoint(std::span<const std::byte> file) {
  if (file.size() > kMostBytes) {
    return Error{Code::too_large, "The checkpoint is larger than 512 MB.",
                 "Use a file of the public HTDemucs models."};
  }
  auto archive = Archive::open(file);
  if (!archive) return archive.error();
  auto bytes = archive->read("data.pkl", kMostPickle);
  if (!bytes) return bytes.error();
  auto pickle = Pickle::read(*bytes);
  if (!pickle) return pickle.error();
  const auto& root = pickle->root();
  const auto* klass = pickle->find(root, "klass");
  const auto* arguments = pickle->find(root, "kwargs");
  const auto* state = pickle->find(root, "state");
  if (klass == nullptr || klass->kind != Kind::name || arguments == nullptr || state == nullptr ||
      state->kind != Kind::dict)
    return damaged("it is no checkpoint of Demucs");
  if (klass->text != "demucs.htdemucs.HTDemucs") {
    return Error{Code::unsupported, "The checkpoint is of " + klass->text + ", not of HTDemucs.",
                 "Use the public htdemucs or htdemucs_ft."};
  }
  Checkpoint checkpoint;
  auto checked = check_arguments(*pickle, *arguments, checkpoint);
  if (!checked) return checked.error();
  std::uint64_t budget = kMostBytes;
  for (std::size_t i = 0; i + 1 < state->items.size(); i += 2) {
    const auto& name = pickle->at(state->items[i]);
    const auto& value = pickle->at(state->items[i + 1]);
    if (name.kind != Kind::text || value.kind != Kind::tensor || name.text.empty() ||
        name.text.size() > 200 || checkpoint.tensors.size() >= kMostTensors)
      return damaged("its weights are no tensors with names");
    auto tensor = tensor_of(*pickle, value, *archive, budget);
    if (!tensor) return tensor.error();
    checkpoint.tensors[name.text] = std::move(*tensor);
  }
  if (checkpoint.tensors.empty()) return damaged("it has no weights");
  return checkpoint;
}

std::vector<std::byte> to_safetensors(const Checkpoint& checkpoint, const CheckpointLabel& label) {
  nn::SafetensorsWriter writer;
  writer.metadata("name", label.name);
  writer.metadata("version", label.version);
  writer.metadata("licence", label.licence);
  writer.metadata("source", label.source);
  writer.metadata("hash", hash_of_tensors(checkpoint.tensors));
  writer.metadata("heads", std::to_string(checkpoint.heads));
  writer.metadata("segment", std::to_string(checkpoint.segment));
  char number[40];
  std::snprintf(number, sizeof number, "%.9g", checkpoint.freq_emb);
  writer.metadata("freq_emb", number);
  for (const auto& [name, tensor] : checkpoint.tensors)
    writer.add(name, tensor.half ? nn::Type::f16 : nn::Type::f32, tensor.shape, tensor.bytes);
  return writer.bytes();
}

Result<bool> tensors_whole(std::span<const std::byte> bytes) {
  auto file = nn::Safetensors::read(bytes);
  if (!file) return file.error();
  const std::string_view stated = file->metadata("hash");
  if (stated.empty()) return true;
  // The tensors fill the file behind its head, in the order in which they were hashed.
  std::uint64_t head = 0;
  std::memcpy(&head, bytes.data(), 8);
  return files::sha256(bytes.subspan(8 + static_cast<std::size_t>(head))).hex() == stated;
}

}  // namespace tutti::models
