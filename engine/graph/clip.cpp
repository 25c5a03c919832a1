#include "engine/graph/clip.h"

#include <algorithm>
#include <cmath>

#include "engine/base/math.h"

namespace tutti::graph {
namespace {

constexpr double kFade = 0.005, kGlide = 0.010;  // seconds

constexpr std::string_view kShapes[] = {"linear", "equal power", "smooth", "slow"};
enum { kLevel, kOffset, kLength, kFadeIn, kFadeOut, kShape, kLoop, kLoopLength, kReverse };
constexpr param::Description kParameters[] = {
    {.id = "level", .name = "Level", .unit = param::Unit::decibels, .min = -60, .max = 24},
    {.id = "offset", .name = "Offset", .unit = param::Unit::seconds, .max = 86400},
    {.id = "length", .name = "Length", .unit = param::Unit::seconds, .max = 86400},
    {.id = "fade_in", .name = "Fade in", .unit = param::Unit::seconds, .max = 3600},
    {.id = "fade_out", .name = "Fade out", .unit = param::Unit::seconds, .max = 3600},
    {.id = "fade_shape",
     .name = "Fade shape",
     .max = 3,
     .scale = param::Scale::choice,
     .choices = kShapes},
    {.id = "loop", .name = "Loop", .scale = param::Scale::toggle},
    {.id = "loop_length", .name = "Loop length", .unit = param::Unit::seconds, .max = 86400},
    {.id = "reverse", .name = "Reverse", .scale = param::Scale::toggle},
};

// Gain at share t (0 … 1) of a fade.
double fade_gain(int shape, double t) noexcept {
  switch (shape) {
    case 1:
      return math::sin(math::kPi / 2 * t);
    case 2:
      return t * t * (3 - 2 * t);
    case 3:
      return t * t * t;
    default:
      return t;
  }
}

}  // namespace

std::span<const param::Description> ClipNode::parameters() {
  return kParameters;
}

void ClipNode::prepare(double rate, int max_block, Arena&) {
  rate_ = rate;
  fade_ = std::max(1, static_cast<int>(rate * kFade));
  left_.assign(static_cast<std::size_t>(std::max(max_block, kPiece)), 0);
  right_.assign(left_.size(), 0);
  late_ = 0;
  level_.set_now(level_.target());
  reset();
}

void ClipNode::reset() noexcept {
  const Part part = now_.part;
  now_ = before_ = {};
  now_.part = part;
}

bool ClipNode::quiet(const Head& h, int frames) const noexcept {
  return (h.gain == 0 && h.aim == 0) || h.at >= h.part.length || h.at + frames <= 0;
}

bool ClipNode::silent() const noexcept {
  if (!audio_) return true;
  const auto sounds = [](const Head& h) {
    return (h.gain > 0 || h.aim > 0) && h.at < h.part.length;
  };
  return !sounds(now_) && !sounds(before_);
}

void ClipNode::transport(const Transport& t) noexcept {
  const std::int64_t at = t.song_frame - t.start_frame;
  if (t.rolling && now_.rolling && at == now_.at) return;  // nothing changes for this clip
  // The head that is heard fades out where it is; one that was still fading is the quieter loss.
  if (now_.gain > 0 && now_.at > 0 && now_.at < now_.part.length) {
    before_ = now_;
    before_.aim = 0;
  }
  now_ = {t.rolling, at, 0, t.rolling ? fade_ : 0, now_.part};
  // A clip that begins at its own beginning keeps its attack.
  if (t.rolling && at <= 0) now_.gain = fade_;
}

bool ClipNode::set_param(std::string_view id, double value) noexcept {
  const param::Description* d = param::find(kParameters, id);
  if (d == nullptr) return false;
  const auto index = static_cast<std::size_t>(d - kParameters);
  values_[index] = param::clamp(*d, value);
  if (index != kLevel) return true;
  const auto level = static_cast<float>(math::db_to_gain(values_[kLevel]));
  if (silent())
    level_.set_now(level);
  else
    level_.set_target(level, std::max(1, static_cast<int>(rate_ * kGlide)));
  return true;
}

ClipNode::Part ClipNode::part_of(const AudioSource& audio) const noexcept {
  Part part;
  const double rate = audio.rate(), ratio = rate / rate_;
  const std::int64_t total = audio.frames();
  const auto source = [&](double seconds) {
    return static_cast<std::int64_t>(seconds * rate + 0.5);
  };
  const auto engine = [&](double seconds) {
    return static_cast<std::int64_t>(seconds * rate_ + 0.5);
  };
  part.begin = std::min(total, source(values_[kOffset]));
  part.loop = values_[kLoop] > 0.5;
  part.reverse = values_[kReverse] > 0.5;
  part.shape = static_cast<int>(values_[kShape]);
  const double used = part.loop ? values_[kLoopLength] : values_[kLength];
  const std::int64_t rest = total - part.begin;
  part.frames = used > 0 ? std::min(rest, source(used)) : rest;
  const auto once = static_cast<std::int64_t>(static_cast<double>(part.frames) / ratio);
  const bool lasts = part.loop && values_[kLength] > 0 && part.frames > 0;
  part.length = lasts ? engine(values_[kLength]) : once;
  part.cut = lasts ? part.length % std::max<std::int64_t>(once, 1) != 0
                   : (part.reverse ? part.begin > 0 : part.begin + part.frames < total);
  part.fade_in = std::min(part.length, engine(values_[kFadeIn]));
  part.fade_out = std::min(part.length, engine(values_[kFadeOut]));
  return part;
}

void ClipNode::attach(const Attachment& to) {
  std::shared_ptr<const AudioSource> found;
  const auto at = std::lower_bound(
      to.resources.begin(), to.resources.end(), to.plan.resource,
      [](const NamedResource& r, const std::string& name) { return r.name < name; });
  // What is named "sf:…" is a SoundFont.
  if (at != to.resources.end() && at->name == to.plan.resource && !at->name.starts_with("sf:"))
    found = std::static_pointer_cast<const AudioSource>(at->resource);
  if (!found && !to.plan.resource.empty()) to.missing.push_back(to.plan.resource);
  if (!found) {
    audio_.reset();
    reader_.reset();
    now_.part = {};
    before_.gain = before_.aim = 0;
    return;
  }
  const bool fresh = found != audio_;
  if (fresh) {
    reader_ = found->open();
    audio_ = std::move(found);
    before_.gain = before_.aim = 0;
    mono_ = !audio_->stereo();
  }
  const double ratio = audio_->rate() / rate_;
  step_ = static_cast<std::int64_t>(ratio * 4294967296.0 + 0.5);
  sinc_ = ratio == 1 ? nullptr : to.sincs.table(step_, ratio);
  const auto room = ratio == 1 ? 0 : static_cast<std::size_t>((ratio + 1) * kPiece) + 64;
  source_left_.resize(room);
  source_right_.resize(mono_ ? 0 : room);
  const Part part = part_of(*audio_);
  if (part == now_.part) return;
  // Another part of the recording from now on: crosses over if something sounds.
  if (!fresh && now_.gain > 0 && now_.at > 0 && now_.at < now_.part.length) {
    before_ = now_;
    before_.aim = 0;
    now_.gain = 0;
  }
  now_.part = part;
}

std::int64_t ClipNode::source_frame(std::int64_t clip_frame) const noexcept {
  // The products stay within 64 bits for half a day of sound at any rate.
  return clip_frame * (step_ >> 32) + ((clip_frame * (step_ & 0xffffffff)) >> 32);
}

// Frames of the part counted from its beginning, wherever they lie in the recording. Those before
// it and after it are the recording's own, those of a loop come again.
void ClipNode::gather(const Part& part, std::int64_t from, int frames, float* left,
                      float* right) noexcept {
  for (int done = 0; done < frames;) {
    std::int64_t at = from + done;
    int count = frames - done;
    if (part.loop && at < 0) count = static_cast<int>(std::min<std::int64_t>(count, -at));
    if (part.loop && at >= 0) {
      at %= part.frames;
      count = static_cast<int>(std::min<std::int64_t>(count, part.frames - at));
    }
    const std::int64_t first = part.begin + (part.reverse ? part.frames - at - count : at);
    late_ += reader_->read(first, count, left + done, right != nullptr ? right + done : nullptr);
    if (part.reverse) {
      std::reverse(left + done, left + done + count);
      if (right != nullptr) std::reverse(right + done, right + done + count);
    }
    done += count;
  }
}

// The samples of these frames of the clip, without any gain.
void ClipNode::fetch(const Part& part, std::int64_t clip_frame, int frames, float* left,
                     float* right) noexcept {
  if (!sinc_) return gather(part, clip_frame, frames, left, right);
  constexpr int kBefore = SincTable::kTaps / 2 - 1, kAfter = SincTable::kTaps / 2 + 1;
  for (int done = 0; done < frames; done += kPiece) {
    const int count = std::min(frames - done, kPiece);
    const std::int64_t first = clip_frame + done;
    const std::int64_t from = source_frame(first) - kBefore;
    const auto room = static_cast<int>(source_frame(first + count - 1) + kAfter - from);
    gather(part, from, room, source_left_.data(), mono_ ? nullptr : source_right_.data());
    for (int i = 0; i < count; ++i) {
      const std::int64_t frame = first + i;
      const std::int64_t at = source_frame(frame) - from;
      const auto fraction = static_cast<std::uint32_t>(frame * (step_ & 0xffffffff));
      sinc_->read(source_left_.data() + at, mono_ ? nullptr : source_right_.data() + at, fraction,
                  left + done + i, mono_ ? nullptr : right + done + i);
    }
  }
}

// `ahead` frames from the head's place; without the level.
float ClipNode::gain_at(const Head& h, int ahead) const noexcept {
  const Part& part = h.part;
  const std::int64_t at = h.at + ahead, left_over = part.length - at;
  const int moved =
      h.aim > h.gain ? std::min(h.gain + ahead + 1, h.aim) : std::max(h.gain - ahead - 1, h.aim);
  float gain = static_cast<float>(moved) / static_cast<float>(fade_);
  // The clip's own end fades too, unless the recording ends there by itself.
  if (part.cut && part.fade_out < fade_ && left_over < fade_)
    gain *= static_cast<float>(left_over) / static_cast<float>(fade_);
  if (at < part.fade_in)
    gain *= static_cast<float>(
        fade_gain(part.shape, static_cast<double>(at) / static_cast<double>(part.fade_in)));
  if (left_over < part.fade_out)
    gain *= static_cast<float>(
        fade_gain(part.shape, static_cast<double>(left_over) / static_cast<double>(part.fade_out)));
  return gain;
}

// All of the next frames lie inside the clip and nothing fades there.
bool ClipNode::level_part(const Head& h, int frames) const noexcept {
  const std::int64_t end = h.at + frames;
  const std::int64_t last =
      h.part.length - std::max<std::int64_t>(h.part.cut ? fade_ : 0, h.part.fade_out);
  return h.gain == fade_ && h.aim == fade_ && h.at >= h.part.fade_in && h.at >= 0 && end <= last;
}

void ClipNode::advance(Head& h, int frames) noexcept {
  // Fades of a head begin with the clip: before it nothing moves.
  const auto inside = static_cast<int>(std::clamp<std::int64_t>(h.at + frames, 0, frames));
  h.gain = h.aim > h.gain ? std::min(h.gain + inside, h.aim) : std::max(h.gain - inside, h.aim);
  h.at += frames;
}

void ClipNode::play(const Head& head, dsp::Block block, bool add) noexcept {
  const auto begin = static_cast<int>(std::clamp<std::int64_t>(-head.at, 0, block.frames));
  const auto end =
      static_cast<int>(std::clamp<std::int64_t>(head.part.length - head.at, begin, block.frames));
  const int count = end - begin;
  if (count == 0) return;
  float* left = add ? left_.data() : block.left + begin;
  float* right = mono_ ? nullptr : add ? right_.data() : block.right + begin;
  fetch(head.part, head.at + begin, count, left, right);
  if (level_part(head, block.frames) && !level_.moving()) {
    const float gain = level_.target();
    if (gain != 1) {
      for (int i = 0; i < count; ++i) left[i] *= gain;
      for (int i = 0; right != nullptr && i < count; ++i) right[i] *= gain;
    }
  } else {
    Head from = head;
    advance(from, begin);
    for (int i = 0; i < count; ++i) {
      const float gain = gain_at(from, i) * level_.value_at(begin + i);
      left[i] *= gain;
      if (right != nullptr) right[i] *= gain;
    }
  }
  if (!add) return;
  for (int i = 0; i < count; ++i) block.left[begin + i] += left[i];
  for (int i = 0; right != nullptr && i < count; ++i) block.right[begin + i] += right[i];
}

bool ClipNode::skip(int frames) noexcept {
  if (audio_ && (!quiet(now_, frames) || !quiet(before_, frames))) return false;
  for (Head* head : {&now_, &before_}) advance(*head, frames);
  level_.advance(frames);
  return true;
}

bool ClipNode::view(int frames, View& view) noexcept {
  if (!audio_ || sinc_ || level_.moving() || !quiet(before_, frames) || !level_part(now_, frames) ||
      now_.part.reverse)
    return false;
  const float* plane = audio_->plane(0);
  if (plane == nullptr) return false;
  std::int64_t at = now_.at;
  if (now_.part.loop) {
    at %= now_.part.frames;
    if (at + frames > now_.part.frames) return false;
  }
  at += now_.part.begin;
  view = {plane + at, mono_ ? nullptr : audio_->plane(1) + at, level_.target()};
  for (Head* head : {&now_, &before_}) advance(*head, frames);
  return true;
}

void ClipNode::process(dsp::Block block) noexcept {
  const bool sounds = audio_ && !quiet(now_, block.frames);
  // Of a head that covers the block every sample is written anyway.
  if (!sounds || now_.at < 0 || now_.at + block.frames > now_.part.length) {
    std::fill_n(block.left, block.frames, 0.0f);
    if (!mono_) std::fill_n(block.right, block.frames, 0.0f);
  }
  if (sounds) play(now_, block, false);
  if (audio_ && !quiet(before_, block.frames)) play(before_, block, true);
  for (Head* head : {&now_, &before_}) advance(*head, block.frames);
  level_.advance(block.frames);
}

void ClipNode::needs(std::int64_t song_frame, std::int64_t frames, std::int64_t start_frame,
                     std::vector<AudioNeed>& out) const {
  if (!audio_) return;
  const Part part = part_of(*audio_);
  const std::int64_t first = std::max<std::int64_t>(song_frame - start_frame, 0);
  const std::int64_t last = std::min(song_frame + frames - start_frame, part.length);
  if (first >= last || part.frames == 0) return;
  const std::int64_t from = source_frame(first) - SincTable::kTaps;
  const std::int64_t to = source_frame(last) + SincTable::kTaps;
  const std::int64_t due = std::max<std::int64_t>(start_frame - song_frame, 0);
  const auto want = [&](std::int64_t a, std::int64_t b, std::int64_t when) {
    if (part.reverse) std::swap(a = part.frames - a, b = part.frames - b);
    a = std::clamp<std::int64_t>(part.begin + a, 0, audio_->frames());
    b = std::clamp<std::int64_t>(part.begin + b, a, audio_->frames());
    if (b > a) out.push_back({audio_.get(), a, b, when});
  };
  if (!part.loop || to - from >= part.frames) {
    part.loop ? want(0, part.frames, due) : want(from, to, due);
    return;
  }
  const std::int64_t a = ((from % part.frames) + part.frames) % part.frames;
  const std::int64_t turn = std::min(part.frames - a, to - from);
  want(a, a + turn, due);
  const auto ratio = static_cast<double>(step_) / 4294967296.0;
  want(0, to - from - turn, due + static_cast<std::int64_t>(static_cast<double>(turn) / ratio));
}

}  // namespace tutti::graph
