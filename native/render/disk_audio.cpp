#include "native/render/disk_audio.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <mutex>
#include <unistd.h>
#include <vector>

#include "native/files/atomic_write.h"
#include "native/files/audio_reader.h"
#include "native/files/wav_map.h"

namespace tutti::render {
namespace {

constexpr int kWindow =
    16384;  // frames kept of what was decoded, for clips that look back a little
constexpr int kPiece = 4096;
constexpr int kMostDecoders = 3;  // of one recording; more clips share a spool

files::DecodeLimits no_limits() {
  files::DecodeLimits limits;
  limits.bytes = std::uint64_t{1} << 40;
  limits.seconds = 48 * 3600;
  return limits;
}

// Plays out of a mapped file.
class MapReader final : public graph::AudioReader {
 public:
  explicit MapReader(std::shared_ptr<const files::WavMap> wav) : wav_(std::move(wav)) {}

  int read(std::int64_t from, int frames, float* left, float* right) noexcept override {
    const auto begin = std::clamp<std::int64_t>(-from, 0, frames);
    const auto end = std::clamp<std::int64_t>(wav_->frames() - from, begin, frames);
    const auto count = static_cast<int>(end - begin);
    for (float* out : {left, right}) {
      if (out == nullptr) continue;
      std::fill(out, out + begin, 0.0f);
      std::fill(out + end, out + frames, 0.0f);
    }
    if (count == 0) return 0;
    if (wav_->channels() <= 2) {
      wav_->read(0, from + begin, count, left + begin);
      if (right != nullptr && wav_->channels() == 2)
        wav_->read(1, from + begin, count, right + begin);
      return 0;
    }
    // Surround as one channel, the average of all.
    std::fill_n(left + begin, count, 0.0f);
    float piece[kPiece];
    const float share = 1.0f / static_cast<float>(wav_->channels());
    for (int c = 0; c < wav_->channels(); ++c) {
      for (int done = 0; done < count; done += kPiece) {
        const int n = std::min(kPiece, count - done);
        wav_->read(c, from + begin + done, n, piece);
        float* out = left + begin + done;
        for (int i = 0; i < n; ++i) out[i] += piece[i] * share;
      }
    }
    return 0;
  }

 private:
  std::shared_ptr<const files::WavMap> wav_;
};

class MappedAudio final : public DiskAudio {
 public:
  MappedAudio(files::WavMap wav, std::string name)
      : wav_(std::make_shared<const files::WavMap>(std::move(wav))), name_(std::move(name)) {}

  double rate() const noexcept override { return wav_->rate(); }
  std::int64_t frames() const noexcept override { return wav_->frames(); }
  bool stereo() const noexcept override { return wav_->channels() == 2; }
  const float* plane(int) const noexcept override {
    return stereo() ? nullptr : wav_->mono_floats();
  }
  std::unique_ptr<graph::AudioReader> open() const override {
    return std::make_unique<MapReader>(wav_);
  }
  const std::string& name() const override { return name_; }
  std::optional<Error> fault() const override { return std::nullopt; }
  Result<void> check() const override {
    const auto bad = wav_->first_bad();
    if (bad >= wav_->frames()) return {};
    char at[48];
    std::snprintf(at, sizeof at, "%.3f s", static_cast<double>(bad) / wav_->rate());
    return Error{Code::bad_input,
                 "\"" + name_ + "\" has samples that are not numbers, at " + at + ".",
                 "The program that wrote it failed; export it again, as 24-bit WAV or FLAC."};
  }
  void let_go() const noexcept override { wav_->let_go(); }

 private:
  std::shared_ptr<const files::WavMap> wav_;
  std::string name_;
};

class DecodedAudio;

// Decodes onwards as it is asked; jumps back go to the spool.
class DecodingReader final : public graph::AudioReader {
 public:
  explicit DecodingReader(const DecodedAudio& source) : source_(source) {}
  int read(std::int64_t from, int frames, float* left, float* right) noexcept override;

