// One job as the library keeps it.
#pragma once

#include <cstdint>
#include <string>

namespace tutti::store {

struct JobRow {
  std::string id;
  std::string kind;
  std::string same;     // hash of kind, input and settings: equal for equal work
  std::string request;  // JSON, opaque here
  std::string state;    // queued, running, succeeded, failed, cancelled
  double progress = 0;  // 0 … 1
  std::string sentence;
  int attempts = 0;          // how often a worker took it
  std::string owner;         // the worker that holds it
  bool cancel = false;       // asked to stop
  std::string result;        // JSON, when succeeded
  std::string error;         // JSON, when failed
  std::int64_t created = 0;  // milliseconds since 1970, UTC
  std::int64_t updated = 0;
  std::int64_t change = 0;  // rises with every change of any job
  std::string person;  // on whose behalf; those who wait take turns. Empty: nobody's in particular
  std::int64_t started = 0;  // the change with which a worker took it last; 0: never
};

// A job that waits, as its place in the queue is worked out.
struct WaitingJob {
  std::string id;
  std::string person;
  std::int64_t turn =
      0;  // when a worker last took something for this person, as a change; 0: never
};

// Work of a kind that takes so much of the machine that only some of it runs at once.
struct HeavyWork {
  std::string kind;  // empty: none
  int most = 1;
};

}  // namespace tutti::store
