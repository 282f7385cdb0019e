import * as z from 'zod';

const answer = z
  .strictObject({
    status: z
      .union([
        z.int().min(100).max(599),
        z.string().regex(/^[1-5]xx$/, 'must be a status such as 401 or 5xx'),
      ])
      .describe('HTTP status: 401, or 5xx for all from 500 to 599'),
    contains: z.string().min(1).optional().describe('Text that the body must also hold'),
  })
  .describe('What an answer looks like');

const answers = z.array(answer).default([]);

/** An address that a key may be sent to: https, or a stand-in on the same machine. */
export const issuerUrl = z.url().refine((text) => {
  const url = URL.parse(text);
  if (!url || url.username || url.password) return false;
  return (
    url.protocol === 'https:' ||
    (url.protocol === 'http:' && ['127.0.0.1', 'localhost'].includes(url.hostname))
  );
}, 'must be an https address without credentials');

/** A vendor whose keys are made by hand, described so that a key can be tested. */
const keyProviderSchema = z
  .strictObject({
    title: z.string().min(1).optional().describe('How messages call it; default: its name here'),
    dashboard: issuerUrl.optional().describe('Where its keys are made and deactivated'),
    separator: z
      .string()
      .min(1)
      .optional()
      .describe('Between the parts of a key that has several; they are {key.1}, {key.2}, …'),
    probe: z
      .strictObject({
        url: issuerUrl
          .refine(
            (url) => !/\{key/.test(url),
            'a key has no place in an address: addresses are logged everywhere',
          )
          .describe('What is asked; must cost nothing and change nothing'),
        method: z.enum(['GET', 'POST']).default('GET').describe('HTTP method'),
        headers: z
          .record(z.string().regex(/^[\w-]+$/, 'must be the name of a header'), z.string())
          .default({})
          .describe('Headers; {key} stands for the key'),
        body: z.string().optional().describe('Body of a POST; {key} stands for the key'),
      })
      .refine(
        ({ method, headers, body }) =>
          /\{key(\.[1-9]\d*)?\}/.test([...Object.values(headers), method === 'POST' ? body : ''].join()),
        'the key is sent nowhere: put {key} into a header or the body of a POST',
      )
      .describe('The request that tests a key'),
    answers: z
      .strictObject({
        valid: answers.describe('The key works'),
        unfunded: answers.describe('The key works, the account has no credit'),
        invalid: answers.describe('The vendor does not know the key'),
        restricted: answers.describe(
          'Refused for something else than the key, such as the address that asks',
        ),
        retry: answers.describe('No answer now'),
      })
      .refine(
        ({ valid, invalid }) => valid.length > 0 && invalid.length > 0,
        'says neither how a valid key is answered nor how an invalid one: name both',
      )
      .describe('Which answers mean what; the first that fits, in this order. What fits none is unknown'),
  })
  .describe('An issuer of keys');

export const keyProvidersSchema = z
  .record(
    z.string().regex(/^[a-z][a-z0-9-]*$/, 'a name is of lower-case letters, digits and hyphens'),
    keyProviderSchema,
  )
  .refine((providers) => !('clockwork' in providers), 'clockwork is built in');

export type KeyProviderSettings = z.infer<typeof keyProviderSchema>;
export type KeyProviders = z.infer<typeof keyProvidersSchema>;
