// The mixer in the document: edits, undo, names, routing, solo, and the plan they become.

#include <algorithm>
#include <gtest/gtest.h>

#include "engine/base/json.h"
#include "engine/project/command.h"
#include "engine/project/compile.h"
#include "engine/project/edits.h"
#include "engine/registry/effects.h"

namespace tutti::project {
namespace {

constexpr char kBlob[] = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

template <class T>
T must(Result<T> r) {
  if (!r) ADD_FAILURE() << r.error().message;
  return *std::move(r);
}
void must(Result<void> r) {
  if (!r) ADD_FAILURE() << r.error().message;
}

class Mixer : public testing::Test {
 protected:
  EntityId add(const char* name, TrackKind kind = TrackKind::audio, bool with_clip = true) {
    Track t;
    t.name = name;
    t.kind = kind;
    const EntityId id = must(add_track(d_, t));
    if (kind == TrackKind::audio && with_clip) clip(id);
    return id;
  }
  EntityId clip(EntityId track, double seconds = 2) {
    Take take;
    take.blob = kBlob;
    take.rate = 48000;
    take.frames = static_cast<std::int64_t>(seconds * 48000);
    return must(add_take(d_, track, take));
  }
  EntityId send_to(EntityId from, EntityId to) {
    Send send;
    send.to = to;
    return must(add_send(d_, from, send));
  }
  void solo(EntityId id) {
    auto t = *track(d_, id);
    t.solo = true;
    must(set_track(d_, t));
  }
  graph::Plan plan(const CompileOptions& options = {}) { return must(compile(d_, options)); }
  static const graph::PlanNode& node(const graph::Plan& plan, EntityId id) {
    const auto found = std::find_if(plan.nodes.begin(), plan.nodes.end(),
                                    [&](const auto& n) { return n.id == to_number(id); });
    if (found == plan.nodes.end()) {
      ADD_FAILURE() << "no such node";
      static const graph::PlanNode none;
      return none;
    }
    return *found;
  }
  // Of a track with one clip and nothing else: the clip's node.
  EntityId first_clip(EntityId track) { return takes(d_, track).front().id; }
  std::string edit(const std::string& json) { return must(run_command(d_, json)); }

