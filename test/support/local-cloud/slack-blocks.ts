// Limits of Slack's Block Kit reference.
const MOST_BLOCKS = { message: 50, modal: 100 };
const LONGEST = { header: 150, section: 3_000, field: 2_000, context: 3_000, button: 75, value: 2_000 };
const LONGEST_INPUT = { label: 2_000, hint: 2_000, id: 255 };
const LONGEST_MODAL = { title: 24, submit: 24, close: 24, privateMetadata: 3_000 };
const MOST_FIELDS = 10;
const MOST_CONTEXT_ELEMENTS = 10;
const MOST_ACTIONS = 25;

/** Slack's one word for what is wrong with a message, where it does not take it. */
export function problemOf({ text, blocks }: Record<string, unknown>): string | undefined {
  if (blocks !== undefined && !areValidBlocks(blocks, 'message')) return 'invalid_blocks';
  const hasText = typeof text === 'string' && text.length > 0;
  return hasText || (Array.isArray(blocks) && blocks.length > 0) ? undefined : 'no_text';
}

function areValidBlocks(blocks: unknown, surface: 'message' | 'modal'): boolean {
  return Array.isArray(blocks) && blocks.length <= MOST_BLOCKS[surface] && blocks.every(isValidBlock);
}

/** Whether Slack opens this modal. */
export function isValidModal(view: unknown): boolean {
  if (!isObject(view) || view['type'] !== 'modal') return false;
  const { title, submit, close, blocks, private_metadata: metadata = '' } = view;
  return (
    isPlain(title, LONGEST_MODAL.title) &&
    (submit === undefined || isPlain(submit, LONGEST_MODAL.submit)) &&
    (close === undefined || isPlain(close, LONGEST_MODAL.close)) &&
    typeof metadata === 'string' &&
    metadata.length <= LONGEST_MODAL.privateMetadata &&
    areValidBlocks(blocks, 'modal') &&
    // A modal with something to fill in has a button to send it.
    (submit !== undefined ||
      !(blocks as unknown[]).some((block) => isObject(block) && block['type'] === 'input'))
  );
}

function isValidBlock(block: unknown): boolean {
  if (!isObject(block) || !fits(block['block_id'], LONGEST_INPUT.id)) return false;
  switch (block['type']) {
    case 'header':
      return isPlain(block['text'], LONGEST.header);
    case 'section': {
      const { text, fields } = block;
      if (text === undefined && fields === undefined) return false;
      const fieldsFit =
        fields === undefined || isList(fields, MOST_FIELDS, (field) => isText(field, LONGEST.field));
      return fieldsFit && (text === undefined || isText(text, LONGEST.section));
    }
    case 'context':
      return isList(
        block['elements'],
        MOST_CONTEXT_ELEMENTS,
        (item) => (isObject(item) && item['type'] === 'image') || isText(item, LONGEST.context),
      );
    case 'actions':
      return isList(block['elements'], MOST_ACTIONS, isValidElement);
    case 'input':
      return (
        isPlain(block['label'], LONGEST_INPUT.label) &&
        (block['hint'] === undefined || isPlain(block['hint'], LONGEST_INPUT.hint)) &&
        isValidElement(block['element'])
      );
    default:
      return typeof block['type'] === 'string';
  }
}

function isValidElement(element: unknown): boolean {
  if (!isObject(element) || !fits(element['action_id'], LONGEST_INPUT.id)) return false;
  if (element['type'] !== 'button') return typeof element['type'] === 'string';
  return isPlain(element['text'], LONGEST.button) && fits(element['value'], LONGEST.value);
}

/** Left out, or a text within its limit. */
const fits = (value: unknown, longest: number): boolean =>
  value === undefined || (typeof value === 'string' && value.length > 0 && value.length <= longest);

const isList = (value: unknown, most: number, isValid: (item: unknown) => boolean): boolean =>
  Array.isArray(value) && value.length > 0 && value.length <= most && value.every(isValid);

const isPlain = (value: unknown, longest: number): boolean =>
  isObject(value) && value['type'] === 'plain_text' && isText(value, longest);

function isText(value: unknown, longest: number): boolean {
  if (!isObject(value) || (value['type'] !== 'plain_text' && value['type'] !== 'mrkdwn')) return false;
  const { text } = value;
  return typeof text === 'string' && text.length > 0 && text.length <= longest;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `undefined` where it is no JSON. */
export function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
