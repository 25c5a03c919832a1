// Any bytes as a checkpoint of PyTorch, whole and as its pickle alone: read as data or refused with
// words.
#include "native/models/checkpoint.h"

#include <cstdint>
#include <cstdlib>
#include <span>

#include "engine/nn/safetensors.h"
#include "native/models/pickle.h"

using namespace tutti;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = std::as_bytes(std::span(data, size));
  if (const auto pickle = models::Pickle::read(bytes); !pickle) {
    if (pickle.error().message.empty() || pickle.error().next.empty()) std::abort();
  } else {
    // Every place that a value names is there.
    for (const auto place : pickle->root().items) static_cast<void>(pickle->at(place).kind);
    static_cast<void>(pickle->find(pickle->root(), "state"));
  }
  const auto checkpoint = models::read_checkpoint(bytes);
  if (!checkpoint) {
    if (checkpoint.error().message.empty() || checkpoint.error().next.empty()) std::abort();
    return 0;
  }
  const auto safetensors = models::to_safetensors(*checkpoint, {"name", "1", "none", "fuzz"});
  const auto read = nn::Safetensors::read(safetensors);
  if (!read || read->tensors().size() != checkpoint->tensors.size()) std::abort();
  const auto whole = models::tensors_whole(safetensors);
  if (!whole || !*whole) std::abort();
  return 0;
}
