// Single effects of engine.wasm, beside the Player: for pictures of them, for measuring their
// speed, and for programs that want one effect without a song.
//
// A handle is what effect_open answers; 0 is none. Samples are processed in place, in memory of the
// module (alloc); `right` null is a mono block. Parameters go by index, in the order of
// effect_list.
#include <cmath>
#include <map>
#include <memory>

#include "engine/base/arena.h"
#include "engine/base/math.h"
#include "engine/base/units.h"
#include "engine/registry/chain.h"
#include "engine/registry/effects.h"
#include "wasm/effect_json.h"
#include "wasm/exports.h"

namespace {

using namespace tutti;
using wasm::give;
using wasm::text_at;

struct Open {
  const param::EffectInfo* info = nullptr;
  std::unique_ptr<param::Effect> effect;
  Arena arena;
  double rate = 48000;
  int max_block = 128;

  void prepare() {
    arena.reset();
    effect->prepare(rate, max_block, arena);
  }
};

std::map<int, Open> open_effects;
int last_handle = 0;

Open* at(int handle) {
  const auto found = open_effects.find(handle);
  return found == open_effects.end() ? nullptr : &found->second;
}

}  // namespace

// Every effect as JSON (effect_json.h).
TUTTI_EXPORT(effect_list) int tutti_effect_list() {
  return give(std::string_view(wasm::effects_json()));
}
// By id or alias, with its defaults. 0 with an error given if there is none.
TUTTI_EXPORT(effect_open)
int tutti_effect_open(const char* name, std::size_t size, double rate, int max_block) {
  const auto info = registry::require_effect(text_at(name, size));
  if (!info) {
    give(info.error());
    return 0;
  }
  if (!(rate >= 8000 && rate <= 192000) || max_block < 1 || max_block > 4096) {
    give(Error{Code::wrong_usage, "An effect runs at 8 to 192 kHz, in blocks of 1 to 4096 frames.",
               "Choose such a rate and block."});
    return 0;
  }
  Open& made = open_effects[++last_handle];
  made.info = *info;
  made.effect = (*info)->make();
  made.rate = rate;
  made.max_block = max_block;
  made.prepare();
  return last_handle;
}
TUTTI_EXPORT(effect_close) void tutti_effect_close(int handle) {
  open_effects.erase(handle);
}
// In a straight line over `frames`; 0 at once. Structural parameters want effect_prepare after.
TUTTI_EXPORT(effect_set) void tutti_effect_set(int handle, int index, double value, int frames) {
  if (Open* o = at(handle)) o->effect->set(index, value, frames);
}
TUTTI_EXPORT(effect_prepare) void tutti_effect_prepare(int handle) {
  if (Open* o = at(handle)) o->prepare();
}
TUTTI_EXPORT(effect_reset) void tutti_effect_reset(int handle) {
  if (Open* o = at(handle)) o->effect->reset();
}
// `right` may be null: mono. False if the effect takes no impulse response.
TUTTI_EXPORT(effect_load)
int tutti_effect_load(int handle, double rate, const float* left, const float* right,
                      std::size_t frames) {
  Open* o = at(handle);
  if (o == nullptr) return 0;
  const std::span<const float> other = right ? std::span(right, frames) : std::span<const float>();
  return o->effect->load(rate, {left, frames}, other);
}
TUTTI_EXPORT(effect_process)
void tutti_effect_process(int handle, float* left, float* right, int frames) {
  if (Open* o = at(handle)) o->effect->process({left, right, frames});
}
// What it listens to in the next effect_process.
TUTTI_EXPORT(effect_side)
void tutti_effect_side(int handle, const float* left, const float* right) {
  if (Open* o = at(handle)) o->effect->side_chain(left, right);
}
TUTTI_EXPORT(effect_tempo) void tutti_effect_tempo(int handle, double bpm, double quarters) {
  if (Open* o = at(handle)) o->effect->tempo(bpm, quarters);
}
TUTTI_EXPORT(effect_latency) double tutti_effect_latency(int handle) {
  const Open* o = at(handle);
  return o ? static_cast<double>(o->effect->latency()) : 0;
}
// Frames; below 0 if it never ends.
TUTTI_EXPORT(effect_tail) double tutti_effect_tail(int handle) {
  const Open* o = at(handle);
  if (o == nullptr) return 0;
  const auto tail = o->effect->tail();
  return tail == dsp::kEndless ? -1 : static_cast<double>(tail);
}
TUTTI_EXPORT(effect_reading) double tutti_effect_reading(int handle, int index) {
  const Open* o = at(handle);
  return o ? o->effect->reading(index) : 0;
}

// The magnitude in dB at `count` frequencies: a small impulse goes through the effect, `frames` of
// its answer are summed up against each frequency. Resets the effect before and after. Gives the
// values as doubles.
TUTTI_EXPORT(effect_response)
int tutti_effect_response(int handle, const double* hz, int count, int frames) {
  Open* o = at(handle);
  if (o == nullptr) return give(std::string_view());
  std::vector<float> left(static_cast<std::size_t>(frames)), right(left.size());
  constexpr float kImpulse = 0.0625f;  // small enough for what is not quite linear
  left[0] = right[0] = kImpulse;
  o->effect->reset();
  for (int i = 0; i < frames; i += o->max_block) {
    const int n = std::min(o->max_block, frames - i);
    o->effect->process({left.data() + i, right.data() + i, n});
  }
  o->effect->reset();
  std::vector<double> db(static_cast<std::size_t>(count));
  for (int k = 0; k < count; ++k) {
    const double w = 2 * 3.141592653589793 * hz[k] / o->rate;
    const double turn_re = math::cos(w), turn_im = -math::sin(w);
    double re = 0, im = 0, phase_re = 1, phase_im = 0;
    for (const float x : left) {
      re += x * phase_re;
      im += x * phase_im;
      const double next = phase_re * turn_re - phase_im * turn_im;
      phase_im = phase_re * turn_im + phase_im * turn_re;
      phase_re = next;
    }
    const double size = std::sqrt(re * re + im * im) / static_cast<double>(kImpulse);
    db[static_cast<std::size_t>(k)] = size > 1e-6 ? math::gain_to_db(size) : -120;
  }
  return give(std::span<const double>(db));
}

// A row of effects from text ("highpass freq=80, compressor ratio=4"), as JSON:
// [{"effect","bypass","impulse","values":[…]}], one value a parameter.
TUTTI_EXPORT(chain_read) int tutti_chain_read(const char* text, std::size_t size) {
  const auto chain = registry::parse_chain(text_at(text, size));
  if (!chain) return give(chain.error());
  std::string out = "[";
  for (const auto& e : *chain) {
    if (out.size() > 1) out += ',';
    out += wasm::chain_effect_json(e);
  }
  return give(std::string_view(out + "]"));
}
