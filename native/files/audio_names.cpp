#include "native/files/audio_names.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <string_view>

namespace tutti::files {

// Neither playlists nor scripts nor containers that name other files.
const char* const kContainers =
    "wav,w64,aiff,au,caf,flac,mp3,aac,ogg,mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,wv,ac3,eac3";
const char* const kDecoders =
    "pcm_u8,pcm_s8,pcm_s16le,pcm_s16be,pcm_s24le,pcm_s24be,pcm_s32le,pcm_s32be,pcm_s64le,pcm_s64be,"
    "pcm_u16le,pcm_u16be,pcm_u24le,pcm_u24be,pcm_u32le,pcm_u32be,pcm_f32le,"
    "pcm_f32be,pcm_f64le,pcm_f64be,pcm_s8_planar,pcm_s16le_planar,pcm_s16be_planar,"
    "pcm_s24le_planar,pcm_s32le_planar,pcm_alaw,pcm_mulaw,adpcm_ms,adpcm_ima_wav,adpcm_ima_qt,"
    "flac,alac,wavpack,mp1float,mp2float,mp3float,mp3,aac,vorbis,opus,ac3,eac3,gsm_ms,amrnb,amrwb";

namespace {

struct Name {
  std::string_view from, to;
};

constexpr Name kContainerNames[] = {
    {"wav", "WAV"},
    {"w64", "W64"},
    {"aiff", "AIFF"},
    {"au", "AU"},
    {"caf", "CAF"},
    {"flac", "FLAC"},
    {"mp3", "MP3"},
    {"aac", "AAC"},
    {"ogg", "Ogg"},
    {"mov,mp4,m4a,3gp,3g2,mj2", "MP4"},
    {"matroska,webm", "WebM"},
    {"wv", "WavPack"},
    {"ac3", "AC-3"},
    {"eac3", "E-AC-3"},
};

constexpr Name kCodecNames[] = {
    {"flac", "FLAC"},       {"alac", "ALAC"},  {"wavpack", "WavPack"}, {"mp3", "MP3"},
    {"mp2", "MP2"},         {"mp1", "MP1"},    {"aac", "AAC"},         {"vorbis", "Vorbis"},
    {"opus", "Opus"},       {"ac3", "AC-3"},   {"eac3", "E-AC-3"},     {"pcm_alaw", "A-law"},
    {"pcm_mulaw", "µ-law"}, {"gsm_ms", "GSM"}, {"amr_nb", "AMR"},      {"amr_wb", "AMR wide"},
};

template <std::size_t N>
std::string translate(const Name (&names)[N], std::string_view name) {
  for (const auto& entry : names)
    if (entry.from == name) return std::string(entry.to);
  return std::string(name);
}

std::string codec_name(const AVCodecDescriptor* descriptor) {
  if (descriptor == nullptr) return "unknown";
  const std::string_view name = descriptor->name;
  if (name.substr(0, 4) == "pcm_" && name.size() > 5 && name[5] >= '0' && name[5] <= '9') {
    const std::string bits(name.substr(5, name.find_first_not_of("0123456789", 5) - 5));
    return "PCM " + bits + " bit" + (name[4] == 'f' ? " float" : "");
  }
  if (name.substr(0, 5) == "adpcm") return "ADPCM";
  return translate(kCodecNames, name);
}

void add_tags(const Ffmpeg& ffmpeg, const AVDictionary* from, AudioInfo& info) {
  const AVDictionaryEntry* entry = nullptr;
  while ((entry = ffmpeg.av_dict_get(from, "", entry, AV_DICT_IGNORE_SUFFIX)) != nullptr) {
    std::string key = entry->key;
    for (char& c : key) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    const std::string value = std::string(entry->value).substr(0, 1000);
    const bool known = std::any_of(info.tags.begin(), info.tags.end(),
                                   [&](const auto& tag) { return tag.first == key; });
    if (!known && info.tags.size() < 64) info.tags.emplace_back(std::move(key), value);
  }
}

}  // namespace

AudioInfo describe(const Ffmpeg& ffmpeg, const AVFormatContext& format, const AVStream& stream,
                   const AVCodecContext& codec) {
  AudioInfo info;
  const auto* descriptor = ffmpeg.avcodec_descriptor_get(stream.codecpar->codec_id);
  info.container = translate(kContainerNames, format.iformat->name);
  info.codec = codec_name(descriptor);
  const bool lossy = descriptor != nullptr && (descriptor->props & AV_CODEC_PROP_LOSSY) != 0;
  info.lossless =
      descriptor != nullptr && (descriptor->props & AV_CODEC_PROP_LOSSLESS) != 0 && !lossy;
  if (info.codec == "A-law" || info.codec == "µ-law") info.lossless = false;
  if (info.lossless) {
    info.bits = codec.bits_per_raw_sample > 0 ? codec.bits_per_raw_sample
                                              : stream.codecpar->bits_per_coded_sample;
  }
  if (stream.duration > 0) {
    info.seconds =
        static_cast<double>(stream.duration) * stream.time_base.num / stream.time_base.den;
  } else if (format.duration > 0) {
    info.seconds = static_cast<double>(format.duration) / AV_TIME_BASE;
  }
  if (!(info.seconds < 1e9)) info.seconds = 0;
  info.bit_rate = stream.codecpar->bit_rate > 0 ? stream.codecpar->bit_rate : format.bit_rate;
  add_tags(ffmpeg, format.metadata, info);
  add_tags(ffmpeg, stream.metadata, info);
  return info;
}

std::string spoken_time(double seconds) {
  std::array<char, 40> text{};
  if (seconds < 60) {
    std::snprintf(text.data(), text.size(), "%.1f s", seconds);
    return text.data();
  }
  const auto whole = static_cast<long long>(std::floor(seconds + 0.5));
  const long long hours = whole / 3600, minutes = whole / 60 % 60, rest = whole % 60;
  if (hours > 0) {
    std::snprintf(text.data(), text.size(), "%lld:%02lld:%02lld", hours, minutes, rest);
  } else {
    std::snprintf(text.data(), text.size(), "%lld:%02lld", minutes, rest);
  }
  return text.data();
}

}  // namespace tutti::files
