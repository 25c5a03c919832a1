#include "server/jobs/queue.h"

#include <chrono>
#include <utility>
#include <vector>

#include "native/files/audio_writer.h"
#include "native/files/sha256.h"
#include "native/files/soundfonts.h"
#include "server/jobs/tasks.h"
#include "server/store/clock.h"

namespace tutti::jobs {
namespace {

constexpr auto kLook = std::chrono::milliseconds(25);
// Part of what makes work equal: raised when the same input would give something else.
constexpr std::string_view kVersion = "tutti-jobs-2|";

Result<void> check_format(const JobRequest& request) {
  if (is_practice(request.kind))
    return Error{Code::unsupported, "Songs of the Practice room are not sent here.",
                 "Use POST /api/process."};
  if (request.kind == Kind::compose &&
      (request.format == "mid" || request.format == "tutti" || request.format == "zip"))
    return {};
  if (request.kind == Kind::transcribe || files::audio_format_named(request.format)) return {};
  const bool song = request.kind == Kind::render || request.kind == Kind::convert;
  if (song && (request.format == "mid" || request.format == "tutti" || request.format == "maa"))
    return {};
  return Error{Code::unsupported, "Nothing here makes the format \"" + request.format + "\".",
               "Choose wav16, wav24, wav32f, flac, mp3, ogg, opus, mid, tutti or maa."};
}

}  // namespace

bool is_over(const store::JobRow& job) {
  return job.state == "succeeded" || job.state == "failed" || job.state == "cancelled";
}

Queue::Queue(store::Store& store, std::function<void()> nudge)
    : store_(store), nudge_(std::move(nudge)), thread_([this] { loop(); }) {}

Queue::~Queue() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

Result<store::JobRow> Queue::submit(const JobRequest& request) {
  if (auto done = check_format(request); !done) return done.error();
  if (auto found = store_.blobs().info(request.input); !found) return found.error();
  std::string same = std::string(kVersion) + to_text(request);
  if (plays_songs(request)) {
    auto font = files::choose_soundfont(request.soundfont);
    if (font) {
      same += "|" + font->path + "|" + std::to_string(font->bytes);
    } else if (request.kind == Kind::render) {
      return font.error();
    }
  }
  if (request.kind == Kind::compose && !request.soundfont.empty()) {
    auto font = files::choose_soundfont(request.soundfont);
    if (!font) return font.error();
    same += "|" + font->path + "|" + std::to_string(font->bytes);
  }
  // A project is somebody's own: nobody is given the one of an earlier wish.
  if (makes_project(request)) same += "|" + store::random_name();
  store::JobRow job;
  job.kind = name_of(request.kind);
  job.request = to_text(request);
  job.same = files::sha256(std::as_bytes(std::span(same))).hex();
  job.state = "queued";
  job.sentence = "Waiting for its turn";
  auto earlier = store_.job_like(job.same);
  if (!earlier) return earlier.error();
  if (*earlier) {
    job.state = "succeeded";
    job.progress = 1;
    job.sentence = "Done.";
    job.result = (*earlier)->result;
    return store_.add_job(job);
  }
  auto added = store_.add_job(job);
  if (added && nudge_) nudge_();
  return added;
}

Result<store::JobRow> Queue::get(const std::string& id) {
  return store_.job(id);
}

Result<store::JobRow> Queue::cancel(const std::string& id) {
  return store_.cancel_job(id);
}

std::uint64_t Queue::watch(const std::string& id, Watcher watcher) {
  std::lock_guard lock(mutex_);
  const std::uint64_t token = next_token_++;
  watches_.emplace(token, Watch{id, std::move(watcher), -1});
  fresh_ = true;
  wake_.notify_all();
  return token;
}

void Queue::unwatch(std::uint64_t token) {
  std::unique_lock lock(mutex_);
  watches_.erase(token);
  if (std::this_thread::get_id() != thread_.get_id())
    told_.wait(lock, [&] { return telling_ != token; });
}

void Queue::loop() {
  std::int64_t seen = -1;
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    if (watches_.empty()) {
      wake_.wait(lock, [this] { return stopping_ || !watches_.empty(); });
      continue;
    }
    const bool fresh = std::exchange(fresh_, false);
    lock.unlock();
    auto version = store_.data_version();
    const bool look_now = fresh || !version || *version != seen;
    if (version) seen = *version;
    if (look_now) look();
    lock.lock();
    if (!fresh_) wake_.wait_for(lock, kLook, [this] { return stopping_ || fresh_; });
  }
}

void Queue::look() {
  std::vector<std::pair<std::uint64_t, std::string>> wanted;
  {
    std::lock_guard lock(mutex_);
    for (const auto& [token, watch] : watches_) wanted.emplace_back(token, watch.id);
  }
  for (const auto& [token, id] : wanted) {
    auto job = store_.job(id);
    store::JobRow row;
    if (job) {
      row = *job;
    } else {
      row.id = id;
      row.state = "failed";
      row.sentence = job.error().message;
      row.error = error_to_text(job.error());
    }
    Watcher watcher;
    {
      std::lock_guard lock(mutex_);
      const auto found = watches_.find(token);
      if (found == watches_.end() || (job && found->second.change == row.change)) continue;
      found->second.change = row.change;
      watcher = found->second.watcher;
      if (is_over(row)) watches_.erase(found);
      telling_ = token;
    }
    watcher(row);
    std::lock_guard lock(mutex_);
    telling_ = 0;
    told_.notify_all();
  }
}

}  // namespace tutti::jobs
