import fc from 'fast-check';
import { type Finding, findingSchema } from '../../functions/core/model/finding.ts';
import { severities } from '../../functions/core/model/severity.ts';
import { hostile } from './findings.ts';

const text = fc.oneof(
  { weight: 4, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
  { weight: 2, arbitrary: fc.string({ unit: 'grapheme', maxLength: 2_000 }) },
  fc.constantFrom(
    '',
    ' ',
    '\u3000\n',
    '\ud800',
    hostile,
    '\u20ac'.repeat(9_000),
    '[a](https://example.com) {0}',
  ),
);
const account = fc.oneof(fc.constantFrom('111122223333', '444455556666'), text);
const time = fc.option(
  fc
    .date({ min: new Date('2020-01-01'), max: new Date('2035-01-01'), noInvalidDate: true })
    .map((date) => date.toISOString()),
);
const count = fc.nat({ max: 1_000_000 });
const address = fc.oneof(fc.ipV4(), fc.ipV6(), text);

/** Findings that no engine makes, but a log might bring about: any text anywhere, empty, broken and huge ones too. */
export const arbitraryFinding: fc.Arbitrary<Finding> = fc
  .record(
    {
      id: fc.oneof(fc.stringMatching(/^[0-9a-f]{32}$/), text),
      revision: fc.integer({ min: 1, max: 100_000 }),
      status: fc.constantFrom('open', 'withdrawn', 'resolved'),
      incident: fc.option(text),
      detector: fc.oneof(fc.constantFrom('mass-retrieval', 'rotation-due', 'expired-suppression'), text),
      severity: fc.constantFrom(...severities),
      title: text,
      explanation: text,
      facts: fc.array(text, { maxLength: 30 }),
      secret: fc.option(fc.record({ arn: fc.option(text), name: text, account, region: text })),
      actor: fc.option(fc.record({ principal: text, kind: text, account })),
      firstSeen: time,
      lastSeen: time,
      count,
      evidence: fc.array(text, { maxLength: 100 }),
      origins: fc.array(
        fc.oneof(
          fc.record({ ip: address, count }),
          fc.record({ service: text, count }),
          fc.record({ vpcEndpoint: text, count }),
        ),
        { maxLength: 20 },
      ),
      agents: fc.array(fc.record({ family: text, raw: text, count }), { maxLength: 20 }),
      owner: fc.option(text),
      impact: fc.option(text),
      suppressed: fc.option(fc.record({ id: text, owner: text, until: text })),
      links: fc.record({ console: fc.option(fc.oneof(fc.webUrl(), text)), docs: text }),
      attack: fc.array(fc.record({ id: text, name: text }), { maxLength: 5 }),
      advice: text,
    },
    {
      requiredKeys: [
        'id',
        'revision',
        'status',
        'incident',
        'detector',
        'severity',
        'title',
        'explanation',
        'secret',
        'actor',
        'firstSeen',
        'lastSeen',
        'count',
        'evidence',
        'origins',
        'agents',
        'owner',
        'impact',
        'suppressed',
        'links',
        'attack',
        'advice',
      ],
    },
  )
  .map((finding) => findingSchema.parse(finding));
