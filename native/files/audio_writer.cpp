#include "native/files/audio_writer.h"

#include <algorithm>
#include <cerrno>
#include <sndfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include "native/files/atomic_write.h"
#include "native/files/quantise.h"
#include "native/files/resample.h"
#include "native/files/system_error.h"

namespace tutti::files {
namespace {

constexpr std::size_t kBlock = 1024;  // frames quantised together, however write() is called
constexpr std::uint64_t kLargestWav = 4'000'000'000;

int sndfile_format(AudioFormat format) {
  switch (format) {
    case AudioFormat::wav16:
      return SF_FORMAT_WAV | SF_FORMAT_PCM_16;
    case AudioFormat::wav24:
      return SF_FORMAT_WAV | SF_FORMAT_PCM_24;
    case AudioFormat::wav32f:
      return SF_FORMAT_WAV | SF_FORMAT_FLOAT;
    case AudioFormat::flac16:
      return SF_FORMAT_FLAC | SF_FORMAT_PCM_16;
    case AudioFormat::flac:
      return SF_FORMAT_FLAC | SF_FORMAT_PCM_24;
    case AudioFormat::mp3:
      return SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III;
    case AudioFormat::ogg:
      return SF_FORMAT_OGG | SF_FORMAT_VORBIS;
    case AudioFormat::opus:
      return SF_FORMAT_OGG | SF_FORMAT_OPUS;
  }
  return 0;
}

// Bits of a whole-number format; 0 for the others.
int bits_of(AudioFormat format) {
  switch (format) {
    case AudioFormat::wav16:
    case AudioFormat::flac16:
      return 16;
    case AudioFormat::wav24:
    case AudioFormat::flac:
      return 24;
    default:
      return 0;
  }
}

int rate_inside(AudioFormat format, int rate) {
  if (format == AudioFormat::opus) return 48000;
  if (format != AudioFormat::mp3) return rate;
  for (int possible : {8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100})
    if (rate <= possible) return possible;
  return 48000;
}

int most_channels(AudioFormat format) {
  if (format == AudioFormat::mp3) return 2;
  return 8;
}

bool is_wav(AudioFormat format) {
  return format == AudioFormat::wav16 || format == AudioFormat::wav24 ||
         format == AudioFormat::wav32f;
}

}  // namespace

struct AudioWriter::State {
  EncodeOptions options;
  int channels = 0;
  int stored_rate = 0;
  std::optional<AtomicFile> file;  // absent: straight into the caller's descriptor
  int fd = -1;
  SNDFILE* sound = nullptr;
  std::optional<Resampler> resampler;
  std::vector<std::vector<float>> resampled;
  std::vector<float> pending;  // interleaved, at most kBlock frames
  std::vector<std::int32_t> whole;
  std::vector<short> narrow;
  Random random{20240917};
  std::uint64_t frames = 0;
  std::uint64_t stored = 0;
  std::uint64_t clipped = 0;

  ~State() {
    if (sound != nullptr) sf_close(sound);
  }

  Result<void> open(int rate) {
    SF_INFO info{};
    info.samplerate = stored_rate;
    info.channels = channels;
    info.format = sndfile_format(options.format);
    if (!sf_format_check(&info)) {
      return Error{Code::wrong_usage,
                   std::string(name_of(options.format)) + " cannot hold " +
                       std::to_string(channels) + " channels at " + std::to_string(rate) + " Hz.",
                   "Choose WAV or FLAC, or another rate."};
    }
    fd = file ? file->fd() : fd;
    sound = sf_open_fd(fd, SFM_WRITE, &info, SF_FALSE);
    if (sound == nullptr) {
      return Error{Code::io,
                   "The output could not be started: " + std::string(sf_strerror(nullptr)) + ".",
                   "Check the folder, or choose another format."};
    }
    sf_command(sound, SFC_SET_CLIPPING, nullptr, SF_TRUE);
    // The peak chunk carries the time of day; without it the same sound gives the same bytes.
    sf_command(sound, SFC_SET_ADD_PEAK_CHUNK, nullptr, SF_FALSE);
    double level = 1 - std::clamp(options.quality, 0.0, 1.0);
    if (bits_of(options.format) == 0 && options.format != AudioFormat::wav32f) {
      sf_command(sound, SFC_SET_COMPRESSION_LEVEL, &level, sizeof level);
      if (options.format == AudioFormat::mp3) {
        int mode = SF_BITRATE_MODE_VARIABLE;
        sf_command(sound, SFC_SET_BITRATE_MODE, &mode, sizeof mode);
      }
    }
    if (!options.title.empty()) sf_set_string(sound, SF_STR_TITLE, options.title.c_str());
    if (!options.artist.empty()) sf_set_string(sound, SF_STR_ARTIST, options.artist.c_str());
    return {};
  }

