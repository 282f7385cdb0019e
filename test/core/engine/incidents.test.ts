import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { buildIncidents, withIncidents } from '../../../functions/core/engine/incidents.ts';
import type { Finding } from '../../../functions/core/model/finding.ts';
import { incidentSchema } from '../../../functions/core/model/incident.ts';
import { finding } from '../../support/findings.ts';
import { account, region, start } from '../../support/records.ts';

const hour = 3_600_000;
const time = (hours: number): string => new Date(start + hours * hour).toISOString();

const secretNamed = (name: string): Finding['secret'] => ({ arn: null, name, account, region });
const role = (name: string): Finding['actor'] => ({
  principal: `arn:aws:iam::${account}:role/${name}`,
  kind: 'role',
  account,
});

interface Told extends Partial<Finding> {
  /** Hours after the start. */
  readonly at: number;
  readonly until?: number;
  readonly who?: string;
  readonly about?: string;
}

let serial = 0;

/**
 * A low finding of an event of its own, by role/x unless said otherwise. Detectors that are not known count as low ones about
 * access, whatever becomes of the severities of those that are.
 */
function told({ at, until = at, who = 'x', about, ...overrides }: Told): Finding {
  serial += 1;
  const id = overrides.id ?? `f${String(serial).padStart(4, '0')}`;
  return finding({
    id,
    detector: 'first-seen-reader',
    severity: 'low',
    title: `role/${who} read ${about ?? 'secrets'} for the first time`,
    actor: role(who),
    secret: about === undefined ? null : secretNamed(about),
    firstSeen: time(at),
    lastSeen: time(until),
    count: 1,
    evidence: [`event of ${id}`],
    ...overrides,
  });
}

const probing = (at: number, overrides: Partial<Told> = {}): Finding =>
  told({
    at,
    detector: 'denied-probing',
    title: '3 refused calls on secrets in 2 minutes by role/x',
    ...overrides,
  });

const groups = (findings: readonly Finding[], options = {}): string[][] =>
  buildIncidents(findings, options).map((incident) => [...incident.findings]);

const severityOf = (...findings: Finding[]): string[] =>
  buildIncidents(findings).map(({ severity }) => severity);

describe('findings belong together', () => {
  it('where one identity did them with at most 24 hours between', () => {
    expect(
      groups([told({ at: 0, id: 'a' }), told({ at: 24, id: 'b' }), told({ at: 48.1, id: 'c' })]),
    ).toEqual([['a', 'b'], ['c']]);
    expect(groups([told({ at: 0, id: 'a' }), told({ at: 24, id: 'b' })], { gapHours: 23 })).toHaveLength(2);
  });

  it('counting the pause from the end of what lasts longest', () => {
    expect(
      groups([
        told({ at: 0, until: 40, id: 'long' }),
        told({ at: 1, id: 'short' }),
        told({ at: 60, id: 'late' }),
      ]),
    ).toEqual([['long', 'short', 'late']]);
  });

  it('where different identities used one secret within 6 hours', () => {
    const [a, b] = [
      told({ at: 0, who: 'a', about: 's', id: 'a' }),
      told({ at: 6, who: 'b', about: 's', id: 'b' }),
    ];
    expect(groups([a, b])).toEqual([['a', 'b']]);
    expect(groups([a, { ...b, firstSeen: time(6.1), lastSeen: time(6.1) }])).toHaveLength(2);
    expect(groups([a, { ...b, severity: 'info' }])).toHaveLength(2);
    expect(
      groups([a, { ...b, secret: { ...secretNamed('s'), region: 'eu-west-2' } as Finding['secret'] }]),
    ).toHaveLength(2);
  });

  it('across a secret into what both identities did elsewhere', () => {
    expect(
      groups([
        told({ at: 0, who: 'a', about: 'p', id: 'a1' }),
        told({ at: 2, who: 'a', about: 's', id: 'a2' }),
        told({ at: 1, who: 'b', about: 'q', id: 'b1' }),
        told({ at: 3, who: 'b', about: 's', id: 'b2' }),
      ]),
    ).toEqual([['a1', 'b1', 'a2', 'b2']]);
  });

  it('never because of a service that acts for everybody', () => {
    const rotation = (id: string, about: string) =>
      told({
        at: 0,
        id,
        about,
        detector: 'rotation-failed',
        actor: { principal: 'secretsmanager.amazonaws.com', kind: 'service', account },
      });
    expect(groups([rotation('a', 'p'), rotation('b', 'q')])).toHaveLength(2);
    expect(
      groups([rotation('a', 'p'), { ...rotation('b', 'p'), firstSeen: time(20), lastSeen: time(20) }]),
    ).toEqual([['a', 'b']]);
  });

  it('without a time only by identity', () => {
    const undated = { firstSeen: null, lastSeen: null };
    expect(
      groups([
        told({ at: 0, id: 'dated' }),
        told({ at: 0, id: 'b', about: 's', ...undated }),
        told({ at: 0, id: 'a', ...undated }),
        told({ at: 0, id: 'c', who: 'y', about: 's', ...undated }),
      ])
        .map((ids) => ids.join(''))
        .sort(),
    ).toEqual(['ab', 'c', 'dated']);
  });
});

