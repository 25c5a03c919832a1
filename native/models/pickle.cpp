#include "native/models/pickle.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

namespace tutti::models {
namespace {

constexpr std::size_t kMostBytes = 16u << 20;
constexpr std::size_t kMostValues = 200'000;
constexpr std::size_t kMostStack = 100'000;
constexpr std::size_t kMostText = 1u << 20;
constexpr std::uint32_t kMark = ~0u;

// All that a pickle may name. What the names would do in Python is not done: see called().
constexpr std::array<std::string_view, 13> kNames = {
    "collections.OrderedDict", "demucs.hdemucs.HDemucs", "demucs.htdemucs.HTDemucs",
    "fractions.Fraction", "torch.FloatStorage", "torch.HalfStorage",
    "torch._utils._rebuild_parameter", "torch._utils._rebuild_tensor_v2",
    // A number of numpy's that somebody left in the arguments.
    "numpy.core.multiarray.scalar", "numpy._core.multiarray.scalar", "numpy.dtype",
    "_codecs.encode", "torch.Size"};

Error damaged(const std::string& what) {
  return {Code::bad_input, "The checkpoint is damaged: " + what + ".",
          "Fetch it again; if it stays so, the file is not what it claims to be."};
}

Error forbidden(const std::string& name) {
  return {
      Code::bad_input,
      "The checkpoint wants to run \"" + name + "\", which no weights need. Nothing of it was run.",
      "Do not use this file; fetch the public one with: tutti models fetch htdemucs"};
}

// "39/5" or "7.8".
bool fraction_of(std::string_view text, double& value) {
  std::int64_t parts[2] = {0, 1};
  std::size_t at = 0;
  for (int part = 0; part < 2; ++part) {
    const std::size_t start = at;
    std::int64_t number = 0;
    while (at < text.size() && text[at] >= '0' && text[at] <= '9' && number < 1'000'000'000)
      number = number * 10 + (text[at++] - '0');
    if (at == start) return false;
    parts[part] = number;
    if (at == text.size()) break;
    if (part == 1 || text[at++] != '/') return false;
  }
  if (parts[1] == 0) return false;
  value = static_cast<double>(parts[0]) / static_cast<double>(parts[1]);
  return true;
}

}  // namespace

class PickleMachine {
 public:
  explicit PickleMachine(std::span<const std::byte> bytes) : bytes_(bytes) {}

  Result<Pickle> run() {
    for (;;) {
      std::uint8_t opcode = 0;
      if (!byte(opcode)) return damaged("its list of weights ends early");
      if (opcode == '.') break;
      auto done = step(opcode);
      if (!done) return done.error();
      if (out_.values_.size() > kMostValues || stack_.size() > kMostStack)
        return Error{Code::too_large, "The checkpoint holds more values than any network has.",
                     "Use a file of the public HTDemucs models."};
    }
    if (stack_.size() != 1 || stack_[0] == kMark) return damaged("it has no single value");
    out_.root_ = stack_[0];
    return std::move(out_);
  }

 private:
  using Kind = Pickle::Kind;
  using Value = Pickle::Value;

  bool byte(std::uint8_t& value) {
    if (at_ >= bytes_.size()) return false;
    value = std::to_integer<std::uint8_t>(bytes_[at_++]);
    return true;
  }
  // Little-endian, `count` bytes.
  bool number(int count, std::uint64_t& value) {
    value = 0;
    for (int i = 0; i < count; ++i) {
      std::uint8_t one = 0;
      if (!byte(one)) return false;
      value |= static_cast<std::uint64_t>(one) << (8 * i);
    }
    return true;
  }
  bool take(std::uint64_t count, std::string& text) {
    if (count > kMostText || count > bytes_.size() - at_) return false;
    text.assign(reinterpret_cast<const char*>(bytes_.data()) + at_,
                static_cast<std::size_t>(count));
    at_ += static_cast<std::size_t>(count);
    return true;
  }
  bool line(std::string& text) {
    std::uint8_t c = 0;
    while (byte(c)) {
      if (c == '\n') return true;
      if (text.size() >= 200) return false;
      text += static_cast<char>(c);
    }
    return false;
  }