 private:
  bool onwards(std::int64_t end);
  const DecodedAudio& source_;
  std::optional<files::AudioReader> reader_;
  std::unique_ptr<MapReader> spooled_;
  std::int64_t decoded_ = 0;  // frames so far
  bool ended_ = false;
  std::vector<std::vector<float>> ring_;  // of kWindow frames, per channel of the file
};

class DecodedAudio final : public DiskAudio, public std::enable_shared_from_this<DecodedAudio> {
 public:
  DecodedAudio(files::AudioSource from, files::AudioInfo info)
      : from_(std::move(from)), info_(std::move(info)) {
    frames_ = static_cast<std::int64_t>(std::floor(info_.seconds * info_.rate + 0.5));
  }

  double rate() const noexcept override { return info_.rate; }
  std::int64_t frames() const noexcept override { return frames_; }
  bool stereo() const noexcept override { return info_.channels == 2; }
  std::unique_ptr<graph::AudioReader> open() const override {
    if (++opened_ > kMostDecoders) {
      if (auto wav = spool()) return std::make_unique<MapReader>(std::move(wav));
    }
    return std::make_unique<DecodingReader>(*this);
  }
  const std::string& name() const override { return from_.name(); }
  std::optional<Error> fault() const override {
    const std::lock_guard lock(mutex_);
    return fault_;
  }
  Result<void> check() const override { return {}; }  // the decoder's own check does it
  void let_go() const noexcept override {
    const std::lock_guard lock(mutex_);
    if (spool_) spool_->let_go();
  }

  const files::AudioSource& from() const { return from_; }
  int channels() const { return info_.channels; }
  void failed(const Error& error) const {
    const std::lock_guard lock(mutex_);
    if (!fault_) fault_ = error;
  }
  // The whole recording as a mapped temporary file, made on first use; null if that failed.
  std::shared_ptr<const files::WavMap> spool() const {
    const std::lock_guard lock(mutex_);
    if (spool_ || fault_) return spool_;
    auto made = make_spool();
    if (!made) {
      fault_ = made.error();
    } else {
      spool_ = *made;
    }
    return spool_;
  }
  Result<std::int64_t> count_frames() {
    auto wav = spool();
    if (!wav) return *fault_;
    frames_ = wav->frames();
    return frames_;
  }

 private:
  Result<std::shared_ptr<const files::WavMap>> make_spool() const;

