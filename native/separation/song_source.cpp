#include "native/separation/song_source.h"

#include <cmath>

namespace tutti::separation {
namespace {

constexpr int kStep = 1 << 14;  // frames decoded at once

struct Gains {
  float left, right;
};

// Two channels from more, by the usual orders of 3 to 8 loudspeakers: centre and surrounds 3 dB
// down, the effects channel left out (ITU-R BS.775-3, annex 4), scaled so that nothing can clip.
std::vector<Gains> downmix(int channels) {
  constexpr float h = 0.70710678f;
  const Gains left{1, 0}, right{0, 1}, centre{h, h}, effects{0, 0}, side{h, 0}, other_side{0, h};
  std::vector<Gains> gains;
  switch (channels) {
    case 3:
      gains = {left, right, centre};
      break;
    case 4:
      gains = {left, right, side, other_side};
      break;
    case 5:
      gains = {left, right, centre, side, other_side};
      break;
    case 6:
      gains = {left, right, centre, effects, side, other_side};
      break;
    case 7:
      gains = {left, right, centre, effects, {0.5f, 0.5f}, side, other_side};
      break;
    default:
      gains = {left, right, centre, effects, side, other_side, side, other_side};
      for (int c = 8; c < channels; ++c) gains.push_back(centre);
      break;
  }
  float sum = 0;
  for (const auto& gain : gains) sum += gain.left;
  for (auto& gain : gains) {
    gain.left /= sum;
    gain.right /= sum;
  }
  return gains;
}

}  // namespace

SongSource::SongSource(files::AudioReader reader, int rate, int channels)
    : reader_(std::move(reader)),
      info_(reader_.info()),
      rate_(rate > 0 ? rate : info_.rate),
      channels_(channels > 0 ? channels : std::min(info_.channels, 2)),
      block_(static_cast<std::size_t>(info_.channels), std::vector<float>(kStep)),
      stereo_(separate::kChannels, std::vector<float>(kStep)),
      original_(channels_) {}

Result<SongSource> SongSource::open(const files::AudioSource& input,
                                    const files::DecodeLimits& limits, int separator_rate, int rate,
                                    int channels) {
  auto reader = files::AudioReader::open(input, limits);
  if (!reader) return reader.error();
  SongSource source(std::move(reader).value(), rate, channels);
  const int own = source.info_.rate;
  source.same_ = source.rate_ == separator_rate && source.channels_ == separate::kChannels;
  if (own != separator_rate) {
    auto made = files::Resampler::create(own, separator_rate, separate::kChannels);
    if (!made) return made.error();
    source.to_separator_ = std::move(made).value();
  }
  if (!source.same_ && own != source.rate_) {
    auto made = files::Resampler::create(own, source.rate_, source.channels_);
    if (!made) return made.error();
    source.to_stems_ = std::move(made).value();
  }
  return source;
}

std::int64_t SongSource::frames() const {
  const double frames =
      static_cast<double>(reader_.position()) * rate_ / static_cast<double>(info_.rate);
  return static_cast<std::int64_t>(std::floor(frames + 0.5));
}

// Hands the first `frames` of block_ on.
void SongSource::take(int frames) {
  const auto count = static_cast<std::size_t>(frames);
  for (std::size_t c = 0; c < 2; ++c) {
    auto& out = stereo_[c];
    if (info_.channels <= 2) {
      std::copy_n(block_[std::min(c, block_.size() - 1)].begin(), count, out.begin());
      continue;
    }
    const auto gains = downmix(info_.channels);
    std::fill_n(out.begin(), count, 0.0f);
    for (std::size_t from = 0; from < block_.size(); ++from) {
      const float gain = c == 0 ? gains[from].left : gains[from].right;
      for (std::size_t i = 0; i < count; ++i) out[i] += gain * block_[from][i];
    }
  }
  for (const auto& channel : stereo_)
    for (std::size_t i = 0; i < count; ++i) peak_ = std::max(peak_, std::abs(channel[i]));
  const float* both[] = {stereo_[0].data(), stereo_[1].data()};
  if (to_separator_) {
    to_separator_->push(both, frames, mixture_.tail());
  } else {
    mixture_.append(both, frames);
  }
  if (same_) return;
  if (channels_ == 1) {
    for (std::size_t i = 0; i < count; ++i) stereo_[0][i] = 0.5f * (stereo_[0][i] + stereo_[1][i]);
  }
  if (to_stems_) {
    to_stems_->push(both, frames, original_.tail());
  } else {
    original_.append(both, frames);
  }
}

Result<void> SongSource::fill(std::int64_t end) {
  std::vector<float*> into;
  for (auto& channel : block_) into.push_back(channel.data());
  while (!ended_ && mixture_.end() < end) {
    auto got = reader_.read(into.data(), kStep);
    if (!got) return got.error();
    if (*got > 0) {
      take(*got);
      continue;
    }
    ended_ = true;
    if (to_separator_) to_separator_->finish(mixture_.tail());
    if (to_stems_) to_stems_->finish(original_.tail());
  }
  return {};
}

Result<separate::SongLevel> level_of(SongSource& source, const Progress& progress) {
  double sum = 0, squares = 0;
  std::int64_t at = 0;
  auto& mixture = source.mixture();
  while (!source.ended()) {
    auto filled = source.fill(at + (1 << 16));
    if (!filled) return filled.error();
    const float* left = mixture.at(0, at);
    const float* right = mixture.at(1, at);
    for (std::int64_t i = 0; i < mixture.end() - at; ++i) {
      const double mono = 0.5 * (static_cast<double>(left[i]) + static_cast<double>(right[i]));
      sum += mono;
      squares += mono * mono;
    }
    at = mixture.end();
    mixture.drop_before(at);
    source.original().drop_before(source.original().end());
    if (progress && !progress(source.fraction(), "Measuring the song's level"))
      return Error{Code::cancelled, "Stopped.", "Start again when you like."};
  }
  separate::SongLevel level;
  if (at < 2) return level;
  const auto n = static_cast<double>(at);
  level.mean = static_cast<float>(sum / n);
  const double variance = std::max(0.0, (squares - sum * sum / n) / (n - 1));
  // A silent song has none to be divided by.
  level.deviation = static_cast<float>(std::max(std::sqrt(variance), 1e-8));
  return level;
}

}  // namespace tutti::separation
