import { truncate } from '../format/plain-text.ts';
import type { Announcement } from '../model/announcement.ts';

/** How many entries each list keeps, and how long each text may be. */
const cuts = [
  { entries: 100, characters: 4_000 },
  { entries: 20, characters: 1_000 },
  { entries: 5, characters: 1_000 },
  { entries: 2, characters: 200 },
  { entries: 1, characters: 100 },
] as const;

/**
 * Shorter and shorter versions for a way that takes no more: lists and texts are cut, what names the incident is not.
 *
 * @param whole where the whole lies
 */
export function* cutAnnouncement(announcement: Announcement, whole: string | null): Iterable<Announcement> {
  for (const { entries, characters } of cuts) {
    const cut = JSON.parse(JSON.stringify(announcement), (_, part: unknown) => {
      if (typeof part === 'string') return truncate(part, characters);
      return Array.isArray(part) ? part.slice(0, entries) : part;
    }) as Announcement;
    const { id, targets } = announcement;
    yield { ...cut, id, targets, ...(cut.kind === 'incident' && { whole }) } as Announcement;
  }
}