  std::uint32_t keep(Value value) {
    out_.values_.push_back(std::move(value));
    return static_cast<std::uint32_t>(out_.values_.size() - 1);
  }
  Result<void> push(Value value) {
    stack_.push_back(keep(std::move(value)));
    return {};
  }
  Result<void> push(Kind kind) {
    Value value;
    value.kind = kind;
    return push(std::move(value));
  }
  Result<void> push_integer(std::int64_t number) {
    Value value;
    value.kind = Kind::integer;
    value.integer = number;
    value.real = static_cast<double>(number);
    return push(std::move(value));
  }
  bool pop(std::uint32_t& place) {
    if (stack_.empty() || stack_.back() == kMark) return false;
    place = stack_.back();
    stack_.pop_back();
    return true;
  }
  // Everything above the last mark, which goes too.
  bool pop_to_mark(std::vector<std::uint32_t>& items) {
    const auto mark = std::find(stack_.rbegin(), stack_.rend(), kMark);
    if (mark == stack_.rend()) return false;
    const auto at = stack_.rend() - mark;
    items.assign(stack_.begin() + at, stack_.end());
    stack_.resize(static_cast<std::size_t>(at - 1));
    return true;
  }
  Value* top(Kind kind) {
    if (stack_.empty() || stack_.back() == kMark) return nullptr;
    auto& value = out_.values_[stack_.back()];
    return value.kind == kind ? &value : nullptr;
  }
  const Value& at(std::uint32_t place) const { return out_.values_[place]; }

  Result<void> tuple(int count) {
    Value value;
    value.kind = Kind::tuple;
    value.items.resize(static_cast<std::size_t>(count));
    for (auto item = value.items.rbegin(); item != value.items.rend(); ++item)
      if (!pop(*item)) return damaged("a tuple lacks its values");
    return push(std::move(value));
  }

  Result<void> extend(Kind kind, std::vector<std::uint32_t> items) {
    Value* into = top(kind);
    // Some things that have no meaning here are filled as if they had.
    if (into == nullptr && top(Kind::opaque) != nullptr) return {};
    if (into == nullptr || (kind == Kind::dict && items.size() % 2 != 0))
      return damaged("values have nowhere to go");
    into->items.insert(into->items.end(), items.begin(), items.end());
    return {};
  }

  // What `name`, called with those arguments, would answer, as data.
  Result<void> called(const std::string& name, const std::vector<std::uint32_t>& arguments) {
    if (name == "collections.OrderedDict" && arguments.empty()) return push(Kind::dict);
    if (name == "fractions.Fraction") return fraction(arguments);
    if (name == "torch._utils._rebuild_tensor_v2") return tensor(arguments);
    if (name == "torch._utils._rebuild_parameter") {
      if (arguments.empty() || at(arguments[0]).kind != Kind::tensor)
        return damaged("a parameter has no tensor");
      stack_.push_back(arguments[0]);
      return {};
    }
    if (name.starts_with("numpy") || name == "_codecs.encode" || name == "torch.Size")
      return push(Kind::opaque);
    // The network itself or a bare storage would be built by running its class.
    return forbidden(name);
  }

  Result<void> fraction(const std::vector<std::uint32_t>& arguments) {
    Value value;
    value.kind = Kind::fraction;
    const bool text = arguments.size() == 1 && at(arguments[0]).kind == Kind::text;
    const bool two = arguments.size() == 2 && at(arguments[0]).kind == Kind::integer &&
                     at(arguments[1]).kind == Kind::integer && at(arguments[1]).integer != 0;
    if (two) value.real = at(arguments[0]).real / at(arguments[1]).real;
    if (!two && !(text && fraction_of(at(arguments[0]).text, value.real)))
      return damaged("a fraction is none");
    return push(std::move(value));
  }

