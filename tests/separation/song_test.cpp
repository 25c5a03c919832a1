// Songs to stems: the samples, the lengths, the files, whatever the song is like.
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include "engine/base/random.h"
#include "native/files/atomic_write.h"
#include "native/files/audio_writer.h"
#include "native/files/resample.h"
#include "native/separation/separate_song.h"
#include "tests/separation/small_separators.h"

namespace tutti::separation {
namespace {

namespace fs = std::filesystem;
using files::AudioBuffer;
using separate::Stem;

class Folder {
 public:
  Folder() {
    std::string name = fs::temp_directory_path() / "tutti-separation-XXXXXX";
    path_ = ::mkdtemp(name.data());
  }
  ~Folder() { fs::remove_all(path_); }
  std::string operator/(const std::string& name) const { return path_ + "/" + name; }
  std::size_t files() const {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(path_), fs::directory_iterator()));
  }

 private:
  std::string path_;
};

AudioBuffer noise(int rate, int channels, std::size_t frames, std::uint64_t seed = 7) {
  AudioBuffer audio;
  audio.rate = rate;
  audio.channels.assign(static_cast<std::size_t>(channels), std::vector<float>(frames));
  Random random(seed);
  for (auto& channel : audio.channels) {
    float low = 0;  // most of it well below the half rate, as music is
    for (auto& x : channel) {
      low += 0.2f * (static_cast<float>(random.uniform()) - 0.5f - low);
      x = low;
    }
  }
  return audio;
}

std::string written(const Folder& folder, const AudioBuffer& audio, const std::string& name,
                    files::AudioFormat format = files::AudioFormat::wav32f) {
  files::EncodeOptions options;
  options.format = format;
  const std::string path = folder / name;
  EXPECT_TRUE(files::encode(path, audio, options).ok());
  return path;
}

StemFile stem_file(Stem stem, const std::string& path, bool without = false,
                   files::AudioFormat format = files::AudioFormat::wav32f) {
  StemFile file;
  file.stem = stem;
  file.path = path;
  file.without = without;
  file.encode.format = format;
  return file;
}

std::vector<StemFile> four(const Folder& folder,
                           files::AudioFormat format = files::AudioFormat::wav32f) {
  std::vector<StemFile> all;
  for (int s = 0; s < separate::kStems; ++s) {
    all.push_back(
        stem_file(static_cast<Stem>(s),
                  folder / (std::string(separate::kStemNames[static_cast<std::size_t>(s)]) +
                            std::string(files::ending_of(format))),
                  false, format));
  }
  return all;
}

AudioBuffer read(const std::string& path) {
  files::DecodeOptions options;
  options.limits = long_songs();
  auto decoded = files::decode(files::AudioSource::path(path), options);
  EXPECT_TRUE(decoded.ok()) << path;
  return decoded ? std::move(decoded->audio) : AudioBuffer{};
}

// All stems of a separation in memory.
struct Stems {
  SeparationReport report;
  std::vector<float> at[separate::kStems][separate::kChannels];
};

Result<Stems> stems_of(SeparationRequest request, const Progress& progress = {}) {
  Stems stems;
  request.sink = [&](const StemBlock& block) -> Result<void> {
    for (std::size_t s = 0; s < separate::kStems; ++s) {
      for (std::size_t c = 0; c < separate::kChannels; ++c) {
        EXPECT_EQ(static_cast<std::int64_t>(stems.at[s][c].size()), block.from);
        stems.at[s][c].insert(stems.at[s][c].end(), block.stems[s][c],
                              block.stems[s][c] + block.frames);
      }
    }
    return {};
  };
  auto report = separate(request, progress);
  if (!report) return report.error();
  stems.report = *report;
  return stems;
}

SeparationRequest request_for(const std::string& path, const separate::Separator& separator,
                              int threads = 2) {
  SeparationRequest request;
  request.input = files::AudioSource::path(path);
  request.separator = &separator;
  request.threads = threads;
  request.limits = long_songs();
  return request;
}

