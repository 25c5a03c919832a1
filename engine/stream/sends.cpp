#include "engine/stream/sends.h"

#include <algorithm>

#include "engine/registry/effects.h"
#include "engine/stream/strip_kernels.h"

namespace tutti::stream {
namespace {

constexpr std::string_view kEffects[kBuses] = {"chorus", "sync-delay", "reverb-plate",
                                               "reverb-hall"};
// Of what comes back from a bus: how much is heard, and how much of it goes on into the hall.
constexpr float kInto[kBuses] = {0.3f, 0.35f, 0.1f, 0};

constexpr std::size_t at(Bus bus) {
  return static_cast<std::size_t>(bus);
}

}  // namespace

Sends::Sends() {
  for (std::size_t i = 0; i < kBuses; ++i) {
    infos_[i] = registry::find_effect(kEffects[i]);
    effects_[i] = infos_[i]->make();
  }
}

void Sends::set(Bus bus, std::string_view id, double value, int frames) noexcept {
  const auto parameters = infos_[at(bus)]->parameters;
  for (std::size_t i = 0; i < parameters.size(); ++i)
    if (parameters[i].id == id) effect(bus).set(static_cast<int>(i), value, frames);
}

void Sends::prepare(double rate, Arena& arena) {
  for (std::size_t i = 0; i < kBuses; ++i) set(static_cast<Bus>(i), "mix", 1, 0);
  set(Bus::chorus, "voices", 4, 0);
  set(Bus::chorus, "rate", 0.31, 0);
  set(Bus::chorus, "depth", 2.6, 0);
  set(Bus::chorus, "delay", 19, 0);
  set(Bus::chorus, "spread", 1, 0);
  set(Bus::delay, "ping_pong", 0.8, 0);
  set(Bus::delay, "low_cut", 220, 0);
  set(Bus::delay, "high_cut", 4200, 0);
  set(Bus::plate, "decay", 2.2, 0);
  set(Bus::plate, "damping", 5200, 0);
  set(Bus::plate, "low_cut", 200, 0);
  set(Bus::plate, "pre_delay", 12, 0);
  set(Bus::hall, "size", 1.25, 0);
  set(Bus::hall, "damping", 4200, 0);
  set(Bus::hall, "low_cut", 110, 0);
  set(Bus::hall, "pre_delay", 28, 0);
  set(Bus::hall, "early", 0.25, 0);
  set(Bus::hall, "depth", 0.35, 0);
  for (auto& e : effects_) e->prepare(rate, kStep, arena);
}

void Sends::tempo(double bpm) noexcept {
  effect(Bus::delay).tempo(bpm, 0);
}

void Sends::set_style(const StylePatch& style, double space, int frames) noexcept {
  set(Bus::delay, "note", style.note, 0);
  set(Bus::delay, "feel", style.feel, 0);
  set(Bus::delay, "feedback", style.feedback, frames);
  set(Bus::hall, "decay", style.decay * (0.6 + 0.8 * space), frames);
}

Running Sends::begin_step(const Running& used, const Running& ready) noexcept {
  Running fed = used;
  bool into = false;
  for (std::size_t i = 0; i < kBuses; ++i) {
    if (fed[i]) {
      unused_[i] = 0;
      sounding_[i] = true;
    } else if (sounding_[i]) {
      // Its tail is counted to where it is inaudible even under the next quiet passage.
      sounding_[i] = ++unused_[i] * kStep <= 2 * effects_[i]->tail() + kStep;
    }
    running_[i] = sounding_[i] || ready[i] || (into && kInto[i] == 0);  // the hall comes last
    into = into || (running_[i] && kInto[i] > 0);
    if (sounding_[i] && kInto[i] > 0) fed[at(Bus::hall)] = true;
  }
  return running_;
}

bool Sends::idle() const noexcept {
  return std::none_of(sounding_.begin(), sounding_.end(), [](bool b) { return b; });
}

void Sends::clear(int frames) noexcept {
  for (std::size_t i = 0; i < kBuses; ++i) {
    if (!running_[i]) continue;
    std::fill_n(buffers_[i][0], frames, 0.0f);
    std::fill_n(buffers_[i][1], frames, 0.0f);
  }
}

void Sends::process(float* left, float* right, int frames) noexcept {
  const StripKernels& kernels = strip_kernels();
  for (std::size_t i = 0; i < kBuses; ++i) {
    if (!running_[i]) continue;
    float* l = buffers_[i][0];
    float* r = buffers_[i][1];
    effects_[i]->process({l, r, frames});
    kernels.mix(l, left, {1, 0}, 0, frames);
    kernels.mix(r, right, {1, 0}, 0, frames);
    if (kInto[i] == 0) continue;
    kernels.mix(l, this->left(Bus::hall), {kInto[i], 0}, 0, frames);
    kernels.mix(r, this->right(Bus::hall), {kInto[i], 0}, 0, frames);
  }
}

}  // namespace tutti::stream
