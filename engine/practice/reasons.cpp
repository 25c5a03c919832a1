#include "engine/practice/reasons.h"

#include <algorithm>
#include <cmath>

namespace tutti::practice {
namespace {

// "11", "6.5": a tenth below ten.
std::string number(double value) {
  const double tenths = std::floor(value * 10 + 0.5);
  if (value >= 9.95 || static_cast<long>(tenths) % 10 == 0)
    return std::to_string(static_cast<long>(std::floor(value + 0.5)));
  const auto whole = static_cast<long>(tenths / 10);
  return std::to_string(whole) + "." + std::to_string(static_cast<long>(tenths) - whole * 10);
}

std::string interval(double semitones) {
  constexpr const char* names[] = {
      "a fourth",     "a fourth",     "a tritone",   "a fifth",   "a sixth",      "a sixth",
      "a seventh",    "a seventh",    "an octave",   "a ninth",   "a ninth",      "a tenth",
      "a tenth",      "an eleventh",  "an eleventh", "a twelfth", "a thirteenth", "a thirteenth",
      "a fourteenth", "a fourteenth", "two octaves"};
  const int rounded = static_cast<int>(std::floor(semitones + 0.5));
  if (rounded > 24) return "more than two octaves";
  return names[std::clamp(rounded - 4, 0, 20)];
}

}  // namespace

Reason reason_of(Cause cause, double weight, std::span<const BarMeasure> bars,
                 Instrument instrument, double usual_tempo) {
  Reason reason;
  reason.cause = cause;
  reason.weight = weight;
  const auto count = static_cast<double>(bars.size());
  double sum = 0, most = 0, beats = 0;
  for (const BarMeasure& bar : bars) beats += static_cast<double>(bar.beats.size());
  switch (cause) {
    case Cause::density:
      for (const BarMeasure& bar : bars) most = std::max(most, bar.density);
      reason.value = most;
      reason.text =
          number(most) + (instrument == Instrument::drums ? " strokes" : " notes") + " a second";
      break;
    case Cause::leaps:
      for (const BarMeasure& bar : bars) most = std::max(most, bar.leap);
      reason.value = most;
      reason.text = "leaps of " + interval(most);
      break;
    case Cause::syncopation:
      for (const BarMeasure& bar : bars) sum += bar.off_beats;
      reason.value = beats > 0 ? sum / beats : 0;
      reason.text = "off-beat entries, " + number(sum / count) + " a bar";
      break;
    case Cause::harmony: {
      for (const BarMeasure& bar : bars) sum += bar.chords;
      reason.value = sum / count;
      const double per_beat = beats > 0 ? sum / beats : 0;
      if (per_beat > 1.3) {
        reason.text = "chord changes faster than the beat, " + number(sum / count) + " a bar";
      } else if (per_beat > 0.8) {
        reason.text = "chord change every beat";
      } else if (per_beat > 0.42 && per_beat < 0.6) {
        reason.text = "chord change every two beats";
      } else {
        reason.text = number(sum / count) + (sum > count ? " chords a bar" : " chord a bar");
      }
      break;
    }
    case Cause::rarity:
      for (const BarMeasure& bar : bars) sum += bar.rarity / count;
      reason.value = sum;
      reason.text = sum > 0.4 ? "only time this figure appears" : "a figure that comes rarely";
      break;
    case Cause::tempo:
      for (const BarMeasure& bar : bars) sum += bar.tempo / count;
      reason.value = sum;
      reason.text = std::to_string(static_cast<long>(std::floor(sum + 0.5))) + " beats a minute, " +
                    std::to_string(static_cast<long>(
                        std::floor(100 * (sum / std::max(1.0, usual_tempo) - 1) + 0.5))) +
                    " % faster than the song";
      break;
  }
  return reason;
}

json::array json_of(std::span<const HardPassage> passages) {
  json::array list;
  for (const HardPassage& passage : passages) {
    json::array reasons, causes;
    for (const Reason& reason : passage.reasons) {
      reasons.emplace_back(reason.text);
      const std::string_view name = name_of(reason.cause);
      causes.emplace_back(json::string_view(name.data(), name.size()));
    }
    const auto tidy = [](double value, double step) {
      return std::floor(value / step + 0.5) * step;
    };
    json::object one{{"start", tidy(passage.start, 1.0 / 1024)},
                     {"end", tidy(passage.end, 1.0 / 1024)},
                     {"firstBar", passage.first_bar},
                     {"lastBar", passage.last_bar},
                     {"score", tidy(passage.score, 1.0 / 1024)},
                     {"reasons", std::move(reasons)},
                     {"causes", std::move(causes)}};
    if (passage.same_as > 0) one["sameAs"] = passage.same_as;
    list.push_back(std::move(one));
  }
  return list;
}

}  // namespace tutti::practice
