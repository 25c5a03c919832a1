#include "native/files/audio_reader.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "native/files/audio_names.h"
#include "native/files/byte_stream.h"
#include "native/files/ffmpeg.h"
#include "native/files/frame_samples.h"
#include "native/files/protection.h"
#include "native/files/sniff.h"

namespace tutti::files {
namespace {

constexpr int kIoBuffer = 1 << 15;

Error unreadable(const ByteStream& bytes) {
  std::byte head[4096];
  const auto got = bytes.read_at(0, head);
  const FileKind kind = kind_of({head, static_cast<std::size_t>(std::max<std::ptrdiff_t>(got, 0))});
  const std::string name = "\"" + bytes.name() + "\"";
  switch (kind) {
    case FileKind::empty:
      return {Code::bad_input, name + " is empty: there is nothing in it.",
              "Record or export it again."};
    case FileKind::audio:
      return {Code::bad_input,
              name + " begins like a recording but its head is damaged or cut off.",
              "Copy or export it again; a damaged download often ends early."};
    case FileKind::midi:
      return {Code::bad_input, name + " is a MIDI file, not a recording.",
              "Open it as notes, or make sound of it with: tutti render FILE -o OUT."};
    case FileKind::soundfont:
      return {Code::bad_input, name + " is a SoundFont, not a recording.",
              "Give it with --soundfont to render notes with it."};
    case FileKind::other:
      return {Code::bad_input, name + " is no recording in a known format.",
              "Use WAV, FLAC, MP3, Ogg, Opus, M4A, WebM or AIFF; if another program plays it, "
              "export it from there as WAV."};
    default:
      return {Code::bad_input, name + " is " + std::string(words_for(kind)) + ", not a recording.",
              "Choose a WAV, FLAC, MP3, Ogg, Opus, M4A, WebM or AIFF file."};
  }
}

Error no_sound(const std::string& name) {
  return {Code::bad_input, "\"" + name + "\" has no sound in it.",
          "Record or export it again, and check that the right track was chosen."};
}

// FFmpeg takes the samples of a big-endian WAV (RIFX) for little-endian ones.
AVCodecID big_endian(AVCodecID id) {
  switch (id) {
    case AV_CODEC_ID_PCM_S16LE:
      return AV_CODEC_ID_PCM_S16BE;
    case AV_CODEC_ID_PCM_S24LE:
      return AV_CODEC_ID_PCM_S24BE;
    case AV_CODEC_ID_PCM_S32LE:
      return AV_CODEC_ID_PCM_S32BE;
    case AV_CODEC_ID_PCM_F32LE:
      return AV_CODEC_ID_PCM_F32BE;
    case AV_CODEC_ID_PCM_F64LE:
      return AV_CODEC_ID_PCM_F64BE;
    default:
      return id;
  }
}

// The size that the head of a WAV or AIFF file states for the whole; 0 where it states none (FFmpeg
// silently takes what is there). Recorders into pipes write all ones or nothing.
std::uint64_t promised_bytes(const ByteStream& bytes) {
  std::byte head[12] = {};
  if (bytes.read_at(0, head) != 12) return 0;
  const bool little = std::memcmp(head, "RIFF", 4) == 0, big = std::memcmp(head, "FORM", 4) == 0;
  if (!little && !big) return 0;
  std::uint64_t size = 0;
  for (int i = 0; i < 4; ++i) {
    const auto at = static_cast<std::size_t>(4 + (little ? 3 - i : i));
    size = size << 8 | std::to_integer<std::uint64_t>(head[at]);
  }
  return size == 0 || size >= 0xffffff00 ? 0 : size + 8;
}

int refuse_to_open(AVFormatContext*, AVIOContext** io, const char*, int, AVDictionary**) {
  *io = nullptr;
  return AVERROR(EACCES);
}

}  // namespace

struct AudioReader::State {
  const Ffmpeg* ffmpeg = nullptr;
  ByteStream bytes;
  DecodeLimits limits;
  AudioInfo info;
  std::vector<std::string> warnings;

