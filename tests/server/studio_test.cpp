// Effects and mixdowns over HTTP: what is refused at the door, and sound through real workers.
#include <atomic>
#include <cmath>
#include <cstring>
#include <future>
#include <gtest/gtest.h>

#include "engine/base/json.h"
#include "engine/base/random.h"
#include "engine/project/edits.h"
#include "engine/project/files.h"
#include "engine/registry/effects.h"
#include "native/files/audio_reader.h"
#include "native/files/audio_writer.h"
#include "server/api/chain_text.h"
#include "server/api/effects_json.h"
#include "tests/server/house.h"

namespace tutti {
namespace {

using test::House;
using test::HttpReply;
using test::request;

std::string words(const boost::json::value& value) {
  return std::string(value.as_string().c_str());
}

// A stereo WAV of float samples: two tones.
std::string tone_wav(double seconds, int rate = 44100, float bad = 0) {
  files::AudioBuffer audio;
  audio.rate = rate;
  const auto frames = static_cast<std::size_t>(seconds * rate);
  audio.channels.assign(2, std::vector<float>(frames));
  for (std::size_t i = 0; i < frames; ++i) {
    const double t = static_cast<double>(i) / rate;
    audio.channels[0][i] = static_cast<float>(0.25 * std::sin(2 * M_PI * 440 * t));
    audio.channels[1][i] = static_cast<float>(0.125 * std::sin(2 * M_PI * 660 * t));
  }
  // Little-endian RIFF by hand, so that values that no encoder writes can stand in it.
  if (bad != 0) audio.channels[0][frames / 2] = bad;
  const auto data = static_cast<std::uint32_t>(frames * 8);
  const std::uint32_t head[] = {0x46464952,
                                36 + data,
                                0x45564157,
                                0x20746d66,
                                16,
                                0x00020003,
                                static_cast<std::uint32_t>(rate),
                                static_cast<std::uint32_t>(rate) * 8,
                                0x00200008,
                                0x61746164,
                                data};
  std::string bytes(sizeof head + data, '\0');
  std::memcpy(bytes.data(), head, sizeof head);
  for (std::size_t i = 0; i < frames; ++i)
    for (std::size_t c = 0; c < 2; ++c)
      std::memcpy(bytes.data() + sizeof head + (i * 2 + c) * 4, &audio.channels[c][i], 4);
  return bytes;
}

HttpReply post_form(int port, const std::string& target, const std::string& audio,
                    const std::vector<std::pair<std::string, std::string>>& fields) {
  std::string body;
  for (const auto& [name, value] : fields)
    body +=
        "--XX\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value + "\r\n";
  body +=
      "--XX\r\nContent-Disposition: form-data; name=\"audio\"; filename=\"My song.wav\"\r\n"
      "Content-Type: audio/wav\r\n\r\n" +
      audio + "\r\n--XX--\r\n";
  return request(port, "POST", target, body,
                 {{"Content-Type", "multipart/form-data; boundary=XX"}});
}

files::AudioBuffer decoded(const std::string& bytes) {
  auto made = files::decode(files::AudioSource::bytes(std::as_bytes(std::span(bytes))));
  EXPECT_TRUE(made) << made.error().message;
  return made ? std::move(made->audio) : files::AudioBuffer{};
}

double peak(const std::vector<float>& samples, std::size_t from = 0) {
  double most = 0;
  for (std::size_t i = from; i < samples.size(); ++i)
    most = std::max(most, std::fabs(static_cast<double>(samples[i])));
  return most;
}

boost::json::value wait_for(int port, const std::string& job) {
  auto socket = test::WebSocket::open(port, "/ws/jobs/" + job);
  EXPECT_TRUE(socket);
  boost::json::value last;
  while (auto news = socket->read()) last = *news;
  return last;
}

TEST(Effects, AreListedAsTheRegistryHasThem) {
  House house;
  const auto list =
      request(house.port(), "GET", "/api/effects/list").json().at("effects").as_array();
  ASSERT_EQ(list.size(), registry::effects().size());
  for (std::size_t i = 0; i < list.size(); ++i) {
    const auto& info = *registry::effects()[i];
    const auto& told = list[i];
    EXPECT_EQ(words(told.at("id")), info.id);
    EXPECT_EQ(words(told.at("category")), param::name_of(info.category));
    const auto& parameters = told.at("parameters").as_array();
    ASSERT_EQ(parameters.size(), info.parameters.size());
    for (std::size_t p = 0; p < parameters.size(); ++p) {
      const auto& want = info.parameters[p];
      EXPECT_EQ(words(parameters[p].at("id")), want.id);
      EXPECT_EQ(parameters[p].at("min").to_number<double>(), want.min);
      EXPECT_EQ(parameters[p].at("max").to_number<double>(), want.max);
      EXPECT_EQ(parameters[p].at("default").to_number<double>(), want.initial);
      EXPECT_EQ(words(parameters[p].at("unit")), param::name_of(want.unit));
      EXPECT_EQ(words(parameters[p].at("scale")), param::name_of(want.scale));
      EXPECT_EQ(parameters[p].at("structural").as_bool(), want.structural);
      EXPECT_EQ(parameters[p].as_object().contains("choices"), !want.choices.empty());
    }
    EXPECT_EQ(told.at("presets").as_array().size(), info.presets.size());
    EXPECT_EQ(told.at("readings").as_array().size(), info.readings.size());
  }
  // By one of its other names too; an unknown name is answered with the nearest.
  const auto one = request(house.port(), "GET", "/api/effects/ParametricEQ");
  EXPECT_EQ(one.status, 200);
  EXPECT_EQ(words(one.json().at("id")), "parametric-eq");
  const auto none = request(house.port(), "GET", "/api/effects/compresor");
  EXPECT_EQ(none.status, 404);
  EXPECT_NE(words(none.json().at("next")).find("compressor"), std::string::npos);
}

// What a job is told to do is what was asked for, to the last digit that matters.
TEST(Effects, ChainsComeBackAsTheyWere) {
  Random random(3);
  for (const auto* info : registry::effects()) {
    registry::ChainEffect effect{info, {}, false, {}};
    for (const auto& p : info->parameters)
      effect.values.push_back(param::clamp(p, random.uniform(p.min, p.max)));
    const auto back = registry::parse_chain(api::exact_chain_text({effect}));
    ASSERT_TRUE(back) << back.error().message;
    ASSERT_EQ(back->size(), 1u);
    EXPECT_EQ(back->front().info, info);
    for (std::size_t i = 0; i < effect.values.size(); ++i)
      EXPECT_NEAR(back->front().values[i], effect.values[i],
                  1e-12 * std::max(1.0, std::fabs(effect.values[i])))
          << info->id << " " << info->parameters[i].id;
  }
}

TEST(Effects, BadRequestsAreRefusedAtTheDoor) {
  House house;
  const std::string wav = tone_wav(0.1);
  using Fields = std::vector<std::pair<std::string, std::string>>;
  struct Case {
    Fields fields;
    const char* field;
    const char* part;  // of the sentence or of what to do next
  };
  const Case cases[] = {
      {{}, "effect_type", "either"},
      {{{"effect_type", "compressor"}, {"chain", "gain"}}, "chain", "either"},
      {{{"effect_type", "compresor"}}, "effect_type", "compressor"},
      {{{"effect_type", "gain"}, {"parameters", "{\"gian\":1}"}}, "parameters.gian", "gain"},
      {{{"effect_type", "gain"}, {"parameters", "{\"gain\":1000}"}}, "parameters.gain", " to "},
      {{{"effect_type", "gain"}, {"parameters", "{\"gain\":\"loud\"}"}}, "parameters.gain", " to "},
      {{{"effect_type", "gain"}, {"parameters", "{\"gain\":null}"}}, "parameters.gain", "number"},
      {{{"effect_type", "gain"}, {"parameters", "[1]"}}, "parameters", "object"},
      {{{"effect_type", "gain"}, {"parameters", "{"}}, "parameters", ""},
      {{{"effect_type", "gain"}, {"preset", "no such preset"}}, "preset", "preset"},
      {{{"chain", "gain gain=1000"}}, "chain", " to "},
      {{{"chain", "gain, , gain"}}, "chain", "comma"},
      {{{"chain", "gain gain=1"}, {"parameters", "{}"}}, "parameters", "effect_type"},
      {{{"effect_type", "gain"}, {"format", "wax"}}, "format", "flac"},
      {{{"effect_type", "gain"}, {"wait", "-1"}}, "wait", "60"},
      {{{"effect_type", "convolution-reverb"}, {"parameters", "{\"impulse\":\"/etc/passwd\"}"}},
       "parameters.impulse",
       "SHA-256"},
      {{{"effect_type", "convolution-reverb"},
        {"parameters", "{\"impulse\":\"" + std::string(64, 'a') + "\"}"}},
       "parameters.impulse",
       ""},
  };
  for (const Case& one : cases) {
    const auto reply = post_form(house.port(), "/api/effects/process", wav, one.fields);
    ASSERT_EQ(reply.status, 400) << reply.body;
    const auto problem = reply.json();
    EXPECT_EQ(words(problem.at("field")), one.field);
    const std::string said = words(problem.at("detail")) + " " + words(problem.at("next"));
    EXPECT_NE(said.find(one.part), std::string::npos) << said;
  }
  // Long work is a job from the start where nobody wants to wait.
  const auto later = post_form(house.port(), "/api/effects/process", wav,
                               {{"effect_type", "gain"}, {"wait", "0"}});
  EXPECT_EQ(later.status, 202);
  EXPECT_EQ(words(later.json().at("kind")), "effects");
  EXPECT_EQ(later.headers.at("location"), "/api/jobs/" + words(later.json().at("id")));
}

TEST(Effects, AreAppliedByAWorker) {
  test::Scratch scratch;
  test::RunningServer server((scratch / "library").string(), {"--workers", "1"});
  ASSERT_NE(server.port, 0);
  const std::string wav = tone_wav(0.5);
  const auto plain = decoded(wav);
  const auto reply = post_form(server.port, "/api/effects/process", wav,
                               {{"effect_type", "gain"},
                                {"parameters", "{\"gain\":-6}"},
                                {"format", "wav32f"},
                                {"wait", "60"}});
  ASSERT_EQ(reply.status, 200) << reply.body;
  EXPECT_EQ(reply.headers.at("content-type"), "audio/wav");
  EXPECT_NE(reply.headers.at("content-disposition").find("My song.wav"), std::string::npos);
  const auto quiet = decoded(reply.body);
  EXPECT_EQ(quiet.rate, 44100);
  ASSERT_EQ(quiet.channels.size(), 2u);
  ASSERT_GE(quiet.frames(), plain.frames());
  const float half = static_cast<float>(std::pow(10.0, -6 / 20.0));
  for (std::size_t i = 0; i < plain.frames(); i += 97)
    ASSERT_NEAR(quiet.channels[0][i], plain.channels[0][i] * half, 1e-5) << i;
  // A chain, another format, and its report.
  const auto chain = post_form(
      server.port, "/api/effects/process", wav,
      {{"chain", "highpass freq=2000, gain gain=-3"}, {"format", "flac"}, {"wait", "60"}});
  ASSERT_EQ(chain.status, 200) << chain.body;
  const auto high = decoded(chain.body);
  EXPECT_LT(peak(high.channels[0], 4410), 0.25 * 0.1);
  // An impulse response out of the library: one sample of a half is a half.
  std::string impulse = tone_wav(0.01);
  const std::size_t head = 44;
  std::fill(impulse.begin() + head, impulse.end(), '\0');
  const float one = 0.5f;
  for (std::size_t c = 0; c < 2; ++c) std::memcpy(impulse.data() + head + c * 4, &one, 4);
  const std::string blob =
      words(request(server.port, "POST", "/api/blobs", impulse).json().at("sha256"));
  const auto wet = post_form(server.port, "/api/effects/process", wav,
                             {{"effect_type", "convolution-reverb"},
                              {"parameters", "{\"mix\":1,\"impulse\":\"" + blob + "\"}"},
                              {"format", "wav32f"},
                              {"wait", "60"}});
  ASSERT_EQ(wet.status, 200) << wet.body;
  EXPECT_GT(peak(decoded(wet.body).channels[0]), 0);
  // What is not sound, and what is no number, is refused with words.
  for (const std::string& bad : {std::string("this is a letter, not a song"),
                                 tone_wav(0.5, 44100, std::numeric_limits<float>::quiet_NaN()),
                                 tone_wav(0.5, 44100, std::numeric_limits<float>::infinity())}) {
    const auto refused = post_form(server.port, "/api/effects/process", bad,
                                   {{"effect_type", "gain"}, {"wait", "60"}});
    EXPECT_TRUE(refused.status == 400 || refused.status == 422) << refused.status << refused.body;
    EXPECT_FALSE(refused.json().at("next").as_string().empty());
  }
}

// The job that a request began.
boost::json::value started(int port, const std::string& target, const std::string& body) {
  const auto reply = test::post_json(port, target, body);
  EXPECT_EQ(reply.status, 202) << reply.body;
  return reply.json();
}

// A project with two recordings on two tracks, the second through a bus.
std::string mixed_project(int port, const std::string& blob, std::int64_t frames) {
  project::Document document(7);
  EXPECT_TRUE(project::set_title(document, "Mixed"));
  project::Track bus;
  bus.name = "Group";
  bus.kind = project::TrackKind::bus;
  bus.gain_db = -6;
  const auto group = project::add_track(document, bus);
  for (int i = 0; i < 2; ++i) {
    project::Track track;
    track.name = "Part";
    track.kind = project::TrackKind::audio;
    track.gain_db = i == 0 ? -3 : -12;
    track.pan = i == 0 ? -0.5 : 0.25;
    if (i == 1) track.output = *group;
    const auto id = project::add_track(document, track);
    project::Take take;
    take.blob = blob;
    take.rate = 44100;
    take.frames = frames;
    take.channels = 2;
    EXPECT_TRUE(project::add_take(document, *id, take));
  }
  const auto made = test::post_json(port, "/api/projects", R"({"title":"Mixed"})").json();
  const std::string id = words(made.at("id"));
  const std::string operations = project::operations_to_json(document.take_operations());
  EXPECT_EQ(test::post_json(port, "/api/projects/" + id + "/ops",
                            R"({"batch":"all","ops":)" + operations + "}")
                .status,
            200);
  return id;
}

TEST(Mixdown, BadRequestsAreRefusedAtTheDoor) {
  House house;
  const std::string id = house.project();
  const std::string project = R"({"project":")" + id + "\"";
  struct Case {
    std::string body;
    int status;
    const char* field;
  };
  for (const Case& one : {Case{"{}", 400, "project"}, Case{R"({"project":"none"})", 404, ""},
                          Case{project + R"(,"document":{}})", 400, "document"},
                          Case{project + R"(,"format":"mid"})", 400, "format"},
                          Case{project + R"(,"lufs":10})", 400, "lufs"},
                          Case{project + R"(,"from":5,"to":4})", 400, "to"},
                          Case{project + R"(,"chain":"compresor"})", 400, "chain"},
                          Case{project + R"(,"rate":1})", 400, "rate"}}) {
    const auto reply = test::post_json(house.port(), "/api/mixdown", one.body);
    EXPECT_EQ(reply.status, one.status) << one.body << reply.body;
    if (*one.field) {
      EXPECT_EQ(words(reply.json().at("field")), one.field) << reply.body;
    }
  }
  for (const char* kind : {"bounce", "freeze"}) {
    const auto reply =
        test::post_json(house.port(), "/api/jobs",
                        R"({"kind":")" + std::string(kind) + R"(","project":")" + id + "\"}");
    EXPECT_EQ(reply.status, 400);
    EXPECT_EQ(words(reply.json().at("field")), "settings.track");
  }
}

