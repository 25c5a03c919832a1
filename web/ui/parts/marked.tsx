// The letters that were found, in amber.
export function Marked({ text, at }: { text: string; at: readonly number[] }) {
  if (at.length === 0) return <>{text}</>;
  const hits = new Set(at);
  return <>{Array.from(text, (letter, i) => (hits.has(i) ? <mark key={i}>{letter}</mark> : letter))}</>;
}
