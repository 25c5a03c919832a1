#include "native/separation/separate_song.h"

#include <chrono>
#include <cmath>
#include <ctime>
#include <new>
#include <sys/stat.h>
#include <unistd.h>

#include "native/files/atomic_write.h"
#include "native/separation/segment_line.h"
#include "native/separation/song_source.h"
#include "native/separation/stem_output.h"
#include "native/separation/stem_writers.h"
#include "native/separation/work_pool.h"

namespace tutti::separation {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

double thread_seconds() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

Error stopped() {
  return {Code::cancelled, "Stopped.", "Start again when you like."};
}

std::string clock_time(double seconds) {
  const int whole = static_cast<int>(seconds);
  char text[32];
  if (whole >= 3600) {
    std::snprintf(text, sizeof text, "%d:%02d:%02d", whole / 3600, whole / 60 % 60, whole % 60);
  } else {
    std::snprintf(text, sizeof text, "%d:%02d", whole / 60, whole % 60);
  }
  return text;
}

Progress part_of(const Progress& whole, double from, double to) {
  if (!whole) return {};
  return [whole, from, to](double fraction, std::string_view sentence) {
    return whole(from + (to - from) * fraction, sentence);
  };
}

// A source that can be read twice; `held` keeps the bytes of a pipe.
Result<files::AudioSource> readable_twice(const files::AudioSource& source,
                                          const files::DecodeLimits& limits,
                                          std::vector<std::byte>& held) {
  using Kind = files::AudioSource::Kind;
  struct stat status {};
  if (source.kind() == Kind::bytes) return source;
  const bool known = source.kind() == Kind::path ? ::stat(source.name().c_str(), &status) == 0
                                                 : ::fstat(source.fd(), &status) == 0;
  if (!known || S_ISREG(status.st_mode) || S_ISDIR(status.st_mode)) return source;
  auto bytes = source.kind() == Kind::path
                   ? files::read_file(source.name(), limits.bytes)
                   : files::read_descriptor(source.fd(), source.name(), limits.bytes);
  if (!bytes) return bytes.error();
  held = std::move(bytes).value();
  return files::AudioSource::bytes(held, source.name());
}

class Separation {
 public:
  Separation(const SeparationRequest& request, const Progress& progress)
      : request_(request), progress_(progress), separator_(*request.separator) {}

  Result<SeparationReport> run() {
    const double cpu = thread_seconds();
    auto source = open();
    if (!source) return source.error();
    const int threads = threads_that_fit();
    WorkPool pool(threads > 1 ? threads : 0);
    auto writers = StemWriters::open(request_.outputs, source->rate(), source->channels());
    if (!writers) return writers.error();
    auto output = StemOutput::create(separator_.rate(), *source, request_.residual_to_other);
    if (!output) return output.error();
    SegmentLine line(separator_, *source, level_, pool, std::max(1, pool.threads()));
    for (;;) {
      auto next = line.next([&] { return tell(*source, line); });
      if (!next) return next.error();
      const bool last = *next == nullptr;
      auto passed = last ? output->finish() : Result<void>();
      if (!passed) return passed.error();
      for (std::int64_t at = 0; last ? !output->done() : at < (*next)->frames;) {
        if (!last) at = output->push(**next, at, pool);
        auto handed = hand_out(*output, *writers, pool);
        if (!handed) return handed.error();
        if (!tell(*source, line)) return stopped();
      }
      if (last) break;
      line.release(*next);
    }
    if (progress_ && !progress_(0.99, "Writing the files to the disk")) return stopped();
    auto finished = writers->finish(pool);
    if (!finished) return finished.error();
    tell_ready(source->frames(), source->rate());
    if (progress_) progress_(1, "Done");
    return report(*source, *writers, threads_used(pool),
                  thread_seconds() - cpu + pool.cpu_seconds());
  }

 private:
  Result<SongSource> open() {
    const auto again = [&](const files::AudioSource& input) {
      return SongSource::open(input, request_.limits, separator_.rate(), request_.rate,
                              request_.channels);
    };
    if (!separator_.needs_level()) {
      auto source = again(request_.input);
      if (!source) return source;
      return checked(std::move(source).value());
    }
    auto input = readable_twice(request_.input, request_.limits, held_);
    if (!input) return input.error();
    auto first = again(*input);
    if (!first) return first;
    auto level = level_of(*first, part_of(progress_, 0, kLevelPart));
    if (!level) return level.error();
    level_ = *level;
    before_ = kLevelPart;
    auto source = again(*input);
    if (!source) return source;
    return checked(std::move(source).value());
  }

