import { describe, expect, it } from '@jest/globals';
import { createResolver } from '../../../functions/core/contracts/applied-contract.ts';
import { namedSecret, writtenSecrets } from '../../../functions/core/contracts/written-secrets.ts';
import { settingsText } from '../../../functions/core/format/settings-text.ts';
import { openSettings } from '../../../functions/core/model/settings-source.ts';
import { hostile } from '../../support/findings.ts';
import { account } from '../../support/records.ts';
import { clockwork, named, settingsOf } from './settings-of.ts';

const shown = (text: string, { columns = 80, names = [] as string[] } = {}): string => {
  const settings = settingsOf(text);
  const resolve = createResolver(settings);
  const secrets = names.length > 0 ? names.map(namedSecret) : writtenSecrets(settings);
  return settingsText(
    secrets.map((secret) => ({ ...secret, applied: resolve(secret.secret, secret.tags) })),
    {
      path: 'audit.yaml',
      settings,
      line: openSettings(named + text, 'audit.yaml').line,
      now: Date.parse('2026-12-01'),
      warnings: 0,
      columns,
      emphasise: (emphasis, part) => (emphasis === 'heading' ? `[${part}]` : part),
    },
  );
};

const everything = `${clockwork}
    rotation: {provider: clockwork, every: 90d, warn: 14d, grace: 5d}
    impact: send SMS
    posture: {every: 90d}
  - match: {name: [canary/*, bait], region: eu-west-1}
    decoy: true
  - match: {tag: {env: pr*}}
    owner: platform
    rotation: {}
    allow:
      - {id: weekly, role: r, actions: [write, read], from: [prod-nat], hours: uk, rate: {events: 1, per: day}}
  - match: {account: tools}
    mode: observe
defaults: {unmatched: deny}
exceptions:
  - {secret: sms/*, clause: oncall, from: [prod-nat], hours: uk, for: mara, owner: messaging, reason: abroad, until: 2026-12-09T08:00:00Z}
  - {secret: sms/*, clause: oncall, from: any, owner: messaging, reason: over, until: 2026-11-09T08:00:00Z}
`;

it('says what applies to each name that the settings write', () => {
  expect(shown(everything)).toMatchInlineSnapshot(`
"audit.yaml: 4 entries, 5 clauses, 2 exceptions, 0 suppressions; no errors

[sms/clockwork]  prod 111122223333
  Entries     name sms/clockwork, account prod                           line 13
  Owner       messaging                                                  line 14
  Mode        announce                                                   default
  Impact      send SMS                                                   line 23
  Rotation    clockwork, every 90d, reminder 14d before, old value       line 22
              for 5d after
  Posture     not older than 90d                                         line 24
  Contract    4 clauses; nobody else is permitted                        line 15
    sender      role sms-sender-exec may read from prod-nat,             line 16
                prod-vpce, for ecs prod/sms-sender, injected
    ci          role ci-deploy may describe from prod-nat                line 18
    oncall      permission set OnCall may read from vpn, Mon-Fri         line 19
                08:00-19:00 Europe/London, each use is told
                until 2026-12-09T08:00:00Z also from prod-nat, in        line 36
                hours uk, for mara (abroad; messaging)
    breakglass  role break-glass may do anything from anywhere, each     line 20
                use is told as critical

[canary/*]  other accounts, eu-west-1
  Entries     name canary/*, Region eu-west-1                            line 25
  Owner       not known
  Mode        announce                                                   default
  Contract    a decoy: any use of it is found                            line 26

[bait]  other accounts, eu-west-1
  Entries     name bait, Region eu-west-1                                line 25
  Owner       not known
  Mode        announce                                                   default
  Contract    a decoy: any use of it is found                            line 26

[*]  other accounts
  Entries     tag env=pr*                                                line 27
  Owner       platform                                                   line 28
  Mode        announce                                                   default
  Rotation    by hand                                                    line 29
  Contract    1 clause; nobody else is permitted                         line 30
    weekly      role r may read and change from prod-nat, Mon-Fri        line 31
                08:00-19:00 Europe/London, at most 1 time a day

[*]  tools 444455556666
  Entries     account tools                                              line 32
  Owner       not known
  Mode        observe                                                    line 33
  Contract    none, so nobody is permitted                               line 34
"
`);
});

it.each([[60], [80], [110]])('keeps to %s columns', (columns) => {
  const lines = shown(everything, { columns }).split('\n');
  expect(lines.filter((line) => line.replace(/[[\]]/g, '').length > columns)).toEqual([]);
});

describe('secrets that no entry matches', () => {
  it('are told together, and not all by name', () => {
    const text = shown(clockwork, { names: Array.from({ length: 11 }, (_, index) => `s${index}`) });
    expect(text).toContain(
      '[No entry]  11 secrets\n  Secrets     s0, s1, s2, s3, s4, s5, s6, s7 and 3 more\n',
    );
    expect(text.match(/No entry/g)).toHaveLength(1);
  });

  it('are shown without what could deceive a reader', () => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that there are none is what is tested
    expect(shown(clockwork, { names: [hostile] })).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e\u2066]/);
  });
});

it('a secret in an account that has no name of its own', () => {
  expect(shown(`secrets: [{match: {name: x, account: "999999999999"}, owner: platform}]`)).toContain(
    '[x]  999999999999\n',
  );
  expect(shown('secrets: [{match: {name: x}, owner: platform}]')).toContain('[x]  any account\n');
  expect(shown('secrets: [{match: {name: x, account: prod}, owner: platform}]')).toContain(
    `[x]  prod ${account}\n`,
  );
});
