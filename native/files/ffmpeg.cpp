#include "native/files/ffmpeg.h"

#include <dlfcn.h>
#include <string>

namespace tutti::files {
namespace {

struct Loaded {
  Ffmpeg functions;
  std::string missing;  // empty when all is there

  void* open(const char* name, int major) {
    const std::string file = std::string(name) + ".so." + std::to_string(major);
    void* library = ::dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr && missing.empty()) missing = file;
    return library;
  }

  template <class Function>
  void find(void* library, const char* name, Function& function) {
    if (library == nullptr) return;
    function = reinterpret_cast<Function>(::dlsym(library, name));
    if (function == nullptr && missing.empty()) missing = name;
  }

  Loaded() {
    void* avutil = open("libavutil", LIBAVUTIL_VERSION_MAJOR);
    void* avcodec = open("libavcodec", LIBAVCODEC_VERSION_MAJOR);
    void* avformat = open("libavformat", LIBAVFORMAT_VERSION_MAJOR);
#define TUTTI_FIND(name) find(library, #name, functions.name);
    void* library = avformat;
    TUTTI_AVFORMAT(TUTTI_FIND)
    library = avcodec;
    TUTTI_AVCODEC(TUTTI_FIND)
    library = avutil;
    TUTTI_AVUTIL(TUTTI_FIND)
#undef TUTTI_FIND
    if (!missing.empty()) return;
    functions.av_log_set_level(AV_LOG_QUIET);
    // A header may claim a picture or a table of gigabytes; no honest part of a recording needs
    // more than this in one piece.
    functions.av_max_alloc(64u << 20);
  }
};

}  // namespace

Result<const Ffmpeg*> ffmpeg() {
  static const Loaded loaded;
  if (loaded.missing.empty()) return &loaded.functions;
  const std::string major = std::to_string(LIBAVFORMAT_VERSION_MAJOR);
  return Error{Code::missing_part,
               "The decoders of FFmpeg are not installed (" + loaded.missing + ").",
               "Install them: sudo apt install libavformat" + major + " libavcodec" +
                   std::to_string(LIBAVCODEC_VERSION_MAJOR) + "."};
}

}  // namespace tutti::files
