// Files of weights: what goes in comes out, and nothing malformed gets through.
#include "engine/nn/safetensors.h"

#include <bit>
#include <cmath>
#include <gtest/gtest.h>

#include "engine/nn/half.h"
#include "tests/nn/weights.h"

namespace tutti::nn {
namespace {

std::vector<std::byte> file_of(const std::string& header, std::size_t data) {
  std::vector<std::byte> file;
  for (int i = 0; i < 8; ++i)
    file.push_back(static_cast<std::byte>(static_cast<std::uint64_t>(header.size()) >> (8 * i)));
  for (const char c : header) file.push_back(static_cast<std::byte>(c));
  file.resize(file.size() + data, std::byte{1});
  return file;
}

TEST(Safetensors, GivesBackWhatWasWritten) {
  SafetensorsWriter writer;
  writer.metadata("name", "a \"small\" net");
  const auto a = tests::noise(6, 1);
  const std::vector<std::int8_t> b = {-128, -1, 0, 127};
  const std::vector<std::uint16_t> c = {0x3c00, 0xc000, 0x0001};
  writer.add("a", Type::f32, {2, 3}, tests::bytes_of(a));
  writer.add("b", Type::i8, {4}, tests::bytes_of(b));
  writer.add("none", Type::f32, {0, 5}, {});
  writer.add("c", Type::f16, {3, 1}, tests::bytes_of(c));
  const auto bytes = writer.bytes();
  const auto file = Safetensors::read(bytes);
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_EQ(file->metadata("name"), "a \"small\" net");
  EXPECT_EQ(file->metadata("other"), "");
  EXPECT_EQ(file->find("a")->floats(), a);
  EXPECT_EQ(file->find("a")->shape, (std::vector<std::size_t>{2, 3}));
  EXPECT_EQ(file->find("b")->floats(), (std::vector<float>{-128, -1, 0, 127}));
  EXPECT_EQ(file->find("c")->floats(), (std::vector<float>{1, -2, 0x1p-24f}));
  EXPECT_EQ(file->find("none")->count(), 0u);
  EXPECT_EQ(file->find("d"), nullptr);
  const std::size_t right[] = {2, 3}, wrong[] = {3, 2};
  EXPECT_TRUE(file->require("a", right));
  EXPECT_FALSE(file->require("a", wrong));
  EXPECT_FALSE(file->require("d", right));
}

TEST(Safetensors, RefusesWhatIsMalformed) {
  const std::string entry = R"("a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]})";
  ASSERT_TRUE(Safetensors::read(file_of("{" + entry + "}", 8)));
  const struct {
    const char* what;
    std::string header;
    std::size_t data;
  } kCases[] = {
      {"no JSON", "hello", 0},
      {"not an object", "[1]", 0},
      {"a number", "12", 0},
      {"cut off", "{" + entry, 8},
      {"too little data", "{" + entry + "}", 7},
      {"too much data", "{" + entry + "}", 9},
      {"an entry that is no object", R"({"a":[1]})", 0},
      {"no type", R"({"a":{"shape":[2],"data_offsets":[0,8]}})", 8},
      {"something more", R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8],"x":1}})", 8},
      {"an unknown type", R"({"a":{"dtype":"F64","shape":[1],"data_offsets":[0,8]}})", 8},
      {"a shape of text", R"({"a":{"dtype":"F32","shape":["2"],"data_offsets":[0,8]}})", 8},
      {"a negative side", R"({"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}})", 8},
      {"half a side", R"({"a":{"dtype":"F32","shape":[2.5],"data_offsets":[0,8]}})", 8},
      {"an overflowing shape",
       R"({"a":{"dtype":"F32","shape":[4294967296,4294967296,2],"data_offsets":[0,0]}})", 0},
      {"another size", R"({"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}})", 8},
      {"offsets backwards", R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}})", 8},
      {"three offsets", R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8,8]}})", 8},
      {"a gap", R"({"a":{"dtype":"I8","shape":[1],"data_offsets":[1,2]}})", 2},
      {"an overlap",
       R"({"a":{"dtype":"I8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"I8","shape":[2],"data_offsets":[1,3]}})",
       3},
      {"metadata of numbers", R"({"__metadata__":{"a":1}})", 0},
      {"metadata of no object", R"({"__metadata__":"a"})", 0},
  };
  for (const auto& c : kCases) {
    const auto bytes = file_of(c.header, c.data);
    const auto file = Safetensors::read(bytes);
    ASSERT_FALSE(file) << c.what;
    EXPECT_EQ(file.error().code, Code::bad_input) << c.what;
    EXPECT_GT(file.error().next.size(), 10u);
  }
  EXPECT_FALSE(Safetensors::read({}));
  auto longer = file_of("{}", 0);
  longer[1] = std::byte{1};  // a header of 258 bytes in a file of 10
  EXPECT_EQ(Safetensors::read(longer).error().code, Code::bad_input);
  longer[5] = std::byte{1};
  EXPECT_EQ(Safetensors::read(longer).error().code, Code::too_large);
}

// Any file cut anywhere is refused, and never read beyond its end (under the sanitizers).
TEST(Safetensors, RefusesAFileCutAnywhere) {
  SafetensorsWriter writer;
  writer.metadata("model", "test");
  writer.add("a", Type::f32, {3, 2}, tests::bytes_of(tests::noise(6, 1)));
  const auto whole = writer.bytes();
  for (std::size_t n = 0; n < whole.size(); ++n) {
    const std::vector<std::byte> part(whole.begin(), whole.begin() + static_cast<long>(n));
    EXPECT_FALSE(Safetensors::read(part)) << n;
  }
}

TEST(Half, IsExactForAllItsNumbers) {
  for (int bits = 0; bits < 65536; ++bits) {
    const float found = float_from_half(static_cast<std::uint16_t>(bits));
    const int exponent = bits >> 10 & 31, fraction = bits & 1023;
    const double sign = bits >> 15 != 0 ? -1 : 1;
    if (exponent == 31) {
      EXPECT_TRUE(fraction == 0 ? std::isinf(found) : std::isnan(found));
      continue;
    }
    const double wanted = exponent == 0 ? sign * std::ldexp(fraction, -24)
                                        : sign * std::ldexp(1024 + fraction, exponent - 25);
    EXPECT_EQ(found, wanted) << bits;
    EXPECT_EQ(std::signbit(found), sign < 0) << bits;
  }
}

}  // namespace
}  // namespace tutti::nn
