// Effects that do exactly what a test can predict, in a factory beside the real instruments.
#pragma once

#include <map>

#include "engine/param/controls.h"
#include "engine/param/effect.h"
#include "tests/graph/support.h"

namespace tutti::graph::lab {

using param::Description;
using param::EffectInfo;

inline constexpr Description kLateParameters[] = {
    {.id = "frames", .name = "Frames", .max = 5000, .initial = 100, .structural = true}};
inline constexpr Description kScaleParameters[] = {
    {.id = "by", .name = "By", .min = -10, .max = 10, .initial = 1},
    {.id = "step", .name = "Step", .max = 10, .scale = param::Scale::integer}};

// The signal, "frames" later, and nothing else.
class Late final : public param::Effect {
 public:
  void prepare(double, int, Arena& arena) override {
    frames_ = static_cast<std::size_t>(controls_.target(0));
    for (auto& ring : rings_) ring = arena.take<float>(frames_ + 1);
    reset();
  }
  void reset() noexcept override {
    for (auto& ring : rings_) std::fill(ring.begin(), ring.end(), 0.0f);
    at_ = 0;
  }
  void process(dsp::Block b) noexcept override {
    for (int i = 0; i < b.frames; ++i) {
      const std::size_t old = (at_ + 1) % rings_[0].size();
      rings_[0][at_] = b.left[i];
      rings_[1][at_] = b.right != nullptr ? b.right[i] : b.left[i];
      b.left[i] = rings_[0][old];
      if (b.right != nullptr) b.right[i] = rings_[1][old];
      at_ = old;
    }
  }
  std::int64_t latency() const noexcept override { return static_cast<std::int64_t>(frames_); }
  std::int64_t tail() const noexcept override { return static_cast<std::int64_t>(frames_); }
  void set(int i, double v, int n) noexcept override { controls_.set(i, v, n); }

 private:
  param::Controls<1> controls_{kLateParameters};
  std::span<float> rings_[2];
  std::size_t frames_ = 100, at_ = 0;
};

// Times "by" plus "step", at every frame.
class Scale final : public param::Effect {
 public:
  void prepare(double, int, Arena&) override { reset(); }
  void reset() noexcept override { controls_.reset(); }
  void process(dsp::Block b) noexcept override {
    controls_.walk(
        b.frames, [] {},
        [&](int at, int count) {
          for (int i = 0; i < count; ++i) {
            const auto by = static_cast<float>(controls_.value(0, i) + controls_.value(1, i));
            b.left[at + i] *= by;
            if (b.right != nullptr) b.right[at + i] *= by;
          }
        });
  }
  void set(int i, double v, int n) noexcept override { controls_.set(i, v, n); }

 private:
  param::Controls<2> controls_{kScaleParameters};
};
inline void scale_many(param::Effect* const* effects, const dsp::Block* blocks, int n) noexcept {
  for (int i = 0; i < n; ++i) effects[i]->process(blocks[i]);
}

// What it hears beside instead of the signal.
class Listen final : public param::Effect {
 public:
  void prepare(double, int, Arena&) override {}
  void reset() noexcept override {}
  void process(dsp::Block b) noexcept override {
    if (left_ != nullptr) {
      std::copy_n(left_, b.frames, b.left);
      std::copy_n(right_, b.frames, b.right);
    }
    left_ = right_ = nullptr;
  }
  void set(int, double, int) noexcept override {}
  void side_chain(const float* l, const float* r) noexcept override { left_ = l, right_ = r; }

 private:
  const float *left_ = nullptr, *right_ = nullptr;
};

// An echo every 700 frames at half the level, shaken by the number of frames since reset(): hears
// it if it is left out or reset at another moment.
class Shaky final : public param::Effect {
 public:
  void prepare(double, int, Arena& arena) override { ring_ = arena.take<float>(700), reset(); }
  void reset() noexcept override {
    std::fill(ring_.begin(), ring_.end(), 0.0f);
    count_ = 0;
  }
  void process(dsp::Block b) noexcept override {
    for (int i = 0; i < b.frames; ++i, ++count_) {
      float& place = ring_[count_ % 700];
      place = b.left[i] + 0.5f * place;
      b.left[i] = place * (1 + 0.001f * static_cast<float>(count_ % 997));
      if (b.right != nullptr) b.right[i] = b.left[i];
    }
  }
  std::int64_t tail() const noexcept override { return 20 * 700; }
  void set(int, double, int) noexcept override {}

 private:
  std::span<float> ring_;
  std::size_t count_ = 0;
};

// Breaks at the thousandth frame since reset().
class Poison final : public param::Effect {
 public:
  void prepare(double, int, Arena&) override { reset(); }
  void reset() noexcept override { count_ = 0; }
  void process(dsp::Block b) noexcept override {
    for (int i = 0; i < b.frames; ++i) {
      if (++count_ >= 1000) b.left[i] = std::numeric_limits<float>::quiet_NaN();
    }
  }
  void set(int, double, int) noexcept override {}