  Error write_error() const {
    if (errno == ENOSPC || errno == EDQUOT || errno == EFBIG)
      return system_error(errno, "the output", "written");
    return {Code::io, "The output could not be written: " + std::string(sf_strerror(sound)) + ".",
            "Check that the disk has space and try again."};
  }

  // Hands `pending` to libsndfile.
  Result<void> flush() {
    const auto count = static_cast<sf_count_t>(pending.size() / static_cast<std::size_t>(channels));
    if (count == 0) return {};
    stored += static_cast<std::uint64_t>(count);
    const int bits = bits_of(options.format);
    if (is_wav(options.format) && stored * static_cast<std::uint64_t>(channels) *
                                          static_cast<std::uint64_t>(bits == 0 ? 4 : bits / 8) >
                                      kLargestWav) {
      return Error{Code::too_large, "A WAV file cannot hold more than 4 GB.",
                   "Choose FLAC, which keeps every bit in less space, or render it in parts."};
    }
    errno = 0;
    sf_count_t wrote = 0;
    if (bits == 0) {
      wrote = sf_writef_float(sound, pending.data(), count);
    } else {
      const auto result = quantise(pending, bits, bits == 16, random, whole);
      if (!result.sane) {
        return Error{Code::bad_input, "The sound has values that are not numbers.",
                     "This is a fault of the program that made it; please report it."};
      }
      clipped += result.clipped;
      if (bits == 16) {
        narrow.assign(whole.begin(), whole.end());
        wrote = sf_writef_short(sound, narrow.data(), count);
      } else {
        for (auto& value : whole) value *= 256;
        wrote = sf_writef_int(sound, whole.data(), count);
      }
    }
    pending.clear();
    if (wrote != count) return write_error();
    return {};
  }

  Result<void> take(const float* const* input, std::size_t count) {
    const auto full = kBlock * static_cast<std::size_t>(channels);
    for (std::size_t i = 0; i < count; ++i) {
      for (int c = 0; c < channels; ++c) pending.push_back(input[c][i]);
      if (pending.size() == full) {
        auto flushed = flush();
        if (!flushed) return flushed;
      }
    }
    return {};
  }

  Result<void> take_resampled() {
    std::vector<const float*> from;
    for (const auto& channel : resampled) from.push_back(channel.data());
    auto taken = take(from.data(), resampled[0].size());
    for (auto& channel : resampled) channel.clear();
    return taken;
  }

