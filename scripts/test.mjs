// npm test: external programs, dependencies and build where missing, then lint, types and every test.
// npm test -- PATH ... runs only those tests, with vitest's own options.
// Leaves results/test/steps.json and results/test/vitest.json for whoever counts.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root, run, runBin, setup } from './setup.mjs';

const filters = process.argv.slice(2);
const ci = ['1', 'true'].includes(process.env.CI ?? '');
const results = path.join(root, 'results/test');

if (filters.length > 0) {
  setup();
  process.exit(runBin('vitest', ['run', ...filters]));
}

rmSync(results, { recursive: true, force: true });
mkdirSync(results, { recursive: true });

// First, since a compiler that it brings is what npm ci then uses.
const tools = run('bash', ['scripts/install-tools']);
if (tools !== 0) {
  console.error(
    ci
      ? 'Some external programs could not be installed: in CI that is a failure.'
      : 'Some external programs could not be installed: the tests that need them are skipped.',
  );
}
setup();

/** @type {Record<string, 'passed' | 'failed' | 'skipped'>} */
const steps = {};
steps['external programs'] = tools === 0 ? 'passed' : ci ? 'failed' : 'skipped';

/** @param {string} step @param {number} status */
function record(step, status) {
  steps[step] = status === 0 ? 'passed' : 'failed';
}
record('lint', run('npm', ['run', '--silent', 'lint']));
record('typecheck', run('npm', ['run', '--silent', 'typecheck']));
record(
  'tests',
  runBin('vitest', [
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${path.join(results, 'vitest.json')}`,
  ]),
);

writeFileSync(path.join(results, 'steps.json'), `${JSON.stringify(steps, null, 2)}\n`);
for (const [step, state] of Object.entries(steps)) console.error(`${state.padEnd(8)}${step}`);
process.exitCode = Object.values(steps).includes('failed') ? 1 : 0;
