#include "engine/graph/mixer.h"

#include <algorithm>
#include <cmath>

namespace tutti::graph {
namespace {

// Batches worked out before their sums are gathered, when there are threads.
constexpr std::size_t kWave = 16;

}  // namespace

void Mixer::prepare(double rate, int max_block) {
  rate_ = rate;
  max_block_ = max_block;
  chunk_ = std::min(max_block, kChunk);
}

void Mixer::set_parallel(ParallelFor* parallel) {
  parallel_ = parallel;
  make_works();
}

void Mixer::make_works() {
  std::size_t edges = 0, sums = 0;
  for (const Batch& batch : batches_) {
    edges = std::max(edges, batch.edges);
    sums = std::max(sums, batch.sums.size());
  }
  works_.resize(parallel_ != nullptr ? std::min(kWave, std::max<std::size_t>(1, batches_.size()))
                                     : 1);
  const auto row = static_cast<std::size_t>(chunk_);
  for (Work& work : works_) {
    const std::size_t rows = 2 * kBatch, gains = 4, spare = 2 * edges;
    work.memory.assign((rows + gains + spare + 2 * sums) * row, 0);
    work.rows = work.memory.data();
    work.gains = work.rows + rows * row;
    work.spare = work.gains + gains * row;
    work.sums = work.spare + spare * row;
    work.terms.resize(sums);
    for (auto& list : work.terms) list.reserve(edges);
    work.used.assign(sums, 0);
  }
}

std::int64_t Mixer::bad_samples() const noexcept {
  std::int64_t bad = bad_;
  for (const Batch& batch : batches_) {
    bad += batch.bad;
    for (const Strip* strip : batch.strips) {
      bad += strip->bad;
      for (const auto& slot : strip->slots) bad += slot->bad_samples();
    }
  }
  return bad;
}

// Place by place, equal inserts side by side.
void Mixer::run_slots(Batch& batch, const Moment& moment) noexcept {
  Insert* inserts[kBatch];
  dsp::Block blocks[kBatch];
  for (std::size_t k = 0; k < batch.slots; ++k) {
    int count = 0;
    for (Strip* strip : batch.strips) {
      if (!strip->steady()) continue;
      Insert* insert = strip->slots[k]->lane(moment);
      if (insert == nullptr) {
        strip->run_slot(k, moment);
        continue;
      }
      inserts[count] = insert;
      blocks[count++] = strip->block_at(k, moment.frames);
    }
    if (count > 0) Insert::process_many(inserts, blocks, count, k > 0);
  }
}

void Mixer::run(Batch& batch, Work& work, const Moment& moment) noexcept {
  const auto row = static_cast<std::ptrdiff_t>(chunk_);
  std::ptrdiff_t at = 0;
  for (Strip* strip : batch.strips) {
    strip->begin(moment, work.rows + at * row, work.rows + (at + 1) * row);
    at += 2;
  }
  run_slots(batch, moment);
  for (auto& list : work.terms) list.clear();
  float* spare = work.spare;
  for (Strip* strip : batch.strips) strip->end(moment, work.gains, spare, work.terms);
  add_up(batch, work, moment.frames);
  for (Strip* strip : batch.strips) strip->remember(moment.frames);
}

void Mixer::add_up(Batch& batch, Work& work, int frames) noexcept {
  const MixKernels& kernels = mix_kernels();
  for (std::size_t s = 0; s < batch.sums.size(); ++s) {
    const auto& terms = work.terms[s];
    work.used[s] = !terms.empty();
    if (terms.empty()) continue;
    float* left = work.sums + 2 * s * static_cast<std::size_t>(chunk_);
    float* right = left + chunk_;
    const auto count = static_cast<int>(terms.size());
    kernels.sum(terms.data(), count, left, right, frames);
    if (kernels.finite(left, frames) && kernels.finite(right, frames)) continue;
    // Something that is no number came in: once more without it.
    for (int i = 0; i < frames; ++i) {
      left[i] = right[i] = 0;
      for (const Term& t : terms) {
        const float l = t.left[i] * t.scale * t.left_gain, r = t.right[i] * t.scale * t.right_gain;
        const bool good = std::isfinite(l) && std::isfinite(r);
        if (good) left[i] += l, right[i] += r;
        batch.bad += !good;
      }
      if (!std::isfinite(left[i])) left[i] = 0;
      if (!std::isfinite(right[i])) right[i] = 0;
    }
  }
}

void Mixer::merge(const Batch& batch, const Work& work, int frames) noexcept {
  for (std::size_t s = 0; s < batch.sums.size(); ++s) {
    if (!work.used[s]) continue;
    const float* left = work.sums + 2 * s * static_cast<std::size_t>(chunk_);
    batch.sums[s]->add(left, left + chunk_, frames);
  }
}

void Mixer::process(Moment moment, const SongHistory& history) noexcept {
  for (SongView& view : views_) history.look(view, *moment.tempo_frames);
  moment.views = views_.data();
  struct Job {
    Mixer* mixer;
    std::size_t first;
    const Moment* moment;
  };
  for (std::size_t first = 0; first < batches_.size();) {
    std::size_t count = 1;
    while (count < works_.size() && first + count < batches_.size() &&
           batches_[first + count].level == batches_[first].level)
      ++count;
    if (parallel_ != nullptr && count > 1) {
      Job job{this, first, &moment};
      parallel_->run(
          static_cast<int>(count),
          [](void* context, int index) noexcept {
            const Job& j = *static_cast<Job*>(context);
            const auto i = static_cast<std::size_t>(index);
            j.mixer->run(j.mixer->batches_[j.first + i], j.mixer->works_[i], *j.moment);
          },
          &job);
    } else {
      for (std::size_t i = 0; i < count; ++i) run(batches_[first + i], works_[i], moment);
    }
    for (std::size_t i = 0; i < count; ++i) merge(batches_[first + i], works_[i], moment.frames);
    first += count;
  }
}

}  // namespace tutti::graph
