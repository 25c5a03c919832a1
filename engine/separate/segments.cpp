#include "engine/separate/segments.h"

#include <algorithm>

namespace tutti::separate {
namespace {

constexpr double kFirstSeconds = 6;  // few enough that the first stems come at once
constexpr std::size_t kRows = kStems * kChannels;

}  // namespace

Segments::Segments(const Separator& separator)
    : separator_(&separator),
      workspace_(separator.make_workspace()),
      stems_(kRows),
      carried_(kRows) {
  const auto segment = static_cast<std::size_t>(separator.segment());
  const auto overlap = static_cast<std::size_t>(separator.overlap());
  for (auto& channel : mixture_) channel.reserve(segment);
  for (auto& row : stems_) row.resize(segment);
  for (auto& row : carried_) row.reserve(overlap);
  weights_.reserve(overlap);
}

std::int64_t Segments::want() const {
  if (!first_) return separator_->segment();
  const auto brief = static_cast<std::int64_t>(kFirstSeconds * separator_->rate());
  return std::clamp(brief, std::min(4 * separator_->overlap(), separator_->segment()),
                    separator_->segment());
}

std::int64_t Segments::feed(StereoIn mixture) {
  const auto given = static_cast<std::int64_t>(mixture[0].size());
  const auto taken = finished_ ? 0 : std::min(given, want() - have());
  for (std::size_t c = 0; c < kChannels; ++c)
    mixture_[c].insert(mixture_[c].end(), mixture[c].begin(),
                       mixture[c].begin() + static_cast<std::ptrdiff_t>(taken));
  return taken;
}

bool Segments::ready() const {
  return !done_ && (finished_ || have() == want());
}

Result<void> Segments::separate() {
  out_ = 0;
  position_ = start_;
  if (!ready())
    return Error{Code::wrong_usage, "There is not enough of the song yet.",
                 "Feed more of it, or call finish."};
  const std::int64_t frames = have();
  const auto known = static_cast<std::int64_t>(weights_.size());
  const auto next = finished_ ? frames : frames - separator_->overlap();
  // Where nothing came after the last whole segment, its end is all there is.
  if (frames > known) {
    StemsOut out;
    for (std::size_t r = 0; r < kRows; ++r)
      out[r / kChannels][r % kChannels] =
          std::span(stems_[r]).first(static_cast<std::size_t>(frames));
    if (const auto result = separator_->separate({mixture_[0], mixture_[1]}, out, *workspace_);
        !result)
      return result.error();
  }
  for (std::int64_t i = 0; i < known; ++i) {
    const auto at = static_cast<std::size_t>(i);
    const float own = frames > known ? separator_->weight(i, frames) : 0.0f;
    const float unit = 1.0f / (own + weights_[at]);
    for (std::size_t r = 0; r < kRows; ++r)
      stems_[r][at] = (own * (frames > known ? stems_[r][at] : 0.0f) + carried_[r][at]) * unit;
  }
  weights_.clear();
  for (auto& row : carried_) row.clear();
  for (std::int64_t i = next; i < frames; ++i) {
    const float own = separator_->weight(i, frames);
    weights_.push_back(own);
    for (std::size_t r = 0; r < kRows; ++r)
      carried_[r].push_back(own * stems_[r][static_cast<std::size_t>(i)]);
  }
  for (auto& channel : mixture_)
    channel.erase(channel.begin(), channel.begin() + static_cast<std::ptrdiff_t>(next));
  out_ = next;
  start_ += next;
  first_ = false;
  done_ = finished_;
  return {};
}

std::span<const float> Segments::stem(int stem, int channel) const {
  return std::span(stems_[static_cast<std::size_t>(stem * kChannels + channel)])
      .first(static_cast<std::size_t>(out_));
}

}  // namespace tutti::separate
