#include "server/jobs/stems.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <unistd.h>

#include "engine/base/json.h"
#include "server/jobs/fair.h"
#include "server/jobs/practice_files.h"
#include "server/jobs/queue.h"
#include "server/store/clock.h"

namespace tutti::jobs {
namespace {

constexpr auto kLook = std::chrono::milliseconds(100);
constexpr std::int64_t kSeparatorsStay = 1000;  // ms

Error not_here() {
  return {Code::not_found, "These stems are not here, or not any more.",
          "Have the song taken apart again (POST /api/process)."};
}

// What is worth telling; equal texts are told once.
std::string summary(const StemsState& state) {
  return state.state + "|" + std::to_string(std::lround(state.progress * 1000)) + "|" +
         state.sentence + "|" + std::to_string(state.position) + "|" +
         std::to_string(std::lround(state.ready_seconds * 10)) + "|" + std::to_string(state.frames);
}

bool over(const StemsState& state) {
  return state.state == "ready" || state.state == "failed" || state.state == "cancelled";
}

}  // namespace

Stems::Stems(store::Store& store, std::function<void()> nudge, std::int64_t limit)
    : store_(store), table_(store), cache_(store, limit), nudge_(std::move(nudge)), thread_([this] {
        loop();
      }) {
  cache_.sweep();
  (void)cache_.make_room("");
}

Stems::~Stems() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

std::vector<separation::SeparatorInfo> Stems::separators() {
  std::lock_guard lock(small_);
  const std::int64_t now = store::boot_milliseconds();
  if (now - separators_at_ > kSeparatorsStay) {
    separators_ = separation::separators();
    separators_at_ = now;
  }
  return separators_;
}

Result<StemsState> Stems::process(const std::string& blob, const std::string& model,
                                  const std::string& name, const std::string& person) {
  const auto known = separators();
  const auto info = std::find_if(known.begin(), known.end(),
                                 [&](const auto& separator) { return separator.id == model; });
  if (info == known.end()) {
    std::string all;
    for (const auto& separator : known) all += (all.empty() ? "" : ", ") + separator.id;
    return Error{Code::wrong_usage, "There is no separator \"" + model.substr(0, 40) + "\".",
                 "Choose one of: " + all + "."};
  }
  if (!info->installed)
    return Error{Code::missing_part, info->name + " is not installed here.", info->how_to_get};
  if (auto there = store_.blobs().info(blob); !there) return there.error();

  std::lock_guard lock(asking_);
  const std::string id = StemsCache::id_of(blob, model, info->version);
  auto row = table_.stems(id);
  if (!row) return row.error();
  if (*row && (*row)->state == "ready" && cache_.has(id)) {
    table_.touch_stems(id);
    auto state = of_row(**row);
    if (state) state->cached = true;
    return state;
  }
  auto begun = begin(id, blob, *info, name, person);
  if (!begun) return begun.error();
  wanted_[id].insert(person);
  return of_row(*begun);
}

Result<store::StemsRow> Stems::begin(const std::string& id, const std::string& blob,
                                     const separation::SeparatorInfo& separator,
                                     const std::string& name, const std::string& person) {
  JobRequest request;
  request.kind = Kind::separate;
  request.input = blob;
  request.model = separator.id;
  request.version = separator.version;
  request.stems_id = id;
  request.name = name;
  store::JobRow job;
  job.same = same_text(request);
  auto earlier = store_.job_under_way(job.same);
  if (!earlier) return earlier.error();
  store::StemsRow row;
  row.id = id;
  row.blob = blob;
  row.model = separator.id;
  row.version = separator.version;
  row.state = "queued";
  row.job = *earlier ? (*earlier)->id : store::random_name();
  if (*earlier) {
    auto present = table_.stems(id);
    if (present && *present && (*present)->job == row.job) return **present;
  }
  wanted_.erase(id);
  // The row before the job, so that a worker which is quick finds it.
  if (auto put = table_.put_stems(row); !put) return put.error();
  if (*earlier) return row;
  job.id = row.job;
  job.kind = name_of(request.kind);
  job.request = to_text(request);
  job.state = "queued";
  job.sentence = "Waiting for its turn";
  job.person = person;
  auto added = store_.add_job(job);
  if (!added) {
    (void)table_.remove_stems(id);
    return added.error();
  }
  if (nudge_) nudge_();
  return row;
}

Result<StemsState> Stems::state(const std::string& id) {
  auto row = table_.stems(id);
  if (!row) return row.error();
  if (!*row) return not_here();
  return of_row(**row);
}

Result<StemsState> Stems::of_row(const store::StemsRow& row) {
  StemsState state;
  state.id = row.id;
  state.blob = row.blob;
  state.model = row.model;
  state.job = row.job;
  if (row.state == "ready") {
    if (!cache_.has(row.id)) {
      // Somebody else took the files away; a worker may be about to put new ones there.
      (void)table_.remove_stems(row.id);
      return not_here();
    }
    state.state = "ready";
    state.progress = 1;
    state.sentence = "Done.";
    state.rate = static_cast<int>(row.rate);
    state.frames = row.frames;
    state.took = row.took;
    if (row.rate > 0) state.ready_seconds = static_cast<double>(row.frames) / row.rate;
    return state;
  }
  auto job = store_.job(row.job);
  if (!job) return job.error();
  if (job->state == "succeeded") {
    auto now = table_.stems(row.id);
    if (now && *now && (*now)->state == "ready") return of_row(**now);
    return not_here();
  }
  state.state = job->state;
  state.progress = job->progress;
  state.sentence = job->sentence;
  if (job->state == "failed") state.problem = error_from_text(job->error);
  if (job->state == "queued") {
    auto waiting = store_.waiting_jobs(std::string(name_of(Kind::separate)));
    if (!waiting) return waiting.error();
    state.position = place_in_queue(*waiting, row.job);
  }
  if (job->state != "running") return state;
  if (const auto about = cache_.about(row.id); about && about->rate > 0) {
    state.rate = about->rate;
    state.frames = about->frames > 0 ? about->frames : std::llround(about->seconds * about->rate);
    // Conversion to another rate hears a little ahead.
    const std::int64_t ready = std::max<std::int64_t>(0, cache_.ready_frames(row.id) - 512);
    state.ready_seconds = static_cast<double>(ready) / about->rate;
  }
  return state;
}

Result<StemsState> Stems::cancel(const std::string& id, const std::string& person) {
  std::lock_guard lock(asking_);
  auto now = state(id);
  if (!now || over(*now)) return now;
  auto& others = wanted_[id];
  others.erase(person);
  if (!others.empty()) return now;
  wanted_.erase(id);
  if (auto done = store_.cancel_job(now->job); !done) return done.error();
  return state(id);
}

Result<StemsState> Stems::remove(const std::string& id, const std::string& person) {
  auto now = cancel(id, person);
  if (!now || now->state != "ready") return now;
  std::lock_guard lock(asking_);
  if (auto done = cache_.drop(id); !done) return done.error();
  now->state = "cancelled";
  now->sentence = "Dropped.";
  now->progress = now->ready_seconds = 0;
  return now;
}

Result<Stems::FileWish> Stems::file(const std::string& id, const std::string& stem,
                                    const std::string& format, const std::string& title,
                                    const std::string& person) {
  std::string_view name = stem;
  if (name.starts_with("without-")) name.remove_prefix(8);
  if (std::find(separate::kStemNames.begin(), separate::kStemNames.end(), name) ==
      separate::kStemNames.end())
    return Error{Code::not_found, "There is no stem \"" + stem.substr(0, 40) + "\".",
                 "There are drums, bass, other and vocals, and each with without- before it."};
  auto now = state(id);
  if (!now) return now.error();
  if (now->state != "ready")
    return Error{Code::conflict, "These stems are not ready.",
                 "Ask again when GET /api/stems/{id} says ready."};
  table_.touch_stems(id);
  FileWish wish;
  wish.path = cache_.path(id, stem + ending_of(format));
  if (::access(wish.path.c_str(), R_OK) == 0) return wish;
  JobRequest request;
  request.kind = Kind::stem_file;
  request.input = now->blob;
  request.stems_id = id;
  request.stem = stem;
  request.format = format;
  request.name = title;
  auto job = add_once(store_, request, person);
  if (!job) return job.error();
  if (nudge_) nudge_();
  wish.job = job->id;
  return wish;
}

Result<StemsCounts> Stems::counts() {
  StemsCounts counts;
  counts.limit = cache_.limit();
  auto total = table_.stems_total();
  if (!total) return total.error();
  counts.entries = total->entries;
  counts.bytes = total->bytes;
  auto made = store_.count_jobs(std::string(name_of(Kind::separate)), "succeeded");
  if (!made) return made.error();
  auto failed = store_.count_jobs(std::string(name_of(Kind::separate)), "failed");
  if (!failed) return failed.error();
  counts.made = *made;
  counts.failed = *failed;
  auto rows = table_.all_stems();
  if (!rows) return rows.error();
  for (const store::StemsRow& row : *rows) counts.seconds += row.took;
  return counts;
}

std::uint64_t Stems::watch(const std::string& id, Watcher watcher) {
  std::lock_guard lock(mutex_);
  const std::uint64_t token = next_token_++;
  watches_.emplace(token, Watch{id, std::move(watcher), {}});
  wake_.notify_all();
  return token;
}

void Stems::unwatch(std::uint64_t token) {
  std::unique_lock lock(mutex_);
  watches_.erase(token);
  if (std::this_thread::get_id() != thread_.get_id())
    told_.wait(lock, [&] { return telling_ != token; });
}

void Stems::loop() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    if (watches_.empty()) {
      wake_.wait(lock, [this] { return stopping_ || !watches_.empty(); });
      continue;
    }
    lock.unlock();
    look();
    lock.lock();
    // Whoever comes new is told at once.
    wake_.wait_for(lock, kLook, [this] {
      return stopping_ || std::any_of(watches_.begin(), watches_.end(),
                                      [](const auto& watch) { return watch.second.told.empty(); });
    });
  }
}

void Stems::look() {
  std::vector<std::pair<std::uint64_t, std::string>> wanted;
  {
    std::lock_guard lock(mutex_);
    for (const auto& [token, watch] : watches_) wanted.emplace_back(token, watch.id);
  }
  std::map<std::string, StemsState> states;
  for (const auto& [token, id] : wanted) {
    if (!states.contains(id)) {
      auto now = state(id);
      StemsState gone;
      gone.id = id;
      gone.state = "failed";
      if (!now) gone.problem = now.error(), gone.sentence = now.error().message;
      states.emplace(id, now ? *now : gone);
    }
    const StemsState& now = states.at(id);
    const std::string text = summary(now);
    Watcher watcher;
    {
      std::lock_guard lock(mutex_);
      const auto found = watches_.find(token);
      if (found == watches_.end() || found->second.told == text) continue;
      found->second.told = text;
      watcher = found->second.watcher;
      if (over(now)) watches_.erase(found);
      telling_ = token;
    }
    watcher(now);
    std::lock_guard lock(mutex_);
    telling_ = 0;
    told_.notify_all();
  }
}

}  // namespace tutti::jobs