TEST(SeparateSong, SharesOfASongAreItsStemsAndTheRestIsOther) {
  const Folder folder;
  const auto song = noise(44100, 2, 123456);
  const auto path = written(folder, song, "song.wav");
  const separate::Shares separator;
  auto request = request_for(path, separator);
  request.outputs = four(folder);
  request.outputs.push_back(stem_file(Stem::vocals, folder / "karaoke.wav", true));
  const auto report = separate(request);
  ASSERT_TRUE(report.ok()) << report.error().message;
  EXPECT_EQ(report->frames, 123456);
  EXPECT_EQ(report->rate, 44100);
  EXPECT_EQ(report->channels, 2);
  EXPECT_FALSE(report->silent);
  const float expected[] = {0.5f, 0.25f, 0.1875f, 0.0625f};
  for (std::size_t s = 0; s < separate::kStems; ++s) {
    const auto stem = read(request.outputs[s].path);
    ASSERT_EQ(stem.frames(), song.frames());
    for (std::size_t c = 0; c < 2; ++c)
      for (std::size_t i = 0; i < song.frames(); ++i)
        ASSERT_NEAR(stem.channels[c][i], expected[s] * song.channels[c][i], 1e-6f) << s << " " << i;
  }
  const auto karaoke = read(folder / "karaoke.wav");
  for (std::size_t i = 0; i < song.frames(); ++i)
    ASSERT_NEAR(karaoke.channels[0][i], 0.9375f * song.channels[0][i], 1e-6f);
}

// What Demucs's apply_model does with split and overlap, written down plainly (shifts = 0).
std::vector<float> applied(const separate::Shares& separator, const std::vector<float>& song,
                           std::size_t stem) {
  const auto length = static_cast<std::int64_t>(song.size());
  const std::int64_t segment = separator.segment(), stride = segment - separator.overlap();
  std::vector<double> sum(song.size()), weights(song.size());
  for (std::int64_t offset = 0; offset < length; offset += stride) {
    const std::int64_t chunk = std::min(segment, length - offset);
    std::vector<float> padded(static_cast<std::size_t>(segment));
    const std::int64_t start = offset - (segment - chunk) / 2;
    for (std::int64_t i = 0; i < segment; ++i)
      if (start + i >= 0 && start + i < length)
        padded[static_cast<std::size_t>(i)] = song[static_cast<std::size_t>(start + i)];
    for (std::int64_t i = 0; i < chunk; ++i) {
      const auto at = static_cast<std::size_t>(offset + i);
      const double weight = static_cast<double>(separator.weight(i, chunk));
      sum[at] += weight * static_cast<double>(separator.value(
                              padded, stem, static_cast<std::size_t>((segment - chunk) / 2 + i)));
      weights[at] += weight;
    }
  }
  std::vector<float> out(song.size());
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<float>(sum[i] / weights[i]);
  return out;
}

TEST(SeparateSong, SegmentsAreCutPaddedWeightedAndAddedAsDemucsDoes) {
  const Folder folder;
  separate::Placed separator;
  for (const std::int64_t overlap : {0, 5000, 13000}) {
    separator.shared = overlap;
    // Shorter than a segment, a whole one, a rest within the overlap, several and a rest.
    for (const std::size_t frames : {100u, 7001u, 20000u, 33000u, 36000u, 95123u}) {
      const auto song = noise(44100, 2, frames);
      auto request = request_for(written(folder, song, "song.wav"), separator);
      request.residual_to_other = false;
      const auto stems = stems_of(request);
      ASSERT_TRUE(stems.ok()) << stems.error().message;
      for (std::size_t s = 0; s < separate::kStems; ++s) {
        const auto expected = applied(separator, song.channels[1], s);
        ASSERT_EQ(stems->at[s][1].size(), frames);
        for (std::size_t i = 0; i < frames; ++i)
          ASSERT_NEAR(stems->at[s][1][i], expected[i], 2e-6f)
              << overlap << " " << frames << " " << i;
      }
    }
  }
}