describe('a story does not swallow everything', () => {
  it('takes up nothing that begins 14 days after it', () => {
    const daily = Array.from({ length: 30 }, (_, day) => told({ at: day * 24 }));
    expect(groups(daily).map(({ length }) => length)).toEqual([15, 15]);
  });

  it('joins at most five identities by a secret; later ones stand alone', () => {
    const readers = Array.from({ length: 8 }, (_, n) => told({ at: n * 0.1, who: `r${n}`, about: 'shared' }));
    expect(groups(readers).map(({ length }) => length)).toEqual([5, 1, 1, 1]);
  });

  it('does not chain unrelated identities over weeks by a secret that everybody reads', () => {
    const readers = Array.from({ length: 200 }, (_, n) =>
      told({ at: n * 3, who: `r${n % 40}`, about: 'shared' }),
    );
    for (const { actors, firstSeen, lastSeen } of buildIncidents(readers)) {
      expect(actors.length).toBeLessThanOrEqual(5);
      expect(Date.parse(String(lastSeen)) - Date.parse(String(firstSeen))).toBeLessThanOrEqual(
        14 * 24 * hour,
      );
    }
  });
});

describe('the severity of the whole', () => {
  it('is that of the gravest finding', () => {
    expect(severityOf(told({ at: 0, severity: 'info' }), told({ at: 1, severity: 'info' }))).toEqual([
      'info',
    ]);
    expect(severityOf(told({ at: 0, severity: 'critical' }), told({ at: 1 }))).toEqual(['critical']);
  });

  it('grows to medium by weak signs of three kinds, and not by one kind again and again', () => {
    const signs = [
      told({ at: 0 }),
      told({ at: 1, detector: 'weak-sign' }),
      told({ at: 2, detector: 'other-sign' }),
    ];
    expect(severityOf(...signs)).toEqual(['medium']);
    expect(severityOf(...signs.slice(1))).toEqual(['low']);
    expect(severityOf(told({ at: 0 }), told({ at: 1 }), told({ at: 2 }))).toEqual(['low']);
    expect(severityOf(...signs, told({ at: 3, severity: 'high' }))).toEqual(['high']);
    expect(severityOf(...signs.slice(1), told({ at: 2, severity: 'info' }))).toEqual(['low']);
  });

  it('does not grow by what its detector has brought down to low', () => {
    expect(severityOf(told({ at: 0 }), told({ at: 1, detector: 'rare-network' }))).toEqual(['low']);
    expect(
      severityOf(told({ at: 0, detector: 'denied-probing' }), told({ at: 1, detector: 'mass-retrieval' })),
    ).toEqual(['low']);
  });

  it('does not grow by two views of the same events', () => {
    const evidence = ['e1'];
    const views = [told({ at: 0, evidence }), told({ at: 0, evidence, detector: 'weak-sign' })];
    expect(severityOf(...views, told({ at: 0, evidence, detector: 'other-sign' }))).toEqual(['low']);
    expect(severityOf(probing(0, { evidence }), told({ at: 0, evidence, severity: 'medium' }))).toEqual([
      'medium',
    ]);
    // Two views of one sign are still that sign.
    const others = [told({ at: 1, detector: 'other-sign' }), told({ at: 1, detector: 'third-sign' })];
    expect(severityOf(...views, ...others)).toEqual(['medium']);
  });

  it('does not grow by signs of different identities, or more than a day apart', () => {
    const [first, second] = [told({ at: 0, about: 's' }), told({ at: 1, about: 's', detector: 'weak-sign' })];
    const third = (at: number, who: string) => told({ at, who, about: 's', detector: 'other-sign' });
    expect(severityOf(first, second, third(2, 'x'))).toEqual(['medium']);
    expect(severityOf(first, second, third(2, 'y'))).toEqual(['low']);
    expect(severityOf(first, second, third(24, 'x'))).toEqual(['medium']);
    const between = told({ at: 20, severity: 'info' });
    expect(severityOf(first, second, between, third(25.5, 'x'))).toEqual(['low']);
  });

  it('is a step above access that follows a search, at most high', () => {
    const access = (severity: Finding['severity'], at = 1) =>
      told({ at, severity, detector: 'rare-network' });
    expect(severityOf(probing(0), access('medium'))).toEqual(['high']);
    expect(severityOf(probing(0), access('high'))).toEqual(['high']);
    expect(severityOf(probing(0), access('info'))).toEqual(['low']);
    expect(severityOf(access('medium', 0), probing(1))).toEqual(['medium']);
    // Reads of a whole day, in the middle of which the probing stands.
    expect(severityOf({ ...access('medium', 0), lastSeen: time(3) }, probing(1))).toEqual(['high']);
  });

  it('is critical where the evidence was worked against by whoever had access', () => {
    const tampering = (severity: Finding['severity'], at: number) =>
      told({ at, severity, detector: 'evidence-tampering', title: 'role/x stopped trail main' });
    expect(severityOf(told({ at: 0 }), tampering('high', 1))).toEqual(['critical']);
    expect(severityOf(tampering('high', 0), told({ at: 1 }))).toEqual(['critical']);
    expect(severityOf(tampering('low', 0), told({ at: 1 }))).toEqual(['low']);
    expect(severityOf(tampering('high', 0), told({ at: 1, severity: 'info' }))).toEqual(['high']);
  });
});

