import type { Way } from '../functions/core/announcing/targets.ts';
import type { DeliveryState, TopicState } from '../functions/core/announcing/test-routes.ts';
import type { Clock, Publication } from '../functions/core/ports.ts';
import type { Terminal } from './rotation-host.ts';
import type { TableCatalogue } from './suite-table.ts';

/** What `test-alert` needs of the machine and of AWS; tests have all of it in memory. */
export interface TestAlertHost {
  readonly terminal: Pick<Terminal, 'columns' | 'emphasise' | 'print' | 'say'>;
  /** @param region `undefined`: the one of the AWS configuration */
  connect(region: string | undefined): TestAlertCloud;
  readonly clock: Clock;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** Of the test; different each time. */
  readonly newId: () => string;
  /** Who tests, for the message. */
  readonly userName: () => string;
  /** From the environment. */
  readonly tableName: string | undefined;
  exit(code: number): void;
}

export interface TestAlertCloud extends TableCatalogue {
  /** ARNs of topics whose names match. */
  topicsNamed(name: RegExp): Promise<readonly string[]>;
  readTopic(arn: string): Promise<TopicState>;
  publish(topicArn: string, publication: Publication): Promise<void>;
  /** To a topic that is a target by itself, in its own form. */
  publishTo(topic: Extract<Way, { kind: 'topic' }>, publication: Publication): Promise<void>;
  /** What the ledger of the suite says. */
  readDelivery(table: string, channel: string, id: string): Promise<DeliveryState | undefined>;
}
