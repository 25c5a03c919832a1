// The sound of stems, piece by piece, at the rate that is asked for.
//
// A piece is converted from a window of the file that begins where both rates meet (a whole number
// of the periods in which their frames coincide), wide enough for the filter on both sides: its
// samples are those of the whole file's conversion.
#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <unistd.h>

#include "server/jobs/stems.h"

namespace tutti::jobs {
namespace {

constexpr std::array kRates = {8000,  11025, 12000, 16000, 22050, 24000,
                               32000, 44100, 48000, 88200, 96000};
constexpr std::int64_t kMostSeconds = 30;  // of one piece

class OpenFile {
 public:
  explicit OpenFile(int fd) : fd_(fd) {}
  ~OpenFile() { ::close(fd_); }
  OpenFile(const OpenFile&) = delete;
  int fd() const { return fd_; }

 private:
  int fd_;
};

Error not_yet() {
  return {Code::conflict, "This part of the stem is not made yet.",
          "Ask again in a second; GET /api/stems/{id} tells ready_seconds."};
}

Result<std::vector<std::int16_t>> read_frames(int fd, const StemBytes& bytes, std::int64_t from,
                                              std::int64_t frames) {
  std::vector<std::int16_t> samples(static_cast<std::size_t>(2 * frames));
  const auto size = static_cast<std::size_t>(4 * frames);
  std::size_t got = 0;
  while (got < size) {
    const ssize_t count = ::pread(fd, reinterpret_cast<char*>(samples.data()) + got, size - got,
                                  bytes.first + 4 * from + static_cast<std::int64_t>(got));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0)
      return Error{Code::io, "The disk refused to read a stem.",
                   "Have the song taken apart again."};
    got += static_cast<std::size_t>(count);
  }
  return samples;
}

}  // namespace

bool is_stem_rate(int rate) {
  return std::find(kRates.begin(), kRates.end(), rate) != kRates.end();
}

std::shared_ptr<const dsp::Resampler> Stems::resampler(int in, int out) {
  std::lock_guard lock(small_);
  auto& kept = resamplers_[{in, out}];
  if (!kept) kept = std::make_shared<const dsp::Resampler>(in, out);
  return kept;
}

Result<Stems::Piece> Stems::piece(const std::string& id, separate::Stem stem, int rate,
                                  std::int64_t from, std::int64_t frames) {
  if (!is_stem_rate(rate))
    return Error{Code::bad_input, "Stems cannot be had at that rate.",
                 "Choose 44100, 48000, 88200, 96000 or a lower usual rate."};
  if (from < 0 || frames < 1 || frames > kMostSeconds * rate || from > (1ll << 40))
    return Error{Code::bad_input, "A piece has 1 frame to 30 seconds, from frame 0 on.",
                 "Correct from and frames."};
  auto opened = cache_.open_stem(id, stem);
  if (!opened) {
    // Queued, failed or cancelled: what it says is the answer.
    auto now = state(id);
    if (!now) return now.error();
    if (now->problem) return *now->problem;
    return now->state == "queued" || now->state == "running" ? not_yet() : opened.error();
  }
  const OpenFile file(opened->fd);
  auto bytes = stem_bytes(file.fd());
  if (!bytes) return not_yet();
  const std::int64_t there = bytes->count / 4;
  Piece piece;
  piece.rate = rate;
  if (rate == bytes->rate) {
    if (opened->whole) piece.total = there;
    const std::int64_t end = from + frames;
    if (end > there && !opened->whole) return not_yet();
    if (from >= there) return piece;
    auto samples = read_frames(file.fd(), *bytes, from, std::min(end, there) - from);
    if (!samples) return samples.error();
    piece.samples = std::move(*samples);
    return piece;
  }
  const auto convert = resampler(bytes->rate, rate);
  if (opened->whole) piece.total = convert->out_frames(there);
  std::int64_t count = frames;
  if (opened->whole) count = std::min(count, std::max<std::int64_t>(0, piece.total - from));
  if (count == 0) return piece;
  // Periods in which frames of both rates stand at the same time.
  const std::int64_t common = std::gcd(bytes->rate, rate);
  const std::int64_t in_period = bytes->rate / common, out_period = rate / common;
  // More than the filter reaches: 120 samples of the lower rate.
  const std::int64_t reach = 128 * std::max<std::int64_t>(1, (bytes->rate + rate - 1) / rate) + 8;
  const std::int64_t first = std::max<std::int64_t>(
      0, (from / out_period) - (reach + in_period - 1) / in_period);  // in periods
  const std::int64_t wanted =
      static_cast<std::int64_t>((from + count) * in_period / out_period) + reach;
  if (wanted > there && !opened->whole) return not_yet();
  const std::int64_t begin = first * in_period;
  auto samples = read_frames(file.fd(), *bytes, begin, std::min(wanted, there) - begin);
  if (!samples) return samples.error();
  const std::size_t length = samples->size() / 2;
  std::vector<float> channel(length);
  std::vector<float> made(static_cast<std::size_t>(count));
  piece.samples.resize(static_cast<std::size_t>(2 * count));
  for (std::size_t c = 0; c < 2; ++c) {
    for (std::size_t i = 0; i < length; ++i) channel[i] = static_cast<float>((*samples)[2 * i + c]);
    convert->read(channel, from - first * out_period, made);
    for (std::size_t i = 0; i < made.size(); ++i)
      piece.samples[2 * i + c] =
          static_cast<std::int16_t>(std::clamp(std::lrint(made[i]), -32768l, 32767l));
  }
  return piece;
}

}  // namespace tutti::jobs
