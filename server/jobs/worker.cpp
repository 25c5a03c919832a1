#include "server/jobs/worker.h"

#include <cstdio>
#include <optional>
#include <poll.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include "engine/base/json.h"
#include "native/files/atomic_write.h"
#include "native/files/soundfonts.h"
#include "server/jobs/keep_project.h"
#include "server/jobs/practice_files.h"
#include "server/jobs/tasks.h"
#include "server/store/clock.h"

namespace tutti::jobs {
namespace {

constexpr int kMostAttempts = 3;
constexpr int kMostSeparations = 2;
// Separations share the machine: some at once, each on this many cores.
constexpr int kCoresEach = 4;
constexpr std::int64_t kBeatMilliseconds = 1000;
constexpr std::int64_t kProgressMilliseconds = 80;
constexpr int kLongSong = 4 * 3600;  // seconds of computing: hours of music with the best model
constexpr std::int64_t kLargestResult = 2'000'000'000;
// Hours of music, or all its voices, in full quality.
constexpr std::int64_t kLargestMusic = 9'000'000'000;

// The child's report with the names of the stems, which only we know for sure.
std::string with_stems(const std::string& told, const std::vector<std::string>& names) {
  auto report = parse_json(told);
  if (!report || !report->if_object()) return {};
  json::array list;
  for (const std::string& name : names) list.emplace_back(json::string_view(name));
  if (!list.empty()) report->get_object()["stems"] = std::move(list);
  return write_json(*report);
}

std::int64_t largest(const JobRequest& request) {
  return request.kind == Kind::compose || is_practice(request.kind) ? kLargestMusic
                                                                    : kLargestResult;
}

int most_attempts(const std::string& kind) {
  return kind == name_of(Kind::separate) ? kMostSeparations : kMostAttempts;
}

Error never_done(const store::JobRow& job) {
  if (job.kind == name_of(Kind::separate))
    return {Code::too_large,
            "Taking this song apart was begun twice and ended by the system both times, which "
            "mostly means that memory ran short.",
            "Close other programs, choose the model instant or classical, or send a shorter song."};
  return {Code::internal, "The work was begun three times and never came to its end.",
          "Look into the server's log; the machine may be short of memory."};
}

class Worker {
 public:
  Worker(store::Store& store, const WorkerOptions& options, const std::atomic<bool>& stop)
      : store_(store),
        options_(options),
        stop_(stop),
        stems_(store, options.stems_limit),
        cores_(options.cores > 0
                   ? options.cores
                   : std::max(1, static_cast<int>(std::thread::hardware_concurrency()))) {
    heavy_ = {std::string(name_of(Kind::separate)), std::max(1, cores_ / kCoresEach)};
    name_ = options.name.empty() ? "hand-" + store::random_name() : options.name;
  }

  Result<void> run() {
    while (!stop_ && !leaving_) {
      auto job = store_.lease_job(name_, options_.lease_milliseconds, heavy_);
      if (!job) {
        log("queue", "", job.error().message);
        listen(-1, 500);
      } else if (*job) {
        one(**job);
      } else {
        listen(-1, options_.supervised ? 500 : options_.idle_milliseconds);
      }
    }
    return {};
  }

 private:
  void log(const char* event, const std::string& job, const std::string& text) {
    if (options_.log) options_.log(event, job, text);
  }

  // Waits for the child's pipe, the supervisor or the time.
  void listen(int fd, int milliseconds) {
    pollfd both[2] = {{fd, POLLIN, 0}, {options_.supervised && !leaving_ ? 0 : -1, POLLIN, 0}};
    if (poll(both, 2, milliseconds) <= 0) return;
    if (both[1].revents != 0) {
      char bytes[256];
      if (::read(0, bytes, sizeof bytes) == 0) leaving_ = true;
    }
  }

  void fail(const store::JobRow& job, const Error& error) {
    log("failed", job.id, error.message);
    finish(job, error.code == Code::cancelled ? "cancelled" : "failed", "", error_to_text(error),
           error.code == Code::cancelled ? "Cancelled." : error.message);
  }

  void finish(const store::JobRow& job, const char* state, const std::string& result,
              const std::string& error, const std::string& sentence) {
    auto ended = store_.end_job(job.id, name_, state, result, error, sentence);
    if (!ended) log("queue", job.id, ended.error().message);
  }

  void one(const store::JobRow& job) {
    if (job.cancel) return finish(job, "cancelled", "", "", "Cancelled.");
    if (job.attempts > most_attempts(job.kind)) return fail(job, never_done(job));
    auto request = request_from_text(job.request);
    if (!request) return fail(job, request.error());
    log("started", job.id, job.kind);

    TaskFiles task;
    std::vector<store::BlobWriter> results;
    PracticeFiles practice(store_, stems_);
    Result<void> opened = open_all(*request, task, results);
    if (opened && is_practice(request->kind)) opened = practice.open(*request, task);
    Result<std::string> outcome = opened ? Result<std::string>(std::string()) : opened.error();
    std::optional<Child> child;
    if (opened) {
      Limits limits = options_.limits;
      limits.file_bytes =
          std::max(limits.file_bytes, static_cast<std::uint64_t>(largest(*request)));
      if (request->kind == Kind::separate) {
        task.threads = job.attempts > 1 ? 1 : cores_ / heavy_.most;
        limits.threads = task.threads > 1;
        limits.cpu_seconds = std::max(limits.cpu_seconds, kLongSong * task.threads);
        // Stacks and heaps of threads are address space that is mostly never touched.
        limits.memory_bytes += static_cast<std::uint64_t>(task.threads) << 28;
      }
      auto started = Child::start(work_for(*request, task), limits);
      if (started) {
        child.emplace(std::move(*started));
      } else {
        outcome = started.error();
      }
    }
    bool ours = true;
    double cpu_seconds = 0;
    if (child) outcome = watch(job, *child, ours, cpu_seconds);
    ::close(task.input);
    for (const auto& [name, fd] : task.clips) ::close(fd);
    for (const int fd : task.scratch) ::close(fd);
    if (!ours) return;  // cancelled and answered, given back, or another worker's by now
    if (!outcome && retry_ && job.kind == name_of(Kind::separate) &&
        job.attempts < kMostSeparations) {
      log("retried", job.id, outcome.error().message);
      (void)store_.beat_job(job.id, name_, options_.lease_milliseconds, 0,
                            "The system ended the work; it is tried once more");
      (void)store_.release_jobs(name_);
      return;
    }
    if (!outcome)
      return fail(
          job, retry_ && job.kind == name_of(Kind::separate) ? never_done(job) : outcome.error());
    if (is_practice(request->kind)) {
      if (auto kept = practice.keep(job, *request, *outcome); !kept) return fail(job, kept.error());
      return done(job, made_to_text({}), cpu_seconds);
    }
    keep_results(job, *request, results, *outcome, cpu_seconds);
  }

