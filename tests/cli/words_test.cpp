// Suggestions and the words of the progress bar.
#include <gtest/gtest.h>

#include "cli/progress_bar.h"
#include "engine/base/suggest.h"

namespace tutti {
namespace {

TEST(Suggest, CountsEditsAsPeopleTypeThem) {
  EXPECT_EQ(tutti::edit_distance("render", "render"), 0);
  EXPECT_EQ(tutti::edit_distance("", "abc"), 3);
  EXPECT_EQ(tutti::edit_distance("rednre", "render"), 2);  // two swaps of neighbours
  EXPECT_EQ(tutti::edit_distance("kitten", "sitting"), 3);
}

TEST(Suggest, OffersOnlyWhatIsNear) {
  const std::vector<std::string> known = {"transcribe", "render", "convert", "info"};
  EXPECT_EQ(suggestion("transcirbe", known), "transcribe");
  EXPECT_EQ(suggestion("trans", known), "transcribe");
  EXPECT_EQ(suggestion("covert", known), "convert");
  EXPECT_EQ(suggestion("inf", known), "info");
  EXPECT_EQ(suggestion("xylophone", known), "");
}

TEST(ProgressBar, SaysTheTimeLeft) {
  EXPECT_EQ(cli::time_left(0.2), "1 s");
  EXPECT_EQ(cli::time_left(89), "89 s");
  EXPECT_EQ(cli::time_left(185), "3:05 min");
  EXPECT_EQ(cli::time_left(3720 * 2), "2:04 h");
}

TEST(ProgressBar, FillsWithTheWorkAndFitsTheLine) {
  const auto line = cli::bar_text(0.5, "Rendering", 10, 80, false);
  EXPECT_NE(line.find("Rendering"), std::string::npos);
  EXPECT_NE(line.find("###############..............."), std::string::npos) << line;
  EXPECT_NE(line.find("50 %"), std::string::npos);
  EXPECT_NE(line.find("10 s left"), std::string::npos);
  for (const int width : {30, 40, 60, 80, 200}) {
    for (const double fraction : {-1.0, 0.0, 0.31, 1.0, 7.0})
      EXPECT_LE(cli::bar_text(fraction, "Rendering", 3, width, false).size(),
                static_cast<std::size_t>(width));
  }
  EXPECT_NE(cli::bar_text(0.5, "x", 10, 80, true).find("█"), std::string::npos);
}

}  // namespace
}  // namespace tutti
