import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { SecretConflictError } from '../../functions/core/errors.ts';
import { rotationStatusSchema } from '../../functions/core/model/rotation-status.ts';
import { dayMs, hourMs } from '../support/rotation/rotation-world.ts';
import { arn } from '../support/rotation/secrets-manager.ts';
import { createFolder, type Folder, run as runProgram } from './command-line.ts';
import { CommandedWorld, type Ran } from './rotation-commands.ts';

const settingsText = `version: 1
accounts: {prod: "111122223333", staging: "444455556666"}
teams:
  messaging: {slack: "#messaging", email: messaging@example.com}
secrets:
  - match: {name: sms/clockwork}
    owner: messaging
    impact: no SMS is sent
    rotation: {provider: clockwork, every: 90d}
    allow:
      - {id: sender, role: sms-sender-exec, actions: [read], from: any, consumer: {ecs: prod/sms-sender, delivery: injected}}
      - {id: billing, role: billing-exec, actions: [read], from: any, consumer: {ecs: prod/billing-reminders, delivery: injected}}
      - {id: trial, role: sms-trial, account: staging, actions: [read], from: any, consumer: {lambda: sms-trial, delivery: runtime}}
      - {id: oncall, permissionSet: OnCall, actions: [read], from: any}
`;

let folder: Folder;
let settings: string;
beforeAll(() => {
  folder = createFolder();
  settings = folder.add('audit.yaml', settingsText);
});
afterAll(() => folder[Symbol.dispose]());

let world: CommandedWorld;
/** Everything that any command of a test has printed or asked. */
let output: string;
beforeEach(async () => {
  output = '';
  world = new CommandedWorld();
  world.answers = { text: 'sms-prod-2026-11', confirm: true };
  world.starts.set('prod/sms-sender', [world.time - hourMs, world.time - hourMs]);
  world.starts.set('prod/billing-reminders', [world.time - 21 * dayMs, world.time - 21 * dayMs]);
  await world.read('sms-sender-exec');
  await world.read('billing-exec');
  await world.read('sms-trial', '444455556666');
  // Once somebody has looked at the secret, its first version is known.
  await rotation('prove', 'sms/clockwork');
});
// No key is in anything that was printed, asked, remembered or told, nor the beginning of one.
afterEach(() => {
  const everything = `${output}${JSON.stringify([world.records.record, world.findings.all()])}`;
  for (const key of world.issuer.everMade) {
    expect(everything).not.toContain(key);
    expect(everything).not.toContain(key.slice(0, 8));
  }
});

async function rotation(command: string, ...args: string[]): Promise<Ran> {
  const ran = await world.run(command, ...args, '--settings', settings);
  output += `${ran.stdout}${ran.stderr}${ran.asked.join('\n')}`;
  return ran;
}

async function status(): Promise<string> {
  const { code, stdout, stderr } = await rotation('status', 'sms/clockwork');
  expect({ code, stderr }).toEqual({ code: 0, stderr: 'Table: Stack-SecretsAuditTable-1A2B3C\n' });
  expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
  return stdout;
}

async function stageNew(): Promise<Ran> {
  world.answers.secret = world.issuer.make();
  return rotation('stage', 'sms/clockwork');
}

/** Due, staged, started, switched. */
async function rotateNow(): Promise<void> {
  world.wait(90 * dayMs);
  expect((await stageNew()).code).toBe(0);
  expect((await rotation('start', 'sms/clockwork')).code).toBe(0);
  world.wait(hourMs);
  await world.rotate();
  world.wait(60_000);
}

async function everybodyMoves({ except = '' } = {}): Promise<void> {
  for (const name of world.starts.keys()) {
    if (name !== except) world.starts.set(name, [world.time, world.time]);
  }
  await world.read('sms-trial', '444455556666');
  world.wait(60_000);
}

const deactivateOld = (): void => {
  const { oldVersion } = world.records.record ?? {};
  world.issuer.alive.delete(JSON.parse(world.secret.textOf(oldVersion ?? undefined) ?? '{}').api_key);
};

