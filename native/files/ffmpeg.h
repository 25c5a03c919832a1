// FFmpeg's decoding libraries, loaded when the first recording is opened.
//
// Linking them would drag some 130 shared libraries into every start of the program, and a missing
// one would stop commands that never decode. So only their headers are compiled in; the functions
// come from dlopen of exactly the versions of those headers. Thread-safe; never unloaded.
#pragma once

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/dict.h>
}

#include "engine/base/result.h"

namespace tutti::files {

#define TUTTI_AVFORMAT(X)                                                                      \
  X(avformat_version)                                                                          \
  X(avformat_alloc_context)                                                                    \
  X(avformat_open_input)                                                                       \
  X(avformat_close_input) X(avformat_find_stream_info) X(av_find_best_stream) X(av_read_frame) \
      X(avio_alloc_context) X(avio_context_free)
#define TUTTI_AVCODEC(X)                                                                      \
  X(avcodec_find_decoder)                                                                     \
  X(avcodec_alloc_context3)                                                                   \
  X(avcodec_free_context)                                                                     \
  X(avcodec_parameters_to_context) X(avcodec_open2) X(avcodec_send_packet)                    \
      X(avcodec_receive_frame) X(avcodec_descriptor_get) X(av_packet_alloc) X(av_packet_free) \
          X(av_packet_unref)
#define TUTTI_AVUTIL(X)                                                                      \
  X(av_frame_alloc)                                                                          \
  X(av_frame_free)                                                                           \
  X(av_frame_unref)                                                                          \
  X(av_malloc) X(av_freep) X(av_log_set_level) X(av_max_alloc) X(av_dict_set) X(av_dict_get) \
      X(av_dict_free)

struct Ffmpeg {
#define TUTTI_FIELD(name) decltype(&::name) name = nullptr;
  TUTTI_AVFORMAT(TUTTI_FIELD)
  TUTTI_AVCODEC(TUTTI_FIELD)
  TUTTI_AVUTIL(TUTTI_FIELD)
#undef TUTTI_FIELD
};

// The functions, or missing_part with the package that brings them.
Result<const Ffmpeg*> ffmpeg();

}  // namespace tutti::files
