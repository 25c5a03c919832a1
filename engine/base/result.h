// Errors without exceptions: a value, or what went wrong and what to do next.
//
// Everything in the engine that can fail on a stranger's data returns Result<T>. Exceptions are not
// used inside engine/ (the WASM build has none). Not for the audio thread: an Error owns strings.
#pragma once

#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace tutti {

// Closed list; the server maps each to a status and the command line to an exit code.
enum class Code {
  bad_input,     // the bytes or values given cannot be used as they are
  wrong_usage,   // the call itself is wrong (unknown option, value out of range)
  not_found,     // a named thing does not exist
  too_large,     // over a stated limit
  unsupported,   // valid, but nothing here can do it
  missing_part,  // an optional part (SoundFont, codec, program) is not installed
  conflict,      // the state changed under the caller
  cancelled,     // the caller asked to stop
  io,            // the system refused: disk, pipe, permission
  internal,      // our own fault
};

// The stable machine-readable name of a code, such as "bad_input".
constexpr std::string_view name_of(Code code) {
  switch (code) {
    case Code::bad_input:
      return "bad_input";
    case Code::wrong_usage:
      return "wrong_usage";
    case Code::not_found:
      return "not_found";
    case Code::too_large:
      return "too_large";
    case Code::unsupported:
      return "unsupported";
    case Code::missing_part:
      return "missing_part";
    case Code::conflict:
      return "conflict";
    case Code::cancelled:
      return "cancelled";
    case Code::io:
      return "io";
    case Code::internal:
      return "internal";
  }
  return "internal";
}

// `message` says what happened and `next` what a person can do about it; both are whole sentences
// in a musician's words.
struct Error {
  Code code = Code::internal;
  std::string message;
  std::string next;
};

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  // Taking the value of a failed result is a programming error and ends the program.
  T& value() & { return require(), *std::get_if<0>(&state_); }
  const T& value() const& { return require(), *std::get_if<0>(&state_); }
  T&& value() && { return require(), std::move(*std::get_if<0>(&state_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  // Only for a failed result.
  const Error& error() const {
    if (ok()) std::abort();
    return *std::get_if<1>(&state_);
  }

 private:
  void require() const {
    if (!ok()) std::abort();
  }
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)), ok_(false) {}
  bool ok() const { return ok_; }
  explicit operator bool() const { return ok_; }
  const Error& error() const {
    if (ok_) std::abort();
    return error_;
  }

 private:
  Error error_;
  bool ok_ = true;
};

}  // namespace tutti
