// Whole-or-nothing writing, hashes, SoundFont discovery, mapped files, file kinds.
#include <csignal>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "native/files/atomic_write.h"
#include "native/files/mapped_file.h"
#include "native/files/sha256.h"
#include "native/files/sniff.h"
#include "native/files/soundfonts.h"
#include "tests/native/support.h"

namespace tutti {
namespace {

using test::TempFolder;

std::string text_in(const std::string& path) {
  const auto bytes = test::slurp(path);
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

TEST(AtomicWrite, TheOldFileStaysUntilTheNewIsWhole) {
  TempFolder folder;
  const auto path = folder / "song.tutti";
  ASSERT_TRUE(files::write_file(path, "old").ok());
  {
    auto file = files::AtomicFile::create(path);
    ASSERT_TRUE(file.ok());
    ASSERT_TRUE(file->write(test::bytes_of("half of the new")).ok());
    EXPECT_EQ(text_in(path), "old");
  }
  EXPECT_EQ(text_in(path), "old");
  EXPECT_EQ(folder.names(), std::set<std::string>{"song.tutti"});
  ASSERT_TRUE(files::write_file(path, "new").ok());
  EXPECT_EQ(text_in(path), "new");
  EXPECT_EQ(folder.names(), std::set<std::string>{"song.tutti"});
}

TEST(AtomicWrite, AKilledWriterLeavesNothing) {
  TempFolder folder;
  const pid_t child = ::fork();
  if (child == 0) {
    auto file = files::AtomicFile::create(folder / "x.wav");
    if (file && file->write(std::vector<std::byte>(100000)).ok()) ::raise(SIGKILL);
    ::_exit(1);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  ASSERT_TRUE(WIFSIGNALED(status));
  for (const auto& name : folder.names()) ADD_FAILURE() << name << " was left behind";
}

TEST(AtomicWrite, ModesAndLinksAreKept) {
  TempFolder folder;
  ASSERT_TRUE(files::write_file(folder / "real", "1").ok());
  ASSERT_EQ(::chmod((folder / "real").c_str(), 0640), 0);
  ASSERT_EQ(::symlink("real", (folder / "link").c_str()), 0);
  ASSERT_TRUE(files::write_file(folder / "link", "2").ok());
  struct stat status{};
  ASSERT_EQ(::lstat((folder / "link").c_str(), &status), 0);
  EXPECT_TRUE(S_ISLNK(status.st_mode));
  EXPECT_EQ(text_in(folder / "real"), "2");
  ASSERT_EQ(::stat((folder / "real").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0640u);
}

TEST(AtomicWrite, DevicesAndPipesAreWrittenNotReplaced) {
  ASSERT_TRUE(files::write_file("/dev/null", "gone").ok());
  struct stat status{};
  ASSERT_EQ(::stat("/dev/null", &status), 0);
  EXPECT_TRUE(S_ISCHR(status.st_mode));
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  auto file = files::AtomicFile::copying_to(ends[1]);
  ASSERT_TRUE(file.ok());
  ASSERT_TRUE(file->write(test::bytes_of("through")).ok());
  ASSERT_TRUE(file->commit().ok());
  char got[8] = {};
  EXPECT_EQ(::read(ends[0], got, 7), 7);
  EXPECT_STREQ(got, "through");
  ::close(ends[0]);
  ::close(ends[1]);
}

TEST(AtomicWrite, RefusalsAreSentences) {
  TempFolder folder;
  const auto expect = [](const Result<void>& result, Code code, const char* word) {
    ASSERT_FALSE(result.ok());
    EXPECT_EQ(result.error().code, code);
    EXPECT_NE((result.error().message).find(word), std::string::npos) << result.error().message;
    EXPECT_FALSE(result.error().next.empty());
  };
  expect(files::write_file(folder / "no/such/file", "x"), Code::io, "folder does not exist");
  expect(files::write_file(folder.path(), "x"), Code::wrong_usage, "is a folder");
  expect(files::write_file("", "x"), Code::wrong_usage, "no name");
  expect(files::write_file("/dev/full", "x"), Code::io, "disk is full");
}

TEST(AtomicWrite, AFullDiskLeavesTheOldFile) {
  TempFolder folder;
  ASSERT_TRUE(files::write_file(folder / "x", "old").ok());
  const pid_t child = ::fork();
  if (child == 0) {
    std::signal(SIGXFSZ, SIG_IGN);  // the limit then answers as a full disk would
    const rlimit limit{5000, 5000};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    auto result = files::write_file(folder / "x", std::string_view(std::string(100000, 'y')));
    ::_exit(!result && result.error().code == Code::io ? 0 : 1);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
  EXPECT_EQ(text_in(folder / "x"), "old");
  EXPECT_EQ(folder.names(), std::set<std::string>{"x"});
}

TEST(ReadFile, LimitsAndHeads) {
  TempFolder folder;
  test::spill(folder / "x", std::vector<std::byte>(5000, std::byte{7}));
  EXPECT_EQ(files::read_file(folder / "x", 5000)->size(), 5000u);
  auto large = files::read_file(folder / "x", 4999);
  ASSERT_FALSE(large.ok());
  EXPECT_EQ(large.error().code, Code::too_large);
  EXPECT_EQ(files::read_head(folder / "x", 12)->size(), 12u);
  EXPECT_EQ(files::read_head(folder / "x", 9000)->size(), 5000u);
  EXPECT_EQ(files::read_file(folder / "y").error().code, Code::not_found);
  EXPECT_EQ(files::read_head(folder / "y", 5).error().code, Code::not_found);
}

TEST(Sha256, AgreesWithThePublishedVectors) {  // FIPS 180-4 examples
  const auto hex = [](const std::string& text) {
    return files::sha256(test::bytes_of(text)).hex();
  };
  EXPECT_EQ(hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(hex(std::string(1000000, 'a')),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, AnyCutAndTheFileGiveTheSame) {
  Random random(5);
  std::vector<std::byte> bytes(700001);
  for (auto& byte : bytes) byte = static_cast<std::byte>(random.below(256));
  const auto whole = files::sha256(bytes);
  files::Sha256Hasher hasher;
  for (std::size_t at = 0; at < bytes.size();) {
    const auto step = std::min<std::size_t>(random.below(70000), bytes.size() - at);
    hasher.update(std::span(bytes).subspan(at, step));
    at += step;
  }
  EXPECT_EQ(hasher.finish(), whole);
  TempFolder folder;
  test::spill(folder / "x", bytes);
  EXPECT_EQ(*files::sha256_of_file(folder / "x"), whole);
  EXPECT_EQ(*files::Sha256::from_hex(whole.hex()), whole);
  EXPECT_FALSE(files::Sha256::from_hex("abc"));
  EXPECT_FALSE(files::Sha256::from_hex(std::string(63, 'a') + "g"));
}

TEST(MappedFile, ShowsTheBytes) {
  TempFolder folder;
  const auto bytes = test::bytes_of("as it lies on the disk");
  test::spill(folder / "x", bytes);
  auto mapped = files::MappedFile::open(folder / "x");
  ASSERT_TRUE(mapped.ok());
  EXPECT_TRUE(
      std::equal(bytes.begin(), bytes.end(), mapped->bytes().begin(), mapped->bytes().end()));
  test::spill(folder / "empty", {});
  EXPECT_TRUE(files::MappedFile::open(folder / "empty")->bytes().empty());
  EXPECT_FALSE(files::MappedFile::open(folder.path()).ok());
  EXPECT_FALSE(files::MappedFile::open("/dev/null").ok());
}

class SoundFonts : public testing::Test {
 protected:
  void SetUp() override {
    test::fs::create_directories(folder_ / "sounds/sf2");
    ::setenv("XDG_DATA_HOME", folder_.path().c_str(), 1);
    ::unsetenv("TUTTI_SOUNDFONT");
  }
  void TearDown() override {
    ::unsetenv("XDG_DATA_HOME");
    ::unsetenv("TUTTI_SOUNDFONT");
  }
  void put(const std::string& name, std::size_t size) {
    test::spill(folder_ / name, std::vector<std::byte>(size));
  }
  TempFolder folder_;
};

TEST_F(SoundFonts, AreFoundOnceUnderTheirRealName) {
  put("sounds/sf2/My Font.sf2", 1000);
  put("sounds/sf2/notes.txt", 10);
  ASSERT_EQ(::symlink("My Font.sf2", (folder_ / "sounds/sf2/default.sf2").c_str()), 0);
  int seen = 0;
  for (const auto& font : files::find_soundfonts()) {
    if (font.path.rfind(test::fs::canonical(folder_.path()).string(), 0) != 0) continue;
    ++seen;
    EXPECT_EQ(font.id, "my-font");
    EXPECT_EQ(font.bytes, 1000u);
    EXPECT_FALSE(font.compressed);
  }
  EXPECT_EQ(seen, 1);
  auto chosen = files::choose_soundfont("My-Font");
  ASSERT_TRUE(chosen.ok());
  EXPECT_EQ(chosen->id, "my-font");
}

TEST_F(SoundFonts, TheChosenOneGoesFirst) {
  put("tiny.sf2", 10);
  ::setenv("TUTTI_SOUNDFONT", (folder_ / "tiny.sf2").c_str(), 1);
  auto chosen = files::choose_soundfont();
  ASSERT_TRUE(chosen.ok());
  EXPECT_EQ(chosen->id, "tiny");
  EXPECT_TRUE(chosen->chosen);
}

TEST_F(SoundFonts, AnUnknownNameListsTheKnown) {
  put("sounds/sf2/one.sf2", 10);
  auto missing = files::choose_soundfont("two");
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().code, Code::not_found);
  EXPECT_NE(missing.error().next.find("one"), std::string::npos);
}

TEST(Sniff, ReadsTheFirstBytes) {
  using files::FileKind;
  const auto kind = [](const std::string& text) { return files::kind_of(test::bytes_of(text)); };
  EXPECT_EQ(kind(""), FileKind::empty);
  EXPECT_EQ(kind("MThd...."), FileKind::midi);
  EXPECT_EQ(kind("RIFF1234RMID"), FileKind::midi);
  EXPECT_EQ(kind("RIFF1234sfbk"), FileKind::soundfont);
  EXPECT_EQ(kind("RIFF1234WAVE"), FileKind::audio);
  EXPECT_EQ(kind("fLaC"), FileKind::audio);
  EXPECT_EQ(kind("\xff\xfb\x90"), FileKind::audio);
  EXPECT_EQ(kind("  {\"a\":1}"), FileKind::json);
  EXPECT_EQ(kind("BMG is a text"), FileKind::text);
  EXPECT_EQ(kind(std::string("\x00\x01\x02", 3)), FileKind::other);
}

}  // namespace
}  // namespace tutti
