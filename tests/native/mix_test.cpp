// Recordings from a disk, mixes on several cores, stems, loudness that is asked for, stretching.
#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstring>
#include <gtest/gtest.h>

#include "engine/registry/effects.h"
#include "native/files/audio_reader.h"
#include "native/files/audio_writer.h"
#include "native/files/wav_map.h"
#include "native/render/disk_audio.h"
#include "native/render/normalise.h"
#include "native/render/offline.h"
#include "native/render/thread_pool.h"
#include "native/stretch/stretch.h"
#include "tests/native/support.h"

namespace tutti {
namespace {

using files::AudioFormat;
using Wave = std::vector<float>;

files::AudioBuffer noise(int rate, int channels, double seconds, std::uint64_t seed,
                         double level = 0.25) {
  files::AudioBuffer audio;
  audio.rate = rate;
  Random random(seed);
  for (int c = 0; c < channels; ++c) {
    Wave wave(static_cast<std::size_t>(std::lround(seconds * rate)));
    for (float& x : wave) x = static_cast<float>(level * (2 * random.uniform() - 1));
    audio.channels.push_back(std::move(wave));
  }
  return audio;
}

void write(const std::string& path, const files::AudioBuffer& audio, AudioFormat format) {
  files::EncodeOptions options;
  options.format = format;
  ASSERT_TRUE(files::encode(path, audio, options).ok());
}

// A clip a recording, with effects by name.
struct Song {
  graph::Plan plan;
  std::vector<render::Resource> resources;