TEST(SeparateSong, SamplesDoNotDependOnTheNumberOfThreads) {
  const Folder folder;
  const auto path = written(folder, noise(48000, 2, 250001), "song.wav");
  const separate::Placed separator;
  const auto one = stems_of(request_for(path, separator, 1));
  ASSERT_TRUE(one.ok());
  EXPECT_EQ(one->report.threads, 1);
  for (const int threads : {2, 3, 5}) {
    const auto more = stems_of(request_for(path, separator, threads));
    ASSERT_TRUE(more.ok());
    EXPECT_EQ(more->report.threads, threads);
    for (std::size_t s = 0; s < separate::kStems; ++s)
      for (std::size_t c = 0; c < separate::kChannels; ++c)
        EXPECT_EQ(more->at[s][c], one->at[s][c]) << threads;
  }
}

TEST(SeparateSong, EveryRateAndNumberOfChannelsKeepsItsLengthAndSumsToTheSong) {
  const Folder folder;
  const separate::Placed separator;
  struct Case {
    int rate, channels;
    std::size_t frames;
    int stems_rate, stems_channels;
  };
  const Case cases[] = {
      {48000, 2, 96001, 0, 0},     {8000, 1, 16003, 0, 0},      {96000, 1, 100000, 0, 2},
      {22050, 2, 44100, 0, 1},     {48000, 2, 77777, 44100, 0}, {44100, 1, 50000, 48000, 0},
      {96000, 2, 90001, 32000, 0}, {44100, 6, 60000, 0, 0},     {48000, 3, 30000, 0, 0}};
  for (const auto& one : cases) {
    const auto song = noise(one.rate, one.channels, one.frames);
    auto request = request_for(written(folder, song, "song.wav"), separator);
    request.rate = one.stems_rate;
    request.channels = one.stems_channels;
    const auto stems = stems_of(request);
    ASSERT_TRUE(stems.ok()) << stems.error().message;
    const int rate = one.stems_rate > 0 ? one.stems_rate : one.rate;
    EXPECT_EQ(stems->report.rate, rate);
    EXPECT_EQ(stems->report.channels,
              one.stems_channels > 0 ? one.stems_channels : std::min(one.channels, 2));
    // The song as the stems' listeners have it.
    AudioBuffer mixed;
    mixed.rate = one.rate;
    mixed.channels.assign(2, std::vector<float>(one.frames));
    for (std::size_t i = 0; i < one.frames; ++i) {
      const auto& in = song.channels;
      const float h = 0.70710678f;
      if (one.channels <= 2) {
        mixed.channels[0][i] = in[0][i];
        mixed.channels[1][i] = in.back()[i];
      } else if (one.channels == 3) {
        mixed.channels[0][i] = (in[0][i] + h * in[2][i]) / (1 + h);
        mixed.channels[1][i] = (in[1][i] + h * in[2][i]) / (1 + h);
      } else {
        mixed.channels[0][i] = (in[0][i] + h * in[2][i] + h * in[4][i]) / (1 + 2 * h);
        mixed.channels[1][i] = (in[1][i] + h * in[2][i] + h * in[5][i]) / (1 + 2 * h);
      }
      if (stems->report.channels == 1)
        mixed.channels[0][i] = 0.5f * (mixed.channels[0][i] + mixed.channels[1][i]);
    }
    const auto expected = files::resample(mixed, rate);
    ASSERT_TRUE(expected.ok());
    EXPECT_EQ(stems->report.frames, static_cast<std::int64_t>(expected->frames()));
    for (std::size_t i = 0; i < expected->frames(); ++i) {
      float sum = 0;
      for (const auto& stem : stems->at) sum += stem[0][i];
      ASSERT_NEAR(sum, expected->channels[0][i], 2e-6f)
          << one.rate << " " << one.channels << " " << i;
    }
    for (const auto& stem : stems->at) ASSERT_EQ(stem[0].size(), expected->frames());
  }
}

