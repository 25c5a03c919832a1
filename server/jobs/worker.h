// A worker: leases one job after another and runs each in a confined child.
//
// One thread, so that forking is safe. A worker that dies loses its lease: its child dies with it,
// and the job is done by another worker. A job whose workers died three times fails; a song that is
// taken apart is tried twice, also when the system ended the work for want of memory, the second
// time with one thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>

#include "engine/base/result.h"
#include "server/jobs/confine.h"
#include "server/jobs/request.h"
#include "server/jobs/stems_cache.h"
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
  std::int64_t stems_limit = kStemsLimit;  // bytes of the stems' cache
  int cores = 0;                           // of this machine, to be used by separations; 0: all
  // Told what happened, for the log: a name, the job's id, and words.
  std::function<void(const char* event, const std::string& job, const std::string& text)> log;
};

// Returns when `stop` is set (what runs goes back to the queue) or the supervisor is gone.
Result<void> run_worker(store::Store&, const WorkerOptions&, const std::atomic<bool>& stop);

}  // namespace tutti::jobs
