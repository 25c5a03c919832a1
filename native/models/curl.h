// libcurl's functions, loaded when first asked for. Part of download.
#pragma once

#include <curl/curl.h>

#include "engine/base/result.h"

namespace tutti::models {

struct Curl {
  decltype(&::curl_global_init) global_init = nullptr;
  decltype(&::curl_easy_init) easy_init = nullptr;
  decltype(&::curl_easy_cleanup) easy_cleanup = nullptr;
  decltype(&::curl_easy_perform) easy_perform = nullptr;
  // These two take their last argument in as many ways as there are options.
  CURLcode (*easy_setopt)(CURL*, CURLoption, ...) = nullptr;
  CURLcode (*easy_getinfo)(CURL*, CURLINFO, ...) = nullptr;
  decltype(&::curl_easy_strerror) easy_strerror = nullptr;
};

// missing_part with the package that brings it.
Result<const Curl*> curl();

}  // namespace tutti::models