describe('status', () => {
  it('of a secret at rest', async () => {
    expect(await status()).toMatchSnapshot();
  });

  it('due, and no key is staged', async () => {
    world.wait(92 * dayMs);
    expect(await status()).toMatchSnapshot();
  });

  it('switched, with one consumer that lags', async () => {
    await rotateNow();
    await everybodyMoves({ except: 'prod/billing-reminders' });
    await rotation('prove', 'sms/clockwork');
    expect(await status()).toMatchSnapshot();
  });

  it('everybody has moved, and the old key is alive after its grace', async () => {
    await rotateNow();
    await everybodyMoves();
    world.wait(6 * dayMs);
    await rotation('prove', 'sms/clockwork');
    expect(await status()).toMatchSnapshot();
  });

  it('rolled back', async () => {
    await rotateNow();
    await everybodyMoves();
    await rotation('rollback', 'sms/clockwork', '--reason', 'messages are refused');
    expect(await status()).toMatchSnapshot();
  });

  it('while a version is pending', async () => {
    world.wait(90 * dayMs);
    await stageNew();
    await rotation('start', 'sms/clockwork');
    expect(await status()).toContain('Rotation  going on: version 7f3e0a12 is pending since 22 Nov 2026');
  });

  it('whose issuer refuses our address: that is good, and what it hides is said', async () => {
    await rotateNow();
    world.issuer.mood = 'locked';
    await rotation('prove', 'sms/clockwork');
    const text = (await status()).replace(/\s+/g, ' ');
    expect(text).toContain('Locked to addresses, and Clockwork refuses ours. That is good');
    expect(text).toContain('17 Invalid Source IP');
  });

  it('proven', async () => {
    await rotateNow();
    await everybodyMoves();
    deactivateOld();
    await rotation('prove', 'sms/clockwork');
    const text = await status();
    expect(text).toContain('Rotation  the last one is proven, 22 Nov 2026');
    expect(text).toContain('Rotation of sms/clockwork is complete: everybody has the new key');
  });

  it('changes nothing, reads no value and asks no issuer', async () => {
    await rotateNow();
    const before = JSON.stringify([world.records.record, [...world.secret.labels], world.issuer.proven]);
    const refuse = async () => {
      throw new Error('status must not do this');
    };
    world.failing = { value: refuse, put: refuse, moveStage: refuse, rotate: refuse };
    await status();
    expect(JSON.stringify([world.records.record, [...world.secret.labels], world.issuer.proven])).toBe(
      before,
    );
  });

  it('as JSON, by ARN', async () => {
    await rotateNow();
    const { code, stdout } = await rotation('status', arn, '--format', 'json');
    expect(code).toBe(0);
    const parsed = rotationStatusSchema.strict().parse(JSON.parse(stdout));
    expect(parsed.stopsWorking).toEqual({
      ifDies: 'old key',
      consumers: ['lambda sms-trial', 'ecs prod/billing-reminders', 'ecs prod/sms-sender'],
    });
    expect(parsed.unseenReaders).toEqual([{ clause: 'oncall', who: 'permission set OnCall' }]);
  });

  it('shows what logs and people wrote, harmless', async () => {
    world.records.record = world.records.record && {
      ...world.records.record,
      story: [{ at: 0, what: 'red \u001b[31m and \u202ebackwards' }],
    };
    const text = await status();
    expect(text).toContain('red <U+001B>[31m and <U+202E>backwards');
  });

  it('without a table: what is not known', async () => {
    world.tables = [];
    const { code, stdout, stderr } = await rotation('status', 'sms/clockwork');
    expect(code).toBe(0);
    expect(stderr).toContain('No table of the suite (SecretsAudit) is here.');
    expect(stderr).toContain('nobody is told');
    expect(stdout).toContain('Rotation  not remembered here');
    expect(stdout).toContain('Only consumers that the contract\n    names are shown.');
    expect(stdout).toContain('ecs prod/sms-sender');
    expect(stdout).not.toContain('NEVER SEEN');
  });
});