  Document d_{7};
};

TEST_F(Mixer, DevicesKeepTheirOrderAndValuesAndUndo) {
  const EntityId t = add("Voice");
  const EntityId a = must(add_device(d_, t, "gain"));
  const EntityId b = must(add_device(d_, t, "width"));
  const std::string param(registry::find_effect("gain")->parameters[0].id);
  must(set_device_param(d_, a, param, 3));
  must(set_device_bypass(d_, b, true));
  auto row = devices(d_, t);
  ASSERT_EQ(row.size(), 2u);
  EXPECT_EQ(row[0].effect, "gain");
  ASSERT_EQ(row[0].params.size(), 1u);
  EXPECT_EQ(row[0].params[0], (std::pair<std::string, double>(param, 3.0)));
  EXPECT_TRUE(row[1].bypass);
  must(move_device(d_, b, t, kRoot));
  EXPECT_EQ(devices(d_, t)[0].id, b);
  must(move_device(d_, b, kRoot, kRoot));
  EXPECT_EQ(devices(d_, kRoot).size(), 1u);
  EXPECT_TRUE(d_.undo());
  EXPECT_TRUE(d_.undo());
  EXPECT_EQ(devices(d_, t)[0].id, a);
  EXPECT_TRUE(d_.undo());
  EXPECT_FALSE(devices(d_, t)[1].bypass);
  EXPECT_TRUE(d_.undo());
  EXPECT_TRUE(devices(d_, t)[0].params.empty());
}

TEST_F(Mixer, UnknownNamesAreRefusedWithTheNearest) {
  const EntityId t = add("Voice");
  const auto effect = add_device(d_, t, "compresor");
  ASSERT_FALSE(effect.ok());
  EXPECT_EQ(effect.error().code, Code::not_found);
  EXPECT_NE(effect.error().next.find("ompressor"), std::string::npos);
  const EntityId device = must(add_device(d_, t, "compressor"));
  const auto param = set_device_param(d_, device, "treshold", -10);
  ASSERT_FALSE(param.ok());
  EXPECT_NE(param.error().next.find("threshold"), std::string::npos);
  must(set_device_param(d_, device, "threshold", -1e6));
  const auto info = registry::find_effect("compressor");
  EXPECT_EQ(devices(d_, t)[0].params[0].second, param::find(info->parameters, "threshold")->min);
  EXPECT_FALSE(add_lane(d_, t, "loudness").ok());
  EXPECT_FALSE(add_lane(d_, t, "device:999.7:threshold").ok());
}

TEST_F(Mixer, ASoundThatRunsInACircleIsRefusedByName) {
  const EntityId a = add("Drums", TrackKind::bus), b = add("Parallel", TrackKind::bus);
  const EntityId voice = add("Voice");
  must(set_output(d_, a, b));
  for (const auto& refused :
       {set_output(d_, b, a), set_output(d_, a, a), set_output(d_, a, voice)}) {
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().code, Code::wrong_usage);
  }
  const auto circle = set_output(d_, b, a);
  EXPECT_NE(circle.error().message.find("\"Drums\""), std::string::npos) << circle.error().message;
  EXPECT_NE(circle.error().message.find("\"Parallel\""), std::string::npos);
  // A side-chain closes a circle as well.
  Device duck;
  duck.effect = "compressor";
  duck.side = b;
  EXPECT_FALSE(add_device(d_, a, duck).ok());
  EXPECT_TRUE(add_device(d_, b, Device{{}, {}, "compressor", false, {}, "", voice, false}).ok());
  // Two people may close a circle together; then it is said when it should sound.
  must(d_.set(b, "output", to_text(a)));
  const auto plan = compile(d_);
  ASSERT_FALSE(plan.ok());
  EXPECT_NE(plan.error().message.find("\"Parallel\""), std::string::npos);
}

TEST_F(Mixer, SoloKeepsWhatASoloedTrackRunsThroughAndWhatFeedsASoloedBus) {
  const EntityId group = add("Group", TrackKind::bus), room = add("Room", TrackKind::bus);
  const EntityId a = add("A"), b = add("B"), c = add("C"), click = add("Click");
  must(set_output(d_, a, group));
  must(set_output(d_, b, group));
  send_to(a, room);
  send_to(c, room);
  auto safe = *track(d_, click);
  safe.solo_safe = true;
  must(set_track(d_, safe));

  solo(a);
  auto p = plan();
  EXPECT_FALSE(node(p, a).mute);
  EXPECT_FALSE(node(p, group).mute);
  EXPECT_FALSE(node(p, room).mute);
  EXPECT_TRUE(node(p, first_clip(b)).mute);
  EXPECT_TRUE(node(p, c).mute);
  EXPECT_TRUE(node(p, c).sends[0].mute);  // not heard through the room either
  EXPECT_FALSE(node(p, first_clip(click)).mute);

  d_.undo();
  solo(room);
  p = plan();
  EXPECT_FALSE(node(p, room).mute);
  EXPECT_TRUE(node(p, first_clip(b)).mute);
  for (const EntityId feeds : {a, c}) {
    const auto& strip = node(p, feeds);
    EXPECT_FALSE(strip.mute);
    EXPECT_FALSE(strip.sends[0].mute);
    ASSERT_GE(strip.output, 0);  // heard through the room only
    EXPECT_TRUE(p.nodes[static_cast<std::size_t>(strip.output)].mute);
  }

  d_.undo();
  solo(group);
  p = plan();
  EXPECT_FALSE(node(p, a).mute);
  EXPECT_FALSE(node(p, first_clip(b)).mute);
  EXPECT_TRUE(node(p, c).mute);
}

TEST_F(Mixer, TheRowOfEffectsSendsAndCurvesBecomesAStrip) {
  const EntityId bus = add("Room", TrackKind::bus);
  const EntityId kick = add("Kick"), bass = add("Bass");
  const EntityId second = clip(bass);
  must(add_chain(d_, bass, "gain, compressor threshold=-20 ratio=4"));
  auto device = devices(d_, bass)[1];
  device.side = kick;
  device.side_pre = true;
  must(set_device(d_, device));
  Send wet;
  wet.to = bus;
  wet.gain_db = -6;
  wet.pre = true;
  const EntityId sent = must(add_send(d_, bass, wet));
  const EntityId lane = must(add_lane(d_, bass, "send:" + to_text(sent) + ":gain_db"));
  must(add_point(d_, lane, {{}, Ticks{15360}, -200, graph::Shape::curved, 0.5}));
  const EntityId knob = must(add_lane(d_, bass, "device:" + to_text(device.id) + ":threshold"));
  must(add_point(d_, knob, {{}, Ticks{0}, -30}));

  const auto p = plan();
  const auto& strip = node(p, bass);
  EXPECT_EQ(strip.kind, "bus");
  ASSERT_EQ(strip.inserts.size(), 2u);
  EXPECT_EQ(strip.inserts[1].kind, "compressor");
  ASSERT_GE(strip.inserts[1].side, 0);
  EXPECT_EQ(p.nodes[static_cast<std::size_t>(strip.inserts[1].side)].id, to_number(kick));
  EXPECT_TRUE(strip.inserts[1].side_before_fader);
  ASSERT_EQ(strip.sends.size(), 1u);
  EXPECT_NEAR(strip.sends[0].gain, 0.501187, 1e-6);
  EXPECT_TRUE(strip.sends[0].before_fader);
  EXPECT_EQ(p.nodes[strip.sends[0].to].id, to_number(bus));
  const auto& take = node(p, second);
  EXPECT_EQ(p.nodes[static_cast<std::size_t>(take.output)].id, strip.id);
  ASSERT_EQ(p.curves.size(), 2u);
  EXPECT_EQ(p.curves[0].owner, to_number(sent));
  EXPECT_EQ(p.curves[0].points[0].value, -120);  // into range
  EXPECT_EQ(p.curves[0].points[0].shape, graph::Shape::curved);
  EXPECT_EQ(p.curves[1].param, "threshold");
  // What the plan holds survives its bytes.
  EXPECT_EQ(must(graph::decode(graph::encode(p))), p);
}

TEST_F(Mixer, AFrozenTrackPlaysItsSoundBeforeTheFader) {
  const EntityId t = add("Lead");
  must(add_device(d_, t, "gain"));
  must(set_freeze(d_, t, kBlob, true));
  auto p = plan();
  EXPECT_EQ(node(p, t).kind, "clip");
  EXPECT_EQ(node(p, t).resource, kBlob);
  EXPECT_TRUE(node(p, t).inserts.empty());
  EXPECT_EQ(p.end.value, 4 * kTicksPerQuarter);  // two seconds at 120
  CompileOptions thawed;
  thawed.ignore_freeze = true;
  EXPECT_EQ(node(plan(thawed), t).inserts.size(), 1u);
  must(set_freeze(d_, t, kBlob, false));
  EXPECT_EQ(node(plan(), t).inserts.size(), 1u);
}

TEST_F(Mixer, OneTrackAloneKeepsWhatItListensTo) {
  const EntityId kick = add("Kick"), bass = add("Bass"), other = add("Other");
  must(add_device(d_, bass, Device{{}, {}, "compressor", false, {}, "", kick, false}));
  solo(other);
  const auto p = must(compile_track(d_, bass, false));
  EXPECT_FALSE(node(p, bass).mute);
  EXPECT_EQ(node(p, bass).output, graph::PlanNode::kMaster);
  const auto& side = node(p, kick);
  EXPECT_FALSE(side.mute);
  ASSERT_GE(side.output, 0);
  EXPECT_TRUE(p.nodes[static_cast<std::size_t>(side.output)].mute);
  for (const auto& n : p.nodes) EXPECT_NE(n.id, to_number(other));
  EXPECT_TRUE(track(d_, other)->solo);  // the document is as it was
}

TEST_F(Mixer, ClipsStretchToTheTempo) {
  const EntityId t = add("Loop", TrackKind::audio, false);
  const EntityId id = clip(t, 4);
  auto take = *project::take(d_, id);
  take.follow_tempo = true;
  take.bpm = 120;
  must(set_take(d_, take));
  must(set_tempo(d_, 60));
  EXPECT_DOUBLE_EQ(length_of(*project::take(d_, id), tempo_map(d_)), 8);
  // Eight quarters: four at 60 and four at 240.
  must(set_tempo(d_, 240, Ticks{4 * kTicksPerQuarter}));
  EXPECT_DOUBLE_EQ(length_of(*project::take(d_, id), tempo_map(d_)), 5);
  const auto p = plan();
  const auto name = stretched_from_name(node(p, id).resource);
  ASSERT_TRUE(name.has_value());
  EXPECT_EQ(name->blob, kBlob);
  EXPECT_DOUBLE_EQ(name->ratio, 1.25);
  EXPECT_FALSE(stretched_from_name("stretch:0:0:" + std::string(kBlob)).has_value());
  EXPECT_FALSE(stretched_from_name("stretch:nan:0:" + std::string(kBlob)).has_value());
}

TEST_F(Mixer, ASplitClipSoundsAsBefore) {
  const EntityId t = add("Voice", TrackKind::audio, false);
  const EntityId id = clip(t, 4);
  auto whole = *take(d_, id);
  whole.offset = 0.5;
  whole.fade_in = 0.1;
  whole.fade_out = 0.2;
  must(set_take(d_, whole));
  const EntityId second = must(split_take(d_, id, Ticks{2 * kTicksPerQuarter}));
  const auto a = *take(d_, id), b = *take(d_, second);
  EXPECT_DOUBLE_EQ(a.length, 1);
  EXPECT_DOUBLE_EQ(a.fade_in, 0.1);
  EXPECT_EQ(a.fade_out, 0);
  EXPECT_DOUBLE_EQ(b.offset, 1.5);
  EXPECT_DOUBLE_EQ(b.length, 2.5);
  EXPECT_EQ(b.fade_in, 0);
  EXPECT_DOUBLE_EQ(b.fade_out, 0.2);
  EXPECT_FALSE(split_take(d_, id, Ticks{9 * kTicksPerQuarter}).ok());
  EXPECT_TRUE(d_.undo());
  EXPECT_EQ(takes(d_, t).size(), 1u);
  EXPECT_EQ(take(d_, id)->length, 0);
}

TEST_F(Mixer, WrittenPointsTakeThePlaceOfThoseBefore) {
  const EntityId t = add("Voice");
  const EntityId lane = must(add_lane(d_, t, "gain_db"));
  EXPECT_EQ(must(add_lane(d_, t, "gain_db")), lane);
  for (int i = 0; i < 10; ++i) must(add_point(d_, lane, {{}, Ticks{i * 100}, 0.0 - i}));
  const LanePoint drawn[] = {{{}, Ticks{250}, 1}, {{}, Ticks{400}, 2, graph::Shape::smooth, 0}};
  must(write_points(d_, lane, Ticks{200}, Ticks{500}, drawn));
  const auto points = project::lane(d_, lane)->points;
  ASSERT_EQ(points.size(), 8u);
  EXPECT_EQ(points[2].at.value, 250);
  EXPECT_EQ(points[3].value, 2);
  EXPECT_EQ(points[4].at.value, 600);
  EXPECT_TRUE(d_.undo());
  EXPECT_EQ(project::lane(d_, lane)->points.size(), 10u);
  // At one time there is one point.
  must(add_point(d_, lane, {{}, Ticks{300}, 6}));
  EXPECT_EQ(project::lane(d_, lane)->points.size(), 10u);
  EXPECT_FALSE(add_point(d_, lane, {{}, Ticks{1}, 0.0 / 0.0}).ok());
}

TEST_F(Mixer, EditsByName) {
  edit(R"({"do":"add_track","name":"Room","type":"bus"})");
  edit(R"({"do":"add_track","name":"Voice","type":"audio","pan_law":2,"solo_safe":true})");
  const auto all = tracks(d_);
  const std::string bus = to_text(all[0].id), voice = to_text(all[1].id);
  EXPECT_EQ(all[0].kind, TrackKind::bus);
  EXPECT_EQ(all[1].pan_law, graph::PanLaw::linear);
  edit(R"({"do":"set_track","track":")" + voice + R"(","output":")" + bus + "\"}");
  EXPECT_EQ(track(d_, all[1].id)->output, all[0].id);
  edit(R"({"do":"set_output","track":")" + voice + "\"}");
  EXPECT_EQ(track(d_, all[1].id)->output, kRoot);
  edit(R"({"do":"add_device","owner":")" + voice +
       R"(","effect":"Compressor","params":{"threshold":-20}})");
  const auto device = devices(d_, all[1].id).at(0);
  EXPECT_EQ(device.effect, "compressor");
  edit(R"({"do":"set_device","device":")" + to_text(device.id) +
       R"(","params":{"ratio":3},"bypass":true})");
  EXPECT_EQ(devices(d_, all[1].id)[0].params.size(), 2u);
  edit(R"({"do":"add_chain","chain":"gain, width"})");
  EXPECT_EQ(devices(d_, kRoot).size(), 2u);
  edit(R"({"do":"add_send","track":")" + voice + R"(","to":")" + bus + R"(","gain_db":-9})");
  EXPECT_EQ(sends(d_, all[1].id)[0].gain_db, -9);
  edit(R"({"do":"add_lane","owner":")" + voice + R"(","target":"pan"})");
  const std::string lane = to_text(lanes(d_, all[1].id)[0].id);
  edit(R"({"do":"write_points","lane":")" + lane +
       R"(","from":0,"to":100,"points":[{"at":0,"value":-1,"shape":0},{"at":50,"value":1}]})");
  EXPECT_EQ(lanes(d_, all[1].id)[0].points.size(), 2u);
  EXPECT_FALSE(run_command(d_, R"({"do":"write_points","lane":")" + lane +
                                   R"(","from":0,"to":9,"points":[{"at":0}]})")
                   .ok());
  EXPECT_FALSE(run_command(d_, R"({"do":"add_point","lane":")" + lane + R"(","at":3})").ok());
}

