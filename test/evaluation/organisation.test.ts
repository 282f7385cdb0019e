import { describe, expect, test } from '@jest/globals';
import {
  type AttackKind,
  attackKinds,
  type Grade,
  generateOrganisation,
  type OrganisationOptions,
} from '../../evaluation/organisation/organisation.ts';
import { assignGrades, reportingSeeds, tuningSeeds } from '../../evaluation/organisation/seeds.ts';

type Raw = Record<string, unknown>;

const small = { days: 40, secrets: 60, principals: 80, quietDays: 14 } as const;
const seeds = [1, 2];
const days = Array.from({ length: small.days }, (_, day) => day);

const all = (options: OrganisationOptions): Raw[] => {
  const organisation = generateOrganisation(options);
  return Array.from({ length: organisation.days }, (_, day) => organisation.recordsOf(day)).flat();
};

const identityOf = (record: Raw): Raw => record['userIdentity'] as Raw;

describe('an organisation', () => {
  test('is the same for the same seed, and another one for another', () => {
    const [once, again] = [1, 2].map(() => JSON.stringify(all({ seed: 1, ...small, days: 30 })));
    // Not `toEqual`: nobody wants to read that difference.
    expect(once === again).toBe(true);
    const named = (seed: number) => generateOrganisation({ seed, ...small }).secrets.map(({ arn }) => arn);
    expect(named(1)).not.toEqual(named(2));
  });

  test('shows a day in the same way whichever days were asked before', () => {
    const straight = generateOrganisation({ seed: 4, ...small });
    const backwards = generateOrganisation({ seed: 4, ...small });
    const inOrder = [20, 40, 41].map((day) => straight.recordsOf(day));
    const inReverse = [41, 40, 20].map((day) => backwards.recordsOf(day)).reverse();
    expect(inReverse).toEqual(inOrder);
    expect(straight.recordsOf(40)).toEqual(inOrder[1]);
  });

  test('has the same peace with and without attacks', () => {
    const attacked = generateOrganisation({ seed: 5, ...small });
    const peaceful = generateOrganisation({ seed: 5, ...small, attacks: () => [] });
    const ofAttacks = new Set(attacked.attacks.flatMap(({ eventIds }) => eventIds));
    // Strings: a comparison of all these objects in depth takes longer than to make them.
    const different = days.filter((day) => {
      const left = attacked.recordsOf(day).filter((record) => !ofAttacks.has(String(record['eventID'])));
      return JSON.stringify(left) !== JSON.stringify(peaceful.recordsOf(day));
    });
    expect(different).toEqual([]);
    expect(peaceful.attacks).toEqual([]);
    expect(attacked.peacefulOddities).toEqual(peaceful.peacefulOddities);
    expect(attacked.peacefulOddities.length).toBeGreaterThan(20);
  });

  test.each(seeds)('keeps to the laws of CloudTrail (seed %i)', (seed) => {
    const organisation = generateOrganisation({ seed, ...small });
    const start = Date.parse(`${organisation.firstDay}T00:00:00Z`);
    const ids = new Set<string>();
    let count = 0;
    for (const day of days) {
      let before = '';
      for (const record of organisation.recordsOf(day)) {
        const time = String(record['eventTime']);
        const broken = brokenLaws(record);
        if (time < before) broken.push('is out of order');
        if (Math.floor((Date.parse(time) - start) / 86_400_000) !== day) broken.push('is of another day');
        if (broken.length > 0) throw new Error(`${broken.join(', ')}: ${JSON.stringify(record, null, 1)}`);
        before = time;
        ids.add(String(record['eventID']));
        count += 1;
      }
    }
    expect(ids.size).toBe(count);
  });

  test.each(seeds)('labels records that are there, after the quiet days (seed %i)', (seed) => {
    const organisation = generateOrganisation({ seed, ...small });
    const times = new Map<string, string>();
    for (const day of days)
      for (const record of organisation.recordsOf(day))
        times.set(String(record['eventID']), String(record['eventTime']));
    const quietUntil = new Date(
      Date.parse(`${organisation.firstDay}T00:00:00Z`) + small.quietDays * 86_400_000,
    );
    expect(organisation.attacks).toHaveLength(attackKinds.length * 3);
    expect(new Set(organisation.attacks.map(({ id }) => id)).size).toBe(organisation.attacks.length);
    for (const attack of organisation.attacks) {
      const own = attack.eventIds.map((id) => times.get(id));
      expect(own).not.toContain(undefined);
      expect(own[0]).toBe(attack.startedAt);
      expect(own.at(-1)).toBe(attack.endedAt);
      expect(Date.parse(attack.startedAt)).toBeGreaterThanOrEqual(quietUntil.getTime());
      expect(attack.actor).toMatch(/^arn:aws:(iam|sts)::\d{12}:/);
      expect(attack.story).toMatch(/\.$/);
    }
    const unfindable = organisation.attacks.filter((attack) => attack.unfindable !== undefined);
    expect(unfindable.length).toBeLessThanOrEqual(organisation.attacks.length / 20);
  });

  test('claims "outside the contract" only where a secret sees something for the first and only time', () => {
    const organisation = generateOrganisation({ seed: 6, ...small });
    const ofAttack = new Set(organisation.attacks.flatMap(({ eventIds }) => eventIds));
    const known = new Set<string>();
    const attacking = new Map<string, Raw>();
    const secretOf = secretFinder(organisation.secrets);
    for (const day of days)
      for (const record of organisation.recordsOf(day)) {
        const id = String(record['eventID']);
        if (ofAttack.has(id)) attacking.set(id, record);
        else for (const trait of traitsOf(record)) known.add(`${secretOf(record)} ${trait}`);
      }
    const wrong = organisation.attacks
      .filter(({ outsideContract }) => outsideContract)
      .filter(
        ({ eventIds }) =>
          !eventIds.some((id) => {
            const record = attacking.get(id) as Raw;
            const secret = secretOf(record);
            return secret !== undefined && traitsOf(record).some((trait) => !known.has(`${secret} ${trait}`));
          }),
      );
    expect(wrong.map(({ id, story }) => `${id}: ${story}`)).toEqual([]);
  });

  test('has decoys that nobody touches in peace', () => {
    const organisation = generateOrganisation({ seed: 7, ...small, attacks: () => [] });
    const arns = organisation.secrets.filter(({ isDecoy }) => isDecoy).map(({ arn }) => arn);
    expect(organisation.decoys).toHaveLength(arns.length);
    expect(arns.length).toBeGreaterThan(1);
    for (const day of days) {
      const text = JSON.stringify(organisation.recordsOf(day));
      for (const needle of [...arns, ...organisation.decoys]) expect(text).not.toContain(needle);
    }
  });

  test('of the default size has about 200,000 records, and they are made quickly', () => {
    const began = process.cpuUsage();
    const organisation = generateOrganisation({ seed: 8 });
    const perDay = Array.from({ length: organisation.days }, (_, day) => organisation.recordsOf(day).length);
    // Of one core: what else the machine does must not count.
    const seconds = process.cpuUsage(began).user / 1_000_000;
    const count = perDay.reduce((sum, records) => sum + records, 0);
    process.stdout.write(
      `${count} records of ${organisation.days} days (${Math.min(...perDay)} to ${Math.max(...perDay)} a day) in ${seconds.toFixed(1)} s of one core: ${Math.round(count / seconds)} a second\n`,
    );
    expect(count / seconds).toBeGreaterThan(30_000);
    expect(count).toBeGreaterThan(150_000);
    expect(count).toBeLessThan(300_000);
  });
});

