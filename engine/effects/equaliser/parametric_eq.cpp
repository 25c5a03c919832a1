#include "engine/effects/equaliser/parametric_eq.h"

#include "engine/base/math.h"

namespace tutti::effects {
namespace {

using param::Description;
using param::Scale;
using param::Unit;

constexpr int kBands = ParametricDesign::kBands, kPerBand = ParametricDesign::kPerBand;
constexpr std::string_view kFields[kPerBand] = {"on", "type", "freq", "gain", "q", "slope"};
constexpr std::string_view kNames[kPerBand] = {"on", "shape", "frequency", "gain", "Q", "slope"};

// "band12_freq" and "Band 12 frequency" for every parameter.
struct Text {
  char id[16] = {}, name[24] = {};
  int id_size = 0, name_size = 0;
};
constexpr int append(char* to, int at, std::string_view words) {
  for (char c : words) to[at++] = c;
  return at;
}
constexpr int append(char* to, int at, int number) {
  if (number >= 10) to[at++] = static_cast<char>('0' + number / 10);
  to[at++] = static_cast<char>('0' + number % 10);
  return at;
}
constexpr auto kTexts = [] {
  std::array<Text, static_cast<std::size_t>(kBands * kPerBand)> all{};
  for (int i = 0; i < kBands * kPerBand; ++i) {
    Text& t = all[static_cast<std::size_t>(i)];
    const auto field = static_cast<std::size_t>(i % kPerBand);
    t.id_size = append(t.id, append(t.id, append(t.id, 0, "band"), i / kPerBand + 1), "_");
    t.id_size = append(t.id, t.id_size, kFields[field]);
    t.name_size = append(t.name, append(t.name, append(t.name, 0, "Band "), i / kPerBand + 1), " ");
    t.name_size = append(t.name, t.name_size, kNames[field]);
  }
  return all;
}();

// The first four where a mixing desk has them, the others spread from low to high.
constexpr double kFrequencies[kBands] = {100,  500,  2500, 8000, 30,   50,    70,    120,
                                         180,  250,  350,  700,  1000, 1400,  2000,  2800,
                                         3500, 4500, 5600, 7000, 9000, 11000, 14000, 16000};

constexpr auto kParameters = [] {
  std::array<Description, static_cast<std::size_t>(kBands * kPerBand)> all{};
  for (int i = 0; i < kBands * kPerBand; ++i) {
    const Text& t = kTexts[static_cast<std::size_t>(i)];
    Description& d = all[static_cast<std::size_t>(i)];
    const std::string_view id(t.id, static_cast<std::size_t>(t.id_size));
    const std::string_view name(t.name, static_cast<std::size_t>(t.name_size));
    switch (i % kPerBand) {
      case 0:
        d = {.id = id, .name = name, .initial = 1, .scale = Scale::toggle};
        break;
      case 1:
        d = {.id = id,
             .name = name,
             .max = kBandTypes.size() - 1,
             .scale = Scale::choice,
             .choices = kBandTypes};
        break;
      case 2:
        d = {.id = id,
             .name = name,
             .unit = Unit::hertz,
             .min = 10,
             .max = 20000,
             .initial = kFrequencies[i / kPerBand],
             .scale = Scale::logarithmic};
        break;
      case 3:
        d = {.id = id, .name = name, .unit = Unit::decibels, .min = -24, .max = 24};
        break;
      case 4:
        d = {.id = id,
             .name = name,
             .min = 0.1,
             .max = 40,
             .initial = 0.707,
             .scale = Scale::logarithmic};
        break;
      case 5:
        d = {.id = id,
             .name = name,
             .max = kSlopes.size() - 1,
             .initial = 1,
             .scale = Scale::choice,
             .choices = kSlopes};
        break;
    }
  }
  return all;
}();

constexpr param::PresetValue kVoice[] = {
    {"band1_type", 3},    {"band1_freq", 80}, {"band1_slope", 2},    {"band2_freq", 250},
    {"band2_gain", -2.5}, {"band2_q", 1},     {"band3_freq", 3500},  {"band3_gain", 2.5},
    {"band3_q", 0.8},     {"band4_type", 2},  {"band4_freq", 10000}, {"band4_gain", 2}};
constexpr param::PresetValue kKick[] = {
    {"band1_type", 3},    {"band1_freq", 30},  {"band2_freq", 60}, {"band2_gain", 4},
    {"band2_q", 1.2},     {"band3_freq", 350}, {"band3_gain", -5}, {"band3_q", 1},
    {"band4_freq", 4000}, {"band4_gain", 4},   {"band4_q", 1.2}};
constexpr param::PresetValue kWarm[] = {
    {"band1_type", 7}, {"band1_freq", 900}, {"band1_gain", -1.5}, {"band1_q", 0.5}};
constexpr param::PresetValue kAir[] = {{"band1_type", 3}, {"band1_freq", 25},    {"band1_slope", 3},
                                       {"band4_type", 2}, {"band4_freq", 12000}, {"band4_gain", 3},
                                       {"band4_q", 0.6}};
constexpr param::PresetValue kTelephone[] = {
    {"band1_type", 3},    {"band1_freq", 300},  {"band1_slope", 5},
    {"band2_freq", 1200}, {"band2_gain", 5},    {"band2_q", 0.8},
    {"band4_type", 4},    {"band4_freq", 3400}, {"band4_slope", 5}};
constexpr param::Preset kPresets[] = {{"Voice, clear", kVoice},
                                      {"Kick drum", kKick},
                                      {"Warmer", kWarm},
                                      {"Air", kAir},
                                      {"Telephone", kTelephone}};
constexpr std::string_view kAliases[] = {"ParametricEQ", "eq", "equaliser", "equalizer"};

}  // namespace

void ParametricDesign::prepare(double rate) noexcept {
  rate_ = rate;
  for (Memory& m : memory_) m.count = -1;
}

void ParametricDesign::operator()(const double* values, Sections& list) noexcept {
  for (int i = 0; i < kBands; ++i) {
    const double* v = values + i * kPerBand;
    const auto type = static_cast<BandType>(static_cast<int>(v[1]));
    const bool cut = type == BandType::low_cut || type == BandType::high_cut;
    const bool shaped = type <= BandType::high_shelf || type == BandType::tilt;
    if (v[0] <= 0 || (shaped && v[3] == 0)) continue;
    const Band band{v[0], type, v[2], shaped ? v[3] : 0, v[4], cut ? static_cast<int>(v[5]) : 0};
    Memory& m = memory_[static_cast<std::size_t>(i)];
    if (m.count < 0 || !(m.band == band)) {
      Sections own;
      add_band(band, rate_, 0, own);
      m.band = band;
      m.count = own.size();
      for (int k = 0; k < m.count; ++k) m.sections[k] = own[k];
    }
    for (int k = 0; k < m.count; ++k) list.add(i * kBandSections + k, m.sections[k]);
  }
}

const param::EffectInfo& parametric_eq_info() {
  static constexpr param::EffectInfo info{
      .id = "parametric-eq",
      .name = "Parametric EQ",
      .category = param::Category::equaliser,
      .summary = "Lifts and lowers any part of the sound, with up to 24 bands of any shape.",
      .method =
          "Second-order sections that meet the squared magnitude of their analogue models at zero, "
          "around the corner and at the Nyquist frequency (after Orfanidis 1997 and Vicanek 2016), "
          "run as trapezoidal state-variable filters (Zavalishin 2012; Simper 2013). Cuts are "
          "Butterworth. Bands at 0 dB leave the sound untouched.",
      .aliases = kAliases,
      .parameters = kParameters,
      .presets = kPresets,
      .mono = true,
      .make = []() -> std::unique_ptr<param::Effect> {
        return std::make_unique<SectionEffect<ParametricDesign>>(parametric_eq_info());
      },
      .process_many = CascadeEffect::process_many};
  return info;
}

static_assert(dsp::Processor<SectionEffect<ParametricDesign>>);

}  // namespace tutti::effects
