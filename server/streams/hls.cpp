#include "server/streams/hls.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <ctime>

namespace tutti::streams {
namespace {

constexpr double kRate = 48000;
constexpr std::int64_t kSegmentFrames = Hls::kSegmentMp3Frames * live::kMp3Frames;

// "2026-11-21T14:05:09.123Z"
std::string iso(double wall_ms) {
  const auto whole = static_cast<std::int64_t>(std::floor(wall_ms));
  const std::time_t seconds = static_cast<std::time_t>(whole / 1000);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[48];
  const std::size_t length = std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &parts);
  std::snprintf(text + length, sizeof text - length, ".%03dZ", static_cast<int>(whole % 1000));
  return text;
}

std::string seconds(std::int64_t frames) {
  char text[32];
  std::snprintf(text, sizeof text, "%.5f", static_cast<double>(frames) / kRate);
  return text;
}

}  // namespace

void Hls::ask(std::int64_t now_ns) {
  const std::lock_guard lock(mutex_);
  asked_ns_ = now_ns;
  ever_asked_ = true;
}

bool Hls::wanted(std::int64_t now_ns) const {
  const std::lock_guard lock(mutex_);
  return ever_asked_ && now_ns - asked_ns_ < kPatienceNs;
}

void Hls::add(const live::Mp3Run& run, double wall_ms) {
  const std::lock_guard lock(mutex_);
  // Frames of MP3 at a constant rate have one length at 48 kHz: no padding.
  const std::size_t one =
      run.bytes.size() / static_cast<std::size_t>(run.frames / live::kMp3Frames);
  std::size_t at = 0;
  for (std::int64_t done = 0; done < run.frames; done += live::kMp3Frames, at += one) {
    if (open_frames_ == 0) {
      open_ticks_ = static_cast<std::uint64_t>(run.frame + done) * 90000 / 48000;
      open_wall_ms_ = wall_ms + static_cast<double>(done) * 1e3 / kRate;
    }
    open_.append(run.bytes, at, one);
    open_frames_ += live::kMp3Frames;
    if (open_frames_ == kSegmentFrames) close();
  }
}

void Hls::close() {
  const std::string head = live::hls_timestamp(open_ticks_);
  auto bytes = std::make_shared<std::vector<std::byte>>(head.size() + open_.size());
  std::memcpy(bytes->data(), head.data(), head.size());
  std::memcpy(bytes->data() + head.size(), open_.data(), open_.size());
  segments_.push_back({next_number_++, open_frames_, open_wall_ms_, broken_, std::move(bytes)});
  broken_ = false;
  if (segments_.size() > kHeld) {
    discontinuities_ += segments_.front().discontinuity;
    segments_.pop_front();
  }
  open_.clear();
  open_frames_ = 0;
}

void Hls::interrupt() {
  const std::lock_guard lock(mutex_);
  for (const Segment& segment : segments_) discontinuities_ += segment.discontinuity;
  segments_.clear();
  open_.clear();
  open_frames_ = 0;
  broken_ = next_number_ > 0;
}

std::string Hls::playlist(const std::string& channel) const {
  const std::lock_guard lock(mutex_);
  if (segments_.empty()) return {};
  const std::size_t first = segments_.size() > kListed ? segments_.size() - kListed : 0;
  std::string text = "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:5\n#EXT-X-MEDIA-SEQUENCE:" +
                     std::to_string(segments_[first].number) + "\n";
  std::int64_t before = discontinuities_;
  for (std::size_t i = 0; i < first; ++i) before += segments_[i].discontinuity;
  if (before > 0) text += "#EXT-X-DISCONTINUITY-SEQUENCE:" + std::to_string(before) + "\n";
  for (std::size_t i = first; i < segments_.size(); ++i) {
    const Segment& segment = segments_[i];
    if (segment.discontinuity) text += "#EXT-X-DISCONTINUITY\n";
    text += "#EXT-X-PROGRAM-DATE-TIME:" + iso(segment.wall_ms) +
            "\n#EXTINF:" + seconds(segment.frames) + ",\n" + channel + "/" +
            std::to_string(segment.number) + ".mp3\n";
  }
  return text;
}

std::shared_ptr<const std::vector<std::byte>> Hls::segment(std::int64_t number) const {
  const std::lock_guard lock(mutex_);
  for (const Segment& segment : segments_) {
    if (segment.number == number) return segment.bytes;
  }
  return nullptr;
}

}  // namespace tutti::streams
