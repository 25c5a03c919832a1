#include "tools/effect_pages/plot.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace tutti::pages {
namespace {

constexpr double kWidth = 720, kHeight = 320, kLeft = 56, kRight = 16, kTop = 40, kBottom = 40;
constexpr const char* kColours[] = {"#ffb457", "#5bc8bd", "#6fb7f5", "#b99af2", "#f28f7c"};

double place(const Axis& axis, double value) {
  if (axis.logarithmic) {
    return std::log(value / axis.low) / std::log(axis.high / axis.low);
  }
  return (value - axis.low) / (axis.high - axis.low);
}

double across(const Plot& p, double x) {
  return kLeft + place(p.across, x) * (kWidth - kLeft - kRight);
}
double up(const Plot& p, double y) {
  return kHeight - kBottom - place(p.up, y) * (kHeight - kTop - kBottom);
}

std::string text(double x, double y, const char* anchor, const char* colour,
                 const std::string& words) {
  return "<text x=\"" + number(x, 1) + "\" y=\"" + number(y, 1) + "\" text-anchor=\"" + anchor +
         "\" fill=\"" + colour + "\">" + words + "</text>\n";
}

std::string line(double x1, double y1, double x2, double y2) {
  return "<line x1=\"" + number(x1, 1) + "\" y1=\"" + number(y1, 1) + "\" x2=\"" + number(x2, 1) +
         "\" y2=\"" + number(y2, 1) + "\" stroke=\"#28303c\"/>\n";
}

}  // namespace

std::string number(double value, int decimals, bool kilo) {
  const bool thousands = kilo && std::fabs(value) >= 1000;
  if (thousands) value /= 1000;
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, "%.*f", decimals, value);
  std::string s = buffer;
  if (s.find('.') != std::string::npos) {
    while (s.back() == '0') s.pop_back();
    if (s.back() == '.') s.pop_back();
  }
  if (s == "-0") s = "0";
  return thousands ? s + "k" : s;
}

std::string to_svg(const Plot& p) {
  std::string out =
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 720 320\" font-family=\"Inter, "
      "sans-serif\" font-size=\"12\">\n<rect width=\"720\" height=\"320\" rx=\"6\" "
      "fill=\"#12161c\"/>\n";
  for (double mark : p.across.marks) {
    const double x = across(p, mark);
    out += line(x, kTop, x, kHeight - kBottom) +
           text(x, kHeight - kBottom + 16, "middle", "#94a0b1", number(mark, 2, true));
  }
  for (double mark : p.up.marks) {
    const double y = up(p, mark);
    out += line(kLeft, y, kWidth - kRight, y) +
           text(kLeft - 8, y + 4, "end", "#94a0b1", number(mark, 2));
  }
  out += text((kLeft + kWidth - kRight) / 2, kHeight - 6, "middle", "#94a0b1", p.across.label);
  out += text(8, kTop - 8, "start", "#94a0b1", p.up.label);
  double legend = kWidth - kRight;
  for (std::size_t i = p.curves.size(); i-- > 0;) {
    legend -= 7.0 * static_cast<double>(p.curves[i].name.size()) + 16;
    out += text(legend, 20, "start", kColours[i % 5], p.curves[i].name);
  }
  out += text(8, 20, "start", "#e8ecf2", p.title);
  for (std::size_t i = 0; i < p.curves.size(); ++i) {
    out += "<polyline fill=\"none\" stroke-width=\"1.5\" stroke=\"" + std::string(kColours[i % 5]) +
           "\" points=\"";
    for (std::size_t k = 0; k < p.curves[i].x.size(); ++k) {
      const double y = std::clamp(p.curves[i].y[k], p.up.low, p.up.high);
      out += number(across(p, p.curves[i].x[k]), 1) + "," + number(up(p, y), 1) + " ";
    }
    out += "\"/>\n";
  }
  return out + "</svg>\n";
}

}  // namespace tutti::pages
