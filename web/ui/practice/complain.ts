// A verb that was refused, told where it will be read.
import { toast } from '../lib/screen';

export function complain(error: unknown): void {
  const problem = error as { message?: string; next?: string; problem?: { next?: string } };
  const next = problem.next ?? problem.problem?.next;
  toast(problem.message ?? 'That did not work.', { tone: 'error', ...(next ? { next } : {}) });
}
