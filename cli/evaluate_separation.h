// `tutti evaluate separation`: two folders of stems against each other.
#pragma once

#include <string>
#include <vector>

#include "engine/base/json.h"
#include "engine/base/progress.h"
#include "engine/base/result.h"

namespace tutti::cli {

// Files of the same name (without ending) in both folders are compared. {"stems":[names],
// "SDR":[…], "SI-SDR":[…]} and, unless `plain`, the lists that mir_eval's separation.evaluate
// gives, by its names ("Images - Source to Distortion" …; for mono stems "Sources - …" besides).
// What is infinite or no number is null. `warnings` gets what was left out. Errors: not_found,
// bad_input (shapes differ), and those of the decoder.
Result<json::object> evaluate_separation(const std::string& reference, const std::string& estimate,
                                         bool plain, std::vector<std::string>& warnings,
                                         const Progress&);

}  // namespace tutti::cli
