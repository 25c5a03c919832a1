// What the Player knows of its instruments: a small interface, the kinds behind it unknown.
//
// registry/registry.h supplies the factory. Node methods are called by the Player only. All methods
// except process, event and transport may allocate and run off the audio path (between blocks).
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/arena.h"
#include "engine/base/result.h"
#include "engine/dsp/processor.h"
#include "engine/graph/plan.h"

namespace tutti::graph {

// Something a node plays, parsed once and shared by all nodes. Which concrete type hides behind it
// is agreed between factory and nodes by the resource's name.
class Resource {
 public:
  virtual ~Resource() = default;
};

// Decoded audio, planar; `right` is empty for mono. Any rate: the clip node converts as it plays.
class AudioResource final : public Resource {
 public:
  double rate = 48000;
  std::vector<float> left;
  std::vector<float> right;
};

struct NamedResource {
  std::string name;
  std::shared_ptr<const Resource> resource;
};

// Which stretch of its song a node plays next. Positions count frames from the song's start.
struct Transport {
  bool rolling = false;
  std::int64_t song_frame = 0;   // of the next frame processed, if rolling
  std::int64_t start_frame = 0;  // where the node's own material begins (PlanNode::start)
};

class Node {
 public:
  virtual ~Node() = default;
  virtual void prepare(double rate, int max_block, Arena& arena) = 0;
  virtual void reset() noexcept = 0;
  virtual void process(dsp::Block block) noexcept = 0;  // overwrites the block
  virtual std::int64_t latency() const noexcept { return 0; }

  // Nothing sounds, and nothing will without an event or a rolling transport over its material.
  virtual bool silent() const noexcept = 0;

  // A channel voice message in effect at the next frame.
  virtual void event(std::uint8_t status, std::uint8_t data1, std::uint8_t data2) noexcept = 0;

  // Told at every start, stop, jump and change of tempo; not while it simply goes on.
  virtual void transport(const Transport&) noexcept {}

  virtual bool set_param(std::string_view id, double value) noexcept = 0;

  // Takes what it needs of `resources` for playing `plan` with `events` (its own ones). Adds to
  // `missing` the names of resources it would have needed. Sounding voices go on if their resource
  // is still there.
  virtual void attach(std::span<const NamedResource> resources, const PlanNode& plan,
                      std::span<const PlanEvent> events, std::vector<std::string>& missing) = 0;
};

class NodeFactory {
 public:
  virtual ~NodeFactory() = default;
  // Null for an unknown kind.
  virtual std::unique_ptr<Node> make(std::string_view kind) const = 0;
  // Parses the bytes of a resource by its name ("sf:…": SoundFont). The caller of the span form
  // keeps the bytes alive.
  virtual Result<std::shared_ptr<const Resource>> load(std::string_view name,
                                                       std::span<const std::byte> bytes) const = 0;
  virtual Result<std::shared_ptr<const Resource>> load(std::string_view name,
                                                       std::vector<std::byte> bytes) const = 0;
};

// Runs job(context, 0) … job(context, count - 1), in any order and on any threads, and returns when
// all are done. Native renders hand one to the Player to use all cores; the samples do not change.
class ParallelFor {
 public:
  virtual ~ParallelFor() = default;
  virtual void run(int count, void (*job)(void* context, int index) noexcept,
                   void* context) noexcept = 0;
};

}  // namespace tutti::graph
