// Jobs end to end: a worker process leases, a confined child decodes, results come back.
#include <cmath>
#include <future>
#include <gtest/gtest.h>
#include <signal.h>

#include "engine/score/midi_file.h"
#include "native/files/atomic_write.h"
#include "native/files/audio_reader.h"
#include "native/files/audio_writer.h"
#include "native/files/soundfonts.h"
#include "server/jobs/queue.h"
#include "server/jobs/worker.h"
#include "tests/server/client.h"
#include "tests/server/hum.h"
#include "tests/server/scratch.h"

namespace tutti::jobs {
namespace {

struct Bench {
  Bench() : store(std::move(*store::Store::open(scratch / "library"))), queue(*store, [] {}) {}
  std::unique_ptr<test::Program> worker() {
    return std::make_unique<test::Program>(
        std::vector<std::string>{"worker", "--quiet", "--data", (scratch / "library").string()});
  }
  std::string put(const std::vector<std::byte>& bytes) { return store->blobs().put(bytes)->sha256; }
  std::string submit(const JobRequest& request) {
    auto row = queue.submit(request);
    EXPECT_TRUE(row) << row.error().message;
    return row ? row->id : "";
  }
  // Waits until `done` says so of the job.
  store::JobRow wait(const std::string& id,
                     std::function<bool(const store::JobRow&)> done = is_over) {
    std::promise<store::JobRow> promise;
    std::atomic<bool> told{false};
    const auto token = queue.watch(id, [&](const store::JobRow& row) {
      if ((done(row) || is_over(row)) && !told.exchange(true)) promise.set_value(row);
    });
    const store::JobRow row = promise.get_future().get();
    queue.unwatch(token);
    return row;
  }
  std::vector<std::byte> result(const store::JobRow& row, std::size_t index = 0) {
    const auto made = made_from_text(row.result);
    if (made.size() <= index) return {};
    return std::move(*files::read_file(store->blobs().path(made[index].sha256).string()));
  }
  test::Scratch scratch;
  std::unique_ptr<store::Store> store;
  Queue queue;
};

TEST(Jobs, TranscribesAHumAndDoesItOnce) {
  Bench bench;
  auto worker = bench.worker();
  JobRequest request;
  request.input = bench.put(test::hum_wav({60, 64, 67}));
  const auto row = bench.wait(bench.submit(request));
  ASSERT_EQ(row.state, "succeeded") << row.error;
  const auto json = bench.result(row);
  const std::string text(reinterpret_cast<const char*>(json.data()), json.size());
  for (const char* part :
       {"\"metadata\":", "\"tracks\":", "\"notes\":", "\"quantised\":", "\"f0\":", "\"tempo\":"})
    EXPECT_NE(text.find(part), std::string::npos) << part;
  auto midi = score::read_midi(bench.result(row, 1));
  ASSERT_TRUE(midi);
  std::vector<int> keys;
  for (const auto& track : midi->tracks)
    for (const auto& event : track.events)
      if (event.status >> 4 == 9 && event.data2 > 0) keys.push_back(event.data1);
  EXPECT_EQ(keys, (std::vector<int>{60, 64, 67}));
  // The same again is there at once, without the worker.
  worker.reset();
  const auto again = bench.queue.submit(request);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->state, "succeeded");
  EXPECT_EQ(again->result, row.result);
}

TEST(Jobs, SaysWhatIsWrongWithAFile) {
  Bench bench;
  auto worker = bench.worker();
  for (const std::string& bytes :
       {std::string("this is a letter, not a song"), std::string(50'000, '\0'),
        std::string("RIFF\xff\xff\xff\xffWAVEfmt ")}) {
    JobRequest request;
    const auto span = std::as_bytes(std::span(bytes));
    request.input = bench.put({span.begin(), span.end()});
    const auto row = bench.wait(bench.submit(request));
    EXPECT_EQ(row.state, "failed");
    const Error error = error_from_text(row.error);
    EXPECT_TRUE(error.code == Code::bad_input || error.code == Code::unsupported) << error.message;
    EXPECT_FALSE(error.next.empty());
  }
}

TEST(Jobs, ConvertsSoundAndScores) {
  Bench bench;
  auto worker = bench.worker();
  JobRequest request;
  request.kind = Kind::convert;
  request.format = "flac";
  request.input = bench.put(test::hum_wav({62}));
  auto row = bench.wait(bench.submit(request));
  ASSERT_EQ(row.state, "succeeded") << row.error;
  const auto flac = bench.result(row);
  auto decoded = files::decode(files::AudioSource::bytes(flac));
  ASSERT_TRUE(decoded);
  EXPECT_EQ(decoded->info.codec, "FLAC");
  request.input = made_from_text(row.result)[0].sha256;
  request.format = "mid";
  EXPECT_EQ(bench.wait(bench.submit(request)).state, "failed");  // a recording is no score
  const std::string ir =
      R"({"metadata":{"tempo":90},"tracks":[{"notes":[{"pitch":61,"start":0,"duration":1}]}]})";
  const auto span = std::as_bytes(std::span(ir));
  request.input = bench.put({span.begin(), span.end()});
  row = bench.wait(bench.submit(request));
  ASSERT_EQ(row.state, "succeeded") << row.error;
  EXPECT_TRUE(score::read_midi(bench.result(row)));
  EXPECT_EQ(made_from_text(row.result)[0].type, "audio/midi");
}

TEST(Jobs, RendersAProjectOnAnInstalledSoundFont) {
  // tools/packages/build.txt brings one; without it nothing would be proved here.
  ASSERT_TRUE(files::choose_soundfont()) << "no SoundFont is installed: ./dev setup";
  Bench bench;
  auto worker = bench.worker();
  const std::string ir = R"({"tracks":[{"notes":[{"pitch":69,"start":0,"duration":1}]}]})";
  const auto span = std::as_bytes(std::span(ir));
  JobRequest request;
  request.kind = Kind::render;
  request.format = "wav16";
  request.rate = 44100;
  request.input = bench.put({span.begin(), span.end()});
  const auto row = bench.wait(bench.submit(request));
  ASSERT_EQ(row.state, "succeeded") << row.error;
  const auto wav = bench.result(row);
  auto decoded = files::decode(files::AudioSource::bytes(wav));
  ASSERT_TRUE(decoded);
  EXPECT_EQ(decoded->audio.rate, 44100);
  EXPECT_GT(decoded->audio.seconds(), 1.0);
  double peak = 0;
  for (const float x : decoded->audio.channels[0])
    peak = std::max(peak, std::fabs(static_cast<double>(x)));
  EXPECT_GT(peak, 0.01);
}

TEST(Jobs, AKilledWorkersJobIsFinishedByAnother) {
  Bench bench;
  JobRequest request;
  request.input = bench.put(test::hum_wav(std::vector<int>(60, 64)));
  const std::string id = bench.submit(request);
  auto first = bench.worker();
  const auto running =
      bench.wait(id, [](const store::JobRow& row) { return row.state == "running"; });
  ASSERT_EQ(running.state, "running");
  first->kill(SIGKILL);
  EXPECT_EQ(first->wait(), -SIGKILL);
  auto second = bench.worker();
  const auto row = bench.wait(id);
  EXPECT_EQ(row.state, "succeeded") << row.error;
  EXPECT_EQ(row.attempts, 2);
}

TEST(Jobs, ACancelledJobStopsAndAStoppedWorkerGivesItsJobBack) {
  Bench bench;
  JobRequest request;
  request.input = bench.put(test::hum_wav(std::vector<int>(200, 60)));
  const std::string id = bench.submit(request);
  auto worker = bench.worker();
  bench.wait(id, [](const store::JobRow& row) { return row.state == "running"; });
  worker->kill(SIGTERM);
  EXPECT_EQ(worker->wait(), 130);
  EXPECT_EQ(bench.queue.get(id)->attempts, 0);  // it was not the job's fault
  worker = bench.worker();
  bench.wait(id, [](const store::JobRow& row) { return row.attempts == 1; });
  ASSERT_TRUE(bench.queue.cancel(id));
  EXPECT_EQ(bench.wait(id).state, "cancelled");
}

TEST(Jobs, AJobThatKillsItsWorkersIsGivenUp) {
  Bench bench;
  JobRequest request;
  request.input = bench.put(test::hum_wav({60}));
  const std::string id = bench.submit(request);
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(bench.store->lease_job("dies", 60'000)->has_value());
    ASSERT_TRUE(bench.store->release_jobs("dies"));
  }
  auto worker = bench.worker();
  EXPECT_EQ(bench.wait(id).state, "failed");
}

TEST(Jobs, RefusesWhatCannotBeDoneAtOnce) {
  Bench bench;
  JobRequest request;
  request.input = std::string(64, 'a');
  EXPECT_EQ(bench.queue.submit(request).error().code, Code::not_found);
  request.kind = Kind::convert;
  request.format = "wax";
  EXPECT_EQ(bench.queue.submit(request).error().code, Code::unsupported);
}

TEST(Jobs, RequestsComeBackAsTheyWere) {
  JobRequest request;
  request.kind = Kind::render;
  request.input = "abc";
  request.clips = {"one", "two"};
  request.format = "mp3";
  request.rate = 44100;
  request.soundfont = "fluid";
  request.tempo = 99.5;
  request.numerator = 6;
  request.denominator = 8;
  request.name = "Söng \"x\"";
  auto back = request_from_text(to_text(request));
  ASSERT_TRUE(back);
  EXPECT_EQ(to_text(*back), to_text(request));
  EXPECT_EQ(back->clips, request.clips);
  EXPECT_EQ(back->name, request.name);
  EXPECT_FALSE(request_from_text("{\"kind\":\"dance\"}"));
  EXPECT_FALSE(request_from_text("["));
}

}  // namespace
}  // namespace tutti::jobs
