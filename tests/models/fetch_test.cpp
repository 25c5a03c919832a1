// Fetching models: from a server here, through every mishap of a line.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>

#include "engine/nn/safetensors.h"
#include "native/files/models.h"
#include "native/files/sha256.h"
#include "native/models/download.h"
#include "native/models/store.h"
#include "tests/models/checkpoint_maker.h"
#include "tests/models/small_server.h"

namespace tutti::models {
namespace {

namespace fs = std::filesystem;
using test::Answer;
using test::Asked;
using test::SmallServer;

std::string text_of(const std::vector<std::byte>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::string hash_of(const std::string& text) {
  return files::sha256(std::as_bytes(std::span(text.data(), text.size()))).hex();
}

// A models folder of its own, and the variables that name it.
class Fetching : public testing::Test {
 protected:
  Fetching() {
    std::string pattern = fs::temp_directory_path() / "tutti-models-XXXXXX";
    folder_ = ::mkdtemp(pattern.data());
    ::setenv("TUTTI_MODELS", folder_.c_str(), 1);
    for (const char* name : {"http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"})
      ::unsetenv(name);
  }
  ~Fetching() override {
    ::unsetenv("TUTTI_MODELS");
    fs::remove_all(folder_);
  }

  PublicModel model_at(const std::string& address, const std::string& body) const {
    PublicModel model;
    model.id = "htdemucs";
    model.title = "A small one";
    model.licence = "MIT";
    model.address = address;
    const std::string prefix = hash_of(body).substr(0, 8);
    model.files = {{"htdemucs", "955717e8-" + prefix + ".th", prefix}};
    return model;
  }
  std::vector<std::string> names() const {
    std::vector<std::string> all;
    for (const auto& entry : fs::directory_iterator(folder_))
      all.push_back(entry.path().filename());
    std::sort(all.begin(), all.end());
    return all;
  }
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ + "/" + name, std::ios::binary) << text;
  }

