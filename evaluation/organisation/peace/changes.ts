import { dayOf, hour, isWorkday, minute, momentOf, startOf } from '../calendar.ts';
import { type Place, personCaller, roleCaller, terraformCaller } from '../callers.ts';
import { type Caller, call } from '../calls.ts';
import { assumeRole, createAccessKey, createRole, putRolePolicy } from '../iam-calls.ts';
import { sessionKey } from '../identities.ts';
import { trailArn, trailBucket, trailName } from '../inventory/auditing.ts';
import type { Machine } from '../inventory/machines.ts';
import { type Person, personArn } from '../inventory/people.ts';
import type { Secret } from '../inventory/secrets.ts';
import type { World } from '../inventory/world.ts';
import { type Stream, streamOf } from '../random.ts';
import { change, deleteSecret, type Pen, read, serviceEvent } from '../secret-calls.ts';

/** One change that somebody planned. */
export interface Change {
  readonly day: number;
  readonly actor: string;
  readonly what: string;
  readonly write: (pen: Pen) => void;
  /** Its ids come from here. */
  readonly purpose: string;
}

export function changesOf(world: World): Change[] {
  return [
    ...newServices(world),
    ...newSecrets(world),
    ...rename(world),
    ...deletion(world),
    ...policies(world),
    ...replication(world),
    ...manualRotations(world),
    ...breakGlass(world),
    ...keyRotation(world),
    ...auditingAndBesides(world),
  ];
}

export const writeChanges = (
  world: World,
  changes: readonly Change[],
  log: Pen['log'],
  day: number,
): void => {
  for (const planned of changes)
    if (planned.day === day) planned.write({ log, ids: streamOf(world.seed, 'change', planned.purpose) });
};

const terraformOf = (world: World, account: string): Machine | undefined =>
  world.machines.terraform.find((machine) => machine.account === account);

function byTerraform(
  world: World,
  account: string,
  day: number,
  secondOfDay: number,
): { caller: Caller; at: number; actor: string } | undefined {
  const machine = terraformOf(world, account);
  if (machine === undefined) return undefined;
  const at = startOf(world.calendar, day) + secondOfDay;
  return { caller: terraformCaller(world, machine, at - 20), at, actor: machine.role.arn };
}

function newServices(world: World): Change[] {
  return world.services.flatMap((service) => {
    if (service.startsOnDay === 0) return [];
    const run = byTerraform(
      world,
      service.account,
      service.startsOnDay,
      7 * hour + (service.index % 50) * minute,
    );
    const what = `a new service: ${service.name} in ${service.region}`;
    if (run === undefined)
      return [
        {
          day: service.startsOnDay,
          actor: service.role.arn,
          what,
          purpose: `service ${service.index}`,
          write: () => {},
        },
      ];
    return [
      {
        day: service.startsOnDay,
        actor: service.role.arn,
        what,
        purpose: `service ${service.index}`,
        write: (pen: Pen) => {
          createRole(pen, run.at, run.caller, service.role, {
            Service: service.kind.startsWith('function') ? 'lambda.amazonaws.com' : 'ecs-tasks.amazonaws.com',
          });
          putRolePolicy(
            pen,
            run.at + 2,
            run.caller,
            service.role,
            service.secrets.map(({ arn }) => `${arn.slice(0, -6)}*`),
          );
        },
      },
    ];
  });
}

function newSecrets(world: World): Change[] {
  return world.secrets.flatMap((secret, index) => {
    if (secret.createdOnDay === 0) return [];
    const run = byTerraform(
      world,
      secret.account,
      secret.createdOnDay,
      6 * hour + 40 * minute + (index % 9) * minute,
    );
    if (run === undefined) return [];
    return [
      {
        day: secret.createdOnDay,
        actor: run.actor,
        what: `a new secret: ${secret.name}`,
        purpose: `secret ${secret.arn}`,
        write: (pen: Pen) => create(pen, run.at, run.caller, secret),
      },
    ];
  });
}

function create(pen: Pen, at: number, caller: Caller, secret: Secret): void {
  call(
    pen.log,
    pen.ids,
    at,
    { ...caller, region: secret.region },
    'CreateSecret',
    {
      name: secret.name,
      description: '',
      clientRequestToken: secret.versions[0],
      tags: Object.entries(secret.tags).map(([key, value]) => ({ key, value })),
    },
    { response: { arn: secret.arn } },
  );
}

function rename(world: World): Change[] {
  const planned = world.plan.rename;
  if (planned === undefined) return [];
  const run = byTerraform(world, planned.from.account, planned.day + 7, 9 * hour + 300);
  if (run === undefined) return [];
  return [
    {
      day: planned.day,
      actor: run.actor,
      what: `${planned.from.name} is now called ${planned.to.name}`,
      purpose: 'renamed',
      write: () => {},
    },
    {
      day: planned.day + 7,
      actor: run.actor,
      what: `${planned.from.name} is deleted after its renaming, with a recovery window of 30 days`,
      purpose: 'rename',
      write: (pen) => {
        deleteSecret(pen, run.at, run.caller, planned.from, { recoveryWindowInDays: 30 });
        serviceEvent(pen, run.at + 1, planned.from, 'StartSecretVersionDelete', pen.ids.uuid());
      },
    },
  ];
}

