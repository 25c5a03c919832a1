// The sliding window of an HLS playlist (RFC 8216): segments of about 4 s of MP3, in memory.
//
// Segments are runs of whole MP3 frames with a time stamp in front (packed audio, §3.4). They are
// made only while somebody asks: a listener is one who polled within the last kPatience. Thread-
// safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "native/live/mp3_encoder.h"

namespace tutti::streams {

class Hls {
 public:
  static constexpr std::int64_t kSegmentMp3Frames = 167;  // 4.008 s
  static constexpr std::size_t kListed = 6;
  static constexpr std::size_t kHeld = 10;  // those that fell out of the list stay for the slow
  static constexpr std::int64_t kPatienceNs = 20'000'000'000;

  // Somebody asked at this time (steady).
  void ask(std::int64_t now_ns);
  bool wanted(std::int64_t now_ns) const;

  // A run of the encoder's, `wall_ms` being the time of day of its first sample.
  void add(const live::Mp3Run&, double wall_ms);
  // What follows does not follow on (nobody asked for a while): what is held is old and dropped,
  // and the next segment is marked.
  void interrupt();

  // Empty while there is no segment yet. Addresses are "<channel>/<number>.mp3".
  std::string playlist(const std::string& channel) const;
  std::shared_ptr<const std::vector<std::byte>> segment(std::int64_t number) const;  // or null

 private:
  struct Segment {
    std::int64_t number = 0;
    std::int64_t frames = 0;
    double wall_ms = 0;
    bool discontinuity = false;
    std::shared_ptr<const std::vector<std::byte>> bytes;
  };
  void close();

  mutable std::mutex mutex_;
  std::int64_t asked_ns_ = 0;
  bool ever_asked_ = false;
  std::deque<Segment> segments_;
  std::int64_t next_number_ = 0;
  std::int64_t discontinuities_ = 0;  // that fell out of what is held
  bool broken_ = false;
  std::string open_;  // MP3 frames of the segment being filled
  std::int64_t open_frames_ = 0;
  std::uint64_t open_ticks_ = 0;
  double open_wall_ms_ = 0;
};

}  // namespace tutti::streams
