// Vitest's results in the form of ./dev test: failures in full, then `N passed, N failed`.
import { DefaultReporter } from 'vitest/node';

export default class Reporter extends DefaultReporter {
  onTestRunEnd(modules, errors, reason) {
    super.onTestRunEnd(modules, errors, reason);
    let passed = 0;
    let failed = errors.length;
    for (const module of modules) {
      failed += module.errors().length;
      for (const test of module.children.allTests()) {
        if (test.result().state === 'passed') passed++;
        else failed++; // a skipped test proves nothing
      }
    }
    if (passed + failed === 0) failed = 1;
    console.log(`${passed} passed, ${failed} failed`);
    if (failed) process.exitCode = 1;
  }
}
