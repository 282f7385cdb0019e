import type { DetectorCases } from '../../support/detector-cases.ts';
import { rotationEvent } from '../../support/records.ts';

export default {
  fires: [
    {
      name: 'a failure, with the reason that AWS gives',
      records: [rotationEvent('RotationFailed', 'app/db', { errorMessage: 'Error during setSecret step' })],
      finding: {
        severity: 'medium',
        title: 'Rotation of app/db failed',
        explanation: '1 event RotationFailed today. Secrets Manager says: Error during setSecret step',
        actor: { kind: 'service' } as never,
      },
    },
    {
      name: 'failures of one secret: one finding',
      records: [rotationEvent('RotationFailed', 'app/db'), rotationEvent('RotationFailed', 'app/db')],
      finding: { count: 2 },
    },
    {
      name: 'an abandoned rotation',
      records: [rotationEvent('RotationAbandoned', 'app/db')],
      finding: { title: 'Rotation of app/db abandoned' },
    },
    {
      name: 'a failed test',
      records: [rotationEvent('TestRotationFailed', 'app/db')],
      finding: { title: 'Rotation of app/db failed its test' },
    },
    {
      name: 'of a secret that the suite rotates: it is told by the checks of rotations, with the reason',
      records: [rotationEvent('RotationFailed', 'sms/clockwork')],
      settings: `version: 1
secrets: [{match: {name: sms/clockwork}, rotation: {provider: clockwork}}]`,
      finding: { severity: 'info' },
    },
    {
      name: 'of a secret that the event does not name',
      records: [rotationEvent('RotationFailed', '', { additionalEventData: null })],
      finding: { title: 'Rotation of a secret failed', secret: null },
    },
  ],
  quiet: [
    {
      name: 'a rotation that succeeds',
      records: [rotationEvent('RotationStarted', 'app/db'), rotationEvent('RotationSucceeded', 'app/db')],
    },
  ],
} satisfies DetectorCases;