  Song() {
    plan.tempos = {{{}, 500000}};
    plan.metres = {{}};
  }
  void add(const std::string& path, const std::vector<std::string>& effects = {}, double pan = 0) {
    auto audio = render::DiskAudio::open(path);
    ASSERT_TRUE(audio.ok()) << audio.error().message;
    const score::TempoMap tempo(plan.tempos, plan.metres);
    const double seconds = static_cast<double>((*audio)->frames()) / (*audio)->rate();
    plan.end = std::max(plan.end, tempo.ticks(seconds) + Ticks{1});
    graph::PlanNode node;
    node.id = plan.nodes.size() + 1;
    node.kind = "clip";
    node.resource = path;
    node.pan = pan;
    for (const auto& effect : effects) {
      graph::PlanInsert insert;
      insert.id = (node.id << 8) + node.inserts.size();
      insert.kind = effect;
      node.inserts.push_back(insert);
    }
    plan.nodes.push_back(node);
    resources.push_back({path, {}, nullptr, *audio});
  }
};

struct Sound {
  Wave left, right;
  std::vector<Wave> stems;  // left channels
  Result<render::RenderReport> report = render::RenderReport{};
};

Sound play(const Song& song, render::RenderOptions options = {}) {
  options.limiter = false;
  Sound out;
  out.stems.resize(options.stems.size());
  const render::StemSink stem = [&](std::size_t i, const float* l, const float*, int n) {
    out.stems[i].insert(out.stems[i].end(), l, l + n);
    return Result<void>();
  };
  out.report = render::render(
      song.plan, song.resources, options,
      [&](const float* l, const float* r, int n) -> Result<void> {
        out.left.insert(out.left.end(), l, l + n);
        out.right.insert(out.right.end(), r, r + n);
        return {};
      },
      {}, options.stems.empty() ? render::StemSink() : stem);
  return out;
}

double largest_difference(const Wave& a, const Wave& b) {
  double most = 0;
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i)
    most = std::max(most, std::abs(static_cast<double>(a[i]) - static_cast<double>(b[i])));
  return most;
}

TEST(WavMap, GivesTheSamplesThatTheDecoderGives) {
  test::TempFolder folder;
  for (const auto format : {AudioFormat::wav16, AudioFormat::wav24, AudioFormat::wav32f}) {
    for (const int channels : {1, 2, 3}) {
      const std::string path = folder / "a.wav";
      write(path, noise(44100, channels, 0.3, 5), format);
      const auto wav = files::WavMap::open(path);
      ASSERT_TRUE(wav.has_value());
      const auto decoded = files::decode(files::AudioSource::path(path));
      ASSERT_TRUE(decoded.ok());
      ASSERT_EQ(wav->frames(), static_cast<std::int64_t>(decoded->audio.frames()));
      EXPECT_EQ(wav->rate(), 44100);
      for (int c = 0; c < channels; ++c) {
        Wave got(static_cast<std::size_t>(wav->frames()) - 100);
        wav->read(c, 100, static_cast<int>(got.size()), got.data());
        const auto& whole = decoded->audio.channels[static_cast<std::size_t>(c)];
        EXPECT_TRUE(std::equal(got.begin(), got.end(), whole.begin() + 100));
      }
      EXPECT_EQ(wav->mono_floats() != nullptr, channels == 1 && format == AudioFormat::wav32f);
    }
  }
}

TEST(WavMap, LeavesDamagedFilesToTheDecoder) {
  test::TempFolder folder;
  const std::string path = folder / "a.wav";
  write(path, noise(44100, 2, 0.1, 5), AudioFormat::wav16);
  auto bytes = test::slurp(path);
  bytes.resize(bytes.size() / 2);
  test::spill(path, bytes);
  EXPECT_FALSE(files::WavMap::open(path).has_value());
  for (std::size_t length = 0; length < 60; ++length) {
    test::spill(path, std::span(bytes).first(length));
    EXPECT_FALSE(files::WavMap::open(path).has_value());
  }
}

// Onwards, back, before the start, over the end, from every kind of file.
TEST(DiskAudio, ReadsAnyPlaceOfAnyFormat) {
  test::TempFolder folder;
  const auto audio = noise(48000, 2, 3, 9);
  for (const auto format : {AudioFormat::wav16, AudioFormat::wav32f, AudioFormat::flac}) {
    const std::string path = folder / ("a" + std::string(files::ending_of(format)));
    write(path, audio, format);
    const auto whole = files::decode(files::AudioSource::path(path));
    ASSERT_TRUE(whole.ok());
    const auto& left = whole->audio.channels[0];
    const auto& right = whole->audio.channels[1];
    const auto source = render::DiskAudio::open(path);
    ASSERT_TRUE(source.ok());
    ASSERT_EQ((*source)->frames(), static_cast<std::int64_t>(left.size()));
    std::vector<std::unique_ptr<graph::AudioReader>> readers;
    for (int i = 0; i < 5; ++i) readers.push_back((*source)->open());
    for (auto& reader : readers) {
      for (const std::int64_t from : {0, 1000, 900, 40000, 143900, 20, -50, 144000, 100000}) {
        Wave l(777, 9.0f), r(777, 9.0f);
        EXPECT_EQ(reader->read(from, 777, l.data(), r.data()), 0);
        for (std::int64_t i = 0; i < 777; ++i) {
          const auto at = from + i;
          const bool inside = at >= 0 && at < (*source)->frames();
          const auto place = static_cast<std::size_t>(at);
          ASSERT_EQ(l[static_cast<std::size_t>(i)], inside ? left[place] : 0.0f) << from + i;
          ASSERT_EQ(r[static_cast<std::size_t>(i)], inside ? right[place] : 0.0f) << from + i;
        }
      }
    }
    EXPECT_FALSE((*source)->fault().has_value());
  }
}

TEST(DiskAudio, AFolderOfFilesMixesToTheirSum) {
  test::TempFolder folder;
  Song song;
  Wave sum(96000, 0.0f);
  for (int i = 0; i < 5; ++i) {
    const auto audio = noise(48000, 1, 2, static_cast<std::uint64_t>(i) + 1, 0.1);
    const std::string path = folder / (std::to_string(i) + ".wav");
    write(path, audio, AudioFormat::wav32f);
    song.add(path);
    for (std::size_t k = 0; k < sum.size(); ++k) sum[k] += audio.channels[0][k];
  }
  render::RenderOptions options;
  options.end_frames = 96000;
  const auto sound = play(song, options);
  ASSERT_TRUE(sound.report.ok()) << sound.report.error().message;
  ASSERT_EQ(sound.left.size(), sum.size());  // not a frame longer than what is in it
  EXPECT_LT(largest_difference(sound.left, sum), 1e-6);
  EXPECT_EQ(sound.left, sound.right);
}

TEST(DiskAudio, OtherRatesAreConverted) {
  test::TempFolder folder;
  write(folder / "a.wav", test::tones(44100, 1, 1, 440, 0.5), AudioFormat::wav32f);
  Song song;
  song.add(folder / "a.wav");
  const auto sound = play(song);
  ASSERT_TRUE(sound.report.ok());
  const auto wanted = test::tones(48000, 1, 1, 440, 0.5).channels[0];
  ASSERT_GE(sound.left.size(), wanted.size() - 2);
  double worst = 0;
  for (std::size_t i = 1000; i < 46000; ++i)
    worst = std::max(worst, std::abs(static_cast<double>(sound.left[i] - wanted[i])));
  EXPECT_LT(worst, 1e-3);
}

TEST(DiskAudio, SamplesThatAreNotNumbersAreRefusedByName) {
  test::TempFolder folder;
  auto audio = noise(48000, 1, 1, 3);
  write(folder / "good.wav", audio, AudioFormat::wav32f);
  write(folder / "bad.wav", audio, AudioFormat::wav32f);
  auto bytes = test::slurp(folder / "bad.wav");
  const float nan = std::nanf("");
  std::memcpy(bytes.data() + bytes.size() - 4 * 24000, &nan, 4);
  test::spill(folder / "bad.wav", bytes);
  Song song;
  song.add(folder / "good.wav");
  song.add(folder / "bad.wav");
  const auto sound = play(song);
  ASSERT_FALSE(sound.report.ok());
  EXPECT_EQ(sound.report.error().code, Code::bad_input);
  EXPECT_NE(sound.report.error().message.find("bad.wav"), std::string::npos);
  EXPECT_NE(sound.report.error().message.find("0.500 s"), std::string::npos)
      << sound.report.error().message;
}

class Desk : public testing::Test {
 protected:
  Desk() {
    for (int i = 0; i < 6; ++i) {
      const std::string path = folder_ / (std::to_string(i) + ".wav");
      write(path, noise(48000, 1 + i % 2, 1.5, static_cast<std::uint64_t>(i) + 20, 0.1),
            AudioFormat::wav32f);
      song_.add(path, {"compressor", "parametric-eq", "limiter"}, i * 0.3 - 0.8);
      song_.plan.nodes.back().gain = 0.3 + 0.1 * i;
    }
    // Two of them through a group, another with a send to a return.
    graph::PlanNode group;
    group.id = 100;
    group.kind = "bus";
    group.gain = 0.7;
    graph::PlanNode room = group;
    room.id = 101;
    room.inserts.push_back({1000, "freeverb", {}, false, "", graph::PlanInsert::kNone, false});
    song_.plan.nodes.push_back(group);
    song_.plan.nodes.push_back(room);
    song_.plan.nodes[0].output = song_.plan.nodes[1].output = 6;
    song_.plan.nodes[2].sends.push_back({2000, 7, 0.5, false, false});
  }
  test::TempFolder folder_;
  Song song_;
};

TEST_F(Desk, TheStemsAddUpToTheMix) {
  render::RenderOptions options;
  options.stems = {3, 4, 5, 6, 100, 101};
  const auto sound = play(song_, options);
  ASSERT_TRUE(sound.report.ok()) << sound.report.error().message;
  Wave sum(sound.left.size(), 0.0f);
  for (const auto& stem : sound.stems) {
    ASSERT_EQ(stem.size(), sound.left.size());
    for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += stem[i];
  }
  EXPECT_GT(*std::max_element(sum.begin(), sum.end()), 0.05f);
  EXPECT_LT(20 * std::log10(largest_difference(sum, sound.left) + 1e-12), -120);
}

TEST_F(Desk, ThreadsAndBlocksDoNotChangeASample) {
  const auto reference = play(song_);
  ASSERT_TRUE(reference.report.ok());
  for (const int threads : {2, 5}) {
    for (const int block : {256, 4096}) {
      render::RenderOptions options;
      options.threads = threads;
      options.block = block;
      const auto other = play(song_, options);
      ASSERT_TRUE(other.report.ok());
      EXPECT_EQ(other.left, reference.left) << threads << " " << block;
      EXPECT_EQ(other.right, reference.right) << threads << " " << block;
    }
  }
}

TEST_F(Desk, APartIsTheSameAsInTheWhole) {
  for (auto& node : song_.plan.nodes) node.inserts.clear();
  const auto whole = play(song_);
  render::RenderOptions options;
  options.from_seconds = 0.5;
  options.to_seconds = 1.25;
  const auto part = play(song_, options);
  ASSERT_TRUE(part.report.ok());
  ASSERT_EQ(part.left.size(), 36000u);
  // Playing that begins inside a clip fades in for 5 ms.
  for (std::size_t i = 480; i < part.left.size(); ++i)
    ASSERT_NEAR(part.left[i], whole.left[24000 + i], 1e-6) << i;
}

TEST_F(Desk, AskedToStopItStops) {
  render::RenderOptions options;
  options.threads = 2;
  const auto stopped = render::render(
      song_.plan, song_.resources, options,
      [](const float*, const float*, int) { return Result<void>(); },
      [](double, std::string_view) { return false; });
  ASSERT_FALSE(stopped.ok());
  EXPECT_EQ(stopped.error().code, Code::cancelled);
}

TEST(ThreadPool, DoesEveryJobOnce) {
  render::ThreadPool pool(4);
  for (int round = 0; round < 3000; ++round) {
    const int count = 1 + round % 37;
    std::vector<std::atomic<int>> done(static_cast<std::size_t>(count));
    pool.run(
        count,
        [](void* context, int i) noexcept {
          ++(*static_cast<std::vector<std::atomic<int>>*>(context))[static_cast<std::size_t>(i)];
        },
        &done);
    for (const auto& times : done) ASSERT_EQ(times.load(), 1);
  }
}

TEST(Normalise, ReachesTheLoudnessUnderTheCeiling) {
  const auto audio = noise(48000, 2, 12, 77, 0.05);
  auto made = render::Normaliser::create(48000, 2);
  ASSERT_TRUE(made.ok());
  for (int at = 0; at < 12 * 48000; at += 1000) {
    ASSERT_TRUE(made->add(audio.channels[0].data() + at, audio.channels[1].data() + at, 1000).ok());
  }
  EXPECT_LT(made->before().integrated, -24);
  std::uint64_t frames = 0;
  const auto outcome = made->finish(
      {-14, -6}, [&](const float*, const float*, int n) { return frames += n, Result<void>(); });
  ASSERT_TRUE(outcome.ok());
  EXPECT_EQ(frames, audio.frames());
  EXPECT_NEAR(outcome->loudness.integrated, -14, 0.1);
  EXPECT_LE(outcome->loudness.true_peak, -5.9);
}

TEST(Normalise, WithoutATargetTheSoundIsAsItWas) {
  const auto audio = noise(48000, 1, 0.5, 78);
  auto made = render::Normaliser::create(48000, 1);
  ASSERT_TRUE(made.ok());
  ASSERT_TRUE(made->add(audio.channels[0].data(), nullptr, 24000).ok());
  Wave out;
  ASSERT_TRUE(made->finish({},
                           [&](const float* l, const float* r, int n) -> Result<void> {
                             EXPECT_EQ(r, nullptr);
                             out.insert(out.end(), l, l + n);
                             return {};
                           })
                  .ok());
  EXPECT_EQ(out, audio.channels[0]);
}

TEST(Stretch, KeepsPitchAndHasExactlyTheLength) {
  test::TempFolder folder;
  write(folder / "a.wav", test::tones(44100, 1, 2, 440, 0.5), AudioFormat::wav32f);
  ::setenv("TUTTI_CACHE", (folder / "cache").c_str(), 1);
  for (const double ratio : {0.75, 1.5}) {
    stretch::Settings settings;
    settings.ratio = ratio;
    const auto path = stretch::stretched_file(folder / "a.wav", std::string(64, 'a'), settings);
    ASSERT_TRUE(path.ok()) << path.error().message;
    const auto out = files::decode(files::AudioSource::path(*path));
    ASSERT_TRUE(out.ok());
    ASSERT_EQ(out->audio.frames(), static_cast<std::size_t>(88200 * ratio));
    const auto middle = std::span(out->audio.channels[0]).subspan(22050, 16384);
    EXPECT_GT(test::level_at(middle, 44100, 440), 0.4);
    EXPECT_LT(test::level_at(middle, 44100, 440 * ratio), 0.05);
    // Made once.
    const auto written = std::filesystem::last_write_time(*path);
    ASSERT_TRUE(stretch::stretched_file(folder / "a.wav", std::string(64, 'a'), settings).ok());
    EXPECT_EQ(std::filesystem::last_write_time(*path), written);
  }
  stretch::Settings octave;
  octave.semitones = 12;
  ASSERT_TRUE(
      stretch::stretch(files::AudioSource::path(folder / "a.wav"), folder / "b.wav", octave).ok());
  const auto up = files::decode(files::AudioSource::path(folder / "b.wav"));
  ASSERT_EQ(up->audio.frames(), 88200u);
  EXPECT_GT(test::level_at(std::span(up->audio.channels[0]).subspan(22050, 16384), 44100, 880),
            0.35);
  octave.ratio = 0;
  EXPECT_FALSE(
      stretch::stretch(files::AudioSource::path(folder / "a.wav"), folder / "c.wav", octave).ok());
}

}  // namespace
}  // namespace tutti