function deletion(world: World): Change[] {
  if (world.plan.deletion === undefined) return [];
  const { secret, day } = world.plan.deletion;
  const run = byTerraform(world, secret.account, day, 10 * hour);
  if (run === undefined) return [];
  return [
    {
      day,
      actor: run.actor,
      what: `planned deletion of ${secret.name}, with a recovery window of 7 days`,
      purpose: 'deletion',
      write: (pen) => {
        deleteSecret(pen, run.at, run.caller, secret, { recoveryWindowInDays: 7 });
        serviceEvent(pen, run.at + 1, secret, 'StartSecretVersionDelete', pen.ids.uuid());
      },
    },
    {
      day: day + 7,
      actor: run.actor,
      what: `${secret.name} is gone`,
      purpose: 'deletion ended',
      write: (pen) =>
        serviceEvent(pen, run.at + 7 * 86_400 + hour, secret, 'EndSecretVersionDelete', pen.ids.uuid()),
    },
  ];
}

function policies(world: World): Change[] {
  const stream = streamOf(world.seed, 'policies');
  const shared = world.secrets.filter(
    ({ use, account }) => use === 'services' && account === world.accounts.prod,
  );
  return stream.sample(shared, 2).flatMap((secret, index) => {
    const day = someWorkday(world, stream);
    const run = byTerraform(world, secret.account, day, 11 * hour + index * 60);
    const role = stream.pick(world.services).role;
    if (run === undefined) return [];
    const resourcePolicy = JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { AWS: role.arn },
          Action: 'secretsmanager:GetSecretValue',
          Resource: '*',
        },
      ],
    });
    return [
      {
        day,
        actor: run.actor,
        what: `a planned policy on ${secret.name} for one role`,
        purpose: `policy ${index}`,
        write: (pen: Pen) =>
          change(pen, run.at, run.caller, secret, 'PutResourcePolicy', {
            resourcePolicy,
            blockPublicPolicy: true,
          }),
      },
    ];
  });
}

function replication(world: World): Change[] {
  const stream = streamOf(world.seed, 'replication');
  const person = administratorOf(world, stream);
  const secret = world.secrets.find(
    ({ use, account, region }) =>
      use === 'services' && account === world.accounts.prod && region === world.regions[0],
  );
  const region = world.regions[1];
  if (person === undefined || secret === undefined || region === undefined) return [];
  const day = someWorkday(world, stream);
  const { at, caller } = seated(world, person, secret.account, secret.region, day, 10 * 60 + 20);
  return [
    {
      day: dayOf(world.calendar, at),
      actor: personArn(person, secret.account),
      what: `${secret.name} is replicated to ${region}, a Region in use`,
      purpose: 'replication',
      write: (pen) => {
        change(
          pen,
          at,
          caller,
          secret,
          'ReplicateSecretToRegions',
          { addReplicaRegions: [{ region }], forceOverwriteReplicaSecret: false },
          { replicationStatus: [{ region, status: 'InProgress' }] },
        );
        const token = pen.ids.uuid();
        serviceEvent(pen, at + 2, secret, 'ReplicationStarted', token);
        serviceEvent(pen, at + 9, secret, 'ReplicationSucceeded', token);
      },
    },
  ];
}

/** Some rotations that fall into working hours are started by hand a second before, by an administrator. */
function manualRotations(world: World): Change[] {
  const stream = streamOf(world.seed, 'manual-rotations');
  const changes: Change[] = [];
  for (const secret of world.secrets) {
    if (secret === world.plan.rename?.from || secret === world.plan.rename?.to) continue;
    for (const start of secret.rotation?.startsAt ?? []) {
      const day = dayOf(world.calendar, start);
      const hourOfDay = Math.floor((start - startOf(world.calendar, day)) / hour);
      const isWorking = isWorkday(world.calendar, day) && hourOfDay >= 9 && hourOfDay < 16;
      const person = administratorOf(world, stream);
      if (!isWorking || person === undefined || !stream.chance(0.15)) continue;
      const caller = personCaller(world, person, start - 1, {
        account: secret.account,
        region: secret.region,
        place: 'vpn',
        tool: person.tools[0] ?? 'console',
        signedInAt: start - 900,
      });
      const token = secret.versions[(secret.rotation?.startsAt.indexOf(start) ?? 0) + 1] ?? '';
      changes.push({
        day,
        actor: personArn(person, secret.account),
        what: `starts the rotation of ${secret.name} by hand`,
        purpose: `rotate ${secret.arn} ${start}`,
        write: (pen) =>
          change(
            pen,
            start - 1,
            caller,
            secret,
            'RotateSecret',
            { clientRequestToken: token, rotateImmediately: true },
            { versionId: token },
          ),
      });
    }
  }
  return changes;
}

