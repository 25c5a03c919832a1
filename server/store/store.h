// The library on disk: projects with every operation, jobs, and blobs. One folder holds it all.
//
//   DIR/tutti.db      SQLite in WAL mode with synchronous=FULL; opened through SQLite alone
//   DIR/blobs/ab/…    bytes under their SHA-256 (blobs.h)
//   DIR/backups/      made before a schema step and by backup()
//
// Promise: when a call that changes something answers with success (or `done` is called with it),
// the change has been synced to disk and survives power loss; when it answers with an error the
// library is as before. Several processes may hold the same library open (the server and its
// workers).
//
// Threads: every function may be called from any thread. Writes are gathered by one writer thread
// and committed together (group commit); with Threads::none they happen on the caller's thread and
// the object belongs to it (for a worker, which forks). Reads use connections of their own.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "server/store/blobs.h"
#include "server/store/channel_row.h"
#include "server/store/job_row.h"

namespace tutti::store {

enum class Threads { one_writer, none };

struct StoreOptions {
  Threads threads = Threads::one_writer;
  std::string vfs;    // a SQLite VFS by name; tests make disks fail with it
  FileCalls files;    // likewise for blobs
  bool check = true;  // integrity check at opening
};

struct ProjectRow {
  std::string id;
  std::string title;
  std::int64_t revision = 0;  // number of the last operation; 0: none yet
  std::int64_t created = 0;   // milliseconds since 1970, UTC
  std::int64_t updated = 0;
};

// One operation as it is kept: its stamp names it, its text is opaque here.
struct OperationRow {
  std::string stamp;  // unique in the project; an operation that is already there is skipped
  std::string text;
};

struct Appended {
  std::int64_t revision = 0;       // after the batch; of the first time when it was sent again
  bool repeated = false;           // the batch was there already
  std::vector<std::size_t> fresh;  // indices of the operations that were new
};

struct NumberedOperation {
  std::int64_t revision = 0;
  std::string text;
};

struct SnapshotRow {
  std::int64_t revision = 0;
  std::string text;
};

struct StoreCounts {
  std::int64_t projects = 0;
  std::int64_t operations = 0;
  std::int64_t commits = 0;  // since opening, by this process
  std::int64_t writes = 0;   // writes inside those commits
  std::int64_t jobs_queued = 0;
  std::int64_t jobs_running = 0;
  std::int64_t database_bytes = 0;
  std::int64_t free_bytes = 0;  // on the disk that holds the library
};

class Store {
 public:
  // Makes the folder and the tables if needed, checks the database, removes unfinished uploads that
  // no living process writes. Errors: unsupported (newer schema), io, bad_input (damaged).
  static Result<std::unique_ptr<Store>> open(const std::filesystem::path& folder,
                                             const StoreOptions& = {});
  ~Store();  // finishes waiting writes

  const std::filesystem::path& folder() const;

  // --- Projects ---
  // `id` empty: a new one; else conflict where it is taken.
  Result<ProjectRow> create_project(const std::string& title, std::span<const OperationRow> first,
                                    const std::string& id = {});
  Result<std::vector<ProjectRow>> projects();  // last changed first
  Result<ProjectRow> project(const std::string& id);
  Result<void> remove_project(const std::string& id);
  // Keeps the list's copy of the title in step with the document; not waited for.
  void set_title(const std::string& id, const std::string& title);

  // --- Operations ---
  // `done` runs on the writer thread after the commit, in the order of the revisions; it must be
  // short. Codes: not_found, io.
  using AppendDone = std::function<void(const Result<Appended>&)>;
  void append(const std::string& project, const std::string& batch,
              std::vector<OperationRow> operations, AppendDone done);
  // Returns when everything handed in before has been committed (or refused).
  Result<void> flush();
  // Those numbered above `revision`, in order.
  Result<std::vector<NumberedOperation>> operations_since(const std::string& project,
                                                          std::int64_t revision);
  // The document as it was at a revision, so that opening need not read every operation.
  Result<std::optional<SnapshotRow>> snapshot(const std::string& project);
  Result<void> save_snapshot(const std::string& project, const SnapshotRow&);
  // Deletes operations that later ones made meaningless; the caller knows which. Revisions stay.
  Result<void> drop_operations(const std::string& project, std::span<const std::int64_t> revisions);

