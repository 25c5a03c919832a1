#include "wasm/hum_bytes.h"

#include <bit>
#include <cstring>

namespace tutti::wasm {
namespace {

static_assert(std::endian::native == std::endian::little);
constexpr std::uint32_t kMagic = 0x314d5548;  // "HUM1"

class Writer {
 public:
  template <class T>
  void put(T value) {
    const auto bytes = std::as_bytes(std::span(&value, 1));
    out.insert(out.end(), bytes.begin(), bytes.end());
  }
  void number(double value) { put(value); }
  std::vector<std::byte> out;
};

class Reader {
 public:
  explicit Reader(std::span<const std::byte> bytes) : rest_(bytes) {}
  template <class T>
  T take() {
    T value{};
    if (rest_.size() < sizeof value) {
      good = false;
      return value;
    }
    std::memcpy(&value, rest_.data(), sizeof value);
    rest_ = rest_.subspan(sizeof value);
    return value;
  }
  std::size_t left() const { return rest_.size(); }
  double number() { return take<double>(); }
  std::int64_t whole() { return static_cast<std::int64_t>(number()); }
  bool good = true;

 private:
  std::span<const std::byte> rest_;
};

}  // namespace

std::vector<std::byte> encode_hum(const transcribe::Hum& hum) {
  Writer w;
  w.put(kMagic);
  w.put(static_cast<std::uint32_t>(hum.notes.size()));
  w.put(static_cast<std::uint32_t>(hum.quantised.size()));
  w.put(static_cast<std::uint32_t>(hum.f0.size()));
  for (double v : {hum.tempo, hum.offset, static_cast<double>(hum.metre.numerator),
                   static_cast<double>(hum.metre.denominator), hum.tuning, hum.noise, hum.hop})
    w.number(v);
  w.put(static_cast<std::uint32_t>(hum.key.size()));
  for (char c : hum.key) w.put(c);
  for (const auto& n : hum.notes)
    for (double v : {n.start, n.duration, n.pitch, n.velocity, n.confidence}) w.number(v);
  for (const auto& n : hum.quantised)
    for (double v : {static_cast<double>(n.start.value), static_cast<double>(n.duration.value),
                     static_cast<double>(n.key), static_cast<double>(n.velocity),
                     static_cast<double>(n.channel), n.confidence})
      w.number(v);
  for (float v : hum.f0) w.put(v);
  return std::move(w.out);
}

Result<transcribe::Hum> decode_hum(std::span<const std::byte> bytes) {
  const Error broken{Code::bad_input, "The transcription arrived damaged.", "Try again."};
  Reader r(bytes);
  if (r.take<std::uint32_t>() != kMagic) return broken;
  const auto notes = r.take<std::uint32_t>();
  const auto quantised = r.take<std::uint32_t>();
  const auto pitches = r.take<std::uint32_t>();
  transcribe::Hum hum;
  hum.tempo = r.number();
  hum.offset = r.number();
  hum.metre.numerator = static_cast<int>(r.whole());
  hum.metre.denominator = static_cast<int>(r.whole());
  hum.tuning = r.number();
  hum.noise = r.number();
  hum.hop = r.number();
  const auto key = r.take<std::uint32_t>();
  if (!r.good || key > r.left()) return broken;
  for (std::uint32_t i = 0; i < key; ++i) hum.key += r.take<char>();
  if (std::uint64_t{notes} * 40 + std::uint64_t{quantised} * 48 + std::uint64_t{pitches} * 4 !=
      r.left())
    return broken;
  for (std::uint32_t i = 0; i < notes; ++i) {
    transcribe::HeardNote n;
    n.start = r.number();
    n.duration = r.number();
    n.pitch = r.number();
    n.velocity = r.number();
    n.confidence = r.number();
    hum.notes.push_back(n);
  }
  for (std::uint32_t i = 0; i < quantised; ++i) {
    score::Note n;
    n.start = {r.whole()};
    n.duration = {r.whole()};
    n.key = static_cast<int>(r.whole());
    n.velocity = static_cast<int>(r.whole());
    n.channel = static_cast<int>(r.whole());
    n.confidence = r.number();
    hum.quantised.push_back(n);
  }
  hum.f0.resize(pitches);
  for (auto& v : hum.f0) v = r.take<float>();
  return hum;
}

}  // namespace tutti::wasm
