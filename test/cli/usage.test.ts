import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createFolder, type Folder, run } from './command-line.ts';

const header = 'Message ID,To,Message,Date,Status';
const rows = [
  'VE_1,44123456789,"hi, there\nsecond line",13/11/2026 14:05,DELIVRD',
  'VE_2,44123456780,x,13/11/2026 14:15,DELIVRD',
  'VE_3,44123456780,"a ""quoted"" word",12/11/2026 15:15,DELIVRD',
];
const receipts = [
  '2026-11-14T10:00:00Z GET /cb?msg_id=VE_77&status=DELIVRD&err_code=0&to=44123456789',
  'https://x.example.com/cb?msg_id=VE_78&status=DELIVRD&to=44123456789&time=2026-11-14T11:00:00Z',
];

let folder: Folder;
beforeAll(() => {
  folder = createFolder();
});
afterAll(() => folder[Symbol.dispose]());

const csv = (name: string, lines: readonly string[]) =>
  folder.add(name, `${[header, ...lines].join('\n')}\n`);
const importFiles = (files: readonly string[], ...flags: string[]) =>
  run(['usage', 'import', ...files, '--secret', 'sms/clockwork', ...flags]);

describe('usage import', () => {
  it('analyses, and says that nothing was stored', async () => {
    const { code, stdout, stderr } = await importFiles([csv('a.csv', [...rows, ...rows.slice(0, 1)])]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatchInlineSnapshot(`
"Secret     sms/clockwork
Messages   3 in 1 file; 1 row named one again, which counts once
Sent       12 Nov 2026 15:15 UTC to 13 Nov 2026 14:15 UTC
Busiest    13 Nov 2026, 2 messages; by hour of UTC:
           00  0
           01  0
           02  0
           03  0
           04  0
           05  0
           06  0
           07  0
           08  0
           09  0
           10  0
           11  0
           12  0
           13  0
           14  2  ########################################
           15  0
           16  0
           17  0
           18  0
           19  0
           20  0
           21  0
           22  0
           23  0
Stored     Nothing: no table is named (--table, SECRETS_AUDIT_TABLE)
Not kept   Numbers and texts, and whatever else a row holds: Message, Status,
           To. Kept of a message are its hour and a hash of its id.
Not known  Messages that are in none of these files. A time without an offset
           was taken for UTC.
"
`);
    expect(stdout).not.toMatch(/4412345|hi, there|VE_/);
  });

  it('the order of the rows changes nothing', async () => {
    const [one, other] = await Promise.all([
      importFiles([csv('b.csv', rows)]),
      importFiles([csv('c.csv', rows.toReversed())]),
    ]);
    expect(one.stdout).toBe(other.stdout);
  });

  it('reads packed files, semicolons, receipts, and JSON lines', async () => {
    const files = [
      folder.add('d.csv.gz', `\ufeff${[header, ...rows].join('\r\n')}`),
      folder.add('e.csv', 'id;text;sent\nVE_5;a,b,c;2026-11-13T10:00Z\n'),
      folder.add('f.log', receipts.join('\n')),
      folder.add('g.jsonl', '{"msg_id":"VE_90","timestamp":"2026-11-13T10:00:00Z","to":"44"}\n'),
    ];
    const { code, stdout, stderr } = await importFiles(files);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('Messages   7 in 4 files');
  });

  it('names rows that it cannot read, by line and never by content; exit code 2', async () => {
    const file = csv('h.csv', [
      ...rows,
      ',44123456780,x,13/11/2026 14:15,DELIVRD',
      'VE_9,44123456780,x,99/11/2026 14:15,DELIVRD',
      'VE_10,44,"open,13/11/2026 14:15,DELIVRD',
    ]);
    const log = folder.add('i.log', [...receipts, 'msg_id=VE_79&to=44123456789', 'nonsense'].join('\n'));
    const missing = `${folder.path}/missing.csv`;
    const { code, stdout, stderr } = await importFiles([file, log, missing, folder.path]);
    expect(code).toBe(2);
    expect(stderr.split('\n').sort()).toEqual(
      [
        '',
        `${folder.path}: is a folder; name its files`,
        `${file}: a quote that is not closed, or a row longer than 1 MB (line 8)`,
        `${file}: a time that is not understood (line 7)`,
        `${file}: no message id (line 6)`,
        `${log}: no time; name one with --received-at (line 3)`,
        `${log}: not a delivery receipt (line 4)`,
        `${missing}: does not exist`,
      ].sort(),
    );
    expect(stdout).toContain('Messages   5 in 2 files');
    expect(stdout).toContain('5 rows could not be read');
    expect(stdout + stderr).not.toMatch(/4412345/);
  });

  it('receipts without a time get the one that is named', async () => {
    const log = folder.add('j.log', 'msg_id=VE_79&to=44123456789');
    const { code, stdout } = await importFiles([log], '--received-at', '2026-11-20T14:05Z');
    expect(code).toBe(0);
    expect(stdout).toContain('Sent       20 Nov 2026 14:05 UTC to 20 Nov 2026 14:05 UTC');
  });

  it('asks which of day and month comes first, where no row tells', async () => {
    const file = csv('k.csv', ['VE_1,44,x,03/04/2026 10:00,DELIVRD']);
    const unclear = await importFiles([file]);
    expect(unclear.code).toBe(2);
    expect(unclear.stderr).toBe(
      `${file}: no date in it tells day from month; name --date-format DD/MM/YYYY or MM/DD/YYYY\n`,
    );
    const named = await importFiles([file], '--date-format', 'MM/DD/YYYY');
    expect(named.stdout).toContain('4 Mar 2026 10:00 UTC');
    const both = csv('l.csv', ['1,44,x,13/04/2026 10:00,', '2,44,x,04/13/2026 10:00,']);
    expect((await importFiles([both])).stderr).toContain('some dates begin with the day');
  });

  it('columns may be named', async () => {
    const file = folder.add('m.csv', 'ref,when\nVE_1,2026-11-13T10:00Z\n');
    expect((await importFiles([file])).stderr).toContain('name it with --id-column');
    const { code } = await importFiles([file], '--id-column', 'ref', '--time-column', 'when');
    expect(code).toBe(0);
  });

  it.each([
    [['--received-at', 'yesterday'], 'Write it as'],
    [['--date-format', 'YYYY'], 'Allowed choices are'],
  ])('refuses %j', async (flags, message) => {
    const { code, stderr } = await importFiles(['a.csv'], ...flags);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });
});

describe('with a table', () => {
  let server: Server;
  let environment: NodeJS.ProcessEnv;
  const items = new Map<string, unknown>();
  let isDenied = false;

  beforeAll(async () => {
    // DynamoDB, as far as an import uses it.
    server = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part) => parts.push(part));
      request.on('end', () => {
        const operation = String(request.headers['x-amz-target']).split('.')[1];
        const { Item } = JSON.parse(Buffer.concat(parts).toString());
        const answer = (status: number, body: object) =>
          response
            .writeHead(status, { 'content-type': 'application/x-amz-json-1.0' })
            .end(JSON.stringify(body));
        const refuse = (name: string) => answer(400, { __type: `com.amazonaws.dynamodb.v20120810#${name}` });
        if (operation === 'DescribeTable') {
          return answer(200, {
            Table: { TableArn: 'arn:aws:dynamodb:eu-west-1:111122223333:table/secrets-audit' },
          });
        }
        if (isDenied) return refuse('AccessDeniedException');
        const key = `${Item.pk.S} ${Item.sk.S}`;
        if (items.has(key)) return refuse('ConditionalCheckFailedException');
        items.set(key, Item);
        return answer(200, {});
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    environment = {
      AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'example',
      SECRETS_AUDIT_TABLE: 'secrets-audit',
    };
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  const store = (file: string, ...flags: string[]) =>
    run(['usage', 'import', file, '--secret', 'sms/clockwork', ...flags], { env: environment });

  it('stores hours and hashes under the secret of the table’s own place; again, nothing is new', async () => {
    const file = csv('n.csv', rows);
    const dry = await store(file, '--dry-run');
    expect(dry.stdout).toContain('Stored     Nothing: --dry-run');
    expect(items.size).toBe(0);
    const first = await store(file);
    expect(first).toMatchObject({ code: 0, stderr: '' });
    expect(first.stdout).toContain('Stored     3 new in table secrets-audit; 0 were there already');
    expect(
      [...items.keys()].every((key) => key.startsWith('SENT#111122223333:eu-west-1:sms/clockwork ')),
    ).toBe(true);
    expect(JSON.stringify([...items.values()])).not.toMatch(/VE_|4412345|hi, there/);
    const again = await store(csv('o.csv', [...rows.toReversed(), 'VE_4,44,x,13/11/2026 14:15,']));
    expect(again.stdout).toContain('Stored     1 new in table secrets-audit; 3 were there already');
  });

  it('says when the table cannot be used, and analyses all the same', async () => {
    isDenied = true;
    const { code, stdout, stderr } = await store(csv('p.csv', rows));
    expect(code).toBe(2);
    expect(stderr).toContain('table secrets-audit: AccessDeniedException');
    expect(stdout).toContain('Stored     Nothing: the table could not be used');
    expect(stdout).toContain('Messages   3 in 1 file');
  });
});
