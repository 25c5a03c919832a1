#include "engine/graph/plan.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

namespace tutti::graph {
namespace {

constexpr std::uint32_t kMagic = 0x4e4c5054;  // "TPLN"
constexpr std::uint32_t kVersion = 2;

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
  template <class T, class Write>
  void list(const std::vector<T>& items, Write write) {
    number(static_cast<std::uint32_t>(items.size()));
    for (const T& item : items) write(item);
  }
  void flag(bool on) { number(static_cast<std::uint8_t>(on)); }
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
  bool flag() {
    const auto x = number<std::uint8_t>();
    if (x > 1) ok_ = false;
    return x == 1;
  }
  // One of `count` values counted from 0.
  std::uint8_t choice(int count) {
    const auto x = number<std::uint8_t>();
    if (x >= count) ok_ = false;
    return ok_ ? x : 0;
  }
  // `read(item)` for a list whose items take at least `size` bytes each.
  template <class T, class Read>
  void list(std::vector<T>& items, std::size_t size, Read read) {
    const std::uint32_t n = count(size);
    for (std::uint32_t i = 0; i < n && ok_; ++i) {
      T item;
      read(item);
      if (ok_) items.push_back(std::move(item));
    }
  }
  bool ok() const { return ok_; }
  bool at_end() const { return in_.empty(); }
  void fail() { ok_ = false; }

 private:
  std::span<const std::byte> in_;
  bool ok_ = true;
};

void write(Writer& w, const std::vector<PlanParam>& params) {
  w.list(params, [&](const PlanParam& p) {
    w.text(p.id);
    w.number(p.value);
  });
}
void read(Reader& r, std::vector<PlanParam>& params) {
  r.list(params, 12, [&](PlanParam& p) {
    p.id = r.text();
    p.value = r.real();
  });
}

void write(Writer& w, const std::vector<PlanInsert>& inserts) {
  w.list(inserts, [&](const PlanInsert& i) {
    w.number(i.id);
    w.text(i.kind);
    write(w, i.params);
    w.flag(i.bypass);
    w.text(i.resource);
    w.number(i.side);
    w.flag(i.side_before_fader);
  });
}
void read(Reader& r, std::vector<PlanInsert>& inserts) {
  r.list(inserts, 26, [&](PlanInsert& i) {
    i.id = r.number<std::uint64_t>();
    i.kind = r.text();
    read(r, i.params);
    i.bypass = r.flag();
    i.resource = r.text();
    i.side = r.number<std::int32_t>();
    i.side_before_fader = r.flag();
  });
}

void write(Writer& w, const PlanNode& node) {
  w.number(node.id);
  w.text(node.kind);
  w.text(node.name);
  w.text(node.resource);
  write(w, node.params);
  w.number(node.start.value);
  w.number(node.gain);
  w.number(node.pan);
  w.flag(node.mute);
  w.number(static_cast<std::uint8_t>(node.pan_law));
  w.flag(node.invert_left);
  w.flag(node.invert_right);
  w.number(node.output);
  write(w, node.inserts);
  w.list(node.sends, [&](const PlanSend& s) {
    w.number(s.id);
    w.number(s.to);
    w.number(s.gain);
    w.flag(s.before_fader);
    w.flag(s.mute);
  });
}
void read(Reader& r, PlanNode& node) {
  node.id = r.number<std::uint64_t>();
  node.kind = r.text();
  node.name = r.text();
  node.resource = r.text();
  read(r, node.params);
  node.start = r.ticks();
  node.gain = r.real();
  node.pan = r.real();
  node.mute = r.flag();
  node.pan_law = static_cast<PanLaw>(r.choice(4));
  node.invert_left = r.flag();
  node.invert_right = r.flag();
  node.output = r.number<std::int32_t>();
  read(r, node.inserts);
  r.list(node.sends, 22, [&](PlanSend& s) {
    s.id = r.number<std::uint64_t>();
    s.to = r.number<std::uint32_t>();
    s.gain = r.real();
    s.before_fader = r.flag();
    s.mute = r.flag();
  });
}

void write(Writer& w, const PlanCurve& curve) {
  w.number(curve.node);
  w.number(curve.owner);
  w.text(curve.param);
  w.list(curve.points, [&](const PlanPoint& p) {
    w.number(p.at.value);
    w.number(p.value);
    w.number(static_cast<std::uint8_t>(p.shape));
    w.number(p.bend);
  });
}
void read(Reader& r, PlanCurve& curve) {
  curve.node = r.number<std::uint32_t>();
  curve.owner = r.number<std::uint64_t>();
  curve.param = r.text();
  r.list(curve.points, 25, [&](PlanPoint& p) {
    p.at = r.ticks();
    p.value = r.real();
    p.shape = static_cast<Shape>(r.choice(4));
    p.bend = r.real();
  });
}

}  // namespace

std::vector<std::byte> encode(const Plan& plan) {
  Writer w;
  w.number(kMagic);
  w.number(kVersion);
  w.number(plan.end.value);
  w.number(plan.master_gain);
  w.number(plan.master_pan);
  write(w, plan.master_inserts);
  w.list(plan.nodes, [&](const PlanNode& node) { write(w, node); });
  w.list(plan.events, [&](const PlanEvent& event) {
    w.number(event.at.value);
    w.number(event.node);
    w.number(event.status);
    w.number(event.data1);
    w.number(event.data2);
  });
  w.list(plan.curves, [&](const PlanCurve& curve) { write(w, curve); });
  w.list(plan.tempos, [&](const score::TempoChange& tempo) {
    w.number(tempo.at.value);
    w.number(tempo.microseconds_per_quarter);
  });
  w.list(plan.metres, [&](const score::MetreChange& metre) {
    w.number(metre.at.value);
    w.number(static_cast<std::int32_t>(metre.numerator));
    w.number(static_cast<std::int32_t>(metre.denominator));
  });
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
  plan.master_pan = r.real();
  read(r, plan.master_inserts);
  r.list(plan.nodes, 66, [&](PlanNode& node) { read(r, node); });
  r.list(plan.events, 15, [&](PlanEvent& event) {
    event.at = r.ticks();
    event.node = r.number<std::uint32_t>();
    event.status = r.number<std::uint8_t>();
    event.data1 = r.number<std::uint8_t>();
    event.data2 = r.number<std::uint8_t>();
  });
  r.list(plan.curves, 20, [&](PlanCurve& curve) { read(r, curve); });
  r.list(plan.tempos, 16, [&](score::TempoChange& tempo) {
    tempo.at = r.ticks();
    tempo.microseconds_per_quarter = r.real();
    if (tempo.microseconds_per_quarter <= 0) r.fail();
  });
  r.list(plan.metres, 16, [&](score::MetreChange& metre) {
    metre.at = r.ticks();
    metre.numerator = r.number<std::int32_t>();
    metre.denominator = r.number<std::int32_t>();
    const bool power = metre.denominator > 0 && (metre.denominator & (metre.denominator - 1)) == 0;
    if (metre.numerator < 1 || metre.numerator > 255 || !power || metre.denominator > 64) r.fail();
  });
  if (!r.ok()) return bad("its plan is damaged");
  if (!r.at_end()) return bad("its plan has something after its end");
  if (auto fits = check(plan); !fits) return fits.error();
  return plan;
}

}  // namespace tutti::graph
