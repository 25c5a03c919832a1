#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "engine/base/math.h"
#include "engine/base/random.h"
#include "engine/graph/player.h"
#include "engine/instruments/soundfont_subset.h"
#include "engine/project/compile.h"
#include "engine/project/edits.h"
#include "engine/project/files.h"
#include "engine/registry/registry.h"
#include "tests/wasm/cases.h"

namespace tutti::reference {
namespace {

constexpr double kRate = 48000;
constexpr int kBlock = 128;
const std::string kClip(64, 'c');

template <class T>
T must(Result<T> result) {
  if (result) return std::move(*result);
  std::fprintf(stderr, "%s %s\n", result.error().message.c_str(), result.error().next.c_str());
  std::exit(1);
}
void must(Result<void> result) {
  if (result) return;
  std::fprintf(stderr, "%s %s\n", result.error().message.c_str(), result.error().next.c_str());
  std::exit(1);
}

// One looped, one plucked instrument, with envelopes, filter and pan.
std::vector<std::byte> font_bytes(std::vector<std::int16_t>& frames) {
  instruments::SoundFont font;
  font.name = "Test";
  Random random(3);
  constexpr std::uint32_t kCycle = 110, kCycles = 40, kGap = 64;
  const auto add_sample = [&](const char* name, bool plucked) {
    const auto start = static_cast<std::uint32_t>(frames.size());
    for (std::uint32_t i = 0; i < kCycle * kCycles; ++i) {
      const double phase = static_cast<double>(i) / kCycle;
      double v = 0;
      for (int h = 1; h <= 8; ++h) v += math::sin(math::kTwoPi * phase * h) / h;
      if (plucked) v = v * math::exp(-phase / 8) + 0.05 * random.normal() * math::exp(-phase);
      frames.push_back(static_cast<std::int16_t>(9000 * v));
    }
    font.samples.push_back({name, start, start + kCycle * kCycles, start + kCycle * 4,
                            start + kCycle * 36, 44100, 69, 0, 0, 1});
    frames.insert(frames.end(), kGap, 0);
  };
  add_sample("looped", false);
  add_sample("plucked", true);
  font.frames = frames;
  const auto add_instrument = [&](const char* name, std::int32_t sample,
                                  std::vector<instruments::Generator> generators, int bank,
                                  int program) {
    instruments::Zone zone;
    zone.first_generator = static_cast<std::uint32_t>(font.generators.size());
    zone.generator_count = static_cast<std::uint32_t>(generators.size());
    zone.target = sample;
    font.generators.insert(font.generators.end(), generators.begin(), generators.end());
    font.instruments.push_back({name, {zone}});
    instruments::Zone whole;
    whole.target = static_cast<std::int32_t>(font.instruments.size()) - 1;
    font.presets.push_back({name, {bank, program}, {whole}});
  };
  // 54 loop mode, 34 attack, 38 release, 8 filter, 9 resonance, 17 pan, 10 modulation LFO to
  // filter, 6 vibrato LFO to pitch (timecents, cents, 0.1 %).
  add_instrument("Organ", 0,
                 {{54, 1}, {34, -4000}, {38, -2000}, {8, 9000}, {9, 60}, {10, 900}, {6, 20}}, 0, 0);
  add_instrument("Pluck", 1, {{17, 200}, {38, -3000}}, 0, 5);
  return must(instruments::write_soundfont(font));
}

project::Document tune() {
  project::Document document(1);
  must(project::set_title(document, "Reference"));
  must(project::set_tempo(document, 132));
  must(project::set_tempo(document, 88.5, 8_quarters));
  must(project::set_metre(document, 3, 4));
  const auto track = [&](const char* name, int program, double gain, double pan) {
    project::Track t;
    t.name = name;
    t.program = program;
    t.soundfont = "test";
    t.gain_db = gain;
    t.pan = pan;
    return must(project::add_track(document, t));
  };
  const auto organ = track("Organ", 0, -3, -0.4);
  const auto pluck = track("Pluck", 5, 2, 0.5);
  Random random(11);
  std::vector<score::Note> chords, line;
  for (int beat = 0; beat < 16; ++beat)
    for (int key : {48, 55, 64})
      chords.push_back({Ticks{beat * kTicksPerQuarter}, Ticks{kTicksPerQuarter * 3 / 2},
                        key + beat % 5, 40 + 5 * beat});
  for (int i = 0; i < 120; ++i)
    line.push_back({Ticks{static_cast<std::int64_t>(random.below(16 * kTicksPerQuarter))},
                    Ticks{1 + static_cast<std::int64_t>(random.below(kTicksPerQuarter))},
                    static_cast<int>(50 + random.below(40)),
                    static_cast<int>(1 + random.below(127))});
  must(project::add_notes(document, organ, chords));
  must(project::add_notes(document, pluck, line));
  project::Track audio;
  audio.name = "Voice";
  audio.kind = project::TrackKind::audio;
  project::Take take;
  take.blob = kClip;
  take.rate = 44100;
  take.frames = 44100;
  take.start = 2_quarters;
  must(project::add_take(document, must(project::add_track(document, audio)), take));
  return document;
}

std::vector<float> planar(const std::vector<float>& left, const std::vector<float>& right) {
  auto all = left;
  all.insert(all.end(), right.begin(), right.end());
  return all;
}

// `before(block)` may give the player commands.
template <class Before>
std::vector<float> run(graph::Player& player, int blocks, Before before) {
  std::vector<float> left(static_cast<std::size_t>(blocks) * kBlock), right(left.size());
  for (int b = 0; b < blocks; ++b) {
    before(b);
    player.process(left.data() + b * kBlock, right.data() + b * kBlock, kBlock);
  }
  return planar(left, right);
}

std::vector<float> clip() {
  std::vector<float> samples(44100);
  for (std::size_t i = 0; i < samples.size(); ++i)
    samples[i] =
        static_cast<float>(0.2 * math::sin(math::kTwoPi * 330 * static_cast<double>(i) / 44100));
  return samples;
}

}  // namespace

void tune_case(const std::filesystem::path& out) {
  std::vector<std::int16_t> frames;
  const auto font = font_bytes(frames);
  const auto document = tune();
  const auto plan = must(project::compile(document, {.one_node_a_track = true}));
  write(out / "font.sf2", font);
  write_values(out / "clip.f32", clip());
  write_text(out / "tune.tutti", project::save_tutti(document));
  write(out / "tune.plan", graph::encode(plan));

  const auto set_up = [&](graph::Player& player) {
    must(player.prepare(kRate, kBlock));
    must(player.adopt(plan));
    must(player.add_resource("sf:test", std::span<const std::byte>(font)));
    must(player.add_audio(kClip, 44100, clip(), {}));
    player.play();
  };
  graph::Player plain(registry::factory());
  set_up(plain);
  write_values(out / "tune.f32", run(plain, 3000, [](int) {}));

  graph::Player moved(registry::factory());
  set_up(moved);
  write_values(out / "moved.f32", run(moved, 1500, [&](int block) {
                 const auto organ = plan.nodes[0].id;
                 if (block == 0) moved.set_metronome(true, -10);
                 if (block == 100) moved.event(organ, 0x90, 72, 100);
                 if (block == 200) moved.set_speed(1.37);
                 if (block == 300) moved.seek(6_quarters);
                 if (block == 400) moved.set_loop(6_quarters, 7_quarters, true);
                 if (block == 500) moved.event(organ, 0x80, 72, 64);
                 if (block == 900) moved.set_loop({}, {}, false);
                 if (block == 1200) moved.stop();
               }));
}

void general_midi_case(const std::filesystem::path& out, const std::filesystem::path& soundfont) {
  std::ifstream file(soundfont, std::ios::binary);
  const std::vector<char> chars((std::istreambuf_iterator<char>(file)), {});
  const auto bytes = std::as_bytes(std::span(chars));
  const auto font = must(instruments::read_soundfont(bytes));

  project::Document document(2);
  must(project::set_tempo(document, 100));
  Random random(5);
  const int programs[] = {0, 6, 19, 24, 33, 40, 48, 56, 61, 65, 73, 81, 88, 103, 114};
  const auto add = [&](int program, int channel) {
    project::Track t;
    t.name = "T";
    t.program = program;
    t.channel = channel;
    t.soundfont = "gm";
    t.gain_db = -8;
    const auto id = must(project::add_track(document, t));
    std::vector<score::Note> notes;
    for (int i = 0; i < 24; ++i)
      notes.push_back(
          {Ticks{static_cast<std::int64_t>(random.below(8 * kTicksPerQuarter))},
           Ticks{kTicksPerQuarter / 4 + static_cast<std::int64_t>(random.below(kTicksPerQuarter))},
           static_cast<int>(36 + random.below(48)), static_cast<int>(30 + random.below(90))});
    must(project::add_notes(document, id, notes));
    const instruments::PresetId preset[] = {
        channel == 9 ? instruments::PresetId{instruments::kDrumBank, program}
                     : instruments::PresetId{0, program}};
    const auto name =
        "gm-" + std::to_string(preset[0].bank) + "-" + std::to_string(program) + ".sf2";
    write(out / name, must(instruments::subset_soundfont(font, preset)));
  };
  for (int program : programs) add(program, 0);
  add(0, 9);
  write_text(out / "gm.tutti", project::save_tutti(document));

  graph::Player player(registry::factory());
  must(player.prepare(kRate, kBlock));
  must(player.adopt(must(project::compile(document))));
  must(player.add_resource("sf:gm", bytes));
  for (const auto& name : player.missing()) std::fprintf(stderr, "missing: %s\n", name.c_str());
  player.play();
  write_values(out / "gm.f32", run(player, 2400, [](int) {}));
}

}  // namespace tutti::reference
