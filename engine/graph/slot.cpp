#include "engine/graph/slot.h"

#include <algorithm>
#include <cmath>

namespace tutti::graph {
namespace {

constexpr std::int64_t kGrid = 16;  // frames of the song between two looks at a moving curve

int index_of(const param::EffectInfo& info, std::string_view id) noexcept {
  for (std::size_t i = 0; i < info.parameters.size(); ++i) {
    if (info.parameters[i].id == id) return static_cast<int>(i);
  }
  return -1;
}

bool stepwise(const param::Description& d) noexcept {
  return d.scale == param::Scale::integer || d.scale == param::Scale::choice ||
         d.scale == param::Scale::toggle;
}

}  // namespace

Slot::Slot(const PlanInsert& plan, const param::EffectInfo& info, bool crossing)
    : plan_(plan), info_(&info), crossing_(crossing) {
  values_ = values_of(plan);
  now_ = make(values_);
}

std::vector<double> Slot::values_of(const PlanInsert& plan) const {
  std::vector<double> values;
  for (const auto& d : info_->parameters) values.push_back(d.initial);
  for (const PlanParam& p : plan.params) {
    const int i = index_of(*info_, p.id);
    if (i < 0) continue;
    const auto k = static_cast<std::size_t>(i);
    values[k] = param::clamp(info_->parameters[k], p.value);
  }
  return values;
}

std::unique_ptr<Insert> Slot::make(const std::vector<double>& values) const {
  auto insert = std::make_unique<Insert>(*info_);
  for (std::size_t i = 0; i < values.size(); ++i)
    insert->effect().set(static_cast<int>(i), values[i], 0);
  insert->set_bypass(plan_.bypass, true);
  return insert;
}

void Slot::prepare(double rate, int max_block) {
  rate_ = rate;
  max_block_ = max_block;
  glide_ = std::max(1, static_cast<int>(rate * 0.010));
  before_.reset();
  if (now_) {
    now_->prepare(rate, max_block);
    now_->set_bypass(plan_.bypass, true);
  }
  align_.prepare(rate, max_block);
  side_delay_.prepare(rate, max_block);
  if (crossing_) start_crossing(nullptr);
  stale_ = true;
}

void Slot::start_crossing(std::unique_ptr<Insert> old) {
  before_ = std::move(old);
  crossing_ = true;
  crossed_ = 0;
  warm_ = now_ ? now_->latency() : 0;
  old_left_.resize(static_cast<std::size_t>(max_block_));
  old_right_.resize(static_cast<std::size_t>(max_block_));
}

void Slot::tidy() {
  if (crossing_) return;
  before_.reset();
  old_left_ = {};
  old_right_ = {};
}

void Slot::leave() {
  if (!now_) return;
  gone_bad_ += now_->bad_samples();
  lanes_.clear();
  if (rate_ == 0) {
    now_.reset();
    crossing_ = false;
    return;
  }
  auto old = std::move(now_);
  start_crossing(std::move(old));
}

void Slot::update(const PlanInsert& plan, const std::vector<LaneCurve>& lanes) {
  std::vector<Lane> next;
  for (const LaneCurve& wanted : lanes) {
    const int i = index_of(*info_, wanted.param);
    if (i < 0 || wanted.curve == nullptr || wanted.curve->empty()) continue;
    const auto& d = info_->parameters[static_cast<std::size_t>(i)];
    if (d.structural) continue;
    Lane lane{.curve = wanted.curve, .param = i, .stepwise = stepwise(d)};
    const auto old =
        std::find_if(lanes_.begin(), lanes_.end(), [i](const Lane& l) { return l.param == i; });
    lane.glide = true;
    if (old != lanes_.end() && !wanted.changed && !old->live) {
      lane = *old;
      lane.curve = wanted.curve;
      lane.hint = 0;
    }
    next.push_back(lane);
  }
  lanes_ = std::move(next);
  const bool other_resource = plan.resource != plan_.resource;
  plan_ = plan;
  const std::vector<double> values = values_of(plan);
  bool anew = other_resource && loaded_;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (info_->parameters[i].structural && values[i] != values_[i]) anew = true;
  }
  if (anew) {
    loaded_.reset();
    if (now_) gone_bad_ += now_->bad_samples();
    auto old = std::move(now_);
    now_ = make(values);
    if (rate_ > 0) {
      now_->prepare(rate_, max_block_);
      start_crossing(std::move(old));
    }
    stale_ = true;
    values_ = values;
    return;
  }
  for (std::size_t i = 0; i < values.size(); ++i) {
    const bool automated = std::any_of(lanes_.begin(), lanes_.end(), [i](const Lane& l) {
      return l.param == static_cast<int>(i);
    });
    if (automated || values[i] == values_[i]) continue;
    now_->effect().set(static_cast<int>(i), values[i], rate_ > 0 ? glide_ : 0);
    values_[i] = values[i];
  }
  now_->set_bypass(plan.bypass, rate_ == 0);
}