describe('an incident', () => {
  const story = [
    probing(0, { id: 'p', evidence: ['e1', 'e2', 'e3'] }),
    told({
      at: 0.2,
      until: 0.3,
      id: 'n',
      about: 'sms/clockwork',
      severity: 'medium',
      detector: 'rare-network',
      title: 'role/x read sms/clockwork from a network new to it',
      evidence: ['e4', 'e5'],
    }),
    told({
      at: 0.2,
      id: 'f',
      about: 'sms/clockwork',
      title: 'role/x read sms/clockwork for the first time',
      evidence: ['e4'],
    }),
    told({
      at: 0.5,
      id: 't',
      detector: 'evidence-tampering',
      severity: 'high',
      title: 'role/x stopped trail main',
      evidence: ['e6'],
    }),
  ];

  it('keeps the public contract and tells what happened', () => {
    const [incident, ...others] = buildIncidents(story);
    expect(others).toEqual([]);
    expect(incidentSchema.parse(incident)).toEqual(incident);
    expect(incident).toMatchInlineSnapshot(`
{
  "actors": [
    "arn:aws:iam::111122223333:role/x",
  ],
  "because": "the identity that had access also worked against the evidence",
  "detectors": [
    "denied-probing",
    "first-seen-reader",
    "rare-network",
    "evidence-tampering",
  ],
  "evidence": [
    "e1",
    "e2",
    "e3",
    "e4",
    "e5",
    "e6",
  ],
  "findings": [
    "p",
    "f",
    "n",
    "t",
  ],
  "firstSeen": "2026-03-02T09:00:00.000Z",
  "id": "inc-148de9c5a7a44d19",
  "lastSeen": "2026-03-02T09:30:00.000Z",
  "secrets": [
    "sms/clockwork",
  ],
  "severity": "critical",
  "stages": [
    {
      "at": "2026-03-02T09:00:00.000Z",
      "finding": "p",
      "stage": "probing",
      "title": "3 refused calls on secrets in 2 minutes by role/x",
    },
    {
      "at": "2026-03-02T09:12:00.000Z",
      "finding": "f",
      "stage": "access",
      "title": "role/x read sms/clockwork for the first time",
    },
    {
      "at": "2026-03-02T09:12:00.000Z",
      "finding": "n",
      "stage": "access",
      "title": "role/x read sms/clockwork from a network new to it",
    },
    {
      "at": "2026-03-02T09:30:00.000Z",
      "finding": "t",
      "stage": "concealment",
      "title": "role/x stopped trail main",
    },
  ],
  "summary": "2026-03-02 09:00:00 UTC: 3 refused calls on secrets in 2 minutes by role/x. 2026-03-02 09:12:00 UTC: role/x read sms/clockwork for the first time. 2026-03-02 09:12:00 UTC: role/x read sms/clockwork from a network new to it. 2026-03-02 09:30:00 UTC: role/x stopped trail main. Critical, because the identity that had access also worked against the evidence.",
  "title": "role/x read sms/clockwork from a network new to it, then stopped trail main",
}
`);
  });

  it.each<[string, Finding[], string]>([
    ['one finding', [told({ at: 0, about: 's' })], 'role/x read s for the first time'],
    [
      'refusals before',
      [probing(0), told({ at: 1, about: 's', severity: 'medium' })],
      'role/x read s for the first time, after 3 refused calls on secrets in 2 minutes',
    ],
    [
      'a deed before',
      [
        told({
          at: 0,
          detector: 'enumeration',
          title: 'role/x listed, described and read secrets in 3 seconds',
        }),
        told({ at: 1, about: 's', severity: 'medium' }),
      ],
      'role/x listed, described and read secrets in 3 seconds, then read s for the first time',
    ],
    [
      'a deed after',
      [
        told({ at: 0, about: 's', severity: 'medium' }),
        told({ at: 1, detector: 'public-policy', title: 'role/x opened s to everybody' }),
      ],
      'role/x read s for the first time, then opened s to everybody',
    ],
    [
      'much before, beside and after',
      [
        probing(0),
        told({
          at: 1,
          until: 2,
          severity: 'high',
          detector: 'mass-retrieval',
          title: '25 secrets read in 4 seconds by role/x',
        }),
        told({ at: 1, until: 2 }),
        told({ at: 3, detector: 'evidence-tampering', title: 'role/x changed trail main' }),
      ],
      '25 secrets read in 4 seconds by role/x, after 3 refused calls on secrets in 2 minutes; also: read secrets for the first time; after that: changed trail main',
    ],
    [
      'two views of a read',
      [
        told({
          at: 0,
          about: 's',
          severity: 'medium',
          detector: 'rare-network',
          title: 'role/x read s from a network new to it',
        }),
        told({ at: 0, about: 's' }),
      ],
      'role/x read s from a network new to it and for the first time',
    ],
    [
      'several identities',
      [told({ at: 0, about: 's', severity: 'medium' }), told({ at: 1, who: 'y', about: 's' })],
      'role/x read s for the first time; 2 identities in all',
    ],
  ])('has an honest title: %s', (_, findings, title) => {
    expect(buildIncidents(findings)[0]?.title).toBe(title);
  });

  it('tells a habit once, with its gravest day', () => {
    const [incident] = buildIncidents([
      told({ at: 0, id: 'a' }),
      told({ at: 24, id: 'b', severity: 'medium' }),
      told({ at: 48, id: 'c', severity: 'medium' }),
    ]);
    expect(incident?.stages.map((stage) => stage.finding)).toEqual(['b']);
    expect(incident?.findings).toEqual(['a', 'b', 'c']);
    expect(incident?.summary).toContain('2 more findings of the same kind.');
  });

  it('names events of each of its findings, at most 100', () => {
    const many = Array.from({ length: 3 }, (_, n) =>
      told({ at: n, evidence: Array.from({ length: 90 }, (_, index) => `${n}-${index}`), count: 90 }),
    );
    const evidence = buildIncidents(many)[0]?.evidence ?? [];
    expect(evidence).toHaveLength(100);
    expect(evidence.filter((id) => id.startsWith('2-')).length).toBeGreaterThan(30);
    expect(evidence.indexOf('0-33')).toBeLessThan(evidence.indexOf('1-0'));
  });

  it('counts only the newest revision of a finding, and none that was withdrawn', () => {
    const first = told({ at: 0, id: 'a' });
    const grown: Finding = { ...first, revision: 2, severity: 'high' };
    expect(buildIncidents([grown, first])).toEqual(buildIncidents([grown]));
    const withdrawn: Finding = { ...first, revision: 3, status: 'withdrawn' };
    expect(buildIncidents([withdrawn, first, grown])).toEqual([]);
    expect(withIncidents([withdrawn]).findings).toEqual([{ ...withdrawn, incident: null }]);
  });

  it('is named by its findings', () => {
    const { findings, incidents } = withIncidents(story);
    expect(new Set(findings.map(({ incident }) => incident))).toEqual(new Set([incidents[0]?.id]));
  });
});

