// Where models are looked for.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <unistd.h>

#include "native/files/models.h"

namespace tutti::files {
namespace {

namespace fs = std::filesystem;

TEST(Models, NamedFolderComesFirst) {
  const fs::path folder = fs::temp_directory_path() / ("tutti-models-" + std::to_string(getpid()));
  fs::create_directories(folder);
  std::ofstream(folder / "melody.safetensors") << "abc";
  ASSERT_EQ(setenv("TUTTI_MODELS", folder.c_str(), 1), 0);
  const auto own = read_model(kMelodyModel);
  const auto other = find_model("no-such-model");
  unsetenv("TUTTI_MODELS");
  ASSERT_TRUE(own) << own.error().message;
  EXPECT_EQ(own->path, (folder / "melody.safetensors").string());
  EXPECT_EQ(own->bytes.size(), 3u);
  EXPECT_EQ(own->sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().code, Code::missing_part);
  EXPECT_NE(other.error().message.find(folder.string()), std::string::npos);
  fs::remove_all(folder);

  const auto built = read_model(kMelodyModel);  // the source tree's
  ASSERT_TRUE(built) << built.error().message;
  EXPECT_GT(built->bytes.size(), 500'000u);
  EXPECT_LT(built->bytes.size(), 4'000'000u);
}

TEST(Models, NamesAreNoPaths) {
  for (const char* name : {"", "../melody", "Melody", "a/b", "melody.safetensors"}) {
    const auto found = find_model(name);
    ASSERT_FALSE(found) << name;
    EXPECT_EQ(found.error().code, Code::wrong_usage) << name;
  }
}

}  // namespace
}  // namespace tutti::files