describe('stage', () => {
  beforeEach(() => world.wait(90 * dayMs));

  it('asks for name and key, says what will happen, and stages', async () => {
    const { code, stdout, asked } = await stageNew();
    expect(code).toBe(0);
    expect(asked).toEqual([
      'Name of the new key in the Clockwork dashboard (API section):',
      'New key of Clockwork (not shown):',
      'Stage this key?',
    ]);
    expect(stdout).toMatchSnapshot();
    const staged = JSON.parse(world.secret.textOf(world.secret.labels.get('CLOCKWORK_NEXT')) ?? '{}');
    expect(staged).toEqual({ api_key: world.answers.secret, api_key_name: 'sms-prod-2026-11' });
  });

  it('says that an earlier one is replaced', async () => {
    await stageNew();
    expect((await stageNew()).stdout.replace(/\s+/g, ' ')).toContain(
      'It takes the place of the key that was staged 22 Nov 2026.',
    );
  });

  it('takes the first line of standard input, without a terminal', async () => {
    world.isInteractive = false;
    const key = world.issuer.make();
    world.stdin = key;
    const { code, asked } = await rotation('stage', 'sms/clockwork', '--key-name', 'next', '--yes');
    expect({ code, asked }).toEqual({ code: 0, asked: [] });
    expect(world.secret.textOf(world.secret.labels.get('CLOCKWORK_NEXT'))).toContain(key);
  });

  it.each([
    [
      'the issuer tells the balance',
      { amount: 12.5, currency: 'GBP', kind: 'prepaid' as const },
      'prepaid account, 12.50 GBP left',
    ],
    [
      'an invoiced account',
      { amount: 3, currency: 'EUR', kind: 'spent' as const },
      'invoiced account, 3.00 EUR spent this month',
    ],
  ])('%s', async (_, balance, text) => {
    world.issuer.probe = async () => ({ standing: 'valid', reason: 'yes', balance });
    expect((await stageNew()).stdout).toContain(`Clockwork knows the key: ${text}.`);
  });

  it('says that there is no credit', async () => {
    world.issuer.probe = async () => ({ standing: 'unfunded', reason: 'no credit' });
    const { code, stdout } = await stageNew();
    expect(code).toBe(0);
    expect(stdout).toContain('the account has no credit');
  });

  describe('refuses, with exit code 1, and nothing is staged', () => {
    afterEach(() => expect(world.secret.labels.has('CLOCKWORK_NEXT')).toBe(false));

    it('a key that its issuer does not know', async () => {
      const dead = world.issuer.make();
      world.issuer.alive.delete(dead);
      world.answers.secret = dead;
      const { code, stderr, asked } = await rotation('stage', 'sms/clockwork');
      expect(code).toBe(1);
      expect(stderr).toContain('Clockwork does not know the new key (58 Invalid API Key)');
      expect(stderr).toContain('Nothing was staged.');
      expect(stderr).toContain('secrets-audit rotation stage sms/clockwork');
      expect(asked).not.toContain('Stage this key?');
    });

    it.each([
      ['away', 'Clockwork gives no answer now'],
      ['locked', 'Clockwork refuses the address that asks'],
      ['unclear', 'says nothing of the key'],
    ] as const)('while the issuer is %s', async (mood, message) => {
      world.issuer.mood = mood;
      const { code, stderr } = await stageNew();
      expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining(message) });
    });

    it('what is no key', async () => {
      world.answers.secret = 'pasted by mistake';
      const { code, stderr } = await rotation('stage', 'sms/clockwork');
      expect(code).toBe(1);
      expect(stderr).toContain('Refused: this is no key of Clockwork.');
      expect(stderr).not.toContain('pasted');
    });

    it('what a person does not confirm', async () => {
      world.answers.confirm = false;
      const { code, stderr } = await stageNew();
      expect(code).toBe(1);
      expect(stderr).toContain('Nothing was changed.');
    });

    it('where Ctrl-C is pressed', async () => {
      world.answers.interrupt = true;
      const { code, stderr } = await stageNew();
      expect(code).toBe(1);
      expect(stderr).toContain('Nothing was changed.');
    });
  });

  it('refuses where the issuer makes the keys itself', async () => {
    const minted = folder.add(
      'minted.yaml',
      settingsText.replace('every: 90d', 'every: 90d, mode: minted, accountSecret: sms/account'),
    );
    const { code, stderr } = await world.run('stage', 'sms/clockwork', '--settings', minted);
    expect(code).toBe(1);
    expect(stderr).toContain('is minted: Clockwork makes its keys');
  });

  it.each([
    [['--yes'], 'add --key-name NAME'],
    [['--key-name', 'next'], 'there is no terminal to ask for confirmation: add --yes'],
    [['--key-name', 'next', '--yes'], 'no key was given'],
    [['--key-name', ' ', '--yes'], 'the name of the key is empty'],
  ])('without a terminal, %j: exit code 2', async (flags, message) => {
    world.isInteractive = false;
    const { code, stderr } = await rotation('stage', 'sms/clockwork', ...flags);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });

  it('does not repeat a key that was given as the name', async () => {
    const key = world.issuer.make();
    for (const name of [key, `prod ${key}`, `prod=${key}`]) {
      const { code, stderr } = await rotation('stage', 'sms/clockwork', '--key-name', name);
      expect(code).toBe(2);
      expect(stderr).toContain('the name of the key looks like a key of Clockwork, and is not repeated here');
    }
  });

  it('a name that holds the key is not kept', async () => {
    world.issuer.shapeProblem = () => undefined;
    const key = world.issuer.make();
    world.answers = { text: `key ${key}`, secret: key, confirm: true };
    const { code, stderr } = await rotation('stage', 'sms/clockwork');
    expect(code).toBe(2);
    expect(stderr).toContain('the name of the key holds the key itself');
  });
});