  // --- Jobs (server/jobs says what they mean) ---
  Result<JobRow> add_job(const JobRow&);
  Result<JobRow> job(const std::string& id);
  // A succeeded job that did the same work, if any.
  Result<std::optional<JobRow>> job_like(const std::string& same);
  // The job that did the same work last, however it came to its end or did not, if any.
  Result<std::optional<JobRow>> latest_job(const std::string& same);
  // A job that waits or runs and does the same work, if any: the oldest.
  Result<std::optional<JobRow>> job_under_way(const std::string& same);
  // Takes a waiting job, or one whose holder is gone, for `owner` until now + milliseconds. Persons
  // take turns: next is who has waited longest since a worker last took something for them, and
  // among what they wait for analyses come first (they are short), then what is oldest.
  Result<std::optional<JobRow>> lease_job(const std::string& owner, std::int64_t milliseconds,
                                          const HeavyWork& heavy = {});
  // Those of that kind that wait, oldest first.
  Result<std::vector<WaitingJob>> waiting_jobs(const std::string& kind);
  // How many of that kind have come to that end, in all.
  Result<std::int64_t> count_jobs(const std::string& kind, const std::string& state);
  // Renews the lease and tells progress; answers whether to go on (false: cancelled or lost). Not
  // synced by itself: losing a progress number loses nothing.
  Result<bool> beat_job(const std::string& id, const std::string& owner, std::int64_t milliseconds,
                        double progress, const std::string& sentence);
  // Ends a job that `owner` still holds: succeeded with a result, failed or cancelled with an
  // error. False if it no longer holds it.
  Result<bool> end_job(const std::string& id, const std::string& owner, const std::string& state,
                       const std::string& result, const std::string& error,
                       const std::string& sentence);
  // Puts held jobs back at the front of the queue. `blameless`: this try does not count.
  Result<void> release_jobs(const std::string& owner, bool blameless = false);
  // Queued: cancelled at once. Running: asks its worker to stop.
  Result<JobRow> cancel_job(const std::string& id);
  // Jobs whose change number is above `change`, in order.
  Result<std::vector<JobRow>> jobs_changed_since(std::int64_t change);
  Result<std::int64_t> last_job_change();

  // --- Channels of endless music (server/streams says what they mean) ---
  // conflict where the id is taken, too_large above kMostChannels.
  Result<ChannelRow> add_channel(const ChannelRow&);
  Result<ChannelRow> channel(const std::string& id);
  Result<std::vector<ChannelRow>> channels();  // all, oldest first
  Result<void> remove_channel(const std::string& id);
  // At the end of its log. Not waited for: `done` runs on the writer thread after the commit.
  // Codes: not_found, too_large above kMostEntries, io.
  using EntryDone = std::function<void(const Result<void>&)>;
  void append_entry(const std::string& channel, const EntryRow&, EntryDone done);
  Result<std::vector<EntryRow>> entries(const std::string& channel);  // in order
  // How far it was rendered; not waited for. Never goes back.
  void set_frame(const std::string& channel, std::int64_t frame);
  // A new log: no entries, frame 0.
  Result<void> restart_channel(const std::string& id, const std::string& head);

  // What a listener thinks; the row goes when it says nothing any more. not_found, too_large.
  Result<void> set_favourite(const std::string& channel, const std::string& listener, bool on);
  Result<void> set_rating(const std::string& channel, const std::string& listener, int rating);
  Result<std::vector<OpinionRow>> opinions(const std::string& listener);
  Result<OpinionCounts> opinion_counts(const std::string& channel);

  // Settings that a listener saved under a name. too_large above kMostPresets of one listener.
  Result<std::vector<PresetRow>> stream_presets(const std::string& listener);  // by name
  // The same name is written over and keeps its id; the row's own id is ignored.
  Result<PresetRow> save_stream_preset(const std::string& listener, const PresetRow&);
  Result<void> remove_stream_preset(const std::string& listener, const std::string& id);

  // --- Bytes ---
  Blobs& blobs();

  // --- Care ---
  // A consistent copy while in use: DIR/backups/NAME.db or any path. Blobs never change, so copying
  // their folder afterwards completes the backup.
  Result<void> backup(const std::filesystem::path& target);
  Result<void> check();  // SQLite's own full check and foreign keys; io with what is wrong
  Result<StoreCounts> counts();
  // A number that changes when any process has written to the database; cheap. Same thread each
  // time.
  Result<std::int64_t> data_version();

 private:
  friend class PracticeTable;  // practice_table.h: songs, stems, sessions …
  struct State;
  explicit Store(std::unique_ptr<State>);
  std::unique_ptr<State> state_;
};

}  // namespace tutti::store
