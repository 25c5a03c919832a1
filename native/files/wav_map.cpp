#include "native/files/wav_map.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <sys/mman.h>

namespace tutti::files {
namespace {

std::uint64_t little(std::span<const std::byte> bytes, std::size_t at, int count) {
  std::uint64_t out = 0;
  for (int i = count - 1; i >= 0; --i)
    out = out << 8 | std::to_integer<std::uint64_t>(bytes[at + static_cast<std::size_t>(i)]);
  return out;
}

bool is(std::span<const std::byte> bytes, std::size_t at, const char* name) {
  return std::memcmp(bytes.data() + at, name, 4) == 0;
}

}  // namespace

std::optional<WavMap> WavMap::parsed(Result<MappedFile> file) {
  static_assert(std::endian::native == std::endian::little);
  if (!file) return std::nullopt;
  WavMap wav(std::move(file).value());
  if (!wav.parse()) return std::nullopt;
  return wav;
}

std::optional<WavMap> WavMap::open(const std::string& path) {
  return parsed(MappedFile::open(path));
}

std::optional<WavMap> WavMap::open(int fd, const std::string& name) {
  return parsed(MappedFile::open(fd, name));
}

std::optional<WavMap> WavMap::raw(int fd, int rate, int channels) {
  auto file = MappedFile::open(fd, "the recording");
  if (!file) return std::nullopt;
  WavMap wav(std::move(file).value());
  wav.rate_ = rate;
  wav.channels_ = channels;
  wav.frames_ = static_cast<std::int64_t>(wav.file_.bytes().size() / 4) / channels;
  return wav;
}

bool WavMap::parse() {
  const auto bytes = file_.bytes();
  if (bytes.size() < 44 || !is(bytes, 8, "WAVE")) return false;
  const bool wide = is(bytes, 0, "RF64");
  if (!wide && !is(bytes, 0, "RIFF")) return false;
  std::uint64_t wide_data = 0;
  bool known = false;
  for (std::size_t at = 12; at + 8 <= bytes.size();) {
    std::uint64_t size = little(bytes, at + 4, 4);
    const std::size_t body = at + 8;
    if (is(bytes, at, "ds64") && size >= 24 && body + 24 <= bytes.size()) {
      wide_data = little(bytes, body + 8, 8);
    } else if (is(bytes, at, "fmt ") && size >= 16 && body + 16 <= bytes.size()) {
      auto tag = little(bytes, body, 2);
      channels_ = static_cast<int>(little(bytes, body + 2, 2));
      const auto rate = little(bytes, body + 4, 4);
      const auto block = static_cast<int>(little(bytes, body + 12, 2));
      const auto bits = static_cast<int>(little(bytes, body + 14, 2));
      if (tag == 0xFFFE && size >= 40 && body + 40 <= bytes.size())
        tag = little(bytes, body + 24, 2);
      if (channels_ < 1 || channels_ > 8 || rate < 8000 || rate > 192000) return false;
      rate_ = static_cast<int>(rate);
      width_ = bits / 8;
      if (block != channels_ * width_ || bits % 8 != 0) return false;
      if (tag == 3 && bits == 32) {
        form_ = Form::float32;
      } else if (tag == 1 && (bits == 16 || bits == 24 || bits == 32)) {
        form_ = bits == 16 ? Form::pcm16 : bits == 24 ? Form::pcm24 : Form::pcm32;
      } else {
        return false;
      }
      known = true;
    } else if (is(bytes, at, "data")) {
      if (!known) return false;
      if (wide && size == 0xffffffff) size = wide_data;
      // Recorders into pipes write no size, or all ones: then the samples go to the end.
      const std::uint64_t there = bytes.size() - body;
      if (size == 0 || size >= 0xffffff00) size = there;
      if (size > there) return false;  // cut off: AudioReader reads it and says so
      data_ = body;
      frames_ = static_cast<std::int64_t>(size / static_cast<std::uint64_t>(width_ * channels_));
      return frames_ > 0;
    }
    if (size > bytes.size()) return false;
    at = body + static_cast<std::size_t>(size + (size & 1));
  }
  return false;
}

const float* WavMap::mono_floats() const {
  if (form_ != Form::float32 || channels_ != 1 || data_ % alignof(float) != 0) return nullptr;
  return reinterpret_cast<const float*>(file_.bytes().data() + data_);
}

void WavMap::read(int channel, std::int64_t from, int count, float* out) const noexcept {
  const auto step = static_cast<std::size_t>(width_ * channels_);
  const auto* at = file_.bytes().data() + data_ + static_cast<std::size_t>(from) * step +
                   static_cast<std::size_t>(channel * width_);
  switch (form_) {
    case Form::float32:
      if (channels_ == 1) {
        std::memcpy(out, at, static_cast<std::size_t>(count) * 4);
        return;
      }
      for (int i = 0; i < count; ++i, at += step) std::memcpy(out + i, at, 4);
      return;
    case Form::pcm16:
      for (int i = 0; i < count; ++i, at += step) {
        std::int16_t n;
        std::memcpy(&n, at, 2);
        out[i] = static_cast<float>(n) * 0x1p-15f;
      }
      return;
    case Form::pcm24:
      for (int i = 0; i < count; ++i, at += step) {
        const auto n = static_cast<std::int32_t>(std::to_integer<std::uint32_t>(at[0]) << 8 |
                                                 std::to_integer<std::uint32_t>(at[1]) << 16 |
                                                 std::to_integer<std::uint32_t>(at[2]) << 24);
        out[i] = static_cast<float>(n >> 8) * 0x1p-23f;
      }
      return;
    case Form::pcm32:
      for (int i = 0; i < count; ++i, at += step) {
        std::int32_t n;
        std::memcpy(&n, at, 4);
        out[i] = static_cast<float>(static_cast<double>(n) * 0x1p-31);
      }
      return;
  }
}

std::int64_t WavMap::first_bad(std::int64_t from) const noexcept {
  if (form_ != Form::float32) return frames_;
  float piece[4096];
  for (std::int64_t at = from; at < frames_; at += 4096) {
    const auto count = static_cast<int>(std::min<std::int64_t>(4096, frames_ - at));
    for (int c = 0; c < channels_; ++c) {
      read(c, at, count, piece);
      for (int i = 0; i < count; ++i)
        if (!std::isfinite(piece[i])) return at + i;
    }
  }
  return frames_;
}

void WavMap::let_go() const noexcept {
  const auto bytes = file_.bytes();
  if (!bytes.empty()) ::madvise(const_cast<std::byte*>(bytes.data()), bytes.size(), MADV_DONTNEED);
}

}  // namespace tutti::files