TEST_F(Mixer, TenThousandTracksCompile) {
  const EntityId bus = add("Room", TrackKind::bus);
  d_.begin_edit("many");
  for (int i = 0; i < 10000; ++i) {
    const EntityId t = add("T");
    if (i % 10 == 0) send_to(t, bus);
  }
  d_.end_edit();
  const auto p = plan();
  EXPECT_EQ(p.nodes.size(), 1u + 10000 + 1000);
  EXPECT_FALSE(graph::encode(p).empty());
}

Note chord_note() {
  Note n;
  n.duration = Ticks(15360);
  return n;
}

TEST_F(Mixer, ATrackPlaysOnASynthesiser) {
  Track t;
  t.name = "Chords";
  const EntityId id = must(add_track(d_, t));
  must(add_note(d_, id, chord_note()));
  EXPECT_EQ(node(plan(), id).kind, "sampler");
  must(set_instrument(d_, id, "pad"));
  EXPECT_EQ(track(d_, id)->instrument, "pad");
  EXPECT_EQ(node(plan(), id).kind, "pad");
  EXPECT_EQ(node(plan(), id).resource, "");
  // Notes only: no program change means anything to it.
  for (const auto& e : plan().events) EXPECT_NE(e.status & 0xf0, 0xc0);

  const auto refused = set_instrument(d_, id, "padd");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().next, "Did you mean \"pad\"?");
  EXPECT_EQ(track(d_, id)->instrument, "pad");

  edit("{\"do\":\"set_instrument\",\"track\":\"" + to_text(id) + "\",\"instrument\":\"bell\"}");
  EXPECT_EQ(node(plan(), id).kind, "bell");
  must(set_instrument(d_, id, ""));
  EXPECT_EQ(node(plan(), id).kind, "sampler");
}

// One of a newer program is kept, and the SoundFont plays in its stead.
TEST_F(Mixer, KeepsASynthesiserItDoesNotKnow) {
  Track t;
  t.soundfont = "gm";
  const EntityId id = must(add_track(d_, t));
  must(d_.set(id, {{"instrument", "hologram"}}));
  must(add_note(d_, id, chord_note()));
  EXPECT_EQ(node(plan(), id).kind, "sampler");
  EXPECT_EQ(node(plan(), id).resource, "gm");
  auto changed = *track(d_, id);
  changed.name = "Other";
  must(set_track(d_, changed));
  EXPECT_EQ(track(d_, id)->instrument, "hologram");
}

}  // namespace
}  // namespace tutti::project
