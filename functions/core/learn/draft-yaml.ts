import { Document, type Node, type Pair, type Scalar, YAMLMap, YAMLSeq } from 'yaml';
import { plainText } from '../format/plain-text.ts';
import { compareText } from '../order.ts';
import { plural } from '../phrases.ts';
import type { Draft, DraftEntry } from './draft.ts';
import type { DraftClause } from './draft-clause.ts';
import { dateOf, evidenceOf, number, whoOf } from './evidence-text.ts';
import type { DraftNetwork } from './network-names.ts';
import { placeKey } from './places.ts';
import { leastAccesses, leastDays } from './thinness.ts';
import { identityKey } from './uses.ts';

export interface DraftSummary {
  readonly secrets: number;
  readonly clauses: number;
  readonly todos: number;
}

const todo = (text: string): string => `TODO: ${text}`;

export const summaryOfDraft = (draft: Draft): DraftSummary => summary(draft, wanderersOf(draft).length);

const summary = ({ entries, uncontracted }: Draft, wanderers: number): DraftSummary => ({
  secrets: entries.reduce((sum, { secrets }) => sum + secrets.length, 0),
  clauses: entries.reduce((sum, { clauses }) => sum + clauses.length, 0),
  todos:
    entries.reduce(
      (sum, { clauses, undecided }) =>
        sum + undecided.length + clauses.reduce((inner, { todos }) => inner + todos.length, 0),
      0,
    ) +
    wanderers +
    uncontracted.reduce((sum, { undecided }) => sum + undecided.length, 0),
});

/** A draft as a whole `audit.yaml`, each clause under the evidence for it. */
export function draftYaml(draft: Draft): string {
  const { history, entries, networks, calendars, uncontracted } = draft;
  const document = new Document(new YAMLMap());
  const root = document.contents as unknown as YAMLMap;
  document.commentBefore = comment(introduction(draft));
  const add = (key: string, value: unknown): Pair<Scalar, Node> => {
    const pair = document.createPair(key, value) as Pair<Scalar, Node>;
    root.items.push(pair);
    pair.key.spaceBefore = root.items.length > 2;
    return pair;
  };
  add('version', 1);
  if (history.period) {
    const learned = add('learned', {
      from: dateOf(history.period.from),
      until: dateOf(history.period.until),
    });
    inFlow(learned.value);
    learned.key.commentBefore = comment([
      'While this line is here the contracts are a draft: what is outside them is low, unless the identity or the',
      'network was first seen after these days. Take it out when the draft is reviewed.',
    ]);
  }
  if (networks.length > 0) {
    const map = new YAMLMap();
    for (const { name, evidence, ...contents } of networks) {
      const pair = document.createPair(name, filled(contents)) as Pair<Scalar, Node>;
      inFlow(pair.value);
      pair.key.commentBefore = comment([evidence]);
      map.items.push(pair);
    }
    add('networks', map);
  }
  if (calendars.length > 0) {
    const map = new YAMLMap();
    for (const { name, ...calendar } of calendars) {
      const pair = document.createPair(name, calendar) as Pair<Scalar, Node>;
      inFlow(pair.value);
      map.items.push(pair);
    }
    const pair = add('calendars', map);
    pair.key.commentBefore = comment([todo('guessed from when people worked; holidays are not known')]);
  }
  const list = new YAMLSeq();
  for (const [index, entry] of entries.entries()) {
    const node = entryNode(document, draft, entry);
    node.spaceBefore = index > 0;
    list.items.push(node);
  }
  const secrets = add('secrets', list);
  const wanderers = wanderersOf(draft);
  if (wanderers.length > 0) secrets.key.commentBefore = comment(wanderers.map(todo));
  if (entries.length === 0) (secrets.value as YAMLSeq).flow = true;
  if (uncontracted.length > 0) document.comment = comment(leftOut(uncontracted));
  return document.toString(layout);
}

/** A clause on one line, as it may be pasted under `allow`. */
export const clauseYaml = ({ clause }: DraftClause): string => oneLine(clause);

/** A network on one line, as it may be pasted under `networks`. */
export const networkYaml = ({ name, evidence: _, ...contents }: DraftNetwork): string =>
  `${name}: ${oneLine(filled(contents))}`;

