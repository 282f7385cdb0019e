import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { LogFileFault } from '../../functions/adapters/log-file-faults.ts';
import { readLogFile } from '../../functions/adapters/log-files.ts';
import type { AccessEvent } from '../../functions/core/model/access-event.ts';
import type { Finding } from '../../functions/core/model/finding.ts';
import { isAtLeast } from '../../functions/core/model/severity.ts';
import { normaliseCloudTrail } from '../../functions/core/normalise/cloudtrail.ts';
import { cloudTrailRecordsIn } from '../../functions/core/normalise/cloudtrail-documents.ts';
import { reportOf, run } from '../cli/command-line.ts';
import { findingsOf } from '../support/judging.ts';
import { repository } from '../support/repository.ts';

/** Real public records, which are not ours to ship; their verdicts are those of its INDEX.md. */
const corpus = join(repository, '../shared/data/cloudtrail');
const stratus = join(corpus, 'stratus-red-team');
const describeCorpus = existsSync(corpus) ? describe : describe.skip;

async function judgeFile(path: string): Promise<{ findings: Finding[]; faults: LogFileFault[] }> {
  const events: AccessEvent[] = [];
  const faults: LogFileFault[] = [];
  for await (const part of readLogFile(path)) {
    if ('reason' in part) faults.push(part);
    else events.push(...[normaliseCloudTrail(part.record, part.envelopeTime) ?? []].flat());
  }
  return { findings: await findingsOf(events), faults };
}

const summaryOf = ({ detector, severity, count }: Finding): string => `${detector} ${severity} ${count}`;

/** Records of a file as they stand in it, read without the code under test. */
const recordsIn = (name: string): { eventName: string; eventID: string; requestParameters: unknown }[] =>
  JSON.parse(readFileSync(join(stratus, name), 'utf8'));