TEST(SeparateSong, ShareOfAResampledSongIsItsShare) {
  const Folder folder;
  const separate::Shares separator;
  auto song = noise(48000, 2, 100000);
  for (auto& channel : song.channels)
    for (std::size_t i = 0; i < channel.size(); ++i) {
      const double t = static_cast<double>(i) / 48000;
      channel[i] = static_cast<float>(0.3 * std::sin(1300 * t) + 0.2 * std::sin(110000 * t));
    }
  const auto stems = stems_of(request_for(written(folder, song, "song.wav"), separator));
  ASSERT_TRUE(stems.ok());
  double error = 0, power = 0;
  // Away from the ends, where the song begins all at once.
  for (std::size_t i = 2000; i < song.frames() - 2000; ++i) {
    const double wanted = 0.5 * static_cast<double>(song.channels[0][i]);
    error += std::pow(static_cast<double>(stems->at[0][0][i]) - wanted, 2);
    power += wanted * wanted;
  }
  // The resamplers are flat to 0.01 dB.
  EXPECT_LT(error, 1e-6 * power);
}

TEST(SeparateSong, FilesGrowWhileReadyIsTold) {
  const Folder folder;
  const auto song = noise(44100, 2, 400000);
  const auto path = written(folder, song, "song.wav");
  const separate::Shares separator;
  const int fd = ::open((folder / "drums.wav").c_str(), O_RDWR | O_CREAT, 0600);
  ASSERT_GE(fd, 0);
  auto request = request_for(path, separator);
  StemFile file;
  file.fd = fd;
  file.encode.format = files::AudioFormat::wav32f;
  request.outputs = {file};
  std::int64_t told = 0;
  int times = 0;
  request.ready = [&](std::int64_t frames, int rate) {
    EXPECT_EQ(rate, 44100);
    EXPECT_GT(frames, told);
    std::vector<float> last(2);
    struct stat status {};
    ASSERT_EQ(::fstat(fd, &status), 0);
    ASSERT_GE(status.st_size, frames * 8);
    // The samples lie behind the head and are never touched again.
    const off_t head = 58;
    ASSERT_EQ(::pread(fd, last.data(), 8, head + (frames - 1) * 8 - (head % 2)), 8);
    told = frames;
    ++times;
  };
  const auto report = separate(request);
  ASSERT_TRUE(report.ok()) << report.error().message;
  EXPECT_EQ(told, 400000);
  EXPECT_GT(times, 10);
  EXPECT_GT(report->ready_seconds, 0);
  EXPECT_LE(report->ready_seconds, report->wall_seconds);
  ::close(fd);
  const auto drums = read(folder / "drums.wav");
  ASSERT_EQ(drums.frames(), 400000u);
  EXPECT_NEAR(drums.channels[1][399999], 0.5f * song.channels[1][399999], 1e-6f);
}

TEST(SeparateSong, StoppingLeavesNothing) {
  const Folder folder;
  const auto path = written(folder, noise(44100, 2, 500000), "song.wav");
  const separate::Shares separator;
  for (const int threads : {1, 3}) {
    auto request = request_for(path, separator, threads);
    request.outputs = four(folder);
    int asked = 0;
    double last = 0;
    const auto report = separate(request, [&](double fraction, std::string_view sentence) {
      EXPECT_GE(fraction, last);
      EXPECT_FALSE(sentence.empty());
      last = fraction;
      return ++asked < 9;
    });
    ASSERT_FALSE(report.ok());
    EXPECT_EQ(report.error().code, Code::cancelled);
    EXPECT_EQ(folder.files(), 1u);
  }
}