  Result<SongSource> checked(SongSource source) {
    auto fits = check_sizes(request_.outputs, source.channels(),
                            source.info().seconds * static_cast<double>(source.rate()));
    if (!fits) return fits.error();
    return source;
  }

  int threads_that_fit() const {
    const int wanted = request_.threads > 0 ? request_.threads : cores();
    const auto each = std::max<std::size_t>(separator_.workspace_bytes(), 1);
    return std::clamp(
        static_cast<int>(std::min<std::size_t>(request_.workspace_limit / each, 1024)), 1, wanted);
  }
  static int threads_used(const WorkPool& pool) { return std::max(1, pool.threads()); }

  bool tell(const SongSource& source, const SegmentLine& line) {
    if (!progress_) return true;
    const double claimed = source.info().seconds;
    const double done = static_cast<double>(line.separated()) / separator_.rate();
    const double part =
        claimed > 0 ? std::min(1.0, done / claimed) : source.fraction() * line.separated_of_read();
    fraction_ = std::max(fraction_, before_ + (0.98 - before_) * part);
    std::string sentence = "Separating, " + clock_time(done) + " is ready";
    if (claimed > 0)
      sentence = "Separating, " + clock_time(std::min(done, claimed)) + " of " +
                 clock_time(claimed) + " is ready";
    return progress_(fraction_, sentence);
  }

  // What the output has complete, to the files and the sink.
  Result<void> hand_out(StemOutput& output, StemWriters& writers, WorkPool& pool) {
    auto block = output.take(pool);
    if (!block) return block.error();
    if (block->frames == 0) return {};
    auto written = writers.write(block->stems, block->frames, pool);
    if (!written) return written;
    if (request_.sink) {
      const float* planes[separate::kStems][separate::kChannels] = {};
      for (std::size_t s = 0; s < separate::kStems; ++s)
        for (std::size_t c = 0; c < separate::kChannels; ++c)
          planes[s][c] = block->stems[s][std::min(c, block->stems[s].size() - 1)];
      auto taken = request_.sink({output.taken() - block->frames, block->frames, planes});
      if (!taken) return taken;
    }
    // The writers keep back what does not fill a block of theirs.
    tell_ready(output.taken() / 1024 * 1024, output.rate());
    return {};
  }

  void tell_ready(std::int64_t final, int rate) {
    if (final <= ready_) return;
    if (ready_ == 0) ready_seconds_ = seconds_since(started_);
    ready_ = final;
    if (request_.ready) request_.ready(final, rate);
  }

  SeparationReport report(const SongSource& source, const StemWriters& writers, int threads,
                          double cpu) const {
    SeparationReport report;
    report.model = separator_.name();
    report.version = separator_.version();
    report.rate = source.rate();
    report.channels = source.channels();
    report.frames = source.frames();
    report.seconds = static_cast<double>(report.frames) / report.rate;
    report.song = source.info();
    report.silent = source.peak() == 0;
    report.threads = threads;
    report.wall_seconds = seconds_since(started_);
    report.cpu_seconds = cpu;
    report.ready_seconds = ready_seconds_;
    report.clipped = writers.clipped();
    report.warnings = source.reader().warnings();
    if (report.silent) report.warnings.emplace_back("The song is silent, and so are its stems.");
    if (report.clipped > 0) {
      report.warnings.push_back(
          std::to_string(report.clipped) +
          " samples of the stems were louder than full scale and were cut; wav keeps them.");
    }
    return report;
  }

  static constexpr double kLevelPart = 0.05;  // of the time

  const SeparationRequest& request_;
  const Progress& progress_;
  const separate::Separator& separator_;
  std::vector<std::byte> held_;
  separate::SongLevel level_;
  Clock::time_point started_ = Clock::now();
  double before_ = 0, fraction_ = 0, ready_seconds_ = 0;
  std::int64_t ready_ = 0;
};

}  // namespace

Result<SeparationReport> separate(const SeparationRequest& request, const Progress& progress) {
  if (request.separator == nullptr || request.rate < 0 || request.channels < 0 ||
      request.channels > separate::kChannels || request.threads < 0) {
    return Error{Code::wrong_usage, "The separation was asked for in a way that makes no sense.",
                 "Choose a model, 1 or 2 channels, and a number of threads from 1 on."};
  }
  try {
    return Separation(request, progress).run();
  } catch (const std::bad_alloc&) {
    return Error{Code::internal, "There is not enough memory to separate the song.",
                 "Close other programs, use fewer threads, or choose the model instant."};
  }
}

files::DecodeLimits long_songs() {
  files::DecodeLimits limits;
  limits.bytes = std::uint64_t{64} << 30;
  limits.seconds = 24 * 3600;
  return limits;
}

}  // namespace tutti::separation