describe('the seeds', () => {
  test('for tuning and for reporting are different ones', () => {
    expect(new Set([...tuningSeeds, ...reportingSeeds]).size).toBe(
      tuningSeeds.length + reportingSeeds.length,
    );
    expect(tuningSeeds.length).toBeGreaterThanOrEqual(8);
    expect(reportingSeeds.length).toBeGreaterThanOrEqual(20);
  });

  test('give thirty attacks of each kind, ten of each grade', () => {
    const counts = new Map<string, number>();
    reportingSeeds.forEach((_seed, index) => {
      const grades: (kind: AttackKind) => readonly Grade[] = assignGrades(index);
      for (const kind of attackKinds)
        for (const grade of grades(kind))
          counts.set(`${kind} ${grade}`, (counts.get(`${kind} ${grade}`) ?? 0) + 1);
    });
    expect(counts.size).toBe(attackKinds.length * 3);
    expect(new Set(counts.values())).toEqual(new Set([10]));
  });

  test('make organisations in which every attack finds its place', () => {
    for (const [index, seed] of [...tuningSeeds, ...reportingSeeds].entries()) {
      const { attacks } = generateOrganisation({ seed, attacks: assignGrades(index) });
      expect(attacks).toHaveLength(attackKinds.length * 1.5);
    }
  });
});

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** What a record of AWS would not look like. */
function brokenLaws(record: Raw): string[] {
  const identity = identityOf(record);
  const isRead = record['readOnly'] === true;
  const isServiceEvent = record['eventType'] === 'AwsServiceEvent';
  const context = identity['sessionContext'] as Raw | undefined;
  const text = JSON.stringify(record);
  const laws: readonly (readonly [boolean, string])[] = [
    [uuid.test(String(record['eventID'])), 'has no UUID'],
    [/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(String(record['eventTime'])), 'has no time in whole seconds'],
    [/^\d{12}$/.test(String(record['recipientAccountId'])), 'has no account'],
    [typeof record['sourceIPAddress'] === 'string', 'comes from nowhere'],
    [typeof record['userAgent'] === 'string', 'has no user agent'],
    [typeof record['readOnly'] === 'boolean', 'neither reads nor writes'],
    [
      !/^(AccessDenied|Throttling)/.test(String(record['errorCode'])) || record['requestParameters'] === null,
      'is refused with parameters',
    ],
    [
      record['errorCode'] !== 'AccessDenied' ||
        String(record['errorMessage']).startsWith(`User: ${identity['arn']} is not authorized`),
      'is refused without a reason',
    ],
    [
      !isRead || record['responseElements'] === null || record['eventName'] === 'AssumeRole',
      'reads with a response',
    ],
    [
      !isServiceEvent ||
        (identity['arn'] === undefined &&
          identity['type'] === undefined &&
          record['sourceIPAddress'] === 'secretsmanager.amazonaws.com'),
      'is of the service and names somebody',
    ],
    [
      isServiceEvent ||
        identity['type'] !== 'AssumedRole' ||
        String((context?.['sessionIssuer'] as Raw | undefined)?.['arn']).includes(':role/'),
      'is of a session without an issuer',
    ],
    [record['eventName'] !== 'RotationFailed' || record['errorCode'] === undefined, 'fails with a code'],
    [!text.includes('undefined'), 'holds something undefined'],
    [!/SecretString|SecretBinary|RotationToken/.test(text), 'holds a value'],
  ];
  return laws.filter(([holds]) => !holds).map(([, broken]) => broken);
}

