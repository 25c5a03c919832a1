#include "engine/base/json.h"

#include <bit>
#include <cmath>
#include <cstdlib>
#include <gtest/gtest.h>
#include <limits>

#include "engine/base/random.h"

namespace tutti {
namespace {

std::string number_text(double v) {
  std::string out;
  append_json_number(out, v);
  return out;
}

// glibc's strtod rounds correctly, so it is the oracle.
TEST(JsonNumber, ReadsAnyDecimalAsStrtodDoes) {
  Random random(7);
  for (int i = 0; i < 200'000; ++i) {
    std::string text;
    if (random.below(2) == 0) text += '-';
    text += std::to_string(random.next() >> random.below(64));
    if (random.below(2) == 0) {
      text += '.';
      for (auto n = 1 + random.below(25); n > 0; --n)
        text += static_cast<char>('0' + random.below(10));
    }
    if (random.below(2) == 0)
      text += 'e' + std::to_string(static_cast<int>(random.below(700)) - 350);
    ASSERT_EQ(std::bit_cast<std::uint64_t>(json_number(text)),
              std::bit_cast<std::uint64_t>(std::strtod(text.c_str(), nullptr)))
        << text;
  }
}

TEST(JsonNumber, EveryDoubleSurvivesItsText) {
  Random random(8);
  for (int i = 0; i < 200'000; ++i) {
    const double v = std::bit_cast<double>(random.next());
    if (!std::isfinite(v)) continue;
    const std::string text = number_text(v);
    const double again = json_number(text);
    ASSERT_EQ(v == 0 ? 0.0 : v, again) << text;
    ASSERT_EQ(again, std::strtod(text.c_str(), nullptr)) << text;
  }
}

TEST(JsonNumber, RoundsHalfwayCasesAndEndsOfTheRange) {
  for (const char* text :
       {"9007199254740993", "9007199254740992.5", "9007199254740993.0000000000000000000000000001",
        "2.2250738585072011e-308", "4.9406564584124654e-324", "2.4703282292062327e-324",
        "2.4703282292062328e-324", "1.7976931348623157e308", "1.7976931348623159e308", "1e309",
        "0.000", "-0", "1e-400", "179769313486231580793e289", "6.02214076e23"}) {
    EXPECT_EQ(std::bit_cast<std::uint64_t>(json_number(text)),
              std::bit_cast<std::uint64_t>(std::strtod(text, nullptr)))
        << text;
  }
}

TEST(JsonNumber, IsLaidOutAsJavaScriptDoes) {
  EXPECT_EQ(number_text(0.1), "0.1");
  EXPECT_EQ(number_text(-0.0), "0");
  EXPECT_EQ(number_text(120), "120");
  EXPECT_EQ(number_text(-123.456), "-123.456");
  EXPECT_EQ(number_text(1e21), "1e+21");
  EXPECT_EQ(number_text(123456789012345680000.0), "123456789012345680000");
  EXPECT_EQ(number_text(0.000001), "0.000001");
  EXPECT_EQ(number_text(1.5e-7), "1.5e-7");
  EXPECT_EQ(number_text(5e-324), "5e-324");
  EXPECT_EQ(number_text(std::numeric_limits<double>::infinity()), "null");
}

TEST(Json, ReadsAndWritesTheSameText) {
  const std::string text =
      R"({"a":[1,-2,0.1,1e-7,true,null],"b":{"c":"line\nquote\" \\ tab\t é 😀"},"d":9007199254740993})";
  const auto value = parse_json(text);
  ASSERT_TRUE(value.ok());
  EXPECT_EQ(write_json(*value), text);
  const auto pretty = parse_json(write_json_pretty(*value));
  ASSERT_TRUE(pretty.ok());
  EXPECT_EQ(*pretty, *value);
}

TEST(Json, SaysWhereTheFaultIs) {
  const auto value = parse_json("{\n  \"a\": 1,\n  \"b\": oops\n}");
  ASSERT_FALSE(value.ok());
  EXPECT_EQ(value.error().code, Code::bad_input);
  EXPECT_NE(value.error().message.find("line 3"), std::string::npos) << value.error().message;
}

TEST(Json, RefusesWhatIsTooDeepTooLargeOrNotOneValue) {
  EXPECT_FALSE(parse_json(std::string(100, '[') + std::string(100, ']')).ok());
  EXPECT_TRUE(parse_json(std::string(31, '[') + std::string(31, ']')).ok());
  const auto large = parse_json("[1,2,3]", {.max_bytes = 4});
  ASSERT_FALSE(large.ok());
  EXPECT_EQ(large.error().code, Code::too_large);
  for (const char* text :
       {"", " ", "1 2", "{\"a\":1}x", "[1,]", "\"\x80\"", "1e999", "nul", "\"a"}) {
    EXPECT_FALSE(parse_json(text).ok()) << text;
  }
  EXPECT_TRUE(parse_json(" [1] \n").ok());
}

TEST(Json, EveryTruncationIsRefusedCleanly) {
  const std::string text = R"({"a":[1,0.25,"x\u00e9"],"b":null})";
  for (std::size_t n = 0; n < text.size(); ++n)
    EXPECT_FALSE(parse_json(text.substr(0, n)).ok()) << n;
}

TEST(Json, WritesBadUtf8AsReplacement) {
  std::string out;
  append_json_string(out, std::string_view("a\xC3(\xED\xA0\x80\xF0\x9F\x98\x80\x01", 11));
  EXPECT_EQ(out, "\"a\xEF\xBF\xBD(\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xF0\x9F\x98\x80\\u0001\"");
  EXPECT_TRUE(parse_json(out).ok());
}

}  // namespace
}  // namespace tutti