  const std::string body_ = text_of(test::checkpoint_of(test::pickle_of()));
  std::string folder_;
};

TEST_F(Fetching, AModelComesIsConvertedAndIsFound) {
  SmallServer server([&](const Asked&) { return Answer{.body = body_}; });
  const auto model = model_at(server.address(), body_);
  bool checked = false;
  FetchOptions options;
  options.check = [&](std::span<const std::byte> bytes) -> Result<void> {
    checked = nn::Safetensors::read(bytes).ok();
    return {};
  };
  double last = 0;
  const auto paths = fetch(model, options, [&](double fraction, std::string_view) {
    EXPECT_GE(fraction, last);
    last = fraction;
    return true;
  });
  ASSERT_TRUE(paths.ok()) << paths.error().message;
  EXPECT_TRUE(checked);
  EXPECT_EQ(last, 1);
  EXPECT_EQ(names(), std::vector<std::string>{"htdemucs.safetensors"});
  const auto found = files::read_model("htdemucs");
  ASSERT_TRUE(found.ok());
  EXPECT_EQ(found->path, paths->front());
  const auto weights = nn::Safetensors::read(found->bytes);
  ASSERT_TRUE(weights.ok());
  EXPECT_EQ(weights->metadata("version"), "955717e8");
  EXPECT_EQ(weights->metadata("source"), server.address() + model.files[0].file);
  // What is here is not fetched again.
  ASSERT_TRUE(fetch(model, {}).ok());
  EXPECT_EQ(server.asked().size(), 1u);
  EXPECT_EQ(server.asked()[0].path, "/" + model.files[0].file);
  // And goes when it is told to.
  const auto gone = remove(model);
  ASSERT_TRUE(gone.ok());
  EXPECT_TRUE(names().empty());
  EXPECT_EQ(remove(model).error().code, Code::not_found);
}

TEST_F(Fetching, ABrokenLineIsTakenUpAgain) {
  std::atomic<int> calls{0};
  SmallServer server([&](const Asked&) {
    const int call = calls++;
    return Answer{.body = body_, .cut = call < 2 ? std::size_t{500} : std::string::npos};
  });
  const auto paths = fetch(model_at(server.address(), body_), {});
  ASSERT_TRUE(paths.ok()) << paths.error().message;
  const auto asked = server.asked();
  ASSERT_EQ(asked.size(), 3u);
  EXPECT_FALSE(asked[0].range);
  EXPECT_EQ(asked[1].from, 500u);
  EXPECT_EQ(asked[2].from, 1000u);
}

TEST_F(Fetching, ALineThatStaysBrokenKeepsWhatCameForTheNextTime) {
  std::atomic<bool> mended{false};
  SmallServer server([&](const Asked&) {
    return Answer{.body = body_, .cut = mended ? std::string::npos : std::size_t{100}};
  });
  const auto model = model_at(server.address(), body_);
  const auto broken = fetch(model, {});
  ASSERT_FALSE(broken.ok());
  EXPECT_EQ(broken.error().code, Code::io);
  EXPECT_EQ(names(), std::vector<std::string>{model.files[0].file + ".part"});
  EXPECT_EQ(fs::file_size(folder_ + "/" + names()[0]), 300u);
  mended = true;
  ASSERT_TRUE(fetch(model, {}).ok());
  EXPECT_EQ(server.asked().back().from, 300u);
  EXPECT_EQ(names(), std::vector<std::string>{"htdemucs.safetensors"});
}

TEST_F(Fetching, AServerWithoutRangesIsAskedFromTheBeginning) {
  SmallServer server([&](const Asked&) { return Answer{.body = body_, .ranges = false}; });
  const auto model = model_at(server.address(), body_);
  write(model.files[0].file + ".part", body_.substr(0, 700));
  const auto paths = fetch(model, {});
  ASSERT_TRUE(paths.ok()) << paths.error().message;
}

TEST_F(Fetching, APartOfSomethingElseIsThrownAway) {
  SmallServer server([&](const Asked&) { return Answer{.body = body_}; });
  const auto model = model_at(server.address(), body_);
  write(model.files[0].file + ".part", std::string(700, 'x'));
  auto paths = fetch(model, {});
  ASSERT_TRUE(paths.ok()) << paths.error().message;
  // Longer than the file itself, so that the server has nothing behind it.
  ASSERT_TRUE(remove(model).ok());
  write(model.files[0].file + ".part", body_ + "and more");
  paths = fetch(model, {});
  ASSERT_TRUE(paths.ok()) << paths.error().message;
  // Complete already: only the name is missing.
  ASSERT_TRUE(remove(model).ok());
  write(model.files[0].file + ".part", body_);
  paths = fetch(model, {});
  ASSERT_TRUE(paths.ok()) << paths.error().message;
}

TEST_F(Fetching, AnotherFileThanTheOneAskedForIsRefused) {
  SmallServer server([&](const Asked&) { return Answer{.body = "<html>no such thing</html>"}; });
  const auto model = model_at(server.address(), body_);
  const auto paths = fetch(model, {});
  ASSERT_FALSE(paths.ok());
  EXPECT_EQ(paths.error().code, Code::bad_input);
  EXPECT_NE(paths.error().message.find(model.files[0].sha256_prefix), std::string::npos);
  EXPECT_TRUE(names().empty());
}

TEST_F(Fetching, RefusalsOfServersAreSaid) {
  std::atomic<int> status{404};
  SmallServer server([&](const Asked& asked) {
    if (status == 302) {
      // Round and round, and out of the web.
      return asked.path == "/file" ? Answer{.status = 302, .location = "file:///etc/passwd"}
                                   : Answer{.status = 302, .location = asked.path};
    }
    return Answer{.status = status};
  });
  Download wanted{server.address() + "x.th", folder_ + "/x.th", "00", 1000, 2};
  EXPECT_EQ(download(wanted).error().code, Code::not_found);
  status = 503;
  EXPECT_EQ(download(wanted).error().code, Code::io);
  EXPECT_EQ(server.asked().size(), 3u);  // a busy server is asked again
  status = 302;
  EXPECT_EQ(download(wanted).error().code, Code::io);
  wanted.url = server.address() + "file";
  EXPECT_EQ(download(wanted).error().code, Code::io);
  wanted.url = "file:///etc/passwd";
  EXPECT_EQ(download(wanted).error().code, Code::wrong_usage);
  wanted.url = "http://127.0.0.1:1/x.th";
  EXPECT_EQ(download(wanted).error().code, Code::io);
  EXPECT_TRUE(names().empty());
}

TEST_F(Fetching, FilesThatNeverEndAreStopped) {
  SmallServer server([&](const Asked&) { return Answer{.body = std::string(100'000, 'x')}; });
  const Download wanted{server.address(), folder_ + "/x.th", "00", 10'000, 3};
  EXPECT_EQ(download(wanted).error().code, Code::too_large);
  EXPECT_TRUE(names().empty());
}

TEST_F(Fetching, StoppingKeepsThePart) {
  SmallServer server([&](const Asked&) { return Answer{.body = std::string(3'000'000, 'x')}; });
  const Download wanted{server.address(), folder_ + "/x.th", "00", 10'000'000, 3};
  const auto stopped = download(wanted, [](double, std::string_view) { return false; });
  ASSERT_FALSE(stopped.ok());
  EXPECT_EQ(stopped.error().code, Code::cancelled);
}

TEST_F(Fetching, MirrorsAndFilesHereGoThroughTheSameGate) {
  SmallServer server([&](const Asked& asked) {
    return asked.path.starts_with("/mirror/") ? Answer{.body = body_} : Answer{.status = 404};
  });
  const auto model = model_at("http://127.0.0.1:1/", body_);
  ASSERT_TRUE(fetch(model, {.from = server.address() + "mirror", .check = {}}).ok());
  EXPECT_EQ(server.asked()[0].path, "/mirror/" + model.files[0].file);
  ASSERT_TRUE(fetch(model, {.from = server.address() + "mirror/other.th", .check = {}}).ok());
  ASSERT_TRUE(remove(model).ok());

  const std::string elsewhere = folder_ + "/downloads";
  fs::create_directory(elsewhere);
  write("downloads/" + model.files[0].file, body_);
  ASSERT_TRUE(fetch(model, {.from = elsewhere, .check = {}}).ok());
  ASSERT_TRUE(fetch(model, {.from = elsewhere + "/" + model.files[0].file, .check = {}}).ok());
  ASSERT_TRUE(remove(model).ok());
  write("downloads/" + model.files[0].file, body_ + "!");
  const auto refused = fetch(model, {.from = elsewhere, .check = {}});
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, Code::bad_input);
  EXPECT_EQ(fetch(model, {.from = folder_ + "/nowhere", .check = {}}).error().code,
            Code::not_found);
}

TEST_F(Fetching, MaliciousOrUnusableWeightsAreNotInstalled) {
  test::PickleWriter evil;
  evil.name("os", "system").text("true").raw("\x85R");
  const std::string bad = text_of(test::zip_of({{"x/data.pkl", evil.finish()}}));
  SmallServer server([&](const Asked& asked) {
    return Answer{.body = asked.path.find("955717e8") != std::string::npos ? bad : body_};
  });
  const auto refused = fetch(model_at(server.address(), bad), {});
  ASSERT_FALSE(refused.ok());
  EXPECT_NE(refused.error().message.find("os.system"), std::string::npos);
  EXPECT_TRUE(names().empty());

  // Read well, but the network does not take it.
  auto model = model_at(server.address(), body_);
  model.files[0].file = "other.th";
  FetchOptions options;
  options.check = [](std::span<const std::byte>) -> Result<void> {
    return Error{Code::bad_input, "No such layer.", "Fetch it again."};
  };
  EXPECT_FALSE(fetch(model, options).ok());
  EXPECT_TRUE(names().empty());
}

TEST(PublicModels, NamesHoldTheirChecksums) {
  ASSERT_EQ(public_models().size(), 2u);
  EXPECT_EQ(public_models()[0].files[0].file, "955717e8-8726e21a.th");
  EXPECT_EQ(public_models()[1].files.size(), 4u);
  for (const auto& model : public_models()) {
    EXPECT_TRUE(model.address.starts_with("https://"));
    for (const auto& file : model.files)
      EXPECT_NE(file.file.find("-" + file.sha256_prefix + ".th"), std::string::npos);
  }
  EXPECT_EQ(public_model("htdemucs_fr").error().code, Code::wrong_usage);
}

}  // namespace
}  // namespace tutti::models
