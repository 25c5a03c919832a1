#include "engine/param/effect.h"

namespace tutti::param {

std::string_view name_of(Category category) noexcept {
  switch (category) {
    case Category::equaliser:
      return "equaliser";
    case Category::filter:
      return "filter";
    case Category::dynamics:
      return "dynamics";
    case Category::saturation:
      return "saturation";
    case Category::delay:
      return "delay";
    case Category::reverb:
      return "reverb";
    case Category::modulation:
      return "modulation";
    case Category::pitch:
      return "pitch";
    case Category::utility:
      return "utility";
    case Category::meter:
      return "meter";
  }
  return "";
}

}  // namespace tutti::param
