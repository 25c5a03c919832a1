#include "native/separation/stem_output.h"

#include <algorithm>

namespace tutti::separation {
namespace {

constexpr std::int64_t kBlock = 1 << 16;  // frames handed on at once

}  // namespace

Result<StemOutput> StemOutput::create(int separator_rate, SongSource& source, bool residual) {
  StemOutput output(source);
  output.residual_ = residual;
  for (int s = 0; s < separate::kStems; ++s) {
    Line line(source.channels());
    if (source.rate() != separator_rate) {
      auto made = files::Resampler::create(separator_rate, source.rate(), source.channels());
      if (!made) return made.error();
      line.resampler = std::move(made).value();
    }
    output.lines_.push_back(std::move(line));
  }
  return output;
}

std::int64_t StemOutput::push(const Stretch& stretch, std::int64_t at, WorkPool& pool) {
  const std::int64_t frames = std::min(kBlock, stretch.frames - at);
  // One channel in or out: the two of the separator are one.
  const bool average = source_->mono() || source_->channels() == 1;
  pool.run_all(separate::kStems, [&](int s) {
    auto& line = lines_[static_cast<std::size_t>(s)];
    line.staged.drop_before(taken_);
    const float* from[] = {stretch.stems[s][0] + at, stretch.stems[s][1] + at};
    if (average) {
      line.mono.resize(static_cast<std::size_t>(frames));
      for (std::int64_t i = 0; i < frames; ++i)
        line.mono[static_cast<std::size_t>(i)] = 0.5f * (from[0][i] + from[1][i]);
      from[0] = from[1] = line.mono.data();
    }
    if (line.resampler) {
      line.resampler->push(from, static_cast<int>(frames), line.staged.tail());
    } else {
      line.staged.append(from, frames);
    }
  });
  return at + frames;
}

Result<void> StemOutput::finish() {
  const std::int64_t total = source_->frames();
  for (auto& line : lines_) {
    if (line.resampler) line.resampler->finish(line.staged.tail());
    // Two roundings of the length may differ by a frame from one.
    const auto wanted =
        static_cast<std::size_t>(std::max<std::int64_t>(0, total - line.staged.begin()));
    for (auto& channel : line.staged.tail()) channel.resize(wanted);
  }
  for (auto& channel : source_->original().tail()) {
    if (source_->same()) break;
    channel.resize(
        static_cast<std::size_t>(std::max<std::int64_t>(0, total - source_->original().begin())));
  }
  finished_ = true;
  return {};
}

Result<StemOutput::Block> StemOutput::take(WorkPool& pool) {
  auto& original = source_->original();
  std::int64_t end = taken_ + kBlock;
  for (const auto& line : lines_) end = std::min(end, line.staged.end());
  if (residual_) end = std::min(end, original.end());
  Block block;
  block.frames = static_cast<int>(std::max<std::int64_t>(0, end - taken_));
  const int channels = source_->channels();
  if (block.frames == 0) {
    if (finished_ && !done())
      return Error{Code::internal, "The stems came out shorter than the song.",
                   "Please report it."};
    return block;
  }
  if (residual_) {
    pool.run_all(channels, [&](int c) {
      const float* song = original.at(c, taken_);
      std::array<float*, separate::kStems> stems{};
      for (std::size_t s = 0; s < stems.size(); ++s)
        stems[s] = lines_[s].staged.tail()[static_cast<std::size_t>(c)].data() +
                   (taken_ - lines_[s].staged.begin());
      float* other = stems[static_cast<std::size_t>(separate::Stem::other)];
      for (int i = 0; i < block.frames; ++i)
        other[i] += song[i] - (stems[0][i] + stems[1][i] + stems[2][i] + stems[3][i]);
    });
  }
  for (const auto& line : lines_) {
    auto& stem = block.stems.emplace_back();
    for (int c = 0; c < channels; ++c) stem.push_back(line.staged.at(c, taken_));
  }
  taken_ += block.frames;
  if (!source_->same()) original.drop_before(taken_);
  return block;
}

}  // namespace tutti::separation
