import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import type { DynamoDBRecord } from 'aws-lambda';
import { connectTable, type Table } from '../../functions/adapters/dynamodb-table.ts';

/** A value as DynamoDB's wire format has it: `{ S }`, `{ N }`, `{ SS }`, … */
type Wire = Record<string, unknown>;
type Item = Record<string, Wire>;

interface Request {
  readonly Key?: Item;
  readonly Item?: Item;
  readonly ConsistentRead?: boolean;
  readonly ConditionExpression?: string;
  readonly UpdateExpression?: string;
  readonly KeyConditionExpression?: string;
  readonly FilterExpression?: string;
  readonly ProjectionExpression?: string;
  readonly ExpressionAttributeNames?: Record<string, string>;
  readonly ExpressionAttributeValues?: Record<string, Wire>;
  readonly ExclusiveStartKey?: Item;
  readonly TransactItems?: readonly { readonly Put: Request }[];
  readonly RequestItems?: Record<string, { Keys: Item[]; ConsistentRead?: boolean }>;
}

export interface TableStandIn {
  readonly table: Table;
  /** Every request so far: `PutItem`, `UpdateItem`, `GetItem`, `BatchGetItem`, `TransactWriteItems`, `Query`, `Scan`. */
  readonly requests: { operation: string; request: Request }[];
  readonly stream: DynamoDBRecord[];
  items(): Item[];
  /** Runs before each request; throws to refuse it, as `new RefusedError(name)`. */
  before: (operation: string, request: Request) => void;
  /** How many keys BatchGetItem answers; the others it leaves unprocessed. */
  batchSize: number;
}

/** DynamoDB's own refusal of a request. */
export class RefusedError extends Error {
  constructor(name: string, message = name) {
    super(message);
    this.name = name;
  }
}

class CanceledError extends RefusedError {
  readonly reasons: readonly { readonly Code: string }[];

  constructor(reasons: readonly { readonly Code: string }[]) {
    super('TransactionCanceledException');
    this.reasons = reasons;
  }
}