describe('start', () => {
  beforeEach(() => world.wait(dayMs));

  it('shows who is affected, tells the owner before anything happens, and starts', async () => {
    world.wait(10 * dayMs);
    await stageNew();
    let toldBefore = false;
    const rotate = world.secret.rotate.bind(world.secret);
    world.failing = {
      rotate: async () => {
        toldBefore = world.findings
          .all()
          .some(({ finding, announce }) => announce && finding.title.includes('begins, as mara asked'));
        return rotate();
      },
    };
    const { code, stdout, asked } = await rotation('start', 'sms/clockwork');
    expect({ code, asked, toldBefore }).toEqual({
      code: 0,
      asked: ['Start the rotation of sms/clockwork now?'],
      toldBefore: true,
    });
    expect(stdout).toMatchSnapshot();
    expect(world.secret.started).toHaveLength(1);
    expect(world.records.record?.asked?.by).toBe('mara');
  });

  it('without a staged key: exit code 1, and nobody is told', async () => {
    const { code, stderr } = await rotation('start', 'sms/clockwork', '--yes');
    expect(code).toBe(1);
    expect(stderr).toContain('Refused: No key is staged under CLOCKWORK_NEXT. Nothing began.');
    expect(stderr).toContain('secrets-audit rotation stage sms/clockwork');
    expect(world.findings.all()).toEqual([]);
  });

  it('not before the last one is proven', async () => {
    await rotateNow();
    await stageNew();
    const { code, stderr } = await rotation('start', 'sms/clockwork', '--yes');
    expect(code).toBe(1);
    expect(stderr).toContain('The last change of the value is not proven yet');
    expect(stderr).toContain('secrets-audit rotation status sms/clockwork');
  });

  it('not without a rotation function', async () => {
    await stageNew();
    const described = await world.secret.describe(arn);
    world.failing = {
      describe: async () => ({ ...described, rotation: { ...described.rotation, functionArn: null } }),
    };
    const { code, stderr } = await rotation('start', 'sms/clockwork', '--yes');
    expect(code).toBe(1);
    expect(stderr).toContain('No rotation function is attached to sms/clockwork');
  });

  it('what is not confirmed did not begin', async () => {
    await stageNew();
    world.answers.confirm = false;
    expect((await rotation('start', 'sms/clockwork')).code).toBe(1);
    expect(world.secret.started).toEqual([]);
    expect(world.findings.all()).toEqual([]);
  });

  it('takes back what it told where Secrets Manager did not start', async () => {
    await stageNew();
    world.failing = {
      rotate: async () => {
        throw new SecretConflictError("A previous rotation isn't complete");
      },
    };
    const { code, stderr } = await rotation('start', 'sms/clockwork', '--yes');
    expect(code).toBe(1);
    expect(stderr).toContain('Somebody else changed the secret at the same time');
    expect(world.records.record?.asked).toBeNull();
    expect(world.records.record?.story.at(-1)?.what).toBe('it did not start: SecretConflictError');
    expect(world.findings.all().filter(({ finding }) => finding.status === 'open')).toEqual([]);
  });

  it('without a table: starts, and says that nobody is told', async () => {
    world.tables = [];
    await stageNew();
    const { code, stdout } = await rotation('start', 'sms/clockwork', '--yes');
    expect(code).toBe(0);
    expect(stdout).toContain('Nobody is told: there is no table of the suite.');
  });
});

