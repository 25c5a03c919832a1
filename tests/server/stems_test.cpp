// The stems' cache, its sound in pieces, and whose turn it is: without any separator at work.
#include "server/jobs/stems.h"

#include <cmath>
#include <fcntl.h>
#include <fstream>
#include <gtest/gtest.h>
#include <random>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

#include "engine/dsp/resample.h"
#include "native/files/audio_reader.h"
#include "native/files/audio_writer.h"
#include "server/jobs/fair.h"
#include "server/jobs/tasks.h"
#include "server/store/clock.h"
#include "server/store/practice_table.h"
#include "tests/server/house.h"
#include "tests/server/song_wav.h"

namespace tutti::jobs {
namespace {

namespace fs = std::filesystem;

std::string id_of(int number) {
  return StemsCache::id_of("blob" + std::to_string(number), "classical", "1");
}

void write_stem(int fd, const std::vector<std::int16_t>& stereo, int rate) {
  const auto bytes = test::wav_bytes(stereo, rate);
  ASSERT_EQ(::pwrite(fd, bytes.data(), bytes.size(), 0), static_cast<ssize_t>(bytes.size()));
}

// Puts stems of known samples into the cache, as a worker does.
std::int64_t keep(store::Store& store, StemsCache& cache, const std::string& id,
                  const std::vector<std::int16_t>& stereo, int rate, std::int64_t used) {
  auto folder = cache.begin(id);
  EXPECT_TRUE(folder);
  for (int i = 0; i < separate::kStems; ++i)
    write_stem(folder->stem(static_cast<separate::Stem>(i)), stereo, rate);
  const std::string about = to_text({rate, static_cast<double>(stereo.size()) / 2 / rate,
                                     static_cast<std::int64_t>(stereo.size() / 2), "T", "A"});
  EXPECT_EQ(::pwrite(folder->about(), about.data(), about.size(), 0),
            static_cast<ssize_t>(about.size()));
  auto bytes = cache.keep(std::move(*folder));
  EXPECT_TRUE(bytes) << bytes.error().message;
  store::StemsRow row;
  row.id = id;
  row.state = "ready";
  row.rate = rate;
  row.frames = static_cast<std::int64_t>(stereo.size() / 2);
  row.bytes = *bytes;
  row.used = used;
  EXPECT_TRUE(store::PracticeTable(store).put_stems(row));
  return *bytes;
}

TEST(StemsCache, IsWholeOrNotThere) {
  test::Scratch scratch;
  auto store = std::move(*store::Store::open(scratch / "library"));
  StemsCache cache(*store);
  const std::string id = id_of(1);
  const auto song = test::song_samples(1);
  {
    auto folder = cache.begin(id);
    ASSERT_TRUE(folder);
    write_stem(folder->stem(separate::Stem::drums), song, 44100);
    EXPECT_FALSE(cache.has(id));
    auto opened = cache.open_stem(id, separate::Stem::drums);  // as far as it is
    ASSERT_TRUE(opened);
    EXPECT_FALSE(opened->whole);
    ::close(opened->fd);
  }
  EXPECT_FALSE(cache.open_stem(id, separate::Stem::drums));
  EXPECT_TRUE(fs::is_empty(scratch / "library/stems/tmp"));
  keep(*store, cache, id, song, 44100, 1);
  EXPECT_TRUE(cache.has(id));
  EXPECT_EQ(cache.ready_frames(id), 44100);
  EXPECT_EQ(cache.about(id)->title, "T");
  // Whoever reads goes on reading when it is dropped.
  auto opened = cache.open_stem(id, separate::Stem::bass);
  ASSERT_TRUE(opened && opened->whole);
  ASSERT_TRUE(cache.drop(id));
  EXPECT_FALSE(cache.has(id));
  EXPECT_EQ(stem_bytes(opened->fd)->count, static_cast<std::int64_t>(song.size() * 2));
  ::close(opened->fd);
}

TEST(StemsCache, TheSecondTryOwnsTheFolder) {
  test::Scratch scratch;
  auto store = std::move(*store::Store::open(scratch / "library"));
  StemsCache cache(*store);
  auto slow = cache.begin(id_of(1));
  ASSERT_TRUE(slow);
  auto quick = cache.begin(id_of(1));
  ASSERT_TRUE(quick);
  auto late = cache.keep(std::move(*slow));
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, Code::conflict);
  EXPECT_TRUE(cache.keep(std::move(*quick)));
}

TEST(StemsCache, SweepsWhatTheDeadLeft) {
  test::Scratch scratch;
  auto store = std::move(*store::Store::open(scratch / "library"));
  StemsCache cache(*store);
  auto alive = cache.begin(id_of(1));
  ASSERT_TRUE(alive);
  fs::create_directories(scratch / "library/stems/tmp" / id_of(2));
  fs::create_directories(scratch / "library/stems" / id_of(3));  // no row knows it
  std::ofstream(scratch / "library/stems/tmp/file-x") << "half";
  cache.sweep();
  EXPECT_TRUE(fs::exists(scratch / "library/stems/tmp" / id_of(1)));
  EXPECT_FALSE(fs::exists(scratch / "library/stems/tmp" / id_of(2)));
  EXPECT_FALSE(fs::exists(scratch / "library/stems" / id_of(3)));
  EXPECT_FALSE(fs::exists(scratch / "library/stems/tmp/file-x"));
}

TEST(StemsCache, DropsWhatWasNotUsedForLongest) {
  test::Scratch scratch;
  auto store = std::move(*store::Store::open(scratch / "library"));
  const auto song = test::song_samples(1);
  std::int64_t each = 0;
  {
    StemsCache cache(*store);
    for (int i = 1; i <= 4; ++i) each = keep(*store, cache, id_of(i), song, 44100, 100 + i);
  }
  StemsCache cache(*store, 2 * each + each / 2);
  store::PracticeTable(*store).touch_stems(id_of(1));  // used again
  ASSERT_TRUE(store->flush());
  auto dropped = cache.make_room(id_of(4));
  ASSERT_TRUE(dropped);
  EXPECT_EQ(*dropped, 2);
  EXPECT_TRUE(cache.has(id_of(1)));
  EXPECT_FALSE(cache.has(id_of(2)));
  EXPECT_FALSE(cache.has(id_of(3)));
  EXPECT_TRUE(cache.has(id_of(4)));
  EXPECT_EQ(store::PracticeTable(*store).stems_total()->bytes, 2 * each);
}

TEST(StemsCache, SaysThatTheDiskIsFull) {
  // /dev/full refuses every byte as a full disk does.
  TaskFiles task;
  test::Scratch scratch;
  const auto wav = test::song_wav(1);
  std::ofstream(scratch / "song.wav", std::ios::binary)
      .write(reinterpret_cast<const char*>(wav.data()), static_cast<std::streamsize>(wav.size()));
  task.input = ::open((scratch / "song.wav").c_str(), O_RDONLY);
  for (int& fd : task.stems) fd = ::open("/dev/full", O_RDWR);
  task.about = ::open((scratch / "about.json").c_str(), O_RDWR | O_CREAT, 0600);
  auto separator = separation::make_separator("classical");
  ASSERT_TRUE(separator);
  task.separator = std::move(*separator);
  JobRequest request;
  request.kind = Kind::separate;
  auto made = separate_task(request, task, [](double, std::string_view) { return true; });
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, Code::io);
  EXPECT_NE(made.error().message.find("full"), std::string::npos) << made.error().message;
  ::close(task.input);
  ::close(task.about);
  for (const int fd : task.stems) ::close(fd);
}

