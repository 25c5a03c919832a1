#include "engine/graph/clip.h"

#include <algorithm>
#include <cmath>

#include "engine/base/math.h"

namespace tutti::graph {
namespace {

constexpr int kTaps = 32, kRows = 512;
constexpr double kFade = 0.005;  // seconds

constexpr param::Description kParameters[] = {
    {"level", "Level", param::Unit::decibels, -60, 12, 0, param::Scale::linear, {}},
    {"offset", "Offset", param::Unit::seconds, 0, 7200, 0, param::Scale::linear, {}},
    {"length", "Length", param::Unit::seconds, 0, 7200, 0, param::Scale::linear, {}},
};

// Modified Bessel function of the first kind, order 0, by its series.
double bessel(double x) {
  double sum = 1, term = 1;
  for (int k = 1; k < 40; ++k) {
    term *= (x / 2 / k) * (x / 2 / k);
    sum += term;
  }
  return sum;
}

// Kaiser-windowed sinc, row r for a point r/kRows of the way from tap 15 to tap 16; one row more,
// so that the space between rows can be interpolated.
std::vector<float> make_sinc(double cutoff) {
  constexpr double kBeta = 9;
  std::vector<float> rows(static_cast<std::size_t>(kTaps) * (kRows + 1));
  for (int r = 0; r <= kRows; ++r) {
    double sum = 0, row[kTaps];
    for (int t = 0; t < kTaps; ++t) {
      const double x = t - (kTaps / 2 - 1) - static_cast<double>(r) / kRows;
      const double w = x / (kTaps / 2);
      const double window =
          std::fabs(w) < 1 ? bessel(kBeta * std::sqrt(1 - w * w)) / bessel(kBeta) : 0;
      const double y = math::kPi * cutoff * x;
      row[t] = window * (x == 0 ? 1 : math::sin(y) / y);
      sum += row[t];
    }
    for (int t = 0; t < kTaps; ++t)
      rows[static_cast<std::size_t>(r * kTaps + t)] = static_cast<float>(row[t] / sum);
  }
  return rows;
}

}  // namespace

std::span<const param::Description> ClipNode::parameters() {
  return kParameters;
}

void ClipNode::prepare(double rate, int, Arena&) {
  rate_ = rate;
  fade_ = std::max(1, static_cast<int>(rate * kFade));
  plan_rate();
  reset();
}

void ClipNode::reset() noexcept {
  now_ = before_ = {};
}

bool ClipNode::silent() const noexcept {
  if (!audio_) return true;
  const auto sounds = [this](const Head& h) { return (h.gain > 0 || h.aim > 0) && h.at < length_; };
  return !sounds(now_) && !sounds(before_);
}

void ClipNode::transport(const Transport& t) noexcept {
  const std::int64_t at = t.song_frame - t.start_frame;
  if (t.rolling && now_.rolling && at == now_.at) return;  // nothing changes for this clip
  // The head that is heard fades out where it is; one that was still fading is the quieter loss.
  if (now_.gain > 0 && now_.at > 0 && now_.at < length_) {
    before_ = now_;
    before_.aim = 0;
  }
  now_ = {t.rolling, at, 0, t.rolling ? fade_ : 0};
  // A clip that begins at its own beginning keeps its attack.
  if (t.rolling && at <= 0) now_.gain = fade_;
}

bool ClipNode::set_param(std::string_view id, double value) noexcept {
  const param::Description* d = param::find(kParameters, id);
  if (d == nullptr) return false;
  values_[static_cast<std::size_t>(d - kParameters)] = param::clamp(*d, value);
  level_ = static_cast<float>(math::db_to_gain(values_[0]));
  return true;
}

void ClipNode::attach(std::span<const NamedResource> resources, const PlanNode& plan,
                      std::span<const PlanEvent>, std::vector<std::string>& missing) {
  std::shared_ptr<const AudioResource> found;
  for (const NamedResource& r : resources) {
    if (r.name == plan.resource) found = std::static_pointer_cast<const AudioResource>(r.resource);
  }
  if (!found && !plan.resource.empty()) missing.push_back(plan.resource);
  audio_ = std::move(found);
  plan_rate();
}

void ClipNode::plan_rate() {
  if (!audio_) {
    begin_ = end_ = length_ = 0;
    return;
  }
  const double ratio = audio_->rate / rate_;
  const auto step = static_cast<std::int64_t>(ratio * 4294967296.0 + 0.5);
  if (step != step_) {
    step_ = step;
    if (ratio == 1)
      sinc_.clear();
    else
      sinc_ = make_sinc(std::min(1.0, 1 / ratio) * 0.94);
  }
  const auto total = static_cast<std::int64_t>(audio_->left.size());
  begin_ = std::min(total, static_cast<std::int64_t>(values_[1] * audio_->rate + 0.5));
  end_ = values_[2] > 0
             ? std::min(total, begin_ + static_cast<std::int64_t>(values_[2] * audio_->rate + 0.5))
             : total;
  length_ = static_cast<std::int64_t>(static_cast<double>(end_ - begin_) / ratio);
}

float ClipNode::sample(const std::vector<float>& wave, std::int64_t clip_frame) const noexcept {
  if (sinc_.empty()) return wave[static_cast<std::size_t>(begin_ + clip_frame)];
  // The product stays within 64 bits for a day of sound at any rate.
  const std::int64_t whole = clip_frame * (step_ >> 32), part = clip_frame * (step_ & 0xffffffff);
  const std::int64_t centre = begin_ + whole + (part >> 32);
  const auto fraction = static_cast<std::uint32_t>(part);
  const float* row = sinc_.data() + static_cast<std::size_t>(fraction >> 23) * kTaps;
  const float between = static_cast<float>(fraction & 0x7fffff) * 0x1p-23f;
  const std::int64_t first = centre - (kTaps / 2 - 1);
  const auto total = static_cast<std::int64_t>(wave.size());
  const auto from = static_cast<int>(std::max<std::int64_t>(0, -first));
  const auto to = static_cast<int>(std::min<std::int64_t>(kTaps, total - first));
  float sum = 0;
  for (int t = from; t < to; ++t) {
    sum +=
        wave[static_cast<std::size_t>(first + t)] * (row[t] + (row[t + kTaps] - row[t]) * between);
  }
  return sum;
}

void ClipNode::play(Head& head, dsp::Block block) noexcept {
  if (!head.rolling && head.gain == 0) return;
  const bool mono = audio_->right.size() != audio_->left.size();
  for (int i = 0; i < block.frames; ++i, ++head.at) {
    if (head.gain == 0 && head.aim == 0) return;
    if (head.at < 0) continue;
    if (head.gain < head.aim) ++head.gain;
    if (head.gain > head.aim) --head.gain;
    if (head.at >= length_) continue;
    // The clip's own end fades too, unless the recording ends there by itself.
    const auto left_over = static_cast<int>(std::min<std::int64_t>(fade_, length_ - head.at));
    float gain = level_ * (static_cast<float>(head.gain) / static_cast<float>(fade_));
    if (left_over < fade_ && end_ < static_cast<std::int64_t>(audio_->left.size())) {
      gain *= static_cast<float>(left_over) / static_cast<float>(fade_);
    }
    const float l = sample(audio_->left, head.at) * gain;
    block.left[i] += l;
    block.right[i] += mono ? l : sample(audio_->right, head.at) * gain;
  }
}

void ClipNode::process(dsp::Block block) noexcept {
  std::fill_n(block.left, block.frames, 0.0f);
  std::fill_n(block.right, block.frames, 0.0f);
  if (!audio_ || length_ == 0) {
    now_.at += block.frames;
    return;
  }
  // Both heads move by the whole block, however much of it they sound.
  for (Head* head : {&now_, &before_}) {
    const std::int64_t next = head->at + block.frames;
    play(*head, block);
    head->at = next;
  }
}

}  // namespace tutti::graph