  Result<void> tensor(const std::vector<std::uint32_t>& arguments) {
    if (arguments.size() < 4 || at(arguments[0]).kind != Kind::storage ||
        at(arguments[1]).kind != Kind::integer || at(arguments[2]).kind != Kind::tuple ||
        at(arguments[3]).kind != Kind::tuple)
      return damaged("a tensor is not stated as tensors are");
    Value value;
    value.kind = Kind::tensor;
    value.half = at(arguments[0]).half;
    value.items.assign(arguments.begin(), arguments.begin() + 4);
    return push(std::move(value));
  }

  // ('storage', torch.HalfStorage, '17', 'cpu', 884736)
  Result<void> storage() {
    std::uint32_t place = 0;
    const Error wrong = damaged("a storage is not stated as storages are");
    if (!pop(place) || at(place).kind != Kind::tuple || at(place).items.size() != 5) return wrong;
    const auto& items = at(place).items;
    const Value &word = at(items[0]), &type = at(items[1]), &key = at(items[2]),
                &count = at(items[4]);
    if (word.kind != Kind::text || word.text != "storage" || type.kind != Kind::name ||
        key.kind != Kind::text || count.kind != Kind::integer || count.integer < 0)
      return wrong;
    Value value;
    value.kind = Kind::storage;
    value.half = type.text == "torch.HalfStorage";
    if (!value.half && type.text != "torch.FloatStorage") {
      return Error{Code::unsupported, "The checkpoint has weights of type " + type.text + ".",
                   "Weights must be 16- or 32-bit floating-point numbers."};
    }
    value.text = key.text;
    value.integer = count.integer;
    return push(std::move(value));
  }

  Result<void> name(const std::string& module, const std::string& attribute) {
    Value value;
    value.kind = Kind::name;
    value.text = module + "." + attribute;
    if (std::find(kNames.begin(), kNames.end(), value.text) == kNames.end())
      return forbidden(value.text);
    return push(std::move(value));
  }

  Result<void> remember(std::uint64_t slot) {
    if (stack_.empty() || stack_.back() == kMark) return damaged("nothing is there to be noted");
    if (slot >= kMostValues) return damaged("it notes too much");
    if (memo_.size() <= slot) memo_.resize(static_cast<std::size_t>(slot) + 1, kMark);
    memo_[static_cast<std::size_t>(slot)] = stack_.back();
    return {};
  }
  Result<void> recall(std::uint64_t slot) {
    if (slot >= memo_.size() || memo_[static_cast<std::size_t>(slot)] == kMark)
      return damaged("it refers to what it never noted");
    stack_.push_back(memo_[static_cast<std::size_t>(slot)]);
    return {};
  }

  Result<void> step(std::uint8_t opcode);
  Result<void> reduce();
  Result<void> build();
  Result<void> longer(std::uint64_t bytes);

