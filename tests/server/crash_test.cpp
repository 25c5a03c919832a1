// The program is killed, or its machine loses power, at random points of a session of edits,
// uploads and jobs. Whatever was acknowledged before is there afterwards, the database is sound,
// the server is ready again in 2 s, and the job comes to its end. Seeded; TUTTI_CRASH_POINTS,
// TUTTI_POWER_POINTS and TUTTI_CRASH_SEED change size and seed (T1 and T2 of the reliability plan).
#include <atomic>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <iostream>
#include <map>
#include <set>
#include <signal.h>
#include <sys/stat.h>
#include <thread>

#include "engine/base/json.h"
#include "engine/base/random.h"
#include "native/files/sha256.h"
#include "server/store/store.h"
#include "tests/server/client.h"
#include "tests/server/house.h"
#include "tests/server/hum.h"
#include "tests/server/scratch.h"

namespace tutti {
namespace {

namespace fs = std::filesystem;
using test::RunningServer;

int number_from(const char* name, int fallback) {
  const char* text = std::getenv(name);
  return text ? std::atoi(text) : fallback;
}

// What the server has told somebody it has.
struct Promised {
  std::string project;
  std::set<std::string> stamps;
  std::map<std::string, std::string> blobs;  // hash -> content
  std::string job;
};

std::string words(const boost::json::value& value) {
  return std::string(value.as_string().c_str());
}

// Edits over a WebSocket until the line breaks; `counter` never repeats a stamp.
void edit_until_broken(int port, Promised& promised, std::atomic<int>& counter) {
  auto socket = test::WebSocket::open(port, "/ws/projects/" + promised.project);
  if (!socket) return;
  for (;;) {
    const int n = ++counter;
    std::string ops = test::track(n + 10);
    const int size = 1 + n % 4;
    std::vector<std::string> stamps{std::to_string(n + 10) + ".a"};
    for (int i = 1; i < size; ++i) {
      ops += "," + test::track(n + 10, "b" + std::to_string(i));
      stamps.push_back(std::to_string(n + 10) + ".b" + std::to_string(i));
    }
    if (!socket->send(R"({"type":"ops","batch":"n)" + std::to_string(n) + R"(","ops":[)" + ops +
                      "]}"))
      return;
    if (!socket->read("ack")) return;
    promised.stamps.insert(stamps.begin(), stamps.end());
  }
}

void upload_until_broken(int port, Promised& promised, std::atomic<int>& counter,
                         std::uint64_t seed) {
  Random random(seed);
  for (;;) {
    std::string content = "upload " + std::to_string(++counter) + " ";
    content.resize(1000 + random.below(60'000), static_cast<char>('a' + random.below(26)));
    const auto reply = test::request(port, "POST", "/api/blobs", content);
    if (reply.status != 201) return;
    promised.blobs[words(reply.json().at("sha256"))] = content;
  }
}

void start_job(int port, Promised& promised, int n) {
  const auto wav = test::hum_wav({60 + n % 12, 64, 67 - n % 5});
  const auto blob =
      test::request(port, "POST", "/api/blobs",
                    std::string(reinterpret_cast<const char*>(wav.data()), wav.size()));
  if (blob.status != 201) return;
  const auto job =
      test::post_json(port, "/api/jobs",
                      R"({"kind":"transcribe","blob":")" + words(blob.json().at("sha256")) +
                          R"(","settings":{"tempo":)" + std::to_string(60 + n % 200) + "}}");
  if (job.status == 202) promised.job = words(job.json().at("id"));
}

void expect_kept(int port, const Promised& promised) {
  const auto since =
      test::request(port, "GET", "/api/projects/" + promised.project + "/ops?since=0");
  const auto health = test::request(port, "GET", "/health/detailed?full=1");
  ASSERT_EQ(since.status, 200) << since.body;
  ASSERT_EQ(health.status, 200) << health.body;
  std::set<std::string> there;
  const auto kept = since.json(), seen = health.json();
  for (const auto& op : kept.at("ops").as_array()) there.insert(words(op.at("at")));
  for (const std::string& stamp : promised.stamps)
    EXPECT_TRUE(there.count(stamp)) << "lost edit " << stamp;
  EXPECT_EQ(test::request(port, "GET", "/api/projects/" + promised.project).status, 200);
  for (const auto& [hash, content] : promised.blobs)
    EXPECT_EQ(test::request(port, "GET", "/api/blobs/" + hash).body, content)
        << "lost upload " << hash;
  bool sound = false;
  for (const auto& check : seen.at("checks").as_array())
    if (words(check.at("name")) == "integrity") sound = words(check.at("status")) == "ok";
  EXPECT_TRUE(sound) << health.body;
}

void expect_job_ends(int port, const std::string& id) {
  auto socket = test::WebSocket::open(port, "/ws/jobs/" + id);
  ASSERT_TRUE(socket) << "lost job " << id;
  boost::json::value last;
  while (auto news = socket->read()) last = *news;
  EXPECT_EQ(words(last.at("state")), "succeeded") << write_json(last);
}

// How long the script runs before the blow: mostly short, so that starting up is hit too.
std::chrono::microseconds until_the_blow(Random& random) {
  return std::chrono::microseconds(
      static_cast<long>(1000 * random.uniform(0, random.below(4) == 0 ? 250 : 60)));
}

// Runs the script against a server and strikes; the workers are the server's own.
void script(RunningServer& server, Promised& promised, std::atomic<int>& counter,
            std::uint64_t seed, bool with_job, const std::function<void()>& strike) {
  if (promised.project.empty())
    promised.project = words(
        test::post_json(server.port, "/api/projects", R"({"title":"Crash"})").json().at("id"));
  Promised uploads;
  std::thread editor([&] { edit_until_broken(server.port, promised, counter); });
  std::thread uploader([&] { upload_until_broken(server.port, uploads, counter, seed); });
  Promised job;
  std::thread worker([&] {
    if (with_job) start_job(server.port, job, static_cast<int>(seed % 1000));
  });
  strike();
  editor.join();
  uploader.join();
  worker.join();
  promised.blobs.merge(uploads.blobs);
  if (!job.job.empty()) promised.job = job.job;
}

TEST(Crash, KilledServersLoseNothingTheyAcknowledged) {
  const int points = number_from("TUTTI_CRASH_POINTS", 120);
  Random random(static_cast<std::uint64_t>(number_from("TUTTI_CRASH_SEED", 1)));
  test::Scratch scratch;
  const std::string folder = (scratch / "library").string();
  Promised promised;
  std::atomic<int> counter{0};
  double slowest = 0;
  for (int point = 0; point < points; ++point) {
    SCOPED_TRACE("point " + std::to_string(point));
    RunningServer server(folder, {"--workers", "1"});
    ASSERT_NE(server.port, 0);
    slowest = std::max(slowest, server.seconds_to_ready);
    if (!promised.project.empty() && (point % 10 == 0 || point + 1 == points))
      expect_kept(server.port, promised);
    if (!promised.job.empty() && point % 10 == 0) {
      expect_job_ends(server.port, promised.job);
      promised.job.clear();
    }
    script(server, promised, counter, random.next(), point % 10 == 9, [&] {
      std::this_thread::sleep_for(until_the_blow(random));
      server.program->kill(SIGKILL);
    });
  }
  RunningServer server(folder, {"--workers", "1"});
  ASSERT_NE(server.port, 0);
  expect_kept(server.port, promised);
  if (!promised.job.empty()) expect_job_ends(server.port, promised.job);
  EXPECT_GT(promised.stamps.size(), static_cast<std::size_t>(points));
  EXPECT_LT(slowest, 2.0);
  std::cout << points << " kills of the server: " << promised.stamps.size() << " operations and "
            << promised.blobs.size() << " uploads acknowledged, all there; slowest start "
            << slowest << " s\n";
}

TEST(Crash, KilledWorkersLoseNoJob) {
  const int points = number_from("TUTTI_CRASH_POINTS", 120) * 2 / 3;
  Random random(static_cast<std::uint64_t>(number_from("TUTTI_CRASH_SEED", 1)) + 7);
  test::Scratch scratch;
  RunningServer server((scratch / "library").string(), {"--workers", "2"});
  ASSERT_NE(server.port, 0);
  // A worker is chosen among those alive; killed with it, its child.
  const auto kill_a_worker = [&] {
    for (;;) {
      const auto health = test::request(server.port, "GET", "/health/detailed").json();
      for (const auto& check : health.at("checks").as_array()) {
        if (words(check.at("name")) != "workers") continue;
        const std::string detail = words(check.at("detail"));
        const std::size_t digit = detail.find_first_of("0123456789");
        if (digit == std::string::npos) continue;
        std::vector<int> ids;
        for (std::size_t at = digit; at < detail.size();
             at = detail.find_first_of("0123456789", detail.find(',', at)))
          ids.push_back(std::atoi(detail.c_str() + at));
        if (::kill(ids[random.below(ids.size())], SIGKILL) == 0) return;
      }
    }
  };
  int killed = 0;
  for (int round = 0; killed < points; ++round) {
    Promised promised;
    start_job(server.port, promised, round);
    ASSERT_FALSE(promised.job.empty());
    // At most two blows a job: three mean that the job is to blame.
    for (int blow = 0; blow < 2 && killed < points; ++blow, ++killed) {
      std::this_thread::sleep_for(until_the_blow(random) / 2);
      kill_a_worker();
    }
    expect_job_ends(server.port, promised.job);
  }
  std::cout << killed << " kills of workers, every job came to its end\n";
}

// --- Power cuts
// ------------------------------------------------------------------------------------

// Puts a library back to what the shim saw made durable. `tear` also lets some 4 KB pieces of what
// was written since survive, as a disk may.
void cut_power(const fs::path& library, const fs::path& shadow, Random& random, bool tear) {
  std::map<fs::path, std::map<std::string, std::string>> folders;  // folder -> name -> inode
  for (const auto& entry : fs::directory_iterator(shadow)) {
    if (entry.path().filename().string().rfind("folder-", 0) != 0) continue;
    std::ifstream file(entry.path());
    std::string path, line;
    std::getline(file, path);
    auto& names = folders[path];
    while (std::getline(file, line))
      names[line.substr(line.find(' ') + 1)] = line.substr(0, line.find(' '));
  }
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(library))
    if (entry.is_regular_file()) files.push_back(entry.path());
  for (const fs::path& path : files) {
    if (path.filename() == "serve.lock") continue;
    if (path.filename() == "tutti.db-shm") {
      fs::remove(path);  // lived in memory
      continue;
    }
    struct stat status{};
    ASSERT_EQ(::stat(path.c_str(), &status), 0);
    const auto folder = folders.find(path.parent_path());
    const bool named = folder != folders.end() && folder->second.count(path.filename().string()) &&
                       folder->second.at(path.filename().string()) == std::to_string(status.st_ino);
    const fs::path kept = shadow / ("inode-" + std::to_string(status.st_ino));
    if (!named) {
      fs::remove(path);
      continue;
    }
    std::string durable, present;
    {
      std::ifstream in(kept, std::ios::binary);
      durable.assign(std::istreambuf_iterator<char>(in), {});
      std::ifstream now(path, std::ios::binary);
      present.assign(std::istreambuf_iterator<char>(now), {});
    }
    if (tear) {
      // Each piece is as it was or as it would have become.
      const std::size_t size = random.below(2) ? durable.size() : present.size();
      std::string torn = durable;
      torn.resize(size, '\0');
      for (std::size_t at = 0; at < size; at += 4096)
        if (random.below(2) && at < present.size())
          torn.replace(at, std::min<std::size_t>(4096, size - at),
                       present.substr(at, std::min<std::size_t>(4096, size - at)));
      durable = torn;
    }
    fs::permissions(path, fs::perms::owner_write, fs::perm_options::add);
    std::ofstream(path, std::ios::binary | std::ios::trunc) << durable;
  }
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
TEST(Crash, PowerCutsLoseNothingThatWasAcknowledged) {
  const int points = number_from("TUTTI_POWER_POINTS", 40);
  Random random(static_cast<std::uint64_t>(number_from("TUTTI_CRASH_SEED", 1)) + 99);
  test::Scratch scratch;
  const fs::path library = fs::canonical(scratch.path()) / "library", shadow = scratch / "shadow";
  fs::create_directories(shadow);
  const std::vector<std::string> environment{std::string("LD_PRELOAD=") + TUTTI_POWER_SHIM,
                                             "TUTTI_POWER_ROOT=" + library.string(),
                                             "TUTTI_POWER_SHADOW=" + shadow.string()};
  Promised promised;
  std::atomic<int> counter{0};
  for (int point = 0; point < points; ++point) {
    SCOPED_TRACE("point " + std::to_string(point));
    {
      RunningServer server(library.string(), {"--workers", "0"}, environment);
      ASSERT_NE(server.port, 0);
      if (!promised.project.empty()) expect_kept(server.port, promised);
      script(server, promised, counter, random.next(), false, [&] {
        std::this_thread::sleep_for(until_the_blow(random));
        server.program->kill(SIGKILL);
      });
    }
    cut_power(library, shadow, random, point % 2 == 1);
  }
  RunningServer server(library.string(), {"--workers", "0"}, environment);
  ASSERT_NE(server.port, 0);
  expect_kept(server.port, promised);
  EXPECT_GT(promised.stamps.size(), static_cast<std::size_t>(points));
  EXPECT_GT(promised.blobs.size(), static_cast<std::size_t>(points) / 4);
  std::cout << points << " power cuts: " << promised.stamps.size() << " operations and "
            << promised.blobs.size() << " uploads acknowledged, all there\n";
}

// The test can fail: a store that does not wait for the disk loses what it acknowledged.
TEST(Crash, TheShimDropsWhatWasNotSynced) {
  test::Scratch scratch;
  const fs::path library = fs::canonical(scratch.path()) / "library", shadow = scratch / "shadow";
  fs::create_directories(shadow);
  fs::create_directories(library);
  std::ofstream(library / "never-synced") << "gone";
  Random random(1);
  cut_power(library, shadow, random, false);
  EXPECT_FALSE(fs::exists(library / "never-synced"));
}
#endif

}  // namespace
}  // namespace tutti
