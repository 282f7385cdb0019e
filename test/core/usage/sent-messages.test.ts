import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { usageImportText } from '../../../functions/core/format/usage-text.ts';
import {
  createDateFormatRecorder,
  findColumns,
  isReceipt,
  messageOfRow,
  parseSentTime,
  rowOfColumns,
  rowOfJson,
  rowOfReceipt,
} from '../../../functions/core/usage/sent-messages.ts';
import { createSentTally } from '../../../functions/core/usage/sent-tally.ts';
import { dayMs, hourMs, now } from './samples.ts';

describe('columns', () => {
  it.each([
    [['Message ID', 'To', 'Date'], 0, [2], ['To']],
    [['to', 'MSG_ID', 'Sent'], 1, [2], ['to']],
    [['id', 'time', 'timestamp'], 0, [2], ['time']],
    [['Date', 'Time', 'Id', 'Text'], 2, [0, 1], ['Text']],
    [['SmsId', 'Sent At'], 0, [1], []],
  ])('of %j', (header, id, time, leftOut) => {
    expect(findColumns(header)).toEqual({ id, time, leftOut });
  });

  it('that are named', () => {
    expect(findColumns(['Ref', 'When', 'id', 'time'], { id: 'ref', time: 'WHEN' })).toEqual({
      id: 0,
      time: [1],
      leftOut: ['id', 'time'],
    });
  });

  it.each([
    [['to', 'time'], {}, 'message id, msg_id, id'],
    [['id', 'to'], {}, 'timestamp, sent, time, date'],
    [['id', 'time'], { id: 'nope' }, 'no column nope'],
    [['id', 'time'], { time: 'nope' }, 'no column nope'],
  ])('that are not there: %j', (header, named, problem) => {
    expect(findColumns(header, named)).toEqual({ problem: expect.stringContaining(problem) });
  });

  it('day and time of day apart are one time', () => {
    const columns = findColumns(['Date', 'Time', 'Id']);
    if ('problem' in columns) throw new Error(columns.problem);
    const row = rowOfColumns(['24/11/2026', '14:05', 'VE_1'], columns);
    expect(messageOfRow(row, { format: 'DD/MM/YYYY' })).toEqual({ id: 'VE_1', time: now + 5 * 60_000 });
    expect(rowOfColumns([], columns)).toEqual({ id: undefined, time: ' ' });
  });
});

describe('times', () => {
  it.each([
    ['2026-11-24T14:00:00Z', now],
    ['2026-11-24 14:00', now],
    ['2026-11-24T15:00:00.5+01:00', now + 500],
    ['24/11/2026 14:00', now],
    ['24/11/2026, 14:00:01', now + 1000],
    ['24.11.2026 14:00', now],
    [String(now / 1000), now],
    [String(now), now],
  ])('%s', (text, time) => {
    expect(parseSentTime(text, 'DD/MM/YYYY')).toBe(time);
  });

  it('the month first, where that is named', () => {
    expect(parseSentTime('11/24/2026 14:00', 'MM/DD/YYYY')).toBe(now);
  });

  it.each([
    '',
    'yesterday',
    '2026-11-24',
    '31/02/2026 10:00',
    '13/13/2026 10:00',
    '1/1/2026 24:00',
    '44123456789',
    '2026-13-40T10:00Z',
  ])('no time: %s', (text) => {
    expect(parseSentTime(text, 'DD/MM/YYYY')).toBeUndefined();
  });

  const verdictOf = (times: readonly (string | undefined)[]) => {
    const recorder = createDateFormatRecorder();
    for (const time of times) recorder.see(time);
    return recorder.verdict();
  };

  it('whether the day comes first is told from all rows, in any order', () => {
    const either = ['03/04/2026 10:00', '13/04/2026 10:00', undefined, '2026-04-13T10:00Z'];
    for (const times of [either, either.toReversed()]) expect(verdictOf(times)).toBe('DD/MM/YYYY');
    expect(verdictOf(['04/13/2026 10:00'])).toBe('MM/DD/YYYY');
    expect(verdictOf(['03/04/2026 10:00'])).toBe('ambiguous');
    expect(verdictOf(['13/04/2026 10:00', '04/13/2026 10:00'])).toBe('mixed');
    expect(verdictOf(['2026-04-13T10:00Z', undefined])).toBe('none');
  });
});

