// Weights of a network in the safetensors format (huggingface.co/docs/safetensors), in and out.
//
// Strict: the header must be one JSON object, every tensor's bytes must fit its shape and type, and
// the tensors must fill the file without gap or overlap. Only the types that our networks use are
// taken. A Safetensors refers to the caller's bytes, which must outlive it and stay where they are.
// Thread-safe once read; reading allocates.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/result.h"

namespace tutti::nn {

enum class Type : std::uint8_t { f32, f16, i8 };
constexpr std::size_t bytes_of(Type type) {
  return type == Type::f32 ? 4 : type == Type::f16 ? 2 : 1;
}

struct TensorView {
  Type type = Type::f32;
  std::vector<std::size_t> shape;    // outermost first
  std::span<const std::byte> bytes;  // little-endian, row-major; not aligned
  std::size_t count() const;         // elements
  // Element i as a float, i < count().
  float at(std::size_t i) const;
  // All of them as floats.
  std::vector<float> floats() const;
};

class Safetensors {
 public:
  // bad_input with what is wrong, too_large for a header over 16 MB.
  static Result<Safetensors> read(std::span<const std::byte> file);

  // nullptr where there is none of that name.
  const TensorView* find(std::string_view name) const;
  // The tensor if it has exactly this shape; bad_input otherwise.
  Result<TensorView> require(std::string_view name, std::span<const std::size_t> shape) const;
  const std::map<std::string, TensorView, std::less<>>& tensors() const { return tensors_; }
  // The metadata of that name, empty where there is none.
  std::string_view metadata(std::string_view key) const;

 private:
  std::map<std::string, TensorView, std::less<>> tensors_;
  std::map<std::string, std::string, std::less<>> metadata_;
};

// The other way: tensors lie in the file in the order in which they were added.
class SafetensorsWriter {
 public:
  void metadata(std::string key, std::string value);
  // `bytes` must hold the shape's elements; names must differ.
  void add(std::string name, Type, std::vector<std::size_t> shape,
           std::span<const std::byte> bytes);
  std::vector<std::byte> bytes() const;

 private:
  struct Tensor {
    std::string name;
    Type type;
    std::vector<std::size_t> shape;
    std::size_t begin, end;
  };
  std::vector<std::pair<std::string, std::string>> metadata_;
  std::vector<Tensor> tensors_;
  std::vector<std::byte> data_;
};

}  // namespace tutti::nn