/** Hours so few that no limit is met; see the other generator for those. */
const small = fc.record({
  at: fc.integer({ min: 0, max: 200 }),
  lasts: fc.integer({ min: 0, max: 12 }),
  who: fc.constantFrom('a', 'b', 'c', 'd'),
  about: fc.constantFrom(undefined, 'p', 'q'),
  severity: fc.constantFrom<Finding['severity']>('info', 'low', 'medium', 'high'),
  detector: fc.constantFrom('first-seen-reader', 'denied-probing', 'rare-network', 'evidence-tampering'),
});

const stories = fc
  .array(small, { minLength: 1, maxLength: 40 })
  .map((all) =>
    all.map(({ at, lasts, who, about, severity, detector }, index) =>
      told({ id: `g${index}`, at, until: at + lasts, who, ...(about && { about }), severity, detector }),
    ),
  );

const crowds = fc
  .array(
    fc.record({
      at: fc.integer({ min: 0, max: 2000 }),
      who: fc.integer({ min: 0, max: 12 }),
      about: fc.constantFrom('p', 'q', 'r'),
    }),
    { minLength: 1, maxLength: 150 },
  )
  .map((all) => all.map(({ at, who, about }, index) => told({ id: `g${index}`, at, who: `w${who}`, about })));

describe('whatever the findings', () => {
  it('their order and number of deliveries does not matter', () => {
    fc.assert(
      fc.property(
        fc
          .oneof(stories, crowds)
          .chain((all) =>
            fc.tuple(
              fc.constant(all),
              fc.shuffledSubarray([...all, ...all, ...all], { minLength: all.length * 3 }),
            ),
          ),
        ([all, shuffled]) => {
          expect(buildIncidents(shuffled)).toEqual(buildIncidents(all));
        },
      ),
      { seed: 11, numRuns: 200 },
    );
  });

  it('each is in exactly one incident, which no limit of size breaks', () => {
    fc.assert(
      fc.property(fc.oneof(stories, crowds), (all) => {
        const incidents = buildIncidents(all);
        expect(incidents.flatMap(({ findings }) => findings).sort()).toEqual(all.map(({ id }) => id).sort());
        for (const { actors, findings } of incidents) {
          expect(actors.length).toBeLessThanOrEqual(5);
          const begins = all
            .filter(({ id }) => findings.includes(id))
            .map(({ firstSeen }) => Date.parse(String(firstSeen)));
          expect(Math.max(...begins) - Math.min(...begins)).toBeLessThanOrEqual(14 * 24 * hour);
        }
      }),
      { seed: 12, numRuns: 200 },
    );
  });

  it('a later one extends an incident, or opens one, and takes none apart', () => {
    fc.assert(
      fc.property(fc.oneof(stories, crowds), (all) => {
        const sorted = all.toSorted(
          (a, b) => String(a.firstSeen).localeCompare(String(b.firstSeen)) || (a.id < b.id ? -1 : 1),
        );
        const before = buildIncidents(sorted.slice(0, -1));
        const after = buildIncidents(sorted);
        for (const incident of before) {
          const grown = after.filter(({ findings }) => incident.findings.some((id) => findings.includes(id)));
          expect(grown).toHaveLength(1);
          expect(grown[0]?.findings).toEqual(expect.arrayContaining(incident.findings));
        }
        // Only where two stories became one is an id gone: that of the one that began later.
        const gone = before.filter(({ id }) => !after.some((incident) => incident.id === id));
        expect(gone.length).toBeLessThanOrEqual(1);
        const last = sorted.at(-1)?.id ?? '';
        const changed = after.filter(
          (incident) =>
            !before.some(
              ({ id, findings }) => id === incident.id && findings.length === incident.findings.length,
            ),
        );
        expect(changed.map(({ findings }) => findings.includes(last))).toEqual([true]);
      }),
      { seed: 13, numRuns: 300 },
    );
  });

  it('one that is withdrawn changes only its own incident', () => {
    fc.assert(
      fc.property(stories, fc.nat(), (all, index) => {
        const chosen = all[index % all.length] as Finding;
        const before = buildIncidents(all);
        const after = buildIncidents([...all, { ...chosen, revision: 2, status: 'withdrawn' }]);
        const untouched = before.filter(({ findings }) => !findings.includes(chosen.id));
        expect(after).toEqual(expect.arrayContaining(untouched));
        expect(after.flatMap(({ findings }) => findings)).toHaveLength(all.length - 1);
      }),
      { seed: 14, numRuns: 300 },
    );
  });
});

it('is quick for 10,000 findings, also of one identity', () => {
  const many = Array.from({ length: 10_000 }, (_, n) =>
    told({
      at: n / 40,
      who: n % 2 ? 'busy' : `w${n % 500}`,
      about: `s${n % 50}`,
      detector: ['first-seen-reader', 'denied-probing', 'rare-network'][n % 3] ?? '',
      evidence: Array.from({ length: 50 }, (_, index) => `${n}-${index}`),
    }),
  );
  const began = performance.now();
  expect(buildIncidents(many).length).toBeGreaterThan(1);
  expect(performance.now() - began).toBeLessThan(3_000);
});
