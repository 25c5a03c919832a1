// A line plot as SVG text: axes with round numbers, up to five curves, a legend. Pure.
#pragma once

#include <string>
#include <vector>

namespace tutti::pages {

struct Curve {
  std::string name;
  std::vector<double> x, y;
};

struct Axis {
  std::string label;
  double low, high;
  bool logarithmic = false;
  std::vector<double> marks;  // values with a grid line and a number
};

struct Plot {
  std::string title;
  Axis across, up;
  std::vector<Curve> curves;
};

std::string to_svg(const Plot& plot);

// Shortest text of a number with at most `decimals` decimals; thousands as k where `kilo`.
std::string number(double value, int decimals = 2, bool kilo = false);

}  // namespace tutti::pages
