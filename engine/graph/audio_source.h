// Recorded audio that clips play: whole in memory, read from a disk, or pushed in as it comes.
//
// Planar float32 at any rate. A source is shared by all clips that play it; each clip opens a
// reader of its own. open() allocates and runs off the audio path; AudioReader::read is called on
// the audio path, by one thread at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace tutti::graph {

// Something a node plays, parsed once and shared by all nodes. Which concrete type hides behind it
// is agreed between factory and nodes by the resource's name.
class Resource {
 public:
  virtual ~Resource() = default;
};

class AudioReader {
 public:
  virtual ~AudioReader() = default;
  // Writes frames [from, from + frames) of the recording, zeros outside of it and where they are
  // not at hand. `right` is written only if the source is stereo and may be null otherwise. Returns
  // how many frames inside the recording were not at hand. Live sources return at once and never
  // allocate; offline ones may read from a disk here. Calls mostly go on where the last one ended.
  virtual int read(std::int64_t from, int frames, float* left, float* right) noexcept = 0;
};

class AudioSource : public Resource {
 public:
  virtual double rate() const noexcept = 0;
  virtual std::int64_t frames() const noexcept = 0;
  virtual bool stereo() const noexcept = 0;
  // All samples of channel 0 or 1, if they simply lie in memory; null otherwise. Clips then play
  // from there without a copy.
  virtual const float* plane(int /*channel*/) const noexcept { return nullptr; }
  virtual std::unique_ptr<AudioReader> open() const = 0;
  // It is a StreamedAudio.
  virtual bool streamed() const noexcept { return false; }
};

// Whole in memory; `right` is empty for mono.
class AudioResource final : public AudioSource {
 public:
  AudioResource(double rate, std::vector<float> left, std::vector<float> right);
  // Refers to memory that the caller keeps (a mapped file, say) for as long as this lives.
  AudioResource(double rate, std::span<const float> left, std::span<const float> right);

  double rate() const noexcept override { return rate_; }
  std::int64_t frames() const noexcept override { return static_cast<std::int64_t>(left_.size()); }
  bool stereo() const noexcept override { return !right_.empty(); }
  const float* plane(int channel) const noexcept override {
    return channel == 0 || right_.empty() ? left_.data() : right_.data();
  }
  std::unique_ptr<AudioReader> open() const override;
  std::span<const float> left() const noexcept { return left_; }
  std::span<const float> right() const noexcept { return right_; }

 private:
  double rate_;
  std::vector<float> own_left_, own_right_;
  std::span<const float> left_, right_;
};

// Comes in chunks of kChunk frames while the song plays; what is not there is silent. push() and
// keep_only() allocate or free and are called between blocks, by the thread that plays.
// What is not a number becomes silence.
class StreamedAudio final : public AudioSource {
 public:
  static constexpr int kChunk = 16384;

  StreamedAudio(double rate, std::int64_t frames, bool stereo);
  double rate() const noexcept override { return rate_; }
  std::int64_t frames() const noexcept override { return frames_; }
  bool stereo() const noexcept override { return stereo_; }
  bool streamed() const noexcept override { return true; }
  std::unique_ptr<AudioReader> open() const override;

  std::int64_t chunks() const noexcept { return static_cast<std::int64_t>(chunks_.size()); }
  bool has(std::int64_t chunk) const noexcept;
  // One whole chunk (the last one may be shorter); `right` null for mono. False if it does not fit.
  bool push(std::int64_t chunk, const float* left, const float* right, int frames);
  // Forgets every chunk for which keep(context, chunk) is false.
  void keep_only(bool (*keep)(const void* context, std::int64_t chunk), const void* context);
  // Copies from one chunk; false if it is not there.
  bool copy(std::int64_t from, int frames, float* left, float* right) const noexcept;

 private:
  double rate_;
  std::int64_t frames_;
  bool stereo_;
  std::vector<std::unique_ptr<float[]>> chunks_;
};

}  // namespace tutti::graph
