import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { errorReporting } from './error-reporting.ts';
import { logger } from './logger.ts';
import { metrics } from './metrics.ts';

/** What every function has around its handler: context in each log line, metrics, and a report of what it throws. */
export const instrument = <Event, Result>(handler: (event: Event, context: Context) => Promise<Result>) =>
  middy<Event, Result>()
    // Events hold identities and addresses: not even a debug switch may log them.
    .use(injectLambdaContext(logger, { logEvent: false, resetKeys: true }))
    .use(logMetrics(metrics))
    .use(errorReporting(logger))
    .handler(handler);
