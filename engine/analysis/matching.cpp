#include "engine/analysis/matching.h"

#include <cstddef>

namespace tutti::analysis {

std::vector<int> match(const std::vector<std::vector<int>>& allowed, int right) {
  const int left = static_cast<int>(allowed.size());
  std::vector<int> of_left(left, -1), of_right(right, -1);
  for (int l = 0; l < left; ++l)
    for (int r : allowed[l])
      if (of_right[r] < 0) {
        of_left[l] = r, of_right[r] = l;
        break;
      }

  std::vector<int> depth(left), queue;
  std::vector<std::size_t> next(left);
  std::vector<int> stack;
  for (;;) {
    // Layers of alternating paths from the free elements on the left.
    queue.clear();
    for (int l = 0; l < left; ++l) {
      depth[l] = of_left[l] < 0 ? 0 : -1;
      if (depth[l] == 0) queue.push_back(l);
    }
    bool open = false;
    for (std::size_t i = 0; i < queue.size(); ++i)
      for (int r : allowed[queue[i]]) {
        const int l = of_right[r];
        if (l < 0)
          open = true;
        else if (depth[l] < 0)
          depth[l] = depth[queue[i]] + 1, queue.push_back(l);
      }
    if (!open) return of_left;
    // Vertex-disjoint shortest paths along the layers, each turned around.
    next.assign(left, 0);
    for (int start = 0; start < left; ++start) {
      if (of_left[start] >= 0 || depth[start] != 0) continue;
      stack.assign(1, start);
      while (!stack.empty()) {
        const int l = stack.back();
        if (next[l] == allowed[l].size()) {
          depth[l] = -2;
          stack.pop_back();
          if (!stack.empty()) ++next[stack.back()];
          continue;
        }
        const int r = allowed[l][next[l]], owner = of_right[r];
        if (owner < 0) {
          for (std::size_t i = stack.size(); i-- > 0;) {
            const int path_r = allowed[stack[i]][next[stack[i]]];
            of_right[path_r] = stack[i], of_left[stack[i]] = path_r;
          }
          for (int done : stack) depth[done] = -2;
          break;
        }
        if (depth[owner] == depth[l] + 1)
          stack.push_back(owner);
        else
          ++next[l];
      }
    }
  }
}

}  // namespace tutti::analysis
