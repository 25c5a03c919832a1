#include "native/render/normalise.h"

#include <algorithm>
#include <cmath>
#include <unistd.h>
#include <vector>

#include "engine/base/math.h"
#include "engine/dsp/limiter.h"
#include "engine/dsp/loudness.h"
#include "native/files/atomic_write.h"

namespace tutti::render {
namespace {

constexpr int kPiece = 4096;
constexpr int kMostTries = 5;
constexpr double kNear = 0.05;  // LU

}  // namespace

struct Normaliser::State {
  int rate = 48000, channels = 2, fd = -1;
  std::int64_t frames = 0;
  std::vector<float> buffer;  // planar pieces, a channel after the other
  int held = 0;
  dsp::LoudnessScan scan;

  State(int r, int c) : rate(r), channels(c), scan(r, c) {
    buffer.resize(static_cast<std::size_t>(kPiece * c));
  }
  ~State() {
    if (fd >= 0) ::close(fd);
  }

  // The last piece is written whole; `frames` says how much of it counts.
  Result<void> flush() {
    if (held == 0) return {};
    held = 0;
    return files::write_all(fd, std::as_bytes(std::span(buffer)));
  }

  Result<void> load(std::int64_t piece) {
    auto bytes = std::as_writable_bytes(std::span(buffer));
    auto at = static_cast<off_t>(bytes.size()) * piece;
    while (!bytes.empty()) {
      const ssize_t got = ::pread(fd, bytes.data(), bytes.size(), at);
      if (got <= 0) {
        return Error{Code::io, "The temporary file could not be read back.",
                     "Check the disk of TMPDIR."};
      }
      bytes = bytes.subspan(static_cast<std::size_t>(got));
      at += got;
    }
    return {};
  }

  // Everything once more, with a gain and perhaps the limiter.
  Result<Outcome> pass(double gain_db, std::optional<double> ceiling, const Sink& sink,
                       const Progress& progress) {
    Outcome out;
    out.gain_db = gain_db;
    dsp::LoudnessScan after(rate, channels);
    Arena arena;
    dsp::Limiter limiter;
    std::int64_t skip = 0;
    if (ceiling) {
      limiter.prepare(rate, kPiece, arena);
      limiter.set_ceiling(Decibels{*ceiling});
      skip = limiter.latency();
    }
    const auto gain = static_cast<float>(math::db_to_gain(gain_db));
    const std::int64_t all = frames + skip;
    std::int64_t in = 0, given = 0;
    while (in < all) {
      const auto count = static_cast<int>(std::min<std::int64_t>(kPiece, all - in));
      const auto there = static_cast<int>(std::clamp<std::int64_t>(frames - in, 0, count));
      if (there > 0) {
        if (auto ok = load(in / kPiece); !ok) return ok.error();
      }
      float* left = buffer.data();
      float* right = channels == 2 ? buffer.data() + kPiece : nullptr;
      for (float* x : {left, right}) {
        if (x == nullptr) continue;
        for (int i = 0; i < there; ++i) x[i] *= gain;
        std::fill(x + there, x + count, 0.0f);
      }
      if (ceiling) limiter.process({left, right, count});
      const auto skipped = static_cast<int>(std::min<std::int64_t>(skip, count));
      skip -= skipped;
      const int ready = count - skipped;
      if (ready > 0) {
        const float* planes[] = {left + skipped, right == nullptr ? nullptr : right + skipped};
        after.add(std::span(planes).first(static_cast<std::size_t>(channels)), ready);
        if (sink) {
          if (auto ok = sink(planes[0], planes[1], ready); !ok) return ok.error();
        }
        given += ready;
      }
      in += count;
      if (progress && !progress(static_cast<double>(in) / static_cast<double>(all),
                                sink ? "Writing" : "Setting the loudness")) {
        return Error{Code::cancelled, "The render was cancelled.", "Start it again when you like."};
      }
    }
    out.loudness = loudness_of(after.report());
    if (ceiling)
      out.limited_db =
          -20 * std::log10(std::max(1e-9, static_cast<double>(limiter.take_lowest_gain())));
    return out;
  }
};

Normaliser::Normaliser(std::unique_ptr<State> state) : state_(std::move(state)) {}
Normaliser::Normaliser(Normaliser&&) noexcept = default;
Normaliser& Normaliser::operator=(Normaliser&&) noexcept = default;
Normaliser::~Normaliser() = default;

Result<Normaliser> Normaliser::create(int rate, int channels) {
  auto state = std::make_unique<State>(rate, channels);
  state->fd = files::scratch_file();
  if (state->fd < 0) {
    return Error{Code::io, "No temporary file could be made.",
                 "Set TMPDIR to a folder on a disk with room."};
  }
  return Normaliser(std::move(state));
}

Result<void> Normaliser::add(const float* left, const float* right, int frames) {
  auto& s = *state_;
  const float* planes[] = {left, right};
  s.scan.add(std::span(planes).first(static_cast<std::size_t>(s.channels)), frames);
  for (int done = 0; done < frames;) {
    const int count = std::min(frames - done, kPiece - s.held);
    for (int c = 0; c < s.channels; ++c)
      std::copy_n(planes[c] + done, count, s.buffer.data() + c * kPiece + s.held);
    s.held += count;
    s.frames += count;
    done += count;
    if (s.held < kPiece) continue;
    if (auto ok = s.flush(); !ok) return ok;
  }
  return {};
}

Loudness Normaliser::before() const {
  return loudness_of(state_->scan.report());
}

Result<Normaliser::Outcome> Normaliser::finish(const Normalise& how, const Sink& sink,
                                               const Progress& progress) {
  auto& s = *state_;
  if (auto ok = s.flush(); !ok) return ok.error();
  double gain = 0;
  const double loud = before().integrated;
  if (how.lufs && std::isfinite(loud)) {
    gain = *how.lufs - loud;
    for (int i = 0; how.true_peak && i < kMostTries; ++i) {
      auto tried = s.pass(gain, how.true_peak, {}, {});
      if (!tried) return tried;
      if (progress && !progress(0, "Setting the loudness")) break;  // asked again when writing
      const double off = *how.lufs - tried->loudness.integrated;
      if (std::abs(off) < kNear || tried->limited_db > 12) break;
      gain += off;
    }
  }
  return s.pass(gain, how.true_peak, sink, progress);
}

}  // namespace tutti::render
