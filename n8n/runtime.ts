import { Runtime } from '../huawei-cloud/identity/runtime';
import { systemClock } from './clock';

/** The one runtime of this process. */
export const runtime = new Runtime(systemClock);
