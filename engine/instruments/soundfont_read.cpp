#include <algorithm>
#include <bit>
#include <cstring>
#include <string_view>

#include "engine/instruments/generators.h"
#include "engine/instruments/soundfont.h"

static_assert(std::endian::native == std::endian::little, "sample data is viewed in place");

namespace tutti::instruments {
namespace {

using Bytes = std::span<const std::byte>;

std::uint8_t u8(Bytes b, std::size_t at) {
  return static_cast<std::uint8_t>(b[at]);
}
std::uint16_t u16(Bytes b, std::size_t at) {
  return static_cast<std::uint16_t>(u8(b, at) | u8(b, at + 1) << 8);
}
std::uint32_t u32(Bytes b, std::size_t at) {
  return u16(b, at) | static_cast<std::uint32_t>(u16(b, at + 2)) << 16;
}
bool is(Bytes b, std::size_t at, std::string_view four) {
  return b.size() >= at + 4 && std::memcmp(b.data() + at, four.data(), 4) == 0;
}

// Text up to the first zero, printable ASCII only (others become '?').
std::string text(Bytes b) {
  std::string s;
  for (std::byte raw : b) {
    const auto c = static_cast<unsigned char>(raw);
    if (c == 0) break;
    s += c >= 32 && c < 127                      ? static_cast<char>(c)
         : (c == '\n' || c == '\r' || c == '\t') ? ' '
                                                 : '?';
  }
  while (!s.empty() && s.back() == ' ') s.pop_back();
  return s;
}

Error bad(std::string message) {
  return {Code::bad_input, std::move(message),
          "Check that the file is a SoundFont 2 (.sf2) and was copied whole, or get it again."};
}

struct Chunks {
  Bytes info, pdta;
  Bytes smpl;
};

// Walks the sub-chunks of `list`; `take(id offset, body)`. A chunk that claims more than there is
// ends the walk with false.
template <class Take>
bool walk(Bytes list, Take&& take) {
  std::size_t at = 0;
  while (list.size() - at >= 8) {
    const std::size_t size = u32(list, at + 4);
    if (size > list.size() - at - 8) return false;
    take(at, list.subspan(at + 8, size));
    at += 8 + size + (size & 1);
    if (at > list.size()) break;
  }
  return true;
}

struct Tables {
  Bytes phdr, pbag, pmod, pgen, inst, ibag, imod, igen, shdr;
};

class Reader {
 public:
  explicit Reader(Bytes bytes) : bytes_(bytes) {}

  Result<SoundFont> read() {
    if (auto r = find_chunks(); !r) return r.error();
    if (auto r = find_tables(); !r) return r.error();
    if (auto r = read_samples(); !r) return r.error();
    if (auto r = read_instruments(); !r) return r.error();
    if (auto r = read_presets(); !r) return r.error();
    if (dropped_ > 0) {
      font_.warnings.push_back(std::to_string(dropped_) +
                               " zones of this SoundFont point nowhere and are left out.");
    }
    return std::move(font_);
  }

 private:
  Result<void> find_chunks() {
    if (bytes_.size() < 12) return bad("This file is too short to be a SoundFont.");
    if (!is(bytes_, 0, "RIFF") || !is(bytes_, 8, "sfbk")) {
      return bad("This file is not a SoundFont 2 file.");
    }
    const std::size_t size = std::min<std::size_t>(u32(bytes_, 4), bytes_.size() - 8);
    if (size < 4) return bad("This SoundFont is empty.");
    Bytes info, sdta, pdta;
    const bool whole = walk(bytes_.subspan(12, size - 4), [&](std::size_t at, Bytes body) {
      if (!is(bytes_, 12 + at, "LIST") || body.size() < 4) return;
      if (is(body, 0, "INFO")) info = body.subspan(4);
      if (is(body, 0, "sdta")) sdta = body.subspan(4);
      if (is(body, 0, "pdta")) pdta = body.subspan(4);
    });
    if (!whole || pdta.empty())
      return bad("This SoundFont is cut off: its preset list is missing.");
    pdta_ = pdta;

    int major = 2;
    walk(info, [&](std::size_t at, Bytes body) {
      if (is(info, at, "INAM")) font_.name = text(body);
      if (is(info, at, "IENG")) font_.author = text(body);
      if (is(info, at, "ICOP")) font_.copyright = text(body);
      if (is(info, at, "ICMT")) font_.comment = text(body);
      if (is(info, at, "ifil") && body.size() >= 4) major = u16(body, 0);
    });
    Bytes smpl;
    walk(sdta, [&](std::size_t at, Bytes body) {
      if (is(sdta, at, "smpl")) smpl = body;
    });
    if (major == 3 || is(smpl, 0, "OggS")) {
      return Error{Code::unsupported, "This SoundFont keeps its samples compressed (SF3).",
                   "Install one with plain samples (fluid-soundfont-gm, or "
                   "musescore-general-soundfont-lossless), or expand this one to SF2 with: "
                   "sf3convert -x in.sf3 out.sf2"};
    }
    if (major != 2)
      return bad("This SoundFont has a version that is not known (" + std::to_string(major) + ").");
    view_frames(smpl);
    return {};
  }

