import {
  CloudTrailClient,
  LookupEventsCommand,
  type LookupEventsCommandInput,
} from '@aws-sdk/client-cloudtrail';
import type { Clock, EventHistory } from '../core/ports.ts';
import { createPacer, type Pacer } from './pacer.ts';
import type { Sleep } from './system-clock.ts';

/** Two requests a second for an account and Region, shared with everybody else who asks (CloudTrail quotas). */
const requestIntervalMs = 550;
/** LookupEvents' largest. */
const eventsPerPage = 50;

export interface EventHistoryOptions {
  readonly clock: Clock;
  readonly sleep: Sleep;
  readonly clientFor?: (region: string) => CloudTrailClient;
}

export function createEventHistory({
  clock,
  sleep,
  clientFor = regionalClient,
}: EventHistoryOptions): EventHistory {
  const regions = new Map<string, { client: CloudTrailClient; turn: Pacer }>();
  const connect = (region: string) => {
    const known = regions.get(region) ?? {
      client: clientFor(region),
      turn: createPacer(requestIntervalMs, clock, sleep),
    };
    regions.set(region, known);
    return known;
  };

  return {
    async *pages({ region, eventSource }, from, to) {
      const { client, turn } = connect(region);
      const request: LookupEventsCommandInput = {
        LookupAttributes: [{ AttributeKey: 'EventSource', AttributeValue: eventSource }],
        StartTime: new Date(from),
        // Both ends are inclusive, and events carry whole seconds.
        EndTime: new Date(to - 1),
        MaxResults: eventsPerPage,
      };
      let NextToken: string | undefined;
      do {
        await turn();
        const page = await client.send(new LookupEventsCommand({ ...request, NextToken }));
        yield page;
        NextToken = page.NextToken;
      } while (NextToken);
    },
  };
}

/** Adaptive retries slow down by themselves when CloudTrail throttles. */
const regionalClient = (region: string): CloudTrailClient =>
  new CloudTrailClient({
    region,
    retryMode: 'adaptive',
    maxAttempts: 6,
    requestHandler: { connectionTimeout: 3_000, requestTimeout: 15_000 },
  });
