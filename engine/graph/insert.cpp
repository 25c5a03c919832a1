#include "engine/graph/insert.h"

#include <algorithm>
#include <cmath>

#include "engine/graph/mix_kernels.h"

namespace tutti::graph {
namespace {

constexpr double kFade = 0.010;  // seconds

dsp::Block part(dsp::Block block, int from, int frames) noexcept {
  return {block.left + from, block.right != nullptr ? block.right + from : nullptr, frames};
}

}  // namespace

int silence_bad(float* x, int frames) noexcept {
  if (x == nullptr || mix_kernels().finite(x, frames)) return 0;
  int bad = 0;
  for (int i = 0; i < frames; ++i) {
    if (std::isfinite(x[i])) continue;
    x[i] = 0;
    ++bad;
  }
  return bad;
}

Insert::Insert(const param::EffectInfo& info) : info_(&info), effect_(info.make()) {}

void Insert::prepare(double rate, int max_block) {
  arena_.reset();
  effect_->prepare(rate, max_block, arena_);
  latency_ = std::max<std::int64_t>(0, effect_->latency());
  fade_ = std::max(1, static_cast<int>(rate * kFade));
  ring_left_ = arena_.take<float>(static_cast<std::size_t>(latency_));
  ring_right_ = arena_.take<float>(static_cast<std::size_t>(latency_));
  dry_left_ = arena_.take<float>(static_cast<std::size_t>(max_block));
  dry_right_ = arena_.take<float>(static_cast<std::size_t>(max_block));
  ring_at_ = 0;
  ring_stereo_ = false;
  bad_ = 0;
  done_ = 0;
  state_ = bypass_ ? State::dry : State::wet;
}

void Insert::reset() noexcept {
  effect_->reset();
  std::fill(ring_left_.begin(), ring_left_.end(), 0.0f);
  std::fill(ring_right_.begin(), ring_right_.end(), 0.0f);
  ring_at_ = 0;
  ring_stereo_ = false;
  done_ = 0;
  state_ = bypass_ ? State::dry : State::wet;
}

std::int64_t Insert::tail() const noexcept {
  if (state_ == State::dry) return latency_;
  const std::int64_t own = effect_->tail();
  return own > dsp::kEndless - latency_ ? dsp::kEndless : own + latency_;
}

void Insert::start_wet() noexcept {
  effect_->reset();
  state_ = latency_ > 0 ? State::warming : State::to_wet;
  done_ = 0;
}

void Insert::set_bypass(bool on, bool now) noexcept {
  if (now) {
    bypass_ = on;
    if (!on && state_ != State::wet) effect_->reset();
    state_ = on ? State::dry : State::wet;
    done_ = 0;
    return;
  }
  if (on == bypass_) return;
  bypass_ = on;
  if (on) {
    // From the middle of a fade it goes back the way it came.
    if (state_ == State::to_wet)
      state_ = State::to_dry, done_ = fade_ - done_;
    else if (state_ == State::warming)
      state_ = State::dry;
    else
      state_ = State::to_dry, done_ = 0;
  } else {
    if (state_ == State::to_dry)
      state_ = State::to_wet, done_ = fade_ - done_;
    else
      start_wet();
  }
}

void Insert::side_chain(const float* left, const float* right) noexcept {
  side_left_ = left;
  side_right_ = right;
}

// Takes the block into the ring and leaves the dry signal, latency_ frames late, in dry_left_ and
// dry_right_ if `wanted`.
void Insert::keep_dry(dsp::Block block) noexcept {
  const auto n = static_cast<std::size_t>(block.frames);
  if (latency_ == 0) {
    std::copy_n(block.left, n, dry_left_.data());
    if (block.right != nullptr) std::copy_n(block.right, n, dry_right_.data());
    return;
  }
  if (block.right != nullptr && !ring_stereo_) {
    std::copy(ring_left_.begin(), ring_left_.end(), ring_right_.begin());
    ring_stereo_ = true;
  }
  std::size_t at = ring_at_;
  for (std::size_t i = 0; i < n; ++i) {
    dry_left_[i] = ring_left_[at];
    ring_left_[at] = block.left[i];
    if (++at == ring_left_.size()) at = 0;
  }
  if (ring_stereo_) {
    const float* right = block.right != nullptr ? block.right : block.left;
    at = ring_at_;
    for (std::size_t i = 0; i < n; ++i) {
      dry_right_[i] = ring_right_[at];
      ring_right_[at] = right[i];
      if (++at == ring_right_.size()) at = 0;
    }
  }
  ring_at_ = at;
}

void Insert::run_effect(dsp::Block block) noexcept {
  if (info_->side_chain) effect_->side_chain(side_left_, side_right_);
  effect_->process(block);
  guard(block);
}

void Insert::guard(dsp::Block block) noexcept {
  const int bad = silence_bad(block.left, block.frames) + silence_bad(block.right, block.frames);
  if (bad == 0) return;
  bad_ += bad;
  effect_->reset();
}

void Insert::cross(dsp::Block block, bool to_wet) noexcept {
  for (int i = 0; i < block.frames; ++i) {
    const float share = static_cast<float>(done_ + i) / static_cast<float>(fade_);
    const float wet = to_wet ? share : 1 - share;
    const auto k = static_cast<std::size_t>(i);
    block.left[i] = dry_left_[k] + (block.left[i] - dry_left_[k]) * wet;
    if (block.right != nullptr)
      block.right[i] = dry_right_[k] + (block.right[i] - dry_right_[k]) * wet;
  }
}

// As many frames as the present state lasts; how many those were.
int Insert::step(dsp::Block block) noexcept {
  const auto limit = [&](std::int64_t most) {
    block.frames = static_cast<int>(std::min<std::int64_t>(block.frames, most - done_));
  };
  if (state_ == State::to_dry || state_ == State::to_wet) limit(fade_);
  if (state_ == State::warming) limit(latency_);
  const bool dry_needed = state_ != State::wet || latency_ > 0;
  if (dry_needed && !(state_ == State::dry && latency_ == 0)) keep_dry(block);
  if (state_ != State::dry) run_effect(block);
  const auto n = static_cast<std::size_t>(block.frames);
  switch (state_) {
    case State::wet:
      break;
    case State::dry:
    case State::warming:
      if (state_ == State::warming || latency_ > 0) {
        std::copy_n(dry_left_.data(), n, block.left);
        if (block.right != nullptr) std::copy_n(dry_right_.data(), n, block.right);
      }
      break;
    case State::to_dry:
    case State::to_wet:
      cross(block, state_ == State::to_wet);
      break;
  }
  if (state_ == State::wet || state_ == State::dry) return block.frames;
  done_ += block.frames;
  if (state_ == State::warming && done_ == latency_)
    state_ = State::to_wet, done_ = 0;
  else if (state_ != State::warming && done_ == fade_)
    state_ = state_ == State::to_wet ? State::wet : State::dry, done_ = 0;
  return block.frames;
}

void Insert::process(dsp::Block block) noexcept {
  bad_ += silence_bad(block.left, block.frames) + silence_bad(block.right, block.frames);
  const float *left = side_left_, *right = side_right_;
  for (int done = 0; done < block.frames;) {
    if (left != nullptr) side_chain(left + done, right + done);
    done += step(part(block, done, block.frames - done));
  }
  side_left_ = side_right_ = nullptr;
}

void Insert::process_many(Insert* const* inserts, const dsp::Block* blocks, int count,
                          bool checked) noexcept {
  param::Effect* effects[kMany];
  dsp::Block together[kMany];
  int plain = 0;
  for (int i = 0; i < count; ++i) {
    Insert& insert = *inserts[i];
    if (insert.info_->process_many == nullptr || !insert.plain() || insert.side_left_ != nullptr) {
      insert.process(blocks[i]);
      continue;
    }
    if (!checked)
      insert.bad_ += silence_bad(blocks[i].left, blocks[i].frames) +
                     silence_bad(blocks[i].right, blocks[i].frames);
    if (insert.latency_ > 0) insert.keep_dry(blocks[i]);
    effects[plain] = insert.effect_.get();
    together[plain++] = blocks[i];
  }
  if (plain == 0) return;
  if (plain == 1)
    effects[0]->process(together[0]);
  else
    inserts[0]->info_->process_many(effects, together, plain);
  for (int i = 0, k = 0; i < count && k < plain; ++i) {
    if (blocks[i].left != together[k].left) continue;
    inserts[i]->guard(together[k++]);
  }
}

}  // namespace tutti::graph
