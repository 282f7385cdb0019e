import type { AppliedContract, Source } from '../contracts/applied-contract.ts';
import { describeActions, describeFrom, describeHours } from '../contracts/clause-text.ts';
import { matchesGlob } from '../contracts/glob.ts';
import { describeClauseIdentity } from '../contracts/identities.ts';
import type { ExplainedSecret } from '../contracts/written-secrets.ts';
import type { Clause } from '../model/contract-clause.ts';
import type { Rotation } from '../model/contract-settings.ts';
import type { Settings } from '../model/settings.ts';
import { plural } from '../phrases.ts';
import { plainText } from './plain-text.ts';

export interface AppliedSecret extends ExplainedSecret {
  readonly applied: AppliedContract;
}

export interface WrittenSettings {
  readonly settings: Settings;
  /** Line of what is written in the settings. */
  readonly line: (path: readonly PropertyKey[]) => number | undefined;
  /** Milliseconds; exceptions that have ended are left out. */
  readonly now: number;
}

/** One thing that applies to a secret. */
export interface AppliedRow {
  readonly label: string;
  readonly text: string;
  /** Where it was said. */
  readonly source?: string;
  /** A part of the row above. */
  readonly isPart?: boolean;
}

/** The entries that match, the most specific first. */
export function entryRows({ entries }: AppliedContract, options: WrittenSettings): AppliedRow[] {
  return entries.map(({ index, entry, pattern }, position) => {
    const { account, region, tag = {} } = entry.match;
    const by = [
      ...(pattern === undefined ? [] : [`name ${pattern}`]),
      ...(account === undefined ? [] : [`account ${account}`]),
      ...(region === undefined ? [] : [`Region ${region}`]),
      ...Object.entries(tag).map(([key, value]) => `tag ${key}=${value}`),
    ].join(', ');
    return {
      label: position === 0 ? 'Entries' : '',
      text: plainText(by),
      source: sourceText({ kind: 'entry', index }, 'match', options),
    };
  });
}

/** Owner, mode and what else is known. */
export function keyRows(applied: AppliedContract, options: WrittenSettings): AppliedRow[] {
  const { by, owner, mode, impact, rotation, posture } = applied;
  const row = (
    label: string,
    text: string,
    key: 'owner' | 'mode' | 'impact' | 'rotation' | 'posture',
  ): AppliedRow => {
    const source = by[key];
    if (source?.kind === 'tag')
      return { label, text: plainText(`${text} (tag ${source.key})`), source: 'its tag' };
    return { label, text: plainText(text), ...(source && { source: sourceText(source, key, options) }) };
  };
  return [
    owner === undefined ? { label: 'Owner', text: 'not known' } : row('Owner', owner, 'owner'),
    row('Mode', mode, 'mode'),
    ...(impact === undefined ? [] : [row('Impact', impact, 'impact')]),
    ...(rotation === undefined ? [] : [row('Rotation', rotationText(rotation), 'rotation')]),
    ...(posture?.every === undefined ? [] : [row('Posture', `not older than ${posture.every}`, 'posture')]),
  ];
}

const rotationText = ({ provider, every, warn, grace }: Rotation): string =>
  [
    ...(provider === undefined ? [] : [provider]),
    ...(every === undefined ? [] : [`every ${every}`]),
    ...(warn === undefined ? [] : [`reminder ${warn} before`]),
    ...(grace === undefined ? [] : [`old value for ${grace} after`]),
  ].join(', ') || 'by hand';

/** Who may use it, and which exceptions are made. */
export function contractRows({ applied, secret }: AppliedSecret, options: WrittenSettings): AppliedRow[] {
  const { basis, clauses, by } = applied;
  const { settings } = options;
  if (basis !== 'clauses') {
    const source = by.basis && sourceText(by.basis, basis === 'decoy' ? 'decoy' : 'unmatched', options);
    return [{ label: 'Contract', text: bases[basis], ...(source && { source }) }];
  }
  const index = by.basis?.kind === 'entry' ? by.basis.index : 0;
  const source = lineText(options, ['secrets', index, 'allow']);
  if (clauses.length === 0) return [{ label: 'Contract', text: 'nobody is permitted', source }];
  return [
    { label: 'Contract', text: `${plural(clauses.length, 'clause')}; nobody else is permitted`, source },
    ...clauses.flatMap((clause, position) => [
      {
        label: clause.id,
        text: clauseText(clause),
        source: lineText(options, ['secrets', index, 'allow', position]),
        isPart: true,
      },
      ...settings.exceptions.flatMap((exception, place) => {
        const { until, for: person, from, hours, reason, owner } = exception;
        const holds =
          exception.clause === clause.id &&
          matchesGlob(exception.secret, secret.name) &&
          Date.parse(until) >= options.now;
        if (!holds) return [];
        const loosened = [
          ...(from === undefined ? [] : [describeFrom(from, (name) => name)]),
          ...(hours === undefined ? [] : [hours === 'any' ? 'at any time' : `in hours ${hours}`]),
        ].join(', ');
        return [
          {
            label: '',
            text: plainText(
              `until ${until} also ${loosened}${person === undefined ? '' : `, for ${person}`} (${reason}; ${owner})`,
            ),
            source: lineText(options, ['exceptions', place]),
            isPart: true,
          },
        ];
      }),
    ]),
  ];

  function clauseText(clause: Clause): string {
    const calendar = clause.hours === undefined ? undefined : settings.calendars[clause.hours];
    const { rate, severity, announce, consumer } = clause;
    const consumerName =
      consumer &&
      Object.entries(consumer)
        .find(([key]) => key !== 'delivery')
        ?.join(' ');
    return plainText(
      [
        `${describeClauseIdentity(clause)} may ${describeActions(clause.actions)} ${describeFrom(clause.from, (name) => name)}`,
        ...(calendar ? [describeHours(calendar)] : []),
        ...(rate
          ? [`at most ${plural(rate.events, 'time')} ${rate.per === 'hour' ? 'an' : 'a'} ${rate.per}`]
          : []),
        ...(consumer ? [`for ${consumerName}, ${consumer.delivery}`] : []),
        ...(severity ? [`each use is told as ${severity}`] : announce ? ['each use is told'] : []),
      ].join(', '),
    );
  }
}

const bases = {
  decoy: 'a decoy: any use of it is found',
  history: 'none: judged by what is usual, and by the detectors',
  deny: 'none, so nobody is permitted',
} as const;

function sourceText(source: Source, key: string, options: WrittenSettings): string {
  switch (source.kind) {
    case 'entry':
      return lineText(options, ['secrets', source.index, key]);
    case 'tag':
      return plainText(`tag ${source.key}`);
    case 'defaults':
      return lineText(options, ['defaults', key]);
    case 'suite':
      return lineText(options, ['mode']);
  }
}

function lineText({ line }: WrittenSettings, path: readonly PropertyKey[]): string {
  const number = line(path);
  return number === undefined ? 'default' : `line ${number}`;
}
