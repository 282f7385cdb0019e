import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/**
 * Begins the names of what people look for. The ids between the stack and the suite are in it: an app may have more than
 * one suite in a stack.
 *
 * @param part of the suite, directly in it
 */
export function suiteName(part: Construct): string {
  const stack = Stack.of(part);
  const { scopes } = part.node;
  const path = scopes.slice(scopes.indexOf(stack) + 1, -1).map(({ node }) => node.id);
  return [stack.stackName, ...path].join('-');
}
