// A child process that may compute and nothing else: where strangers' files meet decoders.
//
// The child is forked (never exec'd), so the caller must have one thread only. Before the work
// starts it gets its own process group and session, dies with its parent, loses root if it had it,
// moves into empty namespaces where the system allows (no network, an empty file system), takes
// resource limits, keeps only the descriptors named, and finally loads a system-call filter
// (libseccomp): reading, writing and seeking on what is open, memory without execution, clocks. No
// open, socket, fork, exec, ptrace, kill, ioctl; these answer EPERM. Work that asks for it may
// start threads, which share the process and all its bounds; a process of its own it may not. What
// the system cannot do of the namespaces is done without; if the filter cannot be loaded the work
// does not start.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <sys/types.h>
#include <vector>

#include "engine/base/progress.h"
#include "engine/base/result.h"

namespace tutti::jobs {

struct Limits {
  std::uint64_t memory_bytes = 3ull << 30;  // of address space, beyond what the worker has already
  int cpu_seconds = 900;
  std::uint64_t file_bytes = 2'000'000'000;
  int niceness = 5;
  bool threads = false;  // the work may start some
};

struct ChildWork {
  // Before confinement: open what is needed and load libraries.
  std::function<Result<void>()> prepare;
  // Confined. The text of a success is handed to the parent (under 32 KiB).
  std::function<Result<std::string>(const Progress&)> work;
  std::vector<int> keep;  // descriptors the child may use
};

// What came out of the pipe and of the process so far.
struct ChildNews {
  double progress = 0;
  std::string sentence;
  bool ended = false;
  Result<std::string> result = std::string();  // when ended
  // Ended by the system or for want of memory rather than by its own answer: another try may do.
  bool short_of_memory = false;
  double cpu_seconds = 0;  // when ended
};

class Child {
 public:
  static Result<Child> start(const ChildWork&, const Limits&);
  Child(Child&&) noexcept;
  Child& operator=(Child&&) noexcept;
  ~Child();  // kills what still runs

  int fd() const { return pipe_; }  // readable when there is news
  pid_t pid() const { return pid_; }
  ChildNews news();  // reads what is there; does not wait
  void kill();       // the whole group, and waits for its end

 private:
  Child(pid_t pid, int pipe) : pid_(pid), pipe_(pipe) {}
  void take_line(const std::string& line);
  void reap(int status, double cpu_seconds);
  pid_t pid_ = -1;
  int pipe_ = -1;
  std::string partial_;
  ChildNews news_;
  bool told_ = false;
};

// Only what the child itself does after fork, for tests that try to break out. Does not return if
// the filter cannot be loaded.
void confine_this_process(const Limits&, const std::vector<int>& keep);

}  // namespace tutti::jobs
