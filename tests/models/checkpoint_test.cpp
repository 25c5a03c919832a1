// Checkpoints of PyTorch, read without running anything.
#include "native/models/checkpoint.h"

#include <cstdlib>
#include <filesystem>
#include <gtest/gtest.h>

#include "engine/base/random.h"
#include "engine/nn/safetensors.h"
#include "native/models/pickle.h"
#include "tests/models/checkpoint_maker.h"

namespace tutti::models {
namespace {

using test::CheckpointForm;
using test::PickleWriter;

std::span<const std::byte> bytes_of(const std::string& text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

TEST(Checkpoint, TensorsAndArgumentsComeOut) {
  const auto read = read_checkpoint(test::checkpoint_of(test::pickle_of()));
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(read->segment, 343980);
  EXPECT_EQ(read->heads, 8);
  EXPECT_DOUBLE_EQ(read->freq_emb, 0.2);
  ASSERT_EQ(read->tensors.size(), 3u);
  const auto& weight = read->tensors.at("encoder.0.conv.weight");
  EXPECT_TRUE(weight.half);
  EXPECT_EQ(weight.shape, (std::vector<std::size_t>{2, 3}));
  const auto& bias = read->tensors.at("encoder.0.conv.bias");
  EXPECT_FALSE(bias.half);
  EXPECT_EQ(bias.bytes.size(), 12u);
}

TEST(Checkpoint, SafetensorsHoldTheSameNumbersAndSayWhatTheyAre) {
  const auto read = read_checkpoint(test::checkpoint_of(test::pickle_of()));
  ASSERT_TRUE(read.ok());
  auto bytes = to_safetensors(*read, {"htdemucs", "955717e8", "MIT", "https://example.org/x.th"});
  const auto file = nn::Safetensors::read(bytes);
  ASSERT_TRUE(file.ok()) << file.error().message;
  EXPECT_EQ(file->find("encoder.0.conv.weight")->floats(), (std::vector<float>{1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(file->find("encoder.0.conv.bias")->floats(), (std::vector<float>{0.5f, 0.25f, 0.125f}));
  EXPECT_EQ(file->find("one")->floats(), (std::vector<float>{7}));
  EXPECT_TRUE(file->find("one")->shape.empty());
  EXPECT_EQ(file->metadata("name"), "htdemucs");
  EXPECT_EQ(file->metadata("version"), "955717e8");
  EXPECT_EQ(file->metadata("licence"), "MIT");
  EXPECT_EQ(file->metadata("segment"), "343980");
  EXPECT_EQ(file->metadata("heads"), "8");
  EXPECT_EQ(file->metadata("freq_emb"), "0.2");
  const auto whole = tensors_whole(bytes);
  ASSERT_TRUE(whole.ok());
  EXPECT_TRUE(*whole);
  bytes.back() ^= std::byte{1};
  const auto changed = tensors_whole(bytes);
  ASSERT_TRUE(changed.ok());
  EXPECT_FALSE(*changed);
}

// The classic: a pickle that calls a shell when it is loaded.
TEST(Checkpoint, MaliciousPicklesAreRefusedWithWordsAndRunNothing) {
  const std::string mark = std::filesystem::temp_directory_path() / "tutti-pickle-ran";
  std::filesystem::remove(mark);
  const std::pair<const char*, const char*> calls[] = {
      {"os", "system"},      {"posix", "system"},     {"builtins", "eval"},
      {"builtins", "exec"},  {"subprocess", "Popen"}, {"__builtin__", "getattr"},
      {"torch.hub", "load"}, {"nt", "system"},        {"torch.serialization", "load"},
      {"numpy", "fromfile"}, {"collections", "deque"}};
  for (const auto& [module, attribute] : calls) {
    PickleWriter call;
    call.name(module, attribute).text("touch " + mark).raw("\x85R");
    CheckpointForm form;
    PickleWriter pair;
    form.extra = "X\x04" + std::string("\0\0\0evil", 7) + call.finish().substr(2);
    form.extra.pop_back();
    const auto read = read_checkpoint(test::checkpoint_of(test::pickle_of(form)));
    ASSERT_FALSE(read.ok()) << module;
    EXPECT_EQ(read.error().code, Code::bad_input);
    EXPECT_NE(read.error().message.find(std::string(module) + "." + attribute), std::string::npos)
        << read.error().message;
    EXPECT_NE(read.error().message.find("Nothing of it was run"), std::string::npos);
  }
  // Building the network's class would run it, too.
  PickleWriter built;
  built.name("demucs.htdemucs", "HTDemucs").raw(")R");
  EXPECT_FALSE(Pickle::read(bytes_of(built.finish())).ok());
  EXPECT_FALSE(std::filesystem::exists(mark));
}

TEST(Checkpoint, OtherNetworksAreNamed) {
  CheckpointForm form;
  form.module = "demucs.hdemucs";
  form.klass = "HDemucs";
  auto read = read_checkpoint(test::checkpoint_of(test::pickle_of(form)));
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.error().code, Code::unsupported);
  EXPECT_NE(read.error().message.find("HDemucs"), std::string::npos);
  form = {};
  form.fourth = "guitar";
  EXPECT_EQ(read_checkpoint(test::checkpoint_of(test::pickle_of(form))).error().code,
            Code::unsupported);
  form = {};
  form.nfft = 2048;
  read = read_checkpoint(test::checkpoint_of(test::pickle_of(form)));
  ASSERT_FALSE(read.ok());
  EXPECT_NE(read.error().message.find("nfft"), std::string::npos);
}

TEST(Checkpoint, DamagedFilesAreErrorsWithWords) {
  const auto whole = test::checkpoint_of(test::pickle_of());
  // Cut anywhere, and every byte of it turned: never a crash, and an error has words.
  for (std::size_t size = 0; size < whole.size(); size += 7) {
    const auto read = read_checkpoint(std::span(whole).first(size));
    ASSERT_FALSE(read.ok());
    EXPECT_FALSE(read.error().next.empty());
  }
  Random random(3);
  for (int round = 0; round < 3000; ++round) {
    auto bytes = whole;
    for (int i = 0; i < 3; ++i)
      bytes[random.below(bytes.size())] = static_cast<std::byte>(random.below(256));
    const auto read = read_checkpoint(bytes);
    if (!read) {
      EXPECT_FALSE(read.error().message.empty());
    }
  }
  EXPECT_FALSE(read_checkpoint(test::checkpoint_of(test::pickle_of(), false)).ok());
  EXPECT_FALSE(read_checkpoint(test::zip_of({{"a/data.pkl", "."}})).ok());
  EXPECT_FALSE(read_checkpoint(test::zip_of({{"a/other", "."}})).ok());
}

TEST(Pickle, ValuesOfEveryKind) {
  PickleWriter w;
  w.raw("]").put(9).mark();
  w.integer(-5).raw("K\x07").raw("M\x01\x02").raw({"\x8a\x02\x00\xff", 4}).real(-2.5).raw("N");
  w.truth(true).text("ü").raw("]").integer(1).raw("a").get(9).raw("e");
  const auto read = Pickle::read(bytes_of(w.finish()));
  ASSERT_TRUE(read.ok()) << read.error().message;
  const auto& items = read->root().items;
  ASSERT_EQ(items.size(), 10u);
  EXPECT_EQ(read->at(items[0]).integer, -5);
  EXPECT_EQ(read->at(items[1]).integer, 7);
  EXPECT_EQ(read->at(items[2]).integer, 513);
  EXPECT_EQ(read->at(items[3]).integer, -256);
  EXPECT_EQ(read->at(items[4]).real, -2.5);
  EXPECT_EQ(read->at(items[5]).kind, Pickle::Kind::none);
  EXPECT_EQ(read->at(items[6]).integer, 1);
  EXPECT_EQ(read->at(items[7]).text, "ü");
  EXPECT_EQ(read->at(items[8]).items.size(), 1u);
  EXPECT_EQ(&read->at(items[9]), &read->root());  // a list in itself is no trouble
}

TEST(Pickle, NonsenseIsRefused) {
  const std::string_view cases[] = {"",
                                    ".",
                                    "N",
                                    "NN.",
                                    "(.",
                                    "u.",
                                    "}h\x05.",
                                    "\x85.",
                                    "(t(.",
                                    "Q.",
                                    "R.",
                                    "X\xff\xff\xff\x7f"
                                    "a.",
                                    "]NNs.",
                                    "c\n",
                                    "\x8a\x09"
                                    "123456789.",
                                    "i.",
                                    "\x80\x04N.",
                                    "Ne.",
                                    "(Na.",
                                    "cos\nsystem\n."};
  for (const auto& text : cases) {
    const auto read = Pickle::read(std::as_bytes(std::span(text.data(), text.size())));
    EXPECT_FALSE(read.ok()) << text;
  }
  // More values than any network has.
  std::string many;
  for (int i = 0; i < 300'000; ++i) many += "N";
  EXPECT_EQ(Pickle::read(bytes_of(many)).error().code, Code::too_large);
}

}  // namespace
}  // namespace tutti::models
