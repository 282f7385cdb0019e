import { Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** Exceptions from cdk-nag's rules: rule or finding → why it is right here. They hold for the construct and all in it. */
export function acknowledge(scope: IConstruct, reasons: Readonly<Record<string, string>>): void {
  Validations.of(scope).acknowledge(...Object.entries(reasons).map(([id, reason]) => ({ id, reason })));
}
