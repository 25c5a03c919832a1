// Songs taken apart by real workers: from the file that is sent to stems, analysis and downloads;
// bad files, killed workers, somebody else's turn.
#include <chrono>
#include <cmath>
#include <dirent.h>
#include <fstream>
#include <gtest/gtest.h>
#include <signal.h>
#include <thread>

#include "native/files/audio_reader.h"
#include "tests/server/house.h"
#include "tests/server/hum.h"
#include "tests/server/song_wav.h"

namespace tutti::test {
namespace {

namespace json = boost::json;

std::string text_of(const std::vector<std::byte>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

struct Hall {
  explicit Hall(bool work = true) {
    if (work) worker = start("first");
  }
  std::unique_ptr<Program> start(const std::string& name) {
    return std::make_unique<Program>(std::vector<std::string>{
        "worker", "--quiet", "--name", name, "--data", (house.scratch / "library").string()});
  }
  // Sends a file as the page does.
  json::value process(const std::string& bytes, const std::string& name, const std::string& person,
                      int* status = nullptr) {
    const std::string form =
        "--edge\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nclassical\r\n"
        "--edge\r\nContent-Disposition: form-data; name=\"person\"\r\n\r\n" +
        person + "\r\n--edge\r\nContent-Disposition: form-data; name=\"audio\"; filename=\"" +
        name + "\"\r\n\r\n" + bytes + "\r\n--edge--\r\n";
    const auto reply = request(house.port(), "POST", "/api/process", form,
                               {{"Content-Type", "multipart/form-data; boundary=edge"}});
    if (status) *status = reply.status;
    return reply.json();
  }
  json::value stems(const std::string& id) {
    return request(house.port(), "GET", "/api/stems/" + id).json();
  }
  // As it stands when `done` says so.
  template <class Done>
  json::value wait(const std::string& id, Done done) {
    for (;;) {
      const json::value now = stems(id);
      if (!now.is_object() || done(now)) return now;
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
  }
  json::value wait(const std::string& id) {
    return wait(id, [](const json::value& now) {
      return now.at("state") != "queued" && now.at("state") != "running";
    });
  }
  House house;
  std::unique_ptr<Program> worker;
};

std::string id_in(const json::value& started) {
  return started.at("stems").at("id").as_string().c_str();
}

TEST(Process, TakesASongApartOnceAndListensToIt) {
  Hall hall;
  const auto samples = song_samples(9);
  int status = 0;
  const auto begun =
      hall.process(text_of(wav_bytes(samples, 44100)), "My Song.wav", "ann", &status);
  ASSERT_EQ(status, 202) << json::serialize(begun);
  EXPECT_EQ(begun.at("song").at("title"), "My Song");
  EXPECT_FALSE(begun.at("job").as_string().empty());
  const std::string id = id_in(begun);
  const auto ready = hall.wait(id);
  ASSERT_EQ(ready.at("state"), "ready") << json::serialize(ready);
  EXPECT_EQ(ready.at("frames"), static_cast<std::int64_t>(samples.size() / 2));
  EXPECT_EQ(ready.at("rate"), 44100);
  // The four sum to the song: each of them rounded and dithered once.
  std::vector<double> sum(samples.size());
  for (const char* stem : {"drums", "bass", "other", "vocals"}) {
    const auto piece =
        request(hall.house.port(), "GET",
                "/api/stems/" + id + "/" + stem + "/audio?rate=44100&frames=1000000");
    ASSERT_EQ(piece.status, 200);
    ASSERT_EQ(piece.body.size(), 2 * samples.size());
    std::vector<std::int16_t> heard(samples.size());
    std::memcpy(heard.data(), piece.body.data(), piece.body.size());
    for (std::size_t i = 0; i < heard.size(); ++i) sum[i] += heard[i];
  }
  double worst = 0;
  for (std::size_t i = 0; i < sum.size(); ++i)
    worst = std::max(worst, std::fabs(sum[i] - samples[i]));
  EXPECT_LE(worst, 8);
  // The song without one of them, as a file; made once.
  for (int again = 0; again < 2; ++again) {
    const auto file =
        request(hall.house.port(), "GET", "/api/stems/" + id + "/without-bass.flac?name=My%20Song");
    ASSERT_EQ(file.status, 200) << file.body;
    EXPECT_NE(file.headers.at("content-disposition").find("My Song - without-bass.flac"),
              std::string::npos);
    auto decoded = files::decode(files::AudioSource::bytes(std::as_bytes(std::span(file.body))));
    ASSERT_TRUE(decoded);
    EXPECT_EQ(decoded->audio.frames(), samples.size() / 2);
  }
  // What is heard in it comes by itself.
  const std::string analysis =
      "/api/songs/" + std::string(begun.at("song").at("id").as_string().c_str()) + "/analysis";
  HttpReply heard;
  do {
    heard = request(hall.house.port(), "GET", analysis + "?instrument=bass");
    ASSERT_TRUE(heard.status == 200 || heard.status == 202) << heard.body;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  } while (heard.status != 200);
  EXPECT_EQ(heard.json().at("analysis").at("corrected"), false);
  EXPECT_TRUE(heard.json().at("difficulty").is_array());
  // By hand, and back.
  json::value mine = heard.json().at("analysis");
  mine.as_object()["key"] = "C major";
  auto put = request(hall.house.port(), "PUT", analysis, json::serialize(mine),
                     {{"Content-Type", "application/json"}});
  ASSERT_EQ(put.status, 200) << put.body;
  EXPECT_EQ(put.json().at("analysis").at("key"), "C major");
  EXPECT_EQ(put.json().at("analysis").at("corrected"), true);
  EXPECT_EQ(request(hall.house.port(), "PUT", analysis, "{\"beats\":[3,2,1]}",
                    {{"Content-Type", "application/json"}})
                .status,
            400);
  const auto back = request(hall.house.port(), "DELETE", analysis);
  EXPECT_EQ(back.json().at("analysis").at("corrected"), false);
  // The same again is there at once, for somebody else too, without any worker.
  hall.worker.reset();
  const auto again =
      hall.process(text_of(wav_bytes(samples, 44100)), "other name.wav", "bob", &status);
  EXPECT_EQ(status, 200);
  EXPECT_EQ(again.at("stems").at("cached"), true);
  EXPECT_EQ(again.at("job"), "");
  EXPECT_EQ(id_in(again), id);
  EXPECT_NE(again.at("song").at("id"), begun.at("song").at("id"));
  // Dropped, it is gone.
  EXPECT_EQ(request(hall.house.port(), "DELETE", "/api/stems/" + id).status, 200);
  EXPECT_EQ(request(hall.house.port(), "GET", "/api/stems/" + id).status, 404);
  EXPECT_EQ(request(hall.house.port(), "GET", "/api/stems").json().at("entries"), 0);
}

// Several at once, some of them unusable: the rest is done, and each is told what is wrong.
TEST(Process, OneBadFileInABatchStopsNothing) {
  Hall hall;
  auto cut = text_of(song_wav(4));
  std::string noise(4000, '\0');
  for (std::size_t i = 0; i < noise.size(); ++i)
    noise[i] = static_cast<char>(i * 2654435761u >> 13);
  cut.replace(cut.size() / 2, noise.size(), noise);  // samples are samples: it is still a song
  const std::vector<std::pair<std::string, bool>> batch = {
      {text_of(song_wav(3, 44100, 1)), true},
      {"this is a letter, not a song", false},
      {std::string(50'000, '\0'), false},
      {cut, true},
      {text_of(wav_bytes(std::vector<std::int16_t>(2 * 88200), 44100)), true},  // silent
      {text_of(wav_bytes({}, 44100)), false},                                   // no sound at all
      {text_of(song_wav(2, 8000)), true},
      {text_of(song_wav(0.05)), true},
      {text_of(song_wav(3, 44100, 2)), true}};
  std::vector<std::string> ids;
  for (std::size_t i = 0; i < batch.size(); ++i) {
    int status = 0;
    ids.push_back(id_in(hall.process(batch[i].first, std::to_string(i) + ".wav", "ann", &status)));
    EXPECT_EQ(status, 202);
  }
  for (std::size_t i = 0; i < batch.size(); ++i) {
    const auto end = hall.wait(ids[i]);
    EXPECT_EQ(end.at("state"), batch[i].second ? "ready" : "failed") << i << json::serialize(end);
    if (end.at("state") != "failed") continue;
    EXPECT_FALSE(end.at("problem").at("message").as_string().empty());
    EXPECT_FALSE(end.at("problem").at("next").as_string().empty());
  }
  // Nothing half-made is left.
  EXPECT_TRUE(std::filesystem::is_empty(hall.house.scratch / "library/stems/tmp"));
  EXPECT_EQ(request(hall.house.port(), "GET", "/api/stems").json().at("entries"), 6);
}

TEST(Process, TurnsArePersonsAndCancellingIsOnesOwn) {
  Hall hall(false);
  std::vector<std::string> ann;
  for (int i = 0; i < 3; ++i)
    ann.push_back(id_in(hall.process(text_of(song_wav(1, 44100, i)), "a", "ann")));
  const std::string bob = id_in(hall.process(text_of(song_wav(1, 44100, 7)), "b", "bob"));
  const auto place = [&](const std::string& id) { return hall.stems(id).at("position"); };
  EXPECT_EQ(place(ann[0]), 1);
  EXPECT_EQ(place(bob), 2);
  EXPECT_EQ(place(ann[1]), 3);
  EXPECT_EQ(place(ann[2]), 4);
  // Bob wants Ann's second song as well: it is one piece of work, and goes on when she leaves it.
  EXPECT_EQ(id_in(hall.process(text_of(song_wav(1, 44100, 1)), "a", "bob")), ann[1]);
  const auto drop = [&](const std::string& id, const std::string& person) {
    return request(hall.house.port(), "DELETE", "/api/stems/" + id + "?person=" + person).json();
  };
  EXPECT_EQ(drop(ann[1], "ann").at("state"), "queued");
  EXPECT_EQ(drop(ann[0], "ann").at("state"), "cancelled");
  EXPECT_EQ(place(ann[1]), 1);
  hall.worker = hall.start("first");
  EXPECT_EQ(hall.wait(ann[1]).at("state"), "ready");
  EXPECT_EQ(hall.wait(bob).at("state"), "ready");
  EXPECT_EQ(hall.wait(ann[2]).at("state"), "ready");
  EXPECT_EQ(hall.stems(ann[0]).at("state"), "cancelled");
}

TEST(Process, SaysWhatIsMissing) {
  Hall hall(false);
  auto reply = post_json(hall.house.port(), "/api/process",
                         "{\"blob\":\"" + std::string(64, 'a') + "\",\"model\":\"classical\"}");
  EXPECT_EQ(reply.status, 404);
  EXPECT_EQ(post_json(hall.house.port(), "/api/process", "{\"blob\":\"x\"}").status, 400);
  EXPECT_EQ(post_json(hall.house.port(), "/api/process", "{}").status, 400);
  const auto sent = request(hall.house.port(), "POST", "/api/blobs", text_of(song_wav(1))).json();
  const std::string blob(sent.at("sha256").as_string().c_str());
  const auto ask = [&](const std::string& model) {
    return post_json(hall.house.port(), "/api/process",
                     "{\"blob\":\"" + blob + "\",\"model\":\"" + model + "\",\"person\":\"p\"}");
  };
  reply = ask("magic");
  EXPECT_EQ(reply.status, 400);
  EXPECT_NE(reply.body.find("classical"), std::string::npos);
  const auto choices = request(hall.house.port(), "GET", "/api/separators").json();
  bool classical = false;
  for (const json::value& choice : choices.as_array()) {
    classical = classical || (choice.at("id") == "classical" && choice.at("installed") == true);
    if (choice.at("installed") == true) continue;
    EXPECT_FALSE(choice.at("how_to_get").as_string().empty());
    EXPECT_EQ(ask(choice.at("id").as_string().c_str()).status, 501);
  }
  EXPECT_TRUE(classical);
  EXPECT_EQ(ask("classical").status, 202);
  EXPECT_EQ(post_json(hall.house.port(), "/api/jobs",
                      "{\"kind\":\"separate\",\"blob\":\"" + blob +
                          "\",\"settings\":{\"format\":\"wav16\"}}")
                    .status /
                100,
            4);
}

TEST(Process, IsFollowedOverAWebSocket) {
  Hall hall;
  const auto sent = request(hall.house.port(), "POST", "/api/blobs", text_of(song_wav(5))).json();
  const std::string blob(sent.at("sha256").as_string().c_str());
  auto socket = WebSocket::open(hall.house.port(), "/ws/client-1");
  ASSERT_TRUE(socket);
  const std::string start = "{\"type\":\"process:start\",\"fileId\":\"" + blob +
                            "\",\"quality\":\"classical\",\"person\":\"ann\"}";
  ASSERT_TRUE(socket->send(start));
  int steps = 0;
  double percent = 0;
  for (;;) {
    const auto message = socket->read();
    ASSERT_TRUE(message);
    ASSERT_EQ(message->at("fileId").as_string().c_str(), blob) << json::serialize(*message);
    if (message->at("type") == "process:complete") {
      const std::string url(message->at("stems").at("drums").as_string().c_str());
      EXPECT_EQ(request(hall.house.port(), "GET", url).status, 200);
      break;
    }
    ASSERT_EQ(message->at("type"), "process:progress") << json::serialize(*message);
    EXPECT_GE(message->at("percent").to_number<double>(), percent);
    percent = message->at("percent").to_number<double>();
    ++steps;
  }
  EXPECT_GE(steps, 1);
  ASSERT_TRUE(socket->send(start));  // at once
  const auto again = socket->read();
  ASSERT_TRUE(again);
  EXPECT_EQ(again->at("type"), "process:complete");
  // A file that was never sent, one that is not being worked on, and no message at all.
  const std::string other(64, 'b');
  ASSERT_TRUE(socket->send("{\"type\":\"process:start\",\"fileId\":\"" + other + "\"}"));
  EXPECT_EQ(socket->read("process:error")->at("fileId").as_string().c_str(), other);
  ASSERT_TRUE(socket->send("{\"type\":\"process:cancel\",\"fileId\":\"" + other + "\"}"));
  EXPECT_TRUE(socket->read("process:error"));
  ASSERT_TRUE(socket->send("hello"));
  EXPECT_TRUE(socket->read("error"));
}

// The process that computes, under the worker.
pid_t child_of(pid_t worker) {
  std::ifstream file("/proc/" + std::to_string(worker) + "/task/" + std::to_string(worker) +
                     "/children");
  pid_t child = 0;
  file >> child;
  return child;
}

// A song long enough to be caught at work, put there without sending it.
std::string long_song(Hall& hall) {
  const auto wav = song_wav(240);
  const auto blob = hall.house.store->blobs().put(wav);
  const auto begun =
      post_json(hall.house.port(), "/api/process",
                "{\"blob\":\"" + blob->sha256 + "\",\"model\":\"classical\",\"person\":\"ann\"}");
  return id_in(begun.json());
}

TEST(Process, IsTriedOnceMoreWhenTheSystemEndsItAndThenFails) {
  Hall hall;
  const std::string id = long_song(hall);
  for (int attempt = 1; attempt <= 2; ++attempt) {
    // When it is under way: something of it is written.
    hall.wait(id, [&](const json::value& now) {
      const auto job = hall.house.stems->state(id);
      const auto row = hall.house.store->job(job->job);
      return row->attempts == attempt && now.at("ready_seconds").to_number<double>() > 0 &&
             child_of(hall.worker->pid()) > 0;
    });
    ASSERT_EQ(::kill(child_of(hall.worker->pid()), SIGKILL), 0);  // as for want of memory
  }
  const auto end = hall.wait(id);
  EXPECT_EQ(end.at("state"), "failed") << json::serialize(end);
  EXPECT_NE(std::string(end.at("problem").at("message").as_string().c_str()).find("twice"),
            std::string::npos)
      << json::serialize(end);
  EXPECT_TRUE(std::filesystem::is_empty(hall.house.scratch / "library/stems/tmp"));
  EXPECT_FALSE(std::filesystem::exists(hall.house.scratch / "library/stems" / id));
}

TEST(Process, SurvivesTheDeathOfItsWorker) {
  Hall hall;
  const std::string id = long_song(hall);
  hall.wait(id,
            [](const json::value& now) { return now.at("ready_seconds").to_number<double>() > 0; });
  hall.worker->kill(SIGKILL);
  hall.worker->wait();
  ASSERT_TRUE(hall.house.store->release_jobs("first"));  // as the supervisor does
  hall.worker = hall.start("second");
  const auto end = hall.wait(id);
  EXPECT_EQ(end.at("state"), "ready") << json::serialize(end);
  EXPECT_EQ(end.at("frames"), 240 * 44100);
}

TEST(Process, StopsWhenItIsCancelledAtWork) {
  Hall hall;
  const std::string id = long_song(hall);
  hall.wait(id,
            [](const json::value& now) { return now.at("ready_seconds").to_number<double>() > 0; });
  EXPECT_EQ(request(hall.house.port(), "DELETE", "/api/stems/" + id + "?person=ann").status, 200);
  EXPECT_EQ(hall.wait(id).at("state"), "cancelled");
  // The next one finds the worker free.
  const auto next = hall.process(text_of(song_wav(2)), "next.wav", "ann");
  EXPECT_EQ(hall.wait(id_in(next)).at("state"), "ready");
  EXPECT_TRUE(std::filesystem::is_empty(hall.house.scratch / "library/stems/tmp"));
}

}  // namespace
}  // namespace tutti::test
