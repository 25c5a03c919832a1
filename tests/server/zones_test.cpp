// Dates and clocks of places: summer time, midnight that is not there, dates that were skipped.
#include "server/api/zones.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "engine/practice/streak.h"
#include "server/api/iso_time.h"

namespace tutti::api {
namespace {

std::int64_t at(const std::string& text) {
  const auto time = read_iso_time(text);
  EXPECT_TRUE(time) << text;
  return time.value_or(0);
}
std::string date_in(const std::string& zone, const std::string& text) {
  return practice::date_of(moment_in(zone, at(text))->day);
}

TEST(Zones, KnowDates) {
  EXPECT_EQ(date_in("Europe/Berlin", "2026-11-21T22:59:59Z"), "2026-11-21");
  EXPECT_EQ(date_in("Europe/Berlin", "2026-11-21T23:00:00Z"), "2026-11-22");
  EXPECT_EQ(date_in("Europe/Berlin", "2026-07-21T21:59:59Z"), "2026-07-21");
  EXPECT_EQ(date_in("Europe/Berlin", "2026-07-21T22:00:00Z"), "2026-07-22");
  EXPECT_EQ(date_in("America/Los_Angeles", "2026-11-21T07:59:59Z"), "2026-11-20");
  EXPECT_EQ(date_in("Asia/Kathmandu", "2026-11-21T18:15:00Z"), "2026-11-22");  // +05:45
  EXPECT_EQ(date_in("UTC", "2026-11-21T23:59:59Z"), "2026-11-21");
  EXPECT_EQ(moment_in("Asia/Kathmandu", at("2026-11-21"))->offset, 5 * 3600 + 45 * 60);
}

TEST(Zones, CutAtMidnight) {
  const auto parts =
      dates_between("Europe/Berlin", at("2026-11-21T22:30:00Z"), at("2026-11-21T23:15:00Z"));
  ASSERT_TRUE(parts);
  ASSERT_EQ(parts->size(), 2u);
  EXPECT_EQ((*parts)[0].to - (*parts)[0].from, 30 * 60'000);
  EXPECT_EQ((*parts)[1].to - (*parts)[1].from, 15 * 60'000);
  EXPECT_EQ((*parts)[1].day, (*parts)[0].day + 1);
}

TEST(Zones, KnowShortAndLongDays) {
  // The nights in which Berlin's clocks change: a day of 23 hours and one of 25.
  const auto length = [](const std::string& zone, const std::string& from, const std::string& to,
                         const std::string& date) {
    std::int64_t sum = 0;
    const auto parts = dates_between(zone, at(from), at(to));
    for (const DatePart& part : *parts)
      if (practice::date_of(part.day) == date) sum += part.to - part.from;
    return static_cast<double>(sum) / 3'600'000;
  };
  EXPECT_EQ(length("Europe/Berlin", "2026-03-28", "2026-03-31", "2026-03-29"), 23);
  EXPECT_EQ(length("Europe/Berlin", "2026-10-24", "2026-10-27", "2026-10-25"), 25);
  // Put forward at midnight itself: the 4th of November 2018 began at one o'clock in São Paulo.
  EXPECT_EQ(length("America/Sao_Paulo", "2018-11-03", "2018-11-06", "2018-11-04"), 23);
  EXPECT_EQ(length("America/Sao_Paulo", "2018-02-16", "2018-02-19", "2018-02-17"), 25);
  // Samoa went over the date line: there was no 30th of December 2011.
  EXPECT_EQ(length("Pacific/Apia", "2011-12-28", "2012-01-02", "2011-12-30"), 0);
  EXPECT_EQ(length("Pacific/Apia", "2011-12-28", "2012-01-02", "2011-12-31"), 24);
}

TEST(Zones, PartsAreWholeAndInOrder) {
  rc::check([] {
    const std::string zone = *rc::gen::element<std::string>(
        "UTC", "Europe/Berlin", "America/Sao_Paulo", "Pacific/Apia", "Australia/Lord_Howe",
        "America/New_York", "Asia/Tehran", "Africa/Casablanca", "Antarctica/Troll");
    const std::int64_t from = *rc::gen::inRange<std::int64_t>(0, 1'900'000'000) * 1000;
    const std::int64_t to = from + *rc::gen::inRange<std::int64_t>(0, 4 * 86'400'000);
    const auto parts = dates_between(zone, from, to);
    RC_ASSERT(parts.ok() && !parts->empty());
    RC_ASSERT(parts->front().from == from && parts->back().to == to);
    for (std::size_t i = 0; i < parts->size(); ++i) {
      const DatePart& part = (*parts)[i];
      RC_ASSERT(part.to >= part.from);
      RC_ASSERT(moment_in(zone, part.from)->day == part.day);
      if (part.to > part.from) RC_ASSERT(moment_in(zone, part.to - 1)->day == part.day);
      if (i == 0) continue;
      RC_ASSERT(part.from == (*parts)[i - 1].to);
      RC_ASSERT(part.day > (*parts)[i - 1].day);
    }
  });
}

TEST(Zones, SuggestNames) {
  const auto wrong = check_zone("Europe/Berln");
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().code, Code::bad_input);
  EXPECT_NE(wrong.error().message.find("Europe/Berlin"), std::string::npos);
  EXPECT_FALSE(check_zone(""));
  EXPECT_FALSE(check_zone("../../etc/passwd"));
  EXPECT_FALSE(check_zone(std::string(10'000, 'x')));
  EXPECT_TRUE(check_zone("UTC"));
}

TEST(IsoTime, ReadsWhatItWrites) {
  rc::check([] {
    const std::int64_t time = *rc::gen::inRange<std::int64_t>(0, 250'000'000'000'000);
    RC_ASSERT(read_iso_time(iso_time(time)) == time);
  });
  EXPECT_EQ(at("2026-11-21T18:30:00+01:00"), at("2026-11-21T17:30:00Z"));
  EXPECT_EQ(at("2026-11-21T18:30+0100"), at("2026-11-21T17:30Z"));
  EXPECT_EQ(at("2026-11-21T17:30:00.25Z"), at("2026-11-21T17:30:00Z") + 250);
  EXPECT_EQ(at("2026-11-21"), at("2026-11-21T00:00:00Z"));
  for (const char* wrong : {"", "yesterday", "2026-02-29", "2026-11-31", "2026-13-01", "1969-01-01",
                            "2026-11-21T", "2026-11-21T25:00:00Z", "2026-11-21T18:30:00",
                            "2026-11-21T18:30:00Zx", "2026-11-21T18:30:00.Z", "26-11-21"})
    EXPECT_FALSE(read_iso_time(wrong)) << wrong;
}

}  // namespace
}  // namespace tutti::api