describe('receipts', () => {
  it.each([
    ['msg_id=VE_1&status=DELIVRD&err_code=0&to=44123456789', 'VE_1', undefined],
    ['?msg_id=VE_1&status=DELIVRD&time=2026-11-24T14:00Z', 'VE_1', '2026-11-24T14:00Z'],
    ['https://x.example.com/cb?to=44&msg_id=VE%5F1', 'VE_1', undefined],
    ['2026-11-24T14:00:00Z GET /cb?msg_id=VE_1&to=44 HTTP/1.1', 'VE_1', '2026-11-24T14:00:00Z'],
    ['[24/11/2026 14:00] /cb?msg_id=VE_1', 'VE_1', '24/11/2026 14:00'],
  ])('%s', (line, id, time) => {
    expect(isReceipt(line)).toBe(true);
    expect(rowOfReceipt(line)).toMatchObject({ id, time });
  });

  it('names what it leaves', () => {
    expect(rowOfReceipt('msg_id=VE_1&status=DELIVRD&to=44')?.leftOut).toEqual(['status', 'to']);
    expect(rowOfReceipt('nothing of the kind')).toBeUndefined();
  });

  it('as JSON', () => {
    expect(rowOfJson(`{"msg_id":"VE_1","time":${now},"to":"44"}`)).toEqual({
      id: 'VE_1',
      time: String(now),
      leftOut: ['to'],
    });
    expect(rowOfJson('{"msg_id":{"a":1}}')).toMatchObject({ id: undefined, time: undefined });
    expect([rowOfJson('[1]'), rowOfJson('no'), rowOfJson('null')]).toEqual([undefined, undefined, undefined]);
  });
});

describe('a row', () => {
  it('of a receipt without a time has the one that is named', () => {
    const row = { id: ' VE_1 ', time: undefined };
    expect(messageOfRow(row, { format: 'DD/MM/YYYY', receivedAt: now })).toEqual({ id: 'VE_1', time: now });
    expect(messageOfRow(row, { format: 'DD/MM/YYYY' })).toEqual({
      problem: expect.stringContaining('--received-at'),
    });
  });

  it('that is wrong is never quoted', () => {
    const problems = [
      messageOfRow({ id: ' ', time: '44123456789' }, { format: 'DD/MM/YYYY' }),
      messageOfRow({ id: 'VE_1', time: '44123456789' }, { format: 'DD/MM/YYYY' }),
    ];
    expect(problems).toEqual([{ problem: 'no message id' }, { problem: 'a time that is not understood' }]);
  });
});

describe('the tally', () => {
  const messages = fc.array(
    fc.record({
      id: fc.integer({ min: 0, max: 40 }).map((id) => `VE_${id}`),
      time: fc.integer({ min: now, max: now + 4 * dayMs }),
    }),
  );
  const tallyOf = (all: readonly { id: string; time: number }[]) => {
    const tally = createSentTally();
    const added = all.filter((message) => tally.add(message)).length;
    return { added, ...tally.summary() };
  };

  it('of a shuffled import is the same, and an import done twice counts once', () => {
    fc.assert(
      fc.property(messages, fc.gen(), (all, gen) => {
        const shuffled = all
          .map((message) => ({ message, rank: gen(fc.integer) }))
          .sort((a, b) => a.rank - b.rank)
          .map(({ message }) => message);
        const once = tallyOf(all);
        expect(tallyOf(shuffled)).toEqual(once);
        const twice = tallyOf([...all, ...shuffled]);
        expect(twice).toEqual({ ...once, repeated: once.repeated + all.length });
        expect(once.added).toBe(
          new Set(all.map(({ id, time }) => `${Math.floor(time / hourMs)} ${id}`)).size,
        );
      }),
    );
  });

  it('finds the busiest day, the earlier of two', () => {
    const { busiest } = tallyOf([
      { id: '1', time: now + dayMs },
      { id: '2', time: now + dayMs + hourMs },
      { id: '3', time: now },
      { id: '4', time: now + 1 },
    ]);
    expect(busiest?.day).toBe(Date.parse('2026-11-24T00:00Z'));
    expect(busiest?.hours[14]).toBe(2);
    expect(tallyOf([]).busiest).toBeUndefined();
  });
});

describe('the text', () => {
  const tally = createSentTally();
  for (let index = 0; index < 1300; index += 1)
    tally.add({ id: String(index), time: now - (index % 9) * hourMs });
  const shown = (columns: number) =>
    usageImportText(
      {
        secret: 'sms/\u001b[31mclockwork',
        files: 1,
        sent: tally.summary(),
        unreadable: 1,
        leftOut: ['To', 'Te\u202ext', 'x'.repeat(400)],
        stored: { table: 'secrets-audit', added: 1299, offered: 1300 },
      },
      { columns, emphasise: (_, text) => text },
    );

  it('is escaped, and within the terminal', () => {
    for (const columns of [40, 80, 200]) {
      const lines = shown(columns).split('\n');
      expect(lines.filter((line) => line.length > Math.min(columns, 100))).toEqual([]);
    }
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that none is there is what is tested
    expect(shown(80)).not.toMatch(/[\u001b\u202e]/);
    expect(shown(80)).toContain('1,299 new in table secrets-audit; 1 was there already');
  });

  it('of nothing', () => {
    const text = usageImportText(
      {
        secret: 'a',
        files: 0,
        sent: createSentTally().summary(),
        unreadable: 0,
        leftOut: [],
        stored: { because: '--dry-run' },
      },
      { columns: 80, emphasise: (_, each) => each },
    );
    expect(text).toContain('Messages   0 in 0 files\nStored     Nothing: --dry-run\n');
  });
});
