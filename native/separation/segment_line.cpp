#include "native/separation/segment_line.h"

#include <algorithm>
#include <cmath>
#include <new>

namespace tutti::separation {
namespace {

constexpr int kPlanes = separate::kStems * separate::kChannels;

}  // namespace

SegmentLine::SegmentLine(const separate::Separator& separator, SongSource& source,
                         const separate::SongLevel& level, WorkPool& pool, int threads)
    : separator_(separator),
      source_(source),
      level_(level),
      pool_(pool),
      segment_(separator.segment()),
      step_(std::max<std::int64_t>(1, separator.segment() - separator.overlap())) {
  weight_.resize(static_cast<std::size_t>(segment_));
  for (std::int64_t i = 0; i < segment_; ++i)
    weight_[static_cast<std::size_t>(i)] = separator.weight(i, segment_);
  // One more than there are threads, so that none waits while a finished one is written.
  for (int i = 0; i < (threads > 1 ? threads + 1 : 1); ++i) {
    slots_.push_back(std::make_unique<Slot>());
    free_.push_back(slots_.back().get());
  }
  for (int i = 0; i < threads; ++i) {
    workspaces_.push_back(separator.make_workspace());
    idle_.push_back(workspaces_.back().get());
  }
  const auto overlap = static_cast<std::size_t>(segment_ - step_);
  carried_.resize(overlap * kPlanes);
  carried_weight_.resize(overlap);
}

SegmentLine::~SegmentLine() {
  // Segments still running refer to this; those still waiting need not be separated any more.
  pool_.locked([this] { stopped_ = true; });
  while (!line_.empty()) {
    Slot* slot = line_.front();
    while (!pool_.wait([slot] { return slot->done; }, 1000)) {
    }
    line_.pop_front();
  }
}

double SegmentLine::separated_of_read() const {
  const auto read = source_.mixture().end();
  return read > 0 ? static_cast<double>(separated_) / static_cast<double>(read) : 0;
}

void SegmentLine::work(Slot& slot) {
  separate::Workspace* workspace = nullptr;
  pool_.locked([&] {
    slot.done = stopped_;
    if (stopped_) return;
    workspace = idle_.back();
    idle_.pop_back();
  });
  if (workspace == nullptr) return;
  const auto length = static_cast<std::size_t>(segment_);
  separate::StereoIn mixture;
  separate::StemsOut stems;
  for (std::size_t c = 0; c < separate::kChannels; ++c)
    mixture[c] = {slot.mixture.data() + c * length, length};
  for (std::size_t s = 0; s < separate::kStems; ++s)
    for (std::size_t c = 0; c < separate::kChannels; ++c)
      stems[s][c] = {slot.stems.data() + (s * separate::kChannels + c) * length, length};
  Result<void> result;
  try {
    result = separator_.separate(mixture, stems, *workspace, level_);
  } catch (const std::bad_alloc&) {
    result = Error{Code::internal, "There is not enough memory to separate the song.",
                   "Close other programs, use fewer threads, or choose the model instant."};
  }
  pool_.locked([&] {
    slot.result = std::move(result);
    slot.done = true;
    idle_.push_back(workspace);
  });
}

Result<bool> SegmentLine::cut() {
  auto filled = source_.fill(next_start_ + segment_);
  if (!filled) return filled.error();
  auto& mixture = source_.mixture();
  if (source_.ended() && next_start_ >= mixture.end()) {
    all_cut_ = true;
    return false;
  }
  Slot* slot = free_.back();
  free_.pop_back();
  slot->start = next_start_;
  slot->frames = std::min(segment_, mixture.end() - next_start_);
  slot->lead = (segment_ - slot->frames) / 2;
  slot->done = false;
  const auto length = static_cast<std::size_t>(segment_);
  slot->mixture.resize(length * separate::kChannels);
  slot->stems.resize(length * kPlanes);
  for (int c = 0; c < separate::kChannels; ++c)
    mixture.copy(c, slot->start - slot->lead, segment_,
                 slot->mixture.data() + static_cast<std::size_t>(c) * length);
  next_start_ += step_;
  // A last short segment hears up to half a segment before its start.
  const std::int64_t wanted = next_start_ - segment_ / 2 - 1;
  mixture.drop_before(source_.same() ? std::min(wanted, separated_) : wanted);
  line_.push_back(slot);
  pool_.submit([this, slot] { work(*slot); });
  return true;
}

Result<const Stretch*> SegmentLine::next(const std::function<bool()>& still_wanted) {
  const auto front_done = [this] { return !line_.empty() && line_.front()->done; };
  while (!all_cut_ && !free_.empty() && !pool_.wait(front_done, 0)) {
    auto cut_one = cut();
    if (!cut_one) return cut_one.error();
    if (!still_wanted()) return Error{Code::cancelled, "Stopped.", "Start again when you like."};
  }
  if (line_.empty()) return nullptr;
  while (!pool_.wait(front_done, 50)) {
    if (!still_wanted()) return Error{Code::cancelled, "Stopped.", "Start again when you like."};
  }
  Slot* slot = line_.front();
  line_.pop_front();
  if (!slot->result) return slot->result.error();
  auto added = add(*slot);
  if (!added) return added.error();
  return &slot->stretch;
}

// Weights the chunk, adds what was carried, makes its final part ready and carries the rest.
Result<void> SegmentLine::add(Slot& slot) {
  const std::int64_t frames = slot.frames;
  const bool last = source_.ended() && slot.start + step_ >= source_.mixture().end();
  const std::int64_t final = last ? frames : step_;
  std::vector<float> own;
  const float* weight = weight_.data();
  if (frames < segment_) {
    own.resize(static_cast<std::size_t>(frames));
    for (std::int64_t i = 0; i < frames; ++i)
      own[static_cast<std::size_t>(i)] = separator_.weight(i, frames);
    weight = own.data();
  }
  const auto overlap = static_cast<std::int64_t>(carried_weight_.size());
  const std::int64_t carried = std::min(carried_frames_, frames);
  bool sane = true;
  for (int p = 0; p < kPlanes; ++p) {
    float* x = slot.stems.data() + static_cast<std::int64_t>(p) * segment_ + slot.lead;
    float* before = carried_.data() + static_cast<std::int64_t>(p) * overlap;
    for (std::int64_t i = 0; i < frames; ++i) {
      sane &= std::abs(x[i]) < 1e15f;  // false for what is no number
      x[i] *= weight[i];
    }
    for (std::int64_t i = 0; i < carried; ++i) x[i] += before[i];
    for (std::int64_t i = final; i < frames; ++i) before[i - final] = x[i];
    for (std::int64_t i = 0; i < final; ++i) {
      const float sum =
          weight[i] + (i < carried ? carried_weight_[static_cast<std::size_t>(i)] : 0);
      x[i] = sum > 1e-20f ? x[i] / sum : 0.0f;
    }
    slot.stretch.stems[p / separate::kChannels][p % separate::kChannels] = x;
  }
  if (!sane) {
    return Error{Code::internal, "The model answered with values that are not numbers.",
                 "Check its weights with: tutti models verify"};
  }
  for (std::int64_t i = final; i < frames; ++i) {
    const float sum = weight[i] + (i < carried ? carried_weight_[static_cast<std::size_t>(i)] : 0);
    carried_weight_[static_cast<std::size_t>(i - final)] = sum;
  }
  carried_frames_ = frames - final;
  slot.stretch.frames = final;
  separated_ += final;
  return {};
}

void SegmentLine::release(const Stretch* stretch) {
  for (auto& slot : slots_)
    if (&slot->stretch == stretch) free_.push_back(slot.get());
}

}  // namespace tutti::separation
