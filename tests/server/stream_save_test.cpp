// What is saved of a channel is what the engine plays from its log: sound sample for sample, notes,
// voices, a project.
#include <cmath>
#include <future>
#include <gtest/gtest.h>
#include <zip.h>

#include "engine/base/json.h"
#include "engine/project/song.h"
#include "engine/score/midi_score.h"
#include "native/files/atomic_write.h"
#include "native/files/audio_reader.h"
#include "server/jobs/stream_materials.h"
#include "server/jobs/worker.h"
#include "tests/server/house.h"

namespace tutti {
namespace {

using test::House;
using test::post_json;
using test::request;

struct Piece {
  std::vector<float> left, right;
};

// A minute's log with something of everything.
stream::ControlLog lively() {
  using compose::Setting;
  stream::ControlLog log;
  log.seed = 42;
  log.start.set(Setting::bpm, 120);
  log.start.set(Setting::intensity, 0.6);
  log.entries = {{48'000, {{Setting::brightness, 0.9}}, std::nullopt},
                 {100'000, {{Setting::key, 4}, {Setting::mode, 1}}, std::nullopt},
                 {150'000, {}, 43}};
  return log;
}

// Composed here, in one go from the first frame on.
Piece played(const stream::Materials& materials, const stream::ControlLog& log, std::int64_t from,
             std::int64_t to) {
  stream::Channel channel(materials, log);
  Piece whole;
  whole.left.resize(static_cast<std::size_t>(to));
  whole.right.resize(static_cast<std::size_t>(to));
  for (std::int64_t at = 0; at < to;) {
    const int count = static_cast<int>(std::min<std::int64_t>(997, to - at));
    channel.render(whole.left.data() + at, whole.right.data() + at, count);
    at += count;
  }
  whole.left.erase(whole.left.begin(), whole.left.begin() + from);
  whole.right.erase(whole.right.begin(), whole.right.begin() + from);
  return whole;
}

struct Bench {
  Bench()
      : store(std::move(*store::Store::open(scratch / "library"))),
        queue(*store, [] {}),
        worker({"worker", "--quiet", "--data", (scratch / "library").string()}) {}

  jobs::JobRequest request(const std::string& format, const stream::ControlLog& log,
                           std::int64_t from, std::int64_t to) {
    jobs::JobRequest wanted;
    wanted.kind = jobs::Kind::compose;
    wanted.format = format;
    const std::string text = stream::log_text(log);
    wanted.input = store->blobs().put(std::as_bytes(std::span(text)))->sha256;
    wanted.first_frame = from;
    wanted.last_frame = to;
    wanted.name = "Piece";
    return wanted;
  }
  store::JobRow run(const jobs::JobRequest& wanted) {
    auto row = queue.submit(wanted);
    EXPECT_TRUE(row) << row.error().message;
    if (!row) return {};
    std::promise<store::JobRow> promise;
    const auto token = queue.watch(row->id, [&](const store::JobRow& now) {
      if (jobs::is_over(now)) promise.set_value(now);
    });
    const auto over = promise.get_future().get();
    queue.unwatch(token);
    EXPECT_EQ(over.state, "succeeded") << over.error;
    return over;
  }
  std::vector<std::byte> result(const store::JobRow& row) {
    const auto made = jobs::made_from_text(row.result);
    if (made.empty()) return {};
    return std::move(*files::read_file(store->blobs().path(made[0].sha256).string()));
  }
  test::Scratch scratch;
  std::unique_ptr<store::Store> store;
  jobs::Queue queue;
  test::Program worker;
};

double largest_difference(const std::vector<float>& a, const std::vector<float>& b) {
  if (a.size() != b.size()) return 1e9;
  double most = 0;
  for (std::size_t i = 0; i < a.size(); ++i)
    most = std::max(most, std::fabs(static_cast<double>(a[i]) - static_cast<double>(b[i])));
  return most;
}

double level(const std::vector<float>& wave) {
  double sum = 0;
  for (const float sample : wave) sum += static_cast<double>(sample) * static_cast<double>(sample);
  return std::sqrt(sum / static_cast<double>(wave.size()));
}

TEST(StreamSave, SavesTheSamplesThatTheEnginePlays) {
  Bench bench;
  const auto log = lively();
  const std::int64_t from = 90'000, to = 290'000;
  const Piece piece = played({}, log, from, to);
  ASSERT_GT(level(piece.left), 0.01);
  // Float samples are kept as they are, 24 bits are the nearest step.
  for (const auto& [format, step] : {std::pair{"wav32f", 0.0}, std::pair{"flac", 0.5 / 8388608}}) {
    const auto row = bench.run(bench.request(format, log, from, to));
    const auto bytes = bench.result(row);
    auto decoded = files::decode(files::AudioSource::bytes(bytes));
    ASSERT_TRUE(decoded) << decoded.error().message;
    EXPECT_EQ(decoded->info.rate, 48000);
    EXPECT_LE(largest_difference(decoded->audio.channels[0], piece.left), step * 1.001) << format;
    EXPECT_LE(largest_difference(decoded->audio.channels[1], piece.right), step * 1.001) << format;
    auto report = parse_json(jobs::report_from_text(row.result));
    ASSERT_TRUE(report);
    EXPECT_NEAR(json_find(*report, "seconds")->to_number<double>(), 200'000 / 48000.0, 1e-9);
    ASSERT_TRUE(json_find(*json_find(*report, "loudness"), "integrated"));
  }
  for (const char* format : {"opus", "mp3"}) {
    const auto bytes = bench.result(bench.run(bench.request(format, log, from, to)));
    auto decoded = files::decode(files::AudioSource::bytes(bytes));
    ASSERT_TRUE(decoded) << format;
    EXPECT_NEAR(static_cast<double>(decoded->audio.channels[0].size()) / decoded->info.rate,
                200'000 / 48000.0, 0.1)
        << format;
    EXPECT_NEAR(20 * std::log10(level(decoded->audio.channels[0]) / level(piece.left)), 0, 1)
        << format;
  }
}

TEST(StreamSave, SavesTheVoicesOneByOne) {
  Bench bench;
  const auto log = lively();
  const std::int64_t from = 10'000, to = 130'000;
  const auto bytes = bench.result(bench.run(bench.request("zip", log, from, to)));
  std::array<std::vector<float>, compose::kVoices> left, right;
  std::array<stream::Channel::Stem, compose::kVoices> stems{};
  for (std::size_t i = 0; i < stems.size(); ++i) {
    left[i].resize(static_cast<std::size_t>(to - from));
    right[i].resize(static_cast<std::size_t>(to - from));
    stems[i] = {left[i].data(), right[i].data()};
  }
  auto channel = stream::Channel::at({}, log, from, true);
  std::vector<float> mix(static_cast<std::size_t>(to - from)), other(mix.size());
  channel.render_stems(stems, mix.data(), other.data(), static_cast<int>(to - from));

  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error);
  zip_t* archive = zip_open_from_source(source, ZIP_RDONLY | ZIP_CHECKCONS, &error);
  ASSERT_TRUE(archive) << zip_error_strerror(&error);
  int heard = 0;
  for (std::size_t i = 0; i < stems.size(); ++i) {
    const std::string name =
        std::string(compose::name_of(static_cast<compose::Voice>(i))) + ".flac";
    zip_stat_t stat;
    const bool there = zip_stat(archive, name.c_str(), 0, &stat) == 0;
    EXPECT_EQ(there, level(left[i]) + level(right[i]) > 0) << name;
    if (!there) continue;
    ++heard;
    std::vector<std::byte> flac(stat.size);
    zip_file_t* file = zip_fopen(archive, name.c_str(), 0);
    ASSERT_EQ(zip_fread(file, flac.data(), flac.size()), static_cast<zip_int64_t>(flac.size()));
    zip_fclose(file);
    auto decoded = files::decode(files::AudioSource::bytes(flac));
    ASSERT_TRUE(decoded) << name;
    EXPECT_LE(largest_difference(decoded->audio.channels[0], left[i]), 0.501 / 8388608) << name;
    EXPECT_LE(largest_difference(decoded->audio.channels[1], right[i]), 0.501 / 8388608) << name;
  }
  EXPECT_GE(heard, 2);
  zip_close(archive);
}

TEST(StreamSave, SavesNotesAndAProject) {
  Bench bench;
  const auto log = lively();
  const std::int64_t to = 60 * 48'000;
  const auto score = stream::score_of({}, log, 0, to);
  std::size_t notes = 0;
  for (const auto& part : score.parts) notes += part.notes.size();
  ASSERT_GT(notes, 20u);
  const auto midi = bench.result(bench.run(bench.request("mid", log, 0, to)));
  auto read = score::read_midi(midi);
  ASSERT_TRUE(read);
  auto back = score::score_from_midi(*read);
  ASSERT_TRUE(back);
  std::size_t again = 0;
  for (const auto& part : back->parts) again += part.notes.size();
  EXPECT_EQ(again, notes);

  const auto row = bench.run(bench.request("tutti", log, 0, to));
  const auto report = parse_json(jobs::report_from_text(row.result));
  ASSERT_TRUE(report && json_find(*report, "project"));
  const std::string id(json_find(*report, "project")->as_string().c_str());
  rooms::Rooms rooms(*bench.store);
  std::size_t in_project = 0, tracks = 0, seated = 0;
  ASSERT_TRUE(rooms.read(id, [&](const project::Document& document) {
    in_project = project::notes(document).size();
    const auto all = project::tracks(document);
    tracks = all.size();
    for (const auto& track : all) {
      seated += !track.colour.empty();
      if (track.name == "Pad") {
        EXPECT_EQ(track.instrument, "pad");
      }
    }
    EXPECT_NEAR(project::info(document).tempo.bpm_at({}), 120, 0.01);
    EXPECT_TRUE(project::info(document).key.has_value());
    EXPECT_EQ(project::info(document).title, "Piece");
  }));
  EXPECT_EQ(in_project, notes);
  EXPECT_EQ(tracks, score.parts.size() + 1);  // and the hall
  EXPECT_EQ(seated, score.parts.size());
  // A project is its maker's own; other results are made once.
  EXPECT_NE(bench.run(bench.request("tutti", log, 0, to)).id, row.id);
  EXPECT_EQ(bench.store->projects()->size(), 2u);
}

TEST(StreamSave, RefusesWhatItCannotMake) {
  Bench bench;
  EXPECT_EQ(bench.queue.submit(bench.request("maa", lively(), 0, 48'000)).error().code,
            Code::unsupported);
  for (const auto& [from, to] : {std::pair{100, 100}, std::pair{100, 50}, std::pair{-5, 10}}) {
    auto row = bench.queue.submit(bench.request("wav32f", lively(), from, to));
    ASSERT_TRUE(row);
    std::promise<void> over;
    std::string state;
    const auto token = bench.queue.watch(row->id, [&](const store::JobRow& now) {
      if (!jobs::is_over(now)) return;
      state = now.state;
      over.set_value();
    });
    over.get_future().get();
    bench.queue.unwatch(token);
    EXPECT_EQ(state, "failed");
  }
}

// Over the API, with what this computer has for the sound: the file is what the route promises.
TEST(StreamSave, ComposesFromASeed) {
  House house;
  test::Program worker({"worker", "--quiet", "--data", (house.scratch / "library").string()});
  const auto started = post_json(
      house.port(), "/api/compose",
      R"({"form":"wav","minutes":0.05,"seed":"11","key":"A","style":"piano","bpm":90,"name":"My/Song"})");
  ASSERT_EQ(started.status, 202) << started.body;
  const std::string id(started.json().at("id").as_string().c_str());
  auto socket = test::WebSocket::open(house.port(), "/ws/jobs/" + id);
  boost::json::value last;
  while (auto news = socket->read()) last = *news;
  ASSERT_EQ(last.at("state").as_string(), "succeeded") << write_json(last);
  EXPECT_EQ(last.at("kind").as_string(), "compose");
  EXPECT_EQ(last.at("result").at("type").as_string(), "audio/wav");
  const auto file = request(house.port(), "GET", last.at("result").at("url").as_string().c_str());
  ASSERT_EQ(file.status, 200);
  const auto bytes = std::as_bytes(std::span(file.body));
  auto decoded = files::decode(files::AudioSource::bytes(bytes));
  ASSERT_TRUE(decoded);
  stream::ControlLog log;
  log.seed = 11;
  log.start.set(compose::Setting::key, 9);
  log.start.set(compose::Setting::style, 3);
  log.start.set(compose::Setting::bpm, 90);
  const Piece piece = played(jobs::find_materials().materials, log, 0, 144'000);
  EXPECT_EQ(largest_difference(decoded->audio.channels[0], piece.left), 0);
  EXPECT_EQ(largest_difference(decoded->audio.channels[1], piece.right), 0);
}

}  // namespace
}  // namespace tutti