  void view_frames(Bytes smpl) {
    const std::size_t count = smpl.size() / 2;
    if (reinterpret_cast<std::uintptr_t>(smpl.data()) % alignof(std::int16_t) == 0) {
      font_.frames = {reinterpret_cast<const std::int16_t*>(smpl.data()), count};
      return;
    }
    auto copy = std::make_shared<std::vector<std::int16_t>>(count);
    if (count > 0) std::memcpy(copy->data(), smpl.data(), count * 2);
    font_.frames = *copy;
    font_.keep_alive = copy;
  }

  Result<void> find_tables() {
    struct Entry {
      std::string_view id;
      Bytes* bytes;
      std::size_t record;
    };
    const Entry entries[] = {
        {"phdr", &t_.phdr, 38}, {"pbag", &t_.pbag, 4},  {"pmod", &t_.pmod, 10},
        {"pgen", &t_.pgen, 4},  {"inst", &t_.inst, 22}, {"ibag", &t_.ibag, 4},
        {"imod", &t_.imod, 10}, {"igen", &t_.igen, 4},  {"shdr", &t_.shdr, 46}};
    walk(pdta_, [&](std::size_t at, Bytes body) {
      for (const Entry& e : entries) {
        if (is(pdta_, at, e.id)) *e.bytes = body;
      }
    });
    for (const Entry& e : entries) {
      if (e.bytes->size() % e.record != 0 || e.bytes->size() < e.record) {
        return bad("This SoundFont's table \"" + std::string(e.id) + "\" is missing or damaged.");
      }
    }
    return {};
  }

  Result<void> read_samples() {
    const auto total =
        static_cast<std::uint32_t>(std::min<std::size_t>(font_.frames.size(), 0xffffffffu));
    int repaired = 0;
    for (std::size_t at = 0; at + 46 < t_.shdr.size(); at += 46) {
      SampleHeader s;
      s.name = text(t_.shdr.subspan(at, 20));
      s.start = u32(t_.shdr, at + 20);
      s.end = u32(t_.shdr, at + 24);
      s.loop_start = u32(t_.shdr, at + 28);
      s.loop_end = u32(t_.shdr, at + 32);
      s.rate = u32(t_.shdr, at + 36);
      s.original_key = u8(t_.shdr, at + 40);
      s.correction = static_cast<std::int8_t>(u8(t_.shdr, at + 41));
      s.link = u16(t_.shdr, at + 42);
      s.type = u16(t_.shdr, at + 44);
      const SampleHeader as_found = s;
      s.end = std::min(s.end, total);
      s.start = std::min(s.start, s.end);
      // A loop may end one frame after the sample, but never outside the data.
      s.loop_end = std::clamp(s.loop_end, s.start, s.end);
      s.loop_start = std::clamp(s.loop_start, s.start, s.loop_end);
      if (s.rate == 0) s.rate = 44100;
      s.rate = std::clamp<std::uint32_t>(s.rate, 400, 192000);
      if (s.original_key > 127) s.original_key = 60;
      if (s.end != as_found.end || s.start != as_found.start) ++repaired;
      font_.samples.push_back(std::move(s));
    }
    if (font_.samples.empty())
      font_.warnings.push_back("This SoundFont has no samples: it is silent.");
    if (repaired > 0) {
      font_.warnings.push_back(std::to_string(repaired) +
                               " samples of this SoundFont reach past its end and are shortened.");
    }
    return {};
  }

