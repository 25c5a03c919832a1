// multipart/form-data (RFC 7578, RFC 2046 §5.1), fed in pieces of any size, split at any byte.
//
// Hardened: boundaries of 1 to 70 legal characters, at most 16 parts, 8 KB of headers a part; what
// does not follow the form is bad_input, never a guess. Data is handed on as it comes; at most one
// boundary's length is held back. One thread at a time.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "engine/base/result.h"

namespace tutti::api {

struct PartHeader {
  std::string name;       // of the form's field
  std::string file_name;  // without folders; empty where none was given
  bool is_file = false;
  std::string type;  // media type, lower case
};

// The boundary of a Content-Type header, or nothing where it is no legal multipart/form-data.
std::optional<std::string> multipart_boundary(std::string_view content_type);

class MultipartParser {
 public:
  struct Listener {
    std::function<Result<void>(const PartHeader&)> begin;
    std::function<Result<void>(std::span<const std::byte>)> data;
    std::function<Result<void>()> end;
  };
  MultipartParser(std::string boundary, Listener listener);

  // Errors: bad_input, and whatever the listener answers. After an error nothing more is taken.
  Result<void> feed(std::span<const std::byte> bytes);
  Result<void> finish();  // bad_input where the closing boundary never came

 private:
  enum class Where { preamble, after_boundary, headers, data, epilogue, failed };
  Result<bool> step();  // false: more bytes are needed
  Result<void> read_header();
  Result<void> fail(std::string message);

  std::string delimiter_;  // CR LF -- boundary
  Listener listener_;
  Where where_ = Where::preamble;
  std::string held_;
  int parts_ = 0;
};

}  // namespace tutti::api