describeCorpus('the public corpus (needs ../shared/data/cloudtrail)', () => {
  describe('Stratus Red Team', () => {
    const expected: Readonly<Record<string, string[]>> = {
      'aws.credential-access.secretsmanager-retrieve-secrets.json': [
        'mass-retrieval high 20',
        'offensive-tool high 21',
      ],
      'aws.credential-access.secretsmanager-batch-retrieve-secrets.json': [
        'batch-retrieval medium 5',
        'offensive-tool high 5',
      ],
      'aws.credential-access.ssm-retrieve-securestring-parameters.json': [
        'offensive-tool high 5',
        'securestring-retrieval high 5',
      ],
      'aws.defense-evasion.cloudtrail-delete.json': ['evidence-tampering high 1', 'offensive-tool high 1'],
      'aws.defense-evasion.cloudtrail-event-selectors.json': [
        'evidence-tampering high 1',
        'offensive-tool high 1',
      ],
      'aws.defense-evasion.cloudtrail-stop.json': ['evidence-tampering high 1', 'offensive-tool high 1'],
    };
    const files = existsSync(stratus) ? readdirSync(stratus).sort() : [];

    it('has the 35 files that this was written for', () => {
      expect(files).toHaveLength(35);
      expect(files).toEqual(expect.arrayContaining(Object.keys(expected)));
    });

    it.each(files)('%s', async (name) => {
      const { findings, faults } = await judgeFile(join(stratus, name));
      expect(faults).toEqual([]);
      expect(findings.map(summaryOf).sort()).toEqual(expected[name] ?? []);
    });

    it('mass retrieval: exactly the 20 reads are its evidence', async () => {
      const name = 'aws.credential-access.secretsmanager-retrieve-secrets.json';
      const reads = recordsIn(name).filter(({ eventName }) => eventName === 'GetSecretValue');
      expect(reads).toHaveLength(20);
      const outcome = await run(['audit', stratus, '--format', 'json']);
      expect(outcome).toMatchObject({ code: 1, stderr: '' });
      const { summary, findings } = reportOf(outcome);
      expect(summary).toMatchObject({ files: 35, records: 310, duplicates: 0, unreadable: [] });
      const retrieval = findings.filter(({ detector }) => detector === 'mass-retrieval');
      expect(retrieval).toHaveLength(1);
      expect(retrieval[0]?.evidence.toSorted()).toEqual(reads.map(({ eventID }) => eventID).sort());
      expect(isAtLeast(retrieval[0]?.severity ?? 'info', 'high')).toBe(true);
    });

    it('batch retrieval: names the calls and their filter, and says that the number is not known', async () => {
      const name = 'aws.credential-access.secretsmanager-batch-retrieve-secrets.json';
      const calls = recordsIn(name).filter(({ eventName }) => eventName === 'BatchGetSecretValue');
      expect(calls).toHaveLength(5);
      const { findings } = await judgeFile(join(stratus, name));
      expect(findings[0]?.evidence.toSorted()).toEqual(calls.map(({ eventID }) => eventID).sort());
      expect(findings[0]?.explanation).toContain(
        '5 BatchGetSecretValue calls by filter (tag-key=StratusRedTeam)',
      );
      expect(findings[0]?.explanation).toMatch(/Not known: which secrets were read and how many/);
    });

    it('the same folder given twice counts every event once', async () => {
      const once = reportOf(await run(['audit', stratus, '--format', 'json']));
      const twice = reportOf(await run(['audit', stratus, stratus, '--format', 'json']));
      expect(twice.findings).toEqual(once.findings);
      expect(twice.summary.secretEvents).toBe(once.summary.secretEvents);
      expect(twice.summary.records).toBe(2 * once.summary.records);
    });
  });

  describe('Panther’s rule tests', () => {
    const path = join(corpus, 'panther-secretsmanager-rule-tests.jsonl');
    const cases: { rule: string; test: string; event: Record<string, unknown> }[] = existsSync(path)
      ? readFileSync(path, 'utf8')
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line))
      : [];
    const isCatchAll = (request: unknown): boolean => {
      const { filters = [] } = (request ?? {}) as { filters?: { values: string[] }[] };
      return (
        filters.length > 0 && filters.every(({ values }) => values.every((value) => value.startsWith('!')))
      );
    };

    it('are eight, two of which match everything', () => {
      expect(cases).toHaveLength(8);
      expect(cases.filter(({ event }) => isCatchAll(event['requestParameters']))).toHaveLength(2);
    });

    it.each(cases.map((each) => [`${each.rule}: ${each.test}`, each.event] as const))(
      '%s',
      async (name, vendorEvent) => {
        const events = [
          ...cloudTrailRecordsIn({ eventTime: '2026-03-02T09:00:00Z', eventID: name, ...vendorEvent }),
        ].flatMap((part) =>
          'record' in part ? (normaliseCloudTrail(part.record, part.envelopeTime) ?? []) : [],
        );
        expect(events).toHaveLength(1);
        const findings = await findingsOf(events);
        if (isCatchAll(vendorEvent['requestParameters'])) {
          expect(findings.map(summaryOf)).toEqual(['catch-all-batch medium 1']);
        } else {
          expect(findings.filter(({ severity }) => isAtLeast(severity, 'low'))).toEqual([]);
        }
      },
    );

    it('as they are, half of them have no time', async () => {
      const outcome = await run(['audit', path, '--format', 'json']);
      expect(outcome.code).toBe(2);
      const { summary, findings } = reportOf(outcome);
      expect(summary).toMatchObject({ records: 8, secretEvents: 8, duplicates: 0 });
      expect(summary.unreadable).toEqual([
        {
          path,
          reason: 'no readable eventTime, so judged only by what needs no time (lines 4, 5, 6, 7, 8)',
        },
      ]);
      expect(findings.map(summaryOf)).toEqual(['catch-all-batch medium 2']);
    });
  });

  it('TrailDiscover: three refused calls over several actions', async () => {
    const { findings, faults } = await judgeFile(join(corpus, 'traildiscover-denied.jsonl'));
    expect(faults).toEqual([]);
    expect(findings.map(summaryOf)).toEqual(['denied-probing low 3']);
    expect(findings[0]?.explanation).toContain('3 refused calls');
  });

  it('AWS’s documentation: a failed rotation, a deletion, two uses of root, and nothing else', async () => {
    const path = join(corpus, 'aws-docs-samples.jsonl');
    const { findings, faults } = await judgeFile(path);
    expect(faults).toEqual([]);
    expect(findings.map(summaryOf).sort()).toEqual([
      'destructive-change medium 1',
      'root-access medium 2',
      'rotation-failed medium 1',
    ]);
    // The 13 samples show 7 events: pages repeat them.
    const { summary } = reportOf(await run(['audit', path, '--format', 'json']));
    expect(summary).toMatchObject({ records: 13, secretEvents: 7, duplicates: 6, unreadable: [] });
  });

  it('an EventBridge envelope of an account that is no number: nothing, and no crash', async () => {
    const { findings, faults } = await judgeFile(join(corpus, 'eventbridge-rotation-succeeded.json'));
    expect({ findings, faults }).toEqual({ findings: [], faults: [] });
  });
});
