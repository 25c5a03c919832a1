// What the Practice room's routes share: who asks, and the library's rows as the history that
// engine/practice judges.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "engine/practice/coach.h"
#include "engine/practice/history.h"
#include "engine/practice/streak.h"
#include "server/api/practice_types.h"
#include "server/api/routes.h"
#include "server/store/practice_table.h"

namespace tutti::api {

inline constexpr std::size_t kMostLoops = 500;         // of a song, of a session
inline constexpr std::size_t kMostPageText = 100'000;  // bytes of what the page keeps for itself

// The person of the query, or of the body where it names one. bad_input by field.
Result<std::string> person_of(const Call&, const std::string& in_body = {});
Result<std::string> checked_person(const std::string& person);

// Now, at the zone of the query; else at that of the person's settings; else in UTC.
Result<practice::Moment> now_for(store::PracticeTable&, const Call&, const std::string& person);

// The person's settings, empty where there are none. What is damaged counts as none.
PracticeSettings settings_of(store::PracticeTable&, const std::string& person);
SongPractice song_practice_of(store::PracticeTable&, const std::string& song,
                              const std::string& person);

std::vector<SessionLoop> loops_of(const store::SessionRow&);
SessionInfo session_info(const store::SessionRow&);
// Rows in order of time; zones that are not known any more count as UTC.
std::vector<practice::Sitting> sittings_of(std::span<const store::SessionRow>);
std::vector<practice::PracticeDay> days_of(std::span<const store::DayRow>);
StreakInfo streak_info(const practice::Streak&);
practice::SpeedLadder ladder_of(const std::optional<Ladder>&);

// GET /api/coach.
Result<GoalInfo> goal_for(store::Store&, const Call&);

// The parts of add_practice_routes().
void add_session_routes(Table&, const Services&);
void add_practice_export(Table&, const Services&);

// bad_input by field where it is out of its bounds.
Result<void> check_ladder(const Ladder&, const std::string& field);
Result<void> check_page(const std::optional<boost::json::object>&, const std::string& field);

}  // namespace tutti::api
