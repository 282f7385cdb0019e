import { CloudTrailClient, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import { expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { readDelivery } from '../../functions/adapters/cloudtrail-delivery.ts';
import { createEventHistory } from '../../functions/adapters/cloudtrail-event-history.ts';
import type { SweepTarget } from '../../functions/core/ports.ts';
import { createClock } from '../functions/captures.ts';
import { account, lookupAnswer, record, region, start } from '../support/records.ts';

const target: SweepTarget = { account, region, eventSource: 'secretsmanager.amazonaws.com' };

async function collect(pages: AsyncIterable<unknown>): Promise<unknown[]> {
  const all: unknown[] = [];
  for await (const page of pages) all.push(page);
  return all;
}

function createHistory() {
  const clock = createClock();
  const asked: string[] = [];
  const history = createEventHistory({
    clock,
    sleep: clock.sleep,
    clientFor: (name) => {
      asked.push(name);
      return new CloudTrailClient({ region: name });
    },
  });
  return { clock, asked, history };
}

test('asks page by page with the same parameters, one source, at most 50 events, two requests a second', async () => {
  const cloudTrail = mockClient(CloudTrailClient);
  const page = lookupAnswer(record());
  cloudTrail
    .on(LookupEventsCommand)
    .resolvesOnce({ ...page, NextToken: 'a' })
    .resolvesOnce({ ...page, NextToken: 'b' })
    .resolves(page);
  const { clock, history } = createHistory();
  const pages = await collect(history.pages(target, start, start + 900_000));

  const requests = cloudTrail.commandCalls(LookupEventsCommand).map(({ args }) => args[0].input);
  const parameters = {
    LookupAttributes: [{ AttributeKey: 'EventSource', AttributeValue: 'secretsmanager.amazonaws.com' }],
    StartTime: new Date(start),
    EndTime: new Date(start + 899_999),
    MaxResults: 50,
  };
  expect(requests).toEqual([
    parameters,
    { ...parameters, NextToken: 'a' },
    { ...parameters, NextToken: 'b' },
  ]);
  expect(pages.map((each) => readDelivery(each).events.length)).toEqual([1, 1, 1]);
  expect(clock.slept).toHaveLength(2);
  expect(Math.min(...clock.slept)).toBeGreaterThanOrEqual(500);
  cloudTrail.restore();
});

test('all sources of a Region share its rate and client; other Regions have their own', async () => {
  const cloudTrail = mockClient(CloudTrailClient);
  cloudTrail.on(LookupEventsCommand).resolves({});
  const { clock, asked, history } = createHistory();
  await collect(history.pages(target, start, start + 1));
  await collect(history.pages({ ...target, region: 'us-east-1' }, start, start + 1));
  expect(clock.slept).toEqual([]);
  await collect(history.pages({ ...target, eventSource: 'cloudtrail.amazonaws.com' }, start, start + 1));
  expect(clock.slept).toHaveLength(1);
  expect(asked).toEqual([region, 'us-east-1']);
  cloudTrail.restore();
});
