#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "engine/base/arena.h"
#include "engine/base/math.h"
#include "engine/base/random.h"
#include "engine/graph/player.h"
#include "engine/project/compile.h"
#include "engine/project/edits.h"
#include "engine/project/files.h"
#include "engine/registry/effects.h"
#include "engine/registry/registry.h"
#include "engine/registry/synth_names.h"
#include "tests/wasm/cases.h"

namespace tutti::reference {
namespace {

constexpr double kRate = 48000;
constexpr int kBlock = 128;
constexpr int kBlocks = 1500;
const std::string kClip(64, 'c');
const std::string kVoice(64, 'd');

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

std::vector<float> floats(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  const std::vector<char> bytes((std::istreambuf_iterator<char>(file)), {});
  std::vector<float> values(bytes.size() / sizeof(float));
  std::copy_n(bytes.data(), values.size() * sizeof(float), reinterpret_cast<char*>(values.data()));
  return values;
}

// Noise under a voice-like tone that comes and goes, left and right unlike; planar.
std::vector<float> voice(int frames) {
  Random random(21);
  std::vector<float> all(2 * static_cast<std::size_t>(frames));
  for (int i = 0; i < frames; ++i) {
    const double t = i / kRate;
    const double swell = 0.5 - 0.5 * math::cos(math::kTwoPi * 0.9 * t);
    for (int c = 0; c < 2; ++c) {
      double v = 0.01 * random.normal();
      for (int h = 1; h <= 5; ++h)
        v += swell * 0.2 * math::sin(math::kTwoPi * (180 + 3 * c) * h * t) / h;
      all[static_cast<std::size_t>(i + c * frames)] = static_cast<float>(v);
    }
  }
  return all;
}

// Every parameter somewhere in its range, always the same.
std::vector<std::pair<std::string, double>> shifted(const param::EffectInfo& info) {
  Random random(7);
  std::vector<std::pair<std::string, double>> params;
  for (const auto& p : info.parameters) {
    const double at = param::to_travel(p, p.initial);
    params.emplace_back(std::string(p.id),
                        param::from_travel(p, at + 0.25 * (random.uniform() - 0.5)));
  }
  return params;
}

project::Document mix() {
  project::Document d(1);
  must(project::set_title(d, "Mix"));
  must(project::set_tempo(d, 126));
  must(project::set_master_gain(d, -3));
  const auto track = [&](const char* name, project::TrackKind kind, int program, double pan) {
    project::Track t;
    t.name = name;
    t.kind = kind;
    t.program = program;
    t.soundfont = "test";
    t.pan = pan;
    t.trim_db = kind == project::TrackKind::notes ? 9 : 0;
    return must(project::add_track(d, t));
  };
  using enum project::TrackKind;
  const project::EntityId organ = track("Organ", notes, 0, -0.3);
  const project::EntityId pluck = track("Pluck", notes, 5, 0.4);
  const project::EntityId tone = track("Tone", audio, 0, 0);
  const project::EntityId voice = track("Voice", audio, 0, 0.1);
  const project::EntityId group = track("Group", bus, 0, 0);
  const project::EntityId hall = track("Hall", bus, 0, 0);
  std::vector<score::Note> chords, line;
  Random random(5);
  for (int beat = 0; beat < 16; ++beat)
    for (const int key : {45, 52, 60})
      chords.push_back(
          {Ticks{beat * kTicksPerQuarter}, Ticks{kTicksPerQuarter}, key + beat % 4, 90});
  for (int i = 0; i < 60; ++i)
    line.push_back({Ticks{static_cast<std::int64_t>(random.below(8 * kTicksPerQuarter))},
                    Ticks{4000}, static_cast<int>(55 + random.below(30)), 100});
  must(project::add_notes(d, organ, chords));
  must(project::add_notes(d, pluck, line));
  // Every synthesiser: a few chords, a voice or two more than at once before.
  for (const auto& synth : registry::synth_names()) {
    const project::EntityId id = track(std::string(synth.name).c_str(), notes, 0, 0);
    must(project::set_instrument(d, id, synth.id));
    std::vector<score::Note> some;
    for (int i = 0; i < 12; ++i) {
      some.push_back({Ticks{static_cast<std::int64_t>(random.below(6 * kTicksPerQuarter))},
                      Ticks{static_cast<std::int64_t>(2000 + random.below(2 * kTicksPerQuarter))},
                      static_cast<int>(36 + random.below(40)), 90});
    }
    must(project::add_notes(d, id, some));
  }
  const auto take = [&](project::EntityId owner, const std::string& blob, double rate, int frames,
                        int channels, Ticks start) {
    project::Take t;
    t.blob = blob;
    t.rate = rate;
    t.frames = frames;
    t.channels = channels;
    t.start = start;
    t.fade_in = 0.05;
    t.fade_out = 0.2;
    must(project::add_take(d, owner, t));
  };
  take(tone, kClip, 44100, 44100, 1, 1_quarters);
  take(tone, kClip, 44100, 44100, 1, 4_quarters);
  take(voice, kVoice, 48000, 96000, 2, {});
  must(project::set_output(d, organ, group));
  must(project::set_output(d, pluck, group));
  const auto send = [&](project::EntityId from, double db, bool pre) {
    project::Send s;
    s.to = hall;
    s.gain_db = db;
    s.pre = pre;
    return must(project::add_send(d, from, s));
  };
  const auto sent = send(voice, -9, false);
  send(group, -14, true);
  // Every effect, dealt out over the strips; those that listen to another track do.
  const project::EntityId strips[] = {organ, pluck, tone, voice, group, hall, project::kRoot};
  std::size_t turn = 0;
  for (const auto* info : registry::effects()) {
    project::Device device;
    device.effect = info->id;
    device.params = shifted(*info);
    const project::EntityId owner = strips[turn++ % std::size(strips)];
    if (info->side_chain && (owner == tone || owner == group)) device.side = voice;
    const auto id = must(project::add_device(d, owner, device));
    for (const auto& p : info->parameters) {
      // The first knob of each moves.
      if (p.structural || p.scale == param::Scale::choice || p.scale == param::Scale::toggle)
        continue;
      const auto lane = must(
          project::add_lane(d, owner, "device:" + project::to_text(id) + ":" + std::string(p.id)));
      must(project::add_point(d, lane, {{}, {}, p.initial, graph::Shape::smooth, 0}));
      must(project::add_point(d, lane,
                              {{}, 6_quarters, param::from_travel(p, 0.6), graph::Shape::hold, 0}));
      break;
    }
  }
  const auto curve = [&](project::EntityId owner, const std::string& target, double from, double to,
                         graph::Shape shape) {
    const auto lane = must(project::add_lane(d, owner, target));
    must(project::add_point(d, lane, {{}, 1_quarters, from, shape, 0.4}));
    must(project::add_point(d, lane, {{}, 5_quarters, to, shape, -0.4}));
  };
  curve(organ, "gain_db", -20, 0, graph::Shape::curved);
  curve(pluck, "pan", -1, 1, graph::Shape::linear);
  curve(voice, "send:" + project::to_text(sent) + ":gain_db", -30, -3, graph::Shape::smooth);
  curve(project::kRoot, "gain_db", -6, -2, graph::Shape::linear);
  return d;
}

void each_effect(const std::filesystem::path& out) {
  constexpr int kFrames = 24000;
  std::filesystem::create_directories(out);
  const auto in = voice(kFrames);
  write_values(out / "in.f32", in);
  for (const auto* info : registry::effects()) {
    const auto effect = info->make();
    std::vector<double> values;
    for (const auto& [id, value] : shifted(*info)) {
      effect->set(static_cast<int>(values.size()), value, 0);
      values.push_back(value);
    }
    write_values(out / (std::string(info->id) + ".values"), values);
    Arena arena;
    effect->prepare(kRate, kBlock, arena);
    effect->tempo(126, 0);
    auto all = in;
    for (int i = 0; i < kFrames; i += kBlock)
      effect->process({all.data() + i, all.data() + kFrames + i, std::min(kBlock, kFrames - i)});
    write_values(out / (std::string(info->id) + ".f32"), all);
  }
}

}  // namespace

void mix_case(const std::filesystem::path& out) {
  const auto document = mix();
  const auto plan = must(project::compile(document, {.one_node_a_track = true}));
  write_text(out / "mix.tutti", project::save_tutti(document));
  write(out / "mix.plan", graph::encode(plan));
  const auto recorded = voice(96000);
  write_values(out / "voice.f32", recorded);

  std::ifstream font_file(out / "font.sf2", std::ios::binary);
  const std::vector<char> font((std::istreambuf_iterator<char>(font_file)), {});
  graph::Player player(registry::factory());
  must(player.prepare(kRate, kBlock));
  must(player.adopt(plan));
  must(player.add_resource("sf:test", std::as_bytes(std::span(font))));
  must(player.add_audio(kClip, 44100, floats(out / "clip.f32"), {}));
  must(player.add_audio(kVoice, kRate, {recorded.begin(), recorded.begin() + 96000},
                        {recorded.begin() + 96000, recorded.end()}));
  player.play();
  std::vector<float> left(static_cast<std::size_t>(kBlocks) * kBlock), right(left.size());
  for (int b = 0; b < kBlocks; ++b)
    player.process(left.data() + b * kBlock, right.data() + b * kBlock, kBlock);
  left.insert(left.end(), right.begin(), right.end());
  write_values(out / "mix.f32", left);
  each_effect(out / "effects");
}

}  // namespace tutti::reference
