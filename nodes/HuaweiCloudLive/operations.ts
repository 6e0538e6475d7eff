import type { Operation } from './operation';
import { createTask } from './relayTask/create';
import { deleteTask } from './relayTask/delete';
import { getTask } from './relayTask/get';
import { getManyTasks } from './relayTask/getAll';
import { updateTask } from './relayTask/update';

/** The operations of the resource Relay Task, in the order of the Operation list. */
export const operations: readonly Operation[] = [createTask, deleteTask, getTask, getManyTasks, updateTask];
