import wrapAnsi from 'wrap-ansi';
import type { BlastRadius, BlastRadiusReader, Consumer } from '../model/blast-radius.ts';
import { plural, shortPrincipal, someOf, span } from '../phrases.ts';
import { when } from './finding-text.ts';
import { plainText, truncate } from './plain-text.ts';
import type { Emphasis } from './terminal-options.ts';

export interface BlastRadiusTextOptions {
  /** Width of the terminal, in characters. */
  readonly columns: number;
  readonly emphasise: (emphasis: Emphasis, text: string) => string;
}

const narrowest = 60;
/** Longer lines are hard to read. */
const widest = 120;
const readersShown = 40;
const versionsShown = 5;
const textLimit = 300;

const shown = (text: string): string => plainText(truncate(text, textLimit));
const who = (identity: string): string => shown(shortPrincipal(identity));

/** What a person needs to decide what to revoke and to rotate. Commands are printed; nothing runs them. */
export function blastRadiusText(radius: BlastRadius, { columns, emphasise }: BlastRadiusTextOptions): string {
  const width = Math.max(narrowest, Math.min(columns, widest));
  const { secret, evidence } = radius;
  const blocks = [
    [
      emphasise('heading', indented(shown(secret.name), 0, width)),
      labelled('Where', shown(`account ${secret.account}, ${secret.region}`), width),
      labelled('Since', when(radius.since), width),
      labelled('Evidence', evidence ? `${when(evidence.from)} to ${when(evidence.to)}` : 'none', width),
    ],
    [emphasise('heading', 'READ SINCE THEN'), ...readers(radius, width, emphasise)],
    ...(radius.refused.length > 0
      ? [
          [
            emphasise('heading', 'REFUSED SINCE THEN'),
            ...radius.refused.map((each) =>
              indented(
                `${who(each.identity)}: ${plural(each.count, 'time')}, ${period(each.first, each.last)}`,
                2,
                width,
              ),
            ),
          ],
        ]
      : []),
    [emphasise('heading', 'STOPS WORKING WHEN THE VALUE IS REVOKED NOW'), ...consumers(radius, width)],
    [emphasise('heading', 'ROTATE, IN THIS ORDER'), ...rotation(radius, width)],
    [
      emphasise('heading', 'CANNOT BE KNOWN'),
      ...radius.unknown.map((text) => indented(plainText(text), 4, width, '  - ')),
    ],
  ];
  return `${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function readers(
  { readers }: BlastRadius,
  width: number,
  emphasise: BlastRadiusTextOptions['emphasise'],
): string[] {
  if (readers.length === 0) return [indented('Nobody, as far as the evidence reaches.', 2, width)];
  const hidden = readers.length - readersShown;
  return [
    ...readers.slice(0, readersShown).flatMap((reader) => {
      const marks = marksOf(reader);
      const title = indented(`${who(reader.identity)}${marks ? `: ${marks}` : ''}`, 2, width);
      return [
        reader.contract === 'outside' || reader.isNew === true ? emphasise('high', title) : title,
        indented(`${plural(reader.count, 'read')}, ${period(reader.first, reader.last)}`, 4, width),
        indented(`from ${shown(someOf(reader.networks))}, by ${shown(someOf(reader.agents))}`, 4, width),
        ...reader.versions.slice(0, versionsShown).map((version) => indented(versionText(version), 4, width)),
        ...(reader.versions.length > versionsShown
          ? [indented(`and ${plural(reader.versions.length - versionsShown, 'further version')}`, 4, width)]
          : []),
      ];
    }),
    ...(hidden > 0 ? [indented(`and ${hidden} more; --format json has them all`, 2, width)] : []),
  ];
}

function marksOf({ isNew, contract }: BlastRadiusReader): string {
  return [
    ...(isNew === true ? ['had not read it before'] : []),
    ...(contract === 'outside' ? ['outside the contract'] : []),
    ...(contract === 'permitted' ? ['permitted by the contract'] : []),
  ].join(', ');
}

function versionText({ id, stage, inferred, because }: BlastRadiusReader['versions'][number]): string {
  const name = id === null ? `version not known` : `version ${shown(id)}`;
  const label = stage === null || id !== null ? '' : ` (${shown(stage)})`;
  return `${name}${label}${inferred ? ', inferred' : ''}: ${shown(because)}`;
}

function consumers({ consumers, consumerDays }: BlastRadius, width: number): string[] {
  if (consumers.length === 0) {
    return [
      indented(
        `Nothing that is known: no machine read it in the last ${consumerDays} days of the evidence, and no contract names a consumer.`,
        2,
        width,
      ),
    ];
  }
  return consumers.flatMap((consumer) => [
    indented(consumerName(consumer), 2, width),
    indented(effectOf(consumer), 4, width),
  ]);
}

function consumerName({ consumer, identity }: Consumer): string {
  const reader = identity === null ? undefined : who(identity);
  if (!consumer) return reader ?? 'unknown';
  const name = `${consumer.kind} ${shown(consumer.name)}`;
  return reader ? `${name} (${reader})` : name;
}

function effectOf({ delivery, lastRead, everySeconds, nextRead }: Consumer): string {
  if (lastRead === null) {
    return delivery === 'injected'
      ? 'named by the contract; no read in the evidence, so it has run since before, with the value that it started with'
      : 'named by the contract; no read in the evidence';
  }
  const rhythm =
    everySeconds === null || nextRead === null
      ? 'without a rhythm'
      : `about every ${span(everySeconds * 1000).replace(/^1 /, '')}, next expected ${when(nextRead)}`;
  const read = `last read ${when(lastRead)}, ${rhythm}`;
  switch (delivery) {
    case 'injected':
      return `holds the value that it got at its start, until it is restarted; ${read}`;
    case 'runtime':
      return `reads the value itself; ${read}`;
    default:
      return `${read}; whether it must be restarted is not known, because no contract names it as a consumer`;
  }
}

function rotation({ rotation }: BlastRadius, width: number): string[] {
  return [
    ...rotation.flatMap(({ secret, reads, readers, isUnusual, commands }, index) => [
      indented(
        `${shown(secret.name)}${index === 0 ? '' : `: ${plural(reads, 'read')} since then by ${shown(someOf(readers.map(shortPrincipal)))}${isUnusual === true ? ', not read before' : ''}`}`,
        5,
        width,
        `${String(index + 1).padStart(3)}. `,
      ),
      ...commands.map((command) => commandText(command, width)),
    ]),
    indented(
      'Nothing was run. rotate-secret needs a rotation function; without one, put a new value by hand. Revoke the old value at its issuer only when everything above has the new one.',
      2,
      width,
    ),
  ];
}

/** In pieces that a shell still takes for one command. */
function commandText(command: string, width: number): string {
  const [first = '', ...options] = command.split(/ (?=--)/);
  const lines = [first];
  for (const option of options) {
    const line = lines.at(-1) ?? '';
    // Two characters for the backslash, ten before a line.
    if (line.length + option.length + 13 > width) lines.push(`  ${option}`);
    else lines[lines.length - 1] = `${line} ${option}`;
  }
  return lines.map((line) => `       ${line}`).join(' \\\n');
}

function labelled(label: string, text: string, width: number): string {
  return indented(text, 10, width, label.padEnd(10));
}

function indented(text: string, indent: number, width: number, before = ' '.repeat(indent)): string {
  return wrapAnsi(text, width - indent, { hard: true })
    .split('\n')
    .map((line, index) => `${index === 0 ? before : ' '.repeat(indent)}${line}`.trimEnd())
    .join('\n');
}

const period = (first: string, last: string): string =>
  first === last ? when(first) : `${when(first)} to ${when(last)}`;
