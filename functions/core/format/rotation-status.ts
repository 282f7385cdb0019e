import wrapAnsi from 'wrap-ansi';
import type { RotationStatus } from '../model/rotation-status.ts';
import { dayOf, shortPrincipal } from '../phrases.ts';
import { phases } from '../rotation/life.ts';
import { shown } from './labelled-lines.ts';
import { plainText } from './plain-text.ts';
import type { Emphasis } from './terminal-options.ts';

export interface RotationTextOptions {
  /** Width of the terminal, in characters. */
  readonly columns: number;
  readonly emphasise: (emphasis: Emphasis, text: string) => string;
}

export type ShownConsumer = RotationStatus['consumers'][number];

const narrowest = 60;
/** Longer lines are hard to read. */
const widest = 120;
const storyShown = 12;

export const textWidth = (columns: number): number => Math.max(narrowest, Math.min(columns, widest));

/** Where the rotation of one secret stands, and what to do next. Commands are printed; nothing runs them. */
export function rotationStatusText(
  status: RotationStatus,
  { columns, emphasise }: RotationTextOptions,
): string {
  const width = textWidth(columns);
  const heading = (text: string) => emphasise('heading', text);
  const { stopsWorking, unseenReaders, standings, story, unknown, versions } = status;
  const blocks = [
    [
      heading(indented(shown(status.secret.name), 0, width)),
      ...summary(status).map(([label, text]) => labelled(label, text, width)),
    ],
    ...(standings.length > 0
      ? [
          [
            heading('WHERE IT STANDS'),
            ...standings.flatMap(({ severity, title, explanation }) => [
              emphasise(severity, indented(shown(title), 2, width)),
              indented(shown(explanation), 4, width),
            ]),
          ],
        ]
      : []),
    [heading('CONSUMERS, in the order to move them'), ...consumerLines(status, width)],
    [heading(stopsHeading(status)), ...affectedLines(stopsWorking.consumers, stopsWorking.ifDies, width)],
    ...(unseenReaders.length > 0
      ? [
          [
            heading('MAY READ BY THE CONTRACT, NEVER SEEN TO'),
            ...unseenReaders.map(({ clause, who }) =>
              indented(`${shown(who)} (clause ${shown(clause)})`, 4, width, '  - '),
            ),
          ],
        ]
      : []),
    [heading('NEXT'), ...stepLines(status.next, width)],
    [heading('VERSIONS'), ...versions.map((version) => versionLine(version, versions, width))],
    ...(story.length > 0 ? [[heading('STORY'), ...storyLines(story, width)]] : []),
    [heading('CANNOT BE KNOWN'), ...unknown.map((text) => indented(shown(text), 4, width, '  - '))],
  ];
  return `${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function stopsHeading({ stopsWorking: { ifDies }, rotation }: RotationStatus): string {
  const name = ifDies === 'old key' ? rotation?.oldKeyName : null;
  return `STOPS WORKING IF THE ${ifDies.toUpperCase()} DIES NOW${name ? ` ("${shown(name)}")` : ''}`;
}

function summary(status: RotationStatus): [label: string, text: string][] {
  const pending = status.versions.find(
    ({ labels }) => labels.includes('AWSPENDING') && !labels.includes('AWSCURRENT'),
  );
  const { secret, accountName, owner, issuer, policy, current, schedule, rotation, impact } = status;
  return [
    ['Where', `${accountName === null ? 'account' : accountName} ${secret.account}, ${secret.region}`],
    ['Owner', owner === null ? 'nobody is named: owner in audit.yaml' : ownerText(owner)],
    ...(impact === null ? [] : [['Impact', impact] as [string, string]]),
    [
      'Policy',
      `every ${days(policy.everyDays)}; told ${days(policy.warnDays)} before; the old key has ${days(policy.graceDays)} of grace`,
    ],
    [
      'Keys',
      policy.mode === 'staged'
        ? `made by hand in ${issuer.dashboard}, staged under ${policy.nextStage}`
        : `made by ${issuer.title} when it is asked`,
    ],
    ...(issuer.isAddressLocked ? [['Locked', addressLockText(issuer.title)] as [string, string]] : []),
    ['Age', current === null ? 'the secret has no current value' : ageText(current, status.at)],
    ['Schedule', scheduleText(schedule)],
    ['Phase', `${status.phase}: ${phases[status.phase]}`],
    ['Rotation', rotation === null ? 'not remembered here' : rotationText(rotation, pending)],
    ...(rotation?.status === 'open' && rotation.switchedAt !== null
      ? [['Old key', oldKeyText(rotation)] as [string, string]]
      : []),
  ];
}

const addressLockText = (issuer: string): string =>
  `to addresses, and ${issuer} refuses ours. That is good: a stolen key works nowhere else. To prove keys from here, set egress in audit.yaml`;

export const ownerText = ({ name, routes }: NonNullable<RotationStatus['owner']>): string => {
  if (routes.length === 0) return `${name}; the settings name no way to tell them`;
  return routes[0] === name ? name : `${name} (${routes.join(', ')})`;
};

function ageText({ created, ageDays, due }: NonNullable<RotationStatus['current']>, at: string): string {
  const left = Date.parse(due) - Date.parse(at);
  const dueDay = dayOf(Date.parse(due));
  return `${days(Math.floor(ageDays))}, since ${dayOf(Date.parse(created))}; ${left > 0 ? `due ${dueDay}` : `was due ${dueDay}`}`;
}

function scheduleText({ enabled, expression, afterDays, last, next }: RotationStatus['schedule']): string {
  if (!enabled) return 'off: Secrets Manager rotates it only when it is asked to';
  const what = expression ?? (afterDays === null ? 'on' : `${days(afterDays)} after any new value`);
  return [
    what,
    ...(last === null ? [] : [`last ${dayOf(Date.parse(last))}`]),
    ...(next === null ? [] : [`next ${dayOf(Date.parse(next))}`]),
  ].join('; ');
}

function rotationText(
  { status, how, switchedAt, graceUntil, closed }: NonNullable<RotationStatus['rotation']>,
  pending: RotationStatus['versions'][number] | undefined,
): string {
  if (pending) return `going on: version ${shortId(pending.id)} is pending since ${minute(pending.created)}`;
  if (status === 'closed') {
    if (closed === null) return 'none is going on';
    const when = dayOf(Date.parse(closed.at));
    return closed.because === 'proven'
      ? `the last one is proven, ${when}`
      : closed.because === 'first seen'
        ? `none since the secret was first seen, ${when}`
        : `the last one was closed without proof, ${when}: ${closed.because}`;
  }
  if (switchedAt === null) return 'it is time for one; nothing was switched yet';
  const what = {
    rotation: 'switched',
    rollback: 'rolled back',
    outside: 'a value was put outside a rotation',
  }[how ?? 'rotation'];
  return `${what} ${minute(switchedAt)}, not proven yet${graceUntil === null ? '' : `; grace until ${minute(graceUntil)}`}`;
}

function oldKeyText({ oldKeyName, oldKey }: NonNullable<RotationStatus['rotation']>): string {
  const name = oldKeyName === null ? 'its name is not known' : `"${oldKeyName}"`;
  return oldKey === null
    ? `${name}; the issuer was not asked yet`
    : `${name}; ${oldKey.standing} when asked ${minute(oldKey.at)} (${oldKey.reason})`;
}

const marks = { moved: 'moved', lagging: 'LAGGING', unseen: 'not seen', unknown: 'not known' } as const;

/** What each consumer holds and how that is known, in the given order. Before a switch there is nothing to move to. */
export function consumerLines(
  { consumers, rotation }: Pick<RotationStatus, 'consumers' | 'rotation'>,
  width: number,
): string[] {
  if (consumers.length === 0) {
    return [indented('None is known: no machine was seen to read it, and no contract names one.', 2, width)];
  }
  const isSwitched = rotation !== null && rotation.switchedAt !== null;
  const longest = Math.min(width - 24, Math.max(...consumers.map(({ consumer }) => shown(consumer).length)));
  return consumers.flatMap((consumer) => [
    indented(
      isSwitched
        ? `${shown(consumer.consumer).padEnd(longest)}  ${marks[consumer.progress]}`
        : shown(consumer.consumer),
      2,
      width,
    ),
    indented(shown(consumer.because), 6, width),
    indented(shown(deliveryText(consumer)), 6, width),
  ]);
}

function deliveryText({
  delivery,
  lastRead,
  identity,
  consumer,
  because,
  isRehearsal,
}: ShownConsumer): string {
  const how =
    delivery === 'injected'
      ? 'gets the key when it starts'
      : delivery === 'runtime'
        ? 'reads the key itself'
        : 'no contract says how it gets the key';
  const who = identity === null ? consumer : shortPrincipal(identity);
  return [
    ...(isRehearsal ? ['not production'] : []),
    who === consumer ? how : `${how}, as ${who}`,
    ...(/\bread\b/.test(because)
      ? []
      : [
          lastRead === null ? 'no read was seen' : `last read ${lastRead.slice(0, 16).replace('T', ' ')} UTC`,
        ]),
  ].join('; ');
}

function versionLine(
  { id, created, labels }: RotationStatus['versions'][number],
  versions: RotationStatus['versions'],
  width: number,
): string {
  const name = shortId(
    id,
    versions.map((each) => each.id),
  );
  // Labels that keep a version end with its id.
  const stages = labels.map((label) => label.replace(id, name)).join(', ');
  const text = labels.length > 0 ? shown(stages) : 'no label: Secrets Manager may delete it';
  return indented(`${minute(created)}  ${text}`, 12, width, `  ${`${name} `.padEnd(10)}`);
}

/** Names of those whom the death of a key would stop, numbered. */
export function affectedLines(
  names: readonly string[],
  key: RotationStatus['stopsWorking']['ifDies'],
  width: number,
): string[] {
  if (names.length === 0) {
    return [
      indented(
        key === 'old key'
          ? 'Nothing that is known: every known consumer has the new key.'
          : 'Nothing that is known: no machine was seen to read it, and no contract names one.',
        2,
        width,
      ),
    ];
  }
  return names.map((name, index) => indented(shown(name), 5, width, numbered(index)));
}

/** Steps, numbered; a command in a step stands on lines of its own, which a shell takes as they are. */
export const stepLines = (steps: readonly string[], width: number): string[] =>
  steps.flatMap((step, index) => {
    // Whole, however long: half a command is none.
    const text = plainText(step);
    const [, before, command, after] =
      /^(?:(.*?:) )?((?:secrets-audit|aws) .*?)(?: {3,}(\S.*))?$/.exec(text) ?? [];
    if (command === undefined) return [indented(text, 5, width, numbered(index))];
    const lead = before === undefined ? numbered(index) : '       ';
    return [
      ...(before === undefined ? [] : [indented(before, 5, width, numbered(index))]),
      commandText(command, width, lead),
      // Not behind the command: a shell would take it for a part of it.
      ...(after === undefined ? [] : [indented(after, lead.length, width)]),
    ];
  });

const numbered = (index: number): string => `${String(index + 1).padStart(3)}. `;

/** In pieces that a shell still takes for one command. */
function commandText(command: string, width: number, lead: string): string {
  const [first = '', ...options] = command.split(/ (?=--)/);
  const lines = [first];
  for (const option of options) {
    const line = lines.at(-1) ?? '';
    // Two characters for the backslash, the lead before a line.
    if (line.length + option.length + lead.length + 3 > width) lines.push(`  ${option}`);
    else lines[lines.length - 1] = `${line} ${option}`;
  }
  return lines.map((line, index) => `${index === 0 ? lead : ' '.repeat(lead.length)}${line}`).join(' \\\n');
}

function storyLines(story: RotationStatus['story'], width: number): string[] {
  const hidden = story.length - storyShown;
  return [
    ...(hidden > 0 ? [indented(`${hidden} before; --format json has them all`, 2, width)] : []),
    ...story
      .slice(-storyShown)
      .map(({ at, what }) => indented(shown(what), 25, width, `  ${minute(at).padEnd(23)}`)),
  ];
}

/** Secrets Manager's own ids are UUIDs, whose beginning tells them apart; those that a caller chooses may begin alike. */
export function shortId(id: string, others: readonly string[] = []): string {
  const short = /^[0-9a-f]{8}-/.test(id) ? id.slice(0, 8) : id;
  return shown(others.some((other) => other !== id && other.startsWith(short)) ? id : short);
}

const days = (count: number): string => `${count} ${count === 1 ? 'day' : 'days'}`;

/** `1 Dec 2026 09:02 UTC` */
const minute = (time: string): string => `${dayOf(Date.parse(time))} ${time.slice(11, 16)} UTC`;

function labelled(label: string, text: string, width: number): string {
  return indented(shown(text), 10, width, label.padEnd(10));
}

export function indented(text: string, indent: number, width: number, before = ' '.repeat(indent)): string {
  return wrapAnsi(text, width - indent, { hard: true })
    .split('\n')
    .map((line, index) => `${index === 0 ? before : ' '.repeat(indent)}${line}`.trimEnd())
    .join('\n');
}
