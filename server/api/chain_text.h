// Chains of effects on their way into a job.
#pragma once

#include <string>
#include <vector>

#include "engine/registry/chain.h"
#include "server/store/store.h"

namespace tutti::api {

// What is unknown in the body of a request is the body's fault, not the address's: 400, not 404.
Error in_field(Error error, const std::string& field);

// A value as param::from_text reads it back, without rounding.
std::string exact_text(const param::Description&, double value);

// Equal chains give equal texts, without rounding, so that equal work is found again. Bypassed
// effects are left out.
std::string exact_chain_text(const std::vector<registry::ChainEffect>&);

// Impulse responses are blobs, named by their SHA-256; those named are added to `clips`.
Result<void> check_impulses(store::Store&, const std::vector<registry::ChainEffect>&,
                            std::vector<std::string>& clips);

}  // namespace tutti::api
