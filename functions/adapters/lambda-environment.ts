import * as z from 'zod';
import { type OwnReads, ownReadsSchema } from '../core/model/own-reads.ts';
import { ConfigurationError } from './errors.ts';

/** What the Lambda runtime itself sets ("Defined runtime environment variables" of the Lambda developer guide). */
export const lambdaRuntime = z.object({ AWS_REGION: z.string().min(1) });

/** @throws ConfigurationError naming the variables, never their values */
export function readEnvironment<Schema extends z.ZodType>(schema: Schema): z.output<Schema> {
  const result = schema.safeParse(process.env);
  if (result.success) return result.data;
  const names = new Set(result.error.issues.map(({ path }) => path.join('.')));
  throw new ConfigurationError(`Environment variables missing or invalid: ${[...names].join(', ')}`);
}

export function parseOwnReads(text: string): OwnReads {
  try {
    return ownReadsSchema.parse(JSON.parse(text));
  } catch {
    throw new ConfigurationError('Environment variable OWN_READS must be JSON: [{"role", "secret"}, …]');
  }
}
