import type { Sign } from './announcing/sign.ts';
import type { InventoriedSecret } from './contracts/inventory.ts';
import type { AccessEvent, SecretRef } from './model/access-event.ts';
import type { Announcement, DigestAnnouncement, RelatedFinding } from './model/announcement.ts';
import type { AssessedEvent } from './model/assessment.ts';
import type { EventSource as CloudTrailSource } from './model/cloudtrail-events.ts';
import type { Finding } from './model/finding.ts';
import type { IncidentRecord } from './model/incident-record.ts';
import type { KeyProbe } from './model/key-probe.ts';
import type { Mode } from './model/mode.ts';
import type { SecretRead, SecretReader } from './model/secret-reader.ts';
import type { SecretDescription, SecretValue, SecretVersion } from './model/secret-state.ts';
import type { Severity } from './model/severity.ts';
import type { RelatedSighting } from './normalise/guardduty.ts';
import type { RotationRecord } from './rotation/rotation-record.ts';
import type { UsageSample } from './usage/usage-state.ts';

/** Events that wait for company, kept until no late event can complete their window. */
export interface WindowEntry {
  /** Detector and group, as the engine made it. */
  readonly group: string;
  /** The counted value, or '' where events themselves are counted. */
  readonly value: string;
  readonly event: AccessEvent & { readonly time: number };
  /** Milliseconds after the event's time at which it may be forgotten. */
  readonly keepMs: number;
}

export interface WindowStore {
  /** Idempotent: the same event may be added any number of times. */
  add(entries: readonly WindowEntry[]): Promise<void>;
  /** Events of a group with `from <= time <= to` (milliseconds), read consistently after `add`; in any order. */
  recall(group: string, from: number, to: number): Promise<AccessEvent[]>;
}

/** A finding with what is needed to extend it. */
export interface StoredFinding {
  readonly finding: Finding;
  /** Detector and group; the finding's id is made of this and the day. */
  readonly group: string;
  /** False where it is not to be sent by itself: it is mild, suppressed or only observed. */
  readonly announce: boolean;
  /** observe: stored and reported, never sent. */
  readonly mode?: Mode;
  /** The earliest events of the evidence, capped. */
  readonly events: readonly AssessedEvent[];
  /** Different values counted so far, also of events that the cap cut. */
  readonly distinct: number;
  /** Of findings about what is so, instead of what happened: how often they were to be told, when last, and of what. */
  readonly told?: { readonly count: number; readonly at: number; readonly stage: string };
}

export interface FindingStore {
  /**
   * Reads, merges and writes one finding as one step: nobody else's change is lost. `merge` may be called again
   * after a conflict, and answers `undefined` where nothing changes.
   *
   * @returns what was written, or `undefined`
   */
  upsert(
    id: string,
    merge: (existing: StoredFinding | undefined) => StoredFinding | undefined,
  ): Promise<StoredFinding | undefined>;
}

/**
 * What is usual, by subject: an identity, a secret, a network. A profile is text that only core/history understands,
 * usually below 2 KB, at most 300 KB.
 */