/** The ARN of the secret that a record is about. */
function secretFinder(
  secrets: readonly { arn: string; name: string; account: string; region: string }[],
): (record: Raw) => string | undefined {
  const byName = new Map(
    secrets.map(({ arn, name, account, region }) => [`${account} ${region} ${name}`, arn]),
  );
  return (record) => {
    const parameters = record['requestParameters'] as Raw | null;
    const context = parameters?.['encryptionContext'] as Raw | undefined;
    const [resource] = (record['resources'] as Raw[] | undefined) ?? [];
    const inMessage = /on resource: (\S+)/.exec(String(record['errorMessage']))?.[1];
    const id = context?.['SecretARN'] ?? parameters?.['secretId'] ?? inMessage ?? resource?.['ARN'];
    if (typeof id !== 'string') return undefined;
    return byName.get(`${record['recipientAccountId']} ${record['awsRegion']} ${id}`) ?? id;
  };
}

/** Principal, network, action and hour of a record. */
function traitsOf(record: Raw): string[] {
  const identity = identityOf(record);
  const issuer = (identity['sessionContext'] as Raw | undefined)?.['sessionIssuer'] as Raw | undefined;
  const role = String(issuer?.['arn']);
  const principal =
    issuer === undefined || role.includes('/aws-reserved/')
      ? (identity['arn'] ?? identity['principalId'])
      : role;
  const address = String(record['sourceIPAddress']);
  const network = address.includes(':')
    ? address.split(':').slice(0, 4).join(':')
    : address.split('.').slice(0, 3).join('.');
  const hour = String(record['eventTime']).slice(11, 13);
  return [`principal ${principal}`, `network ${network}`, `action ${record['eventName']}`, `hour ${hour}`];
}
