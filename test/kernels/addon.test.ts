import { expect, it } from 'vitest';
import { chooseKernels } from '../../src/kernels/addon.js';

it('takes the reference kernels when told to, and says so', () => {
  const choice = chooseKernels({ GTK_KERNELS: 'reference' });
  expect(choice).toEqual({ name: 'reference', reason: 'GTK_KERNELS=reference', native: undefined });
});

it('names the instruction set in use and lets GTK_SIMD force another', () => {
  const choice = chooseKernels({});
  const levels = choice.native?.addon.levels() ?? [];
  expect(choice.name).toBe(levels.length > 0 ? `native (${levels[0]})` : 'reference');
  for (const level of levels) expect(chooseKernels({ GTK_SIMD: level }).name).toBe(`native (${level})`);
});

it('refuses values that mean nothing', () => {
  expect(() => chooseKernels({ GTK_KERNELS: 'fast' })).toThrow(
    "GTK_KERNELS is 'fast', expected native or reference",
  );
  if (chooseKernels({}).native) {
    expect(() => chooseKernels({ GTK_SIMD: 'mmx' })).toThrow(/GTK_SIMD is 'mmx', expected one .* scalar/);
  }
});