TEST(SeparateSong, ADiskThatFillsUpIsSaidAndLeavesNothing) {
  const Folder folder;
  const auto path = written(folder, noise(44100, 2, 300000), "song.wav");
  const separate::Shares separator;
  auto request = request_for(path, separator);
  request.outputs = four(folder);
  // Files may not grow beyond this: as a full disk, in the middle of the song.
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto old = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{1'000'000, before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  const auto report = separate(request);
  ::setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, old);
  ASSERT_FALSE(report.ok());
  EXPECT_EQ(report.error().code, Code::io);
  EXPECT_NE(report.error().message.find("drums.wav"), std::string::npos) << report.error().message;
  EXPECT_EQ(folder.files(), 1u);

  // At the very end: the last of the files cannot be completed, so none appears.
  request.outputs.back().path = "/dev/full";
  const auto late = separate(request);
  ASSERT_FALSE(late.ok());
  EXPECT_EQ(late.error().code, Code::io);
  EXPECT_EQ(folder.files(), 1u);
}

TEST(SeparateSong, LevelIsThatOfTheWholeSongAndAPipeIsReadOnce) {
  const Folder folder;
  auto song = noise(44100, 2, 150000);
  for (auto& channel : song.channels)
    for (auto& x : channel) x += 0.125f;
  const auto path = written(folder, song, "song.wav");
  separate::Shares separator;
  separator.level = true;
  const auto stems = stems_of(request_for(path, separator, 1));
  ASSERT_TRUE(stems.ok());
  const auto mono = files::mix_to_mono(song);
  double mean = 0, variance = 0;
  for (const float x : mono) mean += static_cast<double>(x) / 150000;
  for (const float x : mono) variance += std::pow(static_cast<double>(x) - mean, 2) / 149999;
  EXPECT_NEAR(separator.seen.mean, mean, 1e-6);
  EXPECT_NEAR(separator.seen.deviation, std::sqrt(variance), 1e-6);

  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  std::thread writer([&] {
    const auto bytes = files::read_file(path);
    EXPECT_TRUE(files::write_all(ends[1], *bytes).ok());
    ::close(ends[1]);
  });
  auto request = request_for(path, separator, 1);
  request.input = files::AudioSource::descriptor(ends[0], "a pipe");
  const auto piped = stems_of(request);
  writer.join();
  ::close(ends[0]);
  ASSERT_TRUE(piped.ok()) << piped.error().message;
  EXPECT_EQ(piped->at[2][0], stems->at[2][0]);
}

TEST(SeparateSong, SilentTinyAndDamagedSongs) {
  const Folder folder;
  separate::Placed separator;
  separator.level = true;
  AudioBuffer silent = noise(44100, 1, 88200);
  for (auto& x : silent.channels[0]) x = 0;
  auto stems = stems_of(request_for(written(folder, silent, "silent.wav"), separator));
  ASSERT_TRUE(stems.ok());
  EXPECT_TRUE(stems->report.silent);
  EXPECT_EQ(stems->report.channels, 1);
  for (const float x : stems->at[2][0]) ASSERT_EQ(x, 0.0f);

  stems = stems_of(request_for(written(folder, noise(44100, 2, 1), "one.wav"), separator));
  ASSERT_TRUE(stems.ok());
  EXPECT_EQ(stems->report.frames, 1);

  const auto flac = written(folder, noise(44100, 2, 400000), "song.flac", files::AudioFormat::flac);
  auto bytes = files::read_file(flac);
  ASSERT_TRUE(bytes.ok());
  for (std::size_t i = bytes->size() / 2; i < bytes->size() / 2 + 9000; ++i)
    (*bytes)[i] = std::byte{0xa5};
  SeparationRequest request = request_for(flac, separator);
  request.input = files::AudioSource::bytes(*bytes, "song.flac");
  stems = stems_of(request);
  ASSERT_TRUE(stems.ok()) << stems.error().message;
  EXPECT_FALSE(stems->report.warnings.empty());
  EXPECT_GT(stems->report.frames, 300000);

  std::vector<std::byte> nonsense(5000, std::byte{7});
  request.input = files::AudioSource::bytes(nonsense, "song.mp3");
  const auto refused = separate(request);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, Code::bad_input);
}

