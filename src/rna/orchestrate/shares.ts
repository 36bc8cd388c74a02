/** How the slots for downloads are shared between species. */

/**
 * Each of the species gets an equal part of the slots, the first ones one more where they do not divide, and
 * at least one; then the shares exceed the total, which still bounds what runs.
 */
export function threadShares(total: number, species: readonly string[]): Map<string, number> {
  const each = Math.floor(total / species.length);
  const more = total % species.length;
  return new Map(species.map((name, index) => [name, Math.max(1, each + (index < more ? 1 : 0))]));
}
