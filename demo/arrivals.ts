import { setTimeout as sleep } from 'node:timers/promises';
import { styleText } from 'node:util';
import type { LocalCloud } from '../test/support/local-cloud/local-cloud.ts';
import type { SlackStandIn } from '../test/support/local-cloud/slack-stand-in.ts';

/** What came out of the suite, by each way. */
export interface Arrivals {
  /** First lines of the messages, oldest first. */
  slack(): readonly string[];
  /** Subjects of the emails, oldest first. */
  email(): readonly string[];
  /** Waits until `enough`, or until the time is over. */
  until(enough: (arrivals: Arrivals) => boolean, seconds: number): Promise<void>;
  stop(): void;
}

/** Looks at the Slack stand-in and at the mailbox, and shows what arrives when it does. */
export function watchArrivals(cloud: LocalCloud, slack: SlackStandIn, say: (text: string) => void): Arrivals {
  const messages: string[] = [];
  const subjects: string[] = [];
  const look = async (): Promise<void> => {
    for (const message of slack.messages().slice(messages.length)) {
      messages.push(message.text);
      say(`${styleText('magenta', 'Slack')}  ${message.text}`);
    }
    const mails = await cloud.mailbox();
    for (const mail of mails.slice(subjects.length)) {
      subjects.push(mail.subject);
      say(`${styleText('cyan', 'email')}  to ${mail.to}: ${mail.subject}`);
      if (mail.subject.startsWith('[HIGH]')) console.log(indent(mail.body));
    }
  };
  let stopped = false;
  const watching = (async () => {
    while (!stopped) {
      await look();
      await sleep(300);
    }
  })();
  // A fault of the watcher is a fault of the demo; it is rethrown where the demo waits.
  watching.catch(() => {});
  const arrivals: Arrivals = {
    slack: () => messages,
    email: () => subjects,
    async until(enough, seconds) {
      const deadline = Date.now() + seconds * 1000;
      while (!enough(arrivals) && Date.now() < deadline) {
        await Promise.race([sleep(300), watching]);
      }
    },
    stop() {
      stopped = true;
    },
  };
  return arrivals;
}

const indent = (text: string): string =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => `         ${styleText('dim', '|')} ${line}`)
    .join('\n');
