#include "engine/project/files.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <regex>

#include "engine/base/json.h"
#include "engine/project/compile.h"
#include "engine/project/edits.h"
#include "engine/project/pitch_text.h"
#include "tests/project/replicas.h"
#include "tests/score/midi_material.h"

namespace tutti::project {
namespace {

Random any_random() {
  return Random(*rc::gen::arbitrary<std::uint64_t>());
}

// A score as the document keeps it: channels do not clash, so that they may stay.
score::Score tame_score(Random& random) {
  auto score = score::test::any_score(random);
  for (std::size_t i = 0; i < score.parts.size(); ++i) {
    auto& part = score.parts[i];
    part.channel = static_cast<int>(i);
    for (auto& note : part.notes) note.channel = part.channel;
  }
  return score;
}

RC_GTEST_PROP(ImportProperty, AScoreComesOutAsItWentIn, ()) {
  auto random = any_random();
  const auto score = tame_score(random);
  Document d(1);
  const auto ids = import_score(d, score);
  RC_ASSERT(ids.ok());
  RC_ASSERT(ids->size() == score.parts.size());
  const auto out = export_score(d);
  RC_ASSERT(out.title == score.title);
  RC_ASSERT(out.tempo == score.tempo);
  RC_ASSERT(out.keys == score.keys);
  RC_ASSERT(out.parts == score.parts);
  RC_ASSERT(out.raws == score.raws);
  RC_ASSERT(out.texts.size() == score.texts.size());
  RC_ASSERT(d.undo());
  RC_ASSERT(!d.can_undo());
  RC_ASSERT(tracks(d).empty());
  RC_ASSERT(tempo_map(d) == score::TempoMap());
}

RC_GTEST_PROP(TuttiProperty, CutAnywhereItIsRefusedWithAReason, ()) {
  auto random = any_random();
  Document d(1);
  for (int i = 0; i < 10; ++i) test::any_edit(d, random);
  const auto text = save_tutti(d);
  for (std::size_t n = 0; n + 1 < text.size(); ++n) {
    const auto loaded = load_tutti(std::string_view(text).substr(0, n), 2);
    RC_ASSERT(!loaded.ok());
    RC_ASSERT(loaded.error().code == Code::bad_input);
  }
}

TEST(Tutti, ALoadedProjectGoesOnMerging) {
  Document a(1);
  const auto track = *add_track(a, {});
  Document b = *load_tutti(save_tutti(a), 2);
  ASSERT_TRUE(set_program(b, track, 40).ok());
  ASSERT_TRUE(set_title(a, "Song").ok());
  ASSERT_TRUE(a.apply(b.take_operations()).ok());
  ASSERT_TRUE(b.apply(a.take_operations()).ok());
  EXPECT_EQ(save_tutti(a), save_tutti(b));
  EXPECT_EQ(info(b).title, "Song");
  EXPECT_EQ(project::track(a, track)->program, 40);
}

TEST(Tutti, KeepsTheSynthesiserOfATrack) {
  Document a(1);
  const auto track = *add_track(a, {});
  ASSERT_TRUE(set_instrument(a, track, "choir").ok());
  const auto text = save_tutti(a);
  EXPECT_NE(text.find("\"instrument\":\"choir\""), text.npos);
  EXPECT_EQ(project::track(*load_tutti(text, 2), track)->instrument, "choir");
  // And so does the older form.
  const auto other = import_maa(export_maa(a), 3);
  ASSERT_TRUE(other.ok());
  EXPECT_EQ(tracks(*other).front().instrument, "choir");
}

TEST(Tutti, NewerVersionsAndOtherFilesAreRefused) {
  const struct {
    const char* text;
    Code code;
  } cases[] = {
      {R"({"format":"tutti","version":2,"entities":[]})", Code::unsupported},
      {R"({"format":"tutti","version":1e300,"entities":[]})", Code::unsupported},
      {R"({"format":"tutti","entities":[]})", Code::bad_input},
      {R"({"format":"tutti","version":1})", Code::bad_input},
      {R"({"format":"other","version":1,"entities":[]})", Code::bad_input},
      {R"({"format":"tutti","version":1,"entities":[{}]})", Code::bad_input},
      {R"({"format":"tutti","version":1,"entities":[{"id":"1.1","kind":"note","set":{"a":[]}}]})",
       Code::bad_input},
      {R"({"format":"tutti","version":1,"entities":[{"id":"1.1","kind":"note","set":{"a":1},"at":{"a":5}}]})",
       Code::bad_input},
      {R"({"format":"tutti","version":1,"entities":[{"id":"5.1","kind":"note","set":{"a":1},"at":{"a":"3.1"}}]})",
       Code::bad_input},
      {"[]", Code::bad_input}};
  for (const auto& c : cases) {
    const auto loaded = load_tutti(c.text, 1);
    ASSERT_FALSE(loaded.ok()) << c.text;
    EXPECT_EQ(loaded.error().code, c.code) << c.text;
    EXPECT_FALSE(loaded.error().next.empty());
  }
}

TEST(Tutti, WhatANewerProgramAddedIsKept) {
  const std::string text =
      "{\"format\":\"tutti\",\"version\":1,\"entities\":[\n"
      R"({"id":"1.1","kind":"hologram","set":{"depth":0.25,"parent":"0.0"}})"
      "\n]}\n";
  const auto loaded = load_tutti(text, 2);
  ASSERT_TRUE(loaded.ok());
  EXPECT_EQ(save_tutti(*loaded), text);
}

TEST(Maa, KeepsTheAgreedFormAndItsText) {
  Document d(1);
  Track t;
  t.name = "Lead";
  t.program = 73;
  t.gain_db = -3;
  t.mute = true;
  const auto track = *add_track(d, t);
  Note n;
  n.start = {kTicksPerQuarter};
  n.duration = {kTicksPerQuarter};
  n.key = 69;
  ASSERT_TRUE(add_note(d, track, n).ok());
  ASSERT_TRUE(set_title(d, "Song").ok());
  ASSERT_TRUE(set_tempo(d, 100).ok());
  ASSERT_TRUE(set_metre(d, 3, 4).ok());
  ASSERT_TRUE(set_key(d, score::Key{6, score::Mode::minor}).ok());
  ASSERT_TRUE(set_loop(d, true, {0}, {4 * kTicksPerQuarter}).ok());
  ASSERT_TRUE(d.set(kRoot, "dsl", "play \"C4\"\n# h\xC3\xA9").ok());
  ASSERT_TRUE(d.set(kRoot, "created", "2026-01-02T03:04:05Z").ok());
  Track audio;
  audio.kind = TrackKind::audio;
  Take take;
  take.blob = std::string(64, 'b');
  take.frames = 48000;
  ASSERT_TRUE(add_take(d, *add_track(d, audio), take).ok());

  const auto text = export_maa(d, "2026-02-03T00:00:00Z");
  const auto root = *parse_json(text);
  for (const char* key :
       {"version", "created", "modified", "metadata", "tracks", "settings", "dsl"}) {
    EXPECT_NE(json_find(root, key), nullptr) << key;
  }
  const auto again = import_maa(text, 2);
  ASSERT_TRUE(again.ok()) << again.error().message;
  // Entities have new numbers; all else is said the same way.
  const std::regex ids("\"id\": \"[^\"]*\"");
  EXPECT_EQ(std::regex_replace(export_maa(*again, "2026-02-03T00:00:00Z"), ids, ""),
            std::regex_replace(text, ids, ""));
  const auto project = info(*again);
  EXPECT_EQ(project.title, "Song");
  EXPECT_EQ(project.dsl, "play \"C4\"\n# h\xC3\xA9");
  EXPECT_NEAR(project.tempo.bpm_at({}), 100, 1e-6);
  EXPECT_EQ(project.tempo.metre_at({}).numerator, 3);
  EXPECT_EQ(name_of(*project.key), "F# minor");
  EXPECT_TRUE(project.loop_on);
  EXPECT_EQ(project.loop_end, Ticks{4 * kTicksPerQuarter});
  const auto list = tracks(*again);
  ASSERT_EQ(list.size(), 2u);
  EXPECT_EQ(list[0].name, "Lead");
  EXPECT_EQ(list[0].program, 73);
  EXPECT_EQ(list[0].gain_db, -3);
  EXPECT_TRUE(list[0].mute);
  const auto back = notes(*again, list[0].id);
  ASSERT_EQ(back.size(), 1u);
  EXPECT_EQ(back[0].start, n.start);
  EXPECT_EQ(back[0].duration, n.duration);
  EXPECT_EQ(takes(*again, list[1].id).size(), 1u);
}

TEST(Maa, IsReadLeniently) {
  for (
      const char* text :
      {R"({"dsl":"play"})", R"({"version":2,"metadata":{"title":"x","tempo":"120"},"tracks":[]})",
       R"({"metadata":null,"tracks":[{"notes":[{"pitch":"C4","start":0,"duration":1}]}],"settings":{"loopEnabled":"yes","loopStart":null}})",
       R"({"tracks":[{"clips":[{"blob":"nonsense"}]}],"settings":7,"dsl":5})"}) {
    EXPECT_TRUE(import_maa(text, 1).ok()) << text;
    EXPECT_TRUE(load_project_text(text, 1).ok()) << text;
  }
  for (const char* text : {"", "[]", "{}", "5", R"({"tracks":5})"}) {
    EXPECT_EQ(import_maa(text, 1).error().code, Code::bad_input) << text;
  }
}

TEST(Melody, BecomesNotesBesideTheirRecording) {
  HeardMelody heard;
  heard.tempo = 100;
  heard.offset = 0.35;
  heard.metre = {{}, 3, 4};
  heard.key = "D minor";
  heard.tuning = 20;
  heard.hop = 0.01;
  heard.f0 = {0, 220, 221};
  heard.notes = {{0.37, 0.5, 62.2, 0.5, 0.9}, {1.0, 0.4, 65.1, 0.8, 0.7}};
  heard.quantised = {{{0}, {kTicksPerQuarter}, 62, 64, 0, 1},
                     {{kTicksPerQuarter}, {kTicksPerQuarter}, 65, 102, 0, 1}};
  HeardOptions options;
  options.take.emplace();
  options.take->blob = std::string(64, 'c');
  options.take->frames = 96000;
  Document d(1);
  const auto ids = import_melody(d, heard, options);
  ASSERT_TRUE(ids.ok()) << ids.error().message;
  const auto list = notes(d, ids->track);
  ASSERT_EQ(list.size(), 2u);
  EXPECT_EQ(list[1].start, Ticks{kTicksPerQuarter});
  EXPECT_NEAR(list[0].confidence, 0.9, 1e-9);
  EXPECT_NEAR(list[0].heard_pitch, 62.2, 1e-9);
  const auto recording = take(d, *ids->take);
  EXPECT_DOUBLE_EQ(recording->offset, 0.35);
  EXPECT_EQ(pitch_from_text(recording->pitch)->hz.size(), 3u);
  // Back to what was sung: as far into the project as into the recording.
  ASSERT_TRUE(unquantise(d, ids->notes).ok());
  const auto tempo = tempo_map(d);
  EXPECT_NEAR(tempo.seconds(note(d, ids->notes[0])->start), 0.02, 1e-4);
  EXPECT_NEAR(tempo.seconds(note(d, ids->notes[1])->start), 0.65, 1e-4);
  EXPECT_NEAR(tempo.seconds(note(d, ids->notes[1])->duration), 0.4, 1e-4);
  EXPECT_TRUE(d.undo());
  EXPECT_TRUE(d.undo());
  EXPECT_TRUE(tracks(d).empty());
  EXPECT_FALSE(d.can_undo());
  heard.quantised.pop_back();
  EXPECT_EQ(import_melody(d, heard, options).error().code, Code::wrong_usage);
  EXPECT_TRUE(tracks(d).empty());
}

TEST(Melody, WithoutARecordingNotesRememberTheirPlaceInTheProject) {
  HeardMelody heard;
  heard.offset = -0.5;
  heard.notes = {{0.25, 0.5, 60, 1, 1}};
  Document d(1);
  HeardOptions free;
  free.quantised = false;
  const auto ids = import_melody(d, heard, free);
  ASSERT_TRUE(ids.ok());
  const auto n = *note(d, ids->notes[0]);
  EXPECT_NEAR(tempo_map(d).seconds(n.start), 0.75, 1e-4);
  ASSERT_TRUE(move_notes(d, ids->notes, {9999}, 0).ok());
  ASSERT_TRUE(unquantise(d, ids->notes).ok());
  EXPECT_EQ(note(d, ids->notes[0])->start, n.start);
}

// --- compile
// ---------------------------------------------------------------------------------------

TEST(Compile, MakesNodesAndEventsInOrder) {
  Document d(1);
  Track t;
  t.program = 40;
  t.bank = 130;
  t.gain_db = -6;
  t.pan = 0.5;
  t.soundfont = "Big";
  const auto id = *add_track(d, t);
  const score::Note list[] = {
      {{0}, {100}, 60, 90, 0, 1}, {{50}, {100}, 60, 80, 0, 1}, {{150}, {50}, 60, 70, 0, 1}};
  ASSERT_TRUE(add_notes(d, id, std::span<const score::Note>(list)).ok());
  const auto plan = compile(d);
  ASSERT_TRUE(plan.ok());
  ASSERT_EQ(plan->nodes.size(), 1u);
  EXPECT_EQ(plan->nodes[0].kind, "sampler");
  EXPECT_EQ(plan->nodes[0].resource, "Big");
  EXPECT_EQ(plan->nodes[0].id, to_number(id));
  EXPECT_NEAR(plan->nodes[0].gain, 0.501187, 1e-6);
  EXPECT_EQ(plan->nodes[0].params, (std::vector<graph::PlanParam>{{"bank", 1}, {"program", 40}}));
  const std::vector<graph::PlanEvent> wanted = {
      {{0}, 0, 0xB0, 0, 1},     {{0}, 0, 0xB0, 32, 2},    {{0}, 0, 0xC0, 40, 0},
      {{0}, 0, 0x90, 60, 90},   {{50}, 0, 0x80, 60, 64},  {{50}, 0, 0x90, 60, 80},
      {{150}, 0, 0x80, 60, 64}, {{150}, 0, 0x90, 60, 70}, {{200}, 0, 0x80, 60, 64}};
  EXPECT_EQ(plan->events, wanted);
  EXPECT_EQ(plan->end, Ticks{200});
}

TEST(Compile, SoloMutesTheOthersAndTakesBecomeClips) {
  Document d(1);
  const auto a = *add_track(d, {});
  Track t;
  t.solo = true;
  t.kind = TrackKind::audio;
  const auto b = *add_track(d, t);
  Take take;
  take.blob = std::string(64, 'd');
  take.frames = 48000;
  take.offset = 0.25;
  take.start = {kTicksPerQuarter};
  ASSERT_TRUE(add_take(d, b, take).ok());
  const auto plan = compile(d);
  ASSERT_TRUE(plan.ok());
  ASSERT_EQ(plan->nodes.size(), 2u);
  EXPECT_EQ(plan->nodes[0].id, to_number(a));
  EXPECT_TRUE(plan->nodes[0].mute);
  EXPECT_EQ(plan->nodes[1].kind, "clip");
  EXPECT_FALSE(plan->nodes[1].mute);
  EXPECT_EQ(plan->nodes[1].resource, take.blob);
  EXPECT_EQ(plan->nodes[1].params,
            (std::vector<graph::PlanParam>{{"level", 0}, {"offset", 0.25}, {"length", 0.75}}));
  EXPECT_EQ(plan->end, Ticks{kTicksPerQuarter + kTicksPerQuarter * 3 / 2});
}

// A document and the score it came from play the same.
RC_GTEST_PROP(CompileProperty, DocumentAndScoreAgree, ()) {
  auto random = any_random();
  const auto score = tame_score(random);
  Document d(1);
  RC_ASSERT(import_score(d, score).ok());
  const auto a = compile(d);
  const auto b = compile(score);
  RC_ASSERT(a.ok());
  RC_ASSERT(b.ok());
  RC_ASSERT(a->events == b->events);
  RC_ASSERT(a->tempos == b->tempos);
  RC_ASSERT(a->end == b->end);
  for (std::size_t i = 1; i < a->events.size(); ++i) {
    RC_ASSERT(a->events[i - 1].at <= a->events[i].at);
  }
}

}  // namespace
}  // namespace tutti::project