export interface HistoryStore {
  /** Since when nothing is missing from the history, in milliseconds; `undefined` until it was filled once. */
  completeSince(): Promise<number | undefined>;
  /** Kept when it is earlier than what is stored. */
  setCompleteSince(time: number): Promise<void>;
  /** The profiles of those subjects that have one. */
  read(subjects: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /**
   * Reads, extends and writes each profile as one step: nobody else's change is lost. `extend` may be called again after
   * a conflict, and answers `undefined` where nothing changes. Extending is idempotent and its order does not matter.
   */
  extend(
    subjects: readonly string[],
    extend: (subject: string, profile: string | undefined) => string | undefined,
  ): Promise<void>;
}

/** Milliseconds since the epoch. */
export interface Clock {
  now(): number;
}

/** Identifies one sweep: an account's events of one source in one Region. */
export interface SweepTarget {
  readonly account: string;
  readonly region: string;
  readonly eventSource: CloudTrailSource;
}

/** LookupEvents, or something like it. */
export interface EventHistory {
  /**
   * Pages of events with `from <= time < to` (milliseconds), newest first as AWS has them, each an answer that
   * `cloudTrailRecordsIn` understands. Keeps to the API's rate.
   */
  pages(target: SweepTarget, from: number, to: number): AsyncIterable<unknown>;
}

export interface CheckpointStore {
  /** Up to when a target is swept, in milliseconds; `undefined` before the first sweep. */
  sweptUntil(target: SweepTarget): Promise<number | undefined>;
  /** Only moves forward. */
  advance(target: SweepTarget, until: number): Promise<void>;
}

/** How far the past of one target is learned, in milliseconds. */
export interface Backfill {
  /** Nothing is missing from here on … */
  readonly from: number;
  /** … up to here … */
  readonly learnedUntil: number;
  /** … and it ends here, where the first sweep began. */
  readonly to: number;
}

export interface BackfillStore {
  /** `undefined` before it began. */
  read(target: SweepTarget): Promise<Backfill | undefined>;
  /** Only moves forward. */
  write(target: SweepTarget, backfill: Backfill): Promise<void>;
}

/** Identifies one list of secrets: an account's in one Region. */
export interface InventoryPlace {
  readonly account: string;
  readonly region: string;
}

/** ListSecrets, or something like it: names and tags, never a value. */
export interface SecretList {
  pages(place: InventoryPlace): AsyncIterable<readonly InventoriedSecret[]>;
}

/** The secrets that are there, by `secretKey`. */
export type Inventory = ReadonlyMap<string, InventoriedSecret>;

export interface InventoryStore {
  /**
   * Claims the next listing of a place.
   *
   * @returns false where the last one began less than `everyMs` ago, however it ended
   */
  claim(place: InventoryPlace, everyMs: number): Promise<boolean>;
  /**
   * Puts a whole list in the place of the one before; who reads meanwhile gets the one or the other.
   *
   * @param listedAt when the listing began, in milliseconds; an older list never takes the place of a newer one
   */
  replace(place: InventoryPlace, secrets: readonly InventoriedSecret[], listedAt: number): Promise<void>;
  /**
   * What is known of all places, some minutes old where another container listed them: the very same map as long as
   * nothing changes. Empty before the first listing.
   */
  read(): Promise<Inventory>;
}

/** Remembers what was sent, so that one revision is sent once and never an older one after a newer one. */
export interface DeliveryLedger {
  /**
   * Claims the sending of a revision. `claimed`: send it, then `confirm` or `release`. `delivered`: it, or a newer
   * one, was sent. `busy`: another worker is sending it now; try again later.
   */
  claim(channel: string, findingId: string, revision: number): Promise<'claimed' | 'delivered' | 'busy'>;
  confirm(channel: string, findingId: string, revision: number): Promise<void>;
  /** The sending failed: it may be claimed again at once. */
  release(channel: string, findingId: string, revision: number): Promise<void>;
}

/** One message, as each kind of subscriber receives it: people the text, machines the document. */
export interface Publication {
  readonly announcement: Announcement;
  /** ASCII, under 100 characters. */
  readonly subject: string;
  /** Plain text for people. */
  readonly text: string;
}

/** Messages that a target gets not now, but in a digest. */
export interface HeldMessage {
  readonly target: string;
  readonly incident: string;
  readonly revision: number;
  readonly because: 'limit' | 'quiet-hours';
  /** Milliseconds: when it would have been sent. */
  readonly at: number;
}

export interface HeldMessages {
  /** One for each target and incident. Idempotent: an older revision never takes the place of a newer one. */
  hold(message: HeldMessage): Promise<void>;
  /** The target has heard of the incident up to this revision. */
  settle(target: string, incident: string, revision: number): Promise<void>;
  /** Those that the target has not heard of. */
  of(target: string): Promise<readonly HeldMessage[]>;
}

/** How many messages a target got in an hour. */
export interface MessageSlots {
  /**
   * Idempotent: the same message takes one slot, however often it asks.
   *
   * @param lane what has a limit of its own in that hour
   * @returns false where `limit` others were faster
   */
  claim(
    lane: { readonly target: string; readonly hour: number; readonly isCritical: boolean },
    message: string,
    limit: number,
  ): Promise<boolean>;
}

/** What a target got of digests. */
export interface DigestState {
  /** Local date of the last one that was due, by kind; also of one that was empty. */
  readonly due: Readonly<Partial<Record<'target' | 'owner', string>>>;
  /** Up to when the last ones tell, by kind, in milliseconds. */
  readonly told: Readonly<Partial<Record<'target' | 'owner', number>>>;
  /** Written before it is sent, so that what fails in between is sent all the same, and once. */
  readonly pending: {
    readonly announcement: DigestAnnouncement;
    /** What was held and is told by it. */
    readonly held: readonly Pick<HeldMessage, 'incident' | 'revision'>[];
  } | null;
}

export interface DigestStates {
  read(target: string): Promise<DigestState | undefined>;
  /** Reads, changes and writes as one step: nobody else's change is lost. */
  update(target: string, change: (state: DigestState | undefined) => DigestState): Promise<DigestState>;
}

/** SNS, or something like it. */
export interface Publisher {
  publish(publication: Publication): Promise<void>;
}

/** Where announcements are kept whole that are too large for their way. */
export interface WholeDocuments {
  /**
   * The same id and revision again takes the place of what was there.
   *
   * @returns where it lies: s3://BUCKET/KEY
   */
  put(id: string, revision: number, document: string): Promise<string>;
}

/** An incident with what the suite needs besides to tell it. */
export interface StoredIncident {
  readonly record: IncidentRecord;
  /** False as long as none of its findings is to be sent, nor all of them together. */
  readonly announce: boolean;
  /** How grave it is by those of its findings that are neither suppressed nor only observed; without any, left out. */
  readonly audible?: Severity;
  /** How often somebody was to hear of it, when last, as how grave, and of what its findings then told. */
  readonly told: {
    readonly count: number;
    readonly at: number;
    readonly severity: Severity;
    /** As `hearingOf` in core/announcing/news.ts has it. */
    readonly signature: string;
  };
}

/** What is known around findings that changed. */
export interface NearbyIncidents {
  readonly signs: readonly Sign[];
  /** Those of the signs; of one that was merged, also the one that tells it now. */
  readonly incidents: readonly StoredIncident[];
}

/** Which finding belongs to which incident. */
export interface IncidentBook {
  /**
   * Reads what is near the findings, and writes what `change` makes of it, as one step: nobody else's change is lost.
   * `change` may be called again after a conflict, and answers with what is to be written.
   *
   * @returns what was written
   */
  absorb(
    findings: readonly Sign[],
    change: (nearby: NearbyIncidents) => NearbyIncidents,
  ): Promise<NearbyIncidents>;
  /** Of all findings of an incident, withdrawn ones too. */
  signsOf(incident: IncidentRecord['incident']): Promise<readonly Sign[]>;
}

export interface IncidentFilter {
  /** Default: open ones. */
  readonly status?: IncidentRecord['status'] | 'any';
  readonly owner?: string;
  /** Only those whose snooze has ended by then, in milliseconds. */
  readonly snoozeEndedBy?: number;
}

/** Incidents as people handle them: what the table of a suite holds, or a file of the command line. */
export interface IncidentStore {
  /** @param id in full */
  read(id: string): Promise<StoredIncident | undefined>;
  /** Those whose id begins so, at most 20; `inc-`, also in capitals, may be left out. */
  find(prefix: string): Promise<readonly StoredIncident[]>;
  /** Newest first. */
  list(filter?: IncidentFilter): Promise<readonly StoredIncident[]>;
  /** Of an incident, in order of time. */
  findingsOf(incident: IncidentRecord['incident']): Promise<readonly Finding[]>;
  /**
   * Reads, changes and writes as one step: nobody else's change is lost. `change` may be called again after a conflict,
   * and answers `undefined` where nothing changes.
   *
   * @returns what was written, or `undefined`
   */
  update(
    id: string,
    change: (stored: StoredIncident) => StoredIncident | undefined,
  ): Promise<StoredIncident | undefined>;
}

/** What other products say of the identities of our findings. */
export interface RelatedFindings {
  /** Idempotent: the same finding again takes the place of the one before. */
  record(sighting: RelatedSighting): Promise<void>;
  /**
   * @param actor as `actorKey` has it
   * @returns seen last with `from <= time <= to` (milliseconds), newest first
   */
  about(actor: string, from: number, to: number): Promise<readonly RelatedFinding[]>;
}

/** Where a message stands in a chat. */
export interface ChatPlace {
  readonly channel: string;
  readonly ts: string;
}

/** A bot of a chat. Throws DeliveryDelayedError or DeliveryRefusedError. */
export interface ChatBot {
  /** @param thread `ts` of the message that it answers */
  post(channel: string, message: object, thread?: string): Promise<ChatPlace>;
  /** `gone`: somebody deleted it. `unchangeable`: it stands there as it was. */
  update(place: ChatPlace, message: object): Promise<'updated' | 'gone' | 'unchangeable'>;
}

/** Where the first message about an incident stands in a chat. */
export interface ChatThreads {
  read(target: string, incident: string): Promise<ChatPlace | undefined>;
  write(target: string, incident: string, place: ChatPlace): Promise<void>;
}

/** What a bot says to one person who presses buttons. Throws DeliveryDelayedError or DeliveryRefusedError. */
export interface ChatDialogs {
  /** Id of the team that the bot belongs to. */
  team(): Promise<string>;
  /** @param trigger of the button, good for three seconds */
  open(trigger: string, view: object): Promise<void>;
  /** A line that only this person sees. */
  whisper(to: { readonly channel: string; readonly user: string }, text: string): Promise<void>;
}

/** Requests that came in, so that none is carried out twice. */
export interface SeenRequests {
  /** False where a request with this signature was there before, as long as it would be good. */
  isFirst(signature: string): Promise<boolean>;
}

/** A chat's incoming webhook. Throws DeliveryDelayedError or DeliveryRefusedError. */
export interface ChatWebhook {
  post(message: object): Promise<void>;
}

/** A program that receives announcements as they are. Throws DeliveryDelayedError or DeliveryRefusedError. */
export interface AnnouncementWebhook {
  post(announcement: Announcement): Promise<void>;
}

/** Takes what cannot be processed, with its reason. */
export interface DeadLetters {
  put(body: string, code: string, reason: string): Promise<void>;
}

/** Secrets Manager. No error holds a value. */
export interface SecretStore {
  /** @throws SecretNotFoundError */
  describe(secretId: string): Promise<SecretDescription>;
  /** All versions with a label, and those without one that are still there; reads no value. */
  versions(secretId: string): Promise<readonly SecretVersion[]>;
  /** `undefined` where that version is not there or has no value yet. */
  value(
    secretId: string,
    of: { readonly versionId: string } | { readonly stage: string },
  ): Promise<SecretValue | undefined>;
  /**
   * A new version, or the value of one that has none yet. The same token with the same value again changes nothing.
   *
   * @throws SecretConflictError where that version has another value
   */
  put(
    secretId: string,
    version: { readonly token: string; readonly text: string; readonly stages: readonly string[] },
  ): Promise<void>;
  /**
   * Moves a label, or takes it away where `to` is left out.
   *
   * @throws SecretConflictError where `from` does not have it, or another version does: somebody else was faster
   */
  moveStage(
    secretId: string,
    stage: string,
    move: { readonly to?: string; readonly from?: string },
  ): Promise<void>;
  /** Starts a rotation now. @returns the id of the version that it makes */
  rotate(secretId: string): Promise<string>;
}

/** The issuer of a key, such as Clockwork. */
export interface KeyProvider {
  /** How messages call it. */
  readonly title: string;
  /** Where its keys are made and deactivated, in words: `the Clockwork dashboard (API section)`. */
  readonly dashboard: string;
  /** What is wrong with a text that cannot be a key of this issuer; says nothing of the text itself. */
  shapeProblem(key: string): string | undefined;
  /** Asks the issuer about a key; costs nothing and changes nothing. Never throws: what fails is `retry`. */
  probe(key: string): Promise<KeyProbe>;
  /** Makes a key, where the issuer can. Each call makes another one. */
  mint?(credentials: KeyCredentials, name: string): Promise<MintedKey>;
}

export interface KeyCredentials {
  readonly username: string;
  readonly password: string;
}

export type MintedKey =
  | { readonly key: string }
  | { readonly refused: string }
  /** Whether a key was made is not known. */
  | { readonly retry: string };

/** What is remembered of each secret's rotation. */
export interface RotationStore {
  read(secret: SecretRef): Promise<RotationRecord | undefined>;
  /**
   * Reads, changes and writes as one step: nobody else's change is lost. `change` may be called again after a conflict,
   * and answers `undefined` where nothing changes.
   *
   * @returns what is stored then
   */
  update(
    secret: SecretRef,
    change: (record: RotationRecord | undefined) => RotationRecord | undefined,
  ): Promise<RotationRecord | undefined>;
}

/** Who read which version of the secrets that are rotated, and when last. */
export interface ReaderStore {
  /** Idempotent, and independent of the order. */
  record(reads: readonly SecretRead[]): Promise<void>;
  of(secret: SecretRef): Promise<readonly SecretReader[]>;
}

/** A consumer of a contract, as its clause names it. */
export interface NamedConsumer {
  readonly kind: string;
  readonly name: string;
}

/** What runs now, and since when. */
export interface RunningConsumers {
  /** Milliseconds at which each running task, or the function's configuration, began; or why that is not known. */
  startsOf(
    consumer: NamedConsumer,
  ): Promise<{ readonly starts: readonly number[] } | { readonly unknown: string }>;
}

/** Every secret of a Region with what posture needs. */
export interface SecretCatalogue {
  pages(place: InventoryPlace): AsyncIterable<readonly SecretDescription[]>;
  /** The resource policy's text; `null`: it has none. */
  policy(secret: SecretDescription): Promise<string | null>;
}

export interface UsageStore {
  add(secret: SecretRef, sample: UsageSample): Promise<void>;
  /** In order of time. */
  since(secret: SecretRef, from: number): Promise<readonly UsageSample[]>;
}

/** A message that the issuer says was sent. Neither number nor text is kept. */
export interface SentMessage {
  /** The issuer's message id: the same message imported twice counts once. */
  readonly id: string;
  /** Milliseconds. */
  readonly time: number;
}

export interface SentMessageStore {
  /** Idempotent. @returns how many were not known before */
  add(secret: SecretRef, messages: readonly SentMessage[]): Promise<number>;
  /** Hours with messages, in order. */
  hours(
    secret: SecretRef,
    from: number,
  ): Promise<readonly { readonly hour: number; readonly messages: number }[]>;
}

/** How far one sweep has come, in milliseconds. */
export interface Sweep {
  readonly target: SweepTarget;
  readonly sweptUntil: number;
}

/** What the suite's table holds, as far as a report needs it. */
export interface SuiteRecords {
  readonly findings: readonly Finding[];
  /** `account/principal` → the identity's profile as text. */
  readonly habits: ReadonlyMap<string, string>;
  readonly sweeps: readonly Sweep[];
  readonly incidents: readonly IncidentRecord[];
  /** By `secretKey`. */
  readonly rotations: ReadonlyMap<string, RotationRecord>;
}

export interface SuiteRecordSource {
  read(): Promise<SuiteRecords>;
}

/** Where reports are kept. */
export interface ReportArchive {
  /**
   * @param report.at when it was made, RFC 3339
   * @returns where the page is
   */
  put(report: { readonly at: string; readonly html: string; readonly json: string }): Promise<string>;
  /** The JSON of the last report; `undefined` before the first. */
  latest(): Promise<string | undefined>;
}

/** Another product that keeps findings, such as Security Hub. */
export interface FindingImporter {
  /**
   * Creates or updates them there. Idempotent, and an older revision never takes the place of a newer one.
   *
   * @throws DeliveryDelayedError where it may work later, DeliveryRefusedError where a person must act
   */
  import(findings: readonly Finding[]): Promise<void>;
}
