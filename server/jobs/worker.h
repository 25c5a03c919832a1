// A worker: leases one job after another and runs each in a confined child.
//
// One thread, so that forking is safe. A worker that dies loses its lease: its child dies with it,
// and the job is done by another worker. A job whose workers died three times fails.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>

#include "engine/base/result.h"
#include "server/jobs/confine.h"
#include "server/jobs/request.h"
#include "server/store/store.h"

namespace tutti::jobs {

struct WorkerOptions {
  std::string name;         // unique among workers; made up when empty
  bool supervised = false;  // standard input is the supervisor: a byte means "look now", its
                            // end means "finish what you do and leave"
  std::int64_t lease_milliseconds = 5000;
  int idle_milliseconds = 100;  // between looks at the queue, when not supervised
  int wall_seconds = 1800;      // of one job
  Limits limits;
  // Told what happened, for the log: a name, the job's id, and words.
  std::function<void(const char* event, const std::string& job, const std::string& text)> log;
};

// Returns when `stop` is set (what runs goes back to the queue) or the supervisor is gone.
Result<void> run_worker(store::Store&, const WorkerOptions&, const std::atomic<bool>& stop);

}  // namespace tutti::jobs
