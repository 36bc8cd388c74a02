import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { columns } from '../../src/pcr/config/columns.js';
import { EventParser } from '../../src/server/page/event-parser.js';
import { grouped, labelOf } from '../../src/server/page/labels.js';
import { LineTail } from '../../src/server/page/line-tail.js';
import { placeOf, runApi, runPath } from '../../src/server/page/places.js';
import { progressText, rateMeter } from '../../src/server/page/upload-rate.js';
import { between, duration, localTime, progressWords, tasks } from '../../src/server/page/words.js';

describe('addresses of the page', () => {
  it('lead to its views', () => {
    expect(placeOf('/')).toEqual({ view: 'runs' });
    expect(placeOf('/ui')).toEqual({ view: 'runs' });
    expect(placeOf('/ui/')).toEqual({ view: 'runs' });
    expect(placeOf('/ui/new')).toEqual({ view: 'new' });
    expect(placeOf('/ui/system')).toEqual({ view: 'system' });
    expect(placeOf('/ui/runs/abc')).toEqual({ view: 'run', id: 'abc' });
    expect(placeOf('/ui/runs/abc/sites')).toEqual({ view: 'run', id: 'abc', section: 'sites' });
  });

  it.each(['/runs', '/ui/new/x', '/ui/runs', '/ui/runs/abc/nothing', '/ui/runs/abc/sites/x', '/uix'])(
    'do not include %s',
    (path) => expect(placeOf(path)).toEqual({ view: 'lost' }),
  );

  it('keep whatever an id holds in its place', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: 'grapheme' }), (id) => {
        expect(runApi(id, 'status').split('/')).toHaveLength(4);
        expect(runPath(id).split('/')).toHaveLength(4);
        expect(decodeURIComponent(runApi(id, 'status').split('/')[2]!)).toBe(id);
      }),
    );
  });
});

describe('a stream of events', () => {
  const parse = (...pieces: string[]) => {
    const parser = new EventParser();
    return pieces.flatMap((piece) => parser.feed(piece));
  };

  it('is read as the standard says', () => {
    const text =
      'retry: 2000\n\n: still here\n\nid: 7\nevent: log\ndata: one\ndata:two\ndata:  three\ndata\n\ndata: x\n\nevent: nothing\n\nid\ndata: y\r\n\r\n';
    expect(parse(text)).toEqual([
      { event: 'log', data: 'one\ntwo\n three\n', id: '7' },
      { event: 'message', data: 'x', id: '7' },
      { event: 'message', data: 'y', id: '' },
    ]);
  });

  it('gives the same events however it is cut', () => {
    const event = fc.record({
      event: fc.constantFrom('log', 'status'),
      lines: fc.array(fc.string({ unit: fc.constantFrom('a', ':', ' ', 'é', '<') }), {
        minLength: 1,
        maxLength: 4,
      }),
      id: fc.nat(),
      end: fc.constantFrom('\n', '\r\n', '\r'),
    });
    fc.assert(
      fc.property(fc.array(event), fc.array(fc.nat(200)), (events, cuts) => {
        const text = events
          .map(({ event, lines, id, end }) =>
            [`id: ${id}`, `event: ${event}`, ...lines.map((line) => `data: ${line}`), '', ''].join(end),
          )
          .join('');
        const at = [0, ...cuts.filter((cut) => cut < text.length).sort((a, b) => a - b), text.length];
        const pieces = at.slice(1).map((end, i) => text.slice(at[i], end));
        const expected = events.map(({ event, lines, id }) => ({
          event,
          data: lines.join('\n'),
          id: String(id),
        }));
        // What ends with a lone carriage return may go on with a line feed: the last event waits for that.
        expect(parse(...pieces, '\n')).toEqual(expected);
      }),
    );
  });
});