  files::AudioSource from_;
  files::AudioInfo info_;
  std::int64_t frames_ = 0;
  mutable std::atomic<int> opened_ = 0;
  mutable std::mutex mutex_;
  mutable std::optional<Error> fault_;
  mutable std::shared_ptr<const files::WavMap> spool_;
};

Result<std::shared_ptr<const files::WavMap>> DecodedAudio::make_spool() const {
  auto reader = files::AudioReader::open(from_, no_limits());
  if (!reader) return reader.error();
  const int fd = files::scratch_file();
  if (fd < 0) {
    return Error{Code::io, "No temporary file could be made.",
                 "Set TMPDIR to a folder on a disk with room."};
  }
  const auto channels = static_cast<std::size_t>(info_.channels);
  std::vector<std::vector<float>> block(channels, std::vector<float>(kPiece));
  std::vector<float*> pointers;
  for (auto& channel : block) pointers.push_back(channel.data());
  std::vector<float> mixed(channels * kPiece);
  Result<void> written;
  for (;;) {
    auto count = reader->read(pointers.data(), kPiece);
    if (!count) {
      ::close(fd);
      return count.error();
    }
    if (*count == 0) break;
    for (std::size_t c = 0; c < channels; ++c)
      for (std::size_t i = 0; i < static_cast<std::size_t>(*count); ++i)
        mixed[i * channels + c] = block[c][i];
    written = files::write_all(
        fd, std::as_bytes(std::span(mixed)).first(static_cast<std::size_t>(*count) * channels * 4));
    if (!written) break;
  }
  auto wav = written ? files::WavMap::raw(fd, info_.rate, info_.channels) : std::nullopt;
  ::close(fd);
  if (!written) return written.error();
  if (!wav) {
    return Error{Code::io, "The decoded \"" + from_.name() + "\" could not be read back.",
                 "Check the disk of TMPDIR."};
  }
  return std::make_shared<const files::WavMap>(*std::move(wav));
}

// Decodes until `end` frames have come, keeping the last of them; false after an error.
bool DecodingReader::onwards(std::int64_t end) {
  if (!reader_ && !ended_) {
    auto opened = files::AudioReader::open(source_.from(), no_limits());
    if (!opened) {
      source_.failed(opened.error());
      return false;
    }
    reader_ = std::move(opened).value();
    ring_.assign(static_cast<std::size_t>(source_.channels()), std::vector<float>(kWindow));
  }
  std::vector<float*> to(ring_.size());
  while (decoded_ < end && !ended_) {
    const auto place = static_cast<int>(decoded_ % kWindow);
    const int want = std::min(kPiece, kWindow - place);
    for (std::size_t c = 0; c < ring_.size(); ++c) to[c] = ring_[c].data() + place;
    auto count = reader_->read(to.data(), want);
    if (!count) {
      source_.failed(count.error());
      return false;
    }
    decoded_ += *count;
    if (*count < want) {
      ended_ = true;
      reader_.reset();
    }
  }
  return true;
}

int DecodingReader::read(std::int64_t from, int frames, float* left, float* right) noexcept {
  std::fill_n(left, frames, 0.0f);
  if (right != nullptr) std::fill_n(right, frames, 0.0f);
  const std::int64_t first = std::max<std::int64_t>(from, 0);
  const std::int64_t last = std::min(from + frames, source_.frames());
  if (first >= last) return 0;
  // A ring holds what a block and a little looking back need; anything else is a jump.
  const bool behind = first < decoded_ - kWindow + kPiece && first < decoded_;
  if (!spooled_ && (behind || frames > kWindow / 2)) {
    auto wav = source_.spool();
    if (!wav) return static_cast<int>(last - first);
    spooled_ = std::make_unique<MapReader>(std::move(wav));
    reader_.reset();
    ring_.clear();
  }
  if (spooled_) return spooled_->read(from, frames, left, right);
  if (!onwards(last)) return static_cast<int>(last - first);
  const std::int64_t end = std::min(last, decoded_);
  const float share = 1.0f / static_cast<float>(ring_.size());
  for (std::int64_t at = first; at < end; ++at) {
    const auto i = static_cast<std::size_t>(at % kWindow);
    const auto out = static_cast<std::size_t>(at - from);
    if (ring_.size() <= 2) {
      left[out] = ring_[0][i];
      if (right != nullptr && ring_.size() == 2) right[out] = ring_[1][i];
      continue;
    }
    float sum = 0;
    for (const auto& channel : ring_) sum += channel[i] * share;
    left[out] = sum;
  }
  return 0;
}

}  // namespace

Result<std::shared_ptr<const DiskAudio>> DiskAudio::open(const std::string& path) {
  return open(files::AudioSource::path(path));
}

Result<std::shared_ptr<const DiskAudio>> DiskAudio::open(const files::AudioSource& source) {
  std::optional<files::WavMap> wav;
  if (source.kind() == files::AudioSource::Kind::path && source.name() != "-")
    wav = files::WavMap::open(source.name());
  if (source.kind() == files::AudioSource::Kind::descriptor)
    wav = files::WavMap::open(source.fd(), source.name());
  if (wav) return std::shared_ptr<const DiskAudio>(new MappedAudio(*std::move(wav), source.name()));
  auto reader = files::AudioReader::open(source, no_limits());
  if (!reader) return reader.error();
  auto audio = std::make_shared<DecodedAudio>(source, reader->info());
  if (audio->frames() <= 0) {
    auto counted = audio->count_frames();
    if (!counted) return counted.error();
  }
  return std::shared_ptr<const DiskAudio>(std::move(audio));
}

}  // namespace tutti::render
