#include "engine/graph/strip.h"

#include <algorithm>
#include <cmath>

namespace tutti::graph {
namespace {

constexpr float kInaudible = 1e-6f;  // -120 dB
// Silence this long is asked for beyond what the effects say they ring. More than a block, so that
// within one block nothing falls asleep that was awake at its beginning.
constexpr std::int64_t kPatience = 12000, kStillness = 2400;

int leading_zeros(const float* left, const float* right, int frames) noexcept {
  int n = 0;
  while (n < frames && left[n] == 0 && right[n] == 0) ++n;
  return n;
}
int trailing_zeros(const float* left, const float* right, int frames) noexcept {
  int n = frames;
  while (n > 0 && left[n - 1] == 0 && right[n - 1] == 0) --n;
  return frames - n;
}

}  // namespace

void Line::let_rest(float l, float r, int frames) noexcept {
  const float share = rest_at < rest_frames ? static_cast<float>(rest_frames - rest_at) /
                                                  static_cast<float>(rest_frames)
                                            : 0;
  rest_left = rest_left * share + l;
  rest_right = rest_right * share + r;
  rest_at = 0;
  rest_frames = rest_left == 0 && rest_right == 0 ? 0 : frames;
}

void Line::add(const float* l, const float* r, int frames) noexcept {
  if (!filled) {
    std::copy_n(l, frames, left);
    std::copy_n(r, frames, right);
    filled = true;
    return;
  }
  mix_kernels().add(l, left, frames);
  mix_kernels().add(r, right, frames);
}

bool Line::finish(int frames) noexcept {
  const bool resting = rest_at < rest_frames;
  if (!filled && !resting && quiet >= delay.memory()) {
    // Nothing is in the delay; so that a later one finds silence there.
    return false;
  }
  if (!filled) {
    std::fill_n(left, frames, 0.0f);
    std::fill_n(right, frames, 0.0f);
  }
  if (resting) {
    const int count = std::min(frames, rest_frames - rest_at);
    for (int i = 0; i < count; ++i) {
      const float share =
          static_cast<float>(rest_frames - rest_at - i) / static_cast<float>(rest_frames);
      left[i] += rest_left * share;
      right[i] += rest_right * share;
    }
    rest_at += count;
  }
  quiet = filled || resting ? 0 : quiet + frames;
  filled = false;
  delay.process(left, right, frames);
  return true;
}

void Strip::prepare(double rate, int max_block) {
  rate_ = rate;
  if (performer) performer->prepare(rate, max_block);
  for (auto& slot : slots) slot->prepare(rate, max_block);
  for (auto& line : lines) line->delay.prepare(rate, max_block);
  for (Edge& edge : edges) edge.level.prepare(rate);
  fader.prepare(rate);
  asleep_ = true;
  zeros_ = quiet_ = 0;
  settle();
}

void Strip::settle() noexcept {
  mono_source_ = performer && performer->node->mono() && plan.invert_left == plan.invert_right;
  bool mono = mono_source_;
  stereo_from_ = mono ? slots.size() : 0;
  never_sleeps_ = false;
  for (std::size_t k = 0; k < slots.size(); ++k) {
    never_sleeps_ = never_sleeps_ || slots[k]->has_side();
    if (!mono || slots[k]->takes_mono()) continue;
    mono = false;
    stereo_from_ = k;
  }
  mono_out_ = mono;
  fader.set_mono(mono);
}

void Strip::silence() noexcept {
  if (performer) performer->all_sound_off();
  for (auto& slot : slots) slot->rest();
  for (auto& line : lines) {
    line->delay.reset();
    line->quiet = std::int64_t{1} << 60;
    line->rest_at = line->rest_frames;
  }
  asleep_ = true;
  zeros_ = quiet_ = 0;
}

void Strip::settle_now() {
  fader.settle();
  for (Edge& edge : edges) edge.level.settle();
  for (auto& slot : slots) slot->rest();
  std::erase_if(slots, [](const auto& slot) { return slot->gone(); });
  asleep_ = true;
  zeros_ = quiet_ = 0;
}

bool Strip::resting() const noexcept {
  if (performer && !performer->node->silent()) return false;
  for (const auto& line : lines) {
    if (line->quiet < line->delay.memory()) return false;
  }
  if (slots.empty() || asleep_) return true;
  const std::int64_t rings = ringing();
  return never_sleeps_ && rings < dsp::kEndless - kPatience && zeros_ > rings + kPatience;
}

// What was sent to a bus; false if nothing.
bool Strip::gather(int frames) noexcept {
  bool any = false;
  for (auto& line : lines) {
    if (!line->finish(frames)) continue;
    if (any) {
      mix_kernels().add(line->left, left_, frames);
      mix_kernels().add(line->right, right_, frames);
    } else {
      std::copy_n(line->left, frames, left_);
      std::copy_n(line->right, frames, right_);
    }
    any = true;
  }
  return any;
}

dsp::Block Strip::block_at(std::size_t slot, int frames) noexcept {
  if (mono_source_ && slot < stereo_from_) return {left_, nullptr, frames};
  if (mono_source_ && slot == stereo_from_) std::copy_n(left_, frames, right_);
  return {left_, right_, frames};
}

void Strip::run_slot(std::size_t k, const Moment& moment) noexcept {
  slots[k]->process(block_at(k, moment.frames), moment, 0);
}

// Frames [from, from + frames) of the block through all inserts.
void Strip::run_all(const Moment& moment, int from, int frames) noexcept {
  if (frames == 0) return;
  for (std::size_t k = 0; k < slots.size(); ++k) {
    const bool mono = mono_source_ && k < stereo_from_;
    if (mono_source_ && k == stereo_from_) std::copy_n(left_ + from, frames, right_ + from);
    slots[k]->process({left_ + from, mono ? nullptr : right_ + from, frames}, moment, from);
  }
}

std::int64_t Strip::ringing() const noexcept {
  std::int64_t total = 0;
  for (const auto& slot : slots) {
    const std::int64_t own = slot->tail();
    if (own >= dsp::kEndless - total) return dsp::kEndless;
    total += own;
  }
  return total;
}

// The first `frames` of the block are silent: lets the inserts ring, or sleeps.
void Strip::drowse(const Moment& moment, int frames) noexcept {
  const std::int64_t before = zeros_;
  zeros_ += frames;
  if (asleep_) {
    std::fill_n(left_, frames, 0.0f);
    std::fill_n(right_, frames, 0.0f);
    return;
  }
  run_all(moment, 0, frames);
  const std::int64_t rings = ringing();
  if (never_sleeps_ || rings > dsp::kEndless - kPatience || zeros_ < rings + kPatience) return;
  const float* other = mono_out_ ? left_ : right_;
  for (int i = 0; i < frames; ++i) {
    const bool loud = std::fabs(left_[i]) > kInaudible || std::fabs(other[i]) > kInaudible;
    quiet_ = loud || before + i < rings + kPatience ? 0 : quiet_ + 1;
    if (quiet_ < kStillness) continue;
    std::fill(left_ + i, left_ + frames, 0.0f);
    std::fill(right_ + i, right_ + frames, 0.0f);
    for (auto& slot : slots) slot->rest();
    asleep_ = true;
    quiet_ = 0;
    return;
  }
}

void Strip::begin(const Moment& moment, float* left, float* right) noexcept {
  const int frames = moment.frames;
  left_ = left;
  right_ = right;
  steady_ = false;
  for (auto& slot : slots) {
    if (slot->ear != nullptr) slot->hear(slot->ear->left, slot->ear->right, frames);
  }
  out_ = {left, mono_out_ ? left : right, 1};
  const bool turned = plan.invert_left || plan.invert_right;
  if (performer) {
    const bool may_view = slots.empty() && !turned;
    const auto sound = performer->render(moment.segments, moment.segment_count, frames, left, right,
                                         may_view ? &out_ : nullptr);
    sounds_ = sound != Performer::Sound::none;
    if (sound == Performer::Sound::viewed) {
      if (out_.right == nullptr) out_.right = out_.left;
      return;
    }
    if (sounds_ && !mono_source_ && performer->node->mono()) std::copy_n(left, frames, right);
  } else {
    sounds_ = gather(frames);
    // One bad sample must not silence a whole bus for ever.
    if (sounds_) bad += silence_bad(left, frames) + silence_bad(right, frames);
  }
  if (sounds_ && turned) {
    for (int i = 0; plan.invert_left && i < frames; ++i) left[i] = -left[i];
    for (int i = 0; plan.invert_right && !mono_source_ && i < frames; ++i) right[i] = -right[i];
  }
  if (slots.empty()) return;
  const float* other = mono_source_ ? left : right;
  int lead = 0;
  if (!sounds_) {
    if (asleep_) {
      zeros_ += frames;
      return;
    }
    std::fill_n(left, frames, 0.0f);
    std::fill_n(right, frames, 0.0f);
    lead = frames;
  } else if (zeros_ > 0 || asleep_) {
    lead = leading_zeros(left, other, frames);
  }
  if (lead == 0 && !asleep_) {
    steady_ = true;
    zeros_ = trailing_zeros(left, other, frames);
    quiet_ = 0;
    return;
  }
  const int trail = lead < frames ? trailing_zeros(left, other, frames) : 0;
  sounds_ = !asleep_ || lead < frames;
  if (lead > 0) drowse(moment, lead);
  if (lead == frames) return;
  asleep_ = false;
  quiet_ = 0;
  zeros_ = trail;
  run_all(moment, lead, frames - lead);
}

// The signal of this block, with or without the fader.
void Strip::copy_out(const Gains* gains, float* left, float* right, int frames) const noexcept {
  if (!sounds_ || (gains != nullptr && gains->silent())) {
    std::fill_n(left, frames, 0.0f);
    std::fill_n(right, frames, 0.0f);
    return;
  }
  for (int i = 0; i < frames; ++i) {
    float l = out_.left[i] * out_.gain, r = out_.right[i] * out_.gain;
    if (gains != nullptr) {
      l *= gains->constant ? gains->left : gains->lefts[i];
      r *= gains->constant ? gains->right : gains->rights[i];
    }
    left[i] = l;
    right[i] = r;
  }
}

void Strip::measure(const Gains& gains, int frames) noexcept {
  if (!sounds_) return;
  float l = gains.left, r = gains.right;
  if (!gains.constant) {
    l = mix_kernels().peak(gains.lefts, frames);
    r = mix_kernels().peak(gains.rights, frames);
  }
  const float left = mix_kernels().peak(out_.left, frames) * out_.gain;
  const float right =
      out_.right == out_.left ? left : mix_kernels().peak(out_.right, frames) * out_.gain;
  peak_left = std::max(peak_left, left * l);
  peak_right = std::max(peak_right, right * r);
}

// rows: four rows of gains, two used by the fader; spare: rows for signals with moving gains.
void Strip::send(Edge& edge, const Gains& fader_gains, const Moment& moment, float* rows,
                 float*& spare, std::vector<std::vector<Term>>& terms) noexcept {
  const int frames = moment.frames;
  const Gains level = edge.level.next(moment.views[view], frames, rows, rows + frames);
  const bool direct = edge.before_fader;
  edge.term.left = nullptr;
  if (!sounds_ || level.silent() || (!direct && fader_gains.silent())) return;
  auto& list = terms[static_cast<std::size_t>(edge.partial)];
  if (level.constant && (direct || fader_gains.constant)) {
    const float l = direct ? level.left : fader_gains.left * level.left;
    const float r = direct ? level.right : fader_gains.right * level.right;
    edge.term = {out_.left, out_.right, out_.gain, l, r};
    list.push_back(edge.term);
    return;
  }
  float *left = spare, *right = spare + frames;
  spare += 2 * frames;
  for (int i = 0; i < frames; ++i) {
    float l = level.constant ? level.left : level.lefts[i];
    float r = level.constant ? level.right : level.rights[i];
    if (!direct) {
      l = (fader_gains.constant ? fader_gains.left : fader_gains.lefts[i]) * l;
      r = (fader_gains.constant ? fader_gains.right : fader_gains.rights[i]) * r;
    }
    left[i] = out_.left[i] * out_.gain * l;
    right[i] = out_.right[i] * out_.gain * r;
  }
  edge.term = {left, right, 1, 1, 1};
  list.push_back(edge.term);
}

void Strip::remember(int frames) noexcept {
  for (Edge& edge : edges) {
    const Term& t = edge.term;
    const bool sounds = t.left != nullptr;
    edge.last_left = sounds ? t.left[frames - 1] * t.scale * t.left_gain : 0;
    edge.last_right = sounds ? t.right[frames - 1] * t.scale * t.right_gain : 0;
    if (!std::isfinite(edge.last_left) || !std::isfinite(edge.last_right))
      edge.last_left = edge.last_right = 0;
  }
}

void Strip::end(const Moment& moment, float* rows, float*& spare,
                std::vector<std::vector<Term>>& terms) noexcept {
  const int frames = moment.frames;
  if (!slots.empty()) out_ = {left_, mono_out_ ? left_ : right_, 1};
  const Gains gains = fader.next(moment.views[view], frames, rows, rows + frames);
  if (moment.metering) measure(gains, frames);
  for (auto& side : sides) {
    copy_out(side->before_fader ? nullptr : &gains, side->left, side->right, frames);
    silence_bad(side->left, frames);
    silence_bad(side->right, frames);
  }
  for (Edge& edge : edges) send(edge, gains, moment, rows + 2 * frames, spare, terms);
  if (stem != nullptr) {
    copy_out(&gains, stem->left, stem->right, frames);
    stem->delay.process(stem->left, stem->right, frames);
  }
}

}  // namespace tutti::graph