TEST(Mixdown, MixesWithStemsToALoudnessAndPlacesABouncedTrack) {
  test::Scratch scratch;
  test::RunningServer server((scratch / "library").string(), {"--workers", "1"});
  ASSERT_NE(server.port, 0);
  const int port = server.port;
  const std::string wav = tone_wav(4);
  const std::string blob = words(request(port, "POST", "/api/blobs", wav).json().at("sha256"));
  const std::string id = mixed_project(port, blob, 4 * 44100);
  const auto result = [&](const std::string& job, const std::string& query) {
    return request(port, "GET", "/api/jobs/" + job + "/result" + query).body;
  };

  // At the level it has: the mix is the sum of what feeds the master.
  auto job = started(
      port, "/api/mixdown",
      R"({"project":")" + id + R"(","format":"wav32f","rate":44100,"stems":true,"true_peak":0})");
  auto done = wait_for(port, words(job.at("id")));
  ASSERT_EQ(words(done.at("state")), "succeeded") << boost::json::serialize(done);
  ASSERT_EQ(done.at("results").as_array().size(), 4u);  // mix, bus, two tracks
  const std::string mix_id = words(job.at("id"));
  const auto mix = decoded(result(mix_id, ""));
  const auto group = decoded(result(mix_id, "?part=1"));
  const auto first = decoded(result(mix_id, "?part=2"));
  const auto second = decoded(result(mix_id, "?part=3"));
  ASSERT_GT(mix.frames(), 4u * 44100 - 10);
  ASSERT_EQ(first.frames(), mix.frames());
  EXPECT_GT(peak(mix.channels[0]), 0.05);
  double most = 0, bus_most = 0;
  for (std::size_t c = 0; c < 2; ++c)
    for (std::size_t i = 0; i < mix.frames(); ++i) {
      const double sum =
          static_cast<double>(group.channels[c][i]) + static_cast<double>(first.channels[c][i]);
      most = std::max(most, std::fabs(sum - static_cast<double>(mix.channels[c][i])));
      bus_most = std::max(bus_most, std::fabs(static_cast<double>(second.channels[c][i]) *
                                                  std::pow(10.0, -6 / 20.0) -
                                              static_cast<double>(group.channels[c][i])));
    }
  EXPECT_LT(most, 1e-6);
  EXPECT_LT(bus_most, 1e-6);

  // To a loudness.
  job = started(port, "/api/mixdown", R"({"project":")" + id + R"(","lufs":-20,"true_peak":-2})");
  done = wait_for(port, words(job.at("id")));
  ASSERT_EQ(words(done.at("state")), "succeeded") << boost::json::serialize(done);
  const auto report = parse_json(result(words(job.at("id")), "?format=json"));
  ASSERT_TRUE(report);
  EXPECT_NEAR(report->at("loudness").at("integrated").to_number<double>(), -20, 0.2);
  EXPECT_LE(report->at("loudness").at("true_peak").to_number<double>(), -1.9);

  // A part of it, with an effect on every track.
  job = started(
      port, "/api/mixdown",
      R"({"project":")" + id + R"(","format":"wav32f","from":1,"to":2.5,"chain":"gain gain=-80"})");
  done = wait_for(port, words(job.at("id")));
  ASSERT_EQ(words(done.at("state")), "succeeded") << boost::json::serialize(done);
  const auto silent = decoded(result(words(job.at("id")), ""));
  EXPECT_EQ(silent.frames(), 72'000u);
  EXPECT_LT(peak(silent.channels[0], 4800), 1e-4);

  // A bounced track: its operations put the sound beside it and mute it; twice changes nothing.
  const auto view = request(port, "GET", "/api/projects/" + id).json();
  auto document = project::load_tutti(write_json(view.at("document")), 0);
  ASSERT_TRUE(document);
  const auto tracks = project::tracks(*document);
  const auto part = tracks.at(1);
  ASSERT_EQ(part.kind, project::TrackKind::audio);
  for (const char* kind : {"bounce", "freeze"}) {
    job = started(port, "/api/jobs",
                  R"({"kind":")" + std::string(kind) + R"(","project":")" + id +
                      R"(","settings":{"rate":44100,"track":")" + to_text(part.id) + "\"}}");
    done = wait_for(port, words(job.at("id")));
    ASSERT_EQ(words(done.at("state")), "succeeded") << boost::json::serialize(done);
    const auto told = parse_json(result(words(job.at("id")), "?format=json"));
    ASSERT_TRUE(told);
    const std::string operations = write_json(told->at("operations"));
    for (const char* batch : {"one", "two"})
      ASSERT_EQ(test::post_json(
                    port, "/api/projects/" + id + "/ops",
                    R"({"batch":")" + std::string(kind) + batch + R"(","ops":)" + operations + "}")
                    .status,
                200);
    const auto sound = decoded(result(words(job.at("id")), ""));
    const double gain = kind == std::string("bounce") ? std::pow(10.0, -3 / 20.0) : 1;
    // Before the fader it is the recording; behind it, quieter, and the right side turned down.
    EXPECT_NEAR(peak(sound.channels[0]), 0.25 * gain, 0.003) << kind;
  }
  const auto after = request(port, "GET", "/api/projects/" + id).json();
  document = project::load_tutti(write_json(after.at("document")), 0);
  ASSERT_TRUE(document);
  const auto now = project::tracks(*document);
  ASSERT_EQ(now.size(), 4u);
  EXPECT_EQ(now.at(2).name, "Part (bounced)");
  EXPECT_EQ(project::takes(*document, now.at(2).id).size(), 1u);
  EXPECT_TRUE(now.at(1).mute);
  EXPECT_TRUE(now.at(1).freeze_on);
}

TEST(Hum, WhoeverLeavesCancelsTheJob) {
  House house;
  const std::string body(2000, 'x');
  const std::string head =
      "POST /hum2melody HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: "
      "audio/wav\r\nContent-Length: " +
      std::to_string(body.size()) + "\r\n\r\n";
  std::string id;
  {
    test::RawConnection connection(house.port());
    ASSERT_TRUE(connection.send(head + body));
    // No worker is there: the job waits, and so does the asker.
    while (id.empty()) {
      auto jobs = house.store->jobs_changed_since(0);
      ASSERT_TRUE(jobs);
      if (!jobs->empty()) id = jobs->front().id;
    }
    EXPECT_EQ(house.queue->get(id)->state, "queued");
  }
  std::promise<std::string> state;
  std::atomic<bool> told{false};
  const auto token = house.queue->watch(id, [&](const store::JobRow& row) {
    if (jobs::is_over(row) && !told.exchange(true)) state.set_value(row.state);
  });
  EXPECT_EQ(state.get_future().get(), "cancelled");
  house.queue->unwatch(token);
}

}  // namespace
}  // namespace tutti
