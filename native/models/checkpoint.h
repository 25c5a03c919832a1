// A checkpoint of HTDemucs as its authors publish it (torch.save: a zip with a pickle and the raw
// numbers) to a safetensors file that engine/separate reads.
//
// The pickle is read as data (pickle.h); the arguments that the network was built with are
// compared with what our HTDemucs does, and those it must be told are written into the metadata:
// "heads", "segment" (frames), "freq_emb", beside "name", "version", "licence", "source" and
// "hash" (SHA-256 of the tensors' bytes in the file's order). Numbers stay float16 or float32 as
// they are. Bounded: files up to 512 MB, 4,000 tensors. Memory: the file and the result. Codes:
// bad_input, too_large, unsupported. Thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"

namespace tutti::models {

struct CheckpointTensor {
  bool half = false;  // float16, else float32
  std::vector<std::size_t> shape;
  std::vector<std::byte> bytes;  // little-endian, row-major
};

struct Checkpoint {
  std::map<std::string, CheckpointTensor> tensors;
  int heads = 8;
  std::int64_t segment = 0;  // frames
  double freq_emb = 0.2;
};

Result<Checkpoint> read_checkpoint(std::span<const std::byte> file);

struct CheckpointLabel {
  std::string name, version, licence, source;
};
std::vector<std::byte> to_safetensors(const Checkpoint&, const CheckpointLabel&);

// Whether the tensors of a safetensors file are the ones that its metadata "hash" was made of; true
// where it has none. Files of `tutti models fetch` and of the training have one.
Result<bool> tensors_whole(std::span<const std::byte> safetensors);

}  // namespace tutti::models
