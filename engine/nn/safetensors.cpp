#include "engine/nn/safetensors.h"

#include <algorithm>
#include <cstring>

#include "engine/base/json.h"
#include "engine/nn/half.h"

namespace tutti::nn {
namespace {

constexpr std::uint64_t kMostHeader = 16u << 20;

Error bad(const std::string& what) {
  return Error{Code::bad_input, "This is not a file of weights: " + what + ".",
               "Use a whole safetensors file, such as came with Tutti."};
}

std::uint64_t little(std::span<const std::byte> bytes, std::size_t count) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < count; ++i) value |= static_cast<std::uint64_t>(bytes[i]) << (8 * i);
  return value;
}

bool whole(const json::value& v, std::uint64_t& out) {
  if (const auto* u = v.if_uint64()) return out = *u, true;
  if (const auto* i = v.if_int64(); i != nullptr && *i >= 0)
    return out = static_cast<std::uint64_t>(*i), true;
  return false;
}

std::string_view name_of(Type type) {
  return type == Type::f32 ? "F32" : type == Type::f16 ? "F16" : "I8";
}

// Fills everything but the bytes. Empty text when it is right.
std::string read_entry(const json::value& entry, TensorView& view, std::uint64_t& begin,
                       std::uint64_t& end) {
  const auto* type = json_find(entry, "dtype");
  const auto* shape = json_find(entry, "shape");
  const auto* offsets = json_find(entry, "data_offsets");
  if (!entry.is_object() || entry.get_object().size() != 3 || type == nullptr ||
      !type->is_string() || shape == nullptr || !shape->is_array() || offsets == nullptr ||
      !offsets->is_array() || offsets->get_array().size() != 2)
    return "lacks type, shape or place";
  const std::string_view word(type->get_string());
  if (word == "F32") {
    view.type = Type::f32;
  } else if (word == "F16") {
    view.type = Type::f16;
  } else if (word == "I8") {
    view.type = Type::i8;
  } else {
    return "has numbers of a kind that is not taken here";
  }
  std::uint64_t count = 1;
  for (const auto& side : shape->get_array()) {
    std::uint64_t n = 0;
    if (!whole(side, n) || (n != 0 && count > (std::uint64_t{1} << 40) / n))
      return "has an impossible shape";
    count *= n;
    view.shape.push_back(static_cast<std::size_t>(n));
  }
  if (view.shape.size() > 8) return "has too many dimensions";
  if (!whole(offsets->get_array()[0], begin) || !whole(offsets->get_array()[1], end) ||
      end < begin || end - begin != count * bytes_of(view.type))
    return "has a place that does not fit its shape";
  return {};
}

}  // namespace

std::size_t TensorView::count() const {
  return bytes.size() / bytes_of(type);
}

float TensorView::at(std::size_t i) const {
  const auto own = bytes.subspan(i * bytes_of(type), bytes_of(type));
  switch (type) {
    case Type::f32:
      return std::bit_cast<float>(static_cast<std::uint32_t>(little(own, 4)));
    case Type::f16:
      return float_from_half(static_cast<std::uint16_t>(little(own, 2)));
    case Type::i8:
      return static_cast<float>(static_cast<std::int8_t>(own[0]));
  }
  return 0;
}

std::vector<float> TensorView::floats() const {
  std::vector<float> all(count());
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = at(i);
  return all;
}

