// Replicas under random schedules: everything may be lost and sent again, doubled, reordered, held
// back for long, and replicas may die and come back from an old save.

#include <algorithm>
#include <cstdlib>
#include <deque>
#include <gtest/gtest.h>

#include "engine/project/files.h"
#include "tests/project/replicas.h"

namespace tutti::project {
namespace {

using test::any_edit;
using test::Oracle;
using test::picture;

struct Replica {
  Document document;
  std::vector<Operation> unsent;  // kept by the client until the server has acknowledged them
  std::string save;
  bool online = true;
};

class World {
 public:
  explicit World(std::uint64_t seed) : random_(seed) {
    const auto count = 2 + random_.below(19);
    for (std::uint64_t i = 0; i < count; ++i)
      replicas_.push_back({Document(next_actor_++), {}, {}, true});
    for (auto& r : replicas_) r.save = save_tutti(r.document);
  }

  void run() {
    for (auto steps = 20 + random_.below(100); steps > 0; --steps) step();
    settle();
  }

  void step() {
    auto& r = replicas_[random_.below(replicas_.size())];
    switch (random_.below(10)) {
      case 0:
        r.online = !r.online;
        break;
      case 1:
        restart(r);
        break;
      case 2:
        r.document.undo();
        collect(r);
        break;
      case 3:
        r.document.redo();
        collect(r);
        break;
      case 4:
        r.save = save_tutti(r.document);
        break;
      case 5:
        send(r);
        break;
      case 6:
        receive(r);
        break;
      default:
        any_edit(r.document, random_);
        collect(r);
    }
  }

  // Everybody comes online, and everything is delivered at last, in a different order to each.
  void settle() {
    for (auto& r : replicas_) {
      r.online = true;
      while (!r.unsent.empty()) send(r);
    }
    for (auto& r : replicas_) {
      auto all = server_;
      for (std::size_t i = all.size(); i > 1; --i) std::swap(all[i - 1], all[random_.below(i)]);
      for (std::size_t i = 0; i < all.size();) {
        const auto n = std::min<std::size_t>(1 + random_.below(7), all.size() - i);
        const auto applied = r.document.apply(std::span(all).subspan(i, n));
        ASSERT_TRUE(applied.ok()) << applied.error().message;
        i += n;
      }
    }
  }

  void check() {
    Oracle oracle;
    for (const auto& op : server_) oracle.see(op);
    const std::string wanted = oracle.canonical();
    for (auto& r : replicas_) {
      ASSERT_EQ(r.document.canonical(), wanted);
      ASSERT_EQ(r.document.waiting(), 0u);
      const std::string text = save_tutti(r.document);
      const auto loaded = load_tutti(text, 1);
      ASSERT_TRUE(loaded.ok()) << loaded.error().message;
      ASSERT_EQ(save_tutti(*loaded), text);
      ASSERT_EQ(picture(*loaded), picture(r.document));
      Document rebuilt(1);
      ASSERT_TRUE(rebuilt.apply(r.document.to_operations()).ok());
      ASSERT_EQ(save_tutti(rebuilt), text);
    }
  }

  // One replica takes back everything it can; when the others have heard, all are equal again.
  void undo_all() {
    auto& r = replicas_[random_.below(replicas_.size())];
    while (r.document.undo()) {
    }
    collect(r);
    settle();
    check();
  }

 private:
  void collect(Replica& r) {
    for (auto& op : r.document.take_operations()) r.unsent.push_back(std::move(op));
  }

  // Some of what is unsent goes out; the acknowledgement may get lost, so that it is sent again.
  void send(Replica& r) {
    if (!r.online || r.unsent.empty()) return;
    const auto n = 1 + random_.below(r.unsent.size());
    for (std::uint64_t i = 0; i < n; ++i) {
      // Through JSON, as on the wire.
      const auto text = operations_to_json(std::span(&r.unsent[i], 1));
      const auto read = operations_from_json(text);
      ASSERT_TRUE(read.ok()) << read.error().message;
      ASSERT_EQ((*read)[0], r.unsent[i]);
      server_.push_back((*read)[0]);
    }
    if (random_.below(3) != 0)
      r.unsent.erase(r.unsent.begin(), r.unsent.begin() + static_cast<std::ptrdiff_t>(n));
  }

  // Any part of what the server has, in any order, some of it twice.
  void receive(Replica& r) {
    if (!r.online) return;
    std::vector<Operation> batch;
    for (auto n = random_.below(30); n > 0 && !server_.empty(); --n)
      batch.push_back(server_[random_.below(server_.size())]);
    const auto applied = r.document.apply(batch);
    ASSERT_TRUE(applied.ok()) << applied.error().message;
  }

  // The process dies. It comes back from its last save, with what it had not sent, as a new actor.
  void restart(Replica& r) {
    auto loaded = load_tutti(r.save, next_actor_++);
    ASSERT_TRUE(loaded.ok()) << loaded.error().message;
    r.document = *std::move(loaded);
    ASSERT_TRUE(r.document.apply(r.unsent).ok());
    ASSERT_TRUE(r.document.apply(server_).ok());
  }

  Random random_;
  std::deque<Replica> replicas_;
  std::vector<Operation> server_;
  std::uint64_t next_actor_ = 1;
};

std::uint64_t from_environment(const char* name, std::uint64_t fallback) {
  const char* text = std::getenv(name);
  return text == nullptr ? fallback : std::strtoull(text, nullptr, 10);
}

// TUTTI_SCHEDULES runs more of them, TUTTI_SEED begins elsewhere; one seed gives one schedule.
TEST(Schedules, TwoThousandEndEqualEverywhere) {
  const auto count = from_environment("TUTTI_SCHEDULES", 2000);
  const auto first = from_environment("TUTTI_SEED", 1);
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    World world(seed);
    world.run();
    world.check();
    if (seed % 4 == 0) world.undo_all();
    ASSERT_FALSE(HasFailure()) << "replay with TUTTI_SEED=" << seed << " TUTTI_SCHEDULES=1";
  }
}

}  // namespace
}  // namespace tutti::project