function breakGlass(world: World): Change[] {
  const stream = streamOf(world.seed, 'break-glass');
  const outage = world.plan.outages[0];
  const person = administratorOf(world, stream);
  if (outage === undefined || person === undefined) return [];
  const machine = world.machines.breakGlass;
  const at = outage.from + 25 * minute;
  const day = dayOf(world.calendar, at);
  const own = personCaller(world, person, at, {
    account: machine.account,
    region: machine.region,
    place: 'vpn',
    tool: 'cli',
    signedInAt: at - 300,
  });
  const session = person.email.split('@')[0] ?? 'operator';
  const caller = roleCaller(world, machine.role, machine.region, session, at + 1, own.address, own.agent);
  return [
    {
      day,
      actor: machine.role.arn,
      what: `the break-glass role is used in an outage by ${person.email}`,
      purpose: 'break-glass',
      write: (pen) => {
        assumeRole(
          pen,
          at,
          own,
          machine.role,
          session,
          sessionKey(world.seed, machine.role.arn, session, at + 1),
        );
        machine.secrets.forEach((secret, index) => {
          read(pen, at + 60 + index * 90, caller, secret);
        });
      },
    },
  ];
}

function keyRotation(world: World): Change[] {
  const stream = streamOf(world.seed, 'key-rotation');
  const user = stream.pick(world.machines.users);
  const person = administratorOf(world, stream);
  if (person === undefined) return [];
  const { at, caller } = seated(
    world,
    person,
    user.account,
    user.region,
    someWorkday(world, stream),
    11 * 60,
  );
  return [
    {
      day: dayOf(world.calendar, at),
      actor: personArn(person, user.account),
      what: `a second access key for ${user.name}, as the yearly rotation wants`,
      purpose: 'key-rotation',
      write: (pen) => createAccessKey(pen, at, caller, user.name, `AKIA${pen.ids.base32(16)}`),
    },
  ];
}

/** Maintenance of the trail that weakens nothing, and changes of rules, topics and buckets that are not the auditor's. */
function auditingAndBesides(world: World): Change[] {
  const stream = streamOf(world.seed, 'auditing');
  const person = administratorOf(world, stream);
  if (person === undefined) return [];
  const account = world.accounts.tools;
  const region = world.regions[0] as string;
  const planned = (
    purpose: string,
    what: string,
    source: string,
    eventName: string,
    parameters: Record<string, unknown>,
    response: Record<string, unknown> | null = null,
  ): Change => {
    const { at, caller } = seated(
      world,
      person,
      account,
      region,
      someWorkday(world, stream),
      stream.int(600, 960),
    );
    return {
      day: dayOf(world.calendar, at),
      actor: personArn(person, account),
      what,
      purpose,
      write: (pen) => {
        call(pen.log, pen.ids, at, caller, eventName, parameters, { source, response });
      },
    };
  };
  const trail = {
    name: trailName,
    s3BucketName: trailBucket(world),
    enableLogFileValidation: true,
    isMultiRegionTrail: true,
  };
  return [
    planned(
      'trail',
      'UpdateTrail that keeps what is recorded and where',
      'cloudtrail.amazonaws.com',
      'UpdateTrail',
      trail,
      { ...trail, trailARN: trailArn(world), includeGlobalServiceEvents: true, isOrganizationTrail: true },
    ),
    planned(
      'rule',
      'a rule of EventBridge that has nothing to do with the auditor is switched off',
      'events.amazonaws.com',
      'DisableRule',
      { name: 'nightly-report' },
    ),
    planned('topic', 'a subscription to a topic of another team ends', 'sns.amazonaws.com', 'Unsubscribe', {
      subscriptionArn: `arn:aws:sns:${region}:${account}:release-notes:${stream.uuid()}`,
    }),
    planned(
      'bucket',
      'build artefacts are kept for 30 days from now on',
      's3.amazonaws.com',
      'PutBucketLifecycle',
      {
        bucketName: `build-artefacts-${account}`,
        LifecycleConfiguration: {
          Rule: { ID: 'expire', Status: 'Enabled', Prefix: '', Expiration: { Days: 30 } },
        },
      },
    ),
  ];
}

export const administrators = (world: World): Person[] =>
  world.people.filter(({ set, joinsOnDay }) => set === 'PlatformAdmin' && joinsOnDay === 0);

const administratorOf = (world: World, stream: Stream): Person | undefined => {
  const all = administrators(world);
  return all.length === 0 ? undefined : stream.pick(all);
};

function someWorkday(world: World, stream: Stream): number {
  const { days } = world.calendar;
  let day = stream.int(3, Math.max(4, days - 4));
  while (!isWorkday(world.calendar, day)) day = day + 1 >= days ? 3 : day + 1;
  return day;
}

function seated(
  world: World,
  person: Person,
  account: string,
  region: string,
  localDay: number,
  localMinute: number,
): { at: number; caller: Caller } {
  const place: Place = 'vpn';
  const at = momentOf(world.calendar, person.zone, localDay, localMinute);
  const tool = person.tools[0] ?? 'console';
  return {
    at,
    caller: personCaller(world, person, at, { account, region, place, tool, signedInAt: at - 600 }),
  };
}
