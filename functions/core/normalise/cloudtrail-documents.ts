import { parseEventTime } from './event-time.ts';
import { isObject, type RawRecord, textAt } from './raw-record.ts';

/** A CloudTrail record taken out of whatever it was delivered in. */
export interface DeliveredRecord {
  readonly record: RawRecord;
  /** The envelope's time, for a record that has none of its own. */
  readonly envelopeTime: number | null;
}

/** Something inside a document that holds no CloudTrail record. */
export interface ForeignContent {
  readonly reason: string;
}

/**
 * Finds the CloudTrail records in a parsed JSON document, in order.
 *
 * Understands a raw record, an array of anything here, a trail file `{"Records": […]}`, a LookupEvents answer
 * `{"Events": [{"CloudTrailEvent": "…"}]}` or one of its events, an EventBridge envelope, and a record that an
 * exporter wrapped as `{"event": {…}}`. Digest files and Insights events hold none, and that is no fault.
 */
export function* cloudTrailRecordsIn(
  document: unknown,
  envelopeTime: number | null = null,
): Generator<DeliveredRecord | ForeignContent> {
  if (Array.isArray(document)) {
    for (const element of document) yield* cloudTrailRecordsIn(element, envelopeTime);
  } else if (!isObject(document)) {
    yield { reason: 'not a CloudTrail record: no JSON object' };
  } else if (Array.isArray(document['Records'])) {
    yield* cloudTrailRecordsIn(document['Records'], envelopeTime);
  } else if (Array.isArray(document['Events'])) {
    yield* cloudTrailRecordsIn(document['Events'], envelopeTime);
  } else if (typeof document['CloudTrailEvent'] === 'string') {
    yield* recordsInLookupEvent(document, document['CloudTrailEvent']);
  } else if (isObject(document['detail']) && typeof document['detail-type'] === 'string') {
    yield* cloudTrailRecordsIn(document['detail'], parseEventTime(document['time']));
  } else if (textAt(document, 'eventSource') && textAt(document, 'eventName')) {
    yield { record: document, envelopeTime };
  } else if (isObject(document['event'])) {
    yield* cloudTrailRecordsIn(document['event'], envelopeTime);
  } else if (!isDigest(document) && !isInsight(document)) {
    yield { reason: 'not a CloudTrail record: no eventSource and eventName' };
  }
}

function* recordsInLookupEvent(
  lookupEvent: RawRecord,
  text: string,
): Generator<DeliveredRecord | ForeignContent> {
  let record: unknown;
  try {
    record = JSON.parse(text);
  } catch {
    yield { reason: `the CloudTrailEvent of event ${textAt(lookupEvent, 'EventId') ?? '?'} is not JSON` };
    return;
  }
  yield* cloudTrailRecordsIn(record, parseEventTime(lookupEvent['EventTime']));
}

const isDigest = (document: RawRecord): boolean =>
  'digestStartTime' in document && Array.isArray(document['logFiles']);

/** An Insights event tells of a rate, not of a call. */
const isInsight = (document: RawRecord): boolean => document['eventType'] === 'AwsCloudTrailInsight';
