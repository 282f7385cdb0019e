import type { EventDetail, ManagementEventCoverage } from '../model/access-event.ts';
import { firstText, isObject, listAt, type RawRecord, textAt } from './raw-record.ts';

/** What a call on CloudTrail changes of the evidence. */
export function trailChange(eventName: string, request: RawRecord | undefined): EventDetail {
  const trail = firstText(request, ['name', 'trailName']);
  const bucket = textAt(request, 's3BucketName');
  return {
    ...(trail && { trail }),
    ...(eventName === 'PutEventSelectors' && { managementEvents: managementEventCoverage(request) }),
    weakened: weakenedSettings(request),
    ...(bucket && { bucket }),
  };
}

/** What a PutEventSelectors request leaves of management events, in its classic and its advanced form. */
function managementEventCoverage(request: RawRecord | undefined): ManagementEventCoverage {
  const classic = listAt(request, 'eventSelectors').filter(isObject);
  const advanced = listAt(request, 'advancedEventSelectors').filter(isObject);
  if (classic.length === 0 && advanced.length === 0) return 'unknown';
  const kept = [
    ...classic
      .filter((selector) => selector['includeManagementEvents'] !== false)
      .map(
        (selector) =>
          (textAt(selector, 'readWriteType') ?? 'All') === 'All' &&
          listAt(selector, 'excludeManagementEventSources').length === 0,
      ),
    ...advanced
      .map((selector) => listAt(selector, 'fieldSelectors').filter(isObject))
      .filter((fields) =>
        fields.some(
          (field) =>
            textAt(field, 'field') === 'eventCategory' && listAt(field, 'equals').includes('Management'),
        ),
      )
      .map((fields) => fields.every((field) => textAt(field, 'field') === 'eventCategory')),
  ];
  if (kept.length === 0) return 'none';
  return kept.some((whole) => whole) ? 'all' : 'partial';
}

const protections = ['isMultiRegionTrail', 'includeGlobalServiceEvents', 'enableLogFileValidation'] as const;

/** UpdateTrail: protections switched off, or the log's bucket changed. */
function weakenedSettings(request: RawRecord | undefined): string[] {
  return [
    ...protections.filter((protection) => request?.[protection] === false),
    ...(textAt(request, 's3BucketName') ? ['s3BucketName'] : []),
  ];
}
