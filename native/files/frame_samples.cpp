#include "native/files/frame_samples.h"

#include <cmath>
#include <cstdint>
#include <cstring>

namespace tutti::files {
namespace {

// `stride` in samples: 1 for planar frames, the channel count for interleaved ones.
template <class Sample, class Convert>
void copy(const std::uint8_t* from, int stride, int count, float* out, Convert convert) {
  for (int i = 0; i < count; ++i) {
    Sample value;
    std::memcpy(
        &value,
        from + sizeof(Sample) * static_cast<std::size_t>(i) * static_cast<std::size_t>(stride),
        sizeof value);
    out[i] = convert(value);
  }
}

}  // namespace

bool copy_samples(const AVFrame& frame, int channel, int first, int count, float* out) {
  const auto format = static_cast<AVSampleFormat>(frame.format);
  const bool planar = format >= AV_SAMPLE_FMT_U8P && format != AV_SAMPLE_FMT_S64;
  const int channels = frame.ch_layout.nb_channels;
  const int stride = planar ? 1 : channels;
  const std::uint8_t* base = planar ? frame.extended_data[channel] : frame.extended_data[0];
  const auto at = [&](std::size_t bytes) {
    const auto index = planar
                           ? static_cast<std::size_t>(first)
                           : static_cast<std::size_t>(first) * static_cast<std::size_t>(channels) +
                                 static_cast<std::size_t>(channel);
    return base + index * bytes;
  };
  switch (format) {
    case AV_SAMPLE_FMT_U8:
    case AV_SAMPLE_FMT_U8P:
      copy<std::uint8_t>(at(1), stride, count, out,
                         [](std::uint8_t v) { return static_cast<float>(v - 128) * 0x1p-7f; });
      return true;
    case AV_SAMPLE_FMT_S16:
    case AV_SAMPLE_FMT_S16P:
      copy<std::int16_t>(at(2), stride, count, out,
                         [](std::int16_t v) { return static_cast<float>(v) * 0x1p-15f; });
      return true;
    case AV_SAMPLE_FMT_S32:
    case AV_SAMPLE_FMT_S32P:
      copy<std::int32_t>(at(4), stride, count, out,
                         [](std::int32_t v) { return static_cast<float>(v * 0x1p-31); });
      return true;
    case AV_SAMPLE_FMT_S64:
    case AV_SAMPLE_FMT_S64P:
      copy<std::int64_t>(at(8), stride, count, out, [](std::int64_t v) {
        return static_cast<float>(static_cast<double>(v) * 0x1p-63);
      });
      return true;
    case AV_SAMPLE_FMT_FLT:
    case AV_SAMPLE_FMT_FLTP:
      copy<float>(at(4), stride, count, out, [](float v) { return v; });
      return true;
    case AV_SAMPLE_FMT_DBL:
    case AV_SAMPLE_FMT_DBLP:
      copy<double>(at(8), stride, count, out, [](double v) { return static_cast<float>(v); });
      return true;
    default:
      return false;
  }
}

bool all_sane(const float* samples, int count) {
  // Not a number fails every comparison, so it counts as insane too.
  bool sane = true;
  for (int i = 0; i < count; ++i) sane = sane && std::fabs(samples[i]) < 1e10f;
  return sane;
}

}  // namespace tutti::files
