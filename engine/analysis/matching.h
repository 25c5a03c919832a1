// The largest one-to-one pairing between two sets, given who may pair with whom.
//
// Hopcroft and Karp, "An n^5/2 algorithm for maximum matchings in bipartite graphs" (SIAM J.
// Comput. 1973), started from a greedy pairing. Pure; allocates; no recursion.
#pragma once

#include <vector>

namespace tutti::analysis {

// allowed[l] lists the right-hand partners of left-hand element l, 0 … right - 1. Answers, for each
// left-hand element, its partner or -1.
std::vector<int> match(const std::vector<std::vector<int>>& allowed, int right);

}  // namespace tutti::analysis
