import { describe, expect, it } from '@jest/globals';
import { measuredIncidents, type Revision } from '../../evaluation/incident-steps.ts';
import type { Finding } from '../../functions/core/model/finding.ts';
import type { Incident } from '../../functions/core/model/incident.ts';
import type { Severity } from '../../functions/core/model/severity.ts';
import { finding } from '../support/findings.ts';

const second = (n: number): number => Date.parse('2026-03-02T09:00:00Z') + n * 1000;

const revision = (findingId: string, n: number, severity: Severity, ...eventIds: string[]): Revision => ({
  findingId,
  at: second(n),
  severity,
  isWithdrawn: false,
  eventIds,
});

/** All findings are one incident, and two weak ones are a medium one. */
function together(findings: readonly Finding[]): Incident[] {
  const [first] = findings;
  if (!first) return [];
  const strong = findings.find(({ severity }) => severity !== 'low');
  return [
    {
      id: first.id,
      severity: strong?.severity ?? (findings.length > 1 ? 'medium' : 'low'),
      title: first.title,
      summary: '',
      firstSeen: first.firstSeen,
      lastSeen: first.lastSeen,
      stages: [],
      actors: [],
      secrets: [],
      findings: findings.map(({ id }) => id),
      evidence: [],
      detectors: [],
    },
  ];
}

const grown = (findings: readonly Finding[], revisions: readonly Revision[]) =>
  measuredIncidents(findings, revisions, together)[0]?.steps.map(({ at, severity, eventIds }) => [
    (at - second(0)) / 1000,
    severity,
    eventIds.join(''),
  ]);

describe('how an incident grew', () => {
  it('follows the revisions of its findings, in order of time', () => {
    const findings = [finding({ id: 'x', severity: 'high', evidence: ['a', 'b', 'c'] })];
    const revisions = [revision('x', 2, 'high', 'c'), revision('x', 1, 'low', 'a', 'b')];
    expect(grown(findings, revisions)).toEqual([
      [1, 'low', 'ab'],
      [2, 'high', 'c'],
    ]);
  });

  it('knows when a severity came from the whole', () => {
    const findings = [finding({ id: 'x', severity: 'low' }), finding({ id: 'y', severity: 'low' })];
    const revisions = [
      revision('x', 1, 'low', 'a'),
      revision('y', 2, 'low', 'b'),
      revision('x', 3, 'low', 'c'),
    ];
    expect(grown(findings, revisions)?.map(([, severity]) => severity)).toEqual(['low', 'medium', 'medium']);
  });

  it('takes the evidence of all its findings, not only what the incident names', () => {
    const findings = [finding({ id: 'x', evidence: ['a', 'b'] }), finding({ id: 'y', evidence: ['b', 'c'] })];
    expect(measuredIncidents(findings, [], together)[0]?.eventIds).toEqual(['a', 'b', 'c']);
  });

  it('forgets what was withdrawn', () => {
    const findings = [finding({ id: 'x', severity: 'low' }), finding({ id: 'y', severity: 'low' })];
    const revisions: Revision[] = [
      revision('x', 1, 'low', 'a'),
      { ...revision('x', 2, 'high', 'b'), isWithdrawn: true },
      revision('y', 3, 'low', 'c'),
      revision('x', 4, 'low', 'd'),
    ];
    expect(grown(findings, revisions)?.map(([, severity]) => severity)).toEqual([
      'low',
      'info',
      'low',
      'medium',
    ]);
  });
});
