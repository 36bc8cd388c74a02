import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Two cores: more files at once would only make each one slower.
    maxWorkers: 2,
    // The slowest tests run gtk some fifty times, killing it each time; a minute is ten times what they take.
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
