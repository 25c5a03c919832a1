// Every failure that a person may see: a stable code, what happened, and what to do next.
import type { Problem } from './types';

export class Failure extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.message);
    this.problem = problem;
  }
}

export const failure = (code: string, message: string, next: string) => new Failure({ code, message, next });

// What to show for anything that was thrown.
export function problemOf(thrown: unknown): Problem {
  if (thrown instanceof Failure) return thrown.problem;
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  return {
    code: 'internal',
    message: `Something in Tutti went wrong: ${text}.`,
    next: 'Reload the page; your work is kept. If it comes back, tell us what you did before.',
  };
}

export const wasCancelled = (thrown: unknown) =>
  (thrown instanceof Failure && thrown.problem.code === 'cancelled') ||
  (thrown instanceof DOMException && thrown.name === 'AbortError');

export const cancelled = () => failure('cancelled', 'Cancelled.', '');
