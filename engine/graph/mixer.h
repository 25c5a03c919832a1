// The order in which strips are worked out, and the memory they share.
//
// Strips of one level do not hear each other. They are worked out in batches of up to kBatch with
// the same row of inserts, so that equal effects run side by side in vector lanes; batches may run
// on several threads. Each batch adds up what goes the same way, and those sums are added in the
// order of batches: the samples do not depend on threads. Sums and side taps live in a pool of
// buffers, each used again as soon as nobody will read it any more.
//
// build() and prepare() allocate, process() does not.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "engine/graph/history.h"
#include "engine/graph/node.h"
#include "engine/graph/routing.h"
#include "engine/graph/strip.h"

namespace tutti::graph {

class Mixer {
 public:
  static constexpr int kBatch = 16;
  static constexpr int kChunk = 1024;  // frames worked out at once, at most

  void prepare(double rate, int max_block);
  int chunk() const noexcept { return chunk_; }
  void set_parallel(ParallelFor* parallel);

  // The strips of a plan in its order with the master behind them, and those that are leaving.
  // Edges and slots of `strips` are there; lines, delays, views and buffers are made here. `fresh`:
  // nothing sounds, so delays change at once.
  struct Desk {
    const Plan& plan;
    const std::vector<int>& levels;
    std::span<const std::unique_ptr<Strip>> strips;  // the master is the last
    std::span<const std::unique_ptr<Strip>> leaving;
    const Latencies& latencies;
    bool fresh = false;
  };
  void build(const Desk& desk);

  // Looks up the song's place for every latency, then works out all strips.
  void process(Moment moment, const SongHistory& history) noexcept;
  std::int64_t bad_samples() const noexcept;
  std::size_t buffers() const noexcept { return pool_.size(); }  // of the pool

 private:
  struct Batch {
    std::vector<Strip*> strips;
    std::vector<Line*> sums;  // where its sums go
    std::size_t slots = 0, edges = 0;
    int level = 0;
    std::int64_t bad = 0;
  };
  // What one batch needs while it is worked out.
  struct Work {
    std::vector<float> memory;
    std::vector<std::vector<Term>> terms;
    std::vector<char> used;
    float* rows = nullptr;  // two a strip
    float* gains = nullptr;
    float* spare = nullptr;
    float* sums = nullptr;
  };
  int view_of(std::int64_t latency);
  void connect(const Desk& desk, std::span<Strip* const> all);
  void group(std::span<Strip* const> all);
  void give_buffers(std::span<Strip* const> all);
  void make_works();
  void run(Batch& batch, Work& work, const Moment& moment) noexcept;
  void run_slots(Batch& batch, const Moment& moment) noexcept;
  void add_up(Batch& batch, Work& work, int frames) noexcept;
  void merge(const Batch& batch, const Work& work, int frames) noexcept;

  double rate_ = 48000;
  int max_block_ = 0, chunk_ = kChunk;
  ParallelFor* parallel_ = nullptr;
  std::vector<Batch> batches_;  // by level
  std::int64_t bad_ = 0;        // of batches that are no more
  std::vector<Work> works_;
  std::vector<SongView> views_;
  std::vector<std::unique_ptr<float[]>> pool_;
};

}  // namespace tutti::graph
