// What goes over the wire of the Practice room's history: a person's settings, sessions, streak,
// achievements, the coach. As types.h.
#pragma once

#include "server/api/song_types.h"
#include "server/api/types.h"

namespace tutti::api {

struct SongList {
  std::vector<Song> songs;
};
BOOST_DESCRIBE_STRUCT(SongList, (), (songs))

struct SongNames {
  std::string title;
  std::string artist;
};
BOOST_DESCRIBE_STRUCT(SongNames, (), (title, artist))
constexpr auto field_notes(const SongNames*) {
  return std::array{FieldNote{"title", "For people.", 1, 300},
                    FieldNote{"artist", "May be empty.", 0, 300}};
}

// --- Settings ------------------------------------------------------------------------------------

struct Ladder {
  bool on = false;
  double start = 0.6;
  double end = 1;
  double step = 0.05;
  int passes = 3;
};
BOOST_DESCRIBE_STRUCT(Ladder, (), (on, start, end, step, passes))
constexpr auto field_notes(const Ladder*) {
  return std::array{FieldNote{"start", "First speed; 1: the song's own.", 0.25, 2},
                    FieldNote{"end", "Last speed.", 0.25, 2},
                    FieldNote{"step", "Up by this.", 0.01, 0.5},
                    FieldNote{"passes", "Clean passes in a row to go up.", 1, 50}};
}

struct SongLoop {
  std::string id;
  std::string name;
  double start = 0;
  double end = 0;
  std::optional<int> passes;
  std::optional<int> clean;
  std::optional<double> best_speed;
};
BOOST_DESCRIBE_STRUCT(SongLoop, (), (id, name, start, end, passes, clean, best_speed))
constexpr auto field_notes(const SongLoop*) {
  return std::array{FieldNote{"id", "Made by the page.", 1, 100},
                    FieldNote{"name", "For people.", 0, 200},
                    FieldNote{"start", "s of the song.", 0, 86400},
                    FieldNote{"end", "s of the song, after start.", 0, 86400},
                    FieldNote{"passes", "Played through so far.", 0, 1e9},
                    FieldNote{"clean", "Of these, clean.", 0, 1e9},
                    FieldNote{"best_speed", "Fastest clean pass; 0: none.", 0, 4}};
}

struct SongPractice {
  std::vector<SongLoop> loops;
  std::optional<std::string> person;
  std::optional<std::string> instrument;
  std::optional<double> speed;
  std::optional<double> pitch;
  std::optional<double> tuning;
  std::optional<Ladder> ladder;
  std::optional<boost::json::object> page;
};
BOOST_DESCRIBE_STRUCT(SongPractice, (),
                      (loops, person, instrument, speed, pitch, tuning, ladder, page))
constexpr auto field_notes(const SongPractice*) {
  return std::array{
      FieldNote{"person", "Whose settings; in the query or here.", 0, 100},
      FieldNote{"instrument", "That the person plays.", 0, 0, "drums|bass|other|vocals"},
      FieldNote{"speed", "1: the song's own.", 0.25, 2},
      FieldNote{"pitch", "Semitones.", -12, 12},
      FieldNote{"tuning", "Hz that A4 is to sound at; 0: the song's own.", 0, 500},
      FieldNote{"page", "What else the page wants to keep; up to 100 kB."}};
}

struct PracticeSettings {
  std::optional<std::string> person;
  std::optional<double> minutes_a_day;
  std::optional<std::string> zone;
  std::optional<int> count_in;
  std::optional<bool> metronome;
  std::optional<double> metronome_db;
  std::optional<Ladder> ladder;
  std::optional<boost::json::object> page;
};
BOOST_DESCRIBE_STRUCT(PracticeSettings, (),
                      (person, minutes_a_day, zone, count_in, metronome, metronome_db, ladder,
                       page))
constexpr auto field_notes(const PracticeSettings*) {
  return std::array{
      FieldNote{"person", "Whose settings; in the query or here.", 0, 100},
      FieldNote{"minutes_a_day", "What the coach plans with; 20 when left out.", 5, 480},
      FieldNote{"zone", "IANA name of the person's time zone.", 1, 64},
      FieldNote{"count_in", "Bars.", 0, 4},
      FieldNote{"metronome_db", "Level of the metronome.", -60, 12},
      FieldNote{"ladder", "For songs that have none of their own."},
      FieldNote{"page", "What else the page wants to keep; up to 100 kB."}};
}

// --- Sessions ------------------------------------------------------------------------------------

struct SessionLoop {
  std::string id;
  double start = 0;
  double end = 0;
  int passes = 0;
  int clean = 0;
  double speed = 0;
  std::optional<double> slowest;
  std::optional<std::string> name;
};
BOOST_DESCRIBE_STRUCT(SessionLoop, (), (id, start, end, passes, clean, speed, slowest, name))
constexpr auto field_notes(const SessionLoop*) {
  return std::array{FieldNote{"id", "The loop's; empty: the whole song.", 0, 100},
                    FieldNote{"start", "s of the song.", 0, 86400},
                    FieldNote{"end", "s of the song.", 0, 86400},
                    FieldNote{"passes", "Played through in this session.", 0, 1e6},
                    FieldNote{"clean", "Of these, clean.", 0, 1e6},
                    FieldNote{"speed", "Fastest clean pass; 1: the song's own, 0: none.", 0, 4},
                    FieldNote{"slowest", "Slowest clean pass.", 0, 4},
                    FieldNote{"name", "Of the loop.", 0, 200}};
}

struct NewSession {
  std::string person;
  std::string song;
  std::string id;
  std::string started;
  double seconds = 0;
  std::string zone;
  double speed = 0;
  std::vector<SessionLoop> loops;
  std::optional<std::string> ended;
  std::optional<std::string> instrument;
  std::optional<std::string> title;
};
BOOST_DESCRIBE_STRUCT(NewSession, (),
                      (person, song, id, started, seconds, zone, speed, loops, ended, instrument,
                       title))
constexpr auto field_notes(const NewSession*) {
  return std::array{
      FieldNote{"person", "Whose.", 1, 100},
      FieldNote{"song", "Its id.", 1, 100},
      FieldNote{"id", "Made up by the sender, such as a UUID: sending it again is harmless.", 1,
                100},
      FieldNote{"started", "ISO 8601 with Z or an offset.", 1, 40},
      FieldNote{"seconds", "Played, without the pauses.", 0, 86400},
      FieldNote{"zone", "IANA name of the time zone where it was, such as Europe/Berlin.", 1, 64},
      FieldNote{"speed", "Fastest clean pass of all; 0: none.", 0, 4},
      FieldNote{"loops", "Up to 500."},
      FieldNote{"ended", "ISO 8601; started plus seconds when left out.", 1, 40},
      FieldNote{"instrument", "That was practised.", 0, 0, "drums|bass|other|vocals"},
      FieldNote{"title", "Of the song, for one that is not in the library any more.", 0, 300}};
}

struct SessionInfo {
  std::string id;
  std::string song;
  std::string title;
  std::string started;
  double seconds = 0;
  std::string zone;
  std::string instrument;
  int loops = 0;
  int clean = 0;
  double speed = 0;
  std::vector<SessionLoop> work;
};
BOOST_DESCRIBE_STRUCT(SessionInfo, (),
                      (id, song, title, started, seconds, zone, instrument, loops, clean, speed,
                       work))
constexpr auto field_notes(const SessionInfo*) {
  return std::array{FieldNote{"seconds", "Played."}, FieldNote{"loops", "Passes of loops in all."},
                    FieldNote{"clean", "Of these, clean."},
                    FieldNote{"speed", "Fastest clean pass; 0: none."},
                    FieldNote{"work", "Loop by loop."}};
}

struct SessionList {
  std::vector<SessionInfo> sessions;
};
BOOST_DESCRIBE_STRUCT(SessionList, (), (sessions))

struct DayFigure {
  std::string date;
  double seconds = 0;
};
BOOST_DESCRIBE_STRUCT(DayFigure, (), (date, seconds))

struct WeekFigure {
  std::string monday;
  double seconds = 0;
  int days = 0;
  double best = 0;
};
BOOST_DESCRIBE_STRUCT(WeekFigure, (), (monday, seconds, days, best))
constexpr auto field_notes(const WeekFigure*) {
  return std::array{FieldNote{"days", "Practised."}, FieldNote{"best", "s of its best day."}};
}

struct StreakInfo {
  int days = 0;
  bool today = false;
  int longest = 0;
  std::string since;
  double total_seconds = 0;
  std::vector<DayFigure> week;
  std::vector<DayFigure> calendar;
  std::vector<WeekFigure> weeks;
};
BOOST_DESCRIBE_STRUCT(StreakInfo, (),
                      (days, today, longest, since, total_seconds, week, calendar, weeks))
constexpr auto field_notes(const StreakInfo*) {
  return std::array{FieldNote{"days", "Practised in a row, up to today or yesterday."},
                    FieldNote{"today", "Practised today."},
                    FieldNote{"since", "Date of the first of these days; empty: none."},
                    FieldNote{"week", "The last seven days, oldest first."},
                    FieldNote{"calendar", "The last twelve weeks, day by day."},
                    FieldNote{"weeks", "The last twelve weeks from Monday, the present one last."}};
}

struct SessionSaved {
  std::string id;
  std::string state;
  StreakInfo streak;
};
BOOST_DESCRIBE_STRUCT(SessionSaved, (), (id, state, streak))
constexpr auto field_notes(const SessionSaved*) {
  return std::array{
      FieldNote{"state", "unchanged: it was there already with as many seconds or more.", 0, 0,
                "added|replaced|unchanged"},
      FieldNote{"streak", "As it is now."}};
}

// --- Achievements, coach -------------------------------------------------------------------------

struct AchievementInfo {
  std::string id;
  std::string name;
  std::string text;
  std::string earned;
  double progress = 0;
};
BOOST_DESCRIBE_STRUCT(AchievementInfo, (), (id, name, text, earned, progress))
constexpr auto field_notes(const AchievementInfo*) {
  return std::array{FieldNote{"text", "What it takes."},
                    FieldNote{"earned", "ISO 8601; empty: not yet."},
                    FieldNote{"progress", "0 … 1; 1 where it is earned."}};
}
struct AchievementList {
  std::vector<AchievementInfo> achievements;
};
BOOST_DESCRIBE_STRUCT(AchievementList, (), (achievements))

struct GoalInfo {
  std::string song;
  std::string loop;
  std::string title;
  double start = 0;
  double end = 0;
  double speed = 1;
  double target = 1;
  int minutes = 0;
  std::vector<std::string> reasons;
};
BOOST_DESCRIBE_STRUCT(GoalInfo, (),
                      (song, loop, title, start, end, speed, target, minutes, reasons))
constexpr auto field_notes(const GoalInfo*) {
  return std::array{
      FieldNote{"song", "Empty: there is nothing to practise yet."},
      FieldNote{"loop", "Empty: a hard passage that is no loop yet, or the whole song."},
      FieldNote{"start", "s of the song; start and end 0: the whole song."},
      FieldNote{"speed", "To begin with; 1: the song's own."},
      FieldNote{"target", "To reach."},
      FieldNote{"reasons", "The most important first."}};
}

}  // namespace tutti::api
