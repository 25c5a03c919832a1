#include "engine/graph/audio_source.h"

#include <algorithm>
#include <cmath>

namespace tutti::graph {
namespace {

class MemoryReader final : public AudioReader {
 public:
  MemoryReader(std::span<const float> left, std::span<const float> right)
      : left_(left), right_(right) {}
  int read(std::int64_t from, int frames, float* left, float* right) noexcept override {
    copy(left_, from, frames, left);
    if (!right_.empty() && right != nullptr) copy(right_, from, frames, right);
    return 0;
  }

 private:
  static void copy(std::span<const float> wave, std::int64_t from, int frames,
                   float* out) noexcept {
    const auto size = static_cast<std::int64_t>(wave.size());
    const auto begin = static_cast<int>(std::clamp<std::int64_t>(-from, 0, frames));
    const auto end = static_cast<int>(std::clamp<std::int64_t>(size - from, begin, frames));
    std::fill_n(out, begin, 0.0f);
    if (end > begin) std::copy_n(wave.data() + from + begin, end - begin, out + begin);
    // What comes next is on its way while this is being worked on. Inside the recording only for
    // tidiness: fetching elsewhere would be harmless.
    const auto more = static_cast<int>(std::clamp<std::int64_t>(size - from - frames, 0, frames));
    for (int i = 0; i < more; i += 16) __builtin_prefetch(wave.data() + from + frames + i, 0, 2);
    std::fill(out + end, out + frames, 0.0f);
  }
  std::span<const float> left_, right_;
};

class StreamReader final : public AudioReader {
 public:
  explicit StreamReader(const StreamedAudio& audio) : audio_(audio) {}
  int read(std::int64_t from, int frames, float* left, float* right) noexcept override {
    int late = 0;
    if (!audio_.stereo()) right = nullptr;
    for (int done = 0; done < frames;) {
      const std::int64_t at = from + done;
      int count = frames - done;
      bool there = false;
      if (at < 0) {
        count = static_cast<int>(std::min<std::int64_t>(count, -at));
      } else if (at < audio_.frames()) {
        const std::int64_t in_chunk = at % StreamedAudio::kChunk;
        count = static_cast<int>(std::min<std::int64_t>(
            {count, StreamedAudio::kChunk - in_chunk, audio_.frames() - at}));
        there = audio_.copy(at, count, left + done, right != nullptr ? right + done : nullptr);
        if (!there) late += count;
      }
      if (!there) {
        std::fill_n(left + done, count, 0.0f);
        if (right != nullptr) std::fill_n(right + done, count, 0.0f);
      }
      done += count;
    }
    return late;
  }

 private:
  const StreamedAudio& audio_;
};

}  // namespace

AudioResource::AudioResource(double rate, std::vector<float> left, std::vector<float> right)
    : rate_(rate),
      own_left_(std::move(left)),
      own_right_(std::move(right)),
      left_(own_left_),
      right_(own_right_) {}

AudioResource::AudioResource(double rate, std::span<const float> left, std::span<const float> right)
    : rate_(rate), left_(left), right_(right) {}

std::unique_ptr<AudioReader> AudioResource::open() const {
  return std::make_unique<MemoryReader>(left_, right_);
}

StreamedAudio::StreamedAudio(double rate, std::int64_t frames, bool stereo)
    : rate_(rate),
      frames_(frames),
      stereo_(stereo),
      chunks_(static_cast<std::size_t>((frames + kChunk - 1) / kChunk)) {}

std::unique_ptr<AudioReader> StreamedAudio::open() const {
  return std::make_unique<StreamReader>(*this);
}

bool StreamedAudio::has(std::int64_t chunk) const noexcept {
  return chunk >= 0 && chunk < chunks() && chunks_[static_cast<std::size_t>(chunk)] != nullptr;
}

bool StreamedAudio::push(std::int64_t chunk, const float* left, const float* right, int frames) {
  if (chunk < 0 || chunk >= chunks() || left == nullptr || (stereo_ && right == nullptr))
    return false;
  if (frames != std::min<std::int64_t>(kChunk, frames_ - chunk * kChunk)) return false;
  auto& room = chunks_[static_cast<std::size_t>(chunk)];
  if (!room) room.reset(new float[static_cast<std::size_t>(stereo_ ? 2 * kChunk : kChunk)]);
  const auto good = [](float x) { return std::isfinite(x) ? x : 0.0f; };
  std::transform(left, left + frames, room.get(), good);
  if (stereo_) std::transform(right, right + frames, room.get() + kChunk, good);
  return true;
}

void StreamedAudio::keep_only(bool (*keep)(const void*, std::int64_t), const void* context) {
  for (std::size_t i = 0; i < chunks_.size(); ++i) {
    if (chunks_[i] && !keep(context, static_cast<std::int64_t>(i))) chunks_[i].reset();
  }
}

bool StreamedAudio::copy(std::int64_t from, int frames, float* left, float* right) const noexcept {
  const float* chunk = chunks_[static_cast<std::size_t>(from / kChunk)].get();
  if (chunk == nullptr) return false;
  const std::int64_t at = from % kChunk;
  std::copy_n(chunk + at, frames, left);
  if (right != nullptr) std::copy_n(chunk + kChunk + at, frames, right);
  return true;
}

}  // namespace tutti::graph
