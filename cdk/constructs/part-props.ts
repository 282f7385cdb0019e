import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Settings } from '../../functions/core/model/settings.ts';
import type { Alarms } from './alarms.ts';
import type { StateTable } from './state-table.ts';

/** What every part of the suite is built with. */
export interface PartProps {
  readonly settings: Settings;
  readonly encryptionKey: IKey;
  readonly state: StateTable;
  readonly alarms: Alarms;
}
