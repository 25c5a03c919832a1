#include "server/api/multipart.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace tutti::api {
namespace {

struct Got {
  std::vector<PartHeader> parts;
  std::vector<std::string> data;
  Result<void> result;
};

// Fed in pieces that end at the given places.
Got parse(const std::string& boundary, const std::string& body,
          const std::vector<std::size_t>& cuts) {
  Got got;
  MultipartParser parser(boundary, {[&](const PartHeader& part) -> Result<void> {
                                      got.parts.push_back(part);
                                      got.data.emplace_back();
                                      return {};
                                    },
                                    [&](std::span<const std::byte> bytes) -> Result<void> {
                                      got.data.back().append(
                                          reinterpret_cast<const char*>(bytes.data()),
                                          bytes.size());
                                      return {};
                                    },
                                    []() -> Result<void> { return {}; }});
  std::size_t at = 0;
  for (std::size_t cut : cuts) {
    cut = std::min(cut, body.size());
    if (cut < at) continue;
    got.result = parser.feed(std::as_bytes(std::span(body.data() + at, cut - at)));
    if (!got.result) return got;
    at = cut;
  }
  got.result = parser.feed(std::as_bytes(std::span(body.data() + at, body.size() - at)));
  if (got.result) got.result = parser.finish();
  return got;
}

TEST(Multipart, GivesTheSameSplitAtEveryByte) {
  const std::string content("RIFF\r\n--xY\r\n--\r\n\0data", 21);
  const std::string whole =
      "--xYz\r\nContent-Disposition: form-data; name=\"tempo\"\r\n\r\n120\r\n"
      "--xYz\r\nContent-Disposition: form-data; name=\"audio\"; filename=\"C:\\\\hum.wav\"\r\n"
      "Content-Type: Audio/WAV\r\n\r\n" +
      content + "\r\n--xYz--\r\nafterwards";
  for (std::size_t first = 0; first <= whole.size(); ++first) {
    for (const std::size_t second : {first, first + 1, first + 3}) {
      const Got got = parse("xYz", whole, {first, second});
      ASSERT_TRUE(got.result) << got.result.error().message << " cut at " << first;
      ASSERT_EQ(got.parts.size(), 2u);
      EXPECT_EQ(got.data[0], "120");
      EXPECT_EQ(got.data[1], content);
      EXPECT_FALSE(got.parts[0].is_file);
      EXPECT_TRUE(got.parts[1].is_file);
      EXPECT_EQ(got.parts[1].file_name, "hum.wav");
      EXPECT_EQ(got.parts[1].type, "audio/wav");
    }
  }
}

TEST(Multipart, RefusesWhatIsNotWellFormed) {
  const std::string head = "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n";
  const std::pair<const char*, std::string> cases[] = {
      {"nothing", ""},
      {"no closing boundary", head + "data"},
      {"boundary without a line end", "--bX"},
      {"no name", "--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--"},
      {"no disposition", "--b\r\nContent-Type: a/b\r\n\r\nx\r\n--b--"},
      {"not form-data", "--b\r\nContent-Disposition: attachment; name=\"a\"\r\n\r\nx\r\n--b--"},
      {"two dispositions",
       "--b\r\nContent-Disposition: form-data; name=\"a\"\r\nContent-Disposition: form-data; "
       "name=\"b\"\r\n\r\nx\r\n--b--"},
      {"unclosed quote", "--b\r\nContent-Disposition: form-data; name=\"a\r\n\r\nx\r\n--b--"},
      {"control character",
       std::string("--b\r\nContent-Disposition: form-data; name=\"a\1\"\r\n\r\nx\r\n--b--")},
      {"header without a name", "--b\r\n: x\r\n\r\nx\r\n--b--"},
      {"endless padding", "--b" + std::string(65, ' ') +
                              "\r\nContent-Disposition: form-data; name=a\r\n\r\nx\r\n--b--"},
      {"endless headers", "--b\r\nX: " + std::string(20'000, 'x')},
      {"endless preamble", std::string(100'000, '\r')},
      {"too many parts", [&] {
         std::string many;
         for (int i = 0; i < 20; ++i) many += head + "x\r\n";
         return many + "--b--";
       }()}};
  for (const auto& [name, body] : cases) {
    for (const bool bytewise : {false, true}) {
      std::vector<std::size_t> cuts;
      if (bytewise)
        for (std::size_t i = 1; i < std::min<std::size_t>(body.size(), 300); ++i) cuts.push_back(i);
      const Got got = parse("b", body, cuts);
      ASSERT_FALSE(got.result) << name;
      EXPECT_EQ(got.result.error().code, Code::bad_input) << name;
    }
  }
}

TEST(Multipart, ReadsBoundaries) {
  EXPECT_EQ(multipart_boundary("multipart/form-data; boundary=abc"), "abc");
  EXPECT_EQ(multipart_boundary("Multipart/Form-Data; charset=x; BOUNDARY=\"a b?c\""), "a b?c");
  for (const char* wrong :
       {"", "text/plain; boundary=a", "multipart/form-data", "multipart/form-data; boundary=",
        "multipart/form-data; boundary=\"a", "multipart/form-data; boundary=a; boundary=b",
        "multipart/form-data; boundary=a\xff", "multipart/form-data; boundary=\"a \"",
        "multipart/form-data; "
        "boundary=0123456789012345678901234567890123456789012345678901234567890123456789x"})
    EXPECT_FALSE(multipart_boundary(wrong)) << wrong;
}

RC_GTEST_PROP(Multipart, AnyContentComesThroughAnyCuts, ()) {
  const auto contents = *rc::gen::resize(
      6, rc::gen::nonEmpty(rc::gen::container<std::vector<std::string>>(
             rc::gen::container<std::string>(rc::gen::element('-', '\r', '\n', 'b', 'x')))));
  const auto cuts =
      *rc::gen::container<std::vector<std::size_t>>(rc::gen::inRange<std::size_t>(0, 400));
  std::string body;
  for (std::size_t i = 0; i < std::min<std::size_t>(16, contents.size()); ++i) {
    RC_PRE(("\r\n" + contents[i] + "\r\n").find("\r\n--bb") == std::string::npos);
    body += "--bb\r\nContent-Disposition: form-data; name=n" + std::to_string(i) + "\r\n\r\n" +
            contents[i] + "\r\n";
  }
  body += "--bb--";
  auto sorted = cuts;
  std::sort(sorted.begin(), sorted.end());
  const Got got = parse("bb", body, sorted);
  RC_ASSERT(got.result.ok());
  RC_ASSERT(got.data ==
            std::vector<std::string>(
                contents.begin(),
                contents.begin() + static_cast<long>(std::min<std::size_t>(16, contents.size()))));
}

}  // namespace
}  // namespace tutti::api
