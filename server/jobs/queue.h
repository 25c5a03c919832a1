// The server's side of the queue: asks for work, watches it, stops it.
//
// Work that was done before with the same input and settings is answered at once with its result.
// Watching costs a look at SQLite's change number every 25 ms while somebody watches, nothing
// otherwise. Thread-safe.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>

#include "engine/base/result.h"
#include "server/jobs/request.h"
#include "server/store/store.h"

namespace tutti::jobs {

bool is_over(const store::JobRow&);  // succeeded, failed or cancelled

class Queue {
 public:
  // `nudge` is called, on the caller's thread, when there is new work.
  Queue(store::Store&, std::function<void()> nudge);
  ~Queue();

  // bad_input, unsupported (format), not_found (blob), missing_part (SoundFont), io.
  Result<store::JobRow> submit(const JobRequest&);
  Result<store::JobRow> get(const std::string& id);
  Result<store::JobRow> cancel(const std::string& id);

  // Calls `watcher` with the job's present state and then with each change, on the queue's thread,
  // until it is over or unwatch() is called. After unwatch() returned it is not called again,
  // unless unwatch() is called from the watcher itself.
  using Watcher = std::function<void(const store::JobRow&)>;
  std::uint64_t watch(const std::string& id, Watcher watcher);
  void unwatch(std::uint64_t token);

 private:
  struct Watch {
    std::string id;
    Watcher watcher;
    std::int64_t change = -1;
  };
  void loop();
  void look();

  store::Store& store_;
  std::function<void()> nudge_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::condition_variable told_;
  std::map<std::uint64_t, Watch> watches_;
  std::uint64_t next_token_ = 1;
  std::uint64_t telling_ = 0;
  bool fresh_ = false;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace tutti::jobs