struct Shelf {
  explicit Shelf(int rate = 44100) : song(test::song_samples(7.3, rate)) {
    keep(*house.store, house.stems->cache(), id, song, rate, 1);
  }
  std::string get(const std::string& query, int* status = nullptr) {
    const auto reply =
        test::request(house.port(), "GET", "/api/stems/" + id + "/bass/audio?" + query);
    if (status) *status = reply.status;
    return reply.body;
  }
  test::House house;
  std::string id = id_of(1);
  std::vector<std::int16_t> song;
};

TEST(StemsSound, PiecesJoinWithoutASeam) {
  Shelf shelf;
  // At the stems' own rate they are the very samples.
  const std::string own = shelf.get("rate=44100&from=1000&frames=5000");
  ASSERT_EQ(own.size(), 20'000u);
  EXPECT_EQ(std::memcmp(own.data(), shelf.song.data() + 2000, own.size()), 0);
  // At others, any cuts give the bytes of one piece.
  for (const int rate : {48000, 96000, 22050}) {
    const std::string at = "rate=" + std::to_string(rate);
    const std::string whole = shelf.get(at + "&frames=" + std::to_string(8 * rate));
    const auto frames = static_cast<std::int64_t>(whole.size() / 4);
    EXPECT_EQ(frames, static_cast<std::int64_t>(std::ceil(7.3 * rate)));
    std::mt19937 random(7);
    std::string joined;
    for (std::int64_t from = 0; from < frames;) {
      const std::int64_t count = 1 + static_cast<std::int64_t>(random() % 40'000);
      joined +=
          shelf.get(at + "&from=" + std::to_string(from) + "&frames=" + std::to_string(count));
      from += count;
    }
    EXPECT_TRUE(joined == whole) << rate;
    // And they are the conversion of the whole, rounded.
    std::vector<float> left;
    for (std::size_t i = 0; i < shelf.song.size(); i += 2) left.push_back(shelf.song[i]);
    const auto converted = dsp::Resampler(44100, rate).convert(left);
    std::int16_t got[2];
    for (std::size_t i = 0; i < converted.size(); i += 997) {
      std::memcpy(got, whole.data() + 4 * i, 4);
      EXPECT_NEAR(got[0], converted[i], 0.51) << i;
    }
  }
}

TEST(StemsSound, FlacPiecesHoldTheSameSamples) {
  Shelf shelf(48000);
  const std::string pcm = shelf.get("rate=44100&from=777&frames=30000");
  const std::string flac = shelf.get("rate=44100&from=777&frames=30000&form=flac");
  EXPECT_LT(flac.size(), pcm.size());
  auto decoded = files::decode(files::AudioSource::bytes(std::as_bytes(std::span(flac))));
  ASSERT_TRUE(decoded);
  ASSERT_EQ(decoded->audio.frames(), 30000u);
  EXPECT_EQ(decoded->audio.rate, 44100);
  for (std::size_t i = 0; i < 30000; ++i) {
    std::int16_t both[2];
    std::memcpy(both, pcm.data() + 4 * i, 4);
    ASSERT_EQ(decoded->audio.channels[0][i] * 32768.0f, both[0]) << i;
    ASSERT_EQ(decoded->audio.channels[1][i] * 32768.0f, both[1]) << i;
  }
}

TEST(StemsSound, RefusesWhatMakesNoSense) {
  Shelf shelf;
  int status = 0;
  for (const char* query : {"rate=44101", "rate=0", "rate=x", "from=-1", "frames=0",
                            "frames=99999999", "form=ogg", "from=9999999999999999999"}) {
    shelf.get(query, &status);
    EXPECT_EQ(status, 400) << query;
  }
  EXPECT_EQ(
      test::request(shelf.house.port(), "GET", "/api/stems/" + shelf.id + "/harp/audio").status,
      404);
  EXPECT_EQ(test::request(shelf.house.port(), "GET", "/api/stems/none/bass/audio").status, 404);
  EXPECT_EQ(
      test::request(shelf.house.port(), "GET", "/api/stems/..%2f..%2ftutti/bass/audio").status,
      404);
  EXPECT_EQ(shelf.get("from=100000000", &status), "");
  EXPECT_EQ(status, 200);  // behind the end there is nothing
  const auto kept =
      test::request(shelf.house.port(), "GET", "/api/stems/" + shelf.id + "/bass/audio?frames=10");
  EXPECT_NE(kept.headers.at("cache-control").find("immutable"), std::string::npos);
  EXPECT_EQ(
      test::request(shelf.house.port(), "GET", "/api/stems/" + shelf.id + "/bass/audio?frames=10",
                    "", {{"If-None-Match", kept.headers.at("etag")}})
          .status,
      304);
  // The stem's own file, in parts.
  const auto part = test::request(shelf.house.port(), "GET", "/api/stems/" + shelf.id + "/bass.wav",
                                  "", {{"Range", "bytes=44-47"}});
  EXPECT_EQ(part.status, 206);
  EXPECT_EQ(std::memcmp(part.body.data(), shelf.song.data(), 4), 0);
}

// A song that is being made: its beginning is there, its end is told to be not yet.
TEST(StemsSound, TheBeginningCanBeHeardBeforeTheEndIsMade) {
  test::House house;
  const std::string id = id_of(9);
  store::StemsRow row;
  row.id = id;
  row.state = "queued";
  store::JobRow job;
  job.kind = "separate";
  job.same = "s";
  job.request = "{}";
  job.state = "queued";
  row.job = house.store->add_job(job)->id;
  ASSERT_TRUE(store::PracticeTable(*house.store).put_stems(row));
  const std::string at = "/api/stems/" + id + "/vocals/audio?rate=48000&frames=48000";
  auto reply = test::request(house.port(), "GET", at);
  EXPECT_EQ(reply.status, 409);
  EXPECT_EQ(reply.json().at("code"), "not_yet");
  EXPECT_EQ(reply.headers.at("retry-after"), "1");
  EXPECT_EQ(test::request(house.port(), "GET", "/api/stems/" + id).json().at("position"), 1);

  ASSERT_TRUE(*house.store->lease_job("me", 60'000));
  auto folder = house.stems->cache().begin(id);
  ASSERT_TRUE(folder);
  const auto song = test::song_samples(3);
  const std::string about = to_text({44100, 60, 0, "", ""});
  ASSERT_GT(::pwrite(folder->about(), about.data(), about.size(), 0), 0);
  auto bytes = test::wav_bytes(song, 44100);
  std::memset(bytes.data() + 40, 0, 4);  // of unknown length
  for (int i = 0; i < separate::kStems; ++i)
    ASSERT_GT(::pwrite(folder->stem(static_cast<separate::Stem>(i)), bytes.data(), bytes.size(), 0),
              0);
  const auto info = test::request(house.port(), "GET", "/api/stems/" + id).json();
  EXPECT_EQ(info.at("state"), "running");
  EXPECT_EQ(info.at("frames"), 60 * 44100);
  EXPECT_NEAR(info.at("ready_seconds").as_double(), 3, 0.02);
  reply = test::request(house.port(), "GET", at);
  ASSERT_EQ(reply.status, 200);
  const std::string early = reply.body;
  EXPECT_EQ(early.size(), 4u * 48000);
  EXPECT_EQ(test::request(house.port(), "GET", at + "&from=130000").status, 409);
  // What was heard early is what is heard when all is there.
  const auto longer = test::wav_bytes(test::song_samples(5), 44100);
  for (int i = 0; i < separate::kStems; ++i)
    ASSERT_GT(
        ::pwrite(folder->stem(static_cast<separate::Stem>(i)), longer.data(), longer.size(), 0), 0);
  EXPECT_EQ(test::request(house.port(), "GET", at + "&from=130000").status, 200);
  EXPECT_EQ(test::request(house.port(), "GET", at).body, early);
}

// --- Whose turn it is ----------------------------------------------------------------------------

std::string add(store::Store& store, const std::string& person, const std::string& kind) {
  store::JobRow job;
  job.kind = kind;
  job.same = store::random_name();
  job.request = "{}";
  job.state = "queued";
  job.person = person;
  return store.add_job(job)->id;
}

TEST(FairQueue, PersonsTakeTurnsAndAreToldTheirPlace) {
  test::Scratch scratch;
  auto store = std::move(*store::Store::open(scratch / "library"));
  std::map<std::string, std::string> names;
  // Ann brings five songs before Bob brings two and Cid one.
  for (const char* name : {"a1", "a2", "a3", "a4", "a5", "b1", "b2", "c1"})
    names[add(*store, std::string(1, name[0]), "separate")] = name;
  const std::string expected[] = {"a1", "b1", "c1", "a2", "b2", "a3", "a4", "a5"};
  for (std::size_t turn = 0; turn < std::size(expected); ++turn) {
    const auto waiting = store->waiting_jobs("separate");
    ASSERT_TRUE(waiting);
    for (const auto& [id, name] : names) {
      const auto place = std::find(std::begin(expected), std::end(expected), name);
      const auto due = place - std::begin(expected) - static_cast<std::ptrdiff_t>(turn) + 1;
      EXPECT_EQ(place_in_queue(*waiting, id), due > 0 ? due : 0) << name << " before turn " << turn;
    }
    auto leased = store->lease_job("w", 60'000);
    ASSERT_TRUE(leased && *leased);
    EXPECT_EQ(names[(*leased)->id], expected[turn]);
    ASSERT_TRUE(store->end_job((*leased)->id, "w", "succeeded", "[]", "", ""));
  }
}

TEST(FairQueue, HeavyWorkIsBoundedAndAnalysesGoFirst) {
  test::Scratch scratch;
  auto store = std::move(*store::Store::open(scratch / "library"));
  const store::HeavyWork heavy{"separate", 1};
  add(*store, "a", "separate");
  const std::string second = add(*store, "a", "separate");
  const std::string analysis = add(*store, "a", "analyse");
  auto first = store->lease_job("w1", 60'000, heavy);
  ASSERT_TRUE(first && *first);
  EXPECT_EQ((*first)->id, analysis);
  first = store->lease_job("w1", 60'000, heavy);
  ASSERT_TRUE(first && *first);
  EXPECT_EQ((*first)->kind, "separate");
  auto none = store->lease_job("w2", 60'000, heavy);
  ASSERT_TRUE(none);
  EXPECT_FALSE(*none);  // one song at a time here
  const std::string other = add(*store, "b", "transcribe");
  auto light = store->lease_job("w2", 60'000, heavy);
  ASSERT_TRUE(light && *light);
  EXPECT_EQ((*light)->id, other);
  ASSERT_TRUE(store->end_job((*first)->id, "w1", "succeeded", "[]", "", ""));
  auto next = store->lease_job("w2", 60'000, heavy);
  ASSERT_TRUE(next && *next);
  EXPECT_EQ((*next)->id, second);
}

TEST(Sockets, TheWildcardTakesOnlyWhatIsLeft) {
  const api::Table table = api::make_table({});
  const auto route = [&](const std::string& target) {
    api::Call call;
    const auto match = api::match(table, "GET", target, call);
    return match.socket ? match.socket->id : std::string();
  };
  EXPECT_EQ(route("/ws/stream"), "listenToStream");
  EXPECT_EQ(route("/ws/band/abc"), "joinBand");
  EXPECT_EQ(route("/ws/client-7"), "processSongs");
  for (const api::SocketRoute& socket : table.sockets)
    if (socket.path.find('{') == std::string::npos) {
      EXPECT_EQ(route(socket.path), socket.id) << socket.path;
    }
  EXPECT_EQ(table.sockets.back().id, "processSongs");
}

}  // namespace
}  // namespace tutti::jobs