describe('prove', () => {
  it('not yet: exit code 1, and what to do', async () => {
    await rotateNow();
    await everybodyMoves({ except: 'prod/billing-reminders' });
    const { code, stdout } = await rotation('prove', 'sms/clockwork');
    expect(code).toBe(1);
    expect(stdout).toMatchSnapshot();
    expect(world.findings.all().some(({ finding }) => finding.detector === 'rotation-moving')).toBe(true);
  });

  it('proven: exit code 0', async () => {
    await rotateNow();
    await everybodyMoves();
    deactivateOld();
    const { code, stdout } = await rotation('prove', 'sms/clockwork');
    expect(code).toBe(0);
    expect(stdout.replace(/\s+/g, ' ')).toContain(
      'Proven 22 Nov 2026: every known consumer has the new key, and the old one is dead.',
    );
  });

  it('nothing to prove', async () => {
    const { code, stdout } = await rotation('prove', 'sms/clockwork');
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('Nothing to prove') });
  });

  it('nothing was switched yet', async () => {
    world.wait(90 * dayMs);
    const { code, stdout } = await rotation('prove', 'sms/clockwork');
    expect({ code, stdout }).toEqual({
      code: 1,
      stdout: expect.stringContaining('Not proven: nothing was switched yet.'),
    });
  });

  it('takes the word of a person', async () => {
    await rotateNow();
    await everybodyMoves({ except: 'prod/billing-reminders' });
    const { code, stdout, asked } = await rotation(
      'prove',
      'sms/clockwork',
      '--attest',
      'ecs prod/billing-reminders',
      '--reason',
      'seen in its log',
    );
    expect(asked).toEqual(['Have you seen that ecs prod/billing-reminders uses the new key?']);
    expect(code).toBe(1);
    expect(stdout).toContain('mara says so: seen in its log');
    deactivateOld();
    expect((await rotation('prove', 'sms/clockwork')).code).toBe(0);
  });

  it('does not take it where it is not confirmed', async () => {
    await rotateNow();
    world.answers.confirm = false;
    const flags = ['--attest', 'ecs prod/sms-sender', '--reason', 'seen'];
    expect((await rotation('prove', 'sms/clockwork', ...flags)).code).toBe(1);
    expect(world.records.record?.attested).toEqual([]);
  });

  it('closes without proof, with a reason', async () => {
    await rotateNow();
    const { code, stdout } = await rotation(
      'prove',
      'sms/clockwork',
      '--close',
      '--reason',
      'emergency',
      '--yes',
    );
    expect(code).toBe(0);
    expect(stdout).toContain('Closed without proof 22 Nov 2026: emergency (mara).');
    // It stays unproven, whoever asks.
    expect((await rotation('prove', 'sms/clockwork')).code).toBe(1);
  });

  it.each([
    [['--attest', 'ecs prod/sms-sendr', '--reason', 'x'], 'the nearest is ecs prod/sms-sender'],
    [['--attest', 'ecs prod/sms-sender'], '--attest needs --reason'],
    [['--close'], '--close needs --reason'],
    [['--reason', 'x'], '--reason goes with --attest or --close'],
    [['--attest', 'a', '--close', '--reason', 'x'], 'one at a time'],
  ])('%j: exit code 2', async (flags, message) => {
    await rotateNow();
    const { code, stderr } = await rotation('prove', 'sms/clockwork', ...flags);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(message) });
  });

  it('a word about nothing is refused', async () => {
    const { code, stderr } = await rotation('prove', 'sms/clockwork', '--close', '--reason', 'x');
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringContaining('No rotation waits for its proof'),
    });
  });

  it('without a table: by the labels, what runs and the issuer; and takes no word', async () => {
    await rotateNow();
    await everybodyMoves();
    world.tables = [];
    const { code, stdout } = await rotation('prove', 'sms/clockwork');
    expect(code).toBe(1);
    expect(stdout).toContain('2 of 2 tasks started after the switch');
    expect(stdout).toContain('Clockwork on the old key:');
    const word = await rotation('prove', 'sms/clockwork', '--close', '--reason', 'x');
    expect(word).toMatchObject({ code: 2, stderr: expect.stringContaining('name it by --table') });
  });
});