TEST(SeparateSong, ALoudStemIsCutInWholeNumbersAndSaid) {
  const Folder folder;
  separate::Shares separator;
  separator.share = {9, -8, 0, 0};
  auto request = request_for(written(folder, noise(44100, 2, 50000), "song.wav"), separator);
  request.outputs = four(folder, files::AudioFormat::wav16);
  const auto report = separate(request);
  ASSERT_TRUE(report.ok());
  EXPECT_GT(report->clipped, 0u);
  EXPECT_EQ(report->warnings.size(), 1u);
}

TEST(SeparateSong, AModelThatAnswersNonsenseIsAnError) {
  const Folder folder;
  separate::Shares separator;
  separator.share[1] = NAN;
  auto request = request_for(written(folder, noise(44100, 2, 50000), "song.wav"), separator);
  request.outputs = four(folder);
  const auto report = separate(request);
  ASSERT_FALSE(report.ok());
  EXPECT_EQ(report.error().code, Code::internal);
  EXPECT_EQ(folder.files(), 1u);
}

TEST(SeparateSong, WavFilesThatWouldBeTooLongAreRefusedBeforeTheWork) {
  const Folder folder;
  // Four hours at 48 kHz as a file with holes: a head, then zeros that take no space.
  const auto path = written(folder, noise(48000, 2, 48000), "song.wav", files::AudioFormat::wav16);
  const std::uint32_t data = 4u * 3600 * 48000 * 4, riff = data + 36;
  const int fd = ::open(path.c_str(), O_RDWR);
  ASSERT_EQ(::pwrite(fd, &riff, 4, 4), 4);
  ASSERT_EQ(::pwrite(fd, &data, 4, 40), 4);
  ASSERT_EQ(::ftruncate(fd, static_cast<off_t>(data) + 44), 0);
  ::close(fd);
  const separate::Shares separator;
  auto request = request_for(path, separator);
  request.outputs = four(folder);
  const auto report = separate(request);
  ASSERT_FALSE(report.ok());
  EXPECT_EQ(report.error().code, Code::too_large);
  EXPECT_EQ(separator.calls, 0);
}

// The most memory that separating the file took, in a process of its own.
long peak_kilobytes(const std::string& path) {
  const pid_t child = ::fork();
  if (child == 0) {
    const separate::Shares separator;
    auto request = request_for(path, separator, 2);
    request.sink = [](const StemBlock&) -> Result<void> { return {}; };
    ::_exit(separate(request).ok() ? 0 : 1);
  }
  int status = 0;
  rusage usage{};
  ::wait4(child, &status, 0, &usage);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? usage.ru_maxrss : 0;
}

TEST(SeparateSong, MemoryDoesNotGrowWithTheSong) {
  const Folder folder;
  const auto song = [&](std::uint32_t seconds) {
    const auto path =
        written(folder, noise(44100, 2, 44100), "song.wav", files::AudioFormat::wav16);
    const std::uint32_t data = seconds * 44100 * 4, riff = data + 36;
    const int fd = ::open(path.c_str(), O_RDWR);
    EXPECT_EQ(::pwrite(fd, &riff, 4, 4), 4);
    EXPECT_EQ(::pwrite(fd, &data, 4, 40), 4);
    EXPECT_EQ(::ftruncate(fd, static_cast<off_t>(data) + 44), 0);
    ::close(fd);
    return path;
  };
  const long minute = peak_kilobytes(song(60));
  const long quarter = peak_kilobytes(song(900));
  ASSERT_GT(minute, 0);
  ASSERT_GT(quarter, 0);
#if !defined(__SANITIZE_ADDRESS__)
  EXPECT_LT(quarter, minute + 4000) << minute;
#endif
}

}  // namespace
}  // namespace tutti::separation
