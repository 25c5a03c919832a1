// A ring of stereo sound between one thread that writes and one that reads, without locks.
//
// The renderer of a channel writes, its sender reads. Positions are counted in frames from the
// ring's beginning and never wrap (64 bits last six million years); the place in memory is the
// position modulo the capacity. Each side keeps the other's position as it last saw it, so that the
// cache line of the other side is touched only when the ring seems full or empty (Lamport 1977; the
// cached indices as in Giacomoni, Moseley and Vachharajani, FastForward, 2008).
//
// write() and read() never wait, allocate or throw. What did not fit (overrun) or was not there
// (underrun) is counted in frames; nothing that was not read is ever overwritten. Which thread is
// writer or reader may change only through a lock or the like that orders the two.
#pragma once

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>

namespace tutti::streams {

class AudioRing {
 public:
  // Room for at least `frames`, rounded up to a power of two.
  explicit AudioRing(std::size_t frames)
      : capacity_(std::bit_ceil(std::max<std::size_t>(frames, 1))),
        left_(new float[capacity_]()),
        right_(new float[capacity_]()) {}
  AudioRing(const AudioRing&) = delete;
  AudioRing& operator=(const AudioRing&) = delete;

  std::size_t capacity() const noexcept { return capacity_; }

  // Writer: frames that fit now; more may fit a moment later, never less.
  std::size_t room() noexcept {
    const std::uint64_t at = written_.load(std::memory_order_relaxed);
    seen_read_ = read_.load(std::memory_order_acquire);
    return capacity_ - static_cast<std::size_t>(at - seen_read_);
  }
  // Writer: answers how many of the frames were taken; the others count as overrun.
  std::size_t write(const float* left, const float* right, std::size_t frames) noexcept {
    const std::uint64_t at = written_.load(std::memory_order_relaxed);
    std::size_t fits = capacity_ - static_cast<std::size_t>(at - seen_read_);
    if (fits < frames) fits = room();
    const std::size_t count = std::min(frames, fits);
    const std::size_t place = static_cast<std::size_t>(at) & (capacity_ - 1);
    const std::size_t first = std::min(count, capacity_ - place);
    std::memcpy(left_.get() + place, left, first * sizeof(float));
    std::memcpy(right_.get() + place, right, first * sizeof(float));
    std::memcpy(left_.get(), left + first, (count - first) * sizeof(float));
    std::memcpy(right_.get(), right + first, (count - first) * sizeof(float));
    written_.store(at + count, std::memory_order_release);
    if (count < frames) {
      overrun_.store(
          overrun_.load(std::memory_order_relaxed) + static_cast<std::int64_t>(frames - count),
          std::memory_order_relaxed);
    }
    return count;
  }

  // Reader: frames that are there now; more may come, never less.
  std::size_t available() noexcept {
    const std::uint64_t at = read_.load(std::memory_order_relaxed);
    seen_written_ = written_.load(std::memory_order_acquire);
    return static_cast<std::size_t>(seen_written_ - at);
  }
  // Reader: answers how many frames there were; the others count as underrun and are left as they
  // are in the caller's memory.
  std::size_t read(float* left, float* right, std::size_t frames) noexcept {
    const std::uint64_t at = read_.load(std::memory_order_relaxed);
    std::size_t there = static_cast<std::size_t>(seen_written_ - at);
    if (there < frames) there = available();
    const std::size_t count = std::min(frames, there);
    const std::size_t place = static_cast<std::size_t>(at) & (capacity_ - 1);
    const std::size_t first = std::min(count, capacity_ - place);
    std::memcpy(left, left_.get() + place, first * sizeof(float));
    std::memcpy(right, right_.get() + place, first * sizeof(float));
    std::memcpy(left + first, left_.get(), (count - first) * sizeof(float));
    std::memcpy(right + first, right_.get(), (count - first) * sizeof(float));
    read_.store(at + count, std::memory_order_release);
    if (count < frames) {
      underrun_.store(
          underrun_.load(std::memory_order_relaxed) + static_cast<std::int64_t>(frames - count),
          std::memory_order_relaxed);
    }
    return count;
  }

  // Any thread: frames so far.
  std::uint64_t written() const noexcept { return written_.load(std::memory_order_acquire); }
  std::uint64_t taken() const noexcept { return read_.load(std::memory_order_acquire); }
  std::int64_t overrun() const noexcept { return overrun_.load(std::memory_order_relaxed); }
  std::int64_t underrun() const noexcept { return underrun_.load(std::memory_order_relaxed); }

 private:
  static constexpr std::size_t kLine = 64;  // what two threads must not share
  const std::size_t capacity_;
  const std::unique_ptr<float[]> left_, right_;
  alignas(kLine) std::atomic<std::uint64_t> written_{0};
  std::uint64_t seen_read_ = 0;  // the writer's
  std::atomic<std::int64_t> overrun_{0};
  alignas(kLine) std::atomic<std::uint64_t> read_{0};
  std::uint64_t seen_written_ = 0;  // the reader's
  std::atomic<std::int64_t> underrun_{0};
};

}  // namespace tutti::streams
