/** The age of a cell's donor, from the label of its development stage. */

const exactAge = new RegExp(
  '^([0-9]+(?:\\.[0-9]+)?)[ -]?' +
    '(years?|yrs?|y|months?|mo|m|weeks?|wks?|w|days?|d)' +
    '(?:[ -]old)?(?: (?:human|mouse))?(?: stage)?$',
);

/**
 * The age in years that a `development_stage` label states, such as `22-year-old stage` or `10-month-old
 * stage` (labels of HsapDv and MmusDv). The whole label must be one exact age: ranges, "… and over", decades,
 * prenatal weeks and named stages are none. Letter case and the amount of white space are ignored.
 *
 * @returns months / 12, weeks × 7 / 365.25, days / 365.25; NaN where the label states no exact age
 */
export function ageOfStage(label: string | null): number {
  if (label === null) return Number.NaN;
  const match = exactAge.exec(label.replace(/\s+/g, ' ').trim().toLowerCase());
  if (!match) return Number.NaN;
  const value = Number(match[1]);
  switch (match[2]![0]) {
    case 'y':
      return value;
    case 'm':
      return value / 12;
    case 'w':
      return (value * 7) / 365.25;
    default:
      return value / 365.25;
  }
}
