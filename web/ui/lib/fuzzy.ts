// Fuzzy search of the command palette and the instrument list: letters in order, with words' starts,
// runs and early places worth more. Small lists (hundreds), so a plain scan with dynamic programming
// over one row is enough.

export interface Match {
  readonly score: number; // higher is better
  readonly at: readonly number[]; // indices of the matched letters in the text
}

function isWordStart(text: string, i: number): boolean {
  if (i === 0) return true;
  const before = text[i - 1]!;
  return before === ' ' || before === '-' || before === '/' || before === '(' || before === '.';
}

const fold = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/♯/g, '#')
    .replace(/♭/g, 'b')
    .toLowerCase();

// Null when the query's letters do not all appear in order. An empty query matches with score 0.
export function fuzzy(query: string, text: string): Match | null {
  const q = fold(query).replace(/\s+/g, '');
  const t = fold(text);
  if (q.length === 0) return { score: 0, at: [] };
  if (q.length > t.length || t.length !== text.length) return t.includes(q) ? plain(t, q) : null;

  // best[j]: best score of matching q[0..i] with q[i] placed at t[j]; from[i][j]: where q[i-1] was.
  let best = new Array<number>(t.length).fill(-Infinity);
  const from: Int16Array[] = [];
  for (let i = 0; i < q.length; ++i) {
    const next = new Array<number>(t.length).fill(-Infinity);
    const origin = new Int16Array(t.length).fill(-1);
    let reach = -Infinity; // best of the row before, at any place left of j - 1
    let reachAt = -1;
    for (let j = 0; j < t.length; ++j) {
      if (t[j] === q[i]) {
        const own = isWordStart(t, j) ? 8 : 1;
        if (i === 0) {
          next[j] = own - Math.min(j, 20) * 0.05;
        } else {
          const run = j > 0 ? best[j - 1]! + 9 : -Infinity;
          if (run >= reach && run > -Infinity) {
            next[j] = run + own;
            origin[j] = j - 1;
          } else if (reach > -Infinity) {
            next[j] = reach + own;
            origin[j] = reachAt;
          }
        }
      }
      if (j > 0 && best[j - 1]! > reach) {
        reach = best[j - 1]!;
        reachAt = j - 1;
      }
      reach -= 0.02; // far letters are worth a little less
    }
    best = next;
    from.push(origin);
  }
  let end = -1;
  for (let j = 0; j < t.length; ++j) if (best[j]! > (end < 0 ? -Infinity : best[end]!)) end = j;
  if (end < 0 || best[end] === -Infinity) return null;
  const at: number[] = [];
  for (let i = q.length - 1, j = end; i >= 0; --i) {
    at.unshift(j);
    j = from[i]![j]!;
  }
  return { score: best[end]! - t.length * 0.01, at };
}

// Every word of the query stands in the text, at the start of a word.
function literal(query: string, text: string): Match | null {
  const words = fold(query).split(/\s+/).filter(Boolean);
  const folded = ` ${fold(text).replace(/[-/().]/g, ' ')}`;
  return words.every((word) => folded.includes(` ${word}`)) ? { score: words.join('').length, at: [] } : null;
}

function plain(text: string, query: string): Match {
  const start = text.indexOf(query);
  return { score: query.length, at: Array.from(query, (_, i) => start + i) };
}

export interface Found<T> {
  readonly item: T;
  readonly match: Match;
}

// The items that match, best first; ties keep their order. `texts` gives what may match, the first of
// them is what is shown (its indices are kept), the others count for less.
export function search<T>(
  query: string,
  items: readonly T[],
  texts: (item: T) => readonly string[],
): Found<T>[] {
  const found: (Found<T> & { order: number })[] = [];
  items.forEach((item, order) => {
    let best: Match | null = null;
    texts(item).forEach((text, i) => {
      // Other words for a thing count only where they are typed as written.
      const match = i === 0 ? fuzzy(query, text) : literal(query, text);
      if (!match) return;
      const weighed = i === 0 ? match : { score: match.score * 0.7, at: [] };
      if (!best || weighed.score > best.score) best = weighed;
    });
    if (best) found.push({ item, match: best, order });
  });
  return found.sort((a, b) => b.match.score - a.match.score || a.order - b.order);
}
