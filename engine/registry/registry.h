// Every instrument by its stable id: what it is, its parameters, how to make one.
//
// The only place that names concrete kinds to the graph. Immutable and thread-safe.
#pragma once

#include <span>
#include <string_view>

#include "engine/graph/node.h"
#include "engine/param/description.h"

namespace tutti::registry {

struct Entry {
  std::string_view id;           // saved in projects: "sampler", "clip", "pad", "bell" …
  std::string_view name;         // for a person
  std::string_view description;  // one sentence
  std::span<const param::Description> parameters;
};

// All of them, in a fixed order.
std::span<const Entry> entries();
// Null if unknown.
const Entry* find(std::string_view id);

// Makes nodes and parses resources; lives as long as the program.
const graph::NodeFactory& factory();

}  // namespace tutti::registry
