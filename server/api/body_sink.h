// Takes a request's body as it arrives and keeps what the route wants of it: text to be parsed, a
// blob on disk, or a form's file as a blob and its other fields as text.
//
// Nothing is held in memory beyond the JSON limit and a form's short fields; an unfinished blob
// leaves nothing behind. One thread at a time; write() and finish() may block on the disk.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "engine/base/result.h"
#include "server/api/route.h"
#include "server/api/routes.h"

namespace tutti::api {

class BodySink {
 public:
  // Codes: bad_input (a form without a boundary), unsupported (wrong Content-Type), io.
  static Result<std::unique_ptr<BodySink>> make(const Services&, const Route&,
                                                std::string_view content_type);
  ~BodySink();

  Result<void> write(std::span<const std::byte>);
  // Puts what was taken into the call.
  Result<void> finish(Call&);

 private:
  struct State;
  explicit BodySink(std::unique_ptr<State>);
  std::unique_ptr<State> state_;
};

}  // namespace tutti::api