Result<Safetensors> Safetensors::read(std::span<const std::byte> file) {
  if (file.size() < 10) return bad("it is too short");
  const std::uint64_t header = little(file, 8);
  if (header > kMostHeader) {
    return Error{Code::too_large, "The header of this file of weights is too long.",
                 "Use a safetensors file such as came with Tutti."};
  }
  if (header > file.size() - 8) return bad("its header ends beyond the file");
  const std::string_view text(reinterpret_cast<const char*>(file.data()) + 8,
                              static_cast<std::size_t>(header));
  if (text.empty() || text.front() != '{') return bad("its header is not a JSON object");
  const auto parsed = parse_json(text, {static_cast<std::size_t>(kMostHeader), 8});
  if (!parsed) return bad("its header is not JSON (" + parsed.error().message + ")");
  if (!parsed->is_object()) return bad("its header is not a JSON object");

  const auto data = file.subspan(8 + static_cast<std::size_t>(header));
  Safetensors result;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> places;
  for (const auto& [key, value] : parsed->get_object()) {
    const std::string name(key);
    if (name == "__metadata__") {
      if (!value.is_object()) return bad("its metadata are not an object");
      for (const auto& [word, meaning] : value.get_object()) {
        if (!meaning.is_string()) return bad("its metadata hold something that is not text");
        result.metadata_.emplace(std::string(word), std::string(meaning.get_string()));
      }
      continue;
    }
    TensorView view;
    std::uint64_t begin = 0, end = 0;
    if (const auto fault = read_entry(value, view, begin, end); !fault.empty())
      return bad("\"" + name + "\" " + fault);
    if (end > data.size()) return bad("\"" + name + "\" ends beyond the file");
    view.bytes =
        data.subspan(static_cast<std::size_t>(begin), static_cast<std::size_t>(end - begin));
    result.tensors_.emplace(name, std::move(view));
    places.emplace_back(begin, end);
  }
  std::sort(places.begin(), places.end());
  std::uint64_t filled = 0;
  for (const auto& [begin, end] : places) {
    if (begin != filled) return bad("its tensors leave a gap or overlap");
    filled = end;
  }
  if (filled != data.size()) return bad("it holds more than its tensors");
  return result;
}

const TensorView* Safetensors::find(std::string_view name) const {
  const auto found = tensors_.find(name);
  return found == tensors_.end() ? nullptr : &found->second;
}

Result<TensorView> Safetensors::require(std::string_view name,
                                        std::span<const std::size_t> shape) const {
  const TensorView* view = find(name);
  if (view == nullptr) return bad("\"" + std::string(name) + "\" is missing");
  if (!std::equal(shape.begin(), shape.end(), view->shape.begin(), view->shape.end()))
    return bad("\"" + std::string(name) + "\" has another shape");
  return *view;
}

std::string_view Safetensors::metadata(std::string_view key) const {
  const auto found = metadata_.find(key);
  return found == metadata_.end() ? std::string_view{} : std::string_view(found->second);
}

void SafetensorsWriter::metadata(std::string key, std::string value) {
  metadata_.emplace_back(std::move(key), std::move(value));
}

void SafetensorsWriter::add(std::string name, Type type, std::vector<std::size_t> shape,
                            std::span<const std::byte> bytes) {
  const std::size_t begin = data_.size();
  data_.insert(data_.end(), bytes.begin(), bytes.end());
  tensors_.push_back({std::move(name), type, std::move(shape), begin, data_.size()});
}

std::vector<std::byte> SafetensorsWriter::bytes() const {
  json::object header;
  if (!metadata_.empty()) {
    json::object words;
    for (const auto& [key, value] : metadata_) words[key] = value;
    header["__metadata__"] = std::move(words);
  }
  for (const Tensor& tensor : tensors_) {
    json::array shape;
    for (const std::size_t side : tensor.shape) shape.push_back(static_cast<std::uint64_t>(side));
    header[tensor.name] = {
        {"dtype", json::string(name_of(tensor.type))},
        {"shape", std::move(shape)},
        {"data_offsets",
         {static_cast<std::uint64_t>(tensor.begin), static_cast<std::uint64_t>(tensor.end)}}};
  }
  std::string text = write_json(json::value(std::move(header)));
  text.resize((text.size() + 7) / 8 * 8, ' ');
  std::vector<std::byte> file;
  for (int i = 0; i < 8; ++i)
    file.push_back(static_cast<std::byte>(static_cast<std::uint64_t>(text.size()) >> (8 * i)));
  const auto head = std::as_bytes(std::span(text));
  file.insert(file.end(), head.begin(), head.end());
  file.insert(file.end(), data_.begin(), data_.end());
  return file;
}

}  // namespace tutti::nn