void Slot::load(const std::shared_ptr<const AudioSource>& audio) {
  if (audio == loaded_ || !now_) return;
  const bool first = !loaded_ && stale_;
  loaded_ = audio;
  if (!audio) return;
  std::unique_ptr<Insert> old;
  if (!first) {
    gone_bad_ += now_->bad_samples();
    old = std::move(now_);
    now_ = make(values_);
  }
  const auto frames = static_cast<std::size_t>(audio->frames());
  std::vector<float> left, right;
  if (audio->plane(0) == nullptr) {
    left.resize(frames);
    right.resize(audio->stereo() ? frames : 0);
    audio->open()->read(0, static_cast<int>(frames), left.data(), right.data());
  } else {
    left.assign(audio->plane(0), audio->plane(0) + frames);
    if (audio->stereo()) right.assign(audio->plane(1), audio->plane(1) + frames);
  }
  now_->effect().load(audio->rate(), left, right);
  if (rate_ > 0) now_->prepare(rate_, max_block_);
  if (!first && rate_ > 0) start_crossing(std::move(old));
  stale_ = true;
}

bool Slot::takes_mono() const noexcept {
  return gone() || info_->mono;
}

std::int64_t Slot::tail() const noexcept {
  std::int64_t tail = 0;
  for (const Insert* insert : {now_.get(), crossing_ ? before_.get() : nullptr}) {
    if (insert != nullptr) tail = std::max(tail, insert->tail());
  }
  const std::int64_t more = align_.memory() + (crossing_ ? warm_ + glide_ : 0);
  return tail > dsp::kEndless - more ? dsp::kEndless : tail + more;
}

void Slot::align(std::int64_t signal, std::int64_t side, bool side_on, bool now) {
  align_.set(signal, now);
  side_delay_.set(side, now);
  side_on_ = side_on && info_->side_chain;
  side_left_.resize(side_on_ ? static_cast<std::size_t>(max_block_) : 0);
  side_right_.resize(side_left_.size());
}

bool Slot::set_param(std::string_view id, double value) noexcept {
  const int i = index_of(*info_, id);
  if (i < 0 || !now_) return false;
  const auto k = static_cast<std::size_t>(i);
  for (Lane& lane : lanes_) {
    if (lane.param == i) lane.live = true;
  }
  values_[k] = param::clamp(info_->parameters[k], value);
  now_->effect().set(i, values_[k], glide_);
  return true;
}

bool Slot::set_bypass(bool on) noexcept {
  if (!now_) return false;
  now_->set_bypass(on);
  return true;
}

double Slot::reading(int index) const noexcept {
  if (!now_ || index < 0 || static_cast<std::size_t>(index) >= info_->readings.size()) return 0;
  return now_->effect().reading(index);
}

void Slot::rest() noexcept {
  if (now_) now_->reset();
  align_.reset();
  side_delay_.reset();
  crossing_ = false;
  stale_ = true;
}

void Slot::hear(const float* left, const float* right, int frames) noexcept {
  if (!side_on_) return;
  std::copy_n(left, frames, side_left_.data());
  std::copy_n(right, frames, side_right_.data());
  side_delay_.process(side_left_.data(), side_right_.data(), frames);
}

Insert* Slot::lane(const Moment& moment) noexcept {
  const SongView& here = moment.views[view];
  if (!now_ || crossing_ || stale_ || !here.plain || side_on_ || !align_.idle()) return nullptr;
  const Segment& piece = here.pieces[0];
  for (const Lane& lane : lanes_) {
    if (!lane.live && (lane.glide || (piece.rolling && lane.due < piece.song_frame + piece.frames)))
      return nullptr;
  }
  return now_.get();
}

void Slot::tell_tempo(std::int64_t frame, const Moment& moment) noexcept {
  const Timeline& time = *moment.timeline;
  // The place between two ticks, so that effects can count on from it exactly.
  const Ticks at = time.tick_of(frame);
  const double bpm = time.map().bpm_at(at);
  const double late = time.seconds_of(frame) - time.map().seconds(at);
  now_->effect().tempo(
      bpm * time.speed(),
      static_cast<double>(at.value) / static_cast<double>(kTicksPerQuarter) + late * bpm / 60);
}

// Sends what the lane's curve says from `frame` on, and says when to look again.
void Slot::move(Lane& lane, std::int64_t frame, bool rolling, bool jump) noexcept {
  if (lane.live) {
    lane.due = kNever;
    return;
  }
  const Curve& curve = *lane.curve;
  param::Effect& effect = now_->effect();
  const double value = curve.value(frame, lane.hint);
  if (lane.glide && !jump && !lane.stepwise) {
    lane.glide = false;
    lane.last = curve.value(rolling ? frame + glide_ : frame, lane.hint);
    effect.set(lane.param, lane.last, glide_);
    lane.due = rolling ? frame + glide_ : frame;
    return;
  }
  lane.glide = false;
  const std::int64_t level = curve.constant_until(frame, lane.hint);
  if (jump || lane.last != value) effect.set(lane.param, value, 0);
  lane.last = value;
  values_[static_cast<std::size_t>(lane.param)] = value;
  lane.due = frame;
  if (!rolling) return;
  if (level > frame + 1 || lane.stepwise) {
    const std::int64_t grid = (frame >= 0 ? frame / kGrid + 1 : 0) * kGrid;
    lane.due = level > frame + 1 ? level : std::min(grid, curve.next_point(frame, lane.hint));
    return;
  }
  const std::int64_t grid = (frame >= 0 ? frame / kGrid : -((-frame + kGrid - 1) / kGrid)) + 1;
  lane.due = std::min(grid * kGrid, curve.next_point(frame, lane.hint));
  lane.last = curve.value_before(lane.due, lane.hint);
  effect.set(lane.param, lane.last, static_cast<int>(lane.due - frame));
}

