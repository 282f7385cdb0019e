import { type BlockBuilder, Blocks } from 'slack-block-builder';
import { incidentName } from '../incidents/incident-name.ts';
import type { DigestAnnouncement } from '../model/announcement.ts';
import { digestCount, digestReason, digestTitle, entryDetails } from './email-digest.ts';
import { shown } from './incident-parts.ts';
import { code, mrkdwn } from './mrkdwn.ts';
import { truncate } from './plain-text.ts';

const headerLimit = 150;
const sectionsShown = 6;
const entriesShown = 8;
/** So that the whole stays under what Slack takes of all blocks together, whatever has to be escaped. */
const entryLimit = 180;
const lengthOfAll = 6000;

export function digestBlocks(digest: DigestAnnouncement): BlockBuilder[] {
  const { sections } = digest;
  let left = lengthOfAll;
  const blocks: BlockBuilder[] = [
    Blocks.Header({ text: truncate(`DIGEST  ${digestTitle(digest)}: ${digestCount(digest)}`, headerLimit) }),
    Blocks.Section({ text: mrkdwn(digestReason(digest), 600) }),
  ];
  for (const { title, entries, more } of sections
    .filter((each) => each.entries.length > 0)
    .slice(0, sectionsShown)) {
    const lines: string[] = [];
    for (const entry of entries.slice(0, entriesShown)) {
      const line = `• ${entry.severity}  ${mrkdwn(incidentName(shown(entry.incident)), 60)}  ${mrkdwn(shown(entry.title), entryLimit)}\n   ${mrkdwn(entryDetails(entry), entryLimit)}`;
      if (line.length > left) break;
      left -= line.length;
      lines.push(line);
    }
    const untold = entries.length - lines.length + more;
    blocks.push(
      Blocks.Section({
        text: [
          `*${mrkdwn(shown(title), 60)}* (${entries.length + more})`,
          ...lines,
          ...(untold > 0 ? [`and ${untold} more: ${code('secrets-audit incidents list', 60)}`] : []),
        ].join('\n'),
      }),
    );
  }
  return blocks;
}
