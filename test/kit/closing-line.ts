/** Ends every run with one line that a person or a script can read: `N passed, N failed`, and the skipped by name. */
import type { Reporter, TestModule } from 'vitest/node';

export function closingLine(): Reporter {
  return {
    onTestRunEnd(modules, unhandled) {
      const counted = count(modules);
      for (const name of counted.skipped) process.stdout.write(`skipped: ${name}\n`);
      const skipped = counted.skipped.length > 0 ? `, ${counted.skipped.length} skipped` : '';
      // A file that does not load and an error outside of any test count as failures: neither may look green.
      process.stdout.write(`${counted.passed} passed, ${counted.failed + unhandled.length} failed${skipped}\n`);
    },
  };
}

function count(modules: readonly TestModule[]): { passed: number; failed: number; skipped: string[] } {
  const counted: { passed: number; failed: number; skipped: string[] } = { passed: 0, failed: 0, skipped: [] };
  for (const module of modules) {
    const suites = [module, ...module.children.allSuites()];
    counted.failed += suites.filter((suite) => suite.errors().length > 0).length;
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      if (state === 'passed') counted.passed += 1;
      else if (state === 'skipped') counted.skipped.push(`${module.relativeModuleId} > ${test.fullName}`);
      else counted.failed += 1;
    }
  }
  return counted;
}