  AVFormatContext* format = nullptr;
  AVIOContext* io = nullptr;
  AVCodecContext* codec = nullptr;
  AVStream* stream = nullptr;
  AVPacket* packet = nullptr;
  AVFrame* frame = nullptr;
  int used = 0;  // frames of `frame` already handed out
  bool input_ended = false;
  bool ended = false;

  std::uint64_t at = 0;      // of the byte stream
  std::uint64_t budget = 0;  // bytes that may still be read: ends circles in damaged indexes
  std::uint64_t position = 0;
  double fraction = 0;
  std::uint64_t damaged = 0;  // packets that could not be decoded
  bool layout_changed = false;

  explicit State(ByteStream stream_of_bytes) : bytes(std::move(stream_of_bytes)) {}
  ~State() {
    if (ffmpeg == nullptr) return;
    ffmpeg->av_frame_free(&frame);
    ffmpeg->av_packet_free(&packet);
    ffmpeg->avcodec_free_context(&codec);
    ffmpeg->avformat_close_input(&format);
    if (io != nullptr) ffmpeg->av_freep(&io->buffer);
    ffmpeg->avio_context_free(&io);
  }

  static int read_bytes(void* self, std::uint8_t* to, int size) {
    auto& state = *static_cast<State*>(self);
    if (state.budget == 0) return AVERROR_EXIT;
    const auto got = state.bytes.read_at(
        state.at, {reinterpret_cast<std::byte*>(to), static_cast<std::size_t>(size)});
    if (got < 0) return AVERROR(EIO);
    if (got == 0) return AVERROR_EOF;
    state.at += static_cast<std::uint64_t>(got);
    state.budget -= std::min<std::uint64_t>(state.budget, static_cast<std::uint64_t>(got) + 256);
    return static_cast<int>(got);
  }

  static std::int64_t seek_bytes(void* self, std::int64_t offset, int whence) {
    auto& state = *static_cast<State*>(self);
    if (whence & AVSEEK_SIZE) return static_cast<std::int64_t>(state.bytes.size());
    const int from = whence & ~AVSEEK_FORCE;
    std::int64_t base = 0;
    if (from == SEEK_CUR) base = static_cast<std::int64_t>(state.at);
    if (from == SEEK_END) base = static_cast<std::int64_t>(state.bytes.size());
    if (offset > INT64_MAX / 2 || offset < INT64_MIN / 2 || base + offset < 0)
      return AVERROR(EINVAL);
    state.at = static_cast<std::uint64_t>(base + offset);
    return base + offset;
  }

