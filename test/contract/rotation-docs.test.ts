import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, test } from '@jest/globals';
import { checks } from '../../functions/core/checks/index.ts';
import { rotationProblemCodes } from '../../functions/core/errors.ts';
import { rotatedSecrets } from '../../functions/core/model/rotated-secrets.ts';
import { parseSettings } from '../../functions/core/model/settings.ts';
import { describedKeyProblem, describedRequest } from '../../functions/core/rotation/described-issuer.ts';
import { repository } from '../support/repository.ts';

const textOf = (path: string): string => readFileSync(join(repository, path), 'utf8');
const rotation = textOf('docs/rotation.md');
const fragments = [...rotation.matchAll(/```yaml\n(.*?)```/gs)].map(([, yaml]) => yaml ?? '');

describe('docs/rotation.md', () => {
  it('has every problem of a rotation once, with what to do', () => {
    const rows = [...rotation.matchAll(/^\| `([A-Z_]+)` \| [^|]{10,} \| [^|]{3,} \|$/gm)].map(
      ([, code]) => code,
    );
    expect(rows.filter((code) => !code?.startsWith('AWS') && !code?.includes('_NEXT')).sort()).toEqual(
      [...rotationProblemCodes].sort(),
    );
  });

  it('shows settings that are taken as they stand', () => {
    expect(fragments.length).toBe(4);
    for (const yaml of fragments) expect(() => parseSettings(yaml, 'audit.yaml')).not.toThrow();
  });

  it('shows both modes, and labels as the settings make them', () => {
    const policies = fragments.flatMap((yaml) =>
      rotatedSecrets(parseSettings(yaml, 'audit.yaml'), {
        account: '111122223333',
        region: 'eu-west-1',
      }).map(({ policy }) => policy),
    );
    expect(policies.map(({ provider, mode }) => `${provider} ${mode}`)).toEqual([
      'clockwork staged',
      'clockwork minted',
      'textanywhere staged',
    ]);
    for (const { nextStage } of policies) expect(rotation).toContain(`\`${nextStage}\``);
  });

  it('describes TextAnywhere so that the pair of GET /token is sent as it asks', () => {
    const yaml = fragments.find((each) => each.includes('textanywhere')) ?? '';
    const provider = parseSettings(yaml, 'audit.yaml').keyProviders['textanywhere'];
    if (!provider) throw new Error('no provider');
    const pair = `user-${process.pid};token-${process.pid}`;
    expect(describedKeyProblem(pair, provider)).toBeUndefined();
    expect(describedKeyProblem('half', provider)).toContain('2 parts');
    expect(describedRequest(pair, provider)).toEqual({
      url: 'https://api.textanywhere.com/API/v1.0/REST/status',
      method: 'GET',
      headers: { user_key: `user-${process.pid}`, Access_token: `token-${process.pid}` },
    });
  });

  it('links to headings and pages that are there', () => {
    for (const path of ['docs/rotation.md', 'docs/runbook.md']) {
      for (const [, target = '', anchor] of textOf(path).matchAll(/\]\(([\w./-]*)(?:#([\w-]+))?\)/g)) {
        const file = target === '' ? path : join('docs', target);
        expect({ file, exists: existsSync(join(repository, file)) }).toEqual({ file, exists: true });
        if (anchor === undefined) continue;
        const page = textOf(file);
        const headings = [...page.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
          heading
            .toLowerCase()
            .replace(/[^\w -]/g, '')
            .replaceAll(' ', '-'),
        );
        const isThere = headings.includes(anchor) || page.includes(`<a id="${anchor}">`);
        expect({ file, anchor, isThere }).toEqual({ file, anchor, isThere: true });
      }
    }
  });
});

test.each(checks.filter(({ about }) => about === 'rotation').map(({ id }) => [id]))(
  'the runbook has an article about %s',
  (id) => {
    const article = textOf('docs/runbook.md').split(`### ${id}\n`)[1]?.split(/^##/m)[0] ?? '';
    for (const part of ['Symptoms', 'Look', 'Do']) expect(article).toContain(`**${part}.** `);
  },
);

test.each(checks.map(({ id, about }) => [id, about] as const))('%s has its page', (id, about) => {
  const pages = { rotation: 'docs/rotation.md', posture: 'docs/posture.md', usage: 'docs/usage.md' };
  expect(existsSync(join(repository, pages[about]))).toBe(true);
  expect(existsSync(join(repository, `docs/detectors/${id}.md`))).toBe(true);
});
