import wrapAnsi from 'wrap-ansi';
import { verbs } from '../contracts/clause-text.ts';
import { plainText } from '../format/plain-text.ts';
import type { SecretRef } from '../model/access-event.ts';
import { compareText } from '../order.ts';
import { listed, more, plural } from '../phrases.ts';
import { clauseYaml, networkYaml } from './draft-yaml.ts';
import { type Drift, entryName, isDrift, type OutsideUse, type UnusedPermission } from './drift.ts';
import { countedGroups, dateOf, daysOf, number, rawPlacesOf, toolsOf } from './evidence-text.ts';

export interface DriftTextOptions {
  readonly settingsPath: string;
  readonly columns: number;
}

const narrowest = 60;
/** Longer lines are hard to read. */
const widest = 120;

/** The drift as a person reads it, with what could be changed. */
export function driftText(drift: Drift, { settingsPath, columns }: DriftTextOptions): string {
  const { history } = drift.draft;
  const { period } = history;
  const covered = period
    ? `${plural(period.until - period.from + 1, 'day')} of logs (${dateOf(period.from)} to ${dateOf(period.until)}, ${number(history.events)} accesses)`
    : 'logs without any access to a secret';
  const blocks = [
    [
      isDrift(drift)
        ? `${settingsPath} and ${covered} differ.`
        : `No drift between ${settingsPath} and ${covered}.`,
    ],
    outsideLines(drift),
    unusedLines(drift.unused, period ? period.until - period.from + 1 : 0),
    otherLines(drift),
    [
      'Not known from logs: what IAM permits. An identity without a clause may be able to read, and never have done so.',
    ],
  ].filter((lines) => lines.length > 0);
  const width = Math.max(narrowest, Math.min(columns, widest));
  return `${blocks.map((lines) => lines.map((line) => wrapped(plainText(line), width)).join('\n')).join('\n\n')}\n`;
}

/** Under its own beginning; what is there to be pasted stays on one line. */
function wrapped(line: string, width: number): string {
  if (line.includes('{')) return line;
  const indent = line.length - line.trimStart().length;
  const lines = wrapAnsi(line.trimStart(), width - indent - 2, { hard: true }).split('\n');
  return lines.map((each, index) => `${' '.repeat(index === 0 ? indent : indent + 2)}${each}`).join('\n');
}

const place = ({ name, account, region }: SecretRef): string => `${name} (${account}, ${region})`;

function outsideLines({ outside, draft }: Drift): string[] {
  if (outside.length === 0) return [];
  const accesses = outside.reduce((sum, { use }) => sum + use.count, 0);
  const lines = [
    `OUTSIDE THE CONTRACTS: ${number(accesses)} ${accesses === 1 ? 'access' : 'accesses'}, by ${plural(outside.length, 'pair')} of identity and secret`,
  ];
  for (const [secret, uses] of Map.groupBy(outside, ({ secret }) => place(secret))) {
    lines.push(`  ${secret}`, ...uses.flatMap(outsideUseLines));
  }
  const proposals = outside.flatMap(({ proposal }) => proposal ?? []);
  const names = new Set(proposals.flatMap(({ clause }) => clause.from));
  const networks = draft.networks.filter(({ name }) => names.has(name));
  return networks.length === 0
    ? lines
    : [
        ...lines,
        '  networks that these clauses name',
        ...networks.map((network) => `    ${networkYaml(network)}`),
      ];
}

function outsideUseLines({ who, use, quote, proposal }: OutsideUse): string[] {
  return [
    `    ${who}: ${countedGroups(use.groups)} ${daysOf(use)}, from ${rawPlacesOf(use)}, with ${toolsOf(use)}`,
    `      ${quote ?? 'No clause is about it.'}`,
    proposal
      ? `      proposed: ${clauseYaml(proposal)}`
      : '      TODO: too little history for a clause: allow or not?',
  ];
}

function unusedLines(unused: readonly UnusedPermission[], days: number): string[] {
  if (unused.length === 0) return [];
  const lines = [`PERMITTED AND NEVER DONE in ${plural(days, 'day')}`];
  for (const [secret, permissions] of Map.groupBy(unused, ({ entry }) => entryName(entry))) {
    lines.push(
      `  ${secret}`,
      ...permissions.map((each) => `    clause "${each.clause.id}": ${unusedText(each)}`),
    );
  }
  return lines;
}

function unusedText({ clause, who, unused }: UnusedPermission): string {
  switch (unused.kind) {
    case 'clause': {
      const may =
        clause.actions === 'any' ? 'do anything' : listed(clause.actions.map((group) => verbs[group]));
      return `${who} may ${may}, and never did: take the clause out?`;
    }
    case 'actions':
      return `${who} may ${listed(unused.actions.map((group) => verbs[group]))}, and never did: take ${listed(unused.actions)} out?`;
    case 'networks':
      return `${who} never came from ${listed(unused.networks)}: take it out of from?`;
    case 'hours':
      return `${who} worked only ${unused.usedOnly}; ${unused.calendar} permits more: narrow it?`;
  }
}

const secretsShown = 10;

function otherLines({ uncontracted, unusedNetworks }: Drift): string[] {
  const names = [...new Set(uncontracted.map(({ name }) => name))].sort(compareText);
  return [
    ...(names.length > 0
      ? [
          `WITHOUT A CONTRACT: ${plural(names.length, 'secret')}, judged by what is usual`,
          `  ${names.slice(0, secretsShown).join(', ')}${more(names.length - secretsShown)}`,
          '  secrets-audit learn without --settings drafts contracts for them.',
        ]
      : []),
    ...(unusedNetworks.length > 0 ? [`NETWORKS FROM WHICH NOBODY CAME: ${unusedNetworks.join(', ')}`] : []),
  ];
}
