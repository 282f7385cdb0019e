/**
 * Grades of attacks that an auditor cannot tell from peaceful use by CloudTrail alone without more false incidents than
 * anybody reads. They are part of every figure; only the demand on the kind found least is made on their other grades.
 */
export const untellable: readonly { readonly kind: string; readonly grade: string; readonly why: string }[] =
  [
    {
      kind: 'insider-at-night',
      grade: 'hard',
      why: 'one familiar secret, at an hour at which colleagues on call read, by turns, as well; who is on call is not in CloudTrail',
    },
    {
      kind: 'instance-credentials',
      grade: 'hard',
      why: 'one read of the usual secret with the usual SDK; functions outside a VPC leave through ever other addresses of the same Region, as the thief does',
    },
  ];
