import type { DetectorCases } from '../../support/detector-cases.ts';
import { trailEvent } from '../../support/records.ts';

const selectors = (selector: object) =>
  trailEvent('PutEventSelectors', { trailName: 'main', eventSelectors: [selector] });

export default {
  fires: [
    {
      name: 'a stopped trail',
      records: [trailEvent('StopLogging', { name: 'arn:aws:cloudtrail:eu-west-1:111122223333:trail/main' })],
      finding: { severity: 'high', title: 'user/anika stopped trail main', secret: null },
    },
    {
      name: 'a deleted trail',
      records: [trailEvent('DeleteTrail', { name: 'main' })],
      finding: { severity: 'high', title: 'user/anika deleted trail main' },
    },
    {
      name: 'a trail without management events',
      records: [selectors({ includeManagementEvents: false })],
      finding: { severity: 'high', title: 'user/anika took management events out of trail main' },
    },
    {
      name: 'a trail without read events',
      records: [selectors({ readWriteType: 'WriteOnly' })],
      finding: { severity: 'high' },
    },
    {
      name: 'selectors that lose nothing',
      records: [selectors({ readWriteType: 'All' })],
      finding: { severity: 'low', title: 'user/anika set the event selectors of trail main' },
    },
    {
      name: 'selectors that are not in the record',
      records: [trailEvent('PutEventSelectors', null)],
      finding: { severity: 'medium', title: 'user/anika set the event selectors of a trail' },
    },
    {
      name: 'a weakened trail',
      records: [trailEvent('UpdateTrail', { name: 'main', enableLogFileValidation: false })],
      finding: { severity: 'medium', explanation: 'UpdateTrail set enableLogFileValidation.' },
    },
    {
      name: 'a trail that was changed otherwise',
      records: [trailEvent('UpdateTrail', { name: 'main', isMultiRegionTrail: true })],
      finding: { severity: 'low', title: 'user/anika changed trail main' },
    },
    {
      name: 'an attempt that was refused',
      records: [trailEvent('StopLogging', { name: 'main' }, { errorCode: 'AccessDenied' })],
      finding: { severity: 'medium', title: 'user/anika was refused StopLogging on trail main' },
    },
  ],
  quiet: [
    {
      name: 'a call that failed',
      records: [trailEvent('StopLogging', { name: 'main' }, { errorCode: 'TrailNotFoundException' })],
    },
  ],
} satisfies DetectorCases;