void Slot::run(dsp::Block block, int offset) noexcept {
  if (side_on_) now_->side_chain(side_left_.data() + offset, side_right_.data() + offset);
  now_->process(block);
}

void Slot::roll(dsp::Block block, const Segment& piece, const Moment& moment, int offset) noexcept {
  const auto& tempos = *moment.tempo_frames;
  std::int64_t frame = piece.song_frame;
  const std::int64_t end = frame + block.frames;
  auto tempo = std::lower_bound(tempos.begin(), tempos.end(), frame);
  for (int done = 0; frame < end;) {
    if (tempo != tempos.end() && *tempo == frame) tell_tempo(frame, moment), ++tempo;
    std::int64_t stop = tempo != tempos.end() ? std::min(end, *tempo) : end;
    for (Lane& lane : lanes_) {
      if (lane.glide || lane.due <= frame) move(lane, frame, true, false);
      stop = std::min(stop, lane.due);
    }
    const auto count = static_cast<int>(stop - frame);
    run({block.left + done, block.right != nullptr ? block.right + done : nullptr, count},
        offset + done);
    done += count;
    frame = stop;
  }
}

// Frames [from, from + block.frames) of the moment.
void Slot::follow(dsp::Block block, const SongView& view, const Moment& moment, int from) noexcept {
  if (view.plain && lanes_.empty() && !stale_) return run(block, from);
  for (int p = 0; p < view.count; ++p) {
    Segment piece = view.pieces[static_cast<std::size_t>(p)];
    const int begin = std::max(piece.offset, from);
    const int end = std::min(piece.offset + piece.frames, from + block.frames);
    if (begin >= end) continue;
    const bool jump = stale_ || (piece.jump && begin == piece.offset);
    if (piece.rolling) piece.song_frame += begin - piece.offset;
    if (jump) {
      tell_tempo(piece.song_frame, moment);
      for (Lane& lane : lanes_) move(lane, piece.song_frame, piece.rolling, true);
    }
    stale_ = false;
    const int at = begin - from;
    const dsp::Block part{block.left + at, block.right != nullptr ? block.right + at : nullptr,
                          end - begin};
    if (piece.rolling) {
      roll(part, piece, moment, begin);
    } else {
      // A standing song: straight lines under way end, and curves that are new are taken up.
      for (Lane& lane : lanes_) {
        if (lane.glide) move(lane, piece.song_frame, false, false);
      }
      run(part, begin);
    }
  }
}

int Slot::cross(dsp::Block block, int done) noexcept {
  const int left_over = block.frames - done;
  float* left = block.left + done;
  float* right = block.right != nullptr ? block.right + done : nullptr;
  const auto old = static_cast<std::size_t>(done);
  if (warm_ > 0) {
    const auto count = static_cast<int>(std::min<std::int64_t>(left_over, warm_));
    std::copy_n(old_left_.data() + old, count, left);
    if (right != nullptr) std::copy_n(old_right_.data() + old, count, right);
    warm_ -= count;
    return count;
  }
  const int count = std::min(left_over, glide_ - crossed_);
  for (int i = 0; i < count; ++i) {
    const float share = static_cast<float>(crossed_ + i) / static_cast<float>(glide_);
    const auto k = old + static_cast<std::size_t>(i);
    left[i] = old_left_[k] + (left[i] - old_left_[k]) * share;
    if (right != nullptr) right[i] = old_right_[k] + (right[i] - old_right_[k]) * share;
  }
  crossed_ += count;
  crossing_ = crossed_ < glide_;
  return count;
}

void Slot::process(dsp::Block block, const Moment& moment, int from) noexcept {
  if (gone()) return;
  align_.process(block.left, block.right, block.frames);
  const bool crossing = crossing_;
  if (crossing) {
    std::copy_n(block.left, block.frames, old_left_.data());
    if (block.right != nullptr) std::copy_n(block.right, block.frames, old_right_.data());
  }
  if (now_) follow(block, moment.views[view], moment, from);
  if (!crossing) return;
  if (before_)
    before_->process(
        {old_left_.data(), block.right != nullptr ? old_right_.data() : nullptr, block.frames});
  for (int done = 0; done < block.frames && crossing_;) done += cross(block, done);
}

}  // namespace tutti::graph
