import wrapAnsi from 'wrap-ansi';
import { type ExplainedSecret, isOpen } from '../contracts/written-secrets.ts';
import { more, plural } from '../phrases.ts';
import {
  type AppliedRow,
  type AppliedSecret,
  contractRows,
  entryRows,
  keyRows,
  type WrittenSettings,
} from './applied-rows.ts';
import { plainText } from './plain-text.ts';
import type { TerminalTableOptions } from './terminal-options.ts';

export interface SettingsTextOptions
  extends WrittenSettings,
    Pick<TerminalTableOptions, 'columns' | 'emphasise'> {
  readonly path: string;
  readonly warnings: number;
}

const narrowest = 60;
/** Longer lines are hard to read. */
const widest = 110;
const labelWidth = 12;
const namesShown = 8;

/** What applies to each secret, and which line of the settings says so. */
export function settingsText(secrets: readonly AppliedSecret[], options: SettingsTextOptions): string {
  const isMatched = ({ applied }: AppliedSecret): boolean => applied.entries.length > 0;
  // Of the secrets that no entry matches, all that applies to one applies to all with its owner.
  const others = Map.groupBy(
    secrets.filter((secret) => !isMatched(secret)),
    ({ applied }) => applied.owner,
  );
  const blocks = [
    summary(options),
    ...secrets.filter(isMatched).map((secret) => secretBlock(secret, options)),
    ...[...others.values()].map((group) => unmatchedBlock(group, options)),
  ];
  return `${blocks.join('\n\n')}\n`;
}

function summary({ path, settings, warnings, emphasise, columns }: SettingsTextOptions): string {
  const { secrets, exceptions, suppressions } = settings;
  const counts = [
    `${secrets.length} ${secrets.length === 1 ? 'entry' : 'entries'}`,
    plural(
      secrets.reduce((sum, { allow = [] }) => sum + allow.length, 0),
      'clause',
    ),
    plural(exceptions.length, 'exception'),
    plural(suppressions.length, 'suppression'),
  ].join(', ');
  const verdict =
    warnings === 0 ? emphasise('good', 'no errors') : `no errors, ${plural(warnings, 'warning')}`;
  return wrapAnsi(`${plainText(path)}: ${counts}; ${verdict}`, within(columns));
}

function secretBlock(secret: AppliedSecret, options: SettingsTextOptions): string {
  const { applied } = secret;
  return block(
    plainText(secret.name),
    placeOf(secret, options),
    [...entryRows(applied, options), ...keyRows(applied, options), ...contractRows(secret, options)],
    options,
  );
}

function unmatchedBlock(secrets: readonly AppliedSecret[], options: SettingsTextOptions): string {
  const [first] = secrets;
  const names = secrets.slice(0, namesShown).map(({ name }) => plainText(name));
  return block(
    'No entry',
    plural(secrets.length, 'secret'),
    [
      { label: 'Secrets', text: `${names.join(', ')}${more(secrets.length - namesShown)}` },
      ...(first ? [...keyRows(first.applied, options), ...contractRows(first, options)] : []),
    ],
    options,
  );
}

function block(
  title: string,
  addition: string,
  rows: readonly AppliedRow[],
  { columns, emphasise }: SettingsTextOptions,
): string {
  return [
    `${emphasise('heading', title)}  ${emphasise('quiet', addition)}`,
    ...rows.map((row) => layOut(row, within(columns), emphasise)),
  ].join('\n');
}

const within = (columns: number): number => Math.max(narrowest, Math.min(columns, widest));

function placeOf({ secret }: ExplainedSecret, { settings }: SettingsTextOptions): string {
  const named = Object.entries(settings.accounts).find(([, id]) => id === secret.account)?.[0];
  const others = settings.secrets.some(({ match }) => match.account !== undefined)
    ? 'other accounts'
    : 'any account';
  const account = named ? `${named} ${secret.account}` : isOpen(secret.account) ? others : secret.account;
  return plainText([account, ...(isOpen(secret.region) ? [] : [secret.region])].join(', '));
}

const sourceWidth = 10;

/** Label, text and where it was said, in three columns. */
function layOut(
  { label, text, source = '', isPart = false }: AppliedRow,
  columns: number,
  emphasise: TerminalTableOptions['emphasise'],
): string {
  const margin = isPart ? 4 : 2;
  const width = columns - margin - labelWidth - sourceWidth - 1;
  const lines = wrapAnsi(text, width, { hard: true }).split('\n');
  const shown =
    label.length < labelWidth ? label.padEnd(labelWidth) : `${label}\n${' '.repeat(margin + labelWidth)}`;
  return lines
    .map((line, index) => {
      const start = `${' '.repeat(margin)}${index > 0 ? ' '.repeat(labelWidth) : isPart ? shown : emphasise('quiet', shown)}`;
      const end =
        index === 0 && source !== ''
          ? `${' '.repeat(width - line.length + 1)}${emphasise('quiet', source.padStart(sourceWidth))}`
          : '';
      return `${start}${line}${end}`.trimEnd();
    })
    .join('\n');
}
