// Keeps worker processes alive: starts them, wakes them, starts them again when they die.
//
// A worker that died gives its job back at once, and a new one takes its place after a pause that
// doubles (0.05 to 0.5 s) while workers keep dying young. Thread-safe; one thread of its own.
// Workers notice by the end of their standard input that the supervisor is gone.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "server/store/store.h"

namespace tutti::jobs {

struct SupervisorOptions {
  // The worker's command; "--name NAME" is added. Its standard input is a pipe, its errors are
  // ours.
  std::vector<std::string> command;
  int workers = 2;
  std::function<void(const std::string& sentence)> log;
};

class Supervisor {
 public:
  Supervisor(store::Store&, SupervisorOptions);
  ~Supervisor();  // asks the workers to stop (their jobs go back to the queue), waits for them

  void nudge();                      // there is work
  std::vector<int> workers() const;  // process ids of those alive

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tutti::jobs
