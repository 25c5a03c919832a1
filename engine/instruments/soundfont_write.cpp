#include <cstring>
#include <string_view>

#include "engine/instruments/generators.h"
#include "engine/instruments/soundfont.h"

namespace tutti::instruments {
namespace {

using Bytes = std::vector<std::byte>;

void put8(Bytes& b, unsigned v) {
  b.push_back(static_cast<std::byte>(v));
}
void put16(Bytes& b, unsigned v) {
  put8(b, v & 0xff);
  put8(b, v >> 8 & 0xff);
}
void put32(Bytes& b, std::uint32_t v) {
  put16(b, v & 0xffff);
  put16(b, v >> 16);
}
void put_id(Bytes& b, std::string_view id) {
  for (char c : id) put8(b, static_cast<unsigned char>(c));
}
void put_name(Bytes& b, std::string_view name) {
  for (std::size_t i = 0; i < 20; ++i) {
    put8(b, i < name.size() && i < 19 ? static_cast<unsigned char>(name[i]) : 0);
  }
}
void put_chunk(Bytes& b, std::string_view id, const Bytes& body) {
  put_id(b, id);
  put32(b, static_cast<std::uint32_t>(body.size()));
  b.insert(b.end(), body.begin(), body.end());
  if (body.size() & 1) put8(b, 0);
}
void put_list(Bytes& b, std::string_view id, const Bytes& body) {
  put_id(b, "LIST");
  put32(b, static_cast<std::uint32_t>(body.size() + 4));
  put_id(b, id);
  b.insert(b.end(), body.begin(), body.end());
}
void put_text(Bytes& b, std::string_view id, std::string_view text) {
  if (text.empty()) return;
  Bytes body;
  for (char c : text.substr(0, 65534)) put8(body, static_cast<unsigned char>(c));
  put8(body, 0);
  if (body.size() & 1) put8(body, 0);
  put_chunk(b, id, body);
}

// The bags, generators and modulators of presets or of instruments.
struct ZoneTables {
  Bytes bags, generators, modulators;
  std::size_t bag_count = 0;

  void add(const SoundFont& font, const Zone& zone, unsigned link) {
    bag();
    for (std::uint32_t g = 0; g < zone.generator_count; ++g) {
      const Generator& generator = font.generators[zone.first_generator + g];
      put16(generators, generator.kind);
      put16(generators, static_cast<std::uint16_t>(generator.amount));
    }
    if (zone.target >= 0) {
      put16(generators, link);
      put16(generators, static_cast<unsigned>(zone.target));
    }
    for (std::uint32_t m = 0; m < zone.modulator_count; ++m) {
      const Modulator& mod = font.modulators[zone.first_modulator + m];
      put16(modulators, mod.source);
      put16(modulators, mod.destination);
      put16(modulators, static_cast<std::uint16_t>(mod.amount));
      put16(modulators, mod.amount_source);
      put16(modulators, mod.transform);
    }
  }
  void bag() {
    put16(bags, static_cast<unsigned>(generators.size() / 4));
    put16(bags, static_cast<unsigned>(modulators.size() / 10));
    ++bag_count;
  }
  void finish() {
    bag();
    generators.resize(generators.size() + 4);
    modulators.resize(modulators.size() + 10);
  }
  bool fits() const {
    return bag_count <= 65535 && generators.size() / 4 <= 65535 && modulators.size() / 10 <= 65535;
  }
};

}  // namespace

Result<std::vector<std::byte>> write_soundfont(const SoundFont& font) {
  const Error too_large{Code::too_large, "These instruments do not fit into one SoundFont file.",
                        "Choose fewer instruments."};
  if (font.frames.size() > 0x7ffffff0u / 2 || font.samples.size() > 65535 ||
      font.instruments.size() > 65535 || font.presets.size() > 65535) {
    return too_large;
  }
  Bytes phdr, inst, shdr;
  ZoneTables preset_zones, instrument_zones;
  for (const Preset& preset : font.presets) {
    put_name(phdr, preset.name);
    put16(phdr, static_cast<unsigned>(preset.id.program));
    put16(phdr, static_cast<unsigned>(preset.id.bank));
    put16(phdr, static_cast<unsigned>(preset_zones.bag_count));
    for (int i = 0; i < 3; ++i) put32(phdr, 0);
    for (const Zone& zone : preset.zones) preset_zones.add(font, zone, gen::instrument);
    if (!preset_zones.fits()) return too_large;
  }
  put_name(phdr, "EOP");
  put32(phdr, 0);
  put16(phdr, static_cast<unsigned>(preset_zones.bag_count));
  for (int i = 0; i < 3; ++i) put32(phdr, 0);
  preset_zones.finish();

  for (const Instrument& instrument : font.instruments) {
    put_name(inst, instrument.name);
    put16(inst, static_cast<unsigned>(instrument_zones.bag_count));
    for (const Zone& zone : instrument.zones) instrument_zones.add(font, zone, gen::sample_id);
    if (!instrument_zones.fits()) return too_large;
  }
  put_name(inst, "EOI");
  put16(inst, static_cast<unsigned>(instrument_zones.bag_count));
  instrument_zones.finish();
  if (!preset_zones.fits() || !instrument_zones.fits()) return too_large;

  for (const SampleHeader& s : font.samples) {
    put_name(shdr, s.name);
    for (std::uint32_t v : {s.start, s.end, s.loop_start, s.loop_end, s.rate}) put32(shdr, v);
    put8(shdr, s.original_key);
    put8(shdr, static_cast<std::uint8_t>(s.correction));
    put16(shdr, s.link);
    put16(shdr, s.type);
  }
  put_name(shdr, "EOS");
  shdr.resize(shdr.size() + 26);

  Bytes info, sdta, pdta, version, smpl(font.frames.size() * 2);
  put16(version, 2);
  put16(version, 4);
  put_chunk(info, "ifil", version);
  put_text(info, "isng", "EMU8000");
  put_text(info, "INAM",
           font.name.empty() ? std::string_view("SoundFont") : std::string_view(font.name));
  put_text(info, "IENG", font.author);
  put_text(info, "ICOP", font.copyright);
  put_text(info, "ICMT", font.comment);
  if (!font.frames.empty()) std::memcpy(smpl.data(), font.frames.data(), smpl.size());
  put_chunk(sdta, "smpl", smpl);
  put_chunk(pdta, "phdr", phdr);
  put_chunk(pdta, "pbag", preset_zones.bags);
  put_chunk(pdta, "pmod", preset_zones.modulators);
  put_chunk(pdta, "pgen", preset_zones.generators);
  put_chunk(pdta, "inst", inst);
  put_chunk(pdta, "ibag", instrument_zones.bags);
  put_chunk(pdta, "imod", instrument_zones.modulators);
  put_chunk(pdta, "igen", instrument_zones.generators);
  put_chunk(pdta, "shdr", shdr);

  Bytes lists, file;
  put_id(lists, "sfbk");
  put_list(lists, "INFO", info);
  put_list(lists, "sdta", sdta);
  put_list(lists, "pdta", pdta);
  put_chunk(file, "RIFF", lists);
  return file;
}

}  // namespace tutti::instruments
