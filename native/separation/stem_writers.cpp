#include "native/separation/stem_writers.h"

#include <cerrno>
#include <unistd.h>

#include "native/files/system_error.h"

namespace tutti::separation {
namespace {

int bytes_a_sample(files::AudioFormat format) {
  switch (format) {
    case files::AudioFormat::wav16:
      return 2;
    case files::AudioFormat::wav24:
      return 3;
    case files::AudioFormat::wav32f:
      return 4;
    default:
      return 0;
  }
}

// A sentence that names the file, where the writer only knew a descriptor.
Error named(Error error, const StemFile& file) {
  if (file.path.empty()) return error;
  constexpr std::string_view unnamed = "the output";
  for (std::string_view form : {unnamed, std::string_view("The output")}) {
    const auto at = error.message.find(form);
    if (at != std::string::npos) error.message.replace(at, form.size(), "\"" + file.path + "\"");
  }
  return error;
}

}  // namespace

Result<StemWriters> StemWriters::open(const std::vector<StemFile>& files, int rate, int channels) {
  StemWriters writers;
  for (const auto& wanted : files) {
    One one;
    one.wanted = wanted;
    int fd = wanted.fd;
    if (fd < 0) {
      auto file = files::AtomicFile::create(wanted.path);
      if (!file) return file.error();
      one.file = std::move(file).value();
      fd = one.file->fd();
    }
    auto writer = files::AudioWriter::create(fd, rate, channels, wanted.encode);
    if (!writer) return named(writer.error(), wanted);
    one.writer = std::move(writer).value();
    if (wanted.without) one.sum.resize(static_cast<std::size_t>(channels));
    writers.all_.push_back(std::move(one));
  }
  return writers;
}

Result<void> StemWriters::for_each(WorkPool& pool, const std::function<Result<void>(One&)>& work) {
  pool.run_all(static_cast<int>(all_.size()), [&](int i) {
    auto& one = all_[static_cast<std::size_t>(i)];
    one.result = work(one);
  });
  for (auto& one : all_)
    if (!one.result) return named(one.result.error(), one.wanted);
  return {};
}

Result<void> StemWriters::write(const std::vector<std::vector<const float*>>& stems, int frames,
                                WorkPool& pool) {
  return for_each(pool, [&](One& one) -> Result<void> {
    const auto stem = static_cast<std::size_t>(one.wanted.stem);
    if (!one.wanted.without) return one.writer->write(stems[stem].data(), frames);
    std::vector<const float*> sums;
    for (std::size_t c = 0; c < one.sum.size(); ++c) {
      auto& sum = one.sum[c];
      sum.assign(static_cast<std::size_t>(frames), 0.0f);
      for (std::size_t s = 0; s < stems.size(); ++s) {
        if (s == stem) continue;
        for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += stems[s][c][i];
      }
      sums.push_back(sum.data());
    }
    return one.writer->write(sums.data(), frames);
  });
}

Result<void> StemWriters::finish(WorkPool& pool) {
  auto written = for_each(pool, [](One& one) -> Result<void> {
    auto finished = one.writer->finish();
    if (!finished) return finished;
    // Full disks show here at the latest.
    if (one.file && ::fsync(one.file->fd()) != 0 && errno != EINVAL && errno != EROFS)
      return files::system_error(errno, one.wanted.path, "written");
    return {};
  });
  if (!written) return written;
  for (std::size_t i = 0; i < all_.size(); ++i) {
    if (!all_[i].file) continue;
    auto committed = all_[i].file->commit();
    if (committed) continue;
    for (std::size_t j = 0; j < i; ++j)
      if (all_[j].file) ::unlink(all_[j].wanted.path.c_str());
    return committed;
  }
  return {};
}

std::uint64_t StemWriters::clipped() const {
  std::uint64_t sum = 0;
  for (const auto& one : all_) sum += one.writer->clipped();
  return sum;
}

Result<void> check_sizes(const std::vector<StemFile>& files, int channels, double frames) {
  for (const auto& file : files) {
    if (frames * channels * bytes_a_sample(file.encode.format) > 4e9) {
      return Error{Code::too_large,
                   "The song is too long for WAV files of this kind: they hold at most 4 GB.",
                   "Choose FLAC, which keeps every bit in less space, or wav16."};
    }
  }
  return {};
}

}  // namespace tutti::separation
