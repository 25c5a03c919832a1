// Today's goal: which loop, at what speed, for how long, and why; from the history alone.
//
// What is weighed, each with its reason in words:
//   due again    a loop that went well waits 1, 2, 4, 8, 16, then 30 days, one that did not comes
//                again the next day (spaced repetition: Leitner 1972; Cepeda et al., Psychological
//                Bulletin 2006);
//   stuck        a loop without a gain of speed in its last three sittings is taken slower;
//   new          a hard passage that no loop covers yet, by how hard it is;
//   unfinished   a loop below its ladder's top, most when it is nearly there;
//   varied       what was practised in the last three hours steps back, because changing between
//                tasks holds better than repeating one (Shea and Morgan 1979; Carter and Grahn,
//                Frontiers in Psychology 2016);
//   tired        beyond the day's aim, or much more than usual, a short slow run-through instead
//                (Ericsson, Krampe and Tesch-Römer 1993 on the limits of daily practice).
// The same input gives the same goal. Nothing to practise (no songs): no goal. Pure; linear in the
// history times the loops of its songs.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/practice/difficulty.h"
#include "engine/practice/history.h"
#include "engine/practice/ladder.h"

namespace tutti::practice {

struct CoachLoop {
  std::string id, name;
  double start = 0, end = 0;  // s
};

struct CoachSong {
  std::string id, title;
  double duration = 0;  // s, 0: not known
  std::vector<CoachLoop> loops;
  std::vector<HardPassage> hard;  // hardest first
  std::vector<double> downbeats;  // s, for naming bars; may be empty
  SpeedLadder ladder;
};

struct CoachSettings {
  double minutes_a_day = 20;  // what the person aims at, 5 … 480
};

struct Goal {
  std::string song, loop;     // ids; loop is "" for a passage that is none yet, or the whole song
  std::string title;          // "Bars 33-36 at 85 %"
  double start = 0, end = 0;  // s; 0 and 0: the whole song
  double speed = 1;           // to begin with, 0.25 … 2, whole steps of 5 %
  double target = 1;          // to reach
  int minutes = 10;           // 3 … 60
  std::vector<std::string> reasons;  // one at least, the most important first
};

// `song` not empty: a goal within that song only.
std::optional<Goal> goal_of(std::span<const CoachSong> songs, std::span<const Sitting> sittings,
                            std::span<const PracticeDay> days, const Moment& now,
                            const CoachSettings& settings = {}, const std::string& song = {});

// "Bars 33–36", "Bar 7", or "0:12–0:20" where there are no bars.
std::string place_name(std::span<const double> downbeats, double start, double end);

}  // namespace tutti::practice