/** DynamoDB's conditions, sets and streams as far as the suite uses them, behind the real SDK client. */
export function createTableStandIn(pageSize = 1000): TableStandIn {
  const items = new Map<string, Item>();
  let sequence = 0;

  const write = (key: string, next: Item) => {
    const before = items.get(key);
    items.set(key, next);
    sequence += 1;
    standIn.stream.push({
      eventName: before ? 'MODIFY' : 'INSERT',
      dynamodb: {
        SequenceNumber: String(sequence),
        ...(before && { OldImage: before }),
        NewImage: next,
      },
    } as DynamoDBRecord);
    return {};
  };

  const operations: Record<string, (request: Request) => object> = {
    GetItem: ({ Key = {} }) => ({ Item: items.get(keyOf(Key)) }),
    BatchGetItem: ({ RequestItems = {} }) => {
      const [[name, { Keys, ...options }] = ['', { Keys: [] }]] = Object.entries(RequestItems);
      if (Keys.length > 100 || new Set(Keys.map(keyOf)).size < Keys.length) {
        throw new RefusedError('ValidationException', 'too many keys, or one of them twice');
      }
      const left = Keys.slice(standIn.batchSize);
      return {
        Responses: {
          [name]: Keys.slice(0, standIn.batchSize).flatMap((key) => items.get(keyOf(key)) ?? []),
        },
        UnprocessedKeys: left.length > 0 ? { [name]: { Keys: left, ...options } } : {},
      };
    },
    PutItem: (request) => {
      const { Item = {} } = request;
      check(request, items.get(keyOf(Item)));
      return write(keyOf(Item), Item);
    },
    TransactWriteItems: ({ TransactItems = [] }) => {
      const puts = TransactItems.map(({ Put }) => Put);
      const keys = puts.map(({ Item = {} }) => keyOf(Item));
      if (puts.length > 100 || new Set(keys).size < keys.length) {
        throw new RefusedError('ValidationException', 'too many items, or one of them twice');
      }
      const reasons = puts.map((put, index) => {
        refuseUnused(put);
        const condition = put.ConditionExpression;
        const isMet = !condition || evaluate(condition, put, items.get(keys[index] ?? '') ?? {});
        return { Code: isMet ? 'None' : 'ConditionalCheckFailed' };
      });
      if (reasons.some(({ Code }) => Code !== 'None')) throw new CanceledError(reasons);
      for (const { Item = {} } of puts) write(keyOf(Item), Item);
      return {};
    },
    UpdateItem: (request) => {
      const { Key = {} } = request;
      const known = items.get(keyOf(Key));
      check(request, known);
      return write(keyOf(Key), update(request, { ...Key, ...known }));
    },
    Scan: (request) => {
      const all = [...items.values()].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
      const start = request.ExclusiveStartKey;
      const rest = start ? all.filter((item) => keyOf(item) > keyOf(start)) : all;
      const page = rest.slice(0, pageSize);
      const last = page.at(-1);
      return {
        Items: page
          .filter((item) => evaluate(request.FilterExpression ?? '', request, item))
          .map((item) => project(request, item)),
        ...(last && rest.length > pageSize && { LastEvaluatedKey: { pk: last['pk'], sk: last['sk'] } }),
      };
    },
    Query: (request) => {
      const found = [...items.values()]
        .filter((item) => evaluate(request.KeyConditionExpression ?? '', request, item))
        .sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1));
      const start = request.ExclusiveStartKey;
      const rest = start ? found.filter((item) => sortKey(item) > sortKey(start)) : found;
      const page = rest.slice(0, pageSize);
      const last = page.at(-1);
      return {
        Items: page,
        ...(last && rest.length > pageSize && { LastEvaluatedKey: { pk: last['pk'], sk: last['sk'] } }),
      };
    },
  };

  const answer = (operation: string, request: Request): { statusCode: number; body: object } => {
    try {
      standIn.requests.push({ operation, request });
      standIn.before(operation, request);
      refuseUnused(request);
      return { statusCode: 200, body: operations[operation]?.(request) ?? {} };
    } catch (error) {
      const { name, message } = error as Error;
      const reasons = error instanceof CanceledError && { CancellationReasons: error.reasons };
      return {
        statusCode: 400,
        body: { __type: `com.amazonaws.dynamodb.v20120810#${name}`, message, ...reasons },
      };
    }
  };

  const client = new DynamoDBClient({
    region: 'eu-west-1',
    credentials: { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'example' },
    maxAttempts: 1,
    requestHandler: {
      async handle(request: { headers: Record<string, string>; body: Uint8Array }) {
        const operation = request.headers['x-amz-target']?.split('.')[1] ?? '';
        const { statusCode, body } = answer(operation, JSON.parse(new TextDecoder().decode(request.body)));
        const headers = { 'content-type': 'application/x-amz-json-1.0' };
        return { response: { statusCode, headers, body: Buffer.from(JSON.stringify(body)) } };
      },
    } as unknown as NonNullable<DynamoDBClientConfig['requestHandler']>,
  });
  const standIn: TableStandIn = {
    table: connectTable('secrets-audit', client),
    requests: [],
    stream: [],
    items: () => [...items.values()],
    before: () => undefined,
    batchSize: 100,
  };
  return standIn;
}

/** DynamoDB takes no name and no value that no expression uses. */
function refuseUnused(request: Request): void {
  const used = new Set(
    [
      request.ConditionExpression,
      request.UpdateExpression,
      request.KeyConditionExpression,
      request.FilterExpression,
      request.ProjectionExpression,
    ].flatMap((expression) => tokensOf(expression ?? '')),
  );
  const given = [request.ExpressionAttributeNames, request.ExpressionAttributeValues].flatMap((map) =>
    Object.keys(map ?? {}),
  );
  const unused = given.filter((name) => !used.has(name));
  if (unused.length > 0) throw new RefusedError('ValidationException', `unused: ${unused.join(', ')}`);
}

const keyOf = (item: Item): string => `${String(item['pk']?.['S'])}\n${sortKey(item)}`;
const sortKey = (item: Item): string => String(item['sk']?.['S']);

function check(request: Request, item: Item | undefined): void {
  const condition = request.ConditionExpression;
  if (condition && !evaluate(condition, request, item ?? {})) {
    throw new RefusedError('ConditionalCheckFailedException', 'The conditional request failed');
  }
}

