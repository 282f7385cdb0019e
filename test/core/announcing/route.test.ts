import { describe, expect, test } from '@jest/globals';
import { routeOf } from '../../../functions/core/announcing/route.ts';
import { targetsOf } from '../../../functions/core/announcing/targets.ts';
import type { Finding } from '../../../functions/core/model/finding.ts';
import { parseSettings } from '../../../functions/core/model/settings.ts';
import type { Severity } from '../../../functions/core/model/severity.ts';
import { finding } from '../../support/findings.ts';
import { storedIncident } from '../../support/stored-incidents.ts';

const base = `version: 1
teams: {messaging: {email: messaging@example.com}, quiet: {}}
secrets:
  - match: {name: "db/*"}
    owner: dba@example.com
`;
const notify = 'email: [security@example.com], slack: {webhookSecret: chat}';

function routed(
  yaml: string,
  findings: Partial<Finding>[] = [{}],
  severity: Severity = 'high',
  told = severity,
) {
  const settings = parseSettings(`${base}notify: {${yaml}}`, 'audit.yaml');
  const stored = storedIncident({ severity });
  return routeOf(
    { ...stored, told: { ...stored.told, severity: told } },
    findings.map((each) => finding(each)),
    settings,
    targetsOf(settings),
  );
}

describe('who hears of an incident', () => {
  test('without routes those of notify itself, as far as they are set', () => {
    expect(routed(notify)).toEqual(['email', 'slack']);
    expect(routed('slack: {webhookSecret: chat}')).toEqual(['slack']);
    expect(routed('email: []')).toEqual([]);
  });

  test('every route that matches counts, each target once', () => {
    const routes = `${notify}, routes: [{to: [slack]}, {match: {severity: critical}, to: [email, slack]}]`;
    expect(routed(routes)).toEqual(['slack']);
    expect(routed(routes, [{}], 'critical')).toEqual(['slack', 'email']);
    // Who heard of it as critical hears what became of it.
    expect(routed(routes, [{}], 'low', 'critical')).toEqual(['slack', 'email']);
  });

  test('all that a route names is so of one finding', () => {
    const routes = `${notify}, routes: [{match: {detector: mass-*, secret: "sms/*", owner: messaging}, to: [email]}]`;
    expect(routed(routes, [{ owner: 'messaging' }])).toEqual(['email']);
    expect(routed(routes, [{ owner: 'messaging', detector: 'root-access' }, {}])).toEqual([]);
    expect(routed(routes, [{ owner: 'messaging', secret: null }])).toEqual([]);
    const either = `${notify}, routes: [{match: {detector: [root-access, mass-*]}, to: [email]}]`;
    expect(routed(either, [{}])).toEqual(['email']);
  });

  test('owners hear of keys that are theirs, and of nothing else', () => {
    const due = { detector: 'rotation-due', actor: null };
    expect(routed(notify, [{ ...due, owner: 'messaging' }])).toEqual(['email', 'slack', 'team-messaging']);
    expect(routed(notify, [{ ...due, owner: 'dba@example.com' }])).toEqual([
      'email',
      'slack',
      'owner-dba@example.com',
    ]);
    // A team without an address, a name of nothing, posture, a theft.
    for (const other of [
      { ...due, owner: 'quiet' },
      { ...due, owner: 'nobody' },
      { ...due, owner: 'messaging', detector: 'secret-posture' },
      { owner: 'messaging' },
    ]) {
      expect(routed(notify, [other])).toEqual(['email', 'slack']);
    }
  });
});
