// What the tables of the Practice room share; only server/store includes this.
#pragma once

#include <string>

#include "server/store/sqlite.h"

namespace tutti::store {

// too_large above kMostPracticeText.
Result<void> small_enough(const std::string& text);
// too_large where a count has reached `most`. `person` is bound where it is not empty.
Result<void> room_in(Database& db, const char* sql, const std::string& person, std::int64_t most,
                     const char* what);

}  // namespace tutti::store
