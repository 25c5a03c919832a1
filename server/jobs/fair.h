// Who is next where persons take turns: the queue's order without running it.
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "server/store/job_row.h"

namespace tutti::jobs {

// The place of a job among those that wait (given oldest first): 1 is next, 0 where it is not among
// them. One of each person a round, whoever's turn is longest ago first (store::lease_job).
inline int place_in_queue(const std::vector<store::WaitingJob>& waiting, const std::string& id) {
  struct Person {
    std::int64_t turn = 0;
    std::size_t first = 0;  // place of their oldest
    int jobs = 0;
  };
  std::map<std::string, Person> persons;
  const store::WaitingJob* asked = nullptr;
  int round = 0;  // of the person's own jobs, those before it
  for (std::size_t i = 0; i < waiting.size(); ++i) {
    auto [at, fresh] = persons.try_emplace(waiting[i].person);
    if (fresh) at->second = {waiting[i].turn, i, 0};
    if (waiting[i].id == id) asked = &waiting[i], round = at->second.jobs;
    ++at->second.jobs;
  }
  if (!asked) return 0;
  const Person& own = persons[asked->person];
  int before = round;
  for (const auto& [name, other] : persons) {
    if (name == asked->person) continue;
    const bool first = std::pair(other.turn, other.first) < std::pair(own.turn, own.first);
    before += std::min(other.jobs, round + (first ? 1 : 0));
  }
  return before + 1;
}

}  // namespace tutti::jobs
