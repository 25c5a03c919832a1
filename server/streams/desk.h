// The forms of one channel's sound: messages, Opus packets, Ogg pages and MP3 runs, each made once.
//
// Sound comes in slices of 20 ms. The last two seconds are kept, so that a form that nobody asked
// for until now begins with the recent past; a form without listeners is not encoded at all. Only
// the channel's sender uses it.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/base/random.h"
#include "native/live/mp3_encoder.h"
#include "native/live/ogg_opus.h"
#include "native/live/opus_encoder.h"
#include "server/streams/hub.h"

namespace tutti::streams {

inline constexpr int kRate = 48000;
inline constexpr int kSliceFrames = 960;      // 20 ms
inline constexpr int kMessageSlices = 5;      // of a message of normal latency
inline constexpr std::size_t kHistory = 100;  // slices: 2 s

// Frames as nanoseconds, exact to the nanosecond below; 97 years fit.
constexpr std::int64_t ns_of(std::int64_t frames) noexcept {
  return frames * 62500 / 3;
}

class Desk {
 public:
  struct Settings {
    int opus_bits = 96000;
    int mp3_bits = 192000;
    std::string title;
  };
  // Runs of MP3 for whoever wants them besides the hub: the frame of the channel where the run's
  // sound begins and the server's time of it.
  using Mp3Sink = std::function<void(const live::Mp3Run&, std::int64_t frame, double server_time)>;

  explicit Desk(Settings);

  // The next slice, kSliceFrames of each channel, rendered at `server_time`.
  void sound(const float* left, const float* right, std::int64_t frame, double server_time);
  void bar(std::int64_t frame, std::int64_t frames, std::shared_ptr<const std::string> text);
  // Publishes what each hub with listeners has not had yet. `mp3`: null when nobody wants runs.
  void publish(std::span<const std::shared_ptr<Hub>>, const Mp3Sink& mp3 = {});
  // Nobody listens any more: the encoders forget.
  void rest();
  // The sound that follows does not follow on.
  void clear();

  std::int64_t history_frames() const noexcept {
    return static_cast<std::int64_t>(slices_.size()) * kSliceFrames;
  }
  int pre_skip() const noexcept { return pre_skip_; }  // any thread

 private:
  struct Slice {
    std::int64_t frame = 0;
    double server_time = 0;
    std::array<float, kSliceFrames> left, right;
    std::vector<std::int16_t> pcm;     // made when first needed
    std::vector<std::uint8_t> packet;  // empty: not encoded
  };
  struct Bar {
    Item item;
    std::int64_t number = 0;
  };
  struct Reader {  // how far a hub is
    std::uint64_t wanted = 0;
    bool active = false;
    std::int64_t next = 0;  // slice
    std::int64_t bar = 0;   // the next one's number
  };
  Slice& slice(std::int64_t number) {
    return *slices_[static_cast<std::size_t>(number - oldest())];
  }
  std::int64_t oldest() const { return count_ - static_cast<std::int64_t>(slices_.size()); }
  std::int64_t start_for(const Hub&) const;
  void activate(Hub&, Reader&);
  void serve(Hub&, Reader&);
  void publish_bars(Hub&, Reader&, std::int64_t before);
  std::string message(const Hub&, std::int64_t first, int slices);
  const std::vector<std::int16_t>& pcm(Slice&);
  void start_opus(std::int64_t from);
  void encode_opus();
  void serve_mp3(Hub* hub, Reader*, const Mp3Sink&);

  const Settings settings_;
  std::deque<std::unique_ptr<Slice>> slices_;
  std::int64_t count_ = 0;  // slices so far
  std::deque<Bar> bars_;
  std::int64_t next_bar_ = 0;
  std::map<const Hub*, Reader> readers_;
  Random dither_{0x7d17};

  std::optional<live::OpusEncoder> opus_;
  std::atomic<int> pre_skip_{312};  // of libopus at 48 kHz
  bool opus_on_ = false;
  std::int64_t opus_next_ = 0;  // slice to be encoded
  std::optional<live::OggOpusMuxer> ogg_;
  std::uint32_t serial_ = 0;
  std::optional<live::Mp3Encoder> mp3_;
  std::int64_t mp3_next_ = 0;
  std::int64_t mp3_first_frame_ = 0;  // of the channel, where the encoder began
};

}  // namespace tutti::streams