  std::span<const std::byte> bytes_;
  std::size_t at_ = 0;
  Pickle out_;
  std::vector<std::uint32_t> stack_, memo_;
};

Result<void> PickleMachine::reduce() {
  std::uint32_t arguments = 0, function = 0;
  if (!pop(arguments) || !pop(function) || at(arguments).kind != Kind::tuple ||
      at(function).kind != Kind::name)
    return damaged("something is called that is no name");
  const std::string name = at(function).text;
  const auto items = at(arguments).items;
  return called(name, items);
}

// The state of an object: attributes of an OrderedDict, or of things without meaning here.
Result<void> PickleMachine::build() {
  std::uint32_t state = 0;
  if (!pop(state) || (top(Kind::dict) == nullptr && top(Kind::opaque) == nullptr))
    return damaged("a state has no object");
  return {};
}

Result<void> PickleMachine::longer(std::uint64_t count) {
  std::uint64_t value = 0;
  if (count > 8 || !number(static_cast<int>(count), value)) return damaged("a number is too long");
  if (count > 0 && count < 8 && (value >> (8 * count - 1) & 1) != 0) value |= ~0ull << (8 * count);
  return push_integer(static_cast<std::int64_t>(value));
}

Result<void> PickleMachine::step(std::uint8_t opcode) {
  const Error early = damaged("its list of weights ends early");
  std::uint64_t value = 0;
  std::string text, second;
  std::vector<std::uint32_t> items;
  std::uint32_t place = 0;
  switch (opcode) {
    case 0x80:  // PROTO
      if (!number(1, value)) return early;
      if (value != 2 && value != 3) return damaged("its pickle is of another protocol");
      return {};
    case '(':  // MARK
      stack_.push_back(kMark);
      return {};
    case '}':
      return push(Kind::dict);
    case ']':
      return push(Kind::list);
    case ')':
      return push(Kind::tuple);
    case 'N':
      return push(Kind::none);
    case 0x88:
    case 0x89: {  // True, False
      Value truth;
      truth.kind = Kind::boolean;
      truth.integer = opcode == 0x88 ? 1 : 0;
      truth.real = static_cast<double>(truth.integer);
      return push(std::move(truth));
    }
    case 'J':
      if (!number(4, value)) return early;
      return push_integer(static_cast<std::int32_t>(value));
    case 'K':
      if (!number(1, value)) return early;
      return push_integer(static_cast<std::int64_t>(value));
    case 'M':
      if (!number(2, value)) return early;
      return push_integer(static_cast<std::int64_t>(value));
    case 0x8a:  // LONG1
      if (!number(1, value)) return early;
      return longer(value);
    case 'G': {  // a double, big-endian
      Value real;
      real.kind = Kind::real;
      std::uint64_t bits = 0;
      for (int i = 0; i < 8; ++i) {
        if (!number(1, value)) return early;
        bits = bits << 8 | value;
      }
      real.real = std::bit_cast<double>(bits);
      return push(std::move(real));
    }
    case 'X': {
      Value word;
      word.kind = Kind::text;
      if (!number(4, value) || !take(value, word.text)) return early;
      return push(std::move(word));
    }
    case 'c':
      if (!line(text) || !line(second)) return early;
      return name(text, second);
    case 't': {
      Value tuple;
      tuple.kind = Kind::tuple;
      if (!pop_to_mark(tuple.items)) return damaged("a mark is missing");
      return push(std::move(tuple));
    }
    case 0x85:
    case 0x86:
    case 0x87:
      return tuple(opcode - 0x84);
    case 'a':
      if (!pop(place)) return damaged("a list lacks its value");
      return extend(Kind::list, {place});
    case 'e':
      if (!pop_to_mark(items)) return damaged("a mark is missing");
      return extend(Kind::list, std::move(items));
    case 's':
      items.resize(2);
      if (!pop(items[1]) || !pop(items[0])) return damaged("a dictionary lacks its value");
      return extend(Kind::dict, std::move(items));
    case 'u':
      if (!pop_to_mark(items)) return damaged("a mark is missing");
      return extend(Kind::dict, std::move(items));
    case 'Q':
      return storage();
    case 'R':
      return reduce();
    case 'b':
      return build();
    case 'q':
      if (!number(1, value)) return early;
      return remember(value);
    case 'r':
      if (!number(4, value)) return early;
      return remember(value);
    case 'h':
      if (!number(1, value)) return early;
      return recall(value);
    case 'j':
      if (!number(4, value)) return early;
      return recall(value);
    default:
      return damaged("its pickle uses opcode " + std::to_string(opcode) +
                     ", which no weights need");
  }
}

Result<Pickle> Pickle::read(std::span<const std::byte> bytes) {
  if (bytes.size() > kMostBytes) {
    return Error{Code::too_large, "The checkpoint's list of weights is larger than 16 MB.",
                 "Use a file of the public HTDemucs models."};
  }
  return PickleMachine(bytes).run();
}

const Pickle::Value* Pickle::find(const Value& dict, std::string_view key) const {
  if (dict.kind != Kind::dict) return nullptr;
  const Value* found = nullptr;
  for (std::size_t i = 0; i + 1 < dict.items.size(); i += 2) {
    const auto& name = values_[dict.items[i]];
    if (name.kind == Kind::text && name.text == key) found = &values_[dict.items[i + 1]];
  }
  return found;  // the last of a name counts, as in Python
}

}  // namespace tutti::models
