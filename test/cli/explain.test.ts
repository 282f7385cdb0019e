import { describe, expect, it } from '@jest/globals';
import { run } from './command-line.ts';

describe('secrets-audit explain', () => {
  it('explains a detector', async () => {
    const { code, stdout, stderr } = await run(['explain', 'mass-retrieval']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^mass-retrieval: Many secrets read in a few minutes\n/);
    expect(stdout).toContain('T1555.006');
  });

  it('lists them all', async () => {
    const { code, stdout } = await run(['explain']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^outside-contract +medium +An access/m);
  });

  it('names the nearest where there is no such detector, harmlessly', async () => {
    expect(await run(['explain', 'mass-retreival'])).toEqual({
      code: 2,
      stdout: '',
      stderr: 'there is no detector mass-retreival; the nearest is mass-retrieval\n',
    });
    expect((await run(['explain', 'x\u001b[2J'])).stderr).toContain('<U+001B>');
  });
});
