import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** Who does what in the demo, from where, and what the suite must say of it. All of it follows from the seed. */
export interface Story {
  readonly secrets: readonly string[];
  /** Secrets that the intruder may not read. */
  readonly guarded: readonly string[];
  readonly service: Actor & { readonly secret: string; readonly reads: number; readonly pauseMs: number };
  readonly deployTool: Actor & { readonly reads: readonly string[]; readonly removes: string };
  readonly intruder: Actor & { readonly reads: readonly string[]; readonly pauseMs: number };
  /** Exactly these; anything else is a fault of the demo. */
  readonly expected: readonly ExpectedMessage[];
}

export interface Actor {
  readonly name: string;
  readonly ip: string;
  readonly userAgent: string;
}

export interface ExpectedMessage {
  readonly severity: string;
  /** Of the title: a message goes out when the limit is reached, whatever follows. */
  readonly title: RegExp;
}

const products = ['billing', 'ledger', 'catalog', 'orders', 'search', 'mail', 'reports', 'identity'];
const kinds = ['db', 'api-key', 'signing-key', 'smtp', 'webhook', 'token'];
const people = ['rowan', 'sasha', 'noor', 'ilse', 'tomek', 'jun'];

export function tellStory(seed: number): Story {
  const random = xoroshiro128plus(seed);
  const between = (from: number, to: number): number => uniformInt(random, from, to);
  const shuffled = <Item>(items: readonly Item[]): Item[] =>
    items
      .map((item) => [between(0, 1_000_000), item] as const)
      .sort(([a], [b]) => a - b)
      .map(([, item]) => item);

  const clockwork = 'sms/clockwork';
  const names = shuffled(products.flatMap((product) => kinds.map((kind) => `${product}/${kind}`)));
  const readable = names.slice(0, between(23, 29));
  const retired = names[readable.length] ?? 'billing/retired';
  const guarded = ['payments', 'payroll', 'hr', 'board']
    .slice(0, between(3, 4))
    .map((name) => `${name}/vault`);
  const person = people[between(0, people.length - 1)] ?? 'rowan';
  const stolen = [clockwork, ...readable];
  const service = {
    name: 'sms-sender',
    ip: `203.0.113.${between(2, 120)}`,
    userAgent: 'aws-sdk-js/3.1164.0 ua/2.1 os/linux lang/js md/nodejs#24.21.0',
    secret: clockwork,
    reads: between(3, 6),
    pauseMs: between(200, 500),
  };
  const deployTool = {
    name: 'ci-deploy',
    ip: `203.0.113.${between(130, 250)}`,
    userAgent: 'APN/1.0 HashiCorp/1.0 Terraform/1.9.5 terraform-provider-aws/5.60.0 aws-sdk-go-v2/1.30.3',
    reads: readable.slice(0, between(5, 9)),
    removes: retired,
  };
  const intruder = {
    name: person,
    ip: `198.51.100.${between(2, 250)}`,
    userAgent: 'aws-cli/2.17.32 md/awscrt#0.21.2 ua/2.0 os/linux lang/python#3.11.9',
    reads: shuffled(stolen),
    pauseMs: between(30, 120),
  };
  return {
    secrets: [...stolen, retired, ...guarded],
    guarded,
    service,
    deployTool,
    intruder,
    expected: [
      {
        // Milder than a deletion by hand, because it names itself infrastructure-as-code.
        severity: 'LOW',
        title: new RegExp(`role/${deployTool.name} scheduled ${retired} for deletion`),
      },
      // The calls that are refused afterwards are a part of the same story, and disturb nobody again.
      { severity: 'HIGH', title: new RegExp(`\\d+ secrets read in .* by user/${person}`) },
    ],
  };
}
