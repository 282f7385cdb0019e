import type { Finding } from '../model/finding.ts';
import type { Incident } from '../model/incident.ts';
import { gravestAmong, isAtLeast } from '../model/severity.ts';
import { listed, plural, shortPrincipal } from '../phrases.ts';
import type { IncidentSeverity } from './incident-severity.ts';
import { subjectOf, timesOf } from './incident-threads.ts';

const titleLimit = 300;
const sentences = 12;

/** A finding's title, as a part of a sentence about whoever did it. */
interface Phrase {
  /** done: `read app/db`, after a name. thing: `20 secrets read in 4 seconds`. whole: has its own subject. */
  readonly kind: 'done' | 'thing' | 'whole';
  readonly text: string;
}

function phraseOf({ title }: Finding, who: string): Phrase {
  if (who !== '' && title.startsWith(`${who} `)) return { kind: 'done', text: title.slice(who.length + 1) };
  if (who !== '' && title.endsWith(` by ${who}`)) {
    return { kind: 'thing', text: title.slice(0, -` by ${who}`.length) };
  }
  return { kind: 'whole', text: title };
}

/**
 * The title of the gravest finding, with what the same identity did before and after it. Says nothing that no finding
 * says.
 *
 * @param told the findings that stand for the incident, in order of time
 */
export function incidentTitle(told: readonly [Finding, ...Finding[]], identities: number): string {
  const main = gravest(told);
  const who = main.actor ? shortPrincipal(main.actor.principal) : '';
  const others = told.filter(
    (finding) =>
      finding !== main && isAtLeast(finding.severity, 'low') && subjectOf(finding) === subjectOf(main),
  );
  const before = others.filter((finding) => isBefore(finding, main));
  const after = others.filter((finding) => isBefore(main, finding));
  const beside = others.filter((finding) => !before.includes(finding) && !after.includes(finding));

  let text = main.title;
  const phrase = phraseOf(main, who);
  for (const [place, [first, ...more]] of [
    ['before', before],
    ['beside', beside],
    ['after', after],
  ] as const) {
    if (first) text = joined(text, phrase, phraseOf(gravest([first, ...more]), who), place);
  }
  if (identities > 1) text = `${text}; ${identities} identities in all`;
  return text.slice(0, titleLimit);
}

type Place = 'beside' | 'after' | 'before';

function joined(text: string, main: Phrase, other: Phrase, place: Place): string {
  if (other.kind === 'thing')
    return `${text}, ${{ beside: 'with', after: 'then', before: 'after' }[place]} ${other.text}`;
  if (other.kind === 'whole' || main.kind !== 'done') {
    return `${text}; ${{ beside: 'also', after: 'after that', before: 'before that' }[place]}: ${other.text}`;
  }
  switch (place) {
    case 'beside':
      return `${text} and ${withoutRepetition(other.text, main.text)}`;
    case 'after':
      return `${text}, then ${other.text}`;
    case 'before': {
      const who = text.slice(0, text.indexOf(main.text));
      return `${who}${other.text}, then ${text.slice(who.length)}`;
    }
  }
}

/** `read app/db for the first time` beside `read app/db from a network new to it`: `for the first time`. */
function withoutRepetition(text: string, main: string): string {
  const words = text.split(' ');
  const known = main.split(' ');
  let same = 0;
  while (same < words.length - 1 && words[same] === known[same]) same += 1;
  return same >= 2 ? words.slice(same).join(' ') : text;
}

const gravest = (findings: readonly [Finding, ...Finding[]]): Finding =>
  gravestAmong(findings) ?? findings[0];

/** `b` begins when `a` has ended. */
const isBefore = (a: Finding, b: Finding): boolean =>
  a.firstSeen !== null && b.firstSeen !== null && timesOf(a).ends < timesOf(b).begins;

/** What happened, a sentence for each finding that stands for the incident, and why it is as grave as it is. */
export function incidentSummary(
  told: readonly Finding[],
  { severity, because }: IncidentSeverity,
  { findings, secrets, actors }: Pick<Incident, 'findings' | 'secrets' | 'actors'>,
): string {
  const shown = told.slice(0, sentences).map((finding) => `${moment(finding.firstSeen)}: ${finding.title}.`);
  const untold = findings.length - Math.min(told.length, sentences);
  return [
    ...shown,
    ...(untold > 0 ? [`${plural(untold, 'more finding')} of the same kind.`] : []),
    ...(because ? [`${severity.charAt(0).toUpperCase()}${severity.slice(1)}, because ${because}.`] : []),
    ...(actors.length > 1
      ? [
          `Joined, because ${listed(actors.map(shortPrincipal))} used ${secrets.length === 1 ? 'it' : 'the same secrets'} within hours.`,
        ]
      : []),
  ].join(' ');
}

const moment = (time: string | null): string =>
  time === null ? 'At an unknown time' : `${time.slice(0, 19).replace('T', ' ')} UTC`;