const tokensOf = (expression: string): string[] => expression.match(/[\w#:]+|<=|>=|<>|[=<>(),]/g) ?? [];

/** A condition or key condition: AND, OR, parentheses, comparisons, BETWEEN, attribute_not_exists, size, contains. */
function evaluate(expression: string, request: Request, item: Item): boolean {
  const tokens = tokensOf(expression);
  let position = 0;
  const take = (): string => tokens[position++] ?? '';
  const expect = (token: string) => {
    const taken = take();
    if (taken !== token) throw new RefusedError('ValidationException', `${token} expected: ${expression}`);
  };
  const either = (): boolean => {
    let result = both();
    while (tokens[position] === 'OR') {
      take();
      const next = both();
      result = result || next;
    }
    return result;
  };
  const both = (): boolean => {
    let result = single();
    while (tokens[position] === 'AND') {
      take();
      const next = single();
      result = result && next;
    }
    return result;
  };
  const single = (): boolean => {
    if (tokens[position] === '(') {
      take();
      const result = either();
      expect(')');
      return result;
    }
    if (tokens[position] === 'attribute_not_exists') {
      take();
      expect('(');
      const missing = item[nameOf(take(), request)] === undefined;
      expect(')');
      return missing;
    }
    if (tokens[position] === 'begins_with') {
      take();
      expect('(');
      const text = operand();
      expect(',');
      const prefix = operand();
      expect(')');
      return String(text).startsWith(String(prefix));
    }
    if (tokens[position] === 'contains') {
      take();
      expect('(');
      const members = (item[nameOf(take(), request)]?.['SS'] ?? []) as unknown[];
      expect(',');
      const value = operand();
      expect(')');
      return members.includes(value);
    }
    const left = operand();
    const comparator = take();
    const right = operand();
    if (comparator === 'BETWEEN') {
      expect('AND');
      const upper = operand();
      return compare(left, '>=', right) && compare(left, '<=', upper);
    }
    return compare(left, comparator, right);
  };
  const operand = (): string | number | boolean | undefined => {
    const token = take();
    if (token === 'size') {
      expect('(');
      const value = item[nameOf(take(), request)];
      expect(')');
      return (value?.['SS'] as string[] | undefined)?.length;
    }
    return plain(
      token.startsWith(':') ? request.ExpressionAttributeValues?.[token] : item[nameOf(token, request)],
    );
  };
  const result = either();
  if (position !== tokens.length) throw new RefusedError('ValidationException', expression);
  return result;
}

/** Attributes, and attributes of a map. */
function project(request: Request, item: Item): Item {
  const next: Item = {};
  for (const path of (request.ProjectionExpression ?? '').split(',')) {
    const [name = '', inner] = path
      .trim()
      .split('.')
      .map((part) => nameOf(part, request));
    const value = item[name];
    if (!value) continue;
    const map = value['M'] as Item | undefined;
    const known = next[name]?.['M'] as Item | undefined;
    next[name] =
      inner === undefined ? value : { M: { ...known, ...(map?.[inner] && { [inner]: map[inner] }) } };
  }
  return next;
}

type Plain = string | number | boolean | undefined;

const plain = (value: Wire | undefined): Plain =>
  value?.['N'] === undefined ? (value?.['S'] as string | undefined) : Number(value['N']);

function compare(left: Plain, comparator: string, right: Plain): boolean {
  // As in DynamoDB, a comparison with an attribute that is not there is false.
  if (left === undefined || right === undefined) return false;
  switch (comparator) {
    case '=':
      return left === right;
    case '<':
      return left < right;
    case '<=':
      return left <= right;
    case '>':
      return left > right;
    case '>=':
      return left >= right;
    default:
      throw new RefusedError('ValidationException', `unknown comparator ${comparator}`);
  }
}

function nameOf(token: string, { ExpressionAttributeNames: names }: Request): string {
  if (!token.startsWith('#')) return token;
  const name = names?.[token];
  if (name === undefined) throw new RefusedError('ValidationException', `undefined name ${token}`);
  return name;
}

function update(request: Request, item: Item): Item {
  const next = { ...item };
  const clauses = (request.UpdateExpression ?? '').split(/\b(?=SET |ADD )/);
  for (const clause of clauses) {
    for (const action of clause.slice(4).split(',')) {
      const [path = '', value = ''] =
        action.split('=').length > 1 ? action.split('=') : action.trim().split(' ');
      const name = nameOf(path.trim(), request);
      const given = request.ExpressionAttributeValues?.[value.trim()];
      if (!given) throw new RefusedError('ValidationException', `undefined value ${value}`);
      const known = (next[name]?.['SS'] ?? []) as string[];
      next[name] = clause.startsWith('ADD')
        ? { SS: [...new Set([...known, ...(given['SS'] as string[])])] }
        : given;
    }
  }
  if (Buffer.byteLength(JSON.stringify(next)) > 400 * 1024) {
    throw new RefusedError(
      'ValidationException',
      'Item size to update has exceeded the maximum allowed size',
    );
  }
  return next;
}