describe('the tail of a log', () => {
  it('is the last lines, however they come', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: fc.constantFrom('a', 'b', '\n') })),
        fc.integer({ min: 1, max: 5 }),
        (pieces, kept) => {
          const tail = new LineTail(kept);
          for (const piece of pieces) tail.feed(piece);
          const lines = pieces.join('').split('\n');
          expect(tail.rest).toBe(lines.pop());
          expect(tail.lines).toEqual(lines.slice(-kept));
          expect(tail.dropped).toBe(Math.max(0, lines.length - kept));
        },
      ),
    );
  });

  it('takes a hundred thousand lines at once', () => {
    const tail = new LineTail();
    tail.feed('line\n'.repeat(300_000));
    expect(tail.lines).toHaveLength(2000);
    expect(tail.dropped).toBe(298_000);
  });
});

describe('words', () => {
  it('tell how far a run is', () => {
    expect(progressWords({ status: 'pending', current_step: null })).toBe('Not started');
    expect(progressWords({ status: 'running', current_step: 'read_mapping' })).toBe('Running: Read mapping');
    expect(progressWords({ status: 'running', current_step: null })).toBe('Running');
    expect(progressWords({ status: 'killed', current_step: null })).toBe('Killed');
  });

  it('name the tasks in the order of a chain', () => {
    expect(tasks.slice(0, 2)).toEqual(['qc_before', 'umi']);
    expect(tasks.at(-1)).toBe('site_analysis');
    expect(tasks).toHaveLength(8);
  });

  it.each([
    [0, '0.0 s'],
    [9940, '9.9 s'],
    [9960, '10 s'],
    [59_600, '1 min 0 s'],
    [200_000, '3 min 20 s'],
    [7_500_000, '2 h 5 min'],
    [86_400_000, '24 h 0 min'],
    [30 * 86_400_000, '30 days'],
    [-5, '0.0 s'],
  ])('tell %i milliseconds as %s', (milliseconds, text) => expect(duration(milliseconds)).toBe(text));

  it('tell times in the time zone of the reader', () => {
    const time = new Date(2024, 2, 5, 4, 7, 9);
    expect(localTime(time.toISOString())).toBe('2024-03-05 04:07');
    expect(localTime(time.toISOString(), true)).toBe('2024-03-05 04:07:09');
    expect(localTime(null)).toBe('–');
  });

  it('tell how long something took, or takes', () => {
    expect(between('2024-05-04T10:00:00Z', '2024-05-04T10:00:42Z')).toBe('42 s');
    expect(between('2024-05-04T10:00:00Z', null, Date.parse('2024-05-04T10:01:00Z'))).toBe('1 min 0 s');
    expect(between(null, null)).toBe('');
  });

  it('tell how an upload goes', () => {
    const rate = rateMeter();
    expect(rate(0, 0)).toBe(0);
    expect(rate(1000, 500)).toBe(2000);
    for (let second = 1; second <= 20; second += 1) rate(1000 + 500 * second, 500 + second * 1000);
    expect(rate(11_500, 21_500)).toBeCloseTo(500, 6);
    expect(progressText(1e6, 3e6, 1e6)).toBe('1.0 MB of 3.0 MB, 1.0 MB/s, 2.0 s left');
    expect(progressText(0, 3e6, 0)).toBe('0 B of 3.0 MB, 0 B/s');
  });
});

describe('labels of settings', () => {
  it('are one for each, and none is part of another one that has to be found by its name', () => {
    const labels = columns.map(labelOf);
    expect(new Set(labels).size).toBe(columns.length);
    for (const wanted of [
      'Name',
      'R1 reads',
      'R2 reads',
      'Genome',
      'R1 sequence',
      'R2 sequence',
      'Merge distance',
    ]) {
      const found = labels.filter((label) => label.toLowerCase().includes(wanted.toLowerCase()));
      expect(found, wanted).toHaveLength(labels.includes(wanted) ? 1 : 0);
    }
  });

  it('are in one group each', () => {
    const names = grouped(columns).flatMap((group) => group.columns.map(({ name }) => name));
    expect(names.sort()).toEqual(columns.map(({ name }) => name).sort());
  });
});