 private:
  int count_ = 0;
};

template <class E>
std::unique_ptr<param::Effect> make() {
  return std::make_unique<E>();
}

inline constexpr EffectInfo kLate{.id = "late",
                                  .name = "Late",
                                  .summary = "",
                                  .method = "",
                                  .parameters = kLateParameters,
                                  .mono = true,
                                  .make = make<Late>};
inline constexpr EffectInfo kScale{.id = "scale",
                                   .name = "Scale",
                                   .summary = "",
                                   .method = "",
                                   .parameters = kScaleParameters,
                                   .mono = true,
                                   .make = make<Scale>,
                                   .process_many = scale_many};
inline constexpr EffectInfo kListen{.id = "listen",
                                    .name = "Listen",
                                    .summary = "",
                                    .method = "",
                                    .side_chain = true,
                                    .make = make<Listen>};
inline constexpr EffectInfo kShaky{
    .id = "shaky", .name = "Shaky", .summary = "", .method = "", .mono = true, .make = make<Shaky>};
inline constexpr EffectInfo kPoison{
    .id = "poison", .name = "Poison", .summary = "", .method = "", .make = make<Poison>};

class Factory final : public NodeFactory {
 public:
  std::unique_ptr<Node> make(std::string_view kind) const override {
    return registry::factory().make(kind);
  }
  const EffectInfo* effect(std::string_view kind) const override {
    for (const EffectInfo* info : {&kLate, &kScale, &kListen, &kShaky, &kPoison}) {
      if (info->id == kind) return info;
    }
    return registry::factory().effect(kind);
  }
  Result<std::shared_ptr<const Resource>> load(std::string_view name,
                                               std::span<const std::byte> bytes) const override {
    return registry::factory().load(name, bytes);
  }
  Result<std::shared_ptr<const Resource>> load(std::string_view name,
                                               std::vector<std::byte> bytes) const override {
    return registry::factory().load(name, std::move(bytes));
  }
};
inline const Factory& factory() {
  static const Factory instance;
  return instance;
}

inline PlanInsert insert(std::uint64_t id, const char* kind, std::vector<PlanParam> params = {}) {
  PlanInsert i;
  i.id = id;
  i.kind = kind;
  i.params = std::move(params);
  return i;
}
inline PlanNode bus(std::uint64_t id, const char* name = "") {
  PlanNode node;
  node.id = id;
  node.kind = "bus";
  node.name = name;
  return node;
}
inline PlanCurve curve(std::uint32_t node, std::uint64_t owner, const char* param,
                       std::vector<PlanPoint> points) {
  return {node, owner, param, std::move(points)};
}

// A song whose clips play recordings of the given names; no limiter, so that samples pass as they
// are.
struct Desk : Studio {
  Desk(Plan plan, const std::map<std::string, std::vector<float>>& waves, int max_block = 4096)
      : Studio({}, max_block, false, factory()) {
    player.set_limiter(false);
    for (const auto& [name, wave] : waves)
      EXPECT_TRUE(player.add_audio(name, kRate, wave, {}).ok());
    const auto adopted = player.adopt(std::move(plan));
    EXPECT_TRUE(adopted.ok()) << (adopted.ok() ? "" : adopted.error().message);
    player.play();
  }
};

inline std::vector<float> impulse(std::size_t frames, std::size_t at, float level = 1) {
  std::vector<float> wave(frames);
  wave[at] = level;
  return wave;
}
inline std::vector<float> noise(std::size_t frames, std::uint64_t seed, double level = 0.2) {
  Random random(seed);
  std::vector<float> wave(frames);
  for (float& x : wave) x = static_cast<float>(random.uniform(-level, level));
  return wave;
}

// A bit of everything: mono and stereo, groups, sends, side-chains, latencies, automation, loops.
inline Plan busy_plan(std::uint64_t seed, int tracks) {
  Random random(seed);
  Plan plan;
  for (int i = 0; i < tracks; ++i) {
    PlanNode node = clip_node(static_cast<std::uint64_t>(i) + 1, i % 3 ? "a" : "b",
                              {static_cast<std::int64_t>(random.below(20000))});
    node.gain = random.uniform(0.1, 1);
    node.pan = random.uniform(-1, 1);
    node.pan_law = static_cast<PanLaw>(random.below(4));
    node.invert_left = random.below(5) == 0;
    node.invert_right = random.below(5) == 0;
    const auto id = static_cast<std::uint64_t>(i) * 10 + 1000;
    if (i % 2) node.inserts.push_back(insert(id, "scale", {{"by", random.uniform(0.5, 1.5)}}));
    if (i % 4 == 1) node.inserts.push_back(insert(id + 1, "shaky"));
    if (i % 5 == 2) node.inserts.push_back(insert(id + 2, "late", {{"frames", 50.0 * i}}));
    if (i % 7 == 3) {
      node.inserts.push_back(insert(id + 3, "listen"));
      node.inserts.back().side = 0;
    }
    if (i % 3 == 1) node.output = tracks;
    node.sends.push_back({id + 4, static_cast<std::uint32_t>(tracks + 1), random.uniform(0, 0.5),
                          random.below(2) == 1, random.below(4) == 0});
    plan.nodes.push_back(node);
  }
  plan.nodes.push_back(bus(9001, "Group"));
  plan.nodes.push_back(bus(9002, "Return"));
  plan.nodes[static_cast<std::size_t>(tracks)].output = tracks + 1;
  plan.nodes[static_cast<std::size_t>(tracks) + 1].inserts = {insert(9003, "shaky"),
                                                              insert(9004, "scale")};
  plan.master_inserts = {insert(9005, "late"), insert(9006, "scale", {{"by", 0.1}})};
  plan.curves = {
      curve(1, 0, "gain_db", {{{0}, -20, Shape::smooth, 0}, {{30000}, 0, Shape::hold, 0}}),
      curve(1, 1010, "by", {{{0}, 0, Shape::curved, 0.5}, {{40000}, 1, Shape::hold, 0}}),
      curve(static_cast<std::uint32_t>(tracks), 0, "pan",
            {{{0}, -1, Shape::linear, 0}, {{40000}, 1, Shape::hold, 0}})};
  plan.tempos = {{{0}, 500000}, {{30000}, 400000}};
  plan.end = 8_quarters;
  return plan;
}
inline const std::map<std::string, std::vector<float>>& waves() {
  static const std::map<std::string, std::vector<float>> all{{"a", noise(40000, 1)},
                                                             {"b", noise(25000, 2)}};
  return all;
}

}  // namespace tutti::graph::lab
