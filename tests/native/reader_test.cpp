// The reader's promises beside the samples: sources, cutting, mixing, progress, cancelling.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <thread>
#include <unistd.h>

#include "native/files/atomic_write.h"
#include "native/files/audio_reader.h"
#include "tests/native/encoded.h"
#include "tests/native/support.h"

namespace tutti {
namespace {

using files::AudioSource;

class Reader : public testing::Test {
 protected:
  Reader() : bytes_(test::encoded(test::kinds()[1], audio_)) { test::spill(path_, bytes_); }
  test::TempFolder folder_;
  std::string path_ = folder_ / "take.flac";
  files::AudioBuffer audio_ = test::whole_numbers(44100, 3, 100000, 16, 9);
  std::vector<std::byte> bytes_;
};

TEST_F(Reader, PathBytesDescriptorAndPipeGiveTheSame) {
  for (const auto& source : {AudioSource::path(path_), AudioSource::bytes(bytes_)}) {
    auto result = files::decode(source);
    ASSERT_TRUE(result.ok());
    EXPECT_EQ(result->audio.channels, audio_.channels);
  }
  const int fd = ::open(path_.c_str(), O_RDONLY);
  ::lseek(fd, 77, SEEK_SET);
  auto result = files::decode(AudioSource::descriptor(fd));
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->audio.channels, audio_.channels);
  EXPECT_EQ(::lseek(fd, 0, SEEK_CUR), 77);  // left where it was, and still open
  ::close(fd);

  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  std::thread feeder([&] {
    EXPECT_TRUE(files::write_all(ends[1], bytes_).ok());
    ::close(ends[1]);
  });
  auto piped = files::decode(AudioSource::descriptor(ends[0]));
  feeder.join();
  ::close(ends[0]);
  ASSERT_TRUE(piped.ok());
  EXPECT_EQ(piped->audio.channels, audio_.channels);
}

TEST_F(Reader, AnyCutOfTheStreamGivesTheSame) {
  Random random(4);
  auto reader = files::AudioReader::open(AudioSource::bytes(bytes_));
  ASSERT_TRUE(reader.ok());
  std::vector<std::vector<float>> got(3);
  double before = 0;
  for (;;) {
    const int want = 1 + static_cast<int>(random.below(9000));
    std::vector<std::vector<float>> block(3, std::vector<float>(static_cast<std::size_t>(want)));
    float* channels[] = {block[0].data(), block[1].data(), block[2].data()};
    auto count = reader->read(channels, want);
    ASSERT_TRUE(count.ok());
    EXPECT_GE(reader->fraction(), before);
    EXPECT_LE(reader->fraction(), 1);
    before = reader->fraction();
    if (*count == 0) break;
    for (std::size_t c = 0; c < 3; ++c)
      got[c].insert(got[c].end(), block[c].begin(), block[c].begin() + *count);
  }
  EXPECT_EQ(got, audio_.channels);
  EXPECT_EQ(reader->position(), audio_.frames());
  EXPECT_EQ(reader->fraction(), 1);
}

TEST_F(Reader, MonoIsTheMeanOfAllChannels) {
  files::DecodeOptions options;
  options.mono = true;
  auto result = files::decode(AudioSource::bytes(bytes_), options);
  ASSERT_TRUE(result.ok());
  ASSERT_EQ(result->audio.channels.size(), 1u);
  EXPECT_EQ(result->info.channels, 3);
  for (std::size_t i = 0; i < audio_.frames(); ++i) {
    const float mean = static_cast<float>((static_cast<double>(audio_.channels[0][i]) +
                                           static_cast<double>(audio_.channels[1][i]) +
                                           static_cast<double>(audio_.channels[2][i])) /
                                          3);
    ASSERT_EQ(result->audio.channels[0][i], mean);
  }
  EXPECT_EQ(files::mix_to_mono(audio_), result->audio.channels[0]);
}

TEST_F(Reader, ProgressRisesAndCanStop) {
  double last = -1;
  int calls = 0;
  auto result = files::decode(AudioSource::bytes(bytes_), {},
                              [&](double fraction, std::string_view sentence) {
                                EXPECT_GE(fraction, last);
                                EXPECT_LE(fraction, 1);
                                EXPECT_FALSE(sentence.empty());
                                last = fraction;
                                ++calls;
                                return true;
                              });
  ASSERT_TRUE(result.ok());
  EXPECT_GT(calls, 2);
  EXPECT_GT(last, 0.9);
  int left = 2;
  auto stopped = files::decode(AudioSource::bytes(bytes_), {},
                               [&](double, std::string_view) { return --left > 0; });
  ASSERT_FALSE(stopped.ok());
  EXPECT_EQ(stopped.error().code, Code::cancelled);
  EXPECT_EQ(left, 0);
}

TEST_F(Reader, MissingFilesAndFoldersAreNamed) {
  auto missing = files::decode(AudioSource::path(folder_ / "nothing.wav"));
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().code, Code::not_found);
  EXPECT_NE(missing.error().message.find("nothing.wav"), std::string::npos);
  auto folder = files::decode(AudioSource::path(folder_.path()));
  ASSERT_FALSE(folder.ok());
  EXPECT_EQ(folder.error().code, Code::bad_input);
}

TEST_F(Reader, TheHeadSaysWhatTheFileIs) {
  auto reader = files::AudioReader::open(AudioSource::path(path_));
  ASSERT_TRUE(reader.ok());
  const auto& info = reader->info();
  EXPECT_EQ(info.container, "FLAC");
  EXPECT_EQ(info.codec, "FLAC");
  EXPECT_EQ(info.rate, 44100);
  EXPECT_EQ(info.channels, 3);
  EXPECT_EQ(info.bits, 16);
  EXPECT_TRUE(info.lossless);
  EXPECT_NEAR(info.seconds, 100000 / 44100.0, 1e-6);
  EXPECT_EQ(info.bytes, bytes_.size());
}

}  // namespace
}  // namespace tutti
