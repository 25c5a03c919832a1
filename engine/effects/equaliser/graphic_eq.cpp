#include "engine/effects/equaliser/graphic_eq.h"

#include <array>
#include <cmath>

#include "engine/base/math.h"

namespace tutti::effects {
namespace {

using param::Description;
using param::Scale;
using param::Unit;

// Preferred frequencies of ISO 266.
constexpr std::array<double, 31> kCentres = {
    20,  25,   31.5, 40,   50,   63,   80,   100,  125,  160,  200,  250,   315,   400,   500,  630,
    800, 1000, 1250, 1600, 2000, 2500, 3150, 4000, 5000, 6300, 8000, 10000, 12500, 16000, 20000};
constexpr std::array<std::string_view, 31> kIds = {
    "hz20",   "hz25",   "hz31",   "hz40",    "hz50",    "hz63",    "hz80",   "hz100",
    "hz125",  "hz160",  "hz200",  "hz250",   "hz315",   "hz400",   "hz500",  "hz630",
    "hz800",  "hz1000", "hz1250", "hz1600",  "hz2000",  "hz2500",  "hz3150", "hz4000",
    "hz5000", "hz6300", "hz8000", "hz10000", "hz12500", "hz16000", "hz20000"};
constexpr std::array<std::string_view, 31> kNames = {
    "20 Hz",  "25 Hz",   "31.5 Hz",  "40 Hz",   "50 Hz",    "63 Hz",   "80 Hz",    "100 Hz",
    "125 Hz", "160 Hz",  "200 Hz",   "250 Hz",  "315 Hz",   "400 Hz",  "500 Hz",   "630 Hz",
    "800 Hz", "1 kHz",   "1.25 kHz", "1.6 kHz", "2 kHz",    "2.5 kHz", "3.15 kHz", "4 kHz",
    "5 kHz",  "6.3 kHz", "8 kHz",    "10 kHz",  "12.5 kHz", "16 kHz",  "20 kHz"};
constexpr std::string_view kLayouts[] = {"10 bands", "31 bands"};

constexpr auto kParameters = [] {
  std::array<Description, 32> all{};
  all[0] = {.id = "bands", .name = "Bands", .max = 1, .scale = Scale::choice, .choices = kLayouts};
  for (std::size_t i = 0; i < 31; ++i)
    all[i + 1] = {.id = kIds[i], .name = kNames[i], .unit = Unit::decibels, .min = -15, .max = 15};
  return all;
}();

constexpr param::PresetValue kSmile[] = {
    {"hz31", 4},    {"hz63", 3.5}, {"hz125", 2},  {"hz250", -1},   {"hz500", -2},
    {"hz1000", -2}, {"hz2000", 0}, {"hz4000", 2}, {"hz8000", 3.5}, {"hz16000", 4}};
constexpr param::PresetValue kSpeech[] = {{"hz31", -12},  {"hz63", -6},   {"hz125", -2},
                                          {"hz1000", 1},  {"hz2000", 3},  {"hz4000", 2.5},
                                          {"hz8000", -1}, {"hz16000", -4}};
constexpr param::PresetValue kLoudness[] = {{"hz31", 6},  {"hz63", 5},   {"hz125", 3},
                                            {"hz250", 1}, {"hz8000", 2}, {"hz16000", 4}};
constexpr param::Preset kPresets[] = {
    {"Smile", kSmile}, {"Speech", kSpeech}, {"Quiet listening", kLoudness}};
constexpr std::string_view kAliases[] = {"GraphicEQ"};

constexpr double kShareAt = 6;  // dB at which the bells' shares are taken

double bell_ratio(double apart, double width, double gain) noexcept {
  // |bell|² where A² is the gain: (apart + width A²) / (apart + width / A²)
  return (apart + width * gain) / (apart + width / gain);
}

}  // namespace

void GraphicDesign::prepare(double rate) {
  rate_ = rate;
  octaves_ = {.first = 2, .step = 3, .count = 10, .q = 1.25, .inverse = {}, .apart = {}};
  thirds_ = {.first = 0, .step = 1, .count = 31, .q = 3.6, .inverse = {}, .apart = {}};
  prepare(octaves_);
  prepare(thirds_);
}

void GraphicDesign::prepare(Row& row) const {
  while (row.count > 0 &&
         kCentres[static_cast<std::size_t>(row.first + row.step * (row.count - 1))] > 0.46 * rate_)
    --row.count;
  const auto n = static_cast<std::size_t>(row.count);
  const auto centre = [&](std::size_t i) {
    return kCentres[static_cast<std::size_t>(row.first) + static_cast<std::size_t>(row.step) * i];
  };
  row.apart.resize(2 * n * n);
  std::vector<double> share(n * 2 * n);  // beside it the unit matrix, for the inverse
  const double a2 = math::db_to_gain(kShareAt);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) {
      const double u = centre(i) / centre(j) * (centre(i) / centre(j));
      const double apart = (1 - u) * (1 - u), width = u / (row.q * row.q);
      row.apart[2 * (i * n + j)] = apart;
      row.apart[2 * (i * n + j) + 1] = width;
      share[i * 2 * n + j] = 10 * math::log10(bell_ratio(apart, width, a2)) / kShareAt;
    }
    share[i * 2 * n + n + i] = 1;
  }
  for (std::size_t i = 0; i < n; ++i) {  // diagonally dominant enough: no pivoting
    for (std::size_t r = 0; r < n; ++r) {
      if (r == i) continue;
      const double f = share[r * 2 * n + i] / share[i * 2 * n + i];
      for (std::size_t c = 0; c < 2 * n; ++c) share[r * 2 * n + c] -= f * share[i * 2 * n + c];
    }
  }
  row.inverse.resize(n * n);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j)
      row.inverse[i * n + j] = share[i * 2 * n + n + j] / share[i * 2 * n + i];
}

