import { describeWalks } from '../../support/rotation/walks.ts';

describeWalks('staged');
