// The server's side of taking songs apart: asks for it, says where it stands, hands out the sound.
//
// Stems are named by what they are made of (StemsCache::id_of), so that whoever asks for the same
// song with the same model gets what is there, or waits for the same work. They belong to nobody;
// work is cancelled when the last person who asked for it in this server's life says so. Sound can
// be had while the rest is still being made; pieces are the same samples however a song is cut into
// them. Thread-safe; blocking (disk). One thread of its own while somebody watches.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "engine/base/result.h"
#include "engine/dsp/resample.h"
#include "native/separation/models.h"
#include "server/jobs/stems_cache.h"
#include "server/store/practice_table.h"
#include "server/store/store.h"

namespace tutti::jobs {

struct StemsState {
  std::string id, blob, model, job;
  std::string state;  // queued, running, ready, failed, cancelled
  double progress = 0;
  std::string sentence;
  int position = 0;          // in the queue, from 1; 0: not waiting
  double ready_seconds = 0;  // from the start, that can be heard
  int rate = 0;              // of the stems; 0: not known yet
  std::int64_t frames = 0;   // at that rate; as the file claims until it is ready, 0: not known yet
  double took = 0;           // s
  bool cached = false;       // there before it was asked for
  std::optional<Error> problem;
};

struct StemsCounts {
  std::int64_t entries = 0, bytes = 0, limit = 0;
  std::int64_t made = 0, failed = 0;  // separations, in the library's life
  double seconds = 0;                 // that those in the cache took to make
};

class Stems {
 public:
  // `nudge` is called when there is new work.
  Stems(store::Store&, std::function<void()> nudge, std::int64_t limit = kStemsLimit);
  ~Stems();

  // Best quality last. Looked up at most once a second.
  std::vector<separation::SeparatorInfo> separators();

  // `name`: of the song. Codes: not_found (blob), wrong_usage (model), missing_part, io.
  Result<StemsState> process(const std::string& blob, const std::string& model,
                             const std::string& name, const std::string& person);
  Result<StemsState> state(const std::string& id);  // not_found
  // What is being made stops, unless others wait for it; what is there is dropped.
  Result<StemsState> remove(const std::string& id, const std::string& person);
  // What is being made stops, unless others wait for it; what is there stays.
  Result<StemsState> cancel(const std::string& id, const std::string& person);

  // Interleaved stereo, 16 bit: frames [from, from + frames) of the stem at `rate`, fewer at its
  // end. Neighbouring pieces join to the sample: output frame n stands at n / rate seconds, however
  // it is asked for. Codes: conflict (not made yet), not_found, bad_input (rate, range), io.
  struct Piece {
    std::vector<std::int16_t> samples;
    int rate = 0;
    std::int64_t total = 0;  // frames of the whole stem at this rate; 0: not known yet
  };
  Result<Piece> piece(const std::string& id, separate::Stem, int rate, std::int64_t from,
                      std::int64_t frames);
  // The job that makes a file of the stems; done already where the cache has it. not_found,
  // conflict (stems not made yet), bad_input.
  struct FileWish {
    std::string path;  // of the file, whether or not there yet
    std::string job;   // empty: it is there
  };
  Result<FileWish> file(const std::string& id, const std::string& stem, const std::string& format,
                        const std::string& title, const std::string& person);

  // Told at once and with every change, on a thread of this object, until it is over or unwatched.
  using Watcher = std::function<void(const StemsState&)>;
  std::uint64_t watch(const std::string& id, Watcher);
  void unwatch(std::uint64_t token);  // not called again afterwards

  Result<StemsCounts> counts();
  StemsCache& cache() { return cache_; }
  void nudge() {
    if (nudge_) nudge_();
  }

 private:
  struct Watch {
    std::string id;
    Watcher watcher;
    std::string told;
  };
  Result<StemsState> of_row(const store::StemsRow&);
  Result<store::StemsRow> begin(const std::string& id, const std::string& blob,
                                const separation::SeparatorInfo&, const std::string& name,
                                const std::string& person);
  std::shared_ptr<const dsp::Resampler> resampler(int in, int out);
  void loop();
  void look();

  store::Store& store_;
  store::PracticeTable table_;
  StemsCache cache_;
  std::function<void()> nudge_;

  std::mutex asking_;  // one wish after another, so that equal ones meet
  std::map<std::string, std::set<std::string>> wanted_;  // by whom, of what is being made

  std::mutex small_;  // of the next four
  std::vector<separation::SeparatorInfo> separators_;
  std::int64_t separators_at_ = -1'000'000;
  std::map<std::pair<int, int>, std::shared_ptr<const dsp::Resampler>> resamplers_;

  std::mutex mutex_;  // of what follows
  std::condition_variable wake_, told_;
  std::map<std::uint64_t, Watch> watches_;
  std::uint64_t next_token_ = 1, telling_ = 0;
  bool stopping_ = false;
  std::thread thread_;
};

bool is_stem_rate(int rate);  // that pieces can be asked for at

}  // namespace tutti::jobs
