import type { KeyProbe } from '../model/key-probe.ts';
import type { KeyProviderSettings } from '../model/key-provider-settings.ts';

/** What an issuer's address is sent to test a key. Holds the key. */
export interface DescribedRequest {
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

const placeholder = /\{key(?:\.([1-9]\d*))?\}/g;

/** Visible ASCII and spaces within: nothing that could end a header or begin another (RFC 9110, field values). */
const headerText = /^[\x20-\x7e]+$/;

/**
 * @returns what is wrong with a text that cannot be a key of a described issuer; says nothing of the text but whether it
 * is empty, framed by white space, of too few parts, or of characters that its place in the request cannot hold
 */
export function describedKeyProblem(key: string, settings: KeyProviderSettings): string | undefined {
  const { headers, body } = settings.probe;
  if (key === '') return 'a key is not empty';
  if (key.trim() !== key) return 'a key neither begins nor ends with white space';
  const headerTexts = Object.values(headers);
  const templates = [...headerTexts, body ?? ''];
  const wanted = Math.max(0, ...templates.flatMap(placesIn));
  const parts = partsOf(key, settings);
  if (wanted > parts.length || (wanted > 0 && parts.some((part) => part === ''))) {
    return `a key has ${wanted} parts${separatedBy(settings)}; this has fewer`;
  }
  if (headerTexts.some((text) => text.match(placeholder)) && !headerText.test(key)) {
    return 'a key that is sent in a header has ASCII characters only, and no line breaks';
  }
  return undefined;
}

const placesIn = (template: string): number[] =>
  [...template.matchAll(placeholder)].map(([, part]) => Number(part ?? 0));

const partsOf = (key: string, { separator }: KeyProviderSettings): readonly string[] =>
  separator === undefined ? [key] : key.split(separator);

const separatedBy = ({ separator }: KeyProviderSettings): string =>
  separator === undefined ? ', and the settings name no separator' : ` with ${separator} between them`;

/**
 * The request of the settings with the key in its places.
 *
 * @param key for which `describedKeyProblem` has nothing to say
 */
export function describedRequest(key: string, settings: KeyProviderSettings): DescribedRequest {
  const { url, method, headers, body } = settings.probe;
  const parts = partsOf(key, settings);
  const fill = (template: string, written: (text: string) => string = (text) => text) =>
    template.replace(placeholder, (_, part: string | undefined) =>
      written(part === undefined ? key : (parts[Number(part) - 1] ?? '')),
    );
  const filled = Object.fromEntries(Object.entries(headers).map(([name, text]) => [name, fill(text)]));
  const type = Object.entries(headers).find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? '';
  return {
    url,
    method,
    headers: filled,
    ...(method === 'POST' && body !== undefined && { body: fill(body, writingFor(type)) }),
  };
}

/** How a text is written within a body of a type, so that it cannot end its place and begin something else. */
function writingFor(contentType: string): ((text: string) => string) | undefined {
  const type = contentType.split(';')[0]?.trim().toLowerCase() ?? '';
  if (/[/+]json$/.test(type)) return (text) => JSON.stringify(text).slice(1, -1);
  if (/[/+]xml$/.test(type)) return (text) => text.replace(/[&<>"']/g, (mark) => xmlEntities[mark] ?? mark);
  if (type === 'application/x-www-form-urlencoded') return (text) => encodeURIComponent(text.toWellFormed());
  return undefined;
}

const xmlEntities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

const standings = ['valid', 'unfunded', 'invalid', 'restricted', 'retry'] as const;

/** Interprets an answer by the settings: the first that fits, in the order of the standings. Repeats nothing of its body. */
export function describedProbe(
  { status, body }: { readonly status: number; readonly body: string },
  { answers }: KeyProviderSettings,
): KeyProbe {
  const fits = ({ status: wanted, contains }: (typeof answers)['valid'][number]) =>
    (typeof wanted === 'number' ? status === wanted : Math.floor(status / 100) === Number(wanted[0])) &&
    (contains === undefined || body.includes(contains));
  const standing = standings.find((each) => answers[each].some(fits));
  return standing === undefined
    ? { standing: 'unknown', reason: `HTTP ${status}, which the settings do not explain` }
    : { standing, reason: `HTTP ${status}, which is ${standing} by the settings` };
}
