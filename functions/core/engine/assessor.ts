import type { Contracts } from '../contracts/contracts.ts';
import { assess } from '../history/assess.ts';
import type { AssessmentBasis } from '../history/assessment-basis.ts';
import { firstsOf } from '../history/firsts.ts';
import { Profile, type Sighting } from '../history/profile.ts';
import { secretSubjects, sightingsOf, subjectsOf } from '../history/sightings.ts';
import type { AccessEvent, SecretRef } from '../model/access-event.ts';
import type { AssessedEvent } from '../model/assessment.ts';
import type { HistoryStore, WindowEntry, WindowStore } from '../ports.ts';

/** What is called a first is kept so long for evidence that comes late; CloudTrail says "usually within minutes". */
const firstsKeptMs = 3 * 86_400_000;

export interface AssessorOptions {
  readonly history: HistoryStore;
  readonly windows: WindowStore;
  readonly contracts: Contracts;
  readonly minimumDays: number;
}

/** Assesses the events of one delivery, by profiles that it reads once each. */
export interface Assessor {
  /**
   * Adds the events to the history.
   *
   * @returns earlier events, delivered before, of which it is less than certain now what they had been
   */
  learn(events: readonly AccessEvent[]): Promise<AccessEvent[]>;
  assess(events: readonly AccessEvent[]): Promise<AssessedEvent[]>;
  /** Of a subject that `learn` or `assess` has met. */
  profile(subject: string): Profile;
}

export async function createAssessor(options: AssessorOptions): Promise<Assessor> {
  const { history, windows, contracts, minimumDays } = options;
  const profiles = new Map<string, Profile>();
  const nothing = Profile.parse(undefined);
  const profile = (subject: string): Profile => profiles.get(subject) ?? nothing;
  const basis: AssessmentBasis = {
    profile,
    contracts,
    minimumDays,
    completeSince: await history.completeSince(),
  };

  const ownerOf = (secret: SecretRef) => contracts.of(secret).owner;

  const load = async (subjects: Iterable<string>) => {
    const missing = [...new Set(subjects)].filter((subject) => !profiles.has(subject));
    if (missing.length === 0) return;
    const texts = await history.read(missing);
    for (const subject of missing) profiles.set(subject, Profile.parse(texts.get(subject)));
  };

  const extend = async (sightings: ReadonlyMap<string, readonly Sighting[]>): Promise<Set<string>> => {
    const late = new Set<string>();
    await history.extend([...sightings.keys()], (subject, text) => {
      const extended = Profile.parse(text);
      // Each machine that appears in a network may turn it from a stranger's into the organisation's own.
      const machinesBefore = extended.values('identity').size;
      let isLate = false;
      for (const sighting of sightings.get(subject) ?? []) isLate = extended.add(sighting) || isLate;
      if (isLate || extended.values('identity').size > machinesBefore) late.add(subject);
      else late.delete(subject);
      profiles.set(subject, extended);
      const next = extended.toString();
      return next === text ? undefined : next;
    });
    return late;
  };

  /** Where a creation becomes known after the first reads, they are looked at again: there is nothing before it. */
  const created = (events: readonly AccessEvent[]): string[] =>
    events
      .filter(({ action, outcome }) => action === 'create' && outcome === 'allowed')
      .flatMap(secretSubjects);

  const reopen = async (
    subjects: readonly string[],
    events: readonly AccessEvent[],
  ): Promise<AccessEvent[]> => {
    const from = events.reduce((earliest, { time }) => Math.min(earliest, time ?? earliest), lastMoment);
    const known = new Set(events.map(({ key }) => key));
    const recalled = new Map<string, AccessEvent>();
    for (const group of subjects.flatMap(groupsToReopen)) {
      for (const event of await windows.recall(group, from, lastMoment)) {
        if (!known.has(event.key)) recalled.set(event.key, event);
      }
    }
    return [...recalled.values()];
  };

  return {
    profile,

    async learn(events) {
      const sightings = new Map<string, Sighting[]>();
      for (const event of events) {
        for (const [subject, sighting] of sightingsOf(event, ownerOf)) {
          const known = sightings.get(subject) ?? [];
          if (known.length === 0) sightings.set(subject, known);
          known.push(sighting);
        }
      }
      const late = await extend(sightings);
      await load(events.flatMap(subjectsOf));
      // Stored before anything is judged, so that whoever learns of an earlier day afterwards finds it.
      await windows.add(firstsAmong(events, basis));
      const subjects = [...new Set([...late, ...created(events)])];
      return subjects.length === 0 ? [] : reopen(subjects, events);
    },

    async assess(events) {
      await load(events.flatMap(subjectsOf));
      const withFirsts = events.map((event) => ({ event, firsts: firstsOf(event, basis) }));
      // Whether a secret is new matters only where something about its reader is.
      await load(withFirsts.flatMap(({ event, firsts }) => (firsts.length > 0 ? secretSubjects(event) : [])));
      return withFirsts.map(({ event, firsts }) => ({ ...event, assessment: assess(event, basis, firsts) }));
    },
  };
}

/** As far as ISO 8601 with four digits of year goes. */
const lastMoment = Date.UTC(9999, 11, 31);

/** Of an identity all its reads, because its rates and hours are judged against all its days. */
const groupsToReopen = (subject: string): string[] => [
  `firsts|${subject}`,
  ...(subject.startsWith('identity|') ? [`value-reads${subject.slice('identity'.length)}`] : []),
];

/** Under each subject whose history could still change what the event is. */
function firstsAmong(events: readonly AccessEvent[], basis: AssessmentBasis): WindowEntry[] {
  return events.flatMap((event) => {
    if (event.time === null || firstsOf(event, basis).length === 0) return [];
    const timed = { ...event, time: event.time };
    return [...subjectsOf(event), ...secretSubjects(event)].map((subject) => ({
      group: `firsts|${subject}`,
      value: '',
      event: timed,
      keepMs: firstsKeptMs,
    }));
  });
}
