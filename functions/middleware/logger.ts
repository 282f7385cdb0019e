import { Logger } from '@aws-lambda-powertools/logger';

/** The one logger. Service name and level come from POWERTOOLS_SERVICE_NAME and POWERTOOLS_LOG_LEVEL. */
export const logger = new Logger();

/** What handlers need of it. */
export type Log = Pick<Logger, 'info' | 'warn' | 'error'>;