  Result<void> open_all(const JobRequest& request, TaskFiles& task,
                        std::vector<store::BlobWriter>& results) {
    auto input = store_.blobs().open_blob(request.input);
    if (!input) return input.error();
    task.input = *input;
    for (const std::string& clip : request.clips)
      if (auto fd = store_.blobs().open_blob(clip)) task.clips.emplace_back(clip, *fd);
    for (std::size_t i = 0; i < formats_made(request).size(); ++i) {
      auto writer = store_.blobs().create(largest(request));
      if (!writer) return writer.error();
      task.outputs.push_back(writer->fd());
      results.push_back(std::move(*writer));
    }
    for (std::size_t i = 0; i < scratch_wanted(request); ++i)
      if (const int fd = files::scratch_file(); fd >= 0) task.scratch.push_back(fd);
    return {};
  }

  Result<std::string> watch(const store::JobRow& job, Child& child, bool& ours,
                            double& cpu_seconds) {
    const std::int64_t began = store::boot_milliseconds();
    const std::int64_t longest =
        1000ll * (job.kind == name_of(Kind::separate) ? std::max(options_.wall_seconds, kLongSong)
                                                      : options_.wall_seconds);
    std::int64_t beaten = 0;
    retry_ = false;
    double told = 0;
    std::string said;
    for (;;) {
      const ChildNews news = child.news();
      const std::int64_t now = store::boot_milliseconds();
      if (news.ended) {
        cpu_seconds = news.cpu_seconds;
        retry_ = news.short_of_memory;
        return news.result;
      }
      if (stop_) {
        child.kill();
        ours = false;
        (void)store_.release_jobs(name_, true);
        return std::string();
      }
      if (now - began > longest) {
        child.kill();
        return Error{Code::too_large, "This took longer than one piece of work may.",
                     "Send a shorter file."};
      }
      const bool fresh = news.progress != told || news.sentence != said;
      if (now - beaten >= (fresh ? kProgressMilliseconds : kBeatMilliseconds)) {
        auto go_on = store_.beat_job(job.id, name_, options_.lease_milliseconds, news.progress,
                                     news.sentence);
        beaten = now;
        told = news.progress;
        said = news.sentence;
        if (go_on && !*go_on) {
          child.kill();
          ours = false;
          // Still ours when it was cancelled; nothing happens when the lease was lost.
          finish(job, "cancelled", "", "", "Cancelled.");
          log("cancelled", job.id, "");
          return std::string();
        }
      }
      listen(child.fd(), 50);
    }
  }

  void keep_results(const store::JobRow& job, const JobRequest& request,
                    std::vector<store::BlobWriter>& results, const std::string& told,
                    double cpu_seconds) {
    const auto formats = formats_made(request);
    std::vector<Made> made;
    for (std::size_t i = 0; i < results.size(); ++i) {
      auto kept = store_.blobs().adopt(std::move(results[i]));
      if (!kept) return fail(job, kept.error());
      const std::string name = (request.name.empty() ? std::string("tutti") : request.name);
      const std::size_t plain = formats.size() - request.stems.size();
      const std::string stem = i < plain ? std::string() : " - " + request.stem_names[i - plain];
      made.push_back({formats[i], kept->sha256, kept->size, media_type_of(formats[i]),
                      name + stem + ending_of(formats[i])});
    }
    std::string report = with_stems(told, request.stem_names);
    if (makes_project(request)) {
      auto project = keep_project(store_, job.id, request, made);
      if (!project) return fail(job, project.error());
      report = with_project(report, *project);
    }
    done(job, made_to_text(made, report), cpu_seconds);
  }

  void done(const store::JobRow& job, const std::string& result, double cpu_seconds) {
    char text[64];
    std::snprintf(text, sizeof text, "%.2f s of processor", cpu_seconds);
    finish(job, "succeeded", result, "", "Done.");
    log("succeeded", job.id, text);
  }

  store::Store& store_;
  const WorkerOptions& options_;
  const std::atomic<bool>& stop_;
  StemsCache stems_;
  int cores_;
  store::HeavyWork heavy_;
  std::string name_;
  bool leaving_ = false;
  bool retry_ = false;  // the child that ended last was ended by the system
};

}  // namespace

Result<void> run_worker(store::Store& store, const WorkerOptions& options,
                        const std::atomic<bool>& stop) {
  return Worker(store, options, stop).run();
}

}  // namespace tutti::jobs
