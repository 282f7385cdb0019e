/**
 * Slack's published limits for the blocks that we send ("Block Kit: Blocks", "Composition objects", "Block elements" of
 * the reference on docs.slack.dev). Stricter than Slack where it only might refuse.
 */
const mostBlocks = 50;
/** `msg_blocks_too_long` was seen near 13,200 characters. */
const longestMessage = 13_000;
const longest = { header: 150, section: 3000, field: 2000, context: 3000, button: 75, value: 2000, id: 255 };

type Json = Readonly<Record<string, unknown>>;

/** What Slack would refuse, or do with text that is not ours; empty where all is well. */
export function blockKitProblems(message: object): string[] {
  const { text, blocks, unfurl_links: links, unfurl_media: media } = message as Json;
  const problems: string[] = [];
  const check = (isFine: boolean, problem: string) => {
    if (!isFine) problems.push(problem);
  };
  check(isText(text, 40_000), 'text is missing');
  check(links === false && media === false, 'unfurls');
  if (!Array.isArray(blocks)) return [...problems, 'no blocks'];
  check(blocks.length >= 1 && blocks.length <= mostBlocks, `${blocks.length} blocks`);
  check(
    JSON.stringify(blocks).length <= longestMessage,
    `${JSON.stringify(blocks).length} characters in all`,
  );
  const ids = blocks.flatMap((block: Json) => block['block_id'] ?? []);
  check(new Set(ids).size === ids.length, 'block ids are not unique');
  for (const [index, block] of blocks.entries()) {
    for (const problem of problemsOfBlock(block)) problems.push(`block ${index}: ${problem}`);
  }
  for (const problem of mentions(message)) problems.push(problem);
  return problems;
}

function problemsOfBlock(block: Json): string[] {
  const id = block['block_id'];
  const problems = id === undefined || isText(id, longest.id) ? [] : ['block_id'];
  switch (block['type']) {
    case 'header':
      return [
        ...unknown(block, ['text']),
        ...problems,
        ...problemsOfText(block['text'], 'plain_text', longest.header),
      ];
    case 'section': {
      const { text, fields } = block;
      return [
        ...unknown(block, ['text', 'fields']),
        ...problems,
        ...(text === undefined && fields === undefined ? ['neither text nor fields'] : []),
        ...(text === undefined ? [] : problemsOfText(text, 'mrkdwn', longest.section)),
        ...(fields === undefined
          ? []
          : listOf(fields, 10).flatMap((field) => problemsOfText(field, 'mrkdwn', longest.field))),
        ...(fields === undefined || isList(fields, 10) ? [] : ['fields']),
      ];
    }
    case 'context': {
      const { elements } = block;
      return [
        ...unknown(block, ['elements']),
        ...problems,
        ...(isList(elements, 10) ? [] : ['elements']),
        ...listOf(elements, 10).flatMap((element) => problemsOfText(element, 'mrkdwn', longest.context)),
      ];
    }
    case 'actions': {
      const { elements } = block;
      const buttons = listOf(elements, 25) as Json[];
      const actions = buttons.map((button) => button['action_id']);
      return [
        ...unknown(block, ['elements']),
        ...problems,
        ...(isList(elements, 25) ? [] : ['elements']),
        ...(new Set(actions).size === actions.length ? [] : ['action ids are not unique']),
        ...buttons.flatMap((button) => [
          ...unknown(button, ['text', 'action_id', 'value']),
          ...(button['type'] === 'button' ? [] : ['not a button']),
          ...(isText(button['action_id'], longest.id) ? [] : ['action_id']),
          ...(isText(button['value'], longest.value) ? [] : ['value']),
          ...problemsOfText(button['text'], 'plain_text', longest.button),
        ]),
      ];
    }
    default:
      return [`type ${block['type']}`];
  }
}

const unknown = (block: Json, known: readonly string[]): string[] =>
  Object.keys(block)
    .filter((key) => !['type', 'block_id', ...known].includes(key))
    .map((key) => `unknown ${key}`);

function problemsOfText(object: unknown, type: 'plain_text' | 'mrkdwn', limit: number): string[] {
  if (typeof object !== 'object' || object === null) return ['text object'];
  const text = object as Json;
  const left = type === 'mrkdwn' ? text['verbatim'] === true : text['emoji'] === false;
  return [
    ...(text['type'] === type ? [] : [`text is ${text['type']}, not ${type}`]),
    ...(isText(text['text'], limit)
      ? []
      : [`text of ${String(text['text']).length} characters; at most ${limit}`]),
    ...(left ? [] : ['Slack may change the text']),
  ];
}

const isText = (value: unknown, limit: number): boolean =>
  typeof value === 'string' && value.trim().length >= 1 && value.length <= limit && value.isWellFormed();
const isList = (value: unknown, limit: number): boolean =>
  Array.isArray(value) && value.length >= 1 && value.length <= limit;
const listOf = (value: unknown, limit: number): unknown[] =>
  isList(value, limit) ? (value as unknown[]) : [];

/** What is between angle brackets must be a link to AWS's console: everything else mentions somebody, or leads away. */
function mentions(message: object): string[] {
  const texts = textsOf(message);
  return texts.flatMap((text) => [
    ...[...text.matchAll(/<[^>]*>?/g)]
      .filter(
        ([link]) =>
          !/^<https:\/\/[a-z]{2}-[a-z]+-\d\.console\.aws\.amazon\.com\/[^\s|<>]*\|[\w ]+>$/.test(link),
      )
      .map(([link]) => `mentions or links: ${link.slice(0, 60)}`),
    ...(/&(?!amp;|lt;|gt;)/.test(text) ? ['an ampersand that is not escaped, or an entity cut in half'] : []),
    // biome-ignore lint/suspicious/noControlCharactersInRegex: none may be left
    ...(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/.test(text)
      ? ['a control character']
      : []),
  ]);
}

/** Of all but plain text, in which Slack formats nothing. */
function textsOf(part: unknown): string[] {
  if (Array.isArray(part)) return part.flatMap(textsOf);
  if (typeof part !== 'object' || part === null || (part as Json)['type'] === 'plain_text') return [];
  return Object.entries(part).flatMap(([key, value]) =>
    key === 'text' && typeof value === 'string' ? [value] : textsOf(value),
  );
}
