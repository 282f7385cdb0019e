// In one file, because each file of tests loads aws-cdk-lib anew, which takes longer than the tests of most.
import './alarms.cases.ts';
import './dashboard.cases.ts';
import './encryption.cases.ts';
import './existing.cases.ts';
import './flow.cases.ts';
import './nag.cases.ts';
import './permissions.cases.ts';
import './report.cases.ts';
import './respond.cases.ts';
import './roles.cases.ts';
import './rotation.cases.ts';
import './security-hub.cases.ts';