function oneLine(value: object): string {
  const document = new Document(value);
  inFlow(document.contents);
  return document.toString(layout).trimEnd();
}

const layout = { lineWidth: 0, flowCollectionPadding: false } as const;

function introduction(draft: Draft): string[] {
  const { history } = draft;
  const { secrets, clauses, todos } = summaryOfDraft(draft);
  const { period } = history;
  return [
    'Access contracts, drafted by secrets-audit learn.',
    period
      ? `Learned from ${number(history.events)} accesses from ${dateOf(period.from)} to ${dateOf(period.until)}, ${plural(period.until - period.from + 1, 'day')}.`
      : 'There was no access to learn from.',
    `${plural(clauses, 'clause')} for ${plural(secrets, 'secret')}; ${plural(todos, 'line')} with TODO ${todos === 1 ? 'waits' : 'wait'} for a person.`,
    '',
    'Above each clause stands what it was learned from. It was done so; whether it should be is for you to say.',
    `No clause for what was seen on fewer than ${leastDays} days, or fewer than ${leastAccesses} times within four weeks.`,
    'Refused calls are no permissions. What IAM permits and nobody used is not in the logs.',
    'Owners are not in the logs either: name teams and owner, or give the secrets a tag "owner".',
    ...(history.oddNames > 0
      ? [`${plural(history.oddNames, 'secret')} left out, by names that Secrets Manager does not give.`]
      : []),
  ];
}

function entryNode(document: Document, draft: Draft, entry: DraftEntry): YAMLMap {
  const { secrets, needsRegion, clauses, undecided } = entry;
  const [first] = secrets;
  const names = secrets.map(({ name }) => name);
  const node = new YAMLMap();
  const match = document.createPair('match', {
    name: names.length === 1 ? names[0] : names,
    account: first?.account,
    ...(needsRegion && { region: first?.region }),
  }) as Pair<Scalar, YAMLMap>;
  inFlow(match.value);
  node.items.push(match);
  const list = new YAMLSeq();
  for (const drafted of clauses) {
    const item = document.createNode(drafted.clause) as YAMLMap;
    inFlow(item);
    item.commentBefore = comment([evidence(draft, drafted), ...drafted.todos.map(todo)]);
    list.items.push(item);
  }
  const allow = document.createPair('allow', list) as Pair<Scalar, Node>;
  if (undecided.length > 0) allow.key.commentBefore = comment(undecided.map(todo));
  node.items.push(allow);
  return node;
}

/** Asked once for an identity, and not at each of its clauses. */
function wanderersOf({ entries, terms }: Draft): string[] {
  const clauses = entries.flatMap((entry) => entry.clauses).filter(({ clause }) => clause.from === 'any');
  const identities = new Map(clauses.map(({ identity }) => [identityKey(identity), identity]));
  return [...identities]
    .sort(([a], [b]) => compareText(a, b))
    .map(
      ([, identity]) =>
        `${whoOf(identity, '')} may come from any network: ${terms(identity).whyAny}. Name its networks if it has some.`,
    );
}

const evidence = ({ history, names }: Draft, { use, identity }: DraftClause): string =>
  evidenceOf(
    use,
    identity,
    periodDays(history.period),
    (tally) => names.nameOf(identity, tally) || placeKey(tally.place),
  );

const periodDays = (period: { from: number; until: number } | undefined): number =>
  period ? period.until - period.from + 1 : 0;

const leftOut = (uncontracted: Draft['uncontracted']): string[] => [
  'Too little history for a contract:',
  ...uncontracted.flatMap(({ secret, undecided }) =>
    undecided.map((text) => `${secret.name} (${secret.account}, ${secret.region}). ${todo(text)}`),
  ),
];

const comment = (lines: readonly string[]): string =>
  lines.map((line) => (line === '' ? '' : ` ${plainText(line)}`)).join('\n');

function filled<Value extends object>(value: Value): Partial<Value> {
  return Object.fromEntries(
    Object.entries(value).filter(([, each]) => !(Array.isArray(each) && each.length === 0)),
  ) as Partial<Value>;
}

/** On one line, lists within it too. */
function inFlow(node: unknown): void {
  if (node instanceof YAMLMap || node instanceof YAMLSeq) node.flow = true;
}
