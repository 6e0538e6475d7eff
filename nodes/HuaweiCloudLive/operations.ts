import type { Operation } from './operation';
import { deleteTask } from './relayTask/delete';

/** The operations of the resource Relay Task, in the order of the Operation list. */
export const operations: readonly Operation[] = [deleteTask];
