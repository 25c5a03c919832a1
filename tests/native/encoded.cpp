#include "tests/native/encoded.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <sndfile.h>

#include "native/files/audio_writer.h"
#include "tests/native/support.h"

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
}

namespace tutti::test {
namespace {

// Samples in the encoder's own format, frame by frame.
void fill(AVFrame* frame, const files::AudioBuffer& audio, std::size_t start) {
  const auto channels = audio.channels.size();
  for (int i = 0; i < frame->nb_samples; ++i) {
    for (std::size_t c = 0; c < channels; ++c) {
      const float value = audio.channels[c][start + static_cast<std::size_t>(i)];
      const auto whole =
          static_cast<std::int16_t>(std::clamp(std::lround(value * 32768.0f), -32768l, 32767l));
      const auto n = static_cast<std::size_t>(i);
      switch (frame->format) {
        case AV_SAMPLE_FMT_FLTP:
          reinterpret_cast<float*>(frame->extended_data[c])[n] = value;
          break;
        case AV_SAMPLE_FMT_FLT:
          reinterpret_cast<float*>(frame->data[0])[n * channels + c] = value;
          break;
        case AV_SAMPLE_FMT_S16P:
          reinterpret_cast<std::int16_t*>(frame->extended_data[c])[n] = whole;
          break;
        case AV_SAMPLE_FMT_S16:
          reinterpret_cast<std::int16_t*>(frame->data[0])[n * channels + c] = whole;
          break;
        default:
          break;
      }
    }
  }
}

void drain(AVCodecContext* codec, AVFormatContext* format, AVStream* stream, AVPacket* packet) {
  while (avcodec_receive_packet(codec, packet) == 0) {
    av_packet_rescale_ts(packet, codec->time_base, stream->time_base);
    packet->stream_index = 0;
    av_interleaved_write_frame(format, packet);
  }
}

bool write_with_ffmpeg(const std::string& path, const std::string& encoder,
                       const files::AudioBuffer& audio) {
  av_log_set_level(AV_LOG_QUIET);
  const AVCodec* found = avcodec_find_encoder_by_name(encoder.c_str());
  AVFormatContext* format = nullptr;
  if (found == nullptr ||
      avformat_alloc_output_context2(&format, nullptr, nullptr, path.c_str()) < 0)
    return false;
  AVCodecContext* codec = avcodec_alloc_context3(found);
  codec->sample_fmt = found->sample_fmts[0];
  for (const auto* offered = found->sample_fmts; *offered != AV_SAMPLE_FMT_NONE; ++offered)
    if (*offered == AV_SAMPLE_FMT_S16P) codec->sample_fmt = *offered;
  codec->sample_rate = audio.rate;
  codec->time_base = {1, audio.rate};
  codec->bit_rate = 192000;
  av_channel_layout_default(&codec->ch_layout, static_cast<int>(audio.channels.size()));
  if (format->oformat->flags & AVFMT_GLOBALHEADER) codec->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
  bool ok = avcodec_open2(codec, found, nullptr) >= 0;
  AVStream* stream = avformat_new_stream(format, nullptr);
  stream->time_base = codec->time_base;
  ok = ok && avcodec_parameters_from_context(stream->codecpar, codec) >= 0 &&
       avio_open(&format->pb, path.c_str(), AVIO_FLAG_WRITE) >= 0 &&
       avformat_write_header(format, nullptr) >= 0;
  AVPacket* packet = av_packet_alloc();
  AVFrame* frame = av_frame_alloc();
  const std::size_t step =
      codec->frame_size > 0 ? static_cast<std::size_t>(codec->frame_size) : 1024;
  for (std::size_t start = 0; ok && start < audio.frames(); start += step) {
    frame->format = codec->sample_fmt;
    frame->sample_rate = audio.rate;
    frame->nb_samples = static_cast<int>(std::min(step, audio.frames() - start));
    frame->pts = static_cast<std::int64_t>(start);
    av_channel_layout_copy(&frame->ch_layout, &codec->ch_layout);
    av_frame_get_buffer(frame, 0);
    fill(frame, audio, start);
    ok = avcodec_send_frame(codec, frame) >= 0;
    drain(codec, format, stream, packet);
    av_frame_unref(frame);
  }
  if (ok) {
    avcodec_send_frame(codec, nullptr);
    drain(codec, format, stream, packet);
    av_write_trailer(format);
  }
  av_frame_free(&frame);
  av_packet_free(&packet);
  avcodec_free_context(&codec);
  if (format->pb != nullptr) avio_closep(&format->pb);
  avformat_free_context(format);
  return ok;
}

// 16-bit PCM in a container of libsndfile.
bool write_pcm(const std::string& path, int container, const files::AudioBuffer& audio) {
  SF_INFO info{};
  info.samplerate = audio.rate;
  info.channels = static_cast<int>(audio.channels.size());
  info.format = container | SF_FORMAT_PCM_16;
  SNDFILE* file = sf_open(path.c_str(), SFM_WRITE, &info);
  if (file == nullptr) return false;
  for (std::size_t i = 0; i < audio.frames(); ++i) {
    short frame[8];
    for (std::size_t c = 0; c < audio.channels.size(); ++c)
      frame[c] = static_cast<short>(
          std::clamp(std::lround(audio.channels[c][i] * 32768.0f), -32768l, 32767l));
    sf_writef_short(file, frame, 1);
  }
  return sf_close(file) == 0;
}

}  // namespace

const std::vector<Kind>& kinds() {
  static const std::vector<Kind> all = {
      {"WAV", ".wav", "", true},
      {"FLAC", ".flac", "", true},
      {"MP3", ".mp3", "", false},
      {"Ogg Vorbis", ".ogg", "", false},
      {"Ogg Opus", ".opus", "", false, 48000},
      {"M4A AAC", ".m4a", "aac", false},
      {"M4A ALAC", ".m4a", "alac", true},
      {"WebM Opus", ".webm", "libopus", false, 48000},
      {"AIFF", ".aiff", "", true},
      {"W64", ".w64", "", true},
      {"CAF", ".caf", "", true},
      {"AU", ".au", "", true},
  };
  return all;
}

std::vector<std::byte> encoded(const Kind& kind, const files::AudioBuffer& audio) {
  TempFolder folder;
  const std::string path = folder / ("made" + kind.ending);
  bool ok = false;
  if (!kind.codec.empty()) {
    ok = write_with_ffmpeg(path, kind.codec, audio);
  } else if (kind.ending == ".aiff") {
    ok = write_pcm(path, SF_FORMAT_AIFF, audio);
  } else if (kind.ending == ".w64") {
    ok = write_pcm(path, SF_FORMAT_W64, audio);
  } else if (kind.ending == ".caf") {
    ok = write_pcm(path, SF_FORMAT_CAF, audio);
  } else if (kind.ending == ".au") {
    ok = write_pcm(path, SF_FORMAT_AU, audio);
  } else {
    files::EncodeOptions options;
    options.format = *files::audio_format_of_path(path);
    if (options.format == files::AudioFormat::flac) options.format = files::AudioFormat::flac16;
    options.quality = 0.9;
    ok = files::encode(path, audio, options).ok();
  }
  return ok ? slurp(path) : std::vector<std::byte>{};
}

}  // namespace tutti::test