  Result<void> open_container();
  Result<void> open_codec();
  Result<void> check_shape();
  Result<bool> next_frame();
  Result<bool> take_frame();
  void finish();
};

Result<void> AudioReader::State::open_container() {
  const Error no_memory{Code::internal, "There is not enough memory to open the recording.",
                        "Close other programs and try again."};
  budget = bytes.size() * 8 + (1u << 22);
  auto* buffer = static_cast<unsigned char*>(ffmpeg->av_malloc(kIoBuffer));
  if (buffer == nullptr) return no_memory;
  io = ffmpeg->avio_alloc_context(buffer, kIoBuffer, 0, this, read_bytes, nullptr, seek_bytes);
  format = ffmpeg->avformat_alloc_context();
  if (io == nullptr || format == nullptr) return no_memory;
  format->pb = io;
  format->flags |= AVFMT_FLAG_CUSTOM_IO;
  format->io_open = refuse_to_open;
  AVDictionary* options = nullptr;
  ffmpeg->av_dict_set(&options, "format_whitelist", kContainers, 0);
  ffmpeg->av_dict_set(&options, "codec_whitelist", kDecoders, 0);
  ffmpeg->av_dict_set(&options, "protocol_whitelist", "", 0);
  ffmpeg->av_dict_set(&options, "max_streams", "64", 0);
  const int opened = ffmpeg->avformat_open_input(&format, nullptr, nullptr, &options);
  ffmpeg->av_dict_free(&options);
  if (opened < 0) return unreadable(bytes);
  if (ffmpeg->avformat_find_stream_info(format, nullptr) < 0) return unreadable(bytes);
  const int index = ffmpeg->av_find_best_stream(format, AVMEDIA_TYPE_AUDIO, -1, -1, nullptr, 0);
  if (index < 0) return no_sound(bytes.name());
  stream = format->streams[index];
  for (unsigned i = 0; i < format->nb_streams; ++i) {
    if (static_cast<int>(i) != index) format->streams[i]->discard = AVDISCARD_ALL;
  }
  return {};
}

Result<void> AudioReader::State::open_codec() {
  std::byte mark[4] = {};
  if (bytes.read_at(0, mark) == 4 && std::memcmp(mark, "RIFX", 4) == 0)
    stream->codecpar->codec_id = big_endian(stream->codecpar->codec_id);
  const auto* decoder = ffmpeg->avcodec_find_decoder(stream->codecpar->codec_id);
  const auto* descriptor = ffmpeg->avcodec_descriptor_get(stream->codecpar->codec_id);
  const Error unsupported{
      Code::unsupported,
      "\"" + bytes.name() + "\" is packed in a way that is not read here" +
          (descriptor != nullptr ? " (" + std::string(descriptor->name) + ")." : "."),
      "Export it as WAV, FLAC or MP3 from the program that plays it."};
  if (decoder == nullptr) return unsupported;
  codec = ffmpeg->avcodec_alloc_context3(decoder);
  if (codec == nullptr || ffmpeg->avcodec_parameters_to_context(codec, stream->codecpar) < 0)
    return unsupported;
  codec->thread_count = 1;  // a locked-down worker may not start threads
  codec->pkt_timebase = stream->time_base;
  AVDictionary* options = nullptr;
  ffmpeg->av_dict_set(&options, "codec_whitelist", kDecoders, 0);
  const int opened = ffmpeg->avcodec_open2(codec, decoder, &options);
  ffmpeg->av_dict_free(&options);
  if (opened < 0) return unsupported;
  packet = ffmpeg->av_packet_alloc();
  frame = ffmpeg->av_frame_alloc();
  return {};
}

// Limits, against the first frame rather than the header: only what comes out counts.
Result<void> AudioReader::State::check_shape() {
  if (info.channels > limits.channels) {
    return Error{Code::too_large,
                 "\"" + bytes.name() + "\" has " + std::to_string(info.channels) +
                     " channels; at most " + std::to_string(limits.channels) + " are read.",
                 "Export it as stereo, or as one file for each instrument."};
  }
  if (info.rate < limits.min_rate || info.rate > limits.max_rate) {
    return Error{Code::unsupported,
                 "\"" + bytes.name() + "\" has a sampling rate of " + std::to_string(info.rate) +
                     " Hz; from " + std::to_string(limits.min_rate) + " to " +
                     std::to_string(limits.max_rate) + " Hz are read.",
                 "Export it at 44100 or 48000 Hz."};
  }
  // A believable length over the limit is refused at once. A header that claims hours for a handful
  // of bytes is not believed: the sound itself is counted while it is read.
  const bool believable = static_cast<double>(info.bytes) * 8 >= info.seconds * 4000;
  if (info.seconds > limits.seconds && believable) {
    return Error{Code::too_large,
                 "\"" + bytes.name() + "\" is " + spoken_time(info.seconds) +
                     " long; the limit is " + spoken_time(limits.seconds) + ".",
                 "Cut the part you need and try that."};
  }
  return {};
}

Result<bool> AudioReader::State::take_frame() {
  if (frame->nb_samples <= 0 || frame->ch_layout.nb_channels <= 0) return false;
  if (info.rate != 0 && frame->sample_rate != info.rate && frame->sample_rate > 0) {
    return Error{Code::unsupported,
                 "\"" + bytes.name() + "\" changes its sampling rate in the middle, from " +
                     std::to_string(info.rate) + " to " + std::to_string(frame->sample_rate) +
                     " Hz.",
                 "Export it again at one rate, or cut it at that place."};
  }
  if (info.channels != 0 && frame->ch_layout.nb_channels != info.channels && !layout_changed) {
    layout_changed = true;
    warnings.push_back("The number of channels changes from " + std::to_string(info.channels) +
                       " to " + std::to_string(frame->ch_layout.nb_channels) + " at " +
                       spoken_time(static_cast<double>(position) / info.rate) +
                       "; it is read with " + std::to_string(info.channels) + ".");
  }
  used = 0;
  return true;
}

// True with a frame in `frame`, false at the end.
Result<bool> AudioReader::State::next_frame() {
  while (!ended) {
    const int received = ffmpeg->avcodec_receive_frame(codec, frame);
    if (received == 0) {
      auto taken = take_frame();
      if (!taken) return taken.error();
      if (*taken) return true;
      continue;
    }
    if (received == AVERROR_EOF) break;
    if (received != AVERROR(EAGAIN)) {
      ++damaged;
      if (input_ended) break;
    }
    if (input_ended) break;
    const int got = ffmpeg->av_read_frame(format, packet);
    if (got < 0) {
      input_ended = true;
      if (got != AVERROR_EOF && got != AVERROR_EXIT) ++damaged;
      ffmpeg->avcodec_send_packet(codec, nullptr);
      continue;
    }
    if (packet->stream_index == stream->index) {
      if (packet->pos >= 0 && info.bytes > 0 && info.seconds <= 0)
        fraction =
            std::max(fraction, static_cast<double>(packet->pos) / static_cast<double>(info.bytes));
      const int sent = ffmpeg->avcodec_send_packet(codec, packet);
      if (sent < 0 && sent != AVERROR(EAGAIN) && sent != AVERROR_EOF) ++damaged;
    }
    ffmpeg->av_packet_unref(packet);
  }
  ended = true;
  finish();
  return false;
}

void AudioReader::State::finish() {
  fraction = 1;
  const double seconds = info.rate > 0 ? static_cast<double>(position) / info.rate : 0;
  if (damaged > 0) {
    warnings.push_back(damaged == 1 ? "One damaged spot was skipped."
                                    : std::to_string(damaged) + " damaged spots were skipped.");
  }
  const bool promised = format->duration_estimation_method != AVFMT_DURATION_FROM_BITRATE;
  // Lossy formats count the encoder's run-in and the filled-up last block as length.
  const double slack = 0.1 + (info.rate > 0 ? 4096.0 / info.rate : 0);
  if (promised && info.seconds > seconds + slack && info.seconds > seconds * 1.01) {
    warnings.push_back("The file ends early: " + spoken_time(seconds) + " of the " +
                       spoken_time(info.seconds) + " that it promises are there.");
  } else if (const auto whole = promised_bytes(bytes); whole > info.bytes + 1) {
    warnings.push_back(
        "The file ends early: " + spoken_time(seconds) + " of about " +
        spoken_time(seconds * static_cast<double>(whole) / static_cast<double>(info.bytes)) +
        " that it promises are there.");
  }
}

AudioReader::AudioReader(std::unique_ptr<State> state) : state_(std::move(state)) {}
AudioReader::AudioReader(AudioReader&&) noexcept = default;
AudioReader& AudioReader::operator=(AudioReader&&) noexcept = default;
AudioReader::~AudioReader() = default;

Result<AudioReader> AudioReader::open(const AudioSource& source, const DecodeLimits& limits) {
  auto functions = ffmpeg();
  if (!functions) return functions.error();
  auto bytes = ByteStream::open(source, limits.bytes);
  if (!bytes) return bytes.error();
  auto state = std::make_unique<State>(std::move(bytes).value());
  state->limits = limits;
  state->info.bytes = state->bytes.size();
  if (state->bytes.size() == 0) return unreadable(state->bytes);
  if (is_protected(state->bytes)) {
    return Error{Code::unsupported,
                 "\"" + state->bytes.name() +
                     "\" is locked by its seller (DRM): only the seller's own player can open it.",
                 "Use a copy without the lock, such as a purchase as MP3, FLAC or plain M4A, or "
                 "your own recording."};
  }
  state->ffmpeg = *functions;
  auto opened = state->open_container();
  if (!opened) return opened.error();
  opened = state->open_codec();
  if (!opened) return opened.error();
  auto first = state->next_frame();
  if (!first) return first.error();
  if (!*first) {
    return state->damaged > 0 ? unreadable(state->bytes) : no_sound(state->bytes.name());
  }
  const auto size = state->info.bytes;
  state->info = describe(**functions, *state->format, *state->stream, *state->codec);
  state->info.bytes = size;
  state->info.rate = state->frame->sample_rate;
  state->info.channels = state->frame->ch_layout.nb_channels;
  auto shape = state->check_shape();
  if (!shape) return shape.error();
  return AudioReader(std::move(state));
}

const AudioInfo& AudioReader::info() const {
  return state_->info;
}
std::uint64_t AudioReader::position() const {
  return state_->position;
}
const std::vector<std::string>& AudioReader::warnings() const {
  return state_->warnings;
}

double AudioReader::fraction() const {
  const auto& s = *state_;
  if (s.ended || s.info.seconds <= 0) return s.fraction;
  return std::min(1.0, static_cast<double>(s.position) / (s.info.seconds * s.info.rate));
}

Result<int> AudioReader::read(float* const* channels, int frames) {
  auto& s = *state_;
  int done = 0;
  while (done < frames && !s.ended) {
    if (s.used >= s.frame->nb_samples) {
      auto next = s.next_frame();
      if (!next) return next.error();
      if (!*next) break;
    }
    const int count = std::min(frames - done, s.frame->nb_samples - s.used);
    const int there = s.frame->ch_layout.nb_channels;
    for (int c = 0; c < s.info.channels; ++c) {
      float* out = channels[c] + done;
      if (c >= there && there > 1) {
        std::fill_n(out, count, 0.0f);
        continue;
      }
      const int from = c < there ? c : 0;  // a mono stretch goes to every channel
      if (!copy_samples(*s.frame, from, s.used, count, out)) {
        return Error{Code::unsupported, "\"" + s.bytes.name() + "\" has an unknown sample format.",
                     "Export it as WAV or FLAC."};
      }
      if (!all_sane(out, count)) {
        return Error{Code::bad_input,
                     "\"" + s.bytes.name() + "\" has samples that are not numbers, at " +
                         spoken_time(static_cast<double>(s.position) / s.info.rate) + ".",
                     "The program that wrote it failed; export it again, as 24-bit WAV or FLAC."};
      }
    }
    s.used += count;
    done += count;
    s.position += static_cast<std::uint64_t>(count);
    if (static_cast<double>(s.position) > s.limits.seconds * s.info.rate) {
      return Error{
          Code::too_large,
          "\"" + s.bytes.name() + "\" is longer than " + spoken_time(s.limits.seconds) + ".",
          "Cut the part you need and try that."};
    }
  }
  return done;
}

Result<void> load_decoders() {
  auto functions = ffmpeg();
  if (!functions) return functions.error();
  return {};
}

Result<std::string> decoder_version() {
  auto functions = ffmpeg();
  if (!functions) return functions.error();
  const unsigned version = (*functions)->avformat_version();
  return "FFmpeg libavformat " + std::to_string(version >> 16) + "." +
         std::to_string(version >> 8 & 255) + "." + std::to_string(version & 255);
}

}  // namespace tutti::files
