// Python's pickle as data: reads what a checkpoint of PyTorch needs and runs nothing, ever.
//
// A pickle is a program for a small stack machine that may name any function of Python and have it
// called. This reader knows the opcodes of protocol 2 that torch.save writes, no others, and the
// names listed in pickle.cpp, no others: dictionaries, lists, tuples, texts and numbers; tensors
// (torch._utils._rebuild_tensor_v2 over Float- and HalfStorage), OrderedDict, Fraction and numpy's
// plain numbers as values; the class of the network as a name. A pickle that names anything else is
// refused, saying what it wanted. Bounded: 16 MB, 200,000 values. Pure; thread-safe.
// Format: docs.python.org/3/library/pickletools.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"

namespace tutti::models {

class Pickle {
 public:
  enum class Kind : std::uint8_t {
    none,
    boolean,
    integer,
    real,
    fraction,  // real, from its text
    text,
    list,
    tuple,
    dict,     // items: key, value, key, value …
    name,     // text: "torch.HalfStorage"
    storage,  // text: its key; integer: elements; half
    tensor,   // items: storage, offset, shape, stride
    opaque    // something allowed that has no meaning here
  };
  struct Value {
    Kind kind = Kind::none;
    bool half = false;
    std::int64_t integer = 0;
    double real = 0;
    std::string text;
    std::vector<std::uint32_t> items;  // places of other values; circles are possible
  };

  // bad_input with what is wrong, too_large.
  static Result<Pickle> read(std::span<const std::byte>);

  const Value& root() const { return values_[root_]; }
  const Value& at(std::uint32_t place) const { return values_[place]; }
  // Of a dict, by a text key; nullptr where there is none or it is no dict.
  const Value* find(const Value& dict, std::string_view key) const;

 private:
  friend class PickleMachine;
  std::vector<Value> values_;
  std::uint32_t root_ = 0;
};

}  // namespace tutti::models
