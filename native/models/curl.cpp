#include "native/models/curl.h"

#include <dlfcn.h>

namespace tutti::models {
namespace {

struct Loaded {
  Curl functions;
  bool good = false;

  Loaded() {
    void* library = ::dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) return;
    good = true;
    const auto find = [&](const char* name, auto& function) {
      function =
          reinterpret_cast<std::remove_reference_t<decltype(function)>>(::dlsym(library, name));
      good = good && function != nullptr;
    };
    find("curl_global_init", functions.global_init);
    find("curl_easy_init", functions.easy_init);
    find("curl_easy_cleanup", functions.easy_cleanup);
    find("curl_easy_perform", functions.easy_perform);
    find("curl_easy_setopt", functions.easy_setopt);
    find("curl_easy_getinfo", functions.easy_getinfo);
    find("curl_easy_strerror", functions.easy_strerror);
    good = good && functions.global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  }
};

}  // namespace

Result<const Curl*> curl() {
  static const Loaded loaded;
  if (loaded.good) return &loaded.functions;
  return Error{Code::missing_part, "The library for downloads, libcurl, is not installed.",
               "Install it: sudo apt install libcurl4"};
}

}  // namespace tutti::models