describe('rollback', () => {
  it('shows from where to where and who must move back, and goes back', async () => {
    await rotateNow();
    await everybodyMoves();
    const { code, stdout, asked } = await rotation(
      'rollback',
      'sms/clockwork',
      '--reason',
      'messages are refused',
    );
    expect({ code, asked }).toEqual({ code: 0, asked: ['Roll back now?'] });
    expect(stdout).toMatchSnapshot();
    expect(world.secret.labels.get('AWSCURRENT')).toMatch(/^7f3e0a10/);
    expect(world.records.record?.story.at(-1)?.what).toContain('messages are refused');
  });

  it('not to a dead key: exit code 1', async () => {
    await rotateNow();
    deactivateOld();
    const { code, stderr } = await rotation('rollback', 'sms/clockwork', '--reason', 'x', '--yes');
    expect(code).toBe(1);
    expect(stderr).toContain('was not seen to work (58 Invalid API Key)');
    expect(stderr).toContain('AWSCURRENT did not move.');
    expect(stderr).toContain('A dead key cannot be brought back.');
    expect(world.secret.labels.get('AWSCURRENT')).toMatch(/^7f3e0a12/);
  });

  it('not where the issuer does not answer', async () => {
    await rotateNow();
    world.issuer.mood = 'away';
    const { code, stderr } = await rotation('rollback', 'sms/clockwork', '--reason', 'x', '--yes');
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('Where Clockwork answers') });
  });

  it('not where there is nothing to go back to', async () => {
    const { code, stderr } = await rotation('rollback', 'sms/clockwork', '--reason', 'x', '--yes');
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringContaining('There is no version to go back to'),
    });
  });

  it('not where it is not confirmed', async () => {
    await rotateNow();
    world.answers.confirm = false;
    expect((await rotation('rollback', 'sms/clockwork', '--reason', 'x')).code).toBe(1);
    expect(world.secret.labels.get('AWSCURRENT')).toMatch(/^7f3e0a12/);
  });

  it.each([
    [' ', '--reason is empty'],
    ['KEY', 'the reason looks like a key of Clockwork'],
  ])('reason %j: exit code 2', async (reason, message) => {
    await rotateNow();
    const text = reason.replace('KEY', `it is ${world.issuer.make()}`);
    const { code, stderr } = await rotation('rollback', 'sms/clockwork', '--reason', text, '--yes');
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(message) });
  });

  it('needs --yes where nobody can be asked', async () => {
    world.isInteractive = false;
    const { code, stderr } = await rotation('rollback', 'sms/clockwork', '--reason', 'x');
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('add --yes') });
  });
});

