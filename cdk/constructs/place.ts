import { type Stack, Token } from 'aws-cdk-lib';

/** Where the suite runs; the parts of an ARN that are the same in most of its ARNs. */
export interface Place {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
}

/** For templates: holds tokens where the stack does not fix its account and Region. */
export const placeOf = ({ partition, region, account }: Stack): Place => ({ partition, region, account });

/** For people: what is not known at synth stands as CloudFormation writes it in `Fn::Sub`. */
export function printablePlaceOf(stack: Stack): Place {
  const known = (value: string, name: string): string =>
    Token.isUnresolved(value) ? `\${AWS::${name}}` : value;
  return {
    // The partition is a token unless the Region is known; most users are in `aws`, and the others know that they are not.
    partition: Token.isUnresolved(stack.partition) ? 'aws' : stack.partition,
    region: known(stack.region, 'Region'),
    account: known(stack.account, 'AccountId'),
  };
}
