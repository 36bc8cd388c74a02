/** The script of every report: a light and dark switch and sortable tables. The page is whole without it. */

/** Plain JavaScript, put into the page as it stands. */
export const SCRIPT = `
'use strict';
{
  const root = document.documentElement;
  const toggle = document.getElementById('theme');
  const dark = () => getComputedStyle(root).colorScheme === 'dark';
  const name = () => { toggle.textContent = dark() ? 'Light' : 'Dark'; };
  toggle.hidden = false;
  toggle.addEventListener('click', () => { root.dataset.theme = dark() ? 'light' : 'dark'; name(); });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', name);
  name();

  for (const heading of document.querySelectorAll('th[data-sort]')) {
    const button = document.createElement('button');
    button.append(...heading.childNodes);
    heading.append(button);
    const numeric = heading.dataset.sort === 'number';
    button.addEventListener('click', () => {
      const was = heading.getAttribute('aria-sort');
      const descending = was ? was === 'ascending' : numeric;
      const sign = descending ? -1 : 1;
      for (const other of heading.parentNode.children) other.removeAttribute('aria-sort');
      heading.setAttribute('aria-sort', descending ? 'descending' : 'ascending');
      const body = heading.closest('table').tBodies[0];
      const value = (row) => {
        const cell = row.cells[heading.cellIndex];
        if (!numeric) return cell.textContent;
        return cell.dataset.value === undefined ? null : Number(cell.dataset.value);
      };
      const compare = (a, b) => {
        const x = value(a), y = value(b);
        if (x === null || y === null) return (x === null) - (y === null);
        return sign * (x < y ? -1 : x > y ? 1 : 0);
      };
      body.append(...[...body.rows].sort(compare));
    });
  }
}
`;
