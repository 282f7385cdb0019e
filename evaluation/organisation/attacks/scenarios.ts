import type { AttackKind } from '../labels.ts';
import { batchByFilter } from './batch-by-filter.ts';
import { catchAllBatch } from './catch-all-batch.ts';
import { cloudshellRead } from './cloudshell-read.ts';
import { crossRegion } from './cross-region.ts';
import { decoyRead } from './decoy-read.ts';
import { deniedProbing } from './denied-probing.ts';
import { destruction } from './destruction.ts';
import { enumeration } from './enumeration.ts';
import { exfiltrationAfterRotation } from './exfiltration-after-rotation.ts';
import { insiderAtNight } from './insider-at-night.ts';
import { instanceCredentials } from './instance-credentials.ts';
import { massRetrieval } from './mass-retrieval.ts';
import { newPrincipal } from './new-principal.ts';
import { offensiveTool } from './offensive-tool.ts';
import { permittedRoleNewNetwork } from './permitted-role-new-network.ts';
import { publicPolicy } from './public-policy.ts';
import { replication } from './replication.ts';
import { rootAccess } from './root-access.ts';
import type { Scenario } from './scene.ts';
import { securestringTheft } from './securestring-theft.ts';
import { slowTheft } from './slow-theft.ts';
import { spike } from './spike.ts';
import { stageMoving } from './stage-moving.ts';
import { tampering } from './tampering.ts';
import { vpcEndpointDenied } from './vpc-endpoint-denied.ts';

export const scenarios: Readonly<Record<AttackKind, Scenario>> = {
  'mass-retrieval': massRetrieval,
  'slow-theft': slowTheft,
  'instance-credentials': instanceCredentials,
  'permitted-role-new-network': permittedRoleNewNetwork,
  'batch-by-filter': batchByFilter,
  'catch-all-batch': catchAllBatch,
  'cross-region': crossRegion,
  'denied-probing': deniedProbing,
  'insider-at-night': insiderAtNight,
  'stage-moving': stageMoving,
  'public-policy': publicPolicy,
  tampering,
  'exfiltration-after-rotation': exfiltrationAfterRotation,
  enumeration,
  'cloudshell-read': cloudshellRead,
  'offensive-tool': offensiveTool,
  'new-principal': newPrincipal,
  'securestring-theft': securestringTheft,
  destruction,
  replication,
  'decoy-read': decoyRead,
  'vpc-endpoint-denied': vpcEndpointDenied,
  spike,
  'root-access': rootAccess,
};
