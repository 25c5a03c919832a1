#include "engine/project/pitch_text.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

#include "engine/base/json.h"
#include "engine/base/math.h"

namespace tutti::project {
namespace {

constexpr std::size_t kMostValues = 2'000'000;
constexpr std::int64_t kFirst = 6000;     // differences begin at middle C
constexpr std::int64_t kHighest = 15000;  // cents; far above hearing
constexpr std::string_view kDigits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void put_number(std::vector<std::uint8_t>& out, std::uint64_t v) {
  for (; v >= 0x80; v >>= 7) out.push_back(static_cast<std::uint8_t>(v | 0x80));
  out.push_back(static_cast<std::uint8_t>(v));
}

bool get_number(std::span<const std::uint8_t>& in, std::uint64_t& out) {
  out = 0;
  for (int shift = 0; shift < 35; shift += 7) {
    if (in.empty()) return false;
    const std::uint8_t byte = in.front();
    in = in.subspan(1);
    out |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
    if (byte < 0x80) return true;
  }
  return false;
}

std::string to_base64(const std::vector<std::uint8_t>& bytes) {
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t n = std::min<std::size_t>(3, bytes.size() - i);
    std::uint32_t word = 0;
    for (std::size_t k = 0; k < 3; ++k) {
      word = word << 8 | (k < n ? bytes[i + k] : std::uint8_t{0});
    }
    for (std::size_t k = 0; k < 4; ++k) out += k <= n ? kDigits[word >> (18 - 6 * k) & 63] : '=';
  }
  return out;
}

bool from_base64(std::string_view text, std::vector<std::uint8_t>& out) {
  if (text.size() % 4 != 0) return false;
  for (std::size_t i = 0; i < text.size(); i += 4) {
    const bool last = i + 4 == text.size();
    std::size_t n = 4;
    if (last && text[i + 3] == '=') n = text[i + 2] == '=' ? 2 : 3;
    std::uint32_t word = 0;
    for (std::size_t k = 0; k < 4; ++k) {
      const std::size_t digit = k < n ? kDigits.find(text[i + k]) : 0;
      if (digit == std::string_view::npos) return false;
      word = word << 6 | static_cast<std::uint32_t>(digit);
    }
    for (std::size_t k = 0; k + 1 < n; ++k) {
      out.push_back(static_cast<std::uint8_t>(word >> (16 - 8 * k) & 0xFF));
    }
  }
  return true;
}

Error wrong() {
  return {Code::bad_input, "The pitch curve of a recording cannot be read.",
          "Transcribe the recording again."};
}

}  // namespace

// Numbers of seven bits a byte, least first: 0 and a count for unvoiced values, else one more than
// the difference in cents with its sign in the lowest bit.
std::string pitch_to_text(const PitchCurve& curve) {
  std::vector<std::uint8_t> bytes;
  std::int64_t last = kFirst;
  const std::size_t count = std::min(curve.hz.size(), kMostValues);
  for (std::size_t i = 0; i < count;) {
    if (!(curve.hz[i] > 0) || !std::isfinite(curve.hz[i])) {
      std::size_t run = 0;
      for (; i < count && (!(curve.hz[i] > 0) || !std::isfinite(curve.hz[i])); ++i) ++run;
      put_number(bytes, 0);
      put_number(bytes, run);
      continue;
    }
    const double exact = 100 * math::hz_to_midi(static_cast<double>(curve.hz[i++]));
    const auto cents =
        std::clamp<std::int64_t>(static_cast<std::int64_t>(std::floor(exact + 0.5)), 0, kHighest);
    const std::int64_t step = cents - last;
    put_number(bytes, 1 + static_cast<std::uint64_t>(step < 0 ? -2 * step - 1 : 2 * step));
    last = cents;
  }
  std::string out;
  append_json_number(out, curve.hop);
  return out + ';' + to_base64(bytes);
}

Result<PitchCurve> pitch_from_text(std::string_view text) {
  const std::size_t mark = text.find(';');
  if (mark == text.npos) return wrong();
  PitchCurve curve;
  const auto hop = parse_json(text.substr(0, mark));
  if (!hop || !json_get(&*hop, curve.hop) || !(curve.hop > 0)) return wrong();
  std::vector<std::uint8_t> bytes;
  if (!from_base64(text.substr(mark + 1), bytes)) return wrong();
  std::span<const std::uint8_t> in(bytes);
  std::int64_t cents = kFirst;
  while (!in.empty()) {
    std::uint64_t code = 0;
    if (!get_number(in, code)) return wrong();
    if (code == 0) {
      std::uint64_t run = 0;
      if (!get_number(in, run) || run > kMostValues - curve.hz.size()) return wrong();
      curve.hz.insert(curve.hz.end(), static_cast<std::size_t>(run), 0.0f);
      continue;
    }
    const auto step = static_cast<std::int64_t>(code - 1);
    cents += step % 2 != 0 ? -(step + 1) / 2 : step / 2;
    if (cents < 0 || cents > kHighest || curve.hz.size() >= kMostValues) return wrong();
    curve.hz.push_back(static_cast<float>(math::midi_to_hz(static_cast<double>(cents) / 100)));
  }
  return curve;
}

}  // namespace tutti::project
