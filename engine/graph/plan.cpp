#include "engine/graph/plan.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

namespace tutti::graph {
namespace {

constexpr std::uint32_t kMagic = 0x4e4c5054;  // "TPLN"
constexpr std::uint32_t kVersion = 1;

class Writer {
 public:
  template <class T>
  void number(T value) {
    static_assert(std::endian::native == std::endian::little);
    const auto bytes = std::bit_cast<std::array<std::byte, sizeof(T)>>(value);
    out_.insert(out_.end(), bytes.begin(), bytes.end());
  }
  void text(const std::string& s) {
    number(static_cast<std::uint32_t>(s.size()));
    for (char c : s) out_.push_back(static_cast<std::byte>(c));
  }
  std::vector<std::byte> take() { return std::move(out_); }

 private:
  std::vector<std::byte> out_;
};

class Reader {
 public:
  explicit Reader(std::span<const std::byte> in) : in_(in) {}

  template <class T>
  T number() {
    std::array<std::byte, sizeof(T)> bytes{};
    if (in_.size() < sizeof(T)) {
      ok_ = false;
      return T{};
    }
    std::copy_n(in_.begin(), sizeof(T), bytes.begin());
    in_ = in_.subspan(sizeof(T));
    return std::bit_cast<T>(bytes);
  }
  // A count of things that take at least `size` bytes each, so that it can be believed.
  std::uint32_t count(std::size_t size) {
    const auto n = number<std::uint32_t>();
    if (n > in_.size() / size) ok_ = false;
    return ok_ ? n : 0;
  }
  std::string text() {
    const std::uint32_t size = count(1);
    std::string s(reinterpret_cast<const char*>(in_.data()), size);
    in_ = in_.subspan(size);
    return s;
  }
  double real() {
    const auto x = number<double>();
    if (!std::isfinite(x)) ok_ = false;
    return ok_ ? x : 0;
  }
  Ticks ticks() {
    const auto x = number<std::int64_t>();
    if (x < -kFurthestTick || x > kFurthestTick) ok_ = false;
    return {ok_ ? x : 0};
  }
  bool ok() const { return ok_; }
  bool at_end() const { return in_.empty(); }
  void fail() { ok_ = false; }

 private:
  std::span<const std::byte> in_;
  bool ok_ = true;
};

}  // namespace

std::vector<std::byte> encode(const Plan& plan) {
  Writer w;
  w.number(kMagic);
  w.number(kVersion);
  w.number(plan.end.value);
  w.number(plan.master_gain);
  w.number(static_cast<std::uint32_t>(plan.nodes.size()));
  for (const PlanNode& node : plan.nodes) {
    w.number(node.id);
    w.text(node.kind);
    w.text(node.resource);
    w.number(static_cast<std::uint32_t>(node.params.size()));
    for (const PlanParam& param : node.params) {
      w.text(param.id);
      w.number(param.value);
    }
    w.number(node.start.value);
    w.number(node.gain);
    w.number(node.pan);
    w.number(static_cast<std::uint8_t>(node.mute));
  }
  w.number(static_cast<std::uint32_t>(plan.events.size()));
  for (const PlanEvent& event : plan.events) {
    w.number(event.at.value);
    w.number(event.node);
    w.number(event.status);
    w.number(event.data1);
    w.number(event.data2);
  }
  w.number(static_cast<std::uint32_t>(plan.tempos.size()));
  for (const score::TempoChange& tempo : plan.tempos) {
    w.number(tempo.at.value);
    w.number(tempo.microseconds_per_quarter);
  }
  w.number(static_cast<std::uint32_t>(plan.metres.size()));
  for (const score::MetreChange& metre : plan.metres) {
    w.number(metre.at.value);
    w.number(static_cast<std::int32_t>(metre.numerator));
    w.number(static_cast<std::int32_t>(metre.denominator));
  }
  return w.take();
}

Result<Plan> decode(std::span<const std::byte> bytes) {
  const auto bad = [](const char* what) {
    return Error{Code::bad_input, std::string("This song cannot be played: ") + what + ".",
                 "Reload the page so that the song is prepared anew."};
  };
  Reader r(bytes);
  if (r.number<std::uint32_t>() != kMagic) return bad("its plan is not one");
  if (r.number<std::uint32_t>() != kVersion) return bad("its plan is of another version");
  Plan plan;
  plan.end = r.ticks();
  plan.master_gain = r.real();
  for (std::uint32_t n = r.count(45), i = 0; i < n && r.ok(); ++i) {
    PlanNode node;
    node.id = r.number<std::uint64_t>();
    node.kind = r.text();
    node.resource = r.text();
    for (std::uint32_t m = r.count(12), k = 0; k < m && r.ok(); ++k) {
      PlanParam param;
      param.id = r.text();
      param.value = r.real();
      node.params.push_back(std::move(param));
    }
    node.start = r.ticks();
    node.gain = r.real();
    node.pan = r.real();
    const auto mute = r.number<std::uint8_t>();
    if (mute > 1) r.fail();
    node.mute = mute == 1;
    plan.nodes.push_back(std::move(node));
  }
  for (std::uint32_t n = r.count(15), i = 0; i < n && r.ok(); ++i) {
    PlanEvent event;
    event.at = r.ticks();
    event.node = r.number<std::uint32_t>();
    event.status = r.number<std::uint8_t>();
    event.data1 = r.number<std::uint8_t>();
    event.data2 = r.number<std::uint8_t>();
    const bool fits = event.node < plan.nodes.size() && event.status >= 0x80 &&
                      event.status < 0xf0 && event.data1 < 128 && event.data2 < 128;
    if (!fits || (!plan.events.empty() && event.at < plan.events.back().at)) r.fail();
    plan.events.push_back(event);
  }
  for (std::uint32_t n = r.count(16), i = 0; i < n && r.ok(); ++i) {
    score::TempoChange tempo;
    tempo.at = r.ticks();
    tempo.microseconds_per_quarter = r.real();
    if (tempo.microseconds_per_quarter <= 0) r.fail();
    plan.tempos.push_back(tempo);
  }
  for (std::uint32_t n = r.count(16), i = 0; i < n && r.ok(); ++i) {
    score::MetreChange metre;
    metre.at = r.ticks();
    metre.numerator = r.number<std::int32_t>();
    metre.denominator = r.number<std::int32_t>();
    const bool power = metre.denominator > 0 && (metre.denominator & (metre.denominator - 1)) == 0;
    if (metre.numerator < 1 || metre.numerator > 255 || !power || metre.denominator > 64) r.fail();
    plan.metres.push_back(metre);
  }
  if (!r.ok()) return bad("its plan is damaged");
  if (!r.at_end()) return bad("its plan has something after its end");
  return plan;
}

}  // namespace tutti::graph
