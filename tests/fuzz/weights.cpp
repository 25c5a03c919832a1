// Any bytes as a file of weights: read or refused with words, looked at whole, and tried as a
// melody network.
#include <cstdint>
#include <cstdlib>
#include <span>

#include "engine/compose/melody_model.h"
#include "engine/nn/safetensors.h"

using namespace tutti;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = std::as_bytes(std::span(data, size));
  const auto file = nn::Safetensors::read(bytes);
  const auto model = compose::MelodyModel::load(bytes);
  if (!file) {
    if (file.error().message.empty() || file.error().next.empty() || model) std::abort();
    return 0;
  }
  std::size_t filled = 0;
  for (const auto& [name, tensor] : file->tensors()) {
    std::size_t count = 1;
    for (const std::size_t side : tensor.shape) count *= side;
    if (count != tensor.count() || tensor.floats().size() != count) std::abort();
    if (count > 0) static_cast<void>(tensor.at(count - 1));
    filled += tensor.bytes.size();
  }
  if (filled > size) std::abort();
  return 0;
}
