#include "engine/project/document.h"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <limits>
#include <map>
#include <rapidcheck/gtest.h>
#include <set>

#include "engine/project/files.h"
#include "tests/project/replicas.h"

namespace tutti::project {
namespace {

using test::any_edit;
using test::Picture;
using test::picture;

EntityId must(Result<EntityId> r) {
  EXPECT_TRUE(r.ok()) << (r.ok() ? "" : r.error().message);
  return r.ok() ? *r : kRoot;
}
void must(Result<void> r) {
  EXPECT_TRUE(r.ok()) << r.error().message;
}

Operation set_op(Stamp at, EntityId id, Fields fields) {
  return {at, Verb::set, id, "", std::move(fields)};
}

// --- undo against a pile of pictures
// ---------------------------------------------------------------

// Everything known, alive or not; what undo has taken away again counts as never added.
using Whole = std::map<EntityId, Fields>;
Whole whole(const Document& d) {
  Whole out;
  out[kRoot] = d.fields(kRoot);
  for (const EntityId id : d.entities()) {
    out[id] = d.fields(id);
    std::erase(out[id], Field("removed", false));
  }
  return out;
}
bool same(const Whole& before, const Whole& now) {
  for (const auto& [id, fields] : now) {
    const auto found = before.find(id);
    if (found != before.end()
            ? found->second != fields
            : std::count(fields.begin(), fields.end(), Field("removed", true)) == 0) {
      return false;
    }
  }
  return true;
}

// Alone, undo is going back through pictures of the document, redo forth.
RC_GTEST_PROP(UndoProperty, AloneItWalksThroughPictures, ()) {
  Random random(*rc::gen::arbitrary<std::uint64_t>());
  Document d(1);
  std::vector<Whole> past = {whole(d)};
  std::size_t now = 0;
  for (int step = 0; step < 60; ++step) {
    switch (random.below(4)) {
      case 0:
        RC_ASSERT(d.undo() == (now > 0));
        if (now > 0) --now;
        break;
      case 1:
        RC_ASSERT(d.redo() == (now + 1 < past.size()));
        if (now + 1 < past.size()) ++now;
        break;
      default: {
        const auto before = whole(d);
        any_edit(d, random);
        // Edits that changed nothing are no step.
        if (!same(before, whole(d))) {
          past.resize(++now);
          past.push_back(whole(d));
        }
      }
    }
    RC_ASSERT(same(past[now], whole(d)));
  }
  while (d.undo()) {
  }
  RC_ASSERT(same(past[0], whole(d)));
  RC_ASSERT(picture(d).size() == 1u);
}

// With others at work: what they wrote last stays, whatever is undone here.
RC_GTEST_PROP(UndoProperty, NeverTakesBackWhatOthersWroteLater, ()) {
  Random random(*rc::gen::arbitrary<std::uint64_t>());
  Document mine(1);
  Document theirs(2);
  const EntityId track = *mine.add("track", kRoot);
  const EntityId note = *mine.add("note", track);
  RC_ASSERT(theirs.apply(mine.take_operations()).ok());
  mine.forget_history();
  std::map<std::string, std::pair<int, Value>> last;  // by field: who wrote last, and what
  std::map<std::string, Value> untouched;             // of theirs, as I began
  constexpr const char* kNames[] = {"a", "b", "c"};
  for (int step = 0; step < 30; ++step) {
    const std::string name = kNames[random.below(3)];
    const Value value(static_cast<std::int64_t>(step + 1));
    const bool by_me = random.below(2) == 0;
    Document& d = by_me ? mine : theirs;
    RC_ASSERT(d.set(note, name, value).ok());
    last[name] = {by_me ? 1 : 2, value};
    RC_ASSERT(theirs.apply(mine.take_operations()).ok());
    RC_ASSERT(mine.apply(theirs.take_operations()).ok());
  }
  while (mine.undo()) {
  }
  for (const auto& [name, write] : last) {
    if (write.first == 2) RC_ASSERT(mine.get(note, name) == write.second);
  }
  while (mine.redo()) {
  }
  for (const auto& [name, write] : last) RC_ASSERT(mine.get(note, name) == write.second);
  RC_ASSERT(theirs.apply(mine.take_operations()).ok());
  RC_ASSERT(theirs.canonical() == mine.canonical());
}

TEST(Undo, OfOneFieldLeavesTheOtherThatSomebodyElseChanged) {
  Document mine(1);
  Document theirs(2);
  const auto note = must(mine.add("note", kRoot, {{"start", 0}, {"key", 60}}));
  must(theirs.apply(mine.take_operations()));
  must(mine.set(note, {{"start", 960}, {"key", 64}}));
  must(theirs.apply(mine.take_operations()));
  must(theirs.set(note, "key", 72));
  must(mine.apply(theirs.take_operations()));
  EXPECT_TRUE(mine.undo());
  EXPECT_EQ(mine.get(note, "start"), Value(0));
  EXPECT_EQ(mine.get(note, "key"), Value(72));
  EXPECT_TRUE(mine.redo());
  EXPECT_EQ(mine.get(note, "start"), Value(960));
  EXPECT_EQ(mine.get(note, "key"), Value(72));
}

TEST(Undo, OfARemovalBringsBackTheTrackWithNotesThatOthersAddedMeanwhile) {
  Document mine(1);
  Document theirs(2);
  const auto track = must(mine.add("track", kRoot));
  const auto note = must(mine.add("note", track));
  must(theirs.apply(mine.take_operations()));
  must(mine.remove(track));
  EXPECT_FALSE(mine.alive(note));
  const auto added = must(theirs.add("note", track));
  must(mine.apply(theirs.take_operations()));
  EXPECT_TRUE(mine.known(added));
  EXPECT_FALSE(mine.alive(added));
  EXPECT_TRUE(mine.undo());
  EXPECT_TRUE(mine.alive(added));
  EXPECT_TRUE(mine.alive(note));
}

TEST(Undo, GroupsLabelsAndCancelling) {
  Document d(1);
  const auto note = must(d.add("note", kRoot, {{"key", 60}}));
  d.begin_edit("Drag");
  d.begin_edit("Inner");
  for (int i = 0; i < 100; ++i) must(d.set(note, "start", i));
  d.end_edit();
  must(d.set(note, "key", 61));
  d.end_edit();
  EXPECT_EQ(d.undo_label(), "Drag");
  d.begin_edit("Escape");
  must(d.set(note, "start", 5000));
  must(d.remove(note));
  d.cancel_edit();
  EXPECT_TRUE(d.alive(note));
  EXPECT_EQ(d.get(note, "start"), Value(99));
  EXPECT_EQ(d.undo_label(), "Drag");
  EXPECT_TRUE(d.undo());
  EXPECT_EQ(d.get(note, "key"), Value(60));
  EXPECT_TRUE(d.get(note, "start").is_null());
  EXPECT_EQ(d.redo_label(), "Drag");
  // A drag back to where it began is no step.
  d.begin_edit("Nothing");
  must(d.set(note, "key", 10));
  must(d.set(note, "key", 60));
  d.end_edit();
  EXPECT_EQ(d.undo_label(), "Edit");
  EXPECT_TRUE(d.undo());
  EXPECT_FALSE(d.alive(note));
  EXPECT_FALSE(d.undo());
}

TEST(Undo, TenThousandStepsBackAndForth) {
  Document d(1);
  const auto note = must(d.add("note", kRoot));
  for (int i = 1; i <= 10'000; ++i) must(d.set(note, "start", i));
  for (int i = 9'999; i >= 1; --i) {
    ASSERT_TRUE(d.undo());
    ASSERT_EQ(d.get(note, "start"), Value(i));
  }
  for (int i = 2; i <= 10'000; ++i) {
    ASSERT_TRUE(d.redo());
    ASSERT_EQ(d.get(note, "start"), Value(i));
  }
}

// --- merging
// ---------------------------------------------------------------------------------------

TEST(Merge, OperationsOnUnknownEntitiesWait) {
  Document a(1);
  const auto track = must(a.add("track", kRoot, {{"name", "Bass"}}));
  const auto note = must(a.add("note", track, {{"key", 40}}));
  must(a.set(note, "key", 41));
  must(a.remove(track));
  auto ops = a.take_operations();
  Document b(2);
  for (std::size_t i = ops.size(); i-- > 0;) {
    must(b.apply(ops[i]));
    const auto loaded = load_tutti(save_tutti(b), 3);
    ASSERT_TRUE(loaded.ok());
    EXPECT_EQ(loaded->waiting(), b.waiting());
    EXPECT_EQ(save_tutti(*loaded), save_tutti(b));
  }
  EXPECT_EQ(b.canonical(), a.canonical());
  EXPECT_EQ(b.waiting(), 0u);
  EXPECT_EQ(b.get(note, "key"), Value(41));
  EXPECT_FALSE(b.alive(note));
}

TEST(Merge, LastWriterWinsByStampAndTiesByValue) {
  Document d(9);
  must(d.apply(std::vector<Operation>{{{1, 5}, Verb::add, {1, 5}, "note", {{"key", 1}}}}));
  must(d.apply(set_op({7, 2}, {1, 5}, {{"key", 2}})));
  must(d.apply(set_op({7, 1}, {1, 5}, {{"key", 3}})));
  EXPECT_EQ(d.get({1, 5}, "key"), Value(2));
  must(d.apply(set_op({7, 2}, {1, 5}, {{"key", 9}})));  // a forged twin: the same everywhere
  EXPECT_EQ(d.get({1, 5}, "key"), Value(9));
  must(d.apply(set_op({7, 2}, {1, 5}, {{"key", 2}})));
  EXPECT_EQ(d.get({1, 5}, "key"), Value(9));
  EXPECT_GT(must(d.add("note", kRoot)).counter, 7u);
}

TEST(Merge, RingsOfParentsAreNotAlive) {
  Document a(1);
  const auto x = must(a.add("track", kRoot));
  const auto y = must(a.add("track", kRoot));
  Document b(2);
  must(b.apply(a.take_operations()));
  must(a.move(x, y, kRoot));
  must(b.move(y, x, kRoot));
  must(a.apply(b.take_operations()));
  must(b.apply(a.to_operations()));
  EXPECT_EQ(a.canonical(), b.canonical());
  EXPECT_FALSE(a.alive(x));
  EXPECT_FALSE(a.alive(y));
  EXPECT_TRUE(a.children(kRoot, "track").empty());
}

TEST(Merge, MovesKeepTheIntendedOrder) {
  Random random(4);
  Document d(1);
  std::vector<EntityId> order;
  for (int i = 0; i < 300; ++i) {
    const auto id = must(d.add("track", kRoot));
    const std::size_t at = random.below(order.size() + 1);
    must(d.move(id, kRoot, at == 0 ? kRoot : order[at - 1]));
    order.insert(order.begin() + static_cast<std::ptrdiff_t>(at), id);
    ASSERT_EQ(d.children(kRoot, "track"), order);
  }
}

TEST(Merge, TwoWhoChooseOnePlaceCanStillBeParted) {
  Document a(1);
  const auto first = must(a.add("track", kRoot, {{"position", "V"}}));
  const auto x = must(a.add("track", kRoot, {{"position", "W"}}));
  const auto y = must(a.add("track", kRoot, {{"position", "W"}}));
  const auto z = must(a.add("track", kRoot, {{"position", "W"}}));
  const auto moved = must(a.add("track", kRoot, {{"position", "z"}}));
  must(a.move(moved, kRoot, x));
  EXPECT_EQ(a.children(kRoot, "track"), (std::vector{first, x, moved, y, z}));
}

RC_GTEST_PROP(PositionProperty, LiesBetween, ()) {
  Random random(*rc::gen::arbitrary<std::uint64_t>());
  std::vector<std::string> all = {position_between("", "")};
  for (int i = 0; i < 200; ++i) {
    const std::size_t at = random.below(3) == 0 ? all.size() : random.below(all.size() + 1);
    const std::string low = at == 0 ? "" : all[at - 1];
    const std::string high = at == all.size() ? "" : all[at];
    const auto middle = position_between(low, high);
    RC_ASSERT(low < middle);
    RC_ASSERT(high.empty() || middle < high);
    RC_ASSERT(middle.back() != '0');
    all.insert(all.begin() + static_cast<std::ptrdiff_t>(at), middle);
  }
}

TEST(Position, GrowsSlowlyAndTakesAnything) {
  std::string last;
  for (int i = 0; i < 1000; ++i) last = position_between(last, "");
  EXPECT_LT(last.size(), 20u);
  std::string first = "V";
  for (int i = 0; i < 100; ++i) first = position_between("", first);
  EXPECT_LT(first.size(), 25u);
  EXPECT_GT(position_between("b", "a"), "b");
  EXPECT_FALSE(position_between("!?", "\xFF").empty());
  EXPECT_FALSE(position_between("000", "0").empty());
}

// --- what is refused
// -------------------------------------------------------------------------------

TEST(Refusal, ForgedAndMalformedOperations) {
  Document d(1);
  const auto note = must(d.add("note", kRoot, {{"key", 60}}));
  const std::string before = d.canonical();
  const Stamp at{9, 2};
  const std::vector<Operation> cases = {
      {{0, 2}, Verb::set, note, "", {{"key", 1}}},
      {{9, 0}, Verb::set, note, "", {{"key", 1}}},
      {{9, kMaxActor + 1}, Verb::set, note, "", {{"key", 1}}},
      {{kMaxCounter + 1, 2}, Verb::set, note, "", {{"key", 1}}},
      {{kMaxCounter, 2}, Verb::set, note, "", {{"key", 1}}},  // a clock far ahead
      {at, Verb::add, {8, 2}, "note", {}},                    // under a foreign number
      {at, Verb::add, at, "", {}},
      {at, Verb::add, at, "No Name", {}},
      {at, Verb::add, at, "note", {{"parent", EntityId{50, 2}}}},  // a parent from the future
      {at, Verb::add, at, "note", {{"parent", "nonsense"}}},
      {at, Verb::add, at, "note", {{"parent", 5}}},
      {at, Verb::add, at, "note", {{"parent", "01.1"}}},
      {at, Verb::set, {9, 3}, "", {{"key", 1}}},  // not there yet
      {at, Verb::set, note, "note", {{"key", 1}}},
      {at, Verb::set, note, "", {}},
      {at, Verb::set, note, "", {{"Key", 1}}},
      {at, Verb::set, note, "", {{"", 1}}},
      {at, Verb::set, note, "", {{std::string(65, 'a'), 1}}},
      {at, Verb::set, note, "", {{"key", 1}, {"key", 2}}},
      {at, Verb::set, note, "", {{"parent", note}}},
      {at, Verb::set, note, "", {{"removed", true}}},
      {at, Verb::set, note, "", {{"name", "\xFF\xFE"}}},
      {at, Verb::move, note, "", {{"key", 1}}},
      {at, Verb::move, note, "", {{"parent", note}}},
      {at, Verb::move, note, "", {{"position", 7}}},
      {at, Verb::move, note, "", {{"position", std::string(300, 'a')}}},
      {at, Verb::move, kRoot, "", {{"position", "a"}}},
      {at, Verb::remove, kRoot, "", {{"removed", true}}},
      {at, Verb::remove, note, "", {{"removed", 1}}},
      {at, Verb::remove, note, "", {{"removed", true}, {"key", 1}}},
  };
  for (const auto& op : cases) {
    // A good one in front: all or nothing.
    const auto done = d.apply(std::vector<Operation>{set_op({8, 7}, note, {{"key", 99}}), op});
    ASSERT_FALSE(done.ok()) << operations_to_json(std::span(&op, 1));
    EXPECT_EQ(done.error().code, Code::bad_input);
    EXPECT_FALSE(done.error().next.empty());
    EXPECT_EQ(d.canonical(), before);
  }
  EXPECT_EQ(d.clock(), 1u);
}

TEST(Refusal, LimitsHold) {
  const DocumentLimits limits{.max_entities = 50,
                              .max_fields = 4,
                              .max_name = 8,
                              .max_text = 100,
                              .max_total_text = 1000,
                              .max_operations = 200,
                              .max_clock_jump = 1000};
  Document d(1, limits);
  const auto note = must(d.add("note", kRoot, {{"a", 1}}));
  const auto refused = [&](std::vector<Operation> ops) {
    const std::string before = d.canonical();
    const auto done = d.apply(ops);
    EXPECT_FALSE(done.ok());
    if (done.ok()) return;
    EXPECT_EQ(done.error().code, Code::too_large) << done.error().message;
    EXPECT_EQ(d.canonical(), before);
  };
  refused({set_op({5, 2}, note, {{"text", std::string(101, 'x')}})});
  refused({set_op({5, 2}, note, {{"b", 1}, {"c", 1}, {"d", 1}})});  // parent and a are there
  refused({set_op({5, 2}, note, {{"b", 1}}), set_op({6, 2}, note, {{"c", 1}}),
           set_op({7, 2}, note, {{"d", 1}})});
  std::vector<Operation> many;
  for (std::uint64_t i = 0; i < 60; ++i)
    many.push_back({{10 + i, 2}, Verb::add, {10 + i, 2}, "note", {}});
  refused(many);
  std::vector<Operation> texts;
  for (std::uint64_t i = 0; i < 12; ++i) {
    texts.push_back({{10 + i, 2}, Verb::add, {10 + i, 2}, "note", {{"t", std::string(90, 'x')}}});
  }
  refused(texts);
  // The same text said many times counts once.
  std::vector<Operation> again;
  for (std::uint64_t i = 0; i < 100; ++i)
    again.push_back(set_op({10 + i, 2}, note, {{"t", std::string(90, 'x')}}));
  must(d.apply(again));
  many.resize(49);
  must(d.apply(many));
  EXPECT_EQ(d.add("note", kRoot).error().code, Code::too_large);
  std::vector<Operation> bomb(201, set_op({200, 2}, note, {{"a", 2}}));
  refused(bomb);
}

TEST(Refusal, LocalMistakesAreNamed) {
  Document reader(0);
  EXPECT_EQ(reader.set(kRoot, "title", "x").error().code, Code::wrong_usage);
  Document d(1);
  EXPECT_EQ(d.add("note", {5, 5}).error().code, Code::not_found);
  EXPECT_EQ(d.set({5, 5}, "key", 1).error().code, Code::not_found);
  EXPECT_EQ(d.remove({5, 5}).error().code, Code::not_found);
  EXPECT_EQ(d.remove(kRoot).error().code, Code::wrong_usage);
  EXPECT_FALSE(d.add("Bad Kind", kRoot).ok());
  EXPECT_FALSE(d.set(kRoot, "removed", true).ok());
  EXPECT_TRUE(d.take_operations().empty());
  EXPECT_FALSE(d.can_undo());
}

// --- values, stamps, JSON
// --------------------------------------------------------------------------

TEST(Operations, NumbersSurviveOtherReaders) {
  EXPECT_EQ(Value(5.0), Value(5));
  EXPECT_EQ(Value(-0.0), Value(0));
  EXPECT_EQ(Value(0x1p53), Value(std::int64_t{1} << 53));
  EXPECT_EQ(Value((std::int64_t{1} << 60)), Value(0x1p60));
  EXPECT_TRUE(Value(std::numeric_limits<double>::infinity()).is_null());
  EXPECT_TRUE(Value(std::nan("")).is_null());
  EXPECT_EQ(Value(2.5).integer(), 3);
  EXPECT_EQ(Value("x").integer(7), 7);
  EXPECT_EQ(Value(3).text("no"), "no");
  EXPECT_EQ(Value(true).number(4), 4);
}

TEST(Operations, StampsHaveOneSpelling) {
  EXPECT_EQ(to_text(Stamp{12, 0xa3f}), "12.a3f");
  EXPECT_EQ(to_text(kRoot), "0.0");
  EXPECT_EQ(stamp_from_text("12.a3f"), (Stamp{12, 0xa3f}));
  for (const char* wrong : {"", ".", "1", "1.", ".1", "01.1", "1.01", "1.A", "1.g", "-1.1", "1.1 ",
                            "9007199254740992.1", "1.1000000000000", "1.1.1"}) {
    EXPECT_FALSE(stamp_from_text(wrong)) << wrong;
  }
}

RC_GTEST_PROP(OperationsProperty, JsonGoesBothWays, ()) {
  Random random(*rc::gen::arbitrary<std::uint64_t>());
  Document d(random.below(kMaxActor) + 1);
  for (int i = 0; i < 30; ++i) any_edit(d, random);
  const auto ops = d.take_operations();
  const auto text = operations_to_json(ops);
  const auto again = operations_from_json(text);
  RC_ASSERT(again.ok());
  RC_ASSERT(*again == ops);
  RC_ASSERT(operations_to_json(*again) == text);
}

TEST(Operations, BadJsonIsNamed) {
  for (const char* text :
       {"", "{}", "[5]", "[{}]", R"([{"at":"1.1"}])", R"([{"at":"1.1","op":"fly"}])",
        R"([{"at":"1.1","op":"set"}])", R"([{"at":"1.1","op":"set","id":"x","set":{}}])",
        R"([{"at":"1.1","op":"add","kind":"note","set":[]}])",
        R"([{"at":"1.1","op":"add","kind":"note","set":{"a":[]}}])"}) {
    const auto ops = operations_from_json(text);
    ASSERT_FALSE(ops.ok()) << text;
    EXPECT_EQ(ops.error().code, Code::bad_input);
  }
}

// --- what changed
// ----------------------------------------------------------------------------------

// Whoever follows changed_since sees the same as who looks at everything.
RC_GTEST_PROP(ChangesProperty, FollowingThemIsEnough, ()) {
  Random random(*rc::gen::arbitrary<std::uint64_t>());
  Document d(1);
  Document other(2);
  Picture followed = {{kRoot, {}}};
  std::uint64_t seen = 0;
  for (int step = 0; step < 80; ++step) {
    switch (random.below(5)) {
      case 0:
        d.undo();
        break;
      case 1:
        any_edit(other, random);
        RC_ASSERT(d.apply(other.take_operations()).ok());
        break;
      default:
        any_edit(d, random);
    }
    if (random.below(3) == 0) continue;
    const auto whole = picture(d);
    std::set<EntityId> once;
    for (const EntityId id : d.changed_since(seen)) {
      RC_ASSERT(once.insert(id).second);
      followed.erase(id);
      if (const auto found = whole.find(id); found != whole.end()) followed.insert(*found);
    }
    seen = d.revision();
    RC_ASSERT(followed == whole);
  }
}

TEST(Changes, ADoubledOperationChangesNothing) {
  Document a(1);
  must(a.add("note", kRoot, {{"key", 1}}));
  const auto ops = a.take_operations();
  const auto revision = a.revision();
  must(a.apply(ops));
  EXPECT_EQ(a.revision(), revision);
  EXPECT_TRUE(a.changed_since(revision).empty());
  must(a.set(kRoot, "title", Value()));  // as it was: no operation
  EXPECT_TRUE(a.take_operations().empty());
}

// The cost of an edit must not grow with the document: counted in changes, not in time.
TEST(Changes, AnEditInALargeDocumentTouchesOnlyItself) {
  Document d(1);
  const auto track = must(d.add("track", kRoot));
  std::vector<EntityId> notes;
  for (int i = 0; i < 10'000; ++i)
    notes.push_back(must(d.add("note", track, {{"start", i}, {"key", 60}})));
  const auto revision = d.revision();
  must(d.set(notes[5000], "start", 7));
  EXPECT_EQ(d.changed_since(revision), std::vector{notes[5000]});
  EXPECT_EQ(d.revision(), revision + 1);
  must(d.remove(track));
  EXPECT_EQ(d.changed_since(revision + 1).size(), 10'001u);
}

}  // namespace
}  // namespace tutti::project