void GraphicDesign::operator()(const double* values, Sections& list) const noexcept {
  const Row& row = values[0] < 0.5 ? octaves_ : thirds_;
  const auto n = static_cast<std::size_t>(row.count);
  double wanted[kBands], error[kBands], gains[kBands] = {};
  bool flat = true;
  for (std::size_t i = 0; i < n; ++i) {
    wanted[i] = error[i] =
        values[1 + static_cast<std::size_t>(row.first) + static_cast<std::size_t>(row.step) * i];
    flat = flat && wanted[i] == 0;
  }
  if (flat) return;
  for (int round = 0; round < 4; ++round) {
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = 0; j < n; ++j) gains[i] += row.inverse[i * n + j] * error[j];
    double squared[kBands];
    for (std::size_t j = 0; j < n; ++j) squared[j] = math::db_to_gain(gains[j]);
    for (std::size_t i = 0; i < n; ++i) {
      double product = 1;
      for (std::size_t j = 0; j < n; ++j)
        product *=
            bell_ratio(row.apart[2 * (i * n + j)], row.apart[2 * (i * n + j) + 1], squared[j]);
      error[i] = wanted[i] - 10 * math::log10(product);
    }
  }
  for (std::size_t j = 0; j < n; ++j) {
    const int band = row.first + row.step * static_cast<int>(j);
    const double w0 = math::kTwoPi * kCentres[static_cast<std::size_t>(band)] / rate_;
    const double least = gains[j] < 0 ? -1e-3 : 1e-3;  // below it a bell has no shape of its own
    const double gain = std::fabs(gains[j]) < 1e-3 ? least : gains[j];
    list.add(band, dsp::matched(dsp::bell(gain, row.q), w0));
  }
}

const param::EffectInfo& graphic_eq_info() {
  static constexpr param::EffectInfo info{
      .id = "graphic-eq",
      .name = "Graphic EQ",
      .category = param::Category::equaliser,
      .summary = "A row of faders over the whole range: 10 an octave apart or 31 a third apart.",
      .method =
          "Bells at the preferred frequencies of ISO 266. They overlap, so the gain of each is "
          "solved for (Oliver and Jot 2015; Liski and Välimäki 2017, with a Newton-like "
          "correction): at each centre the sum is what the fader shows. In 10 bands only the "
          "octave faders count.",
      .aliases = kAliases,
      .parameters = kParameters,
      .presets = kPresets,
      .mono = true,
      .make = []() -> std::unique_ptr<param::Effect> {
        return std::make_unique<SectionEffect<GraphicDesign>>(graphic_eq_info());
      },
      .process_many = CascadeEffect::process_many};
  return info;
}

static_assert(dsp::Processor<SectionEffect<GraphicDesign>>);

}  // namespace tutti::effects