  static Result<std::unique_ptr<State>> make(int rate, int channels, const EncodeOptions& options) {
    if (rate < 8000 || rate > 192000) {
      return Error{Code::wrong_usage,
                   "A sampling rate of " + std::to_string(rate) + " Hz cannot be written.",
                   "Choose one from 8000 to 192000 Hz, usually 44100 or 48000."};
    }
    if (channels < 1 || channels > most_channels(options.format)) {
      return Error{Code::wrong_usage,
                   std::string(name_of(options.format)) + " cannot hold " +
                       std::to_string(channels) + " channels.",
                   "Mix it to stereo, or choose WAV or FLAC, which hold up to 8."};
    }
    auto state = std::make_unique<State>();
    state->options = options;
    state->channels = channels;
    state->stored_rate = rate_inside(options.format, rate);
    if (state->stored_rate != rate) {
      auto resampler = Resampler::create(rate, state->stored_rate, channels);
      if (!resampler) return resampler.error();
      state->resampler = std::move(resampler).value();
      state->resampled.resize(static_cast<std::size_t>(channels));
    }
    state->pending.reserve(kBlock * static_cast<std::size_t>(channels));
    return state;
  }
};

AudioWriter::AudioWriter(std::unique_ptr<State> state) : state_(std::move(state)) {}
AudioWriter::AudioWriter(AudioWriter&&) noexcept = default;
AudioWriter& AudioWriter::operator=(AudioWriter&&) noexcept = default;
AudioWriter::~AudioWriter() = default;

Result<AudioWriter> AudioWriter::create(const std::string& path, int rate, int channels,
                                        const EncodeOptions& options) {
  auto state = State::make(rate, channels, options);
  if (!state) return state.error();
  auto file = AtomicFile::create(path);
  if (!file) return file.error();
  (*state)->file = std::move(file).value();
  auto opened = (*state)->open(rate);
  if (!opened) return opened.error();
  return AudioWriter(std::move(state).value());
}

Result<AudioWriter> AudioWriter::create(int fd, int rate, int channels,
                                        const EncodeOptions& options) {
  auto state = State::make(rate, channels, options);
  if (!state) return state.error();
  struct stat status{};
  if (::fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && ::lseek(fd, 0, SEEK_SET) == 0 &&
      ::ftruncate(fd, 0) == 0) {
    (*state)->fd = fd;
  } else {
    auto file = AtomicFile::copying_to(fd);
    if (!file) return file.error();
    (*state)->file = std::move(file).value();
  }
  auto opened = (*state)->open(rate);
  if (!opened) return opened.error();
  return AudioWriter(std::move(state).value());
}

Result<void> AudioWriter::write(const float* const* channels, int frames) {
  if (frames <= 0) return {};
  state_->frames += static_cast<std::uint64_t>(frames);
  if (!state_->resampler) return state_->take(channels, static_cast<std::size_t>(frames));
  state_->resampler->push(channels, frames, state_->resampled);
  return state_->take_resampled();
}

Result<void> AudioWriter::finish() {
  auto& s = *state_;
  if (s.resampler) {
    s.resampler->finish(s.resampled);
    auto taken = s.take_resampled();
    if (!taken) return taken;
  }
  auto flushed = s.flush();
  if (!flushed) return flushed;
  errno = 0;
  const int closed = sf_close(s.sound);
  s.sound = nullptr;
  if (closed != 0) return s.write_error();
  if (!s.file) return {};
  return s.file->commit();
}

std::uint64_t AudioWriter::frames() const {
  return state_->frames;
}
std::uint64_t AudioWriter::clipped() const {
  return state_->clipped;
}
int AudioWriter::stored_rate() const {
  return state_->stored_rate;
}

namespace {

Result<void> write_whole(AudioWriter& writer, const AudioBuffer& audio, const Progress& progress) {
  constexpr std::size_t kStep = 1 << 15;
  std::vector<const float*> at(audio.channels.size());
  for (std::size_t start = 0; start < audio.frames(); start += kStep) {
    for (std::size_t c = 0; c < at.size(); ++c) at[c] = audio.channels[c].data() + start;
    auto written =
        writer.write(at.data(), static_cast<int>(std::min(kStep, audio.frames() - start)));
    if (!written) return written;
    if (progress && !progress(static_cast<double>(start) / static_cast<double>(audio.frames()),
                              "Writing the sound"))
      return Error{Code::cancelled, "Stopped.", "Start again when you like."};
  }
  return writer.finish();
}

}  // namespace

Result<void> encode(const std::string& path, const AudioBuffer& audio, const EncodeOptions& options,
                    const Progress& progress) {
  auto writer =
      AudioWriter::create(path, audio.rate, static_cast<int>(audio.channels.size()), options);
  if (!writer) return writer.error();
  return write_whole(*writer, audio, progress);
}

Result<void> encode(int fd, const AudioBuffer& audio, const EncodeOptions& options,
                    const Progress& progress) {
  auto writer =
      AudioWriter::create(fd, audio.rate, static_cast<int>(audio.channels.size()), options);
  if (!writer) return writer.error();
  return write_whole(*writer, audio, progress);
}

std::string encoder_version() {
  return sf_version_string();
}

}  // namespace tutti::files
