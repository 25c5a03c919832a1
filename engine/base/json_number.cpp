#include <array>
#include <boost/json/serializer.hpp>
#include <cmath>
#include <cstdint>
#include <vector>

#include "engine/base/json.h"

namespace tutti {
namespace {

// An unsigned integer of any size, just enough of it to round a decimal correctly.
class Big {
 public:
  void times_plus(std::uint32_t factor, std::uint32_t add) {
    std::uint64_t carry = add;
    for (auto& word : words_) {
      carry += static_cast<std::uint64_t>(word) * factor;
      word = static_cast<std::uint32_t>(carry);
      carry >>= 32;
    }
    if (carry != 0) words_.push_back(static_cast<std::uint32_t>(carry));
  }
  void times_power_of_ten(int n) {
    for (; n >= 9; n -= 9) times_plus(1'000'000'000u, 0);
    for (; n > 0; --n) times_plus(10, 0);
  }
  void shift_left(int n) {
    if (words_.empty() || n == 0) return;
    const int bits = n % 32;
    if (bits != 0) {
      std::uint32_t carry = 0;
      for (auto& word : words_) {
        const std::uint32_t next = word >> (32 - bits);
        word = (word << bits) | carry;
        carry = next;
      }
      if (carry != 0) words_.push_back(carry);
    }
    words_.insert(words_.begin(), static_cast<std::size_t>(n / 32), 0u);
  }
  int bit_length() const {
    if (words_.empty()) return 0;
    int bits = static_cast<int>(words_.size() - 1) * 32;
    for (std::uint32_t top = words_.back(); top != 0; top >>= 1) ++bits;
    return bits;
  }
  bool zero() const { return words_.empty(); }
  bool at_least(const Big& other) const {
    if (words_.size() != other.words_.size()) return words_.size() > other.words_.size();
    for (std::size_t i = words_.size(); i-- > 0;) {
      if (words_[i] != other.words_[i]) return words_[i] > other.words_[i];
    }
    return true;
  }
  void subtract(const Big& other) {  // other <= *this
    std::uint64_t borrow = 0;
    for (std::size_t i = 0; i < words_.size(); ++i) {
      const std::uint64_t take = borrow + (i < other.words_.size() ? other.words_[i] : 0);
      borrow = words_[i] < take ? 1 : 0;
      words_[i] = static_cast<std::uint32_t>(words_[i] - take);
    }
    while (!words_.empty() && words_.back() == 0) words_.pop_back();
  }

 private:
  std::vector<std::uint32_t> words_;  // least first, no leading zeros
};

// numerator / denominator, rounded to the nearest double, ties to even.
double quotient(Big numerator, Big denominator) {
  constexpr int kSteps = 57;
  const int shift = 55 - (numerator.bit_length() - denominator.bit_length());
  if (shift >= 0) {
    numerator.shift_left(shift);
  } else {
    denominator.shift_left(-shift);
  }
  denominator.shift_left(kSteps - 1);
  std::uint64_t q = 0;
  for (int i = 0; i < kSteps; ++i) {
    q <<= 1;
    if (numerator.at_least(denominator)) {
      numerator.subtract(denominator);
      q |= 1;
    }
    if (i + 1 < kSteps) numerator.shift_left(1);
  }
  int bits = 0;
  for (std::uint64_t rest = q; rest != 0; rest >>= 1) ++bits;
  const int top = bits - 1 - shift;  // exponent of the leading bit
  const int precision = top < -1022 ? 53 - (-1022 - top) : 53;
  if (precision < 0) return 0;
  const int drop = bits - precision;
  const std::uint64_t half = 1ull << (drop - 1);
  const std::uint64_t low = q & ((half << 1) - 1);
  std::uint64_t mantissa = drop >= 64 ? 0 : q >> drop;
  if (low > half || (low == half && (!numerator.zero() || (mantissa & 1) != 0))) ++mantissa;
  return std::ldexp(static_cast<double>(mantissa), drop - shift);
}

constexpr std::array kTens = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                              1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                              1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

struct Decimal {
  bool negative = false;
  std::string digits;         // without leading zeros, at most 800 (more cannot change a rounding
                              // except through "not exactly half", which the last digit keeps)
  std::int64_t exponent = 0;  // of ten, for the digits read as an integer
};

Decimal read_decimal(std::string_view text) {
  constexpr std::size_t kMostDigits = 800;
  Decimal d;
  std::size_t i = 0;
  if (i < text.size() && (text[i] == '-' || text[i] == '+')) d.negative = text[i++] == '-';
  bool fraction = false;
  for (; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '.') {
      fraction = true;
    } else if (c >= '0' && c <= '9') {
      if (d.digits.size() >= kMostDigits) {
        if (c != '0') d.digits.back() |= 1;  // keeps "a little more than" for the rounding
        if (!fraction) ++d.exponent;
        continue;
      }
      if (!d.digits.empty() || c != '0') d.digits.push_back(c);
      if (fraction) --d.exponent;
    } else {
      break;
    }
  }
  if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
    bool negative = false;
    if (++i < text.size() && (text[i] == '-' || text[i] == '+')) negative = text[i++] == '-';
    std::int64_t exponent = 0;
    for (; i < text.size() && text[i] >= '0' && text[i] <= '9'; ++i) {
      if (exponent < 1'000'000'000) exponent = exponent * 10 + (text[i] - '0');
    }
    d.exponent += negative ? -exponent : exponent;
  }
  while (!d.digits.empty() && d.digits.back() == '0') {
    d.digits.pop_back();
    ++d.exponent;
  }
  return d;
}

}  // namespace

double json_number(std::string_view text) {
  const Decimal d = read_decimal(text);
  const auto size = static_cast<std::int64_t>(d.digits.size());
  const double sign = d.negative ? -1.0 : 1.0;
  if (size == 0 || size + d.exponent < -330) return sign * 0.0;
  if (size + d.exponent > 310) return sign * HUGE_VAL;
  if (size <= 15 && d.exponent >= -22 && d.exponent <= 22) {
    // Both operands are exact, so one rounding is the right one (Clinger 1990).
    double m = 0;
    for (const char c : d.digits) m = m * 10 + (c - '0');
    const auto ten = static_cast<std::size_t>(std::abs(d.exponent));
    return sign * (d.exponent < 0 ? m / kTens[ten] : m * kTens[ten]);
  }
  Big numerator;
  Big denominator;
  for (const char c : d.digits) numerator.times_plus(10, static_cast<std::uint32_t>(c - '0'));
  denominator.times_plus(1, 1);
  if (d.exponent >= 0) {
    numerator.times_power_of_ten(static_cast<int>(d.exponent));
  } else {
    denominator.times_power_of_ten(static_cast<int>(-d.exponent));
  }
  return sign * quotient(std::move(numerator), std::move(denominator));
}

void append_json_number(std::string& out, std::int64_t v) {
  out += std::to_string(v);
}

// Boost prints the shortest digits (Adams, "Ryū", 2018) as d.dddE±x; this lays them out as
// ECMAScript's Number::toString does.
void append_json_number(std::string& out, double v) {
  if (!std::isfinite(v)) {
    out += "null";
    return;
  }
  if (v == 0) {
    out += '0';
    return;
  }
  const json::value boxed(v);
  json::serializer serializer;
  serializer.reset(&boxed);
  std::array<char, 64> buffer;
  const auto text = serializer.read(buffer.data(), buffer.size());
  const Decimal d = read_decimal({text.data(), text.size()});
  const int size = static_cast<int>(d.digits.size());
  const int point = size + static_cast<int>(d.exponent);  // digits before the decimal point
  if (d.negative) out += '-';
  if (point >= size && point <= 21) {
    out += d.digits;
    out.append(static_cast<std::size_t>(point - size), '0');
  } else if (point > 0 && point <= 21) {
    out.append(d.digits, 0, static_cast<std::size_t>(point));
    out += '.';
    out.append(d.digits, static_cast<std::size_t>(point));
  } else if (point > -6 && point <= 0) {
    out += "0.";
    out.append(static_cast<std::size_t>(-point), '0');
    out += d.digits;
  } else {
    out += d.digits[0];
    if (size > 1) {
      out += '.';
      out.append(d.digits, 1);
    }
    out += 'e';
    if (point - 1 > 0) out += '+';
    out += std::to_string(point - 1);
  }
}

}  // namespace tutti
