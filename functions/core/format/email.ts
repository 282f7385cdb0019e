import type { Announcement, TestAnnouncement } from '../model/announcement.ts';
import { digestEmail } from './email-digest.ts';
import { incidentEmail } from './email-incident.ts';
import { type EmailText, emailOf, labelled, paragraph, section, subjectOf } from './email-layout.ts';
import { when } from './finding-text.ts';
import { shown } from './incident-parts.ts';

/** An announcement as an email. Plain text, at most 78 columns but for links; text from logs is escaped. */
export function formatEmail(announcement: Announcement): EmailText {
  switch (announcement.kind) {
    case 'incident':
      return incidentEmail(announcement);
    case 'digest':
      return digestEmail(announcement);
    case 'test':
      return testEmail(announcement);
  }
}

const testEmail = ({ id, at, by, targets }: TestAnnouncement): EmailText =>
  emailOf(subjectOf(['[TEST] secrets-audit reaches you; nothing to do']), [
    section(
      'THIS IS A TEST',
      paragraph(
        'Nothing happened, and there is nothing to do. What secrets-audit has to tell will come like this.',
      ),
    ),
    labelled([
      ['Sent', `${when(at)} by ${shown(by)}`],
      ['To', targets.map(shown).join(', ')],
      ['Test', shown(id)],
    ]),
    section(
      'IF SOMEBODY ELSE SHOULD HAVE IT TOO',
      paragraph(
        'An address that gets nothing has mostly not confirmed its subscription: AWS sends it a link once, from no-reply@sns.amazonaws.com. Who is told of what stands in audit.yaml, under notify.',
      ),
    ),
  ]);
