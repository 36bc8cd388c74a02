import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkRepoName } from '../../../src/h5ad/hub/repo-name.js';

describe('the name of a repository', () => {
  it.each(['lab/cells', 'a/b', 'Lab-1/cells_2.0', '_lab/_cells_', `lab/${'c'.repeat(96)}`, '1/2'])(
    'may be %s',
    (name) => {
      expect(() => checkRepoName(name)).not.toThrow();
    },
  );

  it.each([
    ['cells', 'NAMESPACE/NAME'],
    ['lab/group/cells', 'NAMESPACE/NAME'],
    ['/cells', 'NAMESPACE/NAME'],
    ['lab/', 'NAMESPACE/NAME'],
    ['', 'NAMESPACE/NAME'],
    ['lab/my cells', 'only ASCII'],
    ['lab/zellen_für_alle', 'only ASCII'],
    ['lab/cells?x=1', 'only ASCII'],
    ['lab/cells\n', 'only ASCII'],
    [`lab/${'c'.repeat(97)}`, 'at most 96'],
    ['lab/a--b', 'neither -- nor ..'],
    ['lab/a..b', 'neither -- nor ..'],
    ['../cells', 'neither -- nor ..'],
    ['lab/-cells', 'beginning or the end'],
    ['lab/cells.', 'beginning or the end'],
    ['.lab/cells', 'beginning or the end'],
    ['lab/cells.git', '.git'],
  ])('may not be %j', (name, expected) => {
    expect(() => checkRepoName(name)).toThrow(
      expect.objectContaining({
        code: 'GTK_USAGE',
        exitStatus: 2,
        message: expect.stringContaining(expected),
      }),
    );
  });

  it('is exactly what the rule of the hub allows', () => {
    // The rule as one expression, of a part: no run of - or ., and word characters or _ at both edges.
    const part = /^(?!.*(?:--|\.\.))(?!.*\.git$)[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,94}[A-Za-z0-9_])?$/s;
    const text = fc.string({
      unit: fc.constantFrom('a', 'Z', '0', '_', '-', '.', '.git', ' ', 'é', '/'),
      maxLength: 8,
    });
    fc.assert(
      fc.property(text, text, (namespace, name) => {
        const isFine = [namespace, name].every((one) => part.test(one));
        let isAccepted = true;
        try {
          checkRepoName(`${namespace}/${name}`);
        } catch {
          isAccepted = false;
        }
        expect(isAccepted).toBe(isFine);
      }),
      { numRuns: 2000 },
    );
  });
});
