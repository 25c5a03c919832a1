#include "engine/effects/equaliser/response.h"

#include <algorithm>

#include "engine/base/math.h"
#include "engine/effects/equaliser/graphic_eq.h"
#include "engine/effects/equaliser/parametric_eq.h"
#include "engine/effects/equaliser/shelf.h"
#include "engine/effects/filter/cut.h"
#include "engine/effects/filter/dj_filter.h"
#include "engine/effects/filter/svf.h"

namespace tutti::effects {
namespace {

struct Wet {
  Sections sections;
  double mix = 1;
};

template <class Design>
void list_of(std::span<const double> values, double rate, Wet& wet) {
  Design design;
  design.prepare(rate);
  design(values.data(), wet.sections);
}

// Without its modulation.
void list_of_filter(std::span<const double> v, double rate, Wet& wet) {
  double k[2];
  const int stages = v[1] > 0.5 ? 2 : 1;
  filter_damping(v[3], stages, k);
  for (int i = 0; i < stages; ++i) {
    const auto mode = static_cast<FilterMode>(static_cast<int>(v[0]));
    wet.sections.add(i, filter_section(mode, math::kTwoPi * v[2] / rate, k[i]));
  }
  wet.mix = v[6];
}

struct Entry {
  const param::EffectInfo& (*info)();
  void (*list)(std::span<const double> values, double rate, Wet&);
};
constexpr Entry kEntries[] = {{parametric_eq_info, list_of<ParametricDesign>},
                              {low_shelf_info, list_of<ShelfDesign<BandType::low_shelf>>},
                              {high_shelf_info, list_of<ShelfDesign<BandType::high_shelf>>},
                              {graphic_eq_info, list_of<GraphicDesign>},
                              {highpass_info, list_of<CutDesign<BandType::low_cut>>},
                              {lowpass_info, list_of<CutDesign<BandType::high_cut>>},
                              {dj_filter_info, list_of<DjDesign>},
                              {filter_info, list_of_filter}};

const Entry* entry_of(std::string_view id) noexcept {
  for (const Entry& e : kEntries)
    if (e.info().id == id) return &e;
  return nullptr;
}

}  // namespace

bool has_response(std::string_view effect_id) noexcept {
  return entry_of(effect_id) != nullptr;
}

void response(std::string_view effect_id, std::span<const double> values, double rate,
              std::span<const double> frequencies, std::span<dsp::Complex> out) {
  const Entry* entry = entry_of(effect_id);
  const auto count = std::min(frequencies.size(), out.size());
  std::fill(out.begin(), out.end(), dsp::Complex{1, 0});
  if (!entry || values.size() < entry->info().parameters.size()) return;
  Wet wet;
  entry->list(values, rate, wet);
  for (std::size_t i = 0; i < count; ++i) {
    const double w = math::kTwoPi * frequencies[i] / rate;
    dsp::Complex h{1, 0};
    for (int s = 0; s < wet.sections.size(); ++s)
      h = dsp::product(h, dsp::response(wet.sections[s], w));
    out[i] = {1 + wet.mix * (h.re - 1), wet.mix * h.im};
  }
}

void response_decibels(std::string_view effect_id, std::span<const double> values, double rate,
                       std::span<const double> frequencies, std::span<double> out) {
  constexpr std::size_t kAtOnce = 64;
  dsp::Complex part[kAtOnce];
  const auto count = std::min(frequencies.size(), out.size());
  for (std::size_t i = 0; i < count; i += kAtOnce) {
    const auto n = std::min(kAtOnce, count - i);
    response(effect_id, values, rate, frequencies.subspan(i, n), std::span(part, n));
    for (std::size_t k = 0; k < n; ++k)
      out[i + k] = 10 * math::log10(std::max(dsp::squared(part[k]), 1e-20));
  }
}

}  // namespace tutti::effects
