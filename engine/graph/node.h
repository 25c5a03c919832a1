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
#include "engine/graph/audio_source.h"
#include "engine/graph/plan.h"
#include "engine/param/effect.h"

namespace tutti::graph {

class SincShelf;

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

// A stretch of samples that lies in memory as it is to be heard, times `gain`; `right` null: mono.
struct View {
  const float* left = nullptr;
  const float* right = nullptr;
  float gain = 1;
};

// Everything a node takes from its surroundings, in one call.
struct Attachment {
  std::span<const NamedResource> resources;  // sorted by name
  const PlanNode& plan;
  std::span<const PlanEvent> events;  // of this node
  SincShelf& sincs;
  std::vector<std::string>& missing;  // names of resources that are needed and not there
};

// Frames [from, to) of a recording that will be played in `due` frames.
struct AudioNeed {
  const AudioSource* source = nullptr;
  std::int64_t from = 0, to = 0, due = 0;
};

class Node {
 public:
  virtual ~Node() = default;
  virtual void prepare(double rate, int max_block, Arena& arena) = 0;
  virtual void reset() noexcept = 0;
  // Overwrites the block; of a node that is mono() only the left channel.
  virtual void process(dsp::Block block) noexcept = 0;
  // One channel stands for both. Constant between two attach().
  virtual bool mono() const noexcept { return false; }
  // If the next `frames` are silent: moves on as process() would, without writing anything.
  virtual bool skip(int /*frames*/) noexcept { return false; }
  // If the next `frames` lie in memory: says where, and moves on as process() would. The samples
  // are those that process() would give.
  virtual bool view(int /*frames*/, View&) noexcept { return false; }
  virtual std::int64_t latency() const noexcept { return 0; }

  // Nothing sounds, and nothing will without an event or a rolling transport over its material.
  virtual bool silent() const noexcept = 0;

  // A channel voice message in effect at the next frame.
  virtual void event(std::uint8_t status, std::uint8_t data1, std::uint8_t data2) noexcept = 0;

  // Told at every start, stop, jump and change of tempo; not while it simply goes on.
  virtual void transport(const Transport&) noexcept {}

  virtual bool set_param(std::string_view id, double value) noexcept = 0;

  // Frames that a source could not deliver in time since prepare(); silence stood for them.
  virtual std::int64_t late() const noexcept { return 0; }

  // Takes what it needs for playing `plan`. Sounding voices go on if their resource is still there.
  virtual void attach(const Attachment&) = 0;

  // What will be read of recordings while the song goes from `song_frame` on for `frames`.
  virtual void needs(std::int64_t /*song_frame*/, std::int64_t /*frames*/,
                     std::int64_t /*start_frame*/, std::vector<AudioNeed>&) const {}
};

class NodeFactory {
 public:
  virtual ~NodeFactory() = default;
  // Null for an unknown kind.
  virtual std::unique_ptr<Node> make(std::string_view kind) const = 0;
  // An effect by its stable id or alias; null if unknown. Lives as long as the factory.
  virtual const param::EffectInfo* effect(std::string_view kind) const = 0;
  std::unique_ptr<param::Effect> make_effect(std::string_view kind) const {
    const param::EffectInfo* info = effect(kind);
    return info != nullptr ? info->make() : nullptr;
  }
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
