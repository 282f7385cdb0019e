import type { AccessEvent } from '../core/model/access-event.ts';
import { normaliseCloudTrail } from '../core/normalise/cloudtrail.ts';
import { cloudTrailRecordsIn } from '../core/normalise/cloudtrail-documents.ts';
import { isGuardDutyFinding, type RelatedSighting, relatedSightingIn } from '../core/normalise/guardduty.ts';
import { isObject } from '../core/normalise/raw-record.ts';

/**
 * AWS cuts an event that is larger than 256 KB, and what is kept of one is far smaller. What is larger than this was
 * made by hand, and would not fit the table's items of 400 KB.
 */
const largestEvent = 64_000;

export interface Delivery {
  readonly events: readonly AccessEvent[];
  /** What GuardDuty says of an identity. */
  readonly related?: RelatedSighting;
  /** Why parts of it could not be read; none of the content. */
  readonly faults: readonly string[];
}

/** The events in a delivered document: an EventBridge envelope, a LookupEvents answer. */
export function readDelivery(document: unknown): Delivery {
  if (isObject(document) && isGuardDutyFinding(document)) {
    const related = relatedSightingIn(document);
    return { events: [], ...(related && { related }), faults: [] };
  }
  const events: AccessEvent[] = [];
  const faults = new Set<string>();
  try {
    for (const delivered of cloudTrailRecordsIn(document)) {
      if ('reason' in delivered) {
        faults.add(delivered.reason);
        continue;
      }
      const event = normaliseCloudTrail(delivered.record, delivered.envelopeTime);
      if (!event) continue;
      if (event.time === null) faults.add('a CloudTrail record without a time');
      else if (JSON.stringify(event).length > largestEvent)
        faults.add('a CloudTrail record too large to judge');
      else events.push(event);
    }
  } catch (error) {
    // Only a hostile document gets here, for example one nested too deeply. The message could quote its content.
    faults.add(`not readable as CloudTrail (${error instanceof Error ? error.name : 'unknown error'})`);
  }
  return { events, faults: [...faults] };
}

/** The events in a text that should be JSON. */
export function readDeliveredText(text: string): Delivery {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return { events: [], faults: ['not JSON'] };
  }
  return readDelivery(document);
}
