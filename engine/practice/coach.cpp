#include "engine/practice/coach.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "engine/practice/loop_past.h"
#include "engine/practice/streak.h"

namespace tutti::practice {
namespace {

struct Candidate {
  const CoachSong* song = nullptr;
  std::string loop;
  double start = 0, end = 0;
  double weight = 0;
  double speed = 0.6, target = 0.75;
  double passes = 6;  // worth doing
  std::vector<std::pair<double, std::string>> reasons = {};

  void because(double by, std::string text) {
    weight += by;
    reasons.emplace_back(by, std::move(text));
  }
};

double to_step(double speed) {
  return std::floor(speed * 20 + 0.5) / 20;
}

std::string percent(double speed) {
  return std::to_string(static_cast<long>(std::floor(speed * 100 + 0.5))) + " %";
}

std::string days_text(std::int64_t days) {
  return days == 1 ? "a day ago" : std::to_string(days) + " days ago";
}

void take_up(Candidate& candidate, const LoopPast& past, const Moment& now) {
  const SpeedLadder& ladder = candidate.song->ladder;
  const double top = ladder.end, bottom = std::min(ladder.start, top);
  const std::int64_t ago = std::max<std::int64_t>(0, now.day - past.last.day);
  if (past.sittings == 0) {
    candidate.because(0.35, "you made this loop and have not practised it yet");
    candidate.speed = bottom;
    candidate.target = std::min(top, bottom + 0.15);
    return;
  }
  candidate.speed = std::max(bottom, past.best > 0 ? past.best - 0.05 : bottom);
  candidate.target = std::min(top, std::max(past.best, bottom) + 0.1);
  const double overdue = (static_cast<double>(ago) - past.interval) / std::max(1.0, past.interval);
  if (ago >= past.interval) {
    candidate.because(0.3 + 0.3 * std::min(1.0, overdue),
                      past.went_well ? "due again: last practised " + days_text(ago)
                                     : "it did not go cleanly last time, " + days_text(ago));
    // What has rested long begins a little slower.
    if (overdue > 1) candidate.speed = std::max(bottom, candidate.speed - 0.05);
  }
  if (past.best + 1e-6 >= top) {
    candidate.target = top;
    candidate.speed = std::max(bottom, top - 0.1);
    candidate.passes = 3;
    if (ago < past.interval) candidate.weight -= 0.3;  // it is learned and fresh
    return;
  }
  if (past.stuck()) {
    candidate.because(0.25, "no faster in the last " + std::to_string(LoopPast::kStuck) +
                                " sittings: take it 10 % slower and clean");
    candidate.speed = std::max(std::min(bottom, 0.5), past.best - 0.1);
    candidate.target = past.best > 0 ? past.best : std::min(top, bottom + 0.1);
    candidate.passes = 8;
  }
  const double way = top > bottom ? std::clamp((past.best - bottom) / (top - bottom), 0.0, 1.0) : 1;
  candidate.because(0.12 + 0.13 * way, past.best > 0 ? "at " + percent(past.best) + " so far, " +
                                                           percent(top) + " is the aim"
                                                     : "not clean yet");
}

bool covers(double start, double end, double other_start, double other_end) {
  const double both = std::min(end, other_end) - std::max(start, other_start);
  return both > 0.5 * std::min(end - start, other_end - other_start);
}

void add_song(const CoachSong& song, const std::map<PastKey, LoopPast>& pasts, const Moment& now,
              std::vector<Candidate>& candidates) {
  for (const CoachLoop& loop : song.loops) {
    if (!(loop.end > loop.start)) continue;
    Candidate candidate;
    candidate.song = &song, candidate.loop = loop.id;
    candidate.start = loop.start, candidate.end = loop.end;
    const auto found = pasts.find({song.id, loop.id});
    const LoopPast past = found == pasts.end() ? LoopPast() : found->second;
    take_up(candidate, past, now);
    for (const HardPassage& hard : song.hard)
      if (covers(loop.start, loop.end, hard.start, hard.end) && !hard.reasons.empty()) {
        candidate.because(0.15 * hard.score, "a hard place: " + hard.reasons.front().text);
        break;
      }
    if (past.sittings > 0 && now.time - past.last.time < 3 * 3600'000 && now.time >= past.last.time)
      candidate.weight -= 0.5;
    candidates.push_back(std::move(candidate));
  }
  int place = 0;
  for (const HardPassage& hard : song.hard) {
    if (!(hard.end > hard.start) || ++place > 3) break;
    bool looped = false;
    for (const CoachLoop& loop : song.loops)
      looped = looped || covers(loop.start, loop.end, hard.start, hard.end);
    if (looped || hard.same_as > 0) continue;
    Candidate candidate;
    candidate.song = &song;
    candidate.start = hard.start, candidate.end = hard.end;
    candidate.speed = std::min(song.ladder.start, song.ladder.end);
    candidate.target = std::min(song.ladder.end, candidate.speed + 0.15);
    std::string why = "a hard passage that you have not practised yet";
    if (!hard.reasons.empty()) why += ": " + hard.reasons.front().text;
    candidate.because(0.3 + 0.35 * hard.score, std::move(why));
    candidates.push_back(std::move(candidate));
  }
}

// The song practised last, or the first.
const CoachSong* latest(std::span<const CoachSong> songs, std::span<const Sitting> sittings) {
  const CoachSong* found = nullptr;
  std::int64_t when = 0;
  for (const Sitting& sitting : sittings)
    for (const CoachSong& song : songs)
      if (song.id == sitting.song && (!found || sitting.started.time >= when))
        found = &song, when = sitting.started.time;
  return found ? found : songs.empty() ? nullptr : &songs.front();
}

Goal whole_song(const CoachSong& song, double speed, int minutes, std::string why) {
  Goal goal;
  goal.song = song.id;
  goal.speed = to_step(speed);
  goal.target = goal.speed;
  goal.title = "The whole song at " + percent(goal.speed);
  goal.minutes = minutes;
  goal.reasons.push_back(std::move(why));
  return goal;
}

struct Load {
  double today = 0;        // minutes
  double usual = 0;        // minutes a day practised, of the four weeks before today
  std::int64_t pause = 0;  // days since the last one, 0: today or never
};

Load load_of(std::span<const PracticeDay> days, const Moment& now) {
  Load load;
  double sum = 0;
  int count = 0;
  std::int64_t last = INT64_MIN;
  for (const PracticeDay& day : days) {
    if (!(day.seconds >= kLeastSeconds) || day.day > now.day + 1) continue;
    last = std::max(last, day.day);
    if (day.day >= now.day) {
      load.today += day.seconds / 60;
    } else if (now.day - day.day <= 28) {
      sum += day.seconds / 60;
      ++count;
    }
  }
  load.usual = count > 0 ? sum / count : 0;
  load.pause = last == INT64_MIN ? 0 : std::max<std::int64_t>(0, now.day - last);
  return load;
}

}  // namespace

std::string place_name(std::span<const double> downbeats, double start, double end) {
  const auto bar_of = [&](double time) {
    return static_cast<std::int64_t>(std::upper_bound(downbeats.begin(), downbeats.end(), time) -
                                     downbeats.begin());
  };
  if (!downbeats.empty() && start >= downbeats.front() - 0.1) {
    // A tenth of a second into a bar, or beyond its end, still means its line.
    const std::int64_t first = std::max<std::int64_t>(1, bar_of(start + 0.1));
    const std::int64_t last = std::max(first, bar_of(end - 0.1));
    if (first == last) return "Bar " + std::to_string(first);
    return "Bars " + std::to_string(first) + "–" + std::to_string(last);
  }
  const auto clock = [](double time) {
    const auto seconds = static_cast<std::int64_t>(std::max(0.0, std::floor(time + 0.5)));
    const std::string rest = std::to_string(seconds % 60);
    return std::to_string(seconds / 60) + (rest.size() < 2 ? ":0" : ":") + rest;
  };
  return clock(start) + "–" + clock(end);
}

std::optional<Goal> goal_of(std::span<const CoachSong> all, std::span<const Sitting> sittings,
                            std::span<const PracticeDay> days, const Moment& now,
                            const CoachSettings& settings, const std::string& song) {
  std::vector<CoachSong> chosen;
  if (!song.empty()) {
    for (const CoachSong& one : all)
      if (one.id == song) chosen.push_back(one);
    all = chosen;
  }
  const CoachSong* current = latest(all, sittings);
  if (!current) return std::nullopt;

  const Load load = load_of(days, now);
  const double aim = std::clamp(settings.minutes_a_day, 5.0, 480.0);
  const double much = std::max(aim, 2 * load.usual);
  if (load.today >= 1.5 * aim && load.today >= much)
    return whole_song(*current, std::max(0.7, current->ladder.start), 5,
                      "you have practised " + std::to_string(static_cast<long>(load.today + 0.5)) +
                          " minutes today: end with an easy run-through and rest");

  const auto pasts = pasts_of(sittings);
  std::vector<Candidate> candidates;
  for (const CoachSong& one : all) add_song(one, pasts, now, candidates);
  // The song in hand comes first where others are as urgent.
  for (Candidate& candidate : candidates)
    if (candidate.song == current) candidate.weight += 0.1;
  std::stable_sort(candidates.begin(), candidates.end(),
                   [](const Candidate& a, const Candidate& b) { return a.weight > b.weight; });
  if (candidates.empty() || candidates.front().weight <= 0.05) {
    const std::string why = candidates.empty()
                                ? "play it through and mark what is hard: each mark becomes a loop"
                                : "all loops are fresh and at their speed: play the whole song";
    const double speed = candidates.empty() && load.pause == 0 && sittings.empty()
                             ? std::max(0.7, current->ladder.start)
                             : 1.0;
    return whole_song(*current, std::min(speed, std::max(current->ladder.end, 0.7)), 10, why);
  }

  Candidate& best = candidates.front();
  Goal goal;
  goal.song = best.song->id;
  goal.loop = best.loop;
  goal.start = best.start;
  goal.end = best.end;
  if (load.pause > 7) {
    best.speed -= 0.05;
    best.because(0.01, "gently after " + std::to_string(load.pause) + " days without practice");
  }
  goal.speed = std::clamp(to_step(best.speed), 0.25, 2.0);
  goal.target = std::clamp(std::max(to_step(best.target), goal.speed), 0.25, 2.0);
  goal.title =
      place_name(best.song->downbeats, best.start, best.end) + " at " + percent(goal.speed);
  // Some passes at each step, a breath between them.
  const double steps = 1 + (goal.target - goal.speed) / std::max(0.01, best.song->ladder.step);
  const double a_pass = (best.end - best.start) / goal.speed + 2;
  double minutes = std::max(best.passes, steps * best.song->ladder.passes) * a_pass / 60;
  const double left = aim - load.today;
  if (left < 5) {
    minutes = std::min(minutes, 5.0);
    best.because(0.005, "the day's " + std::to_string(static_cast<long>(aim + 0.5)) +
                            " minutes are nearly done");
  } else {
    minutes = std::min(minutes, left);
  }
  goal.minutes = static_cast<int>(std::clamp(std::ceil(minutes), 3.0, 15.0));
  std::stable_sort(best.reasons.begin(), best.reasons.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  for (auto& [by, text] : best.reasons) goal.reasons.push_back(std::move(text));
  return goal;
}

}  // namespace tutti::practice
