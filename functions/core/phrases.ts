/** `1 secret`, `2 secrets`. */
export const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** A span as a person says it: `3 seconds`, `12 minutes`, `5 hours`. */
export function span(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 120) return plural(Math.max(seconds, 1), 'second');
  if (seconds < 120 * 60) return plural(Math.round(seconds / 60), 'minute');
  return plural(Math.round(seconds / 3600), 'hour');
}

/** IAM Identity Center ends the role of a permission set with an underscore and 16 hexadecimal digits. */
const personInPermissionSet = /^assumed-role\/AWSReservedSSO_(.+)_[0-9a-f]{16}\/(.+)$/;

/** The readable end of a principal: `role/deploy`, `user/anika`, `mara@example.com (OnCall)`. */
export function shortPrincipal(principal: string): string {
  const resource = principal.startsWith('arn:') ? principal.split(':').slice(5).join(':') : principal;
  return resource.replace(personInPermissionSet, '$2 ($1)') || principal;
}

/** ` and 3 more`, or nothing. */
export const more = (count: number): string => (count > 0 ? ` and ${count} more` : '');

/** `a, b and c`. */
export const listed = (texts: readonly string[]): string =>
  texts.length < 2 ? texts.join('') : `${texts.slice(0, -1).join(', ')} and ${texts.at(-1)}`;

/** Names, the first few, and how many more. */
export function someOf(names: readonly string[], shown = 5): string {
  const distinct = [...new Set(names)].sort();
  return `${distinct.slice(0, shown).join(', ')}${more(distinct.length - shown)}`;
}

/** `90 days`, `1 day`, and hours or minutes below two days. */
export const daysText = (milliseconds: number): string =>
  milliseconds < 2 * 86_400_000 && milliseconds % 86_400_000 !== 0
    ? span(milliseconds)
    : plural(Math.floor(milliseconds / 86_400_000), 'day');

/** `25 Nov 2026`, UTC. */
export const dayOf = (time: number): string =>
  new Date(time).toLocaleDateString('en-GB', {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    timeZone: 'UTC',
  });