  // The zones lo … hi-1 of a bag table. `link` is the generator that ends a zone.
  Result<std::vector<Zone>> zones(Bytes bags, Bytes gens, Bytes mods, std::size_t lo,
                                  std::size_t hi, int link, std::size_t targets) {
    std::vector<Zone> out;
    for (std::size_t bag = lo; bag < hi; ++bag) {
      const std::size_t g0 = u16(bags, bag * 4), g1 = u16(bags, bag * 4 + 4);
      const std::size_t m0 = u16(bags, bag * 4 + 2), m1 = u16(bags, bag * 4 + 6);
      if (g1 < g0 || m1 < m0 || g1 * 4 > gens.size() || m1 * 10 > mods.size()) {
        return bad("This SoundFont's zones are out of order.");
      }
      Zone zone;
      zone.first_generator = static_cast<std::uint32_t>(font_.generators.size());
      bool dropped = false;
      for (std::size_t g = g0; g < g1; ++g) {
        const Generator generator{u16(gens, g * 4),
                                  static_cast<std::int16_t>(u16(gens, g * 4 + 2))};
        if (generator.kind == link) {
          const auto target = static_cast<std::uint16_t>(generator.amount);
          if (target < targets)
            zone.target = target;
          else
            dropped = true;
          break;  // what follows the link is ignored (§8.1.2 #41, #53)
        }
        const bool range =
            generator.kind == gen::key_range || generator.kind == gen::velocity_range;
        if (range || gen::is_voice_generator(generator.kind)) font_.generators.push_back(generator);
      }
      zone.generator_count =
          static_cast<std::uint32_t>(font_.generators.size()) - zone.first_generator;
      zone.first_modulator = static_cast<std::uint32_t>(font_.modulators.size());
      for (std::size_t m = m0; m < m1; ++m) {
        font_.modulators.push_back({u16(mods, m * 10), u16(mods, m * 10 + 2),
                                    static_cast<std::int16_t>(u16(mods, m * 10 + 4)),
                                    u16(mods, m * 10 + 6), u16(mods, m * 10 + 8)});
      }
      zone.modulator_count =
          static_cast<std::uint32_t>(font_.modulators.size()) - zone.first_modulator;
      const bool global = zone.target < 0 && out.empty() && bag == lo && !dropped;
      if (zone.target < 0 && !global) {
        font_.generators.resize(zone.first_generator);
        font_.modulators.resize(zone.first_modulator);
        ++dropped_;
        continue;
      }
      out.push_back(zone);
    }
    return out;
  }

  Result<void> read_instruments() {
    const std::size_t count = t_.inst.size() / 22 - 1, bags = t_.ibag.size() / 4;
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t lo = u16(t_.inst, i * 22 + 20), hi = u16(t_.inst, i * 22 + 42);
      if (hi < lo || hi >= bags) return bad("This SoundFont's instruments are out of order.");
      auto z = zones(t_.ibag, t_.igen, t_.imod, lo, hi, gen::sample_id, font_.samples.size());
      if (!z) return z.error();
      font_.instruments.push_back({text(t_.inst.subspan(i * 22, 20)), std::move(*z)});
      if (auto r = check_size(); !r) return r;
    }
    return {};
  }

  Result<void> read_presets() {
    const std::size_t count = t_.phdr.size() / 38 - 1, bags = t_.pbag.size() / 4;
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t lo = u16(t_.phdr, i * 38 + 24), hi = u16(t_.phdr, i * 38 + 62);
      if (hi < lo || hi >= bags) return bad("This SoundFont's presets are out of order.");
      auto z = zones(t_.pbag, t_.pgen, t_.pmod, lo, hi, gen::instrument, font_.instruments.size());
      if (!z) return z.error();
      Preset p{text(t_.phdr.subspan(i * 38, 20)),
               {u16(t_.phdr, i * 38 + 22), u16(t_.phdr, i * 38 + 20)},
               std::move(*z)};
      if (p.id.program > 127 || p.id.bank > 16383) {
        ++dropped_;
        continue;
      }
      font_.presets.push_back(std::move(p));
      if (auto r = check_size(); !r) return r;
    }
    if (font_.presets.empty()) return bad("This SoundFont has no presets.");
    std::stable_sort(font_.presets.begin(), font_.presets.end(),
                     [](const Preset& a, const Preset& b) { return a.id < b.id; });
    const auto twins = std::unique(font_.presets.begin(), font_.presets.end(),
                                   [](const Preset& a, const Preset& b) { return a.id == b.id; });
    font_.presets.erase(twins, font_.presets.end());
    return {};
  }

  // Overlapping bag ranges could multiply a small file into gigabytes; a real one cannot pass this.
  Result<void> check_size() {
    if (font_.generators.size() > 4'000'000 || font_.modulators.size() > 4'000'000) {
      return Error{Code::too_large, "This SoundFont has more zones than can be used.",
                   "Use a SoundFont with fewer presets."};
    }
    return {};
  }

  Bytes bytes_, pdta_;
  Tables t_;
  SoundFont font_;
  int dropped_ = 0;
};

}  // namespace

const Preset* SoundFont::find(PresetId id) const noexcept {
  const auto at = std::lower_bound(presets.begin(), presets.end(), id,
                                   [](const Preset& p, PresetId i) { return p.id < i; });
  return at != presets.end() && at->id == id ? &*at : nullptr;
}

Result<SoundFont> read_soundfont(std::span<const std::byte> bytes) {
  return Reader(bytes).read();
}

Result<SoundFont> read_soundfont(std::vector<std::byte> bytes) {
  auto owned = std::make_shared<std::vector<std::byte>>(std::move(bytes));
  auto font = Reader(*owned).read();
  if (font && !font->keep_alive) font->keep_alive = owned;
  return font;
}

}  // namespace tutti::instruments