describe('what cannot be read: exit code 2', () => {
  const failWith = (name: string, message: string, more: object = {}) => {
    world.failing = {
      describe: async () => {
        throw Object.assign(new Error(message), { name, ...more });
      },
    };
  };

  it.each([
    [
      'CredentialsProviderError',
      'Could not load credentials from any providers',
      'no usable AWS credentials',
    ],
    ['ExpiredTokenException', 'expired', 'AWS does not accept the credentials'],
    [
      'AccessDeniedException',
      'User: x is not authorized to perform: secretsmanager:DescribeSecret on resource: y',
      'these credentials lack secretsmanager:DescribeSecret',
    ],
    [
      'AccessDeniedException',
      'GetSecretValue of sms/clockwork failed (AccessDeniedException)',
      'these credentials lack secretsmanager:GetSecretValue',
    ],
    ['Error', 'Region is missing', 'no AWS Region: name one by --region'],
    ['InternalFailure', 'GetSecretValue of x failed (InternalFailure)', 'AWS refused (InternalFailure)'],
    ['TimeoutError', 'connection timed out', 'AWS could not be reached'],
  ])('%s: %s', async (name, message, said) => {
    failWith(name, message);
    const { code, stdout, stderr } = await rotation('status', 'sms/clockwork');
    expect({ code, stdout, stderr }).toEqual({ code: 2, stdout: '', stderr: expect.stringContaining(said) });
  });

  it('a network that is not there', async () => {
    failWith('Error', 'getaddrinfo ENOTFOUND example.invalid', { code: 'ENOTFOUND' });
    expect((await rotation('status', 'sms/clockwork')).stderr).toContain('AWS could not be reached');
  });

  it('a fault of the program is not hidden', async () => {
    failWith('TypeError', 'undefined is not a function');
    await expect(rotation('status', 'sms/clockwork')).rejects.toThrow('undefined is not a function');
  });

  it('a secret that is not there, with the nearest', async () => {
    const { code, stderr } = await rotation('status', 'sms/clokwork');
    expect(code).toBe(2);
    expect(stderr).toContain('the nearest is sms/clockwork');
  });

  it('a secret that is not rotated', async () => {
    const other = folder.add(
      'other.yaml',
      settingsText.replace('name: sms/clockwork', 'name: sms/clockworks'),
    );
    const { code, stderr } = await world.run('status', 'sms/clockwork', '--settings', other);
    expect(code).toBe(2);
    expect(stderr).toContain('names no rotation.provider for sms/clockwork (111122223333, eu-west-1)');
    expect(stderr).toContain('the nearest is sms/clockworks');
  });

  it('several tables', async () => {
    world.tables = ['a-SecretsAuditTable-1', 'b-SecretsAuditTable-2'];
    const { code, stderr } = await rotation('status', 'sms/clockwork');
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringContaining('a-SecretsAuditTable-1, b-SecretsAuditTable-2. Name one by --table'),
    });
    expect((await rotation('status', 'sms/clockwork', '--table', 'b-SecretsAuditTable-2')).code).toBe(0);
  });

  it('tables that may not be listed: goes on, and says so', async () => {
    world.tables = 'denied';
    const { code, stderr } = await rotation('status', 'sms/clockwork');
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringContaining('needs dynamodb:ListTables'),
    });
  });

  it('a Region that is not the ARN’s', async () => {
    const { code, stderr } = await rotation('status', arn, '--region', 'us-east-1');
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringContaining('the ARN names a secret of eu-west-1'),
    });
  });
});

describe('the program', () => {
  const withoutAws = {
    AWS_REGION: 'eu-west-1',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_PROFILE: undefined,
    AWS_ACCESS_KEY_ID: undefined,
    AWS_SECRET_ACCESS_KEY: undefined,
  };

  it('explains itself', async () => {
    const { code, stdout } = await runProgram(['rotation', '--help']);
    expect(code).toBe(0);
    for (const name of ['status', 'stage', 'start', 'prove', 'rollback']) expect(stdout).toContain(name);
    expect((await runProgram(['rotation', 'stage', '--help'])).stdout).toContain('Exit codes:');
  });

  it('says that there are no credentials', async () => {
    const { code, stdout, stderr } = await runProgram(
      ['rotation', 'status', 'sms/clockwork', '--settings', settings],
      { env: withoutAws },
    );
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('no usable AWS credentials');
  });

  it('says that there are no settings', async () => {
    using empty = createFolder();
    const { code, stderr } = await runProgram(['rotation', 'status', 'sms/clockwork'], { cwd: empty.path });
    expect(code).toBe(2);
    expect(stderr).toBe(
      'there is no audit.yaml here: name your settings by --settings FILE; they say how the secret is rotated\n',
    );
  });

  it('does not repeat what was given as an option that is not there', async () => {
    const { code, stdout, stderr } = await runProgram([
      'rotation',
      'stage',
      'sms/clockwork',
      "--key=0123456789'abcdef",
    ]);
    expect(code).toBe(2);
    expect(`${stdout}${stderr}`).not.toMatch(/01234567|abcdef/);
    expect(stderr).toContain("unknown option '--key=…'");
  });

  it('does not repeat a key that was given as an argument', async () => {
    const { code, stdout, stderr } = await runProgram(['rotation', 'stage', 'sms/clockwork', '0123456789']);
    expect(code).toBe(2);
    expect(`${stdout}${stderr}`).not.toContain('01234567');
  });
});
