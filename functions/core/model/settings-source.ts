import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { SettingsError } from '../errors.ts';

/** A settings file with its places. */
export interface SettingsSource {
  /** What stands in it, not yet checked. */
  readonly values: unknown;
  /** Line of what a path of keys leads to, from 1; `undefined` where it is not written. */
  line(path: readonly PropertyKey[]): number | undefined;
  /** `audit.yaml:12`, for what is not written that of its nearest parent. */
  at(path: readonly PropertyKey[]): string;
  /** `audit.yaml:12: secrets.0.owner: what is wrong` */
  describe(path: readonly PropertyKey[], message: string): string;
}

/**
 * @param path only for messages
 * @throws SettingsError where the text is no YAML
 */
export function openSettings(text: string, path: string): SettingsSource {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true });
  const placeOf = (offset: number | undefined): string =>
    offset === undefined ? path : `${path}:${lines.linePos(offset).line}`;
  if (document.errors.length > 0) {
    throw new SettingsError(
      document.errors.map(
        (error) => `${placeOf(error.pos[0])}: ${error.message.split('\n')[0]?.replace(/ at line .*$/, '')}`,
      ),
    );
  }
  let values: unknown;
  try {
    values = document.toJS();
  } catch (error) {
    // An alias that names no anchor, or so many that they would fill the memory.
    throw new SettingsError([`${path}: ${error instanceof Error ? error.message : error}`]);
  }
  const at = (keys: readonly PropertyKey[]): string => placeOf(offsetOf(document.contents, keys));
  return {
    values,
    at,
    line(keys) {
      const offset = document.hasIn(keys) ? offsetOf(document.contents, keys) : undefined;
      return offset === undefined ? undefined : lines.linePos(offset).line;
    },
    describe: (keys, message) => `${at(keys)}: ${keys.join('.') || 'the file'}: ${message}`,
  };
}

/** Where the node at a path begins, or its nearest parent that is there; for a map's entry, its key. */
function offsetOf(root: Node | null, path: readonly PropertyKey[]): number | undefined {
  let node: unknown = root;
  let offset = root?.range?.[0];
  for (const key of path) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key));
      if (!pair) break;
      offset = (pair.key as Node).range?.[0] ?? offset;
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(key)];
      offset = (node as Node | undefined)?.range?.[0] ?? offset;
    } else break;
  }
  return offset;
}
