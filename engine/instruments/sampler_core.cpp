#include "engine/instruments/sampler_core.h"

#include <algorithm>

namespace tutti::instruments::detail {

using kernels::kCell;
using kernels::kLanes;

SamplerCore::SamplerCore() {
  for (std::size_t i = 0; i < values_.size(); ++i) values_[i] = Sampler::parameters()[i].initial;
  reset_channels();
}

void SamplerCore::prepare(double rate) {
  settings_.rate = rate;
  settings_.filter = &filter_;
  settings_.kernels = &kernels::best();
  filter_.prepare(rate);
  voices_.assign(kSamplerVoices + kFading, {});
  active_.assign(kSamplerVoices + kFading, 0);
  free_.assign(kSamplerVoices + kFading, 0);
  scratch_.assign(kernels::kSpan, 0);
  reset();
}

void SamplerCore::reset() noexcept {
  for (Voice& v : voices_) v.state = Voice::State::free;
  active_count_ = 0;
  for (std::size_t i = 0; i < free_.size(); ++i) free_[i] = static_cast<int>(free_.size() - 1 - i);
  free_count_ = static_cast<int>(free_.size());
  now_ = 0;
  reset_channels();
}

// Voices that `keep` denies give their slots back; the others stay in order.
template <class Keep>
void SamplerCore::keep_voices(Keep&& keep) noexcept {
  int kept = 0;
  for (int i = 0; i < active_count_; ++i) {
    const int slot = active_[static_cast<std::size_t>(i)];
    Voice& v = voices_[static_cast<std::size_t>(slot)];
    if (keep(v)) {
      active_[static_cast<std::size_t>(kept++)] = slot;
    } else {
      v.state = Voice::State::free;
      free_[static_cast<std::size_t>(free_count_++)] = slot;
    }
  }
  active_count_ = kept;
}

void SamplerCore::set_bank(std::shared_ptr<const SoundBank> bank) {
  keep_voices([&](Voice& v) { return bank && bank->holds(v.font); });
  bank_ = std::move(bank);
}

void SamplerCore::process(dsp::Block block) noexcept {
  std::fill_n(block.left, block.frames, 0.0f);
  std::fill_n(block.right, block.frames, 0.0f);
  for (int done = 0; done < block.frames;) {
    const int offset = static_cast<int>(now_ % kCell);
    if (offset == 0) begin_cell();
    const int frames = std::min(kCell - offset, block.frames - done);
    if (active_count_ > 0) render(block.left + done, block.right + done, offset, frames);
    done += frames;
    now_ += frames;
  }
}

void SamplerCore::start_voice(const Channel& channel, int c, const ZonePair& zones, int key,
                              int velocity) noexcept {
  Voice* v = take_slot();
  if (v == nullptr) return;
  v->channel = static_cast<std::uint8_t>(c);
  v->note = note_;
  v->born = now_;
  if (!v->start(zones, settings_, channel.state, key, velocity)) {
    give_back_last();
    return;
  }
  if (v->exclusive_class != 0) {
    for (int i = 0; i < active_count_; ++i) {
      Voice& other = voice(i);
      if (other.channel == c && other.exclusive_class == v->exclusive_class &&
          other.note != note_ && other.state != Voice::State::dying) {
        other.cut_class(now_);
      }
    }
  }
  const int offset = static_cast<int>(now_ % kCell);
  if (offset != 0) v->control(settings_, channel.state, now_, offset);
}

// A slot for a new voice, at the end of the active list. If all 256 are taken, the least audible
// voice starts to fade out in its own slot.
Voice* SamplerCore::take_slot() noexcept {
  int sounding = 0;
  for (int i = 0; i < active_count_; ++i) sounding += voice(i).state != Voice::State::dying;
  if (sounding >= kSamplerVoices) {
    Voice* least = nullptr;
    for (int i = 0; i < active_count_; ++i) {
      Voice& v = voice(i);
      if (v.state == Voice::State::dying || v.note == note_) continue;
      if (least == nullptr || v.weight() < least->weight()) least = &v;
    }
    if (least == nullptr) return nullptr;
    least->kill();
  }
  // More than 64 taken within two cells: the note that would be one more is left out.
  if (free_count_ == 0) return nullptr;
  const int slot = free_[static_cast<std::size_t>(--free_count_)];
  active_[static_cast<std::size_t>(active_count_++)] = slot;
  return &voices_[static_cast<std::size_t>(slot)];
}

void SamplerCore::give_back_last() noexcept {
  const int slot = active_[static_cast<std::size_t>(--active_count_)];
  voices_[static_cast<std::size_t>(slot)].state = Voice::State::free;
  free_[static_cast<std::size_t>(free_count_++)] = slot;
}

void SamplerCore::begin_cell() noexcept {
  keep_voices(
      [this](Voice& v) { return v.control(settings_, channels_[v.channel].state, now_, 0); });
}

// Adds all voices for a piece of a cell: first those without a filter, then the others in groups
// of eight. The order of the sums does not depend on how the cell is cut.
void SamplerCore::render(float* left, float* right, int offset, int frames) noexcept {
  alignas(64) float buffers[kLanes][kCell];
  const kernels::Table& kernel = *settings_.kernels;
  for (int i = 0; i < active_count_; ++i) {
    Voice& v = voice(i);
    if (v.filtered || v.ended) continue;
    v.read(settings_, scratch_.data(), buffers[0], frames);
    kernel.mix(buffers[0], v.ramp, offset - v.ramp_origin, left, right, frames);
  }
  Voice* group[kLanes];
  int count = 0;
  for (int i = 0; i < active_count_; ++i) {
    Voice& v = voice(i);
    // One whose wave has ended still rings in its filter, up to the end of the cell.
    if (!v.filtered) continue;
    group[count++] = &v;
    if (count == kLanes)
      render_group(group, count, buffers, left, right, offset, frames), count = 0;
  }
  if (count > 0) render_group(group, count, buffers, left, right, offset, frames);
}

void SamplerCore::render_group(Voice* const* group, int count, float (*buffers)[kCell], float* left,
                               float* right, int offset, int frames) noexcept {
  const kernels::Table& kernel = *settings_.kernels;
  kernels::Filters f{};
  float* lanes[kLanes] = {};
  for (int i = 0; i < count; ++i) {
    Voice& v = *group[i];
    lanes[i] = buffers[i];
    v.read(settings_, scratch_.data(), buffers[i], frames);
    f.a[i] = v.a, f.b[i] = v.b, f.p[i] = v.p, f.q[i] = v.q, f.r[i] = v.r;
    f.p_slope[i] = v.p_slope, f.q_slope[i] = v.q_slope, f.r_slope[i] = v.r_slope;
  }
  kernel.filter(lanes, f, frames);
  for (int i = 0; i < count; ++i) {
    Voice& v = *group[i];
    v.a = f.a[i], v.b = f.b[i], v.p = f.p[i], v.q = f.q[i], v.r = f.r[i];
    kernel.mix(buffers[i], v.ramp, offset - v.ramp_origin, left, right, frames);
  }
}

}  // namespace tutti::instruments::detail
